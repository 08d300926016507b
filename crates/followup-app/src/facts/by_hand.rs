//! What a person wants sent, and what stands against it: checked in one order, whether it is to leave now or in a while.

use followup_domain::asking::gate::Verdict;
use followup_domain::asking::request::Letter;
use followup_domain::case::{Case, FieldError};
use followup_domain::contact::ContactPoint;
use followup_domain::ids::UploadId;
use followup_domain::message::enclosure::MOST_FILES;
use followup_domain::message::{Channel, MessageContent, MessageKind};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::StoreError;
use followup_domain::sending::template::{LONGEST_FILLED, folded};
use followup_words::reasons::stopped;

use super::gate::{self, AtGate};
use super::whatsapp;
use super::wording::{as_the_channel_writes, content_for, content_of_template, too_long, usual_subject};
use crate::app::Senders;
use crate::errors::{SendMessageError, given};
use crate::step::Step;

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

/// A request against which nothing stands.
pub(crate) struct Checked<'r> {
    /// By which channel it goes.
    pub(crate) channel: Channel,
    /// What it says, and to whom.
    pub(crate) content: MessageContent,
    /// The files that go with it.
    pub(crate) attachments: &'r [UploadId],
    /// Why it is sent although letters to the address came back.
    pub(crate) overriding: Option<&'r str>,
}

/// What a request comes to for this case, or why it cannot be sent.
pub(crate) fn check<'r>(step: &mut Step<'_>, case: &Case, request: &'r SendRequest) -> Result<Checked<'r>, SendMessageError> {
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
            let text = Letter { subject: subject(step, case, request.subject.as_deref())?, body };
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

fn subject(step: &mut Step<'_>, case: &Case, given: Option<&str>) -> Result<String, StoreError> {
    let given = one_line(given.unwrap_or_default());
    if given.is_empty() { usual_subject(step, case) } else { Ok(given) }
}

/// What no case is needed for to refuse it.
pub(crate) fn check_alone(policy: &FollowupPolicy, senders: &Senders, request: &SendRequest) -> Result<(), SendMessageError> {
    check_text(request)?;
    check_length(policy, senders, request)
}

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
fn check_length(policy: &FollowupPolicy, senders: &Senders, request: &SendRequest) -> Result<(), SendMessageError> {
    let channel = request.channel.as_deref().and_then(Channel::parse);
    let (Some(channel), Some(body)) = (channel, &request.body) else { return Ok(()) };
    let body = as_the_channel_writes(policy, channel, body.trim().to_owned());
    if let Some(reason) = too_long(policy, channel, &body) {
        return Err(invalid("body", format!("Demasiado largo: {}", stopped(&reason))));
    }
    let of_the_channel = (channel == Channel::Whatsapp).then_some(LONGEST_WHATSAPP);
    let of_the_transport = senders.of(channel).and_then(|sender| sender.longest_text());
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

/// A field that cannot be sent.
pub(crate) fn invalid(field: &str, message: String) -> SendMessageError {
    SendMessageError::Invalid(FieldError::new(field, message))
}

/// A text in one line: line breaks would start another header.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
