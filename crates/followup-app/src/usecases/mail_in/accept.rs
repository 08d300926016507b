//! Mail that somebody hands to us: a provider's webhook, or a mail server's pipe. Stored as it came, as the pollers do.

use chrono::{DateTime, TimeDelta, Utc};
use followup_domain::ids::InboundMailId;
use followup_domain::mail::handed_over::{header_section, received_at};
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::ports::{Inserted, StoreError};

use crate::app::App;
use crate::moves::inbox;
use crate::transaction;

/// A mail is not handed over later than this: a mail server gives up after five days, a person who feeds an archive says nothing of today.
const LONGEST_WAY: TimeDelta = TimeDelta::days(10);

impl App {
    /// Stores a mail that came over `way`, a name such as `webhook/raw`. It is understood later, as every stored mail. The same bytes again
    /// are the same mail.
    ///
    /// It arrived when the server in front of us received it, if it says so: while we were away it waited there, and the case's
    /// clock goes on.
    ///
    /// # Errors
    /// The store's; then whoever hands it over must keep it.
    pub fn accept_mail(&self, way: &str, raw: Vec<u8>) -> Result<Inserted<InboundMailId>, StoreError> {
        let mail = handed_over(self, way, raw);
        let _turn = self.turns.take_to_store(mail.raw.len());
        transaction::write_itself(self, |step| inbox::store(step, &mail))
    }

    /// Of a mail that is too large, keeps the header section in the quarantine, so that people learn of it. `beginning` is as much of
    /// it as was read.
    ///
    /// # Errors
    /// The store's.
    pub fn accept_header_of_mail(&self, way: &str, beginning: &[u8], limit: u64) -> Result<Inserted<InboundMailId>, StoreError> {
        let reason = followup_words::to_the_unit::too_large(limit / 1_000_000);
        let mail = handed_over(self, way, header_section(beginning).to_vec());
        transaction::write_itself(self, |step| inbox::store_part(step, &mail, &reason))
    }
}

fn handed_over(app: &App, way: &str, raw: Vec<u8>) -> NewInboundMail {
    let now = app.clock.now();
    NewInboundMail {
        position: MailboxPosition { mailbox: way.to_owned(), uid: None },
        arrived_at: plausible(received_at(&raw), now),
        recorded_at: now,
        raw,
    }
}

/// What the header says, unless it cannot be.
fn plausible(received: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    received.filter(|at| *at <= now && now - *at <= LONGEST_WAY).unwrap_or(now)
}
