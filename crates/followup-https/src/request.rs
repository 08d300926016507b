//! One request, and how long and how large its answer may be.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ureq::http::uri::PathAndQuery;
use ureq::http::{self, Method, Uri};

use crate::answer::Answer;
use crate::client::Client;
use crate::failure::{Cause, Failure};
use crate::form;

/// What an answer may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// All that it may take: name, connection, TLS, request and the answer's last byte.
    pub within: Duration,
    /// The largest body that is read, in bytes; a larger one is a failure.
    pub largest_answer: u64,
}

/// A request to be sent.
#[must_use = "a request is sent by `send`"]
pub struct Request<'a> {
    client: &'a Client,
    method: Method,
    path: Option<String>,
    headers: Vec<(Cow<'static, str>, String)>,
    /// None with a GET, which has none.
    body: Option<Vec<u8>>,
}

impl<'a> Request<'a> {
    pub(crate) fn new(client: &'a Client, method: Method) -> Self {
        let body = (method != Method::GET).then(Vec::new);
        Self { client, method, path: None, headers: Vec::new(), body }
    }

    /// Goes to this path (and query) of the same server. The parts of both must be percent-encoded.
    pub fn at(mut self, path_and_query: impl Into<String>) -> Self {
        self.path = Some(path_and_query.into());
        self
    }

    /// `Accept: application/json`.
    pub fn wanting_json(self) -> Self {
        self.header("accept", "application/json")
    }

    /// Presents a token (RFC 6750 §2.1).
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// Presents a user and a password (RFC 7617, UTF-8).
    pub fn basic(self, user: &str, password: &str) -> Self {
        self.header("authorization", format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
    }

    /// A further header.
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Takes a form (`application/x-www-form-urlencoded`), its fields in this order.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        self.form_body(form::written(fields))
    }

    /// Takes a form that is written already, as by [`form::written`].
    pub fn form_body(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.body = Some(text.into());
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// Takes a text of JSON.
    pub fn json(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.body = Some(text.into());
        self.header("content-type", "application/json")
    }

    /// Sends it, once, and waits for the whole answer. Blocks.
    ///
    /// # Errors
    /// [`Failure`]: there is no answer, or not the whole of it. An answer of any status is none: see [`Answer::success`].
    pub fn send(self, limits: Limits) -> Result<Answer, Failure> {
        if limits.within.is_zero() {
            return Err(Failure::NotSent(Cause::TimedOut));
        }
        let agent = &self.client.agent;
        let request = self.written().ok_or(Failure::NotSent(Cause::Unwritable))?;
        let request = agent.configure_request(request).timeout_global(Some(limits.within)).build();
        let answer = match &self.body {
            Some(body) => agent.run(request.map(|()| body.as_slice())),
            None => agent.run(request),
        };
        let answer = answer.map_err(Failure::without_status)?;
        let (head, mut body) = answer.into_parts();
        let status = head.status.as_u16();
        // The library's limit is the first length that is too much.
        match body.with_config().limit(limits.largest_answer.saturating_add(1)).read_to_vec() {
            Ok(body) => Ok(Answer { status, body, headers: Box::new(head.headers) }),
            Err(error) => Err(Failure::AnswerLost { status, cause: Cause::of(&error) }),
        }
    }

    /// None when a part of it has no place in HTTP, as a line break in a token.
    fn written(&self) -> Option<http::Request<()>> {
        let mut address = self.client.server.clone().into_parts();
        if let Some(path) = &self.path {
            address.path_and_query = Some(PathAndQuery::try_from(path.as_str()).ok().filter(|path| path.as_str().starts_with('/'))?);
        }
        let request = http::Request::builder().method(&self.method).uri(Uri::from_parts(address).ok()?);
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(name.as_ref(), value.as_str()));
        request.body(()).ok()
    }
}

/// A path, a header or a body may hold a secret or a patient's words.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Request").field("method", &self.method).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_place_in_http_is_not_written() {
        let client = Client::new("http://127.0.0.1:1/x", None).unwrap();
        assert!(client.get().at("/y?z=%20").written().is_some());
        for request in [
            client.get().at("elsewhere.example/"),
            client.get().at("/a b"),
            client.get().at("/\r\nHost: evil.example"),
            client.get().bearer("a\r\nX: 1"),
            client.get().header("bad name", "1"),
        ] {
            assert!(request.written().is_none());
        }
    }

    #[test]
    fn a_request_stays_with_its_server() {
        let client = Client::new("http://127.0.0.1:1/x", None).unwrap();
        for path in ["//evil.example/", "/@evil.example", "/.evil.example"] {
            let written = client.get().at(path).written().unwrap();
            assert_eq!(written.uri().authority().unwrap().as_str(), "127.0.0.1:1");
        }
    }
}
