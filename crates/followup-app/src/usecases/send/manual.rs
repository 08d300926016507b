//! A person writes to the reporter: tried once, now, and answered with what became of it.

use followup_domain::asking::gate::Verdict;
use followup_domain::asking::request::{Letter, asked_in};
use followup_domain::audit::Actor;
use followup_domain::case::{Case, FieldError};
use followup_domain::contact::ContactPoint;
use followup_domain::ids::{CaseId, MessageId, UploadId};
use followup_domain::message::enclosure::{Enclosure, MOST_ENCLOSED, MOST_FILES};
use followup_domain::message::{Channel, Message, MessageContent, MessageKind};
use followup_domain::ports::{Inserted, Lease, NewOutboundMessage, NewOutboundTiming, Remembered, StoreError};
use followup_domain::sending::template::{LONGEST_FILLED, folded};
use followup_words::reasons::stopped;

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{SendMessageError, given};
use crate::facts::asked::asked_items;
use crate::facts::gate::{self, AtGate};
use crate::facts::lookup::queued_message;
use crate::facts::open_items::open_items;
use crate::facts::whatsapp;
use crate::facts::wording::{as_the_channel_writes, content_for, content_of_template, too_long, usual_subject};
use crate::moves::keys::{self, IdempotencyKey};
use crate::moves::{file, queue};
use crate::runs::handing_over::{new_lease, try_once};
use crate::step::Step;
use crate::transaction;

/// Longer subjects are refused rather than cut; in characters.
pub const LONGEST_SUBJECT: usize = 250;
/// UTF-16 units of a free text that WhatsApp takes.
const LONGEST_WHATSAPP: usize = 4096;

/// What a person wants sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendRequest {
    /// `email`, `sms` or `whatsapp`.
    pub channel: Option<String>,
    /// The text; not needed with a template.
    pub body: Option<String>,
    /// Subject of an e-mail; without one, the request's usual subject.
    pub subject: Option<String>,
    /// A provider's message template (WhatsApp), by its name.
    pub template: Option<String>,
    /// What fills the template's places, in order.
    pub parameters: Option<Vec<String>>,
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
        check_length(self, request)?;
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
    if body.is_empty() && !(channel == Channel::Whatsapp && given(request.template.as_deref()).is_some()) {
        return Err(SendMessageError::EmptyBody);
    }
    let overriding = given(request.override_reason.as_deref());
    let at_queue = AtGate::queue(case, MessageKind::Manual, channel);
    let at_gate = AtGate { overriding: overriding.is_some(), is_template: request.template.is_some(), ..at_queue };
    let known = gate::of(step, at_gate)?;
    if let Verdict::Stop { reason, .. } = known.verdict() {
        return Err(reason.into());
    }
    let to = known.point.ok_or(SendMessageError::NotConfigured)?;
    let content = match &request.template {
        Some(name) => template(step, case, (name, request.parameters.as_deref().unwrap_or_default()), &to)?,
        None => {
            let body = as_the_channel_writes(step.policy(), channel, body.to_owned());
            let text = Letter { subject: subject(step, case, request.subject.as_deref()), body };
            content_for(step, case, text, &to)?
        }
    };
    Ok(Checked { channel, content, attachments: &request.attachments, overriding })
}

/// A provider's template with what fills it. A list that was never read stops nothing: the provider says itself what it takes.
fn template(
    step: &mut Step<'_>,
    case: &Case,
    (name, parameters): (&str, &[String]),
    to: &ContactPoint,
) -> Result<MessageContent, SendMessageError> {
    let named = whatsapp::named(step, name.trim())?;
    if let Some(reason) = named.refusal() {
        return Err(reason.into());
    }
    if let Some(misfit) = named.misfit(parameters.len()) {
        return Err(invalid("parameters", first_upper(&stopped(&misfit))));
    }
    let (template, body) = named.filled(parameters.iter().map(|parameter| folded(parameter)).collect());
    if body.encode_utf16().count() > LONGEST_FILLED {
        return Err(invalid("parameters", too_long_filled()));
    }
    Ok(content_of_template(step, case, (template, body), to)?)
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
    let content = checked.content;
    let asked = asked_in(&content.body, &case.record, &open_items(step, case)?);
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
    check_parameters(request)
}

/// What fills a template: a text for each place, none of them empty once it is one line.
fn check_parameters(request: &SendRequest) -> Result<(), SendMessageError> {
    let Some(parameters) = &request.parameters else { return Ok(()) };
    if request.template.is_none() {
        return Err(invalid("parameters", "Solo con una plantilla (template)".to_owned()));
    }
    let mut units = 0;
    for (place, parameter) in parameters.iter().enumerate() {
        let refuse = |message: &str| Err(invalid(&format!("parameters[{place}]"), message.to_owned()));
        if parameter.contains('\0') {
            return refuse("El texto contiene un carácter nulo");
        }
        let parameter = folded(parameter);
        if parameter.is_empty() {
            return refuse("El parámetro está vacío");
        }
        units += parameter.encode_utf16().count();
    }
    if units > LONGEST_FILLED { Err(invalid("parameters", too_long_filled())) } else { Ok(()) }
}

/// A text that its channel does not carry is told so, a text message with its parts, before anything is queued.
fn check_length(app: &App, request: &SendRequest) -> Result<(), SendMessageError> {
    let channel = request.channel.as_deref().and_then(Channel::parse);
    let (Some(channel), Some(body)) = (channel, &request.body) else { return Ok(()) };
    let body = as_the_channel_writes(&app.policy, channel, body.trim().to_owned());
    if let Some(reason) = too_long(&app.policy, channel, &body) {
        return Err(invalid("body", format!("Demasiado largo: {}", stopped(&reason))));
    }
    let of_the_channel = (channel == Channel::Whatsapp).then_some(LONGEST_WHATSAPP);
    let of_the_transport = app.senders.of(channel).and_then(|sender| sender.longest_text());
    match of_the_channel.into_iter().chain(of_the_transport).min() {
        Some(longest) if body.encode_utf16().count() > longest => {
            Err(invalid("body", format!("Demasiado largo: el canal admite {longest} caracteres")))
        }
        _ => Ok(()),
    }
}

fn too_long_filled() -> String {
    format!("La plantilla con sus parámetros supera los {LONGEST_FILLED} caracteres")
}

fn first_upper(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
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
    content: MessageContent,
    attachments: &'r [UploadId],
    /// Why it is sent although letters to the address came back.
    overriding: Option<&'r str>,
}
