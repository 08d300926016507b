//! Plans of cases.

use chrono::{DateTime, Utc};

use super::{Inserted, StoreError, Updated};
use crate::asking::plan::{Plan, PlanStatus};
use crate::ids::{CaseId, PlanId, TemplateId};

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

/// Plan templates and applied plans.
pub trait PlanRepository {
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
