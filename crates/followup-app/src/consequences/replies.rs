//! A person answered: what follows depends on whether the case knows who that is.

use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::StopReason;
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::message::{Delivery, Direction, MailFlag, Message, MessageHeader, MessageStatus};
use followup_domain::ports::{NewInboundMessage, Outcome, ReplyReading, StoreError};
use followup_words::trail::{LATE_REPLY, WROTE_FROM_THERE};

use super::reports::CameIn;
use super::{holding, notify, outcomes};
use crate::facts::mail_hits::Answered;
use crate::facts::reach::spellings;
use crate::facts::reading::reading_of;
use crate::moves::{address, attempt, case as case_moves, message, proposal, received};
use crate::step::Step;

/// A person's answer in a thread.
#[derive(Clone, Copy)]
pub(crate) struct Reply {
    /// Its message.
    pub(crate) id: MessageId,
    /// The message of ours that it answers.
    pub(crate) answers: Option<Answered>,
}

/// A reply stands in the thread: later attempts are held and the evaluator is told; if the case knows the sender, it counts. One that failed
/// DMARC holds nothing: whoever forges a mail must not end what is asked.
pub(super) fn take_reply(step: &mut Step<'_>, case: &Case, reply: Reply, confirmed: bool) -> Result<(), StoreError> {
    let mut step = step.by_itself();
    let step = &mut step;
    if confirmed || !failed_dmarc(step, reply.id)? {
        holding::hold_attempts(step, case.id, &StopReason::Answered.into())?;
    }
    if confirmed {
        // What somebody unknown wrote proposes nothing, and ends no question.
        proposal::await_reading(step, reply.id, case.id)?;
        count_reply(step, case, reply.answers)?;
        if let Some(reply) = step.tx.messages().find(reply.id)? {
            clear_by_reply(step, &reply)?;
        }
    }
    notify::of_reply(step, case, reply.id)
}

/// A person accepted the sender of a reply that stands in the thread already: it counts from now on.
pub(super) fn take_confirmed(step: &mut Step<'_>, case: &Case, reply: &Message, answers: Option<Answered>) -> Result<(), StoreError> {
    let mut step = step.by_itself();
    if failed_dmarc(&mut step, reply.id)? {
        holding::hold_attempts(&mut step, case.id, &StopReason::Answered.into())?;
    }
    proposal::await_reading(&mut step, reply.id, case.id)?;
    count_reply(&mut step, case, answers)?;
    clear_by_reply(&mut step, reply)
}

fn failed_dmarc(step: &mut Step<'_>, reply: MessageId) -> Result<bool, StoreError> {
    Ok(step.tx.readings().flags(&[reply])?.iter().any(|(_, flag)| *flag == MailFlag::FailedDmarc))
}

/// A reply that counts: a closed follow-up opens, what it answers is `responded`, and what left before it waits no more.
fn count_reply(step: &mut Step<'_>, case: &Case, answers: Option<Answered>) -> Result<(), StoreError> {
    let mut step = step.by_itself();
    let step = &mut step;
    if case.followup_status == FollowupStatus::Closed && case_moves::reopen(step, case, LATE_REPLY)? {
        case_moves::settle_waiting(step, case.id)?;
    }
    mark_responded(step, answers)?;
    case_moves::refresh_awaiting(step, case.id)
}

/// A person said what a reply answers: in place of what it was taken to answer, where that was another message. It counted before, so that
/// nothing else follows.
pub(super) fn take_linked(step: &mut Step<'_>, reply: &Message, answers: Answered) -> Result<(), StoreError> {
    let mut step = step.by_itself();
    let step = &mut step;
    if let Some(before) = reply.parent_id {
        take_answer_back(step, reply, before)?;
    }
    mark_responded(step, Some(answers))?;
    match reply.case_id {
        Some(case_id) => case_moves::refresh_awaiting(step, case_id),
        None => Ok(()),
    }
}

/// A reply was taken for a letter's answer and is another one's: unless something else answers the letter, it waits again. What the reply
/// showed of its way stays known.
fn take_answer_back(step: &mut Step<'_>, reply: &Message, letter: MessageId) -> Result<(), StoreError> {
    let Some(letter) = step.tx.messages().find(letter)?.filter(|letter| letter.direction == Direction::Out) else { return Ok(()) };
    let Some(case_id) = letter.case_id else { return Ok(()) };
    // Another copy of the reply says nothing of its own.
    let is_copy = |other: &MessageHeader| other.duplicate_of == Some(reply.id) || reply.duplicate_of == Some(other.id);
    let answers =
        |other: &MessageHeader| other.id != reply.id && other.parent_id == Some(letter.id) && other.is_human_reply() && !is_copy(other);
    if step.tx.threads().headers(case_id)?.iter().any(answers) {
        return Ok(());
    }
    match message::take_answer_back(step, &letter)? {
        Some(stands) => attempt::take_answer_back(step, &letter, stands),
        None => Ok(()),
    }
}

fn mark_responded(step: &mut Step<'_>, answers: Option<Answered>) -> Result<(), StoreError> {
    let Some(Answered { message_id, named }) = answers else { return Ok(()) };
    let Some(letter) = step.tx.messages().find(message_id)?.filter(|letter| letter.direction == Direction::Out) else { return Ok(()) };
    // What still waits cannot have been answered: it would be said to be sent once more when it leaves.
    if letter.delivery == Some(Delivery::Queued) {
        return Ok(());
    }
    // Our References name letters of unknown fate too, so that they return in every answer to a later one.
    if !named && letter.delivery == Some(Delivery::Uncertain) {
        return Ok(());
    }
    // Whoever answers a message has got it.
    let transport_response = letter.transport_response.clone();
    let arrived = Outcome { transport_response, ..Outcome::of(Delivery::Delivered, step.now) };
    outcomes::settle(step, &letter, &arrived, None)?;
    let letter = step.tx.messages().find(message_id)?.unwrap_or(letter);
    if message::set_status(step, &letter, MessageStatus::Responded, None)? {
        attempt::change_of(step, &letter, AttemptStatus::Responded, None)?;
    }
    Ok(())
}

/// The reporter wrote from the address after it failed, so it works. An earlier mail, which is understood or confirmed late, says nothing
/// of what came after it.
fn clear_by_reply(step: &mut Step<'_>, reply: &Message) -> Result<(), StoreError> {
    let Some(from) = reply.content.from.as_deref() else { return Ok(()) };
    let is_later = |known: &FailedAddress| known.at <= reply.created_at;
    for spelling in spellings(from) {
        address::clear(step, (reply.channel, &spelling), WROTE_FROM_THERE, &is_later)?;
    }
    Ok(())
}

/// Puts a person's answer into the threads of the further cases too, with its effects there: it stands in the thread of each, so that none
/// waits for an answer that has come. The rows share the bytes, and name the first one as the mail that they repeat; each is read beside
/// the letter that it answers in its own case.
pub(super) fn file_copies(step: &mut Step<'_>, came: CameIn<'_>, message: &NewInboundMessage) -> Result<(), StoreError> {
    for other in &came.matched.also {
        let reading = match other.answers {
            Some(answered) => reading_of(step, &came.mail.body_text, answered.message_id)?,
            None => None,
        };
        let mut copy = NewInboundMessage {
            case_id: Some(other.case.id),
            parent_id: other.answers.map(|answered| answered.message_id),
            duplicate_of: Some(came.message_id),
            // A case of which it repeats something is not among them.
            is_repeated: false,
            case_match: Some(other.case_match),
            ..message.clone()
        };
        if let Some(ReplyReading { reply, quoted, .. }) = reading {
            (copy.content.body, copy.content.body_quoted) = (reply, quoted);
        }
        let id = received::receive_copy(step, (&copy, came.message_id), came.matched, other)?;
        take_reply(step, &other.case, Reply { id, answers: other.answers }, other.case_match.confirmed)?;
    }
    Ok(())
}

/// The reporter answered by another way, as a person says.
pub(super) fn answered_elsewhere(step: &mut Step<'_>, case_id: CaseId) -> Result<(), StoreError> {
    holding::hold_attempts(step, case_id, &StopReason::Answered.into())
}
