//! Every page, in light and in dark, wide and narrow: nobody is kept out, nothing is cut off, nothing is said in the console. A picture of each is
//! left in `target/screenshots`, to be looked at.

use std::fs;
use std::path::{Path, PathBuf};

use followup_testkit::rigs::browser::{Browser, Chromium, Window};

use crate::site::{explore, is_public, sign_in};
use crate::support::{Deployment, binary};

/// How each page is looked at, and what its picture is called.
const VIEWS: &[(&str, Window)] =
    &[("claro", Window::DESKTOP), ("oscuro", Window::DESKTOP.dark()), ("360", Window::PHONE), ("320", Window::NARROW)];

/// A page with all that it asks for, as it travels, for somebody who was never here.
const HEAVIEST: u64 = 100_000;
/// The sizes of the bodies as they were sent, also of those that the browser still had.
const WEIGHT: &str = "const parts = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]; \
                      return parts.reduce((sum, part) => sum + part.encodedBodySize, 0)";

#[test]
fn every_page_is_open_to_all_light_fits_its_window_and_says_nothing_in_the_console() {
    let deployment = Deployment::embedded();
    let server = deployment.start(deployment.command(&binary("api-server"), &["demo"]));
    let chromium = Chromium::start();
    let browser = chromium.open(Window::DESKTOP);
    sign_in(&browser, server.url(), "admin", &deployment.admin_password());
    let cookie = format!("followup={}", browser.cookie("followup").expect("a session on loopback"));
    let pictures = new_folder();
    let stranger = chromium.open(Window::DESKTOP);
    let site = explore(server.url(), &cookie);
    let mut complaints = site.broken;
    for (page, path) in site.fullest {
        let browser = if is_public(page) { &stranger } else { &browser };
        for (view, window) in VIEWS {
            browser.show(*window);
            browser.open(&format!("{}{path}", server.url()));
            let picture = pictures.join(format!("{}-{view}.png", file_name(page)));
            fs::write(picture, browser.screenshot()).unwrap();
            complaints.extend(wrong(browser).into_iter().map(|what| format!("{path} ({view}): {what}")));
        }
    }
    complaints.sort();
    complaints.dedup();
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

/// What is wrong with the page that is open.
fn wrong(browser: &Browser) -> Vec<String> {
    let sideways = browser.script("return document.documentElement.scrollWidth - innerWidth", &[]).as_i64().unwrap();
    let wide = (sideways > 0).then(|| format!("scrolled to the side: {sideways} px more than the window has"));
    // Below a warning stands only advice.
    let said = browser.console().into_iter().filter(|line| line.starts_with("WARNING") || line.starts_with("SEVERE"));
    let said = said.map(|line| format!("console: {line}"));
    let weight = browser.script(WEIGHT, &[]).as_u64().unwrap();
    let heavy = (weight > HEAVIEST).then(|| format!("{weight} bytes with all that belongs to it"));
    browser.barriers().into_iter().chain(wide).chain(heavy).chain(said).collect()
}

/// Beside what cargo builds, and without the pictures of an earlier run.
fn new_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// `/casos/{id}/seguimiento` is `casos-id-seguimiento`.
fn file_name(page: &str) -> String {
    let words: Vec<&str> = page.split(['/', '{', '}']).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "mi-trabajo".to_owned() } else { words.join("-") }
}
