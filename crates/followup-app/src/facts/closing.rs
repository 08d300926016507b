//! Whether a follow-up may be closed, and whether it is time.

use followup_domain::asking::closing::{ClosureFacts, unmet_checks};
use followup_domain::asking::plan::Attempt;
use followup_domain::asking::waiting::closing_from;
use followup_domain::case::{Case, ClosureReason, FollowupStatus};
use followup_domain::ports::StoreError;
use followup_domain::warnings::WarningCode;

use super::open_items::open_items;
use super::warnings::case_warnings;
use crate::step::Step;

/// What a follow-up is closed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseRequest {
    /// Why.
    pub reason: ClosureReason,
    /// The outcome and what stays open.
    pub notes: String,
    /// Why it is closed although a check does not hold.
    pub override_reason: Option<String>,
}

/// What the checks of closing look at.
pub(crate) fn closure_facts(step: &mut Step<'_>, case: &Case, request: &CloseRequest) -> Result<ClosureFacts, StoreError> {
    let attempts = step.tx.exchanges().count(case.id)?;
    Ok(ClosureFacts {
        reason: request.reason,
        notes: request.notes.clone(),
        undocumented: open_items(step, case)?.into_iter().map(|item| item.path).collect(),
        attempts: usize::try_from(attempts).unwrap_or(0),
        serious: case.record.is_serious(),
        contradictions: contradictions(step, case),
    })
}

/// What a person has to settle before closing.
fn contradictions(step: &Step<'_>, case: &Case) -> Vec<WarningCode> {
    let open = case_warnings(step.policy(), case, step.now).into_iter().filter(|found| found.set_aside.is_none());
    open.map(|found| found.warning.code).filter(|code| code.bars_closing()).collect()
}

/// Whether closing as `max_attempts` is to be proposed: no attempt ahead, no letter queued, nothing unread, and nobody answered for as long as
/// [`closing_from`] says.
pub(crate) fn closing_is_due(step: &mut Step<'_>, case: &Case) -> Result<bool, StoreError> {
    if case.followup_status == FollowupStatus::Closed || case.awaiting_since.is_none() {
        return Ok(false);
    }
    // Somebody wrote, and nobody has looked at it.
    if step.tx.answers().count_unattended(case.id)? > 0 {
        return Ok(false);
    }
    let now = step.now;
    let plan_base = step.tx.plans().find_latest(case.id)?.map(|plan| plan.base_at);
    let days = step.policy().propose_closing_after_days;
    let due_from = closing_from(&step.tx.exchanges().list(case.id)?, case.awaiting_since, plan_base, days);
    if due_from.is_none_or(|from| now < from) {
        return Ok(false);
    }
    // A call that is due and that nobody makes keeps nothing open.
    let is_ahead = |attempt: &Attempt| !attempt.status.is_settled() && (!attempt.waits_for_a_person() || attempt.due_at > now);
    let open = step.tx.attempts().list(case.id)?.iter().any(is_ahead);
    // Nor is it time while a letter waits to leave.
    Ok(!open && step.tx.standings().thread_facts(case.id)?.queued_at.is_none())
}

/// With what the service closes a case itself, if it is due and passes the checks.
pub(crate) fn closes_by_itself(step: &mut Step<'_>, case: &Case) -> Result<Option<CloseRequest>, StoreError> {
    if !closing_is_due(step, case)? {
        return Ok(None);
    }
    let notes = followup_words::to_the_unit::closed_without_answer(step.policy().propose_closing_after_days);
    let request = CloseRequest { reason: ClosureReason::MaxAttempts, notes, override_reason: None };
    let unmet = unmet_checks(&closure_facts(step, case, &request)?);
    Ok(unmet.is_empty().then_some(request))
}
