//! What Meta tells: what became of messages and templates, and messages that came in (<https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples>).
//! A call has any number of each. What is not for our number, or of a kind that nobody knows, is told as such, and counts for nothing else.

mod kinds;
mod status;

use chrono::{DateTime, Utc};
use followup_domain::message::{Channel, Classification};
use followup_domain::sending::{EventReader, IncomingMedia, IncomingMessage, ProviderEvent, TemplateEvent, UnreadableEvents};
use serde_json::Value;

use crate::SCOPE;
use crate::templates::state;
use crate::words::harmless;

/// Understands Meta's calls, as [`MetaDoor`](crate::MetaDoor) keeps them. Fields that it does not know are passed over: Meta adds some without
/// notice.
#[derive(Debug, Clone)]
pub struct MetaEvents {
    phone_number_id: String,
    waba_id: String,
}

/// What a message says, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    body: String,
    classification: Classification,
    media: Vec<IncomingMedia>,
    /// The message that it is about, where its kind tells it.
    about: Option<String>,
}

impl MetaEvents {
    /// Of this number of ours and this account; what is told of others is kept for people.
    pub fn new(phone_number_id: impl Into<String>, waba_id: impl Into<String>) -> Self {
        Self { phone_number_id: phone_number_id.into(), waba_id: waba_id.into() }
    }

    fn change(&self, entry: &Value, change: &Value) -> Vec<ProviderEvent> {
        let value = &change["value"];
        match change["field"].as_str() {
            Some("messages") => self.messages(value),
            Some("message_template_status_update") => vec![self.template(entry, value)],
            field => vec![unread(&format!("es un aviso de una clase que aquí no se usa ({})", field.unwrap_or("sin nombre")))],
        }
    }

    fn messages(&self, value: &Value) -> Vec<ProviderEvent> {
        let number = text(&value["metadata"], "phone_number_id");
        if number.is_some_and(|number| number != self.phone_number_id) {
            return vec![unread("es para otro número de la misma aplicación (phone_number_id)")];
        }
        let statuses = list(value, "statuses").map(status::event);
        let messages = list(value, "messages").map(|message| incoming(value, message));
        let mut events: Vec<ProviderEvent> = statuses.chain(messages).collect();
        if events.is_empty() {
            let error = list(value, "errors").next().map(|error| format!("{} {}", error["code"], text(error, "title").unwrap_or_default()));
            events.push(unread(&format!("no trae mensajes ni estados {}", error.unwrap_or_default())));
        }
        events
    }

    fn template(&self, entry: &Value, value: &Value) -> ProviderEvent {
        if text(entry, "id").is_some_and(|id| id != self.waba_id) {
            return unread("es de una plantilla de otra cuenta de WhatsApp Business");
        }
        let (name, language) = (text(value, "message_template_name"), text(value, "message_template_language"));
        match (name, language, text(value, "event").and_then(state)) {
            (Some(name), Some(language), Some(status)) => {
                ProviderEvent::Template(TemplateEvent { name: clean(name), language: clean(language), status })
            }
            _ => unread("es un aviso de una plantilla que no se entiende"),
        }
    }
}

impl EventReader for MetaEvents {
    fn scope(&self) -> &str {
        SCOPE
    }

    fn channel(&self) -> Channel {
        Channel::Whatsapp
    }

    fn read(&self, raw: &[u8]) -> Result<Vec<ProviderEvent>, UnreadableEvents> {
        let unreadable = |why: &str| UnreadableEvents(why.to_owned());
        let call: Value = serde_json::from_slice(raw).map_err(|_| unreadable("no es JSON"))?;
        if text(&call, "object") != Some("whatsapp_business_account") {
            return Err(unreadable("no es un aviso de una cuenta de WhatsApp Business"));
        }
        let changes = list(&call, "entry").flat_map(|entry| list(entry, "changes").map(move |change| (entry, change)));
        let events: Vec<ProviderEvent> = changes.flat_map(|(entry, change)| self.change(entry, change)).collect();
        if events.is_empty() { Err(unreadable("no trae ningún aviso")) } else { Ok(events) }
    }
}

/// A message that came in.
fn incoming(value: &Value, message: &Value) -> ProviderEvent {
    let Some(id) = text(message, "id") else { return unread("trae un mensaje sin identificador") };
    let Some(from) = sender(value, message) else { return unread("trae un mensaje sin remitente") };
    let Said { body, classification, media, about } = kinds::said(message);
    let answered = text(&message["context"], "id").map(clean);
    ProviderEvent::Message(IncomingMessage {
        provider_id: clean(id),
        from,
        to: text(&value["metadata"], "display_phone_number").map(number),
        body,
        classification,
        media,
        answers: about.or(answered),
        at: instant(message),
    })
}

/// Who wrote: the number, or, of people who show none, Meta's name of the person.
fn sender(value: &Value, message: &Value) -> Option<String> {
    if let Some(from) = text(message, "from") {
        return Some(number(from));
    }
    let person = text(message, "from_user_id").or_else(|| text(message, "user_id"));
    let mut contacts = list(value, "contacts");
    let contact = match person {
        Some(person) => contacts.find(|contact| text(contact, "user_id") == Some(person)),
        // Of several nobody knows which it was.
        None => contacts.next().filter(|_| contacts.next().is_none()),
    };
    let number_of = |contact: &Value| text(contact, "wa_id").map(number);
    contact.and_then(number_of).or_else(|| person.or_else(|| contact.and_then(|contact| text(contact, "user_id"))).map(clean))
}

/// Meta writes numbers without their `+`.
fn number(digits: &str) -> String {
    let is_number = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    if is_number { format!("+{digits}") } else { clean(digits) }
}

/// Seconds since 1970, as a text.
fn instant(told: &Value) -> Option<DateTime<Utc>> {
    let told = &told["timestamp"];
    let seconds = told.as_i64().or_else(|| told.as_str()?.parse().ok())?;
    DateTime::from_timestamp(seconds, 0)
}

/// A text that says something.
fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value[name].as_str().filter(|text| !text.is_empty())
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value[name].as_array().into_iter().flatten()
}

/// Without what no store takes.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

fn unread(why: &str) -> ProviderEvent {
    ProviderEvent::Unread(harmless(why))
}

#[cfg(test)]
mod tests;
