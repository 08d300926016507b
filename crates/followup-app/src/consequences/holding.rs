//! What is scheduled or queued waits, or goes on: since the reporter was heard, since letters to his address came back, since it works again.

use followup_domain::asking::next_contact::Way;
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlanStatus, PlannedChannel};
use followup_domain::asking::reason::{Because, StopReason, Why};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::CaseId;
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::message::{Channel, Message, MessageKind};
use followup_domain::ports::StoreError;

use super::asking::queue_automatic;
use crate::facts::attempts::attempt_of;
use crate::facts::gate::Withdrawal;
use crate::facts::reach::{channels, held_for};
use crate::facts::way::{channel_of, first_channel, way_by};
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

/// What a case has scheduled or queued for an address or number waits until that works again, unless another channel may carry it.
pub(super) fn hold_for_address(step: &mut Step<'_>, case: &Case, held: &FailedAddress) -> Result<(), StoreError> {
    let why: Why<'_> = StopReason::AddressFails(held.failure.clone()).into();
    for attempt in step.tx.attempts().list(case.id)? {
        let waits = attempt.status == AttemptStatus::Sending;
        let channel = match attempt.carried_by.filter(|_| waits) {
            Some(channel) => channel,
            None => channel_of(step, case, attempt.channel)?,
        };
        if attempt.waits_for_a_person() || !goes_to(step, case, channel, held)? {
            continue;
        }
        if waits && goes_another_way(step, case, &attempt, channel)? {
            queue::stop_letter_of(step, &attempt, AttemptStatus::Pending, &Because::AnotherWay.into())?;
        } else if hold(step, &attempt, &why)? {
            address::wait(step, case.id, Some(attempt.id), &held.address)?;
        }
    }
    let queued = step.tx.automatics().queued(case.id)?;
    let by = match queued {
        Some(id) => step.tx.messages().find(id)?.map(|message| message.channel),
        None => None,
    };
    let goes_there = match by {
        Some(channel) => goes_to(step, case, channel, held)?,
        None => true,
    };
    if !goes_there {
        return Ok(());
    }
    queue::skip_automatic(step, case.id, &why)?;
    if is_open(step, case)? {
        let now = step.now;
        return queue_automatic(step, case, now);
    }
    // What the letter asked is to be asked again, by which letter shows when the address works.
    address::wait(step, case.id, None, &held.address)
}

/// Whether a channel leads to an address that failed.
fn goes_to(step: &mut Step<'_>, case: &Case, channel: Channel, held: &FailedAddress) -> Result<bool, StoreError> {
    Ok(held_for(step, case, channel)?.is_some_and(|known| known.address == held.address))
}

/// Whether a channel that goes by itself reaches the reporter.
fn is_open(step: &mut Step<'_>, case: &Case) -> Result<bool, StoreError> {
    let first = first_channel(step, case)?;
    Ok(way_by(step, case, first)? == Way::Open)
}

/// Whether a contact for which any channel will do has another one than this.
fn goes_another_way(step: &mut Step<'_>, case: &Case, attempt: &Attempt, than: Channel) -> Result<bool, StoreError> {
    Ok(attempt.channel == PlannedChannel::Auto && first_channel(step, case)? != than && is_open(step, case)?)
}

/// A letter failed at an address that is held: the contact that it was for goes on by another channel, where any will do.
pub(super) fn go_another_way(step: &mut Step<'_>, case: &Case, letter: &Message) -> Result<(), StoreError> {
    let Some(attempt) = attempt_of(step, letter)?.filter(|attempt| attempt.status == AttemptStatus::Failed) else { return Ok(()) };
    if case.followup_status == FollowupStatus::Closed
        || held_for(step, case, letter.channel)?.is_none()
        || !goes_another_way(step, case, &attempt, letter.channel)?
    {
        return Ok(());
    }
    let mut step = step.by_itself();
    let step = &mut step;
    if attempt::change(step, &attempt, AttemptStatus::Pending, &AttemptChange::because(Because::AnotherWay))? {
        plan::reopen(step, &attempt)?;
    }
    Ok(())
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

/// A claimed letter was taken out of the queue: its attempt becomes what the reason says, and waits where that is an address; where the
/// reason is one of the channel and another one will do, it goes by that.
pub(super) fn settle_withdrawn(step: &mut Step<'_>, message: &Message, withdrawal: &Withdrawal) -> Result<(), StoreError> {
    let attempt = attempt_of(step, message)?;
    if withdrawal.why.is_of_the_way()
        && let Some(case) = case_of(step, message)?
    {
        match &attempt {
            Some(attempt) if goes_another_way(step, &case, attempt, message.channel)? => {
                let change = AttemptChange::because(Because::AnotherWay);
                return attempt::change(&mut step.by_itself(), attempt, AttemptStatus::Pending, &change).map(drop);
            }
            None if message.kind == MessageKind::AutomaticRequest
                && first_channel(step, &case)? != message.channel
                && is_open(step, &case)? =>
            {
                let now = step.now;
                return queue_automatic(step, &case, now);
            }
            _ => {}
        }
    }
    if let (Some(case_id), Some(address)) = (message.case_id, &withdrawal.address) {
        address::wait(step, case_id, attempt.as_ref().map(|attempt| attempt.id), address)?;
    }
    let Some(attempt) = attempt else { return Ok(()) };
    let change = AttemptChange { message_id: withdrawal.counted, ..AttemptChange::because(withdrawal.why.clone()) };
    attempt::change(&mut step.by_itself(), &attempt, withdrawal.attempt, &change).map(drop)
}

fn case_of(step: &mut Step<'_>, message: &Message) -> Result<Option<Case>, StoreError> {
    match message.case_id {
        Some(id) => step.tx.cases().find(id),
        None => Ok(None),
    }
}

/// What of a case waits for an address goes on, if it may; the case is locked.
pub(super) fn restore_case(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    let waiting = step.tx.held_letters().list(case.id)?;
    if waiting.is_empty() {
        return Ok(());
    }
    // Whether its reporter can be reached may be another matter now.
    step.touched.deepen();
    // A closed follow-up has nothing to wait for.
    if case.followup_status == FollowupStatus::Closed {
        return address::forget_waiting(step, case.id);
    }
    let mut goes_on = false;
    for letter in waiting {
        let attempt = match letter.attempt_id {
            Some(id) => step.tx.attempts().find(id)?,
            None => None,
        };
        let planned = attempt.as_ref().map_or(PlannedChannel::Auto, |attempt| attempt.channel);
        let channel = channel_of(step, case, planned)?;
        match held_for(step, case, channel)? {
            // The case has another address by now that does not work either: that is the one to wait for.
            Some(known) if known.address != letter.address => address::wait(step, case.id, letter.attempt_id, &known.address)?,
            Some(_) => {}
            None if channels(step.policy(), &case.record).point_for(channel).is_none() => {}
            None => {
                address::release(step, &letter)?;
                goes_on = true;
                if let Some(attempt) = attempt.filter(|attempt| attempt.status == AttemptStatus::Cancelled) {
                    restore_attempt(&mut step.by_itself(), &attempt)?;
                }
            }
        }
    }
    if goes_on {
        let now = step.now;
        queue_automatic(step, case, now)?;
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
