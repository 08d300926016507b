//! A Meta of the tests' own: takes WhatsApp messages as the Cloud API does, keeps them, lists templates, gives files, and plays what goes wrong;
//! and calls back, signed, as late, as often and in whatever order a test says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)] // Test equipment: to panic is to fail the test.

use std::collections::{BTreeMap, VecDeque};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::http_wire::{self, Heard};

/// Meta's id of the number that sends.
pub const PHONE_NUMBER_ID: &str = "106540352242922";
/// Its id of the account.
pub const WABA_ID: &str = "419561257915477";
/// The access token.
pub const ACCESS_TOKEN: &str = "an-access-token-of-the-tests";
/// What calls are signed with.
pub const APP_SECRET: &str = "an-app-secret-of-the-tests";
/// What was typed in beside our address.
pub const VERIFY_TOKEN: &str = "a-verify-token-of-the-tests";
/// The version of the API.
pub const VERSION: &str = "v23.0";
/// The number that sends, as Meta writes it.
pub const OUR_NUMBER: &str = "15550783881";

/// What the server does with the next message.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Takes the message, and answers with its id.
    Take,
    /// Takes it, and the answer is lost.
    LoseAnswer,
    /// Takes it, and sends half of the answer, then nothing until [`MetaServer::release`].
    SlowBody,
    /// Takes nothing: an error in Meta's own form with this status, code and words.
    Error(u16, u32, &'static str),
    /// Takes nothing: an answer of something between, with this status and body.
    Other(u16, &'static str),
}

/// A message that the server took.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Its id of it (`wamid.…`).
    pub id: String,
    /// What was posted.
    pub body: Value,
}

/// A file that the server keeps.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// Where it says that the file lies; none for its own address of it.
    pub url: Option<String>,
}

impl Kept {
    /// A photo.
    pub fn photo(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), media_type: "image/jpeg", url: None }
    }
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    answers: VecDeque<Answer>,
    files: BTreeMap<String, Kept>,
    /// So often a file's address is given as one that is too old.
    stale: u32,
    templates: Vec<Value>,
    /// What was asked for by GET, path and query.
    asked: Vec<String>,
    released: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    ends: AtomicBool,
}

/// The server, on loopback, until it is dropped.
pub struct MetaServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// Far longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(60);
/// Templates of a page.
const PAGE: usize = 2;

impl MetaServer {
    /// Starts it.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Shared>::default();
        let kept = Arc::clone(&shared);
        let serve = move || {
            for stream in listener.incoming() {
                if kept.ends.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let kept = Arc::clone(&kept);
                // A client that goes away in between is none of the server's business.
                std::thread::spawn(move || drop(serve_one(&stream, address, &kept)));
            }
        };
        Self { address, shared, thread: Some(std::thread::spawn(serve)) }
    }

    /// In place of `https://graph.facebook.com`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next message meets this.
    pub fn next(&self, answer: Answer) {
        lock(&self.shared.state).answers.push_back(answer);
    }

    /// Every message that it took.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.shared.state).taken.clone()
    }

    /// What was asked for by GET, path and query, in order.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.shared.state).asked.clone()
    }

    /// It has a file from now on.
    pub fn keep(&self, id: &str, file: Kept) {
        lock(&self.shared.state).files.insert(id.to_owned(), file);
    }

    /// A file's time is over.
    pub fn forget(&self, id: &str) {
        lock(&self.shared.state).files.remove(id);
    }

    /// The next address of a file that is given is too old when it is asked.
    pub fn give_stale_address(&self) {
        lock(&self.shared.state).stale += 1;
    }

    /// Its account has these templates, as Meta lists them; pages have two.
    pub fn list_templates(&self, templates: Vec<Value>) {
        lock(&self.shared.state).templates = templates;
    }

    /// Answers that came half go on.
    pub fn release(&self) {
        lock(&self.shared.state).released = true;
        self.shared.changed.notify_all();
    }

    /// Nobody can reach it from now on.
    pub fn stop(&mut self) {
        self.release();
        self.shared.ends.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for MetaServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A template as Meta lists it.
pub fn template(name: &str, language: &str, status: &str, body: &str) -> Value {
    json!({"id": "1689556908129832", "name": name, "language": language, "status": status, "category": "UTILITY",
        "components": [{"type": "HEADER", "format": "TEXT", "text": "Farmacovigilancia"}, {"type": "BODY", "text": body}]})
}

fn serve_one(stream: &TcpStream, address: SocketAddr, shared: &Shared) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let request = http_wire::read(stream)?;
    let mut first = request.first.split(' ');
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    if request.header("authorization") != Some(&format!("Bearer {ACCESS_TOKEN}")) {
        return json_answer(stream, 401, &error(190, None, "Invalid OAuth access token - Cannot parse access token"));
    }
    let path = target.split('?').next().unwrap_or_default();
    match (method, path.strip_prefix(&format!("/{VERSION}/"))) {
        ("POST", Some(path)) if path == format!("{PHONE_NUMBER_ID}/messages") => take(stream, &request, shared),
        ("GET", rest) => {
            lock(&shared.state).asked.push(target.to_owned());
            match rest {
                Some(path) if path == format!("{WABA_ID}/message_templates") => templates(stream, target, shared),
                Some(id) => place(stream, id, address, shared),
                None => bytes(stream, path, shared),
            }
        }
        _ => json_answer(stream, 400, &error(100, Some(33), "Unsupported post request. Object with ID does not exist")),
    }
}

fn take(stream: &TcpStream, request: &Heard, shared: &Shared) -> std::io::Result<()> {
    let (id, to, what) = {
        let mut state = lock(&shared.state);
        let what = state.answers.pop_front().unwrap_or(Answer::Take);
        let id = format!("wamid.{}", STANDARD.encode(format!("message {}", state.taken.len() + 1)));
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let to = body["to"].as_str().unwrap_or_default().to_owned();
        if !matches!(what, Answer::Error(..) | Answer::Other(..)) {
            state.taken.push(Taken { id: id.clone(), body });
        }
        (id, to, what)
    };
    let taken = json!({"messaging_product": "whatsapp", "contacts": [{"input": to, "wa_id": to.trim_start_matches('+')}],
        "messages": [{"id": id, "message_status": "accepted"}]});
    match what {
        Answer::Take => json_answer(stream, 200, &taken),
        Answer::LoseAnswer => Ok(()),
        Answer::SlowBody => half(stream, shared, &taken.to_string()),
        Answer::Error(status, code, words) => json_answer(stream, status, &error(code, None, words)),
        Answer::Other(status, body) => answer(stream, status, "text/html", body.as_bytes()),
    }
}

fn place(stream: &TcpStream, id: &str, address: SocketAddr, shared: &Shared) -> std::io::Result<()> {
    let mut state = lock(&shared.state);
    let Some(file) = state.files.get(id).cloned() else {
        return json_answer(stream, 400, &error(100, Some(33), "Unsupported get request. Object does not exist"));
    };
    let is_stale = state.stale > 0;
    state.stale = state.stale.saturating_sub(1);
    drop(state);
    let own = format!("http://{address}/whatsapp_business/attachments/?mid={id}&hash={}", if is_stale { "old" } else { "new" });
    let size = file.bytes.len().to_string();
    let hash = STANDARD.encode(Sha256::digest(&file.bytes));
    let told = json!({"messaging_product": "whatsapp", "url": file.url.unwrap_or(own), "mime_type": file.media_type, "sha256": hash, "file_size": size, "id": id});
    json_answer(stream, 200, &told)
}

fn bytes(stream: &TcpStream, path: &str, shared: &Shared) -> std::io::Result<()> {
    let state = lock(&shared.state);
    let asked = state.asked.iter().rfind(|asked| asked.starts_with(path)).cloned().unwrap_or_default();
    let id = asked.split("mid=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
    match state.files.get(id) {
        Some(file) if path.starts_with("/whatsapp_business/") && !asked.ends_with("old") => {
            answer(stream, 200, file.media_type, &file.bytes)
        }
        _ => answer(stream, 404, "text/html", b"<html>URL signature expired</html>"),
    }
}

fn templates(stream: &TcpStream, target: &str, shared: &Shared) -> std::io::Result<()> {
    let from: usize = target.split("after=").nth(1).map_or(0, |after| after.split('&').next().unwrap_or_default().parse().unwrap());
    let state = lock(&shared.state);
    let page: Vec<&Value> = state.templates.iter().skip(from).take(PAGE).collect();
    let mut paging = json!({"cursors": {"before": from.to_string(), "after": (from + PAGE).to_string()}});
    if from + PAGE < state.templates.len() {
        paging["next"] =
            json!(format!("https://graph.facebook.com/{VERSION}/{WABA_ID}/message_templates?access_token=x&after={}", from + PAGE));
    }
    json_answer(stream, 200, &json!({"data": page, "paging": paging}))
}

fn error(code: u32, subcode: Option<u32>, words: &str) -> Value {
    let details = "See the documentation";
    json!({"error": {"message": format!("(#{code}) {words}"), "type": "OAuthException", "code": code, "error_subcode": subcode,
        "error_data": {"messaging_product": "whatsapp", "details": details}, "fbtrace_id": "AXsgnV2Cm3ZMGF3dF"}})
}

fn json_answer(stream: &TcpStream, status: u16, body: &Value) -> std::io::Result<()> {
    answer(stream, status, "application/json", body.to_string().as_bytes())
}

fn answer(stream: &TcpStream, status: u16, media_type: &str, body: &[u8]) -> std::io::Result<()> {
    http_wire::write(stream, &format!("HTTP/1.1 {status} X"), &[&format!("Content-Type: {media_type}")], body)
}

fn half(mut stream: &TcpStream, shared: &Shared, body: &str) -> std::io::Result<()> {
    use std::io::Write;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    let (first, rest) = body.split_at(body.len() / 2);
    stream.write_all(format!("{head}{first}").as_bytes())?;
    stream.flush()?;
    let state = lock(&shared.state);
    drop(shared.changed.wait_timeout_while(state, LONG, |state| !state.released));
    stream.write_all(rest.as_bytes())
}

/// A call of Meta's, as it arrives at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The body.
    pub body: String,
    /// `X-Hub-Signature-256`.
    pub signature: String,
}

impl Call {
    /// A call with this body, signed.
    pub fn signed(body: impl Into<String>) -> Self {
        let body = body.into();
        let mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).unwrap().chain_update(&body).finalize().into_bytes();
        let digits: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { body, signature: format!("sha256={digits}") }
    }

    /// A change of this field of our account.
    pub fn change(field: &str, value: &Value) -> Self {
        let body =
            json!({"object": "whatsapp_business_account", "entry": [{"id": WABA_ID, "changes": [{"value": value, "field": field}]}]});
        Self::signed(body.to_string())
    }

    /// What became of a message that the server took.
    pub fn status(taken: &Taken, state: &str, error_code: Option<u32>) -> Self {
        let to = taken.body["to"].as_str().unwrap_or_default().trim_start_matches('+');
        let mut told = json!({"id": taken.id, "status": state, "timestamp": "1749416383", "recipient_id": to,
            "biz_opaque_callback_data": taken.body["biz_opaque_callback_data"]});
        if let Some(code) = error_code {
            told["errors"] = json!([{"code": code, "title": "Message undeliverable", "error_data": {"details": "x"}}]);
        }
        Self::change("messages", &json!({"messaging_product": "whatsapp", "metadata": metadata(), "statuses": [told]}))
    }

    /// A message that came in, sent so many seconds after 1970: `content` is what stands in it beside its id and sender, its kind among it.
    pub fn message(id: &str, from: &str, sent: i64, content: &Value) -> Self {
        let mut message = json!({"from": from.trim_start_matches('+'), "id": id, "timestamp": sent.to_string()});
        message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        let contacts = json!([{"profile": {"name": "Reportante"}, "wa_id": from.trim_start_matches('+')}]);
        Self::change(
            "messages",
            &json!({"messaging_product": "whatsapp", "metadata": metadata(), "contacts": contacts, "messages": [message]}),
        )
    }

    /// Posts it to a server on loopback; gives the status and the body of its answer.
    pub fn post(&self, port: u16) -> (u16, String) {
        let signature = format!("X-Hub-Signature-256: {}", self.signature);
        exchange(
            port,
            "POST /api/v1/webhooks/whatsapp HTTP/1.1",
            &["Content-Type: application/json", "Connection: close", &signature],
            &self.body,
        )
    }
}

/// Asks a server on loopback whether the address is ours, as Meta does before it calls.
pub fn greet(port: u16, query: &str) -> (u16, String) {
    exchange(port, &format!("GET /api/v1/webhooks/whatsapp?{query} HTTP/1.1"), &["Connection: close"], "")
}

fn exchange(port: u16, first: &str, headers: &[&str], body: &str) -> (u16, String) {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    http_wire::write(&stream, first, headers, body.as_bytes()).unwrap();
    let answer = http_wire::read(&stream).unwrap();
    let status = answer.first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    (status, String::from_utf8(answer.body).unwrap())
}

fn metadata() -> Value {
    json!({"display_phone_number": OUR_NUMBER, "phone_number_id": PHONE_NUMBER_ID})
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
