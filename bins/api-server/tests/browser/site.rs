//! Which pages there are: each page of the one table, by a link of another one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use followup_testkit::rigs::browser::Browser;
use followup_web::PAGES;

use crate::support::LONG;

/// Where somebody begins, and what no link leads to.
const BEGINNINGS: &[&str] = &["/", "/entrar", "/ui/contadores"];
/// Of one page so many are asked for, each with its own case, mail or filter; the fullest is looked at.
const OF_ONE_PAGE: usize = 40;

/// Signs in as a person does.
pub(crate) fn sign_in(browser: &Browser, url: &str, username: &str, password: &str) {
    browser.open(&format!("{url}/entrar"));
    browser.fill("usuario", username);
    browser.fill("clave", password);
    browser.press("Entrar");
    browser.find("nav[aria-label=Principal]");
}

/// What was found by following links.
#[derive(Default)]
pub(crate) struct Site {
    /// Where each page of `PAGES` is seen at its fullest.
    pub(crate) fullest: BTreeMap<&'static str, String>,
    /// Links that lead to no page that could be shown.
    pub(crate) broken: Vec<String>,
}

/// Follows links from page to page. What is no HTML of ours, such as a file or somebody's mail, is asked for and not looked at.
pub(crate) fn explore(url: &str, cookie: &str) -> Site {
    let agent = agent();
    let (mut site, mut sizes, mut reached) = (Site::default(), BTreeMap::new(), BTreeSet::new());
    let mut seen: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut ahead: VecDeque<String> = BEGINNINGS.iter().map(|path| (*path).to_owned()).collect();
    while let Some(path) = ahead.pop_front() {
        let Some(page) = page_of(&path) else { continue };
        let known = seen.entry(page).or_default();
        if known.len() >= OF_ONE_PAGE || !known.insert(path.clone()) {
            continue;
        }
        // What is open to all is seen by somebody who has not signed in.
        let cookie = if is_public(page) { "" } else { cookie };
        let mut answer = agent.get(format!("{url}{path}")).header("Cookie", cookie).call().unwrap();
        reached.insert(page);
        if answer.status() == 303 {
            ahead.extend(answer.headers().get("Location").map(|location| location.to_str().unwrap().to_owned()));
            continue;
        }
        if answer.status() != 200 {
            site.broken.push(format!("{path}: {}", answer.status()));
            continue;
        }
        if answer.body().mime_type() != Some("text/html") {
            continue;
        }
        let html = answer.body_mut().read_to_string().unwrap();
        ahead.extend(links(&html));
        let largest = sizes.entry(page).or_insert(0);
        if html.len() > *largest {
            *largest = html.len();
            site.fullest.insert(page, path);
        }
    }
    let missed = PAGES.iter().filter(|page| page.method == "GET" && !reached.contains(page.path));
    site.broken.extend(missed.map(|page| format!("no link leads to {}, and it is none of the beginnings", page.path)));
    site
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(LONG)).build().into()
}

/// Nobody needs to sign in for it.
pub(crate) fn is_public(page: &str) -> bool {
    PAGES.iter().any(|entry| entry.path == page && entry.method == "GET" && entry.permission().is_none())
}

/// The page of the table that answers at this path: the first that fits, as for the server.
fn page_of(path: &str) -> Option<&'static str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let fits = |pattern: &str| {
        let (wanted, given): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
        let same = |(wanted, given): (&&str, &&str)| wanted == given || wanted.starts_with('{') && !given.is_empty();
        wanted.len() == given.len() && wanted.iter().zip(&given).all(same)
    };
    PAGES.iter().find(|page| fits(page.path)).filter(|page| page.method == "GET").map(|page| page.path)
}

/// Links of ours in a page.
fn links(html: &str) -> Vec<String> {
    let quoted = html.split("<a ").skip(1).filter_map(|rest| rest.split_once('>')?.0.split_once("href=\"")?.1.split_once('"'));
    let plain = quoted.map(|(link, _)| link.replace("&#x2f;", "/").replace("&#x27;", "'").replace("&quot;", "\"").replace("&amp;", "&"));
    plain.filter(|link| link.starts_with('/')).map(|link| link.split('#').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_path_belongs_to_the_first_page_that_fits() {
    for (path, page) in [("/", Some("/")), ("/?bandeja=failed", Some("/")), ("/entrar", Some("/entrar")), ("/salir", None), ("/x", None)] {
        assert_eq!(page_of(path), page, "{path}");
    }
    assert_eq!(links("<a class=\"b\" href=\"/a?b=1&amp;c=&#x2f;#d\"><a href=\"https://x\"><link href=\"/no\">"), ["/a?b=1&c=/"]);
}
