//! How far a mailbox has been read, and how reading it goes.

use followup_domain::mail::inbound::MailboxCursor;
use followup_domain::mail::mailbox_health::{ALARM_AFTER, MailboxTrouble};
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::moves::inbox;
use crate::step;
use crate::transaction;

impl App {
    /// How far a mailbox has been read.
    ///
    /// # Errors
    /// The store's.
    pub fn mailbox_cursor(&self, mailbox: &str) -> Result<Option<MailboxCursor>, StoreError> {
        step::read(self, |step| step.tx.mailboxes().cursor(mailbox))
    }

    /// Sets how far a mailbox has been read: anew after a UIDVALIDITY change, or past mails that are gone.
    ///
    /// # Errors
    /// The store's.
    pub fn set_mailbox_cursor(&self, mailbox: &str, cursor: MailboxCursor) -> Result<(), StoreError> {
        transaction::write_itself(self, |step| inbox::set_cursor(step, mailbox, cursor))
    }

    /// A mailbox was read to its end.
    ///
    /// # Errors
    /// The store's.
    pub fn record_mailbox_read(&self, mailbox: &str) -> Result<(), StoreError> {
        transaction::write_itself(self, |step| inbox::mailbox_read(step, mailbox))
    }

    /// A mailbox could not be read. The alarm is raised at once for what a person must mend, and for anything that lasts.
    ///
    /// # Errors
    /// The store's.
    pub fn record_mailbox_trouble(&self, mailbox: &str, trouble: MailboxTrouble) -> Result<(), StoreError> {
        transaction::write_itself(self, |step| {
            let known = step.tx.mailboxes().health()?.into_iter().find(|health| health.mailbox == mailbox);
            let lasts = known.and_then(|health| health.failing_since).is_some_and(|since| step.now - since >= ALARM_AFTER);
            inbox::mailbox_trouble(step, mailbox, trouble, trouble.needs_a_person() || lasts)
        })
    }
}
