//! What is scheduled or queued waits, or goes on: since the reporter was heard, since letters to his address came back, since it works again.

use followup_domain::asking::plan::{Attempt, AttemptStatus, PlanStatus, PlannedChannel};
use followup_domain::asking::reason::{Because, StopReason, Why};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::message::{Channel, Message, MessageKind};
use followup_domain::ports::StoreError;

use super::asking::queue_automatic;
use crate::facts::attempts::attempt_of;
use crate::facts::gate::Withdrawal;
use crate::facts::reach::{channels, held_for};
use crate::facts::way::{channel_of, open_channel};
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

/// A message that may be the reporter's answer stands in another case: what would go out by itself waits until a person has decided. What waits
/// for an address goes on waiting for it.
pub(super) fn hold_for_doubt(step: &mut Step<'_>, case_id: CaseId) -> Result<(), StoreError> {
    let why: Why<'_> = StopReason::MayBeAnswered.into();
    for attempt in step.tx.attempts().list(case_id)?.iter().filter(|attempt| !attempt.waits_for_a_person()) {
        hold(step, attempt, &why)?;
    }
    queue::skip_automatic(step, case_id, &why)
}

/// What a case has scheduled or queued for an address or number waits until that works again, unless another channel may carry it.
pub(super) fn hold_for_address(
    step: &mut Step<'_>,
    case: &Case,
    (by, held): (Channel, &FailedAddress),
    goes_on: bool,
) -> Result<(), StoreError> {
    let why: Why<'_> = StopReason::AddressFails(held.failure.clone()).into();
    for attempt in step.tx.attempts().list(case.id)? {
        let waits = attempt.status == AttemptStatus::Sending;
        let channel = match attempt.carried_by.filter(|_| waits) {
            Some(channel) => channel,
            None => channel_of(step, case, attempt.channel)?,
        };
        // Where any channel will do and none is left, it waits for the first of them.
        let known = held_for(step, case, channel)?.filter(|known| attempt.channel == PlannedChannel::Auto || known.address == held.address);
        let Some(known) = known.filter(|_| !attempt.waits_for_a_person()) else { continue };
        let letter = attempt.message_id.filter(|_| waits);
        if waits && goes_another_way(step, case, &attempt, (channel, letter))? {
            queue::stop_letter_of(step, &attempt, AttemptStatus::Pending, &Because::AnotherWay.into())?;
        } else if hold(step, &attempt, &why)? {
            address::wait(step, case.id, Some(attempt.id), &known.address)?;
        }
    }
    let queued = step.tx.automatics().queued(case.id)?;
    let waiting = match queued {
        Some(id) => step.tx.messages().find(id)?.map(|message| message.channel),
        None => None,
    };
    if waiting.is_some_and(|channel| channel != by) {
        return Ok(());
    }
    queue::skip_automatic(step, case.id, &why)?;
    if open_channel(step, case)?.is_some() {
        // Where the contact itself goes on by another channel, that one asks.
        let now = step.now;
        return if goes_on { Ok(()) } else { queue_automatic(step, case, now) };
    }
    // What the letter asked is to be asked again, by which letter shows when the address works.
    address::wait(step, case.id, None, &held.address)
}

/// Whether a contact for which any channel will do goes on by another one than this: one reaches the reporter, and nothing has come meanwhile for
/// which its letter would be held.
fn goes_another_way(
    step: &mut Step<'_>,
    case: &Case,
    attempt: &Attempt,
    (than, letter): (Channel, Option<MessageId>),
) -> Result<bool, StoreError> {
    if attempt.channel != PlannedChannel::Auto || case.followup_status == FollowupStatus::Closed || !case.record.estado.is_worked_on() {
        return Ok(false);
    }
    if open_channel(step, case)?.is_none_or(|open| open == than) || !is_of_the_latest_plan(step, attempt)? {
        return Ok(false);
    }
    if let Some(letter) = letter
        && step.tx.exchanges().has_human_reply_after(case.id, letter)?
    {
        return Ok(false);
    }
    Ok(step.tx.answers().count_unattended(case.id)? == 0)
}

/// A letter failed at an address that is held: the contact that it was for goes on by another channel, where any will do; says whether it does.
pub(super) fn go_another_way(step: &mut Step<'_>, case: &Case, letter: &Message) -> Result<bool, StoreError> {
    let Some(attempt) = attempt_of(step, letter)?.filter(|attempt| attempt.status == AttemptStatus::Failed) else { return Ok(false) };
    if !goes_another_way(step, case, &attempt, (letter.channel, Some(letter.id)))? {
        return Ok(false);
    }
    let mut step = step.by_itself();
    let step = &mut step;
    let goes_on = attempt::change(step, &attempt, AttemptStatus::Pending, &AttemptChange::because(Because::AnotherWay))?;
    if goes_on {
        plan::reopen(step, &attempt)?;
    }
    Ok(goes_on)
}

/// Whether no other plan was applied after an attempt's own, and its own was not called off.
fn is_of_the_latest_plan(step: &mut Step<'_>, attempt: &Attempt) -> Result<bool, StoreError> {
    let latest = step.tx.plans().find_latest(attempt.case_id)?.filter(|latest| latest.status != PlanStatus::Cancelled);
    Ok(attempt.plan_id.is_none() || latest.map(|latest| latest.id) == attempt.plan_id)
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
            Some(attempt) if goes_another_way(step, &case, attempt, (message.channel, Some(message.id)))? => {
                let change = AttemptChange::because(Because::AnotherWay);
                return attempt::change(&mut step.by_itself(), attempt, AttemptStatus::Pending, &change).map(drop);
            }
            None if message.kind == MessageKind::AutomaticRequest
                && open_channel(step, &case)?.is_some_and(|open| open != message.channel) =>
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
    if !is_of_the_latest_plan(step, attempt)? {
        return Ok(());
    }
    let change = AttemptChange { reactivated: true, ..AttemptChange::because(Because::AddressWorks) };
    if attempt::change(step, attempt, AttemptStatus::Pending, &change)? {
        plan::reopen(step, attempt)?;
    }
    Ok(())
}
