//! An HTTP server that answers what a test says, and keeps what it was asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)] // Test equipment: to panic is to fail the test.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::http_wire;

/// What the next request meets.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status; 0: the connection is closed without an answer.
    pub status: u16,
    /// Headers, as lines.
    pub headers: Vec<&'static str>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// An answer without headers of its own.
    pub fn of(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, header: &'static str) -> Self {
        self.headers.push(header);
        self
    }

    /// The request is taken, and the answer never comes.
    pub fn lost() -> Self {
        Self::of(0, "")
    }
}

/// A request, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Method, path and query, version.
    pub line: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Asked {
    /// The first header of this name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path and query.
    pub fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }
}

#[derive(Default)]
struct Shared {
    replies: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<Asked>>,
    ends: AtomicBool,
}

/// The server, on loopback, until it is dropped.
pub struct ScriptedHttp {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl ScriptedHttp {
    /// Starts it. What is asked without a reply meets a 500 without words.
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
                // A client that goes away in between is none of the server's business.
                let _ = stream.and_then(|stream| serve_one(&stream, &kept));
            }
        };
        Self { address, shared, thread: Some(std::thread::spawn(serve)) }
    }

    /// Its address, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next request meets this.
    pub fn next(&self, reply: Reply) {
        lock(&self.shared.replies).push_back(reply);
    }

    /// Everything that it was asked.
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.shared.asked).clone()
    }
}

fn serve_one(stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let heard = http_wire::read(stream)?;
    let body = String::from_utf8_lossy(&heard.body).into_owned();
    lock(&shared.asked).push(Asked { line: heard.first, headers: heard.headers, body });
    let reply = lock(&shared.replies).pop_front().unwrap_or_else(|| Reply::of(500, ""));
    if reply.status == 0 {
        return Ok(());
    }
    http_wire::write(stream, &format!("HTTP/1.1 {} X", reply.status), &reply.headers, reply.body.as_bytes())
}

fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for ScriptedHttp {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
