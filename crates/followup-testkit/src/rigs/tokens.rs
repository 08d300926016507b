//! A token server of the tests' own: gives OAuth 2.0 access tokens as a test says, and tells a mail server which of them are good
//! (introspection, RFC 7662).
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)] // To panic is to fail the test.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::ports::{self, ReservedPort};

/// What the server answers to the next request for a token.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A new token that is said to be good for so many seconds.
    Token(i64),
    /// The same, and a new refresh token, after which the one presented is not taken any more.
    Rotated(i64),
    /// A token that no mail server takes.
    Forged,
    /// An error of RFC 6749 §5.2 with this status.
    Error(u16, &'static str),
    /// This status, type and body.
    Other(u16, &'static str, String),
    /// Nothing, until the client goes.
    Stall,
    /// The end of the connection.
    HangUp,
}

/// The server. It ends with the value.
pub struct TokenServer {
    port: ReservedPort,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

struct Shared {
    /// Whom the tokens are for: the login name at the mail server.
    user: String,
    open: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    next: VecDeque<Answer>,
    usual: Option<Answer>,
    /// Those that a mail server takes.
    good: Vec<String>,
    given: usize,
    /// The refresh token that is taken; any, while none was given.
    refresh: Option<String>,
    requests: Vec<HashMap<String, String>>,
    introspections: usize,
    held: bool,
}

/// Far longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(60);

impl TokenServer {
    /// A server that gives tokens for this user, good for an hour.
    pub fn start(user: &str) -> Self {
        let shared = Shared { user: user.to_owned(), open: AtomicBool::new(false), state: Mutex::default(), changed: Condvar::new() };
        let mut server = Self { port: ports::reserve().unwrap(), shared: Arc::new(shared), listener: None };
        server.open();
        server
    }

    /// The token endpoint.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/token", self.port.number)
    }

    /// Where a mail server asks about a token, which it puts behind this.
    pub fn introspection_url(&self) -> String {
        format!("http://127.0.0.1:{}/introspect?token=", self.port.number)
    }

    /// Answers the next requests so, one after another; later ones as usual.
    pub fn next(&self, answers: &[Answer]) {
        self.shared.lock().next.extend(answers.iter().cloned());
    }

    /// Answers every request so from now on.
    pub fn always(&self, answer: Answer) {
        self.shared.lock().usual = Some(answer);
    }

    /// No token that was given is good any more, as after their time.
    pub fn expire_all(&self) {
        self.shared.lock().good.clear();
    }

    /// The forms that were sent to the token endpoint, in order.
    pub fn requests(&self) -> Vec<HashMap<String, String>> {
        self.shared.lock().requests.clone()
    }

    /// How often a mail server asked about a token.
    pub fn introspections(&self) -> usize {
        self.shared.lock().introspections
    }

    /// Answers wait until [`TokenServer::release`].
    pub fn hold(&self) {
        self.shared.lock().held = true;
    }

    /// Answers go on.
    pub fn release(&self) {
        self.shared.lock().held = false;
        self.shared.changed.notify_all();
    }

    /// Waits until so many requests for a token have come.
    pub fn wait_for_requests(&self, count: usize) {
        let state = self.shared.lock();
        let waited = self.shared.changed.wait_timeout_while(state, LONG, |state| state.requests.len() < count);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(state.requests.len() >= count, "{} requests for a token, not {count}", state.requests.len());
    }

    /// The server goes away: its port does not listen any more.
    pub fn close(&mut self) {
        if !self.shared.open.swap(false, Ordering::SeqCst) {
            return;
        }
        // Wakes the listener, which sees that it is to end.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port.number)));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        self.port.wait_closed().unwrap();
    }

    /// It comes back on the same port.
    pub fn open(&mut self) {
        if self.shared.open.swap(true, Ordering::SeqCst) {
            return;
        }
        let listener = self.port.listen().unwrap();
        let shared = Arc::clone(&self.shared);
        self.listener = Some(std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if !shared.open.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || shared.serve(stream));
            }
        }));
    }
}

impl Drop for TokenServer {
    fn drop(&mut self) {
        self.release();
        self.close();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request; whatever goes wrong is the client's going.
    fn serve(&self, stream: TcpStream) -> Option<()> {
        stream.set_read_timeout(Some(LONG)).ok()?;
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let (path, body) = read_request(&mut reader)?;
        if let Some(token) = path.strip_prefix("/introspect?token=") {
            // Dovecot adds parameters of its own.
            let token = token.split('&').next().unwrap_or_default();
            return respond(&stream, 200, "application/json", &self.introspect(&decoded(token)));
        }
        let form = form_of(&body);
        let answer = self.note(form.clone());
        let (status, kind, body) = match answer {
            Answer::Token(seconds) => (200, "application/json", self.give(seconds, None)),
            Answer::Rotated(seconds) => match self.rotate(&form) {
                Some(refresh) => (200, "application/json", self.give(seconds, Some(&refresh))),
                None => (400, "application/json", error_body("invalid_grant")),
            },
            Answer::Forged => {
                (200, "application/json", "{\"access_token\":\"forged\",\"token_type\":\"Bearer\",\"expires_in\":3600}".into())
            }
            Answer::Error(status, code) => (status, "application/json", error_body(code)),
            Answer::Other(status, kind, body) => (status, kind, body),
            Answer::Stall => {
                // Until the client hangs up.
                let _ = reader.read(&mut [0; 1]);
                return None;
            }
            Answer::HangUp => return None,
        };
        respond(&stream, status, kind, &body)
    }

    /// Keeps what was asked, waits while answers are held, and says what comes next.
    fn note(&self, form: HashMap<String, String>) -> Answer {
        let mut state = self.lock();
        state.requests.push(form);
        self.changed.notify_all();
        let waited = self.changed.wait_timeout_while(state, LONG, |state| state.held);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let next = state.next.pop_front();
        next.or_else(|| state.usual.clone()).unwrap_or(Answer::Token(3600))
    }

    fn give(&self, seconds: i64, refresh: Option<&str>) -> String {
        let mut state = self.lock();
        state.given += 1;
        let token = format!("token-{}", state.given);
        state.good.push(token.clone());
        let refresh = refresh.map_or(String::new(), |token| format!(",\"refresh_token\":\"{token}\""));
        format!("{{\"access_token\":\"{token}\",\"token_type\":\"Bearer\",\"expires_in\":{seconds}{refresh}}}")
    }

    /// The next refresh token, if the one presented is the current one.
    fn rotate(&self, form: &HashMap<String, String>) -> Option<String> {
        let mut state = self.lock();
        let presented = form.get("refresh_token")?;
        if state.refresh.as_ref().is_some_and(|current| current != presented) {
            return None;
        }
        let next = format!("refresh-{}", state.given + 1);
        state.refresh = Some(next.clone());
        Some(next)
    }

    fn introspect(&self, token: &str) -> String {
        let mut state = self.lock();
        state.introspections += 1;
        let active = state.good.iter().any(|good| good == token);
        format!("{{\"active\":{active},\"email\":\"{}\"}}", self.user)
    }
}

fn error_body(code: &str) -> String {
    format!("{{\"error\":\"{code}\",\"error_description\":\"AADSTS50000: secreto de pv@vigia.test\"}}")
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).ok()? == 0 || header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path, body))
}

fn respond(mut stream: &TcpStream, status: u16, kind: &str, body: &str) -> Option<()> {
    let head = format!("HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()
}

fn form_of(body: &[u8]) -> HashMap<String, String> {
    let text = String::from_utf8_lossy(body);
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// `application/x-www-form-urlencoded`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes().iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).copied().collect();
                bytes.extend(std::str::from_utf8(&digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok()));
            }
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
