//! A message of a thread: its status, whether it counts, what it answers, and who has read it.

use followup_domain::asking::reason::{Because, Why};
use followup_domain::audit::facts;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{CallOutcome, Message, MessageStatus};
use followup_domain::ports::{ReplyReading, StoreError, Updated};
use followup_words::trail::reminded_by;

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Moves a message's status, where that is legal; says whether it was done.
pub(crate) fn set_status(step: &mut Step<'_>, message: &Message, to: MessageStatus, why: Option<&Why<'_>>) -> Result<bool, StoreError> {
    let Some(from) = message.status.filter(|from| from.may_become(to)) else { return Ok(false) };
    if step.tx.messages().update_status(message.id, from, to, step.now)? == Updated::Stale {
        return Ok(false);
    }
    let status = |status: MessageStatus| facts([("status", status.as_str().into())]);
    let told = Told::new("message.status", status(to)).from(status(from)).why(why);
    tell(step, Subject::Message(message.case_id, message.id), told)?;
    Ok(true)
}

/// The answer of a message is another one's: it stands again where its transport says; says what that is, if it was answered.
pub(crate) fn take_answer_back(step: &mut Step<'_>, message: &Message) -> Result<Option<MessageStatus>, StoreError> {
    let from = MessageStatus::Responded;
    let to = match message.delivery {
        Some(delivery) => delivery.status(),
        None if message.call_outcome == Some(CallOutcome::Reached) => MessageStatus::Sent,
        None => MessageStatus::Failed,
    };
    if message.status != Some(from) || step.tx.messages().update_status(message.id, from, to, step.now)? == Updated::Stale {
        return Ok(None);
    }
    let status = |status: MessageStatus| facts([("status", status.as_str().into())]);
    let told = Told::new("message.status", status(to)).from(status(from)).why(Some(&Because::AnswerMoved.into()));
    tell(step, Subject::Message(message.case_id, message.id), told)?;
    Ok(Some(to))
}

/// The reporter is reminded of a message, which stays as it is.
pub(crate) fn tell_reminded(step: &mut Step<'_>, message: &Message, by: MessageId) -> Result<(), StoreError> {
    let told = Told::new("message.reminded", facts([("reminded_by", by.0.into())])).because(Some(&reminded_by(by.0)));
    tell(step, Subject::Message(message.case_id, message.id), told)
}

/// A flagged reply counts from now on; says whether it waited for that.
pub(crate) fn confirm(step: &mut Step<'_>, case_id: CaseId, id: MessageId) -> Result<bool, StoreError> {
    if step.tx.messages().confirm(id)? == Updated::Stale {
        return Ok(false);
    }
    let told = Told::new("message.confirmed", facts([("confirmed", true.into())])).from(facts([("confirmed", false.into())]));
    tell(step, Subject::Message(Some(case_id), id), told)?;
    Ok(true)
}

/// A message answers another one of its thread; says whether it could be linked.
pub(crate) fn link(step: &mut Step<'_>, message: &Message, parent_id: MessageId) -> Result<bool, StoreError> {
    if step.tx.messages().link(message.id, parent_id)? == Updated::Stale {
        return Ok(false);
    }
    let old = facts([("parent_id", message.parent_id.map(|parent| parent.0).into())]);
    let told = Told::new("message.linked", facts([("parent_id", parent_id.0.into())])).from(old);
    tell(step, Subject::Message(message.case_id, message.id), told)?;
    Ok(true)
}

/// Keeps how a stored mail reads beside the letter that it answers.
pub(crate) fn keep_reading(step: &mut Step<'_>, id: MessageId, reading: &ReplyReading) -> Result<(), StoreError> {
    step.tx.readings().insert(id, reading)
}

/// Whoever does the step has read a case's thread up to a message; says whether something of it was new to him. Where nothing was, the audit
/// trail has nothing to tell.
pub(crate) fn mark_read(step: &mut Step<'_>, case_id: CaseId, up_to: MessageId) -> Result<bool, StoreError> {
    if step.tx.answers().mark_read(case_id, step.actor.name(), up_to, step.now)? == 0 {
        return Ok(false);
    }
    tell(step, Subject::Case(case_id), Told::new("thread.read", facts([("up_to", up_to.0.into())])))?;
    Ok(true)
}

/// Whoever does the step decides about the answers of a case that he has read: they wait no more; says whether one did.
pub(crate) fn attend(step: &mut Step<'_>, case_id: CaseId) -> Result<bool, StoreError> {
    let attended = step.tx.answers().attend(case_id, step.actor.name())?;
    if attended == 0 {
        return Ok(false);
    }
    tell(step, Subject::Case(case_id), Told::new("thread.attended", facts([("answers", attended.into())])))?;
    Ok(true)
}
