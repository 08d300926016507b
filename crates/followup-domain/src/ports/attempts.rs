//! Plan templates, applied plans and scheduled contacts.

use chrono::{DateTime, Utc};

use super::{Inserted, StoreError, Updated};
use crate::asking::plan::{Attempt, AttemptStatus, Plan, PlanStatus, PlanTemplate, TemplateAttempt};
use crate::ids::{AttemptId, CaseId, MessageId, PlanId, TemplateId};
use crate::message::Channel;

/// A plan to be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// Its case.
    pub case_id: CaseId,
    /// Its template.
    pub template_id: TemplateId,
    /// The template's name.
    pub name: String,
    /// From when the hours count (UTC).
    pub base_at: DateTime<Utc>,
    /// Now (UTC).
    pub applied_at: DateTime<Utc>,
}

/// A template's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTemplate {
    /// Its name.
    pub name: String,
    /// The unit's own reference.
    pub reference: Option<String>,
    /// Its attempts, checked by [`crate::asking::plan::check_attempts`].
    pub attempts: Vec<TemplateAttempt>,
    /// Notes.
    pub notes: Option<String>,
}

/// Plan templates and applied plans.
pub trait PlanRepository {
    /// A template.
    fn find_template(&mut self, id: TemplateId) -> Result<Option<PlanTemplate>, StoreError>;

    /// Templates by id: those that are offered, or all.
    fn list_templates(&mut self, with_archived: bool) -> Result<Vec<PlanTemplate>, StoreError>;

    /// Stores a template.
    fn insert_template(&mut self, template: &NewTemplate) -> Result<TemplateId, StoreError>;

    /// Replaces a template's name, reference, attempts and notes; plans that were applied keep their own dates.
    /// [`Updated::Stale`] for an unknown or archived one.
    fn update_template(&mut self, id: TemplateId, template: &NewTemplate) -> Result<Updated, StoreError>;

    /// Takes a template out of the offer; [`Updated::Stale`] for an unknown or archived one.
    fn archive_template(&mut self, id: TemplateId) -> Result<Updated, StoreError>;

    /// An ended plan becomes active again, because one of its attempts was brought back: the state it had. `None` when it is
    /// active, or the case has another active plan.
    fn reopen(&mut self, id: PlanId) -> Result<Option<PlanStatus>, StoreError>;

    /// Stores an active plan. [`Inserted::Duplicate`] with the active plan that the case has already.
    fn insert(&mut self, plan: &NewPlan) -> Result<Inserted<PlanId>, StoreError>;

    /// The active plan of a case.
    fn find_active(&mut self, case_id: CaseId) -> Result<Option<Plan>, StoreError>;

    /// The plan of a case that was applied last, in any state.
    fn find_latest(&mut self, case_id: CaseId) -> Result<Option<Plan>, StoreError>;

    /// Moves a plan's state; [`Updated::Stale`] when it is no longer active.
    fn end(&mut self, id: PlanId, status: PlanStatus, now: DateTime<Utc>) -> Result<Updated, StoreError>;
}

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
    pub channel: Channel,
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

/// Scheduled contacts.
pub trait AttemptRepository {
    /// Schedules attempts, in one statement; ids in the same order.
    fn insert_all(&mut self, attempts: &[NewAttempt]) -> Result<Vec<AttemptId>, StoreError>;

    /// An attempt.
    fn find(&mut self, id: AttemptId) -> Result<Option<Attempt>, StoreError>;

    /// All attempts of a case, by due date, then position, then id.
    fn list(&mut self, case_id: CaseId) -> Result<Vec<Attempt>, StoreError>;

    /// Cases with a pending attempt that is due, each once, by id, after `after`; at most `limit`.
    fn list_due_cases(&mut self, now: DateTime<Utc>, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError>;

    /// Moves an attempt's state; [`Updated::Stale`] when it is no longer `from`. The caller has checked [`AttemptStatus::may_become`].
    fn update(&mut self, update: &AttemptUpdate) -> Result<Updated, StoreError>;
}
