//! A person writes to the reporter: tried once, now, and answered with what became of it.

use followup_domain::asking::gate::Verdict;
use followup_domain::asking::request::{Letter, asked_in};
use followup_domain::audit::Actor;
use followup_domain::case::{Case, FieldError};
use followup_domain::contact::ContactPoint;
use followup_domain::ids::{CaseId, MessageId, UploadId};
use followup_domain::message::enclosure::{Enclosure, MOST_ENCLOSED, MOST_FILES};
use followup_domain::message::{Channel, Message, MessageKind};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{Inserted, Lease, NewOutboundMessage, NewOutboundTiming, Remembered, StoreError};
use followup_words::reasons::stopped;

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{SendMessageError, given};
use crate::facts::asked::asked_items;
use crate::facts::gate::{self, AtGate};
use crate::facts::lookup::queued_message;
use crate::facts::open_items::open_items;
use crate::facts::wording::{as_the_channel_writes, content_for, too_long, usual_subject};
use crate::moves::keys::{self, IdempotencyKey};
use crate::moves::{file, queue};
use crate::runs::handing_over::{new_lease, try_once};
use crate::step::Step;
use crate::transaction;

/// Longer subjects are refused rather than cut; in characters.
pub const LONGEST_SUBJECT: usize = 250;

/// What a person wants sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendRequest {
    /// `email`, `sms` or `whatsapp`.
    pub channel: Option<String>,
    /// The text; not needed with a template.
    pub body: Option<String>,
    /// Subject of an e-mail; without one, the request's usual subject.
    pub subject: Option<String>,
    /// A provider's message template (WhatsApp).
    pub template: Option<String>,
    /// Files that wait, to go with it: an e-mail's.
    pub attachments: Vec<UploadId>,
    /// Why it is sent although letters to the address came back.
    pub override_reason: Option<String>,
}

/// The message, and whether this request made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// False when an earlier request with the same key made it.
    pub created: bool,
}

impl App {
    /// Queues the message under a lease of its own, hands it over, and answers with what the transport said. Never requeues.
    ///
    /// # Errors
    /// [`SendMessageError`]. From [`SendMessageError::Stopped`] on, the message stands in the thread.
    pub fn send_message(
        &self,
        actor: &Actor,
        case_id: CaseId,
        request: &SendRequest,
        key: Option<&IdempotencyKey>,
    ) -> Result<Sent, SendMessageError> {
        check_text(request)?;
        check_length(&self.policy, request)?;
        let lease = new_lease(self);
        let queued = transaction::write(self, actor, |step| {
            let Some(case) = step.tx.cases().find_for_update(case_id)? else { return Err(SendMessageError::NotFound) };
            match keys::begin(step, key)? {
                Remembered::New => {}
                Remembered::Different => return Err(SendMessageError::KeyReused),
                Remembered::Same(id) => {
                    let message = step.tx.messages().find(MessageId(id))?;
                    return message.map(Queued::Earlier).ok_or(SendMessageError::NotFound);
                }
            }
            let checked = check(step, &case, request)?;
            let message = insert(step, &case, checked, &lease)?;
            keys::complete(step, key, message.id.0)?;
            follow(step, Event::Decided(&case))?;
            Ok(Queued::New(message))
        })?;
        let message = match queued {
            Queued::Earlier(message) => return Ok(Sent { message, created: false }),
            Queued::New(message) => message,
        };
        Ok(Sent { message: try_once(self, &message, &lease)?, created: true })
    }
}

/// What a request comes to for this case, or why it cannot be sent.
fn check<'r>(step: &mut Step<'_>, case: &Case, request: &'r SendRequest) -> Result<Checked<'r>, SendMessageError> {
    let channel = request.channel.as_deref().and_then(Channel::parse).filter(|channel| *channel != Channel::Call);
    let channel = channel.ok_or(SendMessageError::UnsupportedChannel)?;
    let body = request.body.as_deref().map(str::trim).unwrap_or_default();
    if body.is_empty() && !(channel == Channel::Whatsapp && request.template.is_some()) {
        return Err(SendMessageError::EmptyBody);
    }
    let overriding = given(request.override_reason.as_deref());
    let at_gate = AtGate { overriding: overriding.is_some(), ..AtGate::queue(case, MessageKind::Manual, channel) };
    let known = gate::of(step, at_gate)?;
    if let Verdict::Stop { reason, .. } = known.verdict() {
        return Err(reason.into());
    }
    // Nobody here fills a provider's template.
    let to = known.point.filter(|_| request.template.is_none()).ok_or(SendMessageError::NotConfigured)?;
    let text = Letter {
        subject: subject(step, case, request.subject.as_deref()),
        body: as_the_channel_writes(step.policy(), channel, body.to_owned()),
    };
    Ok(Checked { channel, text, to, attachments: &request.attachments, overriding })
}

/// The files that go with the message; what is refused leaves them waiting.
fn take_along(step: &mut Step<'_>, case_id: CaseId, ids: &[UploadId]) -> Result<Vec<Enclosure>, SendMessageError> {
    let mut enclosures: Vec<Enclosure> = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate().filter(|(place, id)| !ids[..*place].contains(id)) {
        match file::enclose(step, case_id, *id)? {
            Some(enclosure) => enclosures.push(enclosure),
            None => return Err(invalid(&format!("attachments[{place}]"), "Este ICSR no tiene un archivo con este número".to_owned())),
        }
    }
    if enclosures.iter().map(|enclosure| enclosure.file.size).sum::<u64>() > MOST_ENCLOSED {
        return Err(invalid("attachments", format!("Los archivos suman más de {} MB", MOST_ENCLOSED / 1024 / 1024)));
    }
    Ok(enclosures)
}

fn subject(step: &Step<'_>, case: &Case, given: Option<&str>) -> String {
    let given = one_line(given.unwrap_or_default());
    if given.is_empty() { usual_subject(step, case) } else { given }
}

fn insert(step: &mut Step<'_>, case: &Case, checked: Checked<'_>, lease: &Lease) -> Result<Message, SendMessageError> {
    let asked = asked_in(&checked.text.body, &case.record, &open_items(step, case)?);
    let content = content_for(step, case, checked.text, &checked.to)?;
    let enclosures = take_along(step, case.id, checked.attachments)?;
    let external_id = step.deployment.ids.message_id();
    let message = NewOutboundMessage {
        case_id: case.id,
        channel: checked.channel,
        kind: MessageKind::Manual,
        content,
        unique_key: format!("manual:{external_id}"),
        external_id,
        attempt_id: None,
        resend_of: None,
        reminder_of: None,
        enclosures,
        created_at: step.now,
        timing: NewOutboundTiming::Leased(lease.clone()),
    };
    let Inserted::New(id) = queue::enter(step, &message, checked.overriding)? else {
        return Err(StoreError::Refused("a new Message-ID was used before".into()).into());
    };
    queue::set_asked(step, (id, case.id), &asked_items(&case.record, asked))?;
    Ok(queued_message(step, id)?)
}

/// What no case is needed for to refuse it.
fn check_text(request: &SendRequest) -> Result<(), SendMessageError> {
    let refuse = |field: &str, message: String| Err(invalid(field, message));
    for (field, text) in [("body", &request.body), ("template", &request.template), ("override_reason", &request.override_reason)] {
        if text.as_ref().is_some_and(|text| text.contains('\0')) {
            return refuse(field, "El texto contiene un carácter nulo".to_owned());
        }
    }
    if one_line(request.subject.as_deref().unwrap_or_default()).chars().count() > LONGEST_SUBJECT {
        return refuse("subject", format!("El asunto supera los {LONGEST_SUBJECT} caracteres"));
    }
    if request.attachments.len() > MOST_FILES {
        return refuse("attachments", format!("Un mensaje lleva a lo sumo {MOST_FILES} archivos"));
    }
    if !request.attachments.is_empty()
        && request.channel.as_deref().and_then(Channel::parse).is_some_and(|channel| channel != Channel::Email)
    {
        return refuse("attachments", "Solo un correo lleva archivos".to_owned());
    }
    if request.template.is_some() && request.body.is_some() {
        return refuse("template", "No se admite junto con body".to_owned());
    }
    Ok(())
}

/// A text message that is too long is told so with its parts, before anything is queued.
fn check_length(policy: &FollowupPolicy, request: &SendRequest) -> Result<(), SendMessageError> {
    let channel = request.channel.as_deref().and_then(Channel::parse);
    let (Some(channel), Some(body)) = (channel, &request.body) else { return Ok(()) };
    let body = as_the_channel_writes(policy, channel, body.trim().to_owned());
    match too_long(policy, channel, &body) {
        Some(reason) => Err(SendMessageError::Invalid(FieldError::new("body", format!("Demasiado largo: {}", stopped(&reason))))),
        None => Ok(()),
    }
}

fn invalid(field: &str, message: String) -> SendMessageError {
    SendMessageError::Invalid(FieldError::new(field, message))
}

/// A text in one line: line breaks would start another header.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

enum Queued {
    New(Message),
    Earlier(Message),
}

struct Checked<'r> {
    channel: Channel,
    text: Letter,
    to: ContactPoint,
    attachments: &'r [UploadId],
    /// Why it is sent although letters to the address came back.
    overriding: Option<&'r str>,
}
