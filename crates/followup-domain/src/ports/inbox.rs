//! Inbound mail as it arrived.

use super::{Inserted, Page, PageRequest, StoreError, Updated};
use crate::ids::{InboundMailId, MessageId};
use crate::inbound::{InboundMail, MailboxCursor, NewInboundMail};

/// Inbound mail: stored first, understood later.
pub trait InboxRepository {
    /// Stores a mail and, for a mailbox with UIDs, moves its cursor to it, in one. The same position or the same bytes
    /// (SHA-256) is one mail: [`Inserted::Duplicate`], and the cursor moves on all the same.
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

    /// Quarantined mails, newest first.
    fn list_quarantined(&mut self, page: PageRequest) -> Result<Page<InboundMail>, StoreError>;
}
