//! What a plan, or a call, means for the attempts that were scheduled.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{AttemptStatus, Plan, resumed};
use followup_domain::asking::reason::{Because, StopReason};
use followup_domain::case::Case;
use followup_domain::ids::MessageId;
use followup_domain::message::CallOutcome;
use followup_domain::ports::{NewCall, StoreError};

use super::holding;
use crate::facts::asked::request_before_plan;
use crate::facts::open_items::open_items;
use crate::facts::standing::resumable;
use crate::moves::attempt::{self, AttemptChange};
use crate::moves::{case as case_moves, message, plan, proposal, queue};
use crate::step::Step;

/// A request that was accepted since the base date is the plan's first attempt.
pub(super) fn count_earlier_request(step: &mut Step<'_>, plan: &Plan) -> Result<(), StoreError> {
    let attempts = step.tx.attempts().list(plan.case_id)?;
    let first = attempts.iter().find(|attempt| attempt.plan_id == Some(plan.id) && attempt.position == 1);
    let Some(first) = first.filter(|attempt| attempt.status == AttemptStatus::Pending && attempt.reactivated_at.is_none()) else {
        return Ok(());
    };
    let Some(request) = request_before_plan(step, plan)? else { return Ok(()) };
    let change = AttemptChange { message_id: Some(request), ..AttemptChange::because(StopReason::AskedMeanwhile) };
    attempt::change(&mut step.by_itself(), first, AttemptStatus::Sent, &change).map(drop)
}

/// A person decided: the answers that he has read wait no more. What they held goes on after a while, where the deployment wants that and
/// something is still missing.
pub(super) fn take_decision(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    if message::attend(step, case.id)? { go_on_by_itself(step, case) } else { Ok(()) }
}

fn go_on_by_itself(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    let Some(after) = step.policy().resume_after else { return Ok(()) };
    if !case.record.estado.is_worked_on() || step.tx.answers().count_unattended(case.id)? > 0 || open_items(step, case)?.is_empty() {
        return Ok(());
    }
    let from = step.now + after;
    resume(&mut step.by_itself(), case, from)
}

/// What an answer held goes on, the first of it not before an instant.
pub(super) fn resume(step: &mut Step<'_>, case: &Case, from: DateTime<Utc>) -> Result<(), StoreError> {
    let attempts = step.tx.attempts().list(case.id)?;
    let held = resumable(step, case, &attempts)?;
    for (id, due_at) in resumed(&held, from) {
        let Some(attempt) = held.iter().find(|attempt| attempt.id == id) else { continue };
        let change = AttemptChange { due_at: Some(due_at), reactivated: true, ..AttemptChange::because(Because::PlanGoesOn) };
        if attempt::change(step, attempt, AttemptStatus::Pending, &change)? {
            plan::reopen(step, attempt)?;
        }
    }
    Ok(())
}

/// A call was what the scheduled calls that were due by then were for; who declined is not asked any more.
pub(super) fn take_call(step: &mut Step<'_>, call: &NewCall, message_id: MessageId) -> Result<(), StoreError> {
    settle_calls(step, call, message_id)?;
    if call.outcome == CallOutcome::Reached {
        proposal::await_reading(step, message_id, call.case_id)?;
    }
    if call.outcome == CallOutcome::Refused {
        let declined = Because::Declined.into();
        holding::hold_attempts(step, call.case_id, &declined)?;
        queue::skip_automatic(step, call.case_id, &declined)?;
    }
    case_moves::refresh_awaiting(step, call.case_id)
}

fn settle_calls(step: &mut Step<'_>, call: &NewCall, message_id: MessageId) -> Result<(), StoreError> {
    let (status, reason) = match call.outcome {
        CallOutcome::Reached => (AttemptStatus::Completed, Because::CallMade),
        CallOutcome::NoAnswer => (AttemptStatus::Failed, Because::CallNotTaken),
        CallOutcome::WrongNumber => (AttemptStatus::Failed, Because::WrongNumber),
        CallOutcome::Refused => (AttemptStatus::Failed, Because::CallDeclined),
    };
    let change = AttemptChange { message_id: Some(message_id), ..AttemptChange::because(reason) };
    for attempt in step.tx.attempts().list(call.case_id)? {
        if attempt.waits_for_a_person() && attempt.status == AttemptStatus::Pending && attempt.due_at <= call.at {
            attempt::change(step, &attempt, status, &change)?;
        }
    }
    Ok(())
}
