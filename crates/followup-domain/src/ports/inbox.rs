//! Inbound mail as it arrived.

use super::{Inserted, StoreError, Updated};
use crate::ids::{InboundMailId, MessageId};
use crate::mail::inbound::{InboundMail, NewInboundMail};

/// Inbound mail: stored first, understood later.
pub trait InboxRepository {
    /// Stores a mail and, for a mailbox with UIDs, moves its cursor to it, in one. The same bytes (SHA-256) are one mail:
    /// [`Inserted::Duplicate`], and the cursor moves on all the same; the position counts as known. Other bytes at a known
    /// position are a new mail, which has no UID of its own.
    /// A mail that stands without bytes gets them and is [`Inserted::New`], unless another mail has the same: then it is
    /// settled, [`Inserted::Duplicate`] with its own number. A mail of a
    /// mailbox with UIDs is never empty: that is refused, because two of them would count as one.
    fn insert(&mut self, mail: &NewInboundMail) -> Result<Inserted<InboundMailId>, StoreError>;

    /// Mails in state `stored`, oldest first.
    fn list_stored(&mut self, limit: i64) -> Result<Vec<InboundMailId>, StoreError>;

    /// Whether a mail is in state `stored`.
    fn is_stored(&mut self, id: InboundMailId) -> Result<bool, StoreError>;

    /// A mail, locked until the transaction ends.
    fn find_for_update(&mut self, id: InboundMailId) -> Result<Option<InboundMail>, StoreError>;

    /// `stored` → `processed`, as this message; what a provider handed over becomes none, or several.
    fn record_processed(&mut self, id: InboundMailId, message_id: Option<MessageId>) -> Result<Updated, StoreError>;

    /// `stored` → `quarantined`.
    fn record_quarantined(&mut self, id: InboundMailId, reason: &str) -> Result<Updated, StoreError>;

    /// Notes that only the beginning of a mail is stored.
    fn record_partial(&mut self, id: InboundMailId) -> Result<(), StoreError>;

    /// Whether only the beginning of a mail is stored.
    fn is_partial(&mut self, id: InboundMailId) -> Result<bool, StoreError>;
}
