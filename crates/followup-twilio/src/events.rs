//! What Twilio tells: what became of a message, and messages that came in.

use followup_domain::contact::E164;
use followup_domain::message::Channel;
use followup_domain::sending::{EventKind, EventReader, IncomingMessage, ProviderEvent, StatusEvent, UnreadableEvents};

use crate::codes::failure;
use crate::{REFERENCE, SCOPE, WHATSAPP, WHATSAPP_SCOPE, form};

/// Understands Twilio's calls, as [`TwilioDoor`](crate::TwilioDoor) keeps them. Parameters that it does not know are passed over: Twilio adds
/// some without notice.
#[derive(Debug, Clone, Copy, Default)]
pub struct TwilioEvents;

/// The same of WhatsApp: numbers are told without what stands before them there, and of what cannot be shown a line is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct TwilioWhatsappEvents;

/// Twilio's states of a message. One of which a part arrived and another did not has not arrived.
const STATES: &[(&str, EventKind)] = &[
    ("accepted", EventKind::Accepted),
    ("scheduled", EventKind::Accepted),
    ("queued", EventKind::Accepted),
    ("sending", EventKind::Accepted),
    ("sent", EventKind::Accepted),
    ("delivered", EventKind::Delivered),
    ("read", EventKind::Read),
    ("undelivered", EventKind::Failed),
    ("partially_delivered", EventKind::Failed),
    ("failed", EventKind::Failed),
    ("canceled", EventKind::Failed),
];

/// Of a message that came in with files, how many Twilio allows.
const MOST_MEDIA: usize = 10;

impl EventReader for TwilioEvents {
    fn scope(&self) -> &str {
        SCOPE
    }

    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn read(&self, raw: &[u8]) -> Result<Vec<ProviderEvent>, UnreadableEvents> {
        let call = Call::of(raw);
        let event = if call.get("MessageStatus").is_some() { call.status()? } else { call.message()? };
        Ok(vec![event])
    }
}

impl EventReader for TwilioWhatsappEvents {
    fn scope(&self) -> &str {
        WHATSAPP_SCOPE
    }

    fn channel(&self) -> Channel {
        Channel::Whatsapp
    }

    fn read(&self, raw: &[u8]) -> Result<Vec<ProviderEvent>, UnreadableEvents> {
        let call = Call::of(raw);
        let event = if call.get("MessageStatus").is_some() { call.status()? } else { call.whatsapp()? };
        Ok(vec![event])
    }
}

/// A call, taken apart.
struct Call {
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
}

impl Call {
    fn of(raw: &[u8]) -> Self {
        let middle = raw.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        let (called, body) = raw.split_at(middle);
        let query = called.iter().position(|byte| *byte == b'?').map_or(&[][..], |mark| &called[mark + 1..]);
        Self { query: form::parse(query), form: form::parse(body.strip_prefix(b"\n").unwrap_or(body)) }
    }

    fn get(&self, name: &str) -> Option<&str> {
        value(&self.form, name)
    }

    fn id(&self) -> Result<String, UnreadableEvents> {
        let id = ["MessageSid", "SmsSid", "SmsMessageSid"].into_iter().find_map(|name| self.get(name));
        id.map(clean).ok_or_else(|| unreadable("falta el identificador del mensaje (MessageSid)"))
    }

    fn status(&self) -> Result<ProviderEvent, UnreadableEvents> {
        let state = self.get("MessageStatus").unwrap_or_default();
        let kind = STATES.iter().find(|(known, _)| known.eq_ignore_ascii_case(state)).map(|(_, kind)| *kind);
        let kind = kind.ok_or_else(|| unreadable("es un aviso de un estado que no se conoce (MessageStatus)"))?;
        let id = self.id()?;
        let code = self.get("ErrorCode").and_then(|code| code.parse().ok());
        Ok(ProviderEvent::Status(StatusEvent {
            key: format!("{id}:{}", state.to_ascii_lowercase()),
            provider_id: Some(id),
            reference: value(&self.query, REFERENCE).map(clean),
            kind,
            failure: (kind == EventKind::Failed).then(|| failure(code)),
            at: None,
        }))
    }

    fn message(&self) -> Result<ProviderEvent, UnreadableEvents> {
        let from = self.get("From").ok_or_else(|| unreadable("falta el remitente (From)"))?;
        let body = self.body(self.get("Body")).ok_or_else(|| unreadable("no es un mensaje ni un aviso de estado"))?;
        self.incoming(clean(from), self.get("To").map(clean), body)
    }

    /// The number as it is told, else as WhatsApp knows it, else Twilio's name of somebody who shows none.
    fn whatsapp(&self) -> Result<ProviderEvent, UnreadableEvents> {
        let number = |name: &str| self.get(name).map(|number| clean(number.strip_prefix(WHATSAPP).unwrap_or(number)));
        let told = number("From").filter(|from| E164::parse(from).is_some());
        let known = || self.get("WaId").map(|digits| format!("+{}", clean(digits))).filter(|from| E164::parse(from).is_some());
        let from = told.or_else(known).or_else(|| self.get("ExternalUserId").map(clean)).or_else(|| number("From"));
        let from = from.filter(|from| !from.is_empty()).ok_or_else(|| unreadable("falta el remitente (From)"))?;
        let text = self.get("Body").or(self.get("ButtonText"));
        let body = self.body(text).or_else(|| self.place()).unwrap_or_else(|| {
            let kind = self.get("MessageType").map_or_else(String::new, |kind| format!(": {}", clean(kind)));
            format!("[mensaje de un tipo que no se puede mostrar{kind}]")
        });
        self.incoming(from, number("To"), body)
    }

    fn incoming(&self, from: String, to: Option<String>, body: String) -> Result<ProviderEvent, UnreadableEvents> {
        let answers = self.get("OriginalRepliedMessageSid").map(clean);
        Ok(ProviderEvent::Message(IncomingMessage { provider_id: self.id()?, from, to, body, answers, at: None }))
    }

    /// The text, and a line for each file; none where there is neither.
    fn body(&self, text: Option<&str>) -> Option<String> {
        let lines: Vec<String> = text.map(clean).into_iter().chain(self.files()).filter(|line| !line.is_empty()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// A place on the map that somebody shared.
    fn place(&self) -> Option<String> {
        let (latitude, longitude) = (self.get("Latitude")?, self.get("Longitude")?);
        let names = ["Label", "Address"].into_iter().filter_map(|name| self.get(name));
        let told = names.chain([latitude, longitude]).map(clean).collect::<Vec<_>>();
        Some(format!("[ubicación: {}]", told.join(", ")))
    }

    /// A line for each file: that there is one must not be lost, though it is not fetched.
    fn files(&self) -> Vec<String> {
        let count = self.get("NumMedia").and_then(|count| count.parse().ok()).unwrap_or(0);
        let kind = |n: usize| self.get(&format!("MediaContentType{n}")).map_or_else(|| "archivo".to_owned(), clean);
        (0..MOST_MEDIA.min(count)).map(|n| format!("[adjunto que no se recuperó: {}]", kind(n))).collect()
    }
}

fn value<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    let found = pairs.iter().find(|(known, value)| known == name && !value.is_empty());
    found.map(|(_, value)| value.as_str())
}

/// Without what no store takes.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

fn unreadable(why: &str) -> UnreadableEvents {
    UnreadableEvents(why.to_owned())
}

#[cfg(test)]
mod tests;
