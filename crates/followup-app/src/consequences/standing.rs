//! At the end of a step: what the cases that it touched stand at now, and what follows where nobody can reach the reporter.

use followup_domain::asking::lanes::Lane;
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlannedChannel};
use followup_domain::asking::reason::{Because, Reason, Why};
use followup_domain::ids::CaseId;
use followup_domain::ports::{NewAttempt, StoreError};
use followup_words::worklist::CALL_THE_REPORTER;

use crate::facts::standing::{Look, look_at};
use crate::moves::attempt::AttemptChange;
use crate::moves::{attempt, standing};
use crate::step::{Depth, Step};

/// Keeps what every case that the step touched stands at.
pub(crate) fn refresh_touched(step: &mut Step<'_>) -> Result<(), StoreError> {
    let (now, mut moved) = (step.now, Vec::new());
    while let Some((case_id, depth)) = step.touched.take() {
        if depth == Depth::Moved {
            moved.push(case_id);
        } else if let Some(look) = look_at(step, case_id, depth, Some(now))? {
            keep(step, case_id, &look)?;
        }
    }
    standing::moved(step, &moved)
}

/// Looks at a case again, in which nothing happened.
pub(crate) fn refresh(step: &mut Step<'_>, case_id: CaseId) -> Result<(), StoreError> {
    // First: what changes from here on is to be looked at again.
    standing::take_outdated(step, case_id)?;
    match look_at(step, case_id, Depth::Everything, None)? {
        Some(look) => keep(step, case_id, &look),
        None => Ok(()),
    }
}

fn keep(step: &mut Step<'_>, case_id: CaseId, look: &Look) -> Result<(), StoreError> {
    standing::keep(step, case_id, &look.now, &look.before)?;
    let is_worked_on = look.case.record.estado.is_worked_on();
    let has_call = || look.attempts.iter().any(|attempt: &Attempt| attempt.waits_for_a_person() && !attempt.status.is_settled());
    if look.enters(Lane::Unreachable) && is_worked_on && !has_call() {
        return schedule_call(step, case_id);
    }
    if look.now.standing.reachable && !look.before.standing.reachable {
        return withdraw_calls(step, look);
    }
    Ok(())
}

/// No channel reaches the reporter: a person calls, or finds out where. Once, whenever that begins.
fn schedule_call(step: &mut Step<'_>, case_id: CaseId) -> Result<(), StoreError> {
    let now = step.now;
    let call = NewAttempt {
        case_id,
        plan_id: None,
        position: 1,
        label: CALL_THE_REPORTER.to_owned(),
        due_at: now,
        channel: PlannedChannel::Call,
        reason: Some(Reason::from(Because::NothingElseReaches).stored()),
        created_at: now,
    };
    attempt::schedule(&mut step.by_itself(), call, None).map(drop)
}

/// The calls that were scheduled for it need nobody any more.
fn withdraw_calls(step: &mut Step<'_>, look: &Look) -> Result<(), StoreError> {
    let why = Why::from(Because::NothingElseReaches);
    for attempt in look.attempts.iter().filter(|attempt| attempt.waits_for_a_person() && attempt.status == AttemptStatus::Pending) {
        if attempt.reason.as_deref().map(Why::read).as_ref() == Some(&why) {
            attempt::change(&mut step.by_itself(), attempt, AttemptStatus::Skipped, &AttemptChange::because(Because::AddressWorks))?;
        }
    }
    Ok(())
}
