//! Inbound mail as it arrived.

use chrono::{DateTime, Utc};

use super::{Inserted, StoreError, Updated};
use crate::ids::{InboundMailId, MessageId};
use crate::mail::inbound::{InboundMail, MailboxCursor, NewInboundMail, UnfetchedMail};
use crate::mail::mailbox_health::{MailboxHealth, MailboxTrouble, Reconciliation};

/// Inbound mail: stored first, understood later.
pub trait InboxRepository {
    /// Stores a mail and, for a mailbox with UIDs, moves its cursor to it, in one. The same bytes (SHA-256) are one mail:
    /// [`Inserted::Duplicate`], and the cursor moves on all the same; the position counts as known. Other bytes at a known
    /// position are a new mail, which has no UID of its own.
    /// A mail that stands without bytes gets them and is [`Inserted::New`], unless another mail has the same: then it is
    /// settled, [`Inserted::Duplicate`] with its own number. A mail of a
    /// mailbox with UIDs is never empty: that is refused, because two of them would count as one.
    fn insert(&mut self, mail: &NewInboundMail) -> Result<Inserted<InboundMailId>, StoreError>;

    /// How far a mailbox has been read.
    fn cursor(&mut self, mailbox: &str) -> Result<Option<MailboxCursor>, StoreError>;

    /// Sets the cursor: after a UIDVALIDITY change, and past mails that are gone.
    fn set_cursor(&mut self, mailbox: &str, cursor: MailboxCursor) -> Result<(), StoreError>;

    /// Mails in state `stored`, oldest first.
    fn list_stored(&mut self, limit: i64) -> Result<Vec<InboundMailId>, StoreError>;

    /// A mail, locked until the transaction ends.
    fn find_for_update(&mut self, id: InboundMailId) -> Result<Option<InboundMail>, StoreError>;

    /// A mail's bytes.
    fn raw(&mut self, id: InboundMailId) -> Result<Option<Vec<u8>>, StoreError>;

    /// `stored` → `processed`.
    fn record_processed(&mut self, id: InboundMailId, message_id: MessageId) -> Result<Updated, StoreError>;

    /// `stored` → `quarantined`.
    fn record_quarantined(&mut self, id: InboundMailId, reason: &str) -> Result<Updated, StoreError>;

    /// Puts a mail that the server names but does not give into the quarantine, without bytes, and moves the cursor to it. Behind
    /// the cursor a known place is that of another mail: the mailbox was set back to an older state and has given the UID again.
    fn insert_unfetched(&mut self, mail: &UnfetchedMail) -> Result<Inserted<InboundMailId>, StoreError>;

    /// Counts that a mail could not be fetched, and gives how often that was in a row: only one mail of a mailbox is
    /// counted, the one that was tried last.
    fn count_refusal(&mut self, mailbox: &str, place: MailboxCursor) -> Result<u32, StoreError>;

    /// UIDs of a mailbox, greater than `after` and ascending, of which the mail is stored. At most a page of `limit`.
    fn list_known(&mut self, mailbox: &str, after: MailboxCursor, limit: i64) -> Result<Vec<u32>, StoreError>;

    /// UIDs of a mailbox, greater than `after` and ascending, of which the mail stands in the quarantine without bytes.
    fn list_unfetched(&mut self, mailbox: &str, after: MailboxCursor, limit: i64) -> Result<Vec<u32>, StoreError>;

    /// What is known of every mailbox that was ever looked into, by name.
    fn health(&mut self) -> Result<Vec<MailboxHealth>, StoreError>;

    /// A mailbox was read to its end: it is not failing, and there is no alarm but that of a mailbox that was set back.
    fn record_mailbox_read(&mut self, mailbox: &str, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// A mailbox could not be read. It is failing since the first time in a row; with `alarm` a person is called, since the
    /// first time in a row that it was given.
    fn record_mailbox_trouble(&mut self, mailbox: &str, at: DateTime<Utc>, trouble: MailboxTrouble, alarm: bool) -> Result<(), StoreError>;

    /// A mailbox was compared with what is stored. If nothing is missing, that it was set back is over.
    fn record_reconciliation(&mut self, mailbox: &str, found: Reconciliation) -> Result<(), StoreError>;

    /// A person has seen that a mailbox was set back; [`Updated::Stale`] when it was not.
    fn acknowledge_set_back(&mut self, mailbox: &str) -> Result<Updated, StoreError>;
}
