//! Cases that wait for an answer.

use chrono::{DateTime, Utc};

use super::{StoreError, Updated};
use crate::ids::CaseId;

/// Since when cases wait.
pub trait WaitingRepository {
    /// Since when the case waits for an answer. A wait that ends, or begins later than the one before, may be escalated anew.
    fn set(&mut self, id: CaseId, since: Option<DateTime<Utc>>) -> Result<(), StoreError>;

    /// What left up to `at` is not waited for: [`crate::case::Case::settled_at`].
    fn settle(&mut self, id: CaseId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Open cases that wait since `since` or longer and were not escalated in this wait, by id, after `after`; at most `limit`.
    fn list_to_escalate(&mut self, since: DateTime<Utc>, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError>;

    /// Marks the wait as escalated; [`Updated::Stale`] when it was already, or nothing waits.
    fn record_escalated(&mut self, id: CaseId, now: DateTime<Utc>) -> Result<Updated, StoreError>;
}
