//! What was asked, the delay between automatic letters, and idempotency keys.

use chrono::{DateTime, Utc};

use super::{Page, PageRequest, StoreError, Updated};
use crate::asking::field_state::FieldState;
use crate::asking::missing::{FieldPath, is_same_product};
use crate::case::CaseRecord;
use crate::ids::{CaseId, MessageId, ProductId};
use crate::message::Delivery;

/// A field that was asked for or documented, and of which product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedItem {
    /// The field.
    pub path: FieldPath,
    /// The product's name at that time.
    pub product: Option<String>,
    /// Which product it was: another one in the same place was not meant. None where it had no id; then its name tells.
    pub product_id: Option<ProductId>,
}

impl AskedItem {
    /// The field of a case as it is now.
    pub fn of(record: &CaseRecord, path: FieldPath) -> Self {
        let product = path.product.and_then(|index| record.productos.get(index));
        let (id, name) = (product.and_then(|product| product.id), product.and_then(|product| product.nombre_producto.clone()));
        Self { path, product: name, product_id: id }
    }

    /// The field where it stands in the case now; `None` when the product that was meant is not there any more.
    pub fn path_in(&self, record: &CaseRecord) -> Option<FieldPath> {
        match self.product_id {
            Some(id) => Some(FieldPath { product: Some(record.place_of(id)?), field: self.path.field }),
            None => is_same_product(self.product.as_deref(), &self.path, record).then(|| self.path.clone()),
        }
    }

    /// The field as it stands in the case now: see [`path_in`](Self::path_in).
    pub fn in_record(self, record: &CaseRecord) -> Option<Self> {
        Some(Self { path: self.path_in(record)?, ..self })
    }
}

impl From<FieldPath> for AskedItem {
    fn from(path: FieldPath) -> Self {
        Self { path, product: None, product_id: None }
    }
}

/// A field that a message asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedField {
    /// The field, and of which product.
    pub item: AskedItem,
    /// The message.
    pub message_id: MessageId,
    /// What the transport knows of the message.
    pub delivery: Option<Delivery>,
    /// When it was accepted (UTC).
    pub sent_at: Option<DateTime<Utc>>,
}

/// Whether an automatic letter may go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// It may, and no other may within the delay.
    Yes,
    /// Another one went at this instant (UTC).
    TakenAt(DateTime<Utc>),
}

/// What was asked, and when the next automatic letter may go.
pub trait RequestRepository {
    /// Sets what a queued message asks for, in place of what it was to ask for before.
    fn set_asked(&mut self, message_id: MessageId, case_id: CaseId, items: &[AskedItem]) -> Result<(), StoreError>;

    /// Everything that was asked of a case, by any message, oldest first. A path that the catalogue no longer has is left out.
    fn asked(&mut self, case_id: CaseId) -> Result<Vec<AskedField>, StoreError>;

    /// Conditional update of the case: `message_id` becomes its last automatic letter at `now`, unless another message took
    /// that place after `now - delay`. The same message may take it again (it was put off). An instant later than `now + delay` is of a
    /// clock that ran ahead, and holds nothing.
    fn reserve_automatic(
        &mut self,
        case_id: CaseId,
        message_id: MessageId,
        now: DateTime<Utc>,
        delay: chrono::Duration,
    ) -> Result<Reserved, StoreError>;

    /// Documents a field as unknown, withheld or unobtainable; again, or for another product in the same place, replaces.
    fn document_field(&mut self, case_id: CaseId, field: &DocumentedField) -> Result<(), StoreError>;

    /// Takes a documentation back; [`Updated::Stale`] when there is none.
    fn remove_documented(&mut self, case_id: CaseId, path: &FieldPath) -> Result<Updated, StoreError>;

    /// The documented fields of a case, by path.
    fn documented(&mut self, case_id: CaseId) -> Result<Vec<DocumentedField>, StoreError>;

    /// Keeps by which message a field that was asked for is answered; again replaces.
    fn record_answered(&mut self, case_id: CaseId, field: &AnsweredField) -> Result<(), StoreError>;

    /// The answered fields of a case, by path.
    fn answered(&mut self, case_id: CaseId) -> Result<Vec<AnsweredField>, StoreError>;

    /// The case no longer answers the field; [`Updated::Stale`] when nothing was kept of it.
    fn remove_answered(&mut self, case_id: CaseId, path: &FieldPath) -> Result<Updated, StoreError>;

    /// Gives back the place that [`RequestRepository::reserve_automatic`] took, if this message still holds it: it did not leave.
    fn release_automatic(&mut self, case_id: CaseId, message_id: MessageId) -> Result<(), StoreError>;

    /// The automatic request of a case that is still queued.
    fn queued_automatic(&mut self, case_id: CaseId) -> Result<Option<MessageId>, StoreError>;

    /// How many automatic requests a case has had, in any state: makes the next one's unique key.
    fn count_automatic(&mut self, case_id: CaseId) -> Result<i64, StoreError>;

    /// Locks an address (ignoring case) until the transaction ends, so that whoever counts what went to it and sends one more does so
    /// after the one before. After the case, before the system's audit head; before the queue row of a letter that leaves.
    fn lock_address(&mut self, address: &str) -> Result<(), StoreError>;

    /// How many automatic letters (requests and plan letters) left, or may have left, for an address since an instant, over all cases.
    fn count_automatic_to(&mut self, address: &str, since: DateTime<Utc>) -> Result<i64, StoreError>;
}

/// A field that a person documented as not to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentedField {
    /// The field, and of which product.
    pub item: AskedItem,
    /// Unknown, withheld or unobtainable.
    pub state: FieldState,
    /// Why.
    pub reason: String,
    /// Who documented it.
    pub actor: String,
    /// When (UTC).
    pub at: DateTime<Utc>,
}

/// A field that was asked for and is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredField {
    /// The field, and of which product.
    pub item: AskedItem,
    /// The last message that asked for it.
    pub asked_by: MessageId,
    /// The reply, or the call, after which the unit wrote the answer down; none when it learned it by another way.
    pub answered_by: Option<MessageId>,
    /// When it was written down (UTC).
    pub at: DateTime<Utc>,
}

/// An address that must not be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoNotContact {
    /// The address, lower case.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub actor: String,
    /// When (UTC).
    pub at: DateTime<Utc>,
}

/// Addresses that must not be written to.
pub trait DoNotContactRepository {
    /// Blocks an address (lower case); blocking it again replaces the reason.
    fn block(&mut self, contact: &DoNotContact) -> Result<(), StoreError>;

    /// Lets an address be written to again; [`Updated::Stale`] when it was not blocked.
    fn unblock(&mut self, address: &str) -> Result<Updated, StoreError>;

    /// Whether, and why, an address is blocked; ignoring case.
    fn find_blocked(&mut self, address: &str) -> Result<Option<DoNotContact>, StoreError>;

    /// Blocked addresses by address.
    fn list_blocked(&mut self, page: PageRequest) -> Result<Page<DoNotContact>, StoreError>;
}

/// What is known of an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remembered {
    /// It is new; it now stands for the resource given to [`IdempotencyRepository::complete`].
    New,
    /// The same request was made before, and made this resource.
    Same(i64),
    /// Another request was made with it.
    Different,
}

/// Idempotency keys of requests.
pub trait IdempotencyRepository {
    /// Takes a key for a request. `scope` holds user, route and key; `fingerprint` is a hash of the request.
    /// Of two at the same instant the second waits for the first.
    fn begin(&mut self, scope: &str, fingerprint: &str, now: DateTime<Utc>) -> Result<Remembered, StoreError>;

    /// Says which resource the request made, in the same transaction as [`IdempotencyRepository::begin`].
    fn complete(&mut self, scope: &str, resource: i64) -> Result<(), StoreError>;

    /// Forgets keys that were taken before an instant, the oldest first, so many at most; says how many.
    fn forget_before(&mut self, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError>;
}
