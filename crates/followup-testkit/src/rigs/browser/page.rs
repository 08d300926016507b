//! What a test does with a page, and sees of it.

use std::cell::Cell;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::wire::Wire;
use super::{ELEMENT, LIMIT, Window, element_id};
use crate::rigs::wait::wait_until;

/// A browser with one page open; it is closed with the value.
#[derive(Debug)]
pub struct Browser {
    wire: Wire,
    process_id: u32,
    window: Cell<Window>,
}

/// Something on the page that is open.
#[derive(Debug, Clone)]
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl Browser {
    pub(super) fn new(wire: Wire, process_id: u32) -> Self {
        Self { wire, process_id, window: Cell::new(Window::DESKTOP) }
    }

    /// Chromium's process.
    pub fn process_id(&self) -> u32 {
        self.process_id
    }

    /// Looks by another window from now on. Whether scripts run counts for pages that are opened afterwards.
    pub fn show(&self, window: Window) {
        self.window.set(window);
        let Window { width, height, is_dark, has_scripts } = window;
        let scheme = if is_dark { "dark" } else { "light" };
        self.size(width, height);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }));
        self.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": !has_scripts }));
    }

    /// Opens a page, and waits until it is loaded.
    pub fn open(&self, url: &str) {
        self.must("POST", "/url", Some(json!({ "url": url })));
    }

    /// The page's address.
    pub fn url(&self) -> String {
        text_of(&self.must("GET", "/url", None))
    }

    /// The page's HTML as it is now.
    pub fn source(&self) -> String {
        text_of(&self.must("GET", "/source", None))
    }

    /// What a person reads on the page.
    pub fn text(&self) -> String {
        text_of(&self.script("return document.body?.innerText", &[]))
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let found = self.wire.ask("GET", &format!("/cookie/{name}"), None).ok()?;
        Some(text_of(&found["value"]))
    }

    /// The first that fits a CSS selector, as soon as it is there.
    pub fn find(&self, css: &str) -> Element<'_> {
        self.wait(css, |browser| browser.all(css).into_iter().next())
    }

    /// All that fit a CSS selector now.
    pub fn all(&self, css: &str) -> Vec<Element<'_>> {
        self.located("css selector", css)
    }

    /// Presses the button, or follows the link, that begins with these words, as soon as a person can.
    pub fn press(&self, words: &str) {
        let begins = format!("starts-with(normalize-space(.), \"{words}\")");
        let path = format!("//button[not(@aria-hidden)][{begins}] | //a[@href][{begins}] | //summary[{begins}]");
        self.wait(words, |browser| {
            let seen = browser.located("xpath", &path).into_iter().find(|element| element.try_is_displayed().unwrap_or(false))?;
            // A page that opens itself anew in this moment has another one.
            seen.try_click().ok()
        });
    }

    /// Types into the field of this name, in place of what stands there; the part of the page that holds it is unfolded first.
    pub fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("[name=\"{name}\"]:not([type=hidden])"));
        if let Some(fold) = field.folded_in() {
            fold.click();
        }
        field.clear();
        field.type_text(text);
    }

    /// Ticks the box, or chooses the option, of this name and value.
    pub fn choose(&self, name: &str, value: &str) {
        let css = format!("input[name=\"{name}\"][value=\"{value}\"], select[name=\"{name}\"] option[value=\"{value}\"]");
        let choice = self.find(&css);
        if !choice.is_selected() {
            choice.click();
        }
    }

    /// Runs the body of a function in the page, whatever the page's policy says and also where pages may run no scripts; a promise is waited for.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Value {
        self.must("POST", "/execute/sync", Some(json!({ "script": body, "args": arguments })))
    }

    /// The whole page as it looks, as PNG: in a window as high as the page, or what stands at the window's edge would stand in its middle.
    pub fn screenshot(&self) -> Vec<u8> {
        let Window { width, height, .. } = self.window.get();
        let whole = self.script("return document.documentElement.scrollHeight", &[]).as_u64().and_then(|pixels| u32::try_from(pixels).ok());
        self.size(width, whole.unwrap_or(height).max(height));
        let taken = self.devtools("Page.captureScreenshot", &json!({ "format": "png" }));
        self.size(width, height);
        self.well(STANDARD.decode(text_of(&taken["data"])).context("a screenshot is base64"))
    }

    /// What the console said since it was asked last: mistakes of scripts, what was not loaded, what the page's policy forbade.
    pub fn console(&self) -> Vec<String> {
        let said = self.must("POST", "/se/log", Some(json!({ "type": "browser" })));
        let lines = said.as_array().into_iter().flatten();
        lines.map(|line| format!("{}: {}", text_of(&line["level"]), text_of(&line["message"]))).collect()
    }

    /// Waits until something holds, and gives it.
    pub fn wait<'a, T>(&'a self, what: &str, condition: impl Fn(&'a Self) -> Option<T>) -> T {
        let waited = wait_until(what, LIMIT / 3, || Ok(condition(self)));
        waited.unwrap_or_else(|error| panic!("{error:#}, on {}:\n{}", self.url(), self.text()))
    }

    /// Opens the page again until something holds of it: for what happens in the service by itself.
    pub fn reload_until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let waited = wait_until(what, LIMIT, || {
            self.must("POST", "/refresh", Some(json!({})));
            Ok(condition(self).then_some(()))
        });
        waited.unwrap_or_else(|error| panic!("{error:#}, on {}:\n{}", self.url(), self.text()));
    }

    fn located(&self, strategy: &str, selector: &str) -> Vec<Element<'_>> {
        let found = self.must("POST", "/elements", Some(json!({ "using": strategy, "value": selector })));
        let ids = found.as_array().into_iter().flatten().filter_map(element_id);
        ids.map(|id| Element { browser: self, id }).collect()
    }

    fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
    }

    /// A command of Chromium's own (Chrome DevTools Protocol).
    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.must("POST", "/goog/cdp/execute", Some(json!({ "cmd": command, "params": parameters })))
    }

    fn must(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        self.well(self.wire.ask(method, path, body.as_ref()))
    }

    fn well<T>(&self, outcome: Result<T>) -> T {
        outcome.unwrap_or_else(|error| panic!("the browser: {error:#}"))
    }
}

impl Element<'_> {
    /// What a person reads of it.
    pub fn text(&self) -> String {
        text_of(&self.ask("GET", "/text", None))
    }

    /// An attribute as the page has it now.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.ask("GET", &format!("/attribute/{name}"), None).as_str().map(str::to_owned)
    }

    /// A person can see it.
    pub fn is_displayed(&self) -> bool {
        self.browser.well(self.try_is_displayed())
    }

    fn try_is_displayed(&self) -> Result<bool> {
        Ok(self.try_ask("GET", "/displayed", None)? == json!(true))
    }

    /// What unfolds the part of the page in which it is hidden, if it is.
    fn folded_in(&self) -> Option<Self> {
        let body = "return arguments[0].closest('details:not([open])')?.querySelector('summary')";
        let fold = self.browser.script(body, &[json!({ ELEMENT: self.id })]);
        element_id(&fold).map(|id| Self { browser: self.browser, id })
    }

    /// It is ticked, or chosen.
    pub fn is_selected(&self) -> bool {
        self.ask("GET", "/selected", None) == json!(true)
    }

    /// Presses it, where a person would: away from bars at the edges of the window. A page that this opens is waited for.
    pub fn click(&self) {
        self.browser.well(self.try_click());
    }

    fn try_click(&self) -> Result<()> {
        let centre = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.browser.wire.ask("POST", "/execute/sync", Some(&json!({ "script": centre, "args": [{ ELEMENT: self.id }] })))?;
        self.try_ask("POST", "/click", Some(json!({}))).map(drop)
    }

    /// Types.
    pub fn type_text(&self, text: &str) {
        self.ask("POST", "/value", Some(json!({ "text": text })));
    }

    /// Empties a field.
    pub fn clear(&self) {
        self.ask("POST", "/clear", Some(json!({})));
    }

    fn ask(&self, method: &str, command: &str, body: Option<Value>) -> Value {
        self.browser.well(self.try_ask(method, command, body))
    }

    fn try_ask(&self, method: &str, command: &str, body: Option<Value>) -> Result<Value> {
        self.browser.wire.ask(method, &format!("/element/{}{command}", self.id), body.as_ref())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Chromium has ended when this is answered; where nobody answers it ends with chromedriver.
        let _ = self.wire.ask("DELETE", "", None);
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
