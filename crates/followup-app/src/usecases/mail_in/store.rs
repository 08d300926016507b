//! A poller stores a mail as it arrived, or the part of it that it was given.

use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::NewInboundMail;
use followup_domain::ports::{Inserted, StoreError};

use crate::app::App;
use crate::moves::inbox;
use crate::transaction;

impl App {
    /// Stores a mail as it arrived, together with the mailbox's cursor. Nothing is understood yet. A mail that stood in the
    /// quarantine without bytes leaves it.
    ///
    /// # Errors
    /// The store's; then the mail must be fetched again.
    pub fn store_mail(&self, mail: &NewInboundMail) -> Result<Inserted<InboundMailId>, StoreError> {
        let _turn = self.turns.take_to_store(mail.raw.len());
        transaction::write_itself(self, |step| inbox::store(step, mail))
    }

    /// Stores the part of a mail that was fetched and puts it into the quarantine: for people to look at the rest on the server.
    ///
    /// # Errors
    /// The store's; then the mail must be fetched again.
    pub fn store_part_of_mail(&self, mail: &NewInboundMail, reason: &str) -> Result<Inserted<InboundMailId>, StoreError> {
        transaction::write_itself(self, |step| inbox::store_part(step, mail, reason))
    }
}
