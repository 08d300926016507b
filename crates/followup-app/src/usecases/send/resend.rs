//! A person sends a message again: a new message with its own Message-ID. In place of one that failed or is uncertain; of one that was sent
//! it is a reminder, and that one stays as it is. A letter that the service writes is written anew, so it never asks for what has come in
//! meanwhile; what a person wrote goes as it was.

use chrono::{DateTime, Utc};
use followup_domain::asking::gate::Verdict;
use followup_domain::asking::missing::MissingItem;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::{Because, StopReason, Why};
use followup_domain::asking::request::Letter;
use followup_domain::audit::Actor;
use followup_domain::case::Case;
use followup_domain::contact::ContactPoint;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::enclosure::Enclosure;
use followup_domain::message::{Channel, Direction, Message, MessageContent, MessageHeader, MessageKind, WhatsappTemplate};
use followup_domain::ports::{AskedItem, Inserted, Lease, NewOutboundMessage, NewOutboundTiming, StoreError};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{MessageError, Reasons, ResendError, SendMessageError, given};
use crate::facts::again::{asks_still, last_left, refuse_again, reminds_of};
use crate::facts::asked::{asked_by, items_of};
use crate::facts::attempts::attempt_of;
use crate::facts::gate::{self, AtGate};
use crate::facts::letters::first_of;
use crate::facts::lookup::{locked_message, queued_message};
use crate::facts::whatsapp;
use crate::facts::wording::{content_for, content_of_template, too_long, write_letter};
use crate::moves::attempt::{self, AttemptChange};
use crate::moves::{message as message_moves, queue};
use crate::runs::handing_over::{new_lease, try_once};
use crate::step::Step;
use crate::transaction;

/// A message that was sent again.
#[derive(Debug, Clone, PartialEq)]
pub struct Resent {
    /// The new message.
    pub message: Message,
    /// When a message to the reporter had left last (UTC).
    pub previous_sent_at: Option<DateTime<Utc>>,
}

impl App {
    /// Sends a message again, to the reporter's address as the case has it now: one that failed or is uncertain, in its place; one that was
    /// sent and that nobody answered, as a reminder, once. Tried once.
    ///
    /// # Errors
    /// [`ResendError`]. From [`SendMessageError::Stopped`] on, the new message stands in the thread.
    pub fn resend_message(&self, actor: &Actor, case_id: CaseId, id: MessageId, reason: Option<&str>) -> Result<Message, ResendError> {
        self.resend_overriding(actor, case_id, id, reason, None).map(|resent| resent.message)
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
    ) -> Result<Resent, ResendError> {
        let lease = new_lease(self);
        let reasons = Reasons { reason: given(reason), overriding: given(overriding) };
        let queued = transaction::write(self, actor, |step| {
            let (case, earlier) = locked_message(step, case_id, id)?;
            // Before the gate: whoever has read an answer and reminds all the same has decided about it.
            follow(step, Event::Decided(&case))?;
            queue_again(step, (&case, &earlier), reasons, &lease)
        })?;
        let message = try_once(self, &queued.message, &lease)?;
        // It was sent, whatever becomes of this.
        if let Err(error) = transaction::write(self, actor, |step| settle_doubt(step, &message, reasons.reason)) {
            tracing::error!(message_id = message.id.0, %error, "the attempt of a letter sent again could not be settled");
        }
        Ok(Resent { message, ..queued })
    }
}

/// The attempt whose letter may have left is sent now, whatever became of that letter.
fn settle_doubt(step: &mut Step<'_>, resent: &Message, reason: Option<&str>) -> Result<(), StoreError> {
    let (Some(case_id), Some(attempt_id), None) = (resent.case_id, resent.attempt_id, resent.reminder_of) else { return Ok(()) };
    step.tx.cases().find_for_update(case_id)?;
    let attempt = step.tx.attempts().find(attempt_id)?.filter(|attempt| attempt.status == AttemptStatus::Uncertain);
    let Some(attempt) = attempt else { return Ok(()) };
    attempt::change(step, &attempt, AttemptStatus::Sent, &carried_on(resent.id, reason)).map(drop)
}

fn queue_again(
    step: &mut Step<'_>,
    (case, earlier): (&Case, &Message),
    reasons: Reasons<'_>,
    lease: &Lease,
) -> Result<Resent, ResendError> {
    if earlier.direction != Direction::Out {
        return Err(MessageError::Inbound.into());
    }
    if earlier.channel == Channel::Call {
        return Err(SendMessageError::UnsupportedChannel.into());
    }
    // What the service writes is its letter still, also for the robots that it meets.
    let is_letter = first_of(step, earlier)?.kind.is_written_at_claim();
    let kind = if is_letter { MessageKind::SentNow } else { MessageKind::Manual };
    let reminds = reminds_of(earlier);
    let is_template = is_letter || earlier.content.template.is_some();
    let at_gate = AtGate { overriding: reasons.overriding.is_some(), reminds, is_template, ..AtGate::queue(case, kind, earlier.channel) };
    let known = gate::of(step, at_gate)?;
    let stopped = match known.verdict() {
        Verdict::Stop { reason: reason @ (StopReason::NoAddress(_) | StopReason::Closed), .. } => {
            return Err(SendMessageError::from(reason).into());
        }
        Verdict::Stop { reason, .. } => Some(reason),
        Verdict::Go | Verdict::Wait { .. } => None,
    };
    let thread = step.tx.threads().headers(case.id)?;
    refuse_again(step, earlier, &thread)?;
    if let Some(reason) = stopped {
        return Err(SendMessageError::from(reason).into());
    }
    if reminds.is_some() && !asks_still(step, earlier, case)? {
        return Err(SendMessageError::NotSent(StopReason::NothingMissing).into());
    }
    let to = known.point.ok_or(SendMessageError::NotConfigured)?;
    let written =
        if is_letter { written_anew(step, case, (known.asks, earlier.channel), &to)? } else { as_it_was(step, case, earlier, &to)? };
    let message = enter_again(step, (case, earlier, reminds), (kind, written, &thread), (reasons, lease))?;
    Ok(Resent { message, previous_sent_at: last_left(&thread) })
}

/// What a message says, asks for and brings.
struct Written {
    content: MessageContent,
    asks: Vec<AskedItem>,
    enclosures: Vec<Enclosure>,
}

/// Puts the new message into the queue, with what that means for the earlier one and for its attempt.
fn enter_again(
    step: &mut Step<'_>,
    (case, earlier, reminds): (&Case, &Message, Option<MessageId>),
    (kind, written, thread): (MessageKind, Written, &[MessageHeader]),
    (reasons, lease): (Reasons<'_>, &Lease),
) -> Result<Message, ResendError> {
    let Written { mut content, asks, enclosures } = written;
    let attempt = attempt_of(step, earlier)?;
    let external_id = step.deployment.ids.message_id();
    let is_reminder = reminds == Some(earlier.id);
    if let (Some(id), Channel::Email, Some(_)) = (&earlier.external_id, earlier.channel, reminds) {
        content.stand_below(id);
    }
    // Of the reminders of a message each has its number, so that one made twice is one.
    let number = thread.iter().filter(|other| other.reminder_of == Some(earlier.id)).count() + 1;
    let unique_key = if is_reminder { format!("reminder:{}:{number}", earlier.id) } else { format!("resend:{external_id}") };
    let new = NewOutboundMessage {
        case_id: case.id,
        channel: earlier.channel,
        kind,
        content,
        unique_key,
        external_id,
        attempt_id: attempt.as_ref().map(|attempt| attempt.id).or(reminds.and(earlier.attempt_id)),
        resend_of: Some(earlier.id).filter(|_| !is_reminder),
        reminder_of: reminds,
        enclosures,
        created_at: step.now,
        timing: NewOutboundTiming::Leased(lease.clone()),
    };
    let message_id = match queue::enter(step, &new, reasons.kept())? {
        Inserted::New(id) => id,
        Inserted::Duplicate(id) if is_reminder => return Err(MessageError::Reminded(id).into()),
        Inserted::Duplicate(_) => return Err(StoreError::Refused("a new Message-ID was used before".into()).into()),
    };
    queue::set_asked(step, (message_id, case.id), &asks)?;
    if is_reminder {
        message_moves::tell_reminded(step, earlier, message_id)?;
    } else if let Some(attempt) = attempt.filter(|attempt| attempt.status == AttemptStatus::Failed) {
        // A failed attempt is carried out by the new letter. One whose letter may have left keeps that letter's fate until the new one
        // is accepted.
        attempt::change(step, &attempt, AttemptStatus::Sending, &carried_on(message_id, reasons.kept()))?;
    }
    Ok(queued_message(step, message_id)?)
}

/// A letter of the service, from the case as it is now, with what it asks for.
fn written_anew(
    step: &mut Step<'_>,
    case: &Case,
    (asks, channel): (Vec<MissingItem>, Channel),
    to: &ContactPoint,
) -> Result<Written, ResendError> {
    let written = write_letter(step, case, (&asks, channel), to)?;
    let content = written.map_err(SendMessageError::NotSent)?;
    Ok(Written { content, asks: items_of(&case.record, asks), enclosures: Vec::new() })
}

/// What a person wrote, as it was, with its files and what it asked for.
fn as_it_was(step: &mut Step<'_>, case: &Case, earlier: &Message, to: &ContactPoint) -> Result<Written, ResendError> {
    if let Some(reason) = too_long(step.policy(), earlier.channel, &earlier.content.body) {
        return Err(SendMessageError::NotSent(reason).into());
    }
    let subject = earlier.content.subject.clone().unwrap_or_default();
    let content = match &earlier.content.template {
        Some(template) => filled_again(step, case, template, to)?,
        None => content_for(step, case, Letter { subject, body: earlier.content.body.clone() }, to)?,
    };
    let enclosures = step.tx.enclosures().of_message(earlier.id)?;
    Ok(Written { content, asks: asked_by(step, case, earlier.id)?, enclosures })
}

/// A provider's template as it is known now, filled as it was.
fn filled_again(step: &mut Step<'_>, case: &Case, earlier: &WhatsappTemplate, to: &ContactPoint) -> Result<MessageContent, ResendError> {
    let named = whatsapp::named(step, &earlier.name)?;
    if let Some(reason) = named.refusal().or_else(|| named.misfit(earlier.parameters.len())) {
        return Err(SendMessageError::NotSent(reason).into());
    }
    Ok(content_of_template(step, case, named.filled(earlier.parameters.clone()), to)?)
}

fn carried_on(message_id: MessageId, reason: Option<&str>) -> AttemptChange<'_> {
    let why = reason.map_or(Because::SentAgain.into(), Why::Words);
    AttemptChange { message_id: Some(message_id), ..AttemptChange::because(why) }
}
