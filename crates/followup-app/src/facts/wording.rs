//! What a letter says, from the case as it is now, and as a transport takes it.

use chrono::{DateTime, Utc};
use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::{FieldPath, MissingItem};
use followup_domain::asking::reason::{Because, Reason, StopReason};
use followup_domain::asking::request::{Asking, Letter, LetterKind, RenderError, RequestLetter, compose_request};
use followup_domain::case::Case;
use followup_domain::contact::{ContactPoint, EmailAddress, PhoneNumber};
use followup_domain::message::enclosure::MailFile;
use followup_domain::message::threading::thread_headers;
use followup_domain::message::{Channel, Message, MessageContent, MessageKind, WhatsappTemplate};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::StoreError;
use followup_domain::sending::template::folded;
use followup_domain::sending::{MailParcel, Parcel, TextParcel, WhatsappContent, WhatsappParcel};
use followup_words::to_the_unit::redirection_note;
use followup_words::whatsapp::parameters;

use super::asked::{answered_fields, asked_paths};
use super::letter_texts;
use super::open_items::documented_fields;
use super::whatsapp::{Named, of_kind};
use crate::step::Step;

/// What is asked of these items: a first request or a reminder, as follows from what was already asked.
fn compose(step: &mut Step<'_>, case: &Case, asks: &[MissingItem]) -> Result<RequestLetter, StoreError> {
    let asked = asked_paths(step, case)?;
    let kind = if asks.iter().any(|item| asked.contains(&item.path)) { LetterKind::Reminder } else { LetterKind::Request };
    // Nothing asked, nothing answered.
    let (received, unknown) = if asked.is_empty() { (Vec::new(), Vec::new()) } else { said(step, case)? };
    let asking = Asking { case_id: case.id, record: &case.record, missing: asks, kind, received: &received, unknown: &unknown };
    Ok(compose_request(&asking, &step.policy().letterhead))
}

/// The letter that asks for these items. An `Err` inside is a template that cannot be rendered.
pub(crate) fn lay_out(
    step: &mut Step<'_>,
    case: &Case,
    asks: &[MissingItem],
    channel: Channel,
) -> Result<Result<Letter, RenderError>, StoreError> {
    let letter = compose(step, case, asks)?;
    let laid_out = letter_texts::render(step, channel, &letter)?;
    Ok(laid_out.map(|letter| Letter { body: as_the_channel_writes(step.policy(), channel, letter.body), ..letter }))
}

/// The provider's template by which the service asks for these items by WhatsApp, and what fills it.
pub(crate) fn template_for(step: &mut Step<'_>, case: &Case, asks: &[MissingItem]) -> Result<(Named, Vec<String>), StoreError> {
    let letter = compose(step, case, asks)?;
    let greeted = letter.reporter_name.as_deref().and_then(|name| step.deployment.letters.greeted(name));
    let named = of_kind(step, letter.kind)?;
    let parameters = named.cut(parameters(&letter, greeted).iter().map(|parameter| folded(parameter)).collect());
    Ok((named, parameters))
}

/// A text as its channel carries it.
pub(crate) fn as_the_channel_writes(policy: &FollowupPolicy, channel: Channel, text: String) -> String {
    if channel == Channel::Sms { policy.sms.written(&text).into_owned() } else { text }
}

/// Why a channel does not carry a text.
pub(crate) fn too_long(policy: &FollowupPolicy, channel: Channel, text: &str) -> Option<StopReason> {
    let parts = policy.sms.exceeded_by(text).filter(|_| channel == Channel::Sms)?;
    Some(StopReason::TooManyParts { parts, most: policy.sms.most_parts })
}

/// What the reporter gave after an earlier letter, and what they said not to know. What the unit learned by another way, or gave up, is
/// not theirs to be thanked for.
fn said(step: &mut Step<'_>, case: &Case) -> Result<(Vec<FieldPath>, Vec<FieldPath>), StoreError> {
    let answered = answered_fields(step, case)?.into_iter().filter(|field| field.answered_by.is_some());
    let received = answered.map(|field| field.item.path).filter(|path| path.is_answered(&case.record)).collect();
    let unknown = documented_fields(step, case)?.into_iter().filter(|field| field.state == FieldState::Unknown);
    let unknown = unknown.map(|field| field.item.path).filter(|path| !path.is_answered(&case.record)).collect();
    Ok((received, unknown))
}

/// The subject of a request, for what a person writes without one. It never stops what they write.
pub(crate) fn usual_subject(step: &mut Step<'_>, case: &Case) -> Result<String, StoreError> {
    let letterhead = &step.policy().letterhead;
    let asking = Asking { case_id: case.id, record: &case.record, missing: &[], kind: LetterKind::Request, received: &[], unknown: &[] };
    let letter = letter_texts::render(step, Channel::Email, &compose_request(&asking, letterhead))?;
    Ok(letter.map_or_else(|_| format!("{} ICSR #{}", letterhead.subject_prefix, case.id).trim().to_owned(), |letter| letter.subject))
}

/// The same as a message's content, for an address or number of the channel; or why there is none.
pub(crate) fn write_letter(
    step: &mut Step<'_>,
    case: &Case,
    (asks, channel): (&[MissingItem], Channel),
    to: &ContactPoint,
) -> Result<Result<MessageContent, StopReason>, StoreError> {
    if channel == Channel::Whatsapp {
        let (named, parameters) = template_for(step, case, asks)?;
        return match named.refusal().or_else(|| named.misfit(parameters.len())) {
            Some(reason) => Ok(Err(reason)),
            None => content_of_template(step, case, named.filled(parameters), to).map(Ok),
        };
    }
    let letter = match lay_out(step, case, asks, channel)? {
        Ok(letter) => letter,
        Err(error) => return Ok(Err(StopReason::TemplateFails(error.to_string()))),
    };
    match too_long(step.policy(), channel, &letter.body) {
        Some(reason) => Ok(Err(reason)),
        None => content_for(step, case, letter, to).map(Ok),
    }
}

/// A text as the content of a message to an address or a number; only an e-mail has a subject and a place in a chain.
pub(crate) fn content_for(step: &mut Step<'_>, case: &Case, text: Letter, to: &ContactPoint) -> Result<MessageContent, StoreError> {
    match to {
        ContactPoint::Email(to) => addressed(step, case, text, to),
        ContactPoint::Phone(to) => Ok(MessageContent { body: text.body, to: Some(to.as_e164().to_owned()), ..MessageContent::default() }),
    }
}

/// A provider's template, and how it reads, as the content of a message to a number.
pub(crate) fn content_of_template(
    step: &mut Step<'_>,
    case: &Case,
    (template, body): (WhatsappTemplate, String),
    to: &ContactPoint,
) -> Result<MessageContent, StoreError> {
    let content = content_for(step, case, Letter { subject: String::new(), body }, to)?;
    Ok(MessageContent { template: Some(template), ..content })
}

/// An e-mail's content: to whom, from whom, and where in the thread.
pub(crate) fn addressed(step: &mut Step<'_>, case: &Case, text: Letter, to: &EmailAddress) -> Result<MessageContent, StoreError> {
    let headers = thread_headers(&step.tx.threads().entries(case.id)?);
    let Letter { subject, body } = text;
    let (to, body) = match &step.policy().redirect_to {
        None => (to.as_str().to_owned(), body),
        Some(redirect) => (redirect.as_str().to_owned(), redirection_note(to.as_str()) + &body),
    };
    Ok(MessageContent {
        subject: Some(subject),
        body,
        body_quoted: None,
        from: Some(step.policy().sender.as_str().to_owned()),
        to: Some(to),
        in_reply_to: headers.in_reply_to.into_iter().collect(),
        references: headers.references,
        template: None,
    })
}

/// A stored message as its transport takes it; or why it cannot be one, as it is stored.
pub(crate) fn parcel(policy: &FollowupPolicy, (message, files): (&Message, Vec<MailFile>), date: DateTime<Utc>) -> Result<Parcel, String> {
    match message.channel {
        Channel::Email => mail(policy, message, date).map(|mail| Parcel::Mail(MailParcel { files, ..mail })),
        Channel::Sms => {
            let (reference, to) = addressed_to_phone(policy, message)?;
            Ok(Parcel::Text(TextParcel { reference, date, to, body: message.content.body.clone() }))
        }
        Channel::Whatsapp => {
            let (reference, to) = addressed_to_phone(policy, message)?;
            let content = match &message.content.template {
                Some(template) => WhatsappContent::Template(template.clone()),
                None => WhatsappContent::Text(message.content.body.clone()),
            };
            Ok(Parcel::Whatsapp(WhatsappParcel { reference, date, to, content }))
        }
        Channel::Call => Err(Reason::from(StopReason::NotConfigured).stored()),
    }
}

fn mail(policy: &FollowupPolicy, message: &Message, date: DateTime<Utc>) -> Result<MailParcel, String> {
    let content = &message.content;
    let address = |text: &Option<String>| EmailAddress::parse(text.as_deref().unwrap_or_default()).map_err(|error| error.to_string());
    Ok(MailParcel {
        message_id: message.external_id.clone().ok_or_else(|| Reason::from(Because::NoMessageId).stored())?,
        date,
        from: address(&content.from)?,
        from_name: policy.sender_name.clone(),
        reply_to: reply_to(policy, message),
        to: address(&content.to)?,
        subject: content.subject.clone().unwrap_or_default(),
        body: content.body.clone(),
        in_reply_to: content.in_reply_to.first().cloned(),
        references: content.references.clone(),
        automatic: message.kind != MessageKind::Manual,
        files: Vec::new(),
    })
}

/// Our own name of the message, by which a provider's events find it, and its number.
fn addressed_to_phone(policy: &FollowupPolicy, message: &Message) -> Result<(String, PhoneNumber), String> {
    if policy.redirect_to.is_some() {
        // A staging system writes to one address, and to no number.
        return Err(Reason::from(StopReason::NotConfigured).stored());
    }
    let reference = message.external_id.as_ref().ok_or_else(|| Reason::from(Because::NoMessageId).stored())?.inner().to_owned();
    let to = message.content.to.as_deref().unwrap_or_default();
    let to = PhoneNumber::parse(to, policy.country).map_err(|error| error.to_string())?;
    Ok((reference, to))
}

/// Answers to a letter come back to an address that names its case.
fn reply_to(policy: &FollowupPolicy, message: &Message) -> Option<EmailAddress> {
    let case_id = message.case_id.filter(|_| message.kind != MessageKind::Notification)?;
    policy.reply_addresses.as_ref()?.address_of(case_id)
}
