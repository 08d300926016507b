//! A person sends a failed or uncertain message again: a new message with its own Message-ID, in its place. A letter that the service
//! writes is written anew, so it never asks for what has come in meanwhile.

use followup_domain::asking::gate::Verdict;
use followup_domain::asking::missing::MissingItem;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::{Because, StopReason, Why};
use followup_domain::asking::request::Letter;
use followup_domain::audit::Actor;
use followup_domain::case::Case;
use followup_domain::contact::ContactPoint;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Direction, Message, MessageContent, MessageHeader, MessageKind, MessageStatus};
use followup_domain::ports::{AskedItem, Inserted, Lease, NewOutboundMessage, NewOutboundTiming, StoreError};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{MessageError, Reasons, ResendError, SendMessageError, given};
use crate::facts::asked::items_of;
use crate::facts::attempts::attempt_of;
use crate::facts::gate::{self, AtGate};
use crate::facts::letters::first_of;
use crate::facts::lookup::{locked_message, queued_message};
use crate::facts::wording::{content_for, write_letter};
use crate::moves::attempt::{self, AttemptChange};
use crate::moves::queue;
use crate::runs::handing_over::{new_lease, try_once};
use crate::step::Step;
use crate::transaction;

impl App {
    /// Sends a failed or uncertain message again, to the reporter's address as the case has it now. Tried once.
    ///
    /// # Errors
    /// [`ResendError`]. From [`SendMessageError::Stopped`] on, the new message stands in the thread.
    pub fn resend_message(&self, actor: &Actor, case_id: CaseId, id: MessageId, reason: Option<&str>) -> Result<Message, ResendError> {
        self.resend_overriding(actor, case_id, id, reason, None)
    }

    /// As [`App::resend_message`]; with a reason also to an address at which letters failed.
    ///
    /// # Errors
    /// [`ResendError`].
    pub fn resend_overriding(
        &self,
        actor: &Actor,
        case_id: CaseId,
        id: MessageId,
        reason: Option<&str>,
        overriding: Option<&str>,
    ) -> Result<Message, ResendError> {
        let lease = new_lease(self);
        let reasons = Reasons { reason: given(reason), overriding: given(overriding) };
        let message = transaction::write(self, actor, |step| {
            let (case, failed) = locked_message(step, case_id, id)?;
            let message = queue_again(step, (&case, &failed), reasons, &lease)?;
            follow(step, Event::Decided(&case))?;
            Ok::<_, ResendError>(message)
        })?;
        let message = try_once(self, &message, &lease)?;
        // It was sent, whatever becomes of this.
        if let Err(error) = transaction::write(self, actor, |step| settle_doubt(step, &message, reasons.reason)) {
            tracing::error!(message_id = message.id.0, %error, "the attempt of a letter sent again could not be settled");
        }
        Ok(message)
    }
}

/// The attempt whose letter may have left is sent now, whatever became of that letter.
fn settle_doubt(step: &mut Step<'_>, resent: &Message, reason: Option<&str>) -> Result<(), StoreError> {
    let (Some(case_id), Some(attempt_id)) = (resent.case_id, resent.attempt_id) else { return Ok(()) };
    step.tx.cases().find_for_update(case_id)?;
    let attempt = step.tx.attempts().find(attempt_id)?.filter(|attempt| attempt.status == AttemptStatus::Uncertain);
    let Some(attempt) = attempt else { return Ok(()) };
    attempt::change(step, &attempt, AttemptStatus::Sent, &carried_on(resent.id, reason)).map(drop)
}

fn queue_again(
    step: &mut Step<'_>,
    (case, failed): (&Case, &Message),
    reasons: Reasons<'_>,
    lease: &Lease,
) -> Result<Message, ResendError> {
    if failed.direction != Direction::Out {
        return Err(MessageError::Inbound.into());
    }
    if failed.channel == Channel::Call {
        return Err(SendMessageError::UnsupportedChannel.into());
    }
    // What the service writes is its letter still, also for the robots that it meets.
    let is_letter = first_of(step, failed)?.kind.is_written_at_claim();
    let kind = if is_letter { MessageKind::SentNow } else { MessageKind::Manual };
    let at_gate = AtGate { overriding: reasons.overriding.is_some(), ..AtGate::queue(case, kind, failed.channel) };
    let known = gate::of(step, at_gate)?;
    let stopped = match known.verdict() {
        Verdict::Stop { reason: reason @ (StopReason::NoAddress(_) | StopReason::Closed), .. } => {
            return Err(SendMessageError::from(reason).into());
        }
        Verdict::Stop { reason, .. } => Some(reason),
        Verdict::Go | Verdict::Wait { .. } => None,
    };
    refuse_resend(step, case, failed)?;
    if let Some(reason) = stopped {
        return Err(SendMessageError::from(reason).into());
    }
    let to = known.point.ok_or(SendMessageError::NotConfigured)?;
    let (content, asks) =
        if is_letter { written_anew(step, case, (known.asks, failed.channel), &to)? } else { as_it_was(step, case, failed, &to)? };
    let attempt = attempt_of(step, failed)?;
    let external_id = step.deployment.ids.message_id();
    let new = NewOutboundMessage {
        case_id: case.id,
        channel: failed.channel,
        kind,
        content,
        unique_key: format!("resend:{external_id}"),
        external_id,
        attempt_id: attempt.as_ref().map(|attempt| attempt.id),
        resend_of: Some(failed.id),
        created_at: step.now,
        timing: NewOutboundTiming::Leased(lease.clone()),
    };
    let Inserted::New(message_id) = queue::enter(step, &new, reasons.kept())? else {
        return Err(StoreError::Refused("a new Message-ID was used before".into()).into());
    };
    queue::set_asked(step, (message_id, case.id), &asks)?;
    // A failed attempt is carried out by the new letter. One whose letter may have left keeps that letter's fate until the new one
    // is accepted.
    if let Some(attempt) = attempt.filter(|attempt| attempt.status == AttemptStatus::Failed) {
        attempt::change(step, &attempt, AttemptStatus::Sending, &carried_on(message_id, reasons.kept()))?;
    }
    Ok(queued_message(step, message_id)?)
}

/// What stands against sending this message again, whatever it says.
fn refuse_resend(step: &mut Step<'_>, case: &Case, failed: &Message) -> Result<(), ResendError> {
    let status = failed.status.ok_or(MessageError::Inbound)?;
    if !matches!(status, MessageStatus::Failed | MessageStatus::Uncertain) {
        return Err(MessageError::Illegal(status).into());
    }
    let replaces = |other: &MessageHeader| other.resend_of == Some(failed.id) && other.status != Some(MessageStatus::Failed);
    if step.tx.threads().headers(case.id)?.iter().any(replaces) {
        return Err(MessageError::Replaced.into());
    }
    let attempt = match failed.attempt_id {
        Some(attempt_id) => step.tx.attempts().find(attempt_id)?,
        None => None,
    };
    match attempt.map(|attempt| attempt.status).filter(|status| status.wants_no_letter()) {
        Some(settled) => Err(ResendError::AttemptSettled(settled)),
        None => Ok(()),
    }
}

/// A letter of the service, from the case as it is now, with what it asks for.
fn written_anew(
    step: &mut Step<'_>,
    case: &Case,
    (asks, channel): (Vec<MissingItem>, Channel),
    to: &ContactPoint,
) -> Result<(MessageContent, Vec<AskedItem>), ResendError> {
    let written = write_letter(step, case, (&asks, channel), to)?;
    let content = written.map_err(|error| SendMessageError::NotSent(StopReason::TemplateFails(error.to_string())))?;
    Ok((content, items_of(&case.record, asks)))
}

/// What a person wrote, as it was, with what it asked for.
fn as_it_was(
    step: &mut Step<'_>,
    case: &Case,
    failed: &Message,
    to: &ContactPoint,
) -> Result<(MessageContent, Vec<AskedItem>), StoreError> {
    let subject = failed.content.subject.clone().unwrap_or_default();
    let content = content_for(step, case, Letter { subject, body: failed.content.body.clone(), segments: None }, to)?;
    let asked = step.tx.requests().asked(case.id)?.into_iter().filter(|asked| asked.message_id == failed.id);
    Ok((content, asked.map(|asked| asked.item).collect()))
}

fn carried_on(message_id: MessageId, reason: Option<&str>) -> AttemptChange<'_> {
    let why = reason.map_or(Because::SentAgain.into(), Why::Words);
    AttemptChange { message_id: Some(message_id), ..AttemptChange::because(why) }
}
