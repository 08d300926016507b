//! The mailboxes that are read.

use chrono::{DateTime, Utc};

use super::{StoreError, Updated};
use crate::mail::inbound::MailboxCursor;
use crate::mail::mailbox_health::{MailboxHealth, MailboxTrouble, Reconciliation};

/// Mailboxes: how far they were read, and how they fare.
pub trait MailboxRepository {
    /// How far a mailbox has been read.
    fn cursor(&mut self, mailbox: &str) -> Result<Option<MailboxCursor>, StoreError>;

    /// Sets the cursor: after a UIDVALIDITY change, and past mails that are gone.
    fn set_cursor(&mut self, mailbox: &str, cursor: MailboxCursor) -> Result<(), StoreError>;

    /// What is known of every mailbox that was ever looked into, by name.
    fn health(&mut self) -> Result<Vec<MailboxHealth>, StoreError>;

    /// A mailbox was read to its end: it is not failing, and there is no alarm but that of a mailbox that was set back.
    fn record_read(&mut self, mailbox: &str, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// A mailbox could not be read. It is failing since the first time in a row; with `alarm` a person is called, since the
    /// first time in a row that it was given.
    fn record_trouble(&mut self, mailbox: &str, at: DateTime<Utc>, trouble: MailboxTrouble, alarm: bool) -> Result<(), StoreError>;

    /// A mailbox was compared with what is stored. If nothing is missing, that it was set back is over.
    fn record_reconciliation(&mut self, mailbox: &str, found: Reconciliation) -> Result<(), StoreError>;

    /// A person has seen that a mailbox was set back; [`Updated::Stale`] when it was not.
    fn acknowledge_set_back(&mut self, mailbox: &str) -> Result<Updated, StoreError>;
}
