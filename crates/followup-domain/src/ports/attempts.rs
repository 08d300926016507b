//! Plan templates, applied plans and scheduled contacts.

use chrono::{DateTime, Utc};

use super::{StoreError, Updated};
use crate::asking::plan::{Attempt, AttemptStatus, PlannedChannel};
use crate::ids::{AttemptId, CaseId, MessageId, PlanId};

/// An attempt to be scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttempt {
    /// Its case.
    pub case_id: CaseId,
    /// Its plan.
    pub plan_id: Option<PlanId>,
    /// Its place, from 1.
    pub position: i32,
    /// Its name.
    pub label: String,
    /// When it falls due (UTC).
    pub due_at: DateTime<Utc>,
    /// How the reporter is to be reached.
    pub channel: PlannedChannel,
    /// Why it is scheduled, where that is not plain.
    pub reason: Option<String>,
    /// Now (UTC).
    pub created_at: DateTime<Utc>,
}

/// A new state of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptUpdate {
    /// The attempt.
    pub id: AttemptId,
    /// The state it must have.
    pub from: AttemptStatus,
    /// The state it gets.
    pub to: AttemptStatus,
    /// Why, where it was not sent.
    pub reason: Option<String>,
    /// The message it produced; `None` leaves what is there.
    pub message_id: Option<MessageId>,
    /// A new due date (UTC); `None` leaves what is there.
    pub due_at: Option<DateTime<Utc>>,
    /// A person brings it back: [`Attempt::reactivated_at`] becomes `at`.
    pub reactivated: bool,
    /// Now (UTC).
    pub at: DateTime<Utc>,
}

/// Which attempts of all cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgendaQuery {
    /// Due at this instant (UTC) or later.
    pub from: DateTime<Utc>,
    /// Due before this instant (UTC).
    pub to: DateTime<Utc>,
    /// In this state.
    pub status: Option<AttemptStatus>,
    /// After this one, by due date and number.
    pub after: Option<(DateTime<Utc>, AttemptId)>,
    /// So many at most.
    pub limit: i64,
}

/// Scheduled contacts.
pub trait AttemptRepository {
    /// Schedules attempts, in one statement; ids in the same order.
    fn insert_all(&mut self, attempts: &[NewAttempt]) -> Result<Vec<AttemptId>, StoreError>;

    /// An attempt.
    fn find(&mut self, id: AttemptId) -> Result<Option<Attempt>, StoreError>;

    /// All attempts of a case, by due date, then position, then id.
    fn list(&mut self, case_id: CaseId) -> Result<Vec<Attempt>, StoreError>;

    /// Attempts over all cases, by due date, then id.
    fn list_agenda(&mut self, query: &AgendaQuery) -> Result<Vec<Attempt>, StoreError>;

    /// Cases with a pending attempt that is due, each once, by id, after `after`; at most `limit`.
    fn list_due_cases(&mut self, now: DateTime<Utc>, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError>;

    /// Moves an attempt's state; [`Updated::Stale`] when it is no longer `from`. The caller has checked [`AttemptStatus::may_become`].
    fn update(&mut self, update: &AttemptUpdate) -> Result<Updated, StoreError>;
}
