//! What is scheduled or queued waits, or goes on: since the reporter was heard, since letters to his address came back, since it works again.

use followup_domain::asking::plan::{Attempt, AttemptStatus, PlanStatus};
use followup_domain::asking::reason::{Because, StopReason, Why};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::CaseId;
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::message::{Channel, Message};
use followup_domain::ports::{HeldLetter, StoreError};

use super::asking::queue_automatic;
use crate::facts::attempts::attempt_of;
use crate::facts::gate::Withdrawal;
use crate::facts::reach::{email_of, held_address};
use crate::moves::attempt::{self, AttemptChange};
use crate::moves::{address, plan, queue};
use crate::step::Step;

/// The reporter was heard: what is scheduled waits for a person, who may bring it back.
pub(super) fn hold_attempts(step: &mut Step<'_>, case_id: CaseId, why: &Why<'_>) -> Result<(), StoreError> {
    address::forget_waiting(step, case_id)?;
    for attempt in step.tx.attempts().list(case_id)? {
        hold(step, &attempt, why)?;
    }
    Ok(())
}

/// What would go out by itself waits for a person; what a person has to do stays as it is.
pub(super) fn hold_letters(step: &mut Step<'_>, case_id: CaseId, why: &Why<'_>) -> Result<(), StoreError> {
    address::forget_waiting(step, case_id)?;
    for attempt in step.tx.attempts().list(case_id)?.iter().filter(|attempt| !attempt.waits_for_a_person()) {
        hold(step, attempt, why)?;
    }
    Ok(())
}

/// What a case has scheduled or queued for an address waits until it works again.
pub(super) fn hold_for_address(step: &mut Step<'_>, case_id: CaseId, held: &FailedAddress) -> Result<(), StoreError> {
    let why: Why<'_> = StopReason::AddressFails(held.failure.clone()).into();
    for attempt in step.tx.attempts().list(case_id)?.into_iter().filter(|attempt| attempt.channel == Channel::Email) {
        if hold(step, &attempt, &why)? {
            address::wait(step, case_id, Some(attempt.id), &held.address)?;
        }
    }
    queue::skip_automatic(step, case_id, &why)?;
    // What the letter asked is to be asked again, by which letter shows when the address works.
    address::wait(step, case_id, None, &held.address)
}

/// Holds an attempt that is scheduled or whose letter waits in the queue; says whether it was such a one. An attempt that is due for an
/// address is held for that address.
fn hold(step: &mut Step<'_>, attempt: &Attempt, why: &Why<'_>) -> Result<bool, StoreError> {
    match attempt.status {
        AttemptStatus::Pending => {
            attempt::change(&mut step.by_itself(), attempt, AttemptStatus::Cancelled, &AttemptChange::because(why.clone()))?;
            Ok(true)
        }
        AttemptStatus::Sending => queue::stop_letter_of(step, attempt, AttemptStatus::Cancelled, why),
        _ => Ok(false),
    }
}

/// An attempt that is due waits until its address works again.
pub(super) fn hold_attempt(step: &mut Step<'_>, attempt: &Attempt, held: &FailedAddress) -> Result<(), StoreError> {
    let change = AttemptChange::because(StopReason::AddressFails(held.failure.clone()));
    attempt::change(&mut step.by_itself(), attempt, AttemptStatus::Cancelled, &change)?;
    address::wait(step, attempt.case_id, Some(attempt.id), &held.address)
}

/// A claimed letter was taken out of the queue: its attempt becomes what the reason says, and waits where that is an address.
pub(super) fn settle_withdrawn(step: &mut Step<'_>, message: &Message, withdrawal: &Withdrawal) -> Result<(), StoreError> {
    let attempt = attempt_of(step, message)?;
    if let (Some(case_id), Some(address)) = (message.case_id, &withdrawal.address) {
        address::wait(step, case_id, attempt.as_ref().map(|attempt| attempt.id), address)?;
    }
    let Some(attempt) = attempt else { return Ok(()) };
    let change = AttemptChange { message_id: withdrawal.counted, ..AttemptChange::because(withdrawal.why.clone()) };
    attempt::change(&mut step.by_itself(), &attempt, withdrawal.attempt, &change).map(drop)
}

/// What of a case waits for an address goes on, if it may; the case is locked.
pub(super) fn restore_case(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    let waiting = step.tx.held_letters().list(case.id)?;
    if waiting.is_empty() {
        return Ok(());
    }
    // Whether its reporter can be reached may be another matter now.
    step.touched.deepen();
    if !may_go_on(step, case)? {
        return wait_for_another(step, case, &waiting);
    }
    address::forget_waiting(step, case.id)?;
    if case.followup_status == FollowupStatus::Closed {
        return Ok(());
    }
    for attempt_id in waiting.into_iter().filter_map(|letter| letter.attempt_id) {
        if let Some(attempt) = step.tx.attempts().find(attempt_id)?.filter(|attempt| attempt.status == AttemptStatus::Cancelled) {
            restore_attempt(&mut step.by_itself(), &attempt)?;
        }
    }
    let now = step.now;
    queue_automatic(step, case, now)
}

/// A closed follow-up has nothing to wait for.
fn may_go_on(step: &mut Step<'_>, case: &Case) -> Result<bool, StoreError> {
    if case.followup_status == FollowupStatus::Closed {
        return Ok(true);
    }
    Ok(email_of(step, case).is_some() && held_address(step, case)?.is_none())
}

/// The case has another address by now that does not work either: that is the one to wait for.
fn wait_for_another(step: &mut Step<'_>, case: &Case, waiting: &[HeldLetter]) -> Result<(), StoreError> {
    let Some(known) = held_address(step, case)? else { return Ok(()) };
    for letter in waiting.iter().filter(|letter| letter.address != known.address) {
        address::wait(step, case.id, letter.attempt_id, &known.address)?;
    }
    Ok(())
}

/// Unless another plan was applied after its own, or its own was called off.
fn restore_attempt(step: &mut Step<'_>, attempt: &Attempt) -> Result<(), StoreError> {
    let latest = step.tx.plans().find_latest(attempt.case_id)?.filter(|latest| latest.status != PlanStatus::Cancelled);
    if attempt.plan_id.is_some() && latest.map(|latest| latest.id) != attempt.plan_id {
        return Ok(());
    }
    let change = AttemptChange { reactivated: true, ..AttemptChange::because(Because::AddressWorks) };
    if attempt::change(step, attempt, AttemptStatus::Pending, &change)? {
        plan::reopen(step, attempt)?;
    }
    Ok(())
}
