//! A real Chromium without a screen, driven through Debian's chromedriver as W3C WebDriver says.
//!
//! The client is our own, a dozen commands over `http_wire`: the crate that does this (thirtyfour) brings a second, asynchronous HTTP stack into
//! the tree, for the tests of one adapter. Chromium hangs on chromedriver by a pipe, so that it ends with it, however that ends; it asks nobody
//! but this machine.
#![allow(clippy::missing_panics_doc)] // Test equipment: to panic is to fail the test.

mod axe;
mod page;
mod wire;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::lifeline::{Launch, Server};
use super::ports::{self, ReservedPort};
use super::wait::wait_until;
use super::{folder, programs};
use wire::Wire;

pub use page::{Browser, Element};

/// Generous, for machines that run many tests at once: it is waited out only when something fails.
const LIMIT: Duration = Duration::from_secs(60);

/// What keeps Chromium to itself: no screen, no sandbox (tests run as root), nothing from beyond this machine.
const SWITCHES: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/// How somebody looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// They prefer dark colours (`prefers-color-scheme`).
    pub is_dark: bool,
    /// Pages may run scripts. Those of the test always run.
    pub has_scripts: bool,
}

impl Window {
    /// A monitor.
    pub const DESKTOP: Self = Self { width: 1280, height: 900, is_dark: false, has_scripts: true };
    /// A telephone.
    pub const PHONE: Self = Self { width: 360, height: 740, is_dark: false, has_scripts: true };
    /// As narrow as a page may become without being scrolled to the side (WCAG 1.4.10).
    pub const NARROW: Self = Self { width: 320, height: 640, is_dark: false, has_scripts: true };

    /// In dark colours.
    pub const fn dark(self) -> Self {
        Self { is_dark: true, ..self }
    }

    /// Without scripts.
    pub const fn without_scripts(self) -> Self {
        Self { has_scripts: false, ..self }
    }
}

/// A chromedriver of one test; it ends with the value or with the process, whichever is first.
#[derive(Debug)]
pub struct Chromium {
    port: ReservedPort,
    chromium: PathBuf,
    folder: PathBuf,
    opened: AtomicU32,
    _server: Server,
}

impl Chromium {
    /// Starts it; a browser comes with [`Chromium::open`].
    pub fn start() -> Self {
        match Self::try_start() {
            Ok(chromium) => chromium,
            Err(reason) => panic!("cannot start chromedriver: {reason:#}"),
        }
    }

    /// Opens a browser that knows nobody: its cookies and its storage are its own.
    pub fn open(&self, window: Window) -> Browser {
        match self.try_open(window) {
            Ok(browser) => browser,
            Err(reason) => panic!("cannot open a browser: {reason:#}\n{}", programs::log_tail(&self.folder.join("log"))),
        }
    }

    fn try_start() -> Result<Self> {
        let chromium = programs::find("chromium", "chromium", &[])?;
        let driver = programs::find("chromedriver", "chromium-driver", &[])?;
        let folder = folder::create("fb")?;
        let port = ports::reserve()?;
        let log = folder.join("log");
        // Nothing of this process's environment: a proxy that it names would be asked for pages.
        let (home, temporary) = (format!("HOME={}", folder.display()), format!("TMPDIR={}", folder.display()));
        let (driver, listens) = (driver.display().to_string(), format!("--port={}", port.number));
        let command = ["env", "-i", "PATH=/usr/bin:/bin", &home, &temporary, &driver, &listens, "--log-level=WARNING"];
        let server = Server::start(&Launch { command: &command, stop_signal: "TERM", log: &log, folder: &folder, owner: None })?;
        let wire = Wire::new(port.number, LIMIT);
        wait_until("chromedriver answers", LIMIT, || {
            if !server.is_running() {
                bail!("chromedriver ended while starting");
            }
            let status = wire.ask("GET", "/status", None).ok();
            Ok(status.filter(|status| status["ready"] == json!(true)))
        })
        .with_context(|| programs::log_tail(&log))?;
        Ok(Self { port, chromium, folder, opened: AtomicU32::new(0), _server: server })
    }

    fn try_open(&self, window: Window) -> Result<Browser> {
        let profile = self.folder.join(format!("profile-{}", self.opened.fetch_add(1, Ordering::Relaxed)));
        let switches = SWITCHES.iter().map(|switch| (*switch).to_owned());
        let switches: Vec<String> = switches.chain([format!("--user-data-dir={}", profile.display())]).collect();
        let limit = u64::try_from(LIMIT.as_millis())?;
        let wire = Wire::new(self.port.number, LIMIT * 2);
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "timeouts": { "pageLoad": limit, "script": limit },
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "binary": self.chromium, "args": switches },
        } } });
        let session = wire.ask("POST", "/session", Some(&wanted))?;
        let id = session["sessionId"].as_str().context("a session has an id")?;
        let process = session["capabilities"]["goog:processID"].as_u64().context("a session tells Chromium's process")?;
        let browser = Browser::new(wire.within(&format!("/session/{id}")), u32::try_from(process)?);
        browser.show(window);
        Ok(browser)
    }
}

/// What identifies an element in answers (W3C WebDriver §12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The id of an element.
fn element_id(value: &Value) -> Option<String> {
    value[ELEMENT].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
