//! The delay between automatic letters.

use chrono::{DateTime, Utc};

use super::StoreError;
use crate::ids::{CaseId, MessageId};

/// Whether an automatic letter may go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// It may, and no other may within the delay.
    Yes,
    /// Another one went at this instant (UTC).
    TakenAt(DateTime<Utc>),
}

/// Automatic letters: of which there are few, and far between.
pub trait AutomaticRepository {
    /// Conditional update of the case: `message_id` becomes its last automatic letter at `now`, unless another message took
    /// that place after `now - delay`. The same message may take it again (it was put off). An instant later than `now + delay` is of a
    /// clock that ran ahead: it becomes `now`, so that the delay counts from here.
    fn reserve(
        &mut self,
        case_id: CaseId,
        message_id: MessageId,
        now: DateTime<Utc>,
        delay: chrono::Duration,
    ) -> Result<Reserved, StoreError>;

    /// Gives back the place that [`AutomaticRepository::reserve`] took, if this message still holds it: it did not leave.
    fn release(&mut self, case_id: CaseId, message_id: MessageId) -> Result<(), StoreError>;

    /// The automatic request of a case that is still queued.
    fn queued(&mut self, case_id: CaseId) -> Result<Option<MessageId>, StoreError>;

    /// How many automatic requests a case has had, in any state: makes the next one's unique key.
    fn count(&mut self, case_id: CaseId) -> Result<i64, StoreError>;

    /// Locks an address (ignoring case) until the transaction ends, so that whoever counts what went to it and sends one more does so
    /// after the one before. After the case, before the system's audit head; before the queue row of a letter that leaves.
    fn lock_address(&mut self, address: &str) -> Result<(), StoreError>;

    /// How many automatic letters (requests and plan letters) left, or may have left, for an address since an instant, over all cases.
    fn count_to(&mut self, address: &str, since: DateTime<Utc>) -> Result<i64, StoreError>;
}
