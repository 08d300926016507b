//! An SMTP server of the tests' own: it keeps what it accepted, and does at each stage what a test says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)] // To panic is to fail the test.

mod connection;
mod session;

use std::collections::HashMap;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::ServerConfig;

use super::ports::{self, ReservedPort};

/// Where in the session something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Before any command.
    Greeting,
    /// EHLO.
    Ehlo,
    /// STARTTLS.
    StartTls,
    /// After the server agreed to STARTTLS, or at once inside TLS.
    Handshake,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// After the final dot: what is done instead of accepting the message.
    Message,
    /// After the message was accepted and kept: what is done instead of saying so.
    Accepted,
    /// QUIT.
    Quit,
}

/// What the server does then, instead of agreeing.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// Says these bytes.
    Say(&'static [u8]),
    /// Closes the connection.
    HangUp,
    /// Says nothing until the client goes.
    Stall,
    /// Says a line byte by byte, each after a while; should the client stay to its end, the line agrees.
    Drip,
    /// Says these bytes and closes the connection.
    SayAndHangUp(&'static [u8]),
    /// After the first line of the message: says these bytes and closes the connection without reading on.
    Interrupt(&'static [u8]),
    /// Agrees, after a while.
    Slowly(Duration),
}

/// A point in a session at which a script is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Through which door the client came: the number of the port, from 0.
    pub door: usize,
    /// The session's number, from 1, over all doors.
    pub session: u64,
    /// The stage.
    pub stage: Stage,
}

/// What a test says about each moment; `None` agrees. It may also do something of its own then, such as killing the client.
pub type Script = Arc<dyn Fn(Moment) -> Option<Act> + Send + Sync>;

/// How the server is secured.
#[derive(Clone)]
pub enum Security {
    /// Not at all.
    Plain,
    /// By STARTTLS.
    StartTls(Arc<ServerConfig>),
    /// From the first byte.
    Wrapper(Arc<ServerConfig>),
}

/// What a client said in one session.
#[derive(Debug, Clone, Default)]
pub struct Transcript {
    /// Command lines without their ends, in order.
    pub commands: Vec<String>,
    /// The message as it was sent, with the final dot.
    pub message: Option<Vec<u8>>,
    /// What came while the server stalled.
    pub unanswered: Vec<u8>,
}

/// A message that the server took responsibility for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedMail {
    /// Its Message-ID, with the angle brackets.
    pub message_id: String,
    /// The recipient of RCPT, without the angle brackets.
    pub to: String,
    /// In which session.
    pub session: u64,
    /// Its bytes without the final dot.
    pub raw: Vec<u8>,
}

/// The server. It ends with the value.
pub struct Sink {
    doors: Vec<ReservedPort>,
    shared: Arc<Shared>,
    listeners: Vec<JoinHandle<()>>,
}

struct Shared {
    security: Security,
    script: Script,
    open: AtomicBool,
    sessions: AtomicU64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    accepted: Vec<AcceptedMail>,
    ended: Vec<Transcript>,
    live: HashMap<u64, TcpStream>,
}

/// Far longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(60);

impl Sink {
    /// A server without TLS that does the same in every session.
    pub fn start(acts: &[(Stage, Act)]) -> Self {
        Self::secured(Security::Plain, acts)
    }

    /// The same, secured.
    pub fn secured(security: Security, acts: &[(Stage, Act)]) -> Self {
        let acts = acts.to_vec();
        let script = move |moment: Moment| acts.iter().find(|(stage, _)| *stage == moment.stage).map(|(_, act)| *act);
        Self::with_doors(1, security, Arc::new(script))
    }

    /// A server with one port for each of several clients, so that a script knows which of them it serves.
    pub fn with_doors(doors: usize, security: Security, script: Script) -> Self {
        let doors = (0..doors).map(|_| ports::reserve().unwrap()).collect();
        let shared = Shared {
            security,
            script,
            open: AtomicBool::new(false),
            sessions: AtomicU64::new(0),
            state: Mutex::default(),
            changed: Condvar::new(),
        };
        let mut sink = Self { doors, shared: Arc::new(shared), listeners: Vec::new() };
        sink.open();
        sink
    }

    /// The port of a door.
    pub fn port_of(&self, door: usize) -> u16 {
        self.doors[door].number
    }

    /// The port of the only door.
    pub fn port(&self) -> u16 {
        self.port_of(0)
    }

    /// How many sessions were begun.
    pub fn sessions(&self) -> u64 {
        self.shared.sessions.load(Ordering::SeqCst)
    }

    /// Everything that was accepted, in order.
    pub fn accepted(&self) -> Vec<AcceptedMail> {
        self.shared.lock().accepted.clone()
    }

    /// Waits until a session has ended; what was said in the first.
    pub fn transcript(&self) -> Transcript {
        let state = self.shared.lock();
        let waited = self.shared.changed.wait_timeout_while(state, LONG, |state| state.ended.is_empty());
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.ended.first().expect("no session ended").clone()
    }

    /// The server goes away: no port listens any more, and every session is cut.
    pub fn close(&mut self) {
        self.shared.open.store(false, Ordering::SeqCst);
        for door in &self.doors {
            // Wakes the listener, which sees that it is to end.
            drop(TcpStream::connect((Ipv4Addr::LOCALHOST, door.number)));
        }
        for stream in self.shared.lock().live.values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        for listener in self.listeners.drain(..) {
            let _ = listener.join();
        }
        for door in &self.doors {
            door.wait_closed().unwrap();
        }
    }

    /// It comes back, on the same ports, with what it had accepted.
    pub fn open(&mut self) {
        if self.shared.open.swap(true, Ordering::SeqCst) {
            return;
        }
        for (door, port) in self.doors.iter().enumerate() {
            let listener = port.listen().unwrap();
            let shared = Arc::clone(&self.shared);
            self.listeners.push(std::thread::spawn(move || shared.listen(door, &listener)));
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn listen(self: &Arc<Self>, door: usize, listener: &TcpListener) {
        while let Ok((stream, _)) = listener.accept() {
            if !self.open.load(Ordering::SeqCst) {
                return;
            }
            let number = self.sessions.fetch_add(1, Ordering::SeqCst) + 1;
            let Ok(handle) = stream.try_clone() else { continue };
            self.lock().live.insert(number, handle);
            let shared = Arc::clone(self);
            std::thread::spawn(move || {
                let transcript = session::serve(&shared, door, number, stream);
                let mut state = shared.lock();
                state.live.remove(&number);
                state.ended.push(transcript);
                shared.changed.notify_all();
            });
        }
    }

    fn keep(&self, mail: AcceptedMail) {
        self.lock().accepted.push(mail);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
