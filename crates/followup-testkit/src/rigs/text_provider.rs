//! A provider of text messages as the real ones are: asked by HTTP, without a stage before the message, with ids of its own and events that
//! come late; and the adapter to it, which is all that a new channel needs besides wiring.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)] // Test equipment: to panic is to fail the test.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, Utc};
use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::message::{Channel, Classification};
use followup_domain::ports::{Prepared, Sender};
use followup_domain::sending::{
    EventKind, EventReader, ExternalName, IncomingMedia, IncomingMessage, Parcel, ProviderEvent, Receipt, Refusal, SendError, SendStage,
    StatusEvent, UnreadableEvents,
};
use serde_json::{Value, json};

use super::http_wire;

const JSON: &str = "Content-Type: application/json";

/// The scope of its ids.
pub const SCOPE: &str = "testtext";

/// What the provider does with the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Takes the message, and answers with its id.
    Take,
    /// Takes the message, and the answer is lost.
    LoseAnswer,
    /// Says that there is no such number.
    NoSuchNumber,
    /// Says to come again later.
    SlowDown,
    /// Does not know our account.
    Unknown,
}

/// A message that the provider took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its id of it.
    pub id: String,
    /// Our name of it.
    pub reference: String,
    /// To whom.
    pub to: String,
    /// The text.
    pub body: String,
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    answers: VecDeque<Answer>,
}

/// The provider, on loopback, until it is dropped.
pub struct TextProvider {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl TextProvider {
    /// Starts it.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (state, ends) = (Arc::<Mutex<State>>::default(), Arc::<AtomicBool>::default());
        let (kept, over) = (Arc::clone(&state), Arc::clone(&ends));
        let serve = move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                // A client that goes away in between is none of the provider's business.
                let _ = stream.and_then(|stream| serve_one(stream, &kept));
            }
        };
        Self { address, state, ends, thread: Some(std::thread::spawn(serve)) }
    }

    /// The adapter to it.
    pub fn sender(&self) -> TextSender {
        TextSender { address: self.address }
    }

    /// The next request meets this.
    pub fn next(&self, answer: Answer) {
        lock(&self.state).answers.push_back(answer);
    }

    /// Everything that it took.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.state).taken.clone()
    }

    /// Nobody can reach it from now on.
    pub fn stop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for TextProvider {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve_one(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let request: Value = serde_json::from_slice(&http_wire::read(&stream)?.body)?;
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let (status, said) = {
        let mut state = lock(state);
        let answer = state.answers.pop_front().unwrap_or(Answer::Take);
        let id = format!("T{}", state.taken.len() + 1);
        if matches!(answer, Answer::Take | Answer::LoseAnswer) {
            state.taken.push(Taken { id: id.clone(), reference: text("reference"), to: text("to"), body: text("body") });
        }
        match answer {
            Answer::Take => ("201 Created", json!({"id": id, "parts": 1})),
            Answer::LoseAnswer => return Ok(()),
            Answer::NoSuchNumber => ("400 Bad Request", json!({"error": "no such number"})),
            Answer::SlowDown => ("429 Too Many Requests", json!({"error": "slow down"})),
            Answer::Unknown => ("401 Unauthorized", json!({"error": "who are you"})),
        }
    };
    http_wire::write(&stream, &format!("HTTP/1.1 {status}"), &[JSON], said.to_string().as_bytes())
}

/// The provider's adapter: a transport of text messages.
#[derive(Debug, Clone)]
pub struct TextSender {
    address: SocketAddr,
}

impl Sender for TextSender {
    fn provider(&self) -> &str {
        "testtext:loopback"
    }

    fn prepare(&self, parcel: &Parcel, budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        let Parcel::Text(text) = parcel else {
            return Err(SendError::Refused(Refusal::before_asking("no es un mensaje de texto")));
        };
        let body = json!({"reference": text.reference, "to": text.to.as_e164(), "body": text.body}).to_string().into_bytes();
        Ok(Box::new(PreparedText { address: self.address, body, budget }))
    }
}

struct PreparedText {
    address: SocketAddr,
    body: Vec<u8>,
    budget: Duration,
}

impl Prepared for PreparedText {
    fn content(&self) -> &[u8] {
        &self.body
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        let unreached = |error: std::io::Error| SendError::Unavailable { stage: SendStage::Connection, text: error.to_string() };
        let stream = TcpStream::connect_timeout(&self.address, self.budget).map_err(unreached)?;
        // From here on something may have left.
        let asked = stream
            .set_read_timeout(Some(self.budget))
            .and_then(|()| http_wire::write(&stream, "POST /messages HTTP/1.1", &[JSON], &self.body));
        let said = asked.and_then(|()| http_wire::read(&stream)).map_err(|error| SendError::Uncertain(error.to_string()))?;
        answered(&said.first, &said.body)
    }
}

fn answered(status: &str, said: &[u8]) -> Result<Receipt, SendError> {
    let words = format!("{status} {}", String::from_utf8_lossy(said));
    let told: Value = serde_json::from_slice(said).unwrap_or_default();
    match (status.split(' ').nth(1).unwrap_or_default(), told["id"].as_str()) {
        ("201", Some(id)) => {
            let parts = told["parts"].as_u64().and_then(|parts| u16::try_from(parts).ok());
            Ok(Receipt { words, provider_id: Some(ExternalName::new(SCOPE, id)), parts })
        }
        ("400", _) => {
            let failure = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: None };
            Err(SendError::Refused(Refusal::of_the_recipient(words, failure)))
        }
        ("429", _) => Err(SendError::NotSent(words)),
        ("401", _) => Err(SendError::Unavailable { stage: SendStage::SignIn, text: words }),
        _ => Err(SendError::Uncertain(words)),
    }
}

/// What the provider tells of a message that it took, as the bytes of one call.
pub fn status_call(taken: &Taken, kind: EventKind, at: DateTime<Utc>) -> Vec<u8> {
    json!([{"id": taken.id, "reference": taken.reference, "state": kind.as_str(), "at": at.timestamp()}]).to_string().into_bytes()
}

/// A message that came in, as the bytes of one call. `answers`: the provider's id of the message that it answers.
pub fn message_call(id: &str, from: &str, body: &str, answers: Option<&str>, at: DateTime<Utc>) -> Vec<u8> {
    json!([{"id": id, "from": from, "body": body, "answers": answers, "at": at.timestamp()}]).to_string().into_bytes()
}

/// Understands its calls: a list of objects; one with a `state` tells of a message, one with a `body` is a message.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextEvents;

impl EventReader for TextEvents {
    fn scope(&self) -> &str {
        SCOPE
    }

    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn read(&self, raw: &[u8]) -> Result<Vec<ProviderEvent>, UnreadableEvents> {
        let all: Vec<Value> = serde_json::from_slice(raw).map_err(|error| UnreadableEvents(format!("no es JSON: {error}")))?;
        all.iter().map(event).collect()
    }
}

fn event(told: &Value) -> Result<ProviderEvent, UnreadableEvents> {
    if let Some(why) = told["unread"].as_str() {
        return Ok(ProviderEvent::Unread(why.to_owned()));
    }
    let text = |name: &str| told[name].as_str().map(str::to_owned);
    let unreadable = |what: &str| UnreadableEvents(format!("falta {what}"));
    let at = told["at"].as_i64().and_then(|seconds| DateTime::from_timestamp(seconds, 0)).ok_or_else(|| unreadable("la fecha"))?;
    let Some(state) = text("state") else {
        return Ok(ProviderEvent::Message(IncomingMessage {
            provider_id: text("id").ok_or_else(|| unreadable("el identificador"))?,
            from: text("from").ok_or_else(|| unreadable("el remitente"))?,
            to: text("to"),
            body: text("body").ok_or_else(|| unreadable("el texto"))?,
            classification: text("class").and_then(|class| Classification::parse(&class)).unwrap_or(Classification::Human),
            media: told["media"].as_array().into_iter().flatten().filter_map(Value::as_str).map(file).collect(),
            answers: text("answers"),
            at: Some(at),
        }));
    };
    let kind = EventKind::parse(&state).ok_or_else(|| unreadable("el estado"))?;
    let named = text("id").or_else(|| text("reference")).ok_or_else(|| unreadable("el identificador"))?;
    Ok(ProviderEvent::Status(StatusEvent {
        key: format!("{named}:{state}"),
        provider_id: text("id"),
        reference: text("reference"),
        kind,
        failure: None,
        at: Some(at),
    }))
}

/// `source`, or `source sha256`.
fn file(told: &str) -> IncomingMedia {
    let (source, sha256) = told.split_once(' ').map_or((told, None), |(source, sha256)| (source, Some(sha256.to_owned())));
    IncomingMedia { source: source.to_owned(), media_type: "image/jpeg".into(), name: Some("foto.jpg".into()), sha256 }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
