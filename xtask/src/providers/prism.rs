//! Prism: a server that answers as an OpenAPI document says, and refuses what is not valid by it.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::node;

/// From npm, into a folder of its own.
const PACKAGE: &str = "@stoplight/prism-cli@5.16.0";

/// A running server of one document on loopback; it is killed with the value.
pub(crate) struct Prism {
    child: Child,
    /// What it says, line by line, until it ends.
    log: Receiver<String>,
    /// Where it listens.
    pub(crate) url: String,
}

impl Prism {
    /// Installs it into this folder where it is not there yet, and starts it with the document.
    ///
    /// # Errors
    /// It cannot be installed, does not start, or cannot read the document.
    pub(crate) fn start(folder: &Path, document: &Path) -> Result<Self> {
        node::package(folder, PACKAGE)?;
        // Free until it is taken again a moment later; if another one was faster, Prism says so and ends.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).context("a free port")?.port();
        let mut command = Command::new(folder.join("node_modules/.bin/prism"));
        command.args(["mock", "--errors", "--host", "127.0.0.1", "--port", &port.to_string()]).arg(document);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("starting Prism")?;
        let lines = BufReader::new(child.stdout.take().context("standard output")?).lines();
        // Always read, or a full pipe would stop it.
        let (says, log) = channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| says.send(line)));
        let prism = Self { child, log, url: format!("http://127.0.0.1:{port}") };
        let mut said = Vec::new();
        for line in &prism.log {
            if line.contains("Prism is listening") {
                return Ok(prism);
            }
            said.push(line);
        }
        bail!("Prism did not start with {}:\n{}", document.display(), said.join("\n"))
    }

    /// Ends it, and tells what it found wrong in the requests, each thing once.
    pub(crate) fn violations(mut self) -> Vec<String> {
        self.end();
        violations_of(self.log.iter())
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        self.end();
    }
}

fn violations_of(log: impl Iterator<Item = String>) -> Vec<String> {
    let error = |line: String| line.split_once("[VALIDATOR] ✖  error").map(|(_, error)| error.trim().to_owned());
    let mut found: Vec<String> = log.filter_map(error).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_prism_found_wrong_is_told_once_and_without_its_clock() {
        let log = [
            "[11:13:34 AM] ›     [VALIDATOR] ⚠  warning   Request did not pass the validation rules",
            "[11:13:34 AM] ›     [VALIDATOR] ✖  error     Request header must have required property 'authorization'",
            "[11:13:34 AM] ›     [NEGOTIATOR] ✔  success   Found response 401. I'll try with it.",
            "[11:13:35 AM] ›     [VALIDATOR] ✖  error     Invalid security scheme used",
            "[11:13:36 AM] ›     [VALIDATOR] ✖  error     Invalid security scheme used",
        ];
        let found = violations_of(log.into_iter().map(str::to_owned));
        assert_eq!(found, ["Invalid security scheme used", "Request header must have required property 'authorization'"]);
        assert!(violations_of(["[1:00:00 AM] › success".to_owned()].into_iter()).is_empty());
    }
}
