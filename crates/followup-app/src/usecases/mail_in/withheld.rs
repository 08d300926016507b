//! Mail that a server names but does not give.

use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::{MailboxCursor, UnfetchedMail};
use followup_domain::ports::{Inserted, StoreError};

use crate::app::App;
use crate::moves::inbox;
use crate::step;
use crate::transaction;

impl App {
    /// Puts a mail that the server names but does not give into the quarantine, and moves the cursor past it.
    ///
    /// # Errors
    /// The store's.
    pub fn quarantine_unfetched(&self, mail: &UnfetchedMail) -> Result<Inserted<InboundMailId>, StoreError> {
        transaction::write_itself(self, |step| inbox::store_unfetched(step, mail))
    }

    /// Counts that the mail at a place could not be fetched; gives how often that was in a row.
    ///
    /// # Errors
    /// The store's.
    pub fn count_refusal(&self, mailbox: &str, place: MailboxCursor) -> Result<u32, StoreError> {
        transaction::write_itself(self, |step| inbox::count_refusal(step, mailbox, place))
    }

    /// UIDs behind a place of mails that are in the quarantine without bytes, so that they can be asked for again.
    ///
    /// # Errors
    /// The store's.
    pub fn unfetched_mail(&self, mailbox: &str, after: MailboxCursor, limit: i64) -> Result<Vec<u32>, StoreError> {
        step::read(self, |step| step.tx.unfetched().list(mailbox, after, limit))
    }

    /// Whether a person wants the mails that a mailbox did not give to be asked for again now.
    ///
    /// # Errors
    /// The store's.
    pub fn take_retry_request(&self, mailbox: &str) -> Result<bool, StoreError> {
        transaction::write_itself(self, |step| inbox::take_retry_request(step, mailbox))
    }
}
