//! A plan of a case: applied, called off, active again.

use followup_domain::asking::plan::{Attempt, PlanStatus};
use followup_domain::audit::facts;
use followup_domain::ids::{CaseId, PlanId};
use followup_domain::ports::{Inserted, NewAttempt, NewPlan, StoreError, Updated};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Applies a plan with its attempts; none when the case has an active one.
pub(crate) fn apply(step: &mut Step<'_>, plan: &NewPlan, mut attempts: Vec<NewAttempt>) -> Result<Option<PlanId>, StoreError> {
    let Inserted::New(plan_id) = step.tx.plans().insert(plan)? else { return Ok(None) };
    attempts.iter_mut().for_each(|attempt| attempt.plan_id = Some(plan_id));
    step.tx.attempts().insert_all(&attempts)?;
    let new = facts([("template_id", plan.template_id.0.into()), ("base_at", plan.base_at.into())]);
    tell(step, Subject::Plan(plan.case_id, plan_id), Told::new("plan.applied", new))?;
    Ok(Some(plan_id))
}

/// Calls the active plan of a case off, if there is one.
pub(crate) fn cancel(step: &mut Step<'_>, case_id: CaseId) -> Result<(), StoreError> {
    if let Some(plan) = step.tx.plans().find_active(case_id)?
        && step.tx.plans().end(plan.id, PlanStatus::Cancelled, step.now)? == Updated::Yes
    {
        let told = Told::new("plan.cancelled", facts([("status", "cancelled".into())])).from(facts([("status", "active".into())]));
        tell(step, Subject::Plan(case_id, plan.id), told)?;
    }
    Ok(())
}

/// The plan of an attempt that was brought back is active again.
pub(crate) fn reopen(step: &mut Step<'_>, attempt: &Attempt) -> Result<(), StoreError> {
    let Some(plan_id) = attempt.plan_id else { return Ok(()) };
    if let Some(ended) = step.tx.plans().reopen(plan_id)? {
        let told = Told::new("plan.reopened", facts([("status", "active".into())])).from(facts([("status", ended.as_str().into())]));
        tell(step, Subject::Plan(attempt.case_id, plan_id), told)?;
    }
    Ok(())
}
