//! What Twilio tells: what became of a message, and messages that came in.

use followup_domain::message::Channel;
use followup_domain::sending::{EventKind, EventReader, IncomingMessage, ProviderEvent, StatusEvent, UnreadableEvents};

use crate::codes::failure;
use crate::{REFERENCE, SCOPE, form};

/// Understands Twilio's calls, as [`TwilioDoor`](crate::TwilioDoor) keeps them. Parameters that it does not know are passed over: Twilio adds
/// some without notice.
#[derive(Debug, Clone, Copy, Default)]
pub struct TwilioEvents;

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
        let id = self.id()?;
        let from = self.get("From").ok_or_else(|| unreadable("falta el remitente (From)"))?;
        let body = self.get("Body").map(clean).unwrap_or_default();
        let files = self.files();
        if self.get("Body").is_none() && files.is_empty() {
            return Err(unreadable("no es un mensaje ni un aviso de estado"));
        }
        let body = [vec![body], files].concat().into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
        Ok(ProviderEvent::Message(IncomingMessage {
            provider_id: id,
            from: clean(from),
            to: self.get("To").map(clean),
            body,
            answers: self.get("OriginalRepliedMessageSid").map(clean),
            at: None,
        }))
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
