//! The server in a thread of its own, and requests to it.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use actix_web::dev::ServerHandle;
use followup_http::{HttpState, ServeOptions, serve};
use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Request as HttpRequest};

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    agent: Agent,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(state: HttpState, options: ServeOptions) -> Self {
        let (started, start) = mpsc::channel();
        let thread = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let any = SocketAddr::from(([127, 0, 0, 1], 0));
                let (server, address) = serve(any, state, ServeOptions { workers: Some(1), ..options }).unwrap();
                started.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, handle) = start.recv().unwrap();
        let agent = Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true).build().new_agent();
        Self { address, agent, handle, thread: Some(thread) }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> Request<'_> {
        let parts = HttpRequest::builder().method(method).uri(format!("http://{}{path}", self.address));
        Request { agent: &self.agent, parts }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The command is on its way when this returns; the thread's end is the answer.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the server panicked");
        }
    }
}

/// A request that is being put together.
pub(crate) struct Request<'a> {
    agent: &'a Agent,
    parts: ureq::http::request::Builder,
}

impl Request<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.parts = self.parts.header(name, value);
        self
    }

    pub(crate) fn send(self) -> Answer {
        let request = self.parts.body(()).unwrap();
        Answer::of(self.agent.run(request).unwrap())
    }

    pub(crate) fn json(self, body: &Value) -> Answer {
        self.header("Content-Type", "application/json").bytes(body.to_string().as_bytes())
    }

    pub(crate) fn form(self, body: &str) -> Answer {
        self.header("Content-Type", "application/x-www-form-urlencoded").bytes(body.as_bytes())
    }

    pub(crate) fn bytes(self, body: &[u8]) -> Answer {
        let request = self.parts.body(body).unwrap();
        Answer::of(self.agent.run(request).unwrap())
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn of(response: ureq::http::Response<ureq::Body>) -> Self {
        let (parts, mut body) = response.into_parts();
        Self { status: parts.status.as_u16(), headers: parts.headers, body: body.read_to_vec().unwrap() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("Content-Type"), "application/json", "{}", self.text());
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Status and sentence of an error.
    #[track_caller]
    pub(crate) fn error(&self) -> (u16, String) {
        (self.status, self.json()["detail"].as_str().unwrap().to_owned())
    }

    /// The fields that a 422 names, in its order.
    #[track_caller]
    pub(crate) fn refused(&self) -> Vec<String> {
        assert_eq!(self.status, 422, "{}", self.text());
        self.json()["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }
}
