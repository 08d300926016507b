//! The one place where an attempt changes its state: legal, audited, and its plan ended with the last open attempt.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlanStatus};
use followup_domain::asking::reason::{Because, Why};
use followup_domain::audit::facts;
use followup_domain::ids::{AttemptId, MessageId};
use followup_domain::message::{Message, MessageStatus};
use followup_domain::ports::{AttemptUpdate, NewAttempt, StoreError, Updated};
use followup_words::reasons::shown;

use crate::facts::attempts::attempt_of;
use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// What an attempt becomes besides its state.
#[derive(Debug, Clone, Default)]
pub(crate) struct AttemptChange<'a> {
    /// Why, where it was not sent.
    pub(crate) reason: Option<Why<'a>>,
    /// The message it produced.
    pub(crate) message_id: Option<MessageId>,
    /// A new due date.
    pub(crate) due_at: Option<DateTime<Utc>>,
    /// A person brings it back.
    pub(crate) reactivated: bool,
}

impl<'a> AttemptChange<'a> {
    /// Only its state, for this reason.
    pub(crate) fn because(why: impl Into<Why<'a>>) -> Self {
        Self { reason: Some(why.into()), ..Self::default() }
    }
}

/// Moves an attempt; says whether it was legal and done.
pub(crate) fn change(step: &mut Step<'_>, attempt: &Attempt, to: AttemptStatus, change: &AttemptChange<'_>) -> Result<bool, StoreError> {
    // A new date leaves it pending; every other change is a move.
    let is_legal = attempt.status.may_become(to) || (attempt.status == to && to == AttemptStatus::Pending && change.due_at.is_some());
    if is_legal { write(step, attempt, to, change) } else { Ok(false) }
}

/// The answer of the message that carries an attempt out is another one's: the attempt stands where the message does.
pub(crate) fn take_answer_back(step: &mut Step<'_>, message: &Message, to: MessageStatus) -> Result<(), StoreError> {
    let to = match to {
        MessageStatus::Sent => AttemptStatus::Sent,
        MessageStatus::Uncertain => AttemptStatus::Uncertain,
        MessageStatus::Pending => AttemptStatus::Sending,
        _ => AttemptStatus::Failed,
    };
    let answered = attempt_of(step, message)?.filter(|attempt| attempt.status == AttemptStatus::Responded);
    let Some(attempt) = answered else { return Ok(()) };
    // Why it failed, or why nobody knows, is known as before.
    let why = message.error.as_deref().map_or(Because::AnswerMoved.into(), Why::read);
    write(&mut step.by_itself(), &attempt, to, &AttemptChange::because(why)).map(drop)
}

/// Writes a change that is legal; says whether the attempt was still what it was.
fn write(step: &mut Step<'_>, attempt: &Attempt, to: AttemptStatus, change: &AttemptChange<'_>) -> Result<bool, StoreError> {
    let update = AttemptUpdate {
        id: attempt.id,
        from: attempt.status,
        to,
        reason: change.reason.as_ref().map(Why::stored),
        message_id: change.message_id,
        due_at: change.due_at,
        reactivated: change.reactivated,
        at: step.now,
    };
    if step.tx.attempts().update(&update)? == Updated::Stale {
        return Ok(false);
    }
    tell(step, Subject::Attempt(attempt.case_id, attempt.id), told(attempt, &update).why(change.reason.as_ref()))?;
    // Whoever brings back what is held decides about it.
    if attempt.status == AttemptStatus::Cancelled {
        step.tx.held_letters().release(attempt.case_id, Some(attempt.id))?;
    }
    if to.is_settled() {
        finish_plan_if_settled(&mut step.by_itself(), attempt)?;
    }
    Ok(true)
}

/// Moves the attempt that a message carries out, if any, by the service itself; what is not legal changes nothing.
pub(crate) fn change_of(step: &mut Step<'_>, message: &Message, to: AttemptStatus, reason: Option<Why<'_>>) -> Result<(), StoreError> {
    match attempt_of(step, message)? {
        Some(attempt) => change(&mut step.by_itself(), &attempt, to, &AttemptChange { reason, ..AttemptChange::default() }).map(drop),
        None => Ok(()),
    }
}

/// Schedules one attempt besides any plan; none where the store gives no number.
pub(crate) fn schedule(step: &mut Step<'_>, new: NewAttempt, reason: Option<&str>) -> Result<Option<AttemptId>, StoreError> {
    let told_of = facts([("status", "pending".into()), ("due_at", new.due_at.into()), ("channel", new.channel.as_str().into())]);
    let case_id = new.case_id;
    let stored = new.reason.as_deref().map(shown);
    let Some(id) = step.tx.attempts().insert_all(&[new])?.first().copied() else { return Ok(None) };
    tell(step, Subject::Attempt(case_id, id), Told::new("attempt.scheduled", told_of).because(reason.or(stored.as_deref())))?;
    Ok(Some(id))
}

fn told(attempt: &Attempt, update: &AttemptUpdate) -> Told {
    let mut new = facts([("status", update.to.as_str().into())]);
    if let Some(message_id) = update.message_id {
        new.insert("message_id".into(), message_id.0.into());
    }
    let mut old = facts([("status", update.from.as_str().into())]);
    if let Some(due_at) = update.due_at {
        old.insert("due_at".into(), attempt.due_at.into());
        new.insert("due_at".into(), due_at.into());
    }
    Told::new("attempt.status", new).from(old)
}

fn finish_plan_if_settled(step: &mut Step<'_>, attempt: &Attempt) -> Result<(), StoreError> {
    let Some(plan_id) = attempt.plan_id else { return Ok(()) };
    let attempts = step.tx.attempts().list(attempt.case_id)?;
    let open = attempts.iter().any(|other| other.plan_id == Some(plan_id) && !other.status.is_settled());
    if !open && step.tx.plans().end(plan_id, PlanStatus::Finished, step.now)? == Updated::Yes {
        let told = Told::new("plan.finished", facts([("status", "finished".into())])).from(facts([("status", "active".into())]));
        tell(step, Subject::Plan(attempt.case_id, plan_id), told)?;
    }
    Ok(())
}
