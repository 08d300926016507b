//! What a gateway tells: what became of a message, and messages that came in.

use chrono::{DateTime, NaiveDateTime, Utc};
use encoding_rs::{Encoding, UTF_8, UTF_16BE};
use followup_domain::contact::{Country, Failure, FailureReason, Permanence};
use followup_domain::message::{Channel, Classification};
use followup_domain::sending::{EventKind, EventReader, IncomingMessage, ProviderEvent, StatusEvent, UnreadableEvents};
use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::charset;
use crate::kannel::name_of;
use crate::number::e164;
use crate::{REFERENCE, SCOPE};

/// Understands a gateway's calls, as [`GatewayDoor`](crate::GatewayDoor) keeps them. What it does not know is passed over.
#[derive(Debug, Clone, Copy)]
pub struct GatewayEvents {
    country: Country,
}

impl GatewayEvents {
    /// `country`: whose numbers are meant by a national one.
    pub fn new(country: Country) -> Self {
        Self { country }
    }
}

/// What is called with a message that came in.
pub(crate) const INCOMING: &str = "in";

/// The names that gateways give to what they tell, in the order in which they are looked for. Kannel's are those of the manual's own lines;
/// then SMSEagle's callbacks, then SMS Gateway for Android's webhooks.
const FROM: &[&str] = &["from", "sender", "payload.sender", "payload.phonenumber", "phonenumber"];
const TO: &[&str] = &["to", "recipient", "payload.recipient"];
const TEXT: &[&str] = &["text", "message", "payload.message"];
/// Not `payload.messageid`: of a message that came in, it is made of the text, and another one may have the same.
pub(crate) const INCOMING_ID: &[&str] = &["id", "msgid"];
const SENT_ID: &[&str] = &["payload.messageid", "messageid", "msgid", "oid", "id"];
pub(crate) const TIME: &[&str] = &["time", "payload.receivedat", "receivedat", "timestamp"];
const STATE: &[&str] = &["type", "event", "payload.state", "state", "status"];

/// Bytes of the hash that stands in the name of a message that came in.
const HASHED: usize = 8;

/// States in words. Kannel's are numbers.
const STATES: &[(&str, EventKind)] = &[
    ("pending", EventKind::Accepted),
    ("processed", EventKind::Accepted),
    ("queued", EventKind::Accepted),
    ("sent", EventKind::Accepted),
    ("sms:sent", EventKind::Accepted),
    ("delivered", EventKind::Delivered),
    ("sms:delivered", EventKind::Delivered),
    ("failed", EventKind::Failed),
    ("sms:failed", EventKind::Failed),
    ("undelivered", EventKind::Failed),
    ("rejected", EventKind::Failed),
    ("expired", EventKind::Failed),
];

impl EventReader for GatewayEvents {
    fn scope(&self) -> &str {
        SCOPE
    }

    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn read(&self, raw: &[u8]) -> Result<Vec<ProviderEvent>, UnreadableEvents> {
        let call = Call::of(raw);
        match call.called.as_str() {
            "dlr" => Ok(vec![ProviderEvent::Status(status(&call)?)]),
            INCOMING => Ok(vec![ProviderEvent::Message(self.message(&call, raw)?)]),
            _ => Err(unreadable("no es una dirección que la pasarela deba llamar")),
        }
    }
}

fn status(call: &Call) -> Result<StatusEvent, UnreadableEvents> {
    let (state, (kind, reason)) = told_state(call)?;
    let reference = call.get(&[REFERENCE]).and_then(|reference| name_of(&reference));
    let provider_id = call.get(SENT_ID);
    let name = reference.as_ref().or(provider_id.as_ref()).ok_or_else(|| unreadable("no dice de qué mensaje es (ref)"))?;
    Ok(StatusEvent {
        key: format!("{name}:{state}"),
        kind,
        failure: (kind == EventKind::Failed).then_some(Failure { permanence: Permanence::Soft, reason, status: None }),
        at: call.get(TIME).and_then(|time| instant(&time)),
        provider_id,
        reference,
    })
}

/// The first that is understood: under the first of these names others tell what kind of call it is.
fn told_state(call: &Call) -> Result<(String, (EventKind, FailureReason)), UnreadableEvents> {
    let mut told = STATE.iter().filter_map(|name| call.get(&[name])).map(|state| state.to_ascii_lowercase()).peekable();
    if told.peek().is_none() {
        return Err(unreadable("falta el estado del mensaje (type)"));
    }
    let mut understood = told.filter_map(|state| state_of(&state).map(|means| (state, means)));
    understood.next().ok_or_else(|| unreadable("es un aviso de un estado que no se conoce (type)"))
}

/// Kannel's are bits: delivered (1), not delivered (2, with more bits why), queued (4), taken by the network (8), refused by it (16).
fn state_of(state: &str) -> Option<(EventKind, FailureReason)> {
    if let Ok(bits) = state.parse::<u8>() {
        let has = |bit: u8| bits & bit != 0;
        return if has(1) {
            Some((EventKind::Delivered, FailureReason::Other))
        } else if has(16) {
            Some((EventKind::Failed, FailureReason::Refused))
        } else if has(2) {
            Some((EventKind::Failed, FailureReason::Other))
        } else {
            (has(4) || has(8)).then_some((EventKind::Accepted, FailureReason::Other))
        };
    }
    STATES.iter().find(|(known, _)| *known == state).map(|(_, kind)| (*kind, FailureReason::Other))
}

impl GatewayEvents {
    fn message(self, call: &Call, raw: &[u8]) -> Result<IncomingMessage, UnreadableEvents> {
        let from = call.get(FROM).ok_or_else(|| unreadable("falta el remitente (from)"))?;
        let text = call.bytes(TEXT).ok_or_else(|| unreadable("no trae un texto (text)"))?;
        let body = charset::decoded(text, charset_of(call)?);
        Ok(IncomingMessage {
            classification: Classification::Human,
            media: Vec::new(),
            provider_id: incoming_name(call, raw),
            from: e164(&from, self.country),
            to: call.get(TO),
            body,
            answers: None,
            at: call.get(TIME).and_then(|time| instant(&time)),
        })
    }
}

/// The name of a message that came in. Gateways count what they send and what they get in one row of numbers, or each from 1, and begin again
/// after a reset: so it stands apart from the ids of our own messages, and what the message says is in it. A call that is made again says the
/// same.
fn incoming_name(call: &Call, raw: &[u8]) -> String {
    let Some(id) = call.get(INCOMING_ID) else {
        // The call itself names it: its bytes are stored once.
        return format!("in:{}", hexadecimal(&Sha256::digest(raw)));
    };
    let said = [FROM, TEXT, TIME].map(|names| call.bytes(names).unwrap_or_default());
    let hashed = said.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part.len().to_be_bytes()).chain_update(part));
    format!("in:{id}:{}", hexadecimal(&hashed.finalize()[..HASHED]))
}

/// The character set that the call names, else that of its data coding scheme: 2 is UCS-2 (3GPP TS 23.038).
fn charset_of(call: &Call) -> Result<&'static Encoding, UnreadableEvents> {
    let (charset, coding) = (call.get(&["charset"]), call.get(&["coding"]));
    let is_binary = coding.as_deref() == Some("1") || charset.as_deref().is_some_and(|charset| charset.eq_ignore_ascii_case("8-bit"));
    match charset {
        _ if is_binary => Err(unreadable("es un mensaje binario, no un texto")),
        _ if call.is_json => Ok(UTF_8),
        Some(charset) => charset::named(&charset).ok_or_else(|| unreadable("su juego de caracteres (charset) no se conoce")),
        None if coding.as_deref() == Some("2") => Ok(UTF_16BE),
        None => Ok(UTF_8),
    }
}

/// Seconds since 1970, or a date and time; without a zone it is UTC, as Kannel's is.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(seconds) = text.parse::<i64>() {
        // Fourteen digits are a date that some gateways write in their own zone: nothing is known.
        return (text.len() <= 11).then(|| DateTime::from_timestamp(seconds, 0)).flatten();
    }
    let zoned = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).ok();
    zoned.or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok().map(|at| at.and_utc()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unreadable(why: &str) -> UnreadableEvents {
    UnreadableEvents(why.to_owned())
}

#[cfg(test)]
mod tests;
