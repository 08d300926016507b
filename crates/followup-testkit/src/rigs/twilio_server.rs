//! A Twilio of the tests' own: takes messages as Twilio's API does, keeps them, and plays what goes wrong; and calls back, signed, as late,
//! as often and in whatever order a test says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)] // Test equipment: to panic is to fail the test.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use super::http_wire;

/// The account.
pub const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
/// Its auth token, with which calls are signed.
pub const AUTH_TOKEN: &str = "an-auth-token-of-the-tests";
/// The number that it sends from.
pub const OUR_NUMBER: &str = "+15005550006";

/// What the server does with the next request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Takes the message, and answers with its id.
    Take,
    /// Takes it; a messaging service has yet to choose the number, so that it knows of no parts.
    TakeUnsplit,
    /// Takes it, and the answer is lost.
    LoseAnswer,
    /// Takes it, and sends half of the answer, then nothing until [`TwilioServer::release`].
    SlowBody,
    /// Takes it, and sends half of the answer, and after this time the rest.
    Slowly(Duration),
    /// Takes it; something between answers with this status and body.
    TakeAndSay(u16, &'static str),
    /// Takes nothing: hangs up without an answer.
    HangUp,
    /// Takes nothing: an error in Twilio's own form with this status, code and words.
    Error(u16, u32, &'static str),
    /// Takes nothing: an answer of something between, with this status and body.
    Other(u16, &'static str),
}

impl Answer {
    fn takes(&self) -> bool {
        !matches!(self, Self::HangUp | Self::Error(..) | Self::Other(..))
    }
}

/// Where the server stands with a request for a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It has arrived whole.
    Asked,
    /// The answer, if there was to be one, is written.
    Answered,
}

/// Decides what a request meets for which nothing is laid ready; called again once it was answered, when what it says is passed over. The form
/// is the request's, decoded.
pub type Script = Arc<dyn Fn(Stage, &[(String, String)]) -> Option<Answer> + Send + Sync>;

/// A message that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its id of it.
    pub sid: String,
    /// The form that was posted, decoded.
    pub form: Vec<(String, String)>,
}

impl Taken {
    /// A field of the form.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct State {
    templates: Vec<Value>,
    taken: Vec<Taken>,
    answers: VecDeque<Answer>,
    released: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    ends: AtomicBool,
    script: Option<Script>,
}

impl Shared {
    /// What the script says, which takes its time without holding the server up.
    fn ask(&self, stage: Stage, form: &[(String, String)]) -> Option<Answer> {
        self.script.as_ref().and_then(|script| script(stage, form))
    }
}

/// The server, on loopback, until it is dropped.
pub struct TwilioServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// Far longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(60);

impl TwilioServer {
    /// Starts it.
    pub fn start() -> Self {
        Self::serving(Shared::default())
    }

    /// Starts it, with a script.
    pub fn scripted(script: Script) -> Self {
        Self::serving(Shared { script: Some(script), ..Shared::default() })
    }

    fn serving(shared: Shared) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(shared);
        let kept = Arc::clone(&shared);
        let serve = move || {
            for stream in listener.incoming() {
                if kept.ends.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let kept = Arc::clone(&kept);
                // A client that goes away in between is none of the server's business.
                std::thread::spawn(move || drop(serve_one(&stream, &kept)));
            }
        };
        Self { address, shared, thread: Some(std::thread::spawn(serve)) }
    }

    /// In place of `https://api.twilio.com`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next request meets this.
    pub fn next(&self, answer: Answer) {
        lock(&self.shared.state).answers.push_back(answer);
    }

    /// Everything that it took.
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.shared.state).taken.clone()
    }

    /// The Content API has this template from now on, in this state of WhatsApp's. Gives its ContentSid.
    pub fn template(&self, name: &str, language: &str, body: &str, state: &str) -> String {
        let mut state_of = lock(&self.shared.state);
        let sid = format!("HX{:032x}", state_of.templates.len() + 1);
        state_of.templates.retain(|known| known["friendly_name"] != name || known["language"] != language);
        state_of.templates.push(json!({
            "sid": sid,
            "account_sid": ACCOUNT,
            "friendly_name": name,
            "language": language,
            "variables": {"1": "Juan"},
            "types": {"twilio/text": {"body": body}},
            "url": format!("https://content.twilio.com/v1/Content/{sid}"),
            "approval_requests": {"name": name, "category": "UTILITY", "content_type": "twilio/text", "status": state, "rejection_reason": "", "allow_category_change": true},
            "date_created": "2026-01-02T03:04:05Z",
            "date_updated": "2026-01-02T03:04:05Z",
        }));
        sid
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

impl Drop for TwilioServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve_one(stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let request = http_wire::read(stream)?;
    let signed_in = request.header("authorization") == Some(&format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{AUTH_TOKEN}"))));
    if let Some(query) = request.first.strip_prefix("GET /v1/ContentAndApprovals?") {
        return if signed_in { list(stream, shared, query) } else { answer(stream, 401, &error(401, 20003, "Authenticate")) };
    }
    let wanted = format!("POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1");
    if request.first != wanted {
        return answer(stream, 404, &error(404, 20404, "The requested resource was not found"));
    }
    if !signed_in {
        return answer(stream, 401, &error(401, 20003, "Authenticate"));
    }
    let form = form(&request.body);
    let laid_ready = lock(&shared.state).answers.pop_front();
    let what = laid_ready.or_else(|| shared.ask(Stage::Asked, &form)).unwrap_or(Answer::Take);
    let answered = take(stream, shared, &form, what);
    shared.ask(Stage::Answered, &form);
    answered
}

fn take(stream: &TcpStream, shared: &Shared, form: &[(String, String)], what: Answer) -> std::io::Result<()> {
    let sid = {
        let mut state = lock(&shared.state);
        let sid = format!("SM{:032x}", state.taken.len() + 1);
        if what.takes() {
            state.taken.push(Taken { sid: sid.clone(), form: form.to_vec() });
        }
        sid
    };
    let resource = |parts: &str| {
        json!({"sid": sid, "account_sid": ACCOUNT, "status": "queued", "num_segments": parts, "error_code": null, "direction": "outbound-api"})
            .to_string()
    };
    match what {
        Answer::Take => answer(stream, 201, &resource("1")),
        Answer::TakeUnsplit => answer(stream, 201, &resource("0")),
        Answer::LoseAnswer | Answer::HangUp => Ok(()),
        Answer::SlowBody => half(stream, shared, &resource("1"), LONG),
        Answer::Slowly(pause) => half(stream, shared, &resource("1"), pause),
        Answer::Error(status, code, words) => answer(stream, status, &error(status, code, words)),
        Answer::TakeAndSay(status, body) | Answer::Other(status, body) => answer(stream, status, body),
    }
}

/// One template a page, so that every list has several.
fn list(stream: &TcpStream, shared: &Shared, query: &str) -> std::io::Result<()> {
    let templates = lock(&shared.state).templates.clone();
    let page = query.split(['&', ' ']).find_map(|part| part.strip_prefix("Page=")).and_then(|page| page.parse().ok()).unwrap_or(0_usize);
    let next = (page + 1 < templates.len())
        .then(|| format!("https://content.twilio.com/v1/ContentAndApprovals?PageSize=100&Page={}&PageToken=DNHX{page}-1", page + 1));
    let contents: Vec<&Value> = templates.get(page).into_iter().collect();
    let meta = json!({"page": page, "page_size": 1, "next_page_url": next, "previous_page_url": null, "key": "contents"});
    answer(stream, 200, &json!({"meta": meta, "contents": contents}).to_string())
}

fn error(status: u16, code: u32, words: &str) -> String {
    let more = format!("https://www.twilio.com/docs/errors/{code}");
    json!({"code": code, "message": words, "more_info": more, "status": status}).to_string()
}

fn answer(stream: &TcpStream, status: u16, body: &str) -> std::io::Result<()> {
    http_wire::write(stream, &format!("HTTP/1.1 {status} X"), &["Content-Type: application/json"], body.as_bytes())
}

fn half(mut stream: &TcpStream, shared: &Shared, body: &str, pause: Duration) -> std::io::Result<()> {
    use std::io::Write;
    let head = format!("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    let (first, rest) = body.split_at(body.len() / 2);
    stream.write_all(format!("{head}{first}").as_bytes())?;
    stream.flush()?;
    let state = lock(&shared.state);
    drop(shared.changed.wait_timeout_while(state, pause, |state| !state.released));
    stream.write_all(rest.as_bytes())
}

/// A call of Twilio's, as it arrives at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The path and query that are called.
    pub path_and_query: String,
    /// The form.
    pub body: String,
    /// `X-Twilio-Signature`.
    pub signature: String,
}

impl Call {
    /// A call with these fields, signed. `url`: the address that is called, as Twilio knows it.
    pub fn signed(url: &str, fields: &[(&str, &str)]) -> Self {
        let mut pairs = fields.to_vec();
        pairs.sort_unstable();
        pairs.dedup();
        let signed: String = std::iter::once(url).chain(pairs.iter().flat_map(|(name, value)| [*name, *value])).collect();
        let mac = Hmac::<Sha1>::new_from_slice(AUTH_TOKEN.as_bytes()).unwrap().chain_update(signed);
        let path = url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|slash| rest[slash..].to_owned()));
        let body = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect::<Vec<_>>().join("&");
        Self { path_and_query: path.unwrap_or_default(), body, signature: STANDARD.encode(mac.finalize().into_bytes()) }
    }

    /// What became of a message that the server took: called is the address that came with it.
    pub fn status(taken: &Taken, state: &str, error_code: Option<&str>) -> Self {
        let to = taken.get("To").unwrap_or_default();
        let mut fields = vec![
            ("SmsSid", taken.sid.as_str()),
            ("SmsStatus", state),
            ("MessageStatus", state),
            ("To", to),
            ("MessageSid", &taken.sid),
            ("AccountSid", ACCOUNT),
            ("From", OUR_NUMBER),
            ("ApiVersion", "2010-04-01"),
        ];
        fields.extend(error_code.map(|code| ("ErrorCode", code)));
        Self::signed(taken.get("StatusCallback").unwrap_or_default(), &fields)
    }

    /// A message that came in.
    pub fn message(url: &str, sid: &str, from: &str, body: &str) -> Self {
        let fields = [
            ("ToCountry", "US"),
            ("SmsMessageSid", sid),
            ("NumMedia", "0"),
            ("SmsStatus", "received"),
            ("Body", body),
            ("To", OUR_NUMBER),
            ("NumSegments", "1"),
            ("MessageSid", sid),
            ("AccountSid", ACCOUNT),
            ("From", from),
            ("ApiVersion", "2010-04-01"),
        ];
        Self::signed(url, &fields)
    }

    /// A WhatsApp message that came in, in answer to one of ours where its id is given.
    pub fn whatsapp(url: &str, sid: &str, from: &str, body: &str, answers: Option<&str>) -> Self {
        let (sender, ours) = (format!("whatsapp:{from}"), format!("whatsapp:{OUR_NUMBER}"));
        let mut fields = vec![
            ("SmsMessageSid", sid),
            ("NumMedia", "0"),
            ("ProfileName", "Ana"),
            ("MessageType", "text"),
            ("SmsSid", sid),
            ("WaId", from.trim_start_matches('+')),
            ("SmsStatus", "received"),
            ("Body", body),
            ("To", &ours),
            ("NumSegments", "1"),
            ("ReferralNumMedia", "0"),
            ("MessageSid", sid),
            ("AccountSid", ACCOUNT),
            ("From", &sender),
            ("ApiVersion", "2010-04-01"),
        ];
        fields.extend(
            answers
                .into_iter()
                .flat_map(|answered| [("OriginalRepliedMessageSid", answered), ("OriginalRepliedMessageSender", ours.as_str())]),
        );
        Self::signed(url, &fields)
    }

    /// Posts it to a server on loopback; gives the status and the body of its answer.
    pub fn post(&self, port: u16) -> (u16, String) {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        self.exchange(&stream, &["Connection: close"])
    }

    /// The same over a connection that stays open.
    pub fn post_on(&self, stream: &TcpStream) -> (u16, String) {
        self.exchange(stream, &[])
    }

    fn exchange(&self, stream: &TcpStream, more: &[&str]) -> (u16, String) {
        let signature = format!("X-Twilio-Signature: {}", self.signature);
        let headers = [&["Content-Type: application/x-www-form-urlencoded; charset=utf-8", signature.as_str()], more].concat();
        http_wire::write(stream, &format!("POST {} HTTP/1.1", self.path_and_query), &headers, self.body.as_bytes()).unwrap();
        let answer = http_wire::read(stream).unwrap();
        let status = answer.first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
        (status, String::from_utf8(answer.body).unwrap())
    }
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"*-._".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn form(body: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        match rest {
            [b'%', high, low, after @ ..] => {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                rest = after;
            }
            _ => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
