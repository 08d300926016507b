//! WebDriver's commands on the wire: JSON over HTTP, one connection each (W3C WebDriver §6).

use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::rigs::http_wire;

/// Where commands go.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    port: u16,
    prefix: String,
    limit: Duration,
}

impl Wire {
    /// Commands of the driver; each is answered within `limit`.
    pub(super) fn new(port: u16, limit: Duration) -> Self {
        Self { port, prefix: String::new(), limit }
    }

    /// Commands below this path.
    pub(super) fn within(&self, prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), ..self.clone() }
    }

    /// Gives a command; the value of its answer.
    ///
    /// # Errors
    /// Nobody answers in time, or the driver refuses: in its words.
    pub(super) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(self.limit))?;
        let body = body.map_or_else(String::new, Value::to_string);
        let headers = ["Content-Type: application/json; charset=utf-8", "Connection: close"];
        http_wire::write(&stream, &format!("{method} {}{path} HTTP/1.1", self.prefix), &headers, body.as_bytes())?;
        let answer = http_wire::read(&stream).with_context(|| format!("{method} {path}"))?;
        let mut told: Value = serde_json::from_slice(&answer.body).with_context(|| format!("{method} {path}: {}", answer.first))?;
        if !answer.first.contains(" 200 ") {
            let text = |name: &str| told["value"][name].as_str().unwrap_or_default().to_owned();
            bail!("{method} {path}: {}: {}", text("error"), text("message").lines().next().unwrap_or_default());
        }
        Ok(told["value"].take())
    }
}
