//! The door: who is let in, whose forms are taken, what every answer carries.

use followup_domain::user::Role;
use followup_web::PAGES;

use crate::support::{PASSWORD, Unit};

#[test]
fn every_page_asks_whoever_is_not_signed_in_to_sign_in_first() {
    let unit = Unit::start();
    let mut stranger = unit.stranger();
    for page in PAGES.iter().filter(|page| page.permission().is_some()) {
        let path = concrete(page.path);
        if page.method == "GET" {
            let answer = stranger.get(&path);
            assert_eq!(answer.status, 303, "{path}");
            assert!(answer.location().starts_with("/entrar?volver=%2F"), "{path}: {}", answer.location());
        } else {
            let answer = stranger.post(&path, &[]);
            assert!(matches!(answer.status, 401 | 303), "{path}: {}", answer.status);
        }
    }
}

#[test]
fn a_role_that_may_not_is_told_so_and_nobody_else_is() {
    let unit = Unit::start();
    for role in Role::ALL {
        let mut browser = unit.signed_in(*role);
        for page in PAGES {
            let (Some(permission), path) = (page.permission(), concrete(page.path)) else { continue };
            let answer = if page.method == "GET" { browser.get(&path) } else { browser.post(&path, &[]) };
            let may = permission.roles().contains(role);
            assert_eq!(answer.status != 403, may, "{} {path} as {role}: {}", page.method, answer.status);
            if !may {
                assert!(answer.page().text().contains("Su rol no permite"), "{path}");
            }
        }
    }
}

#[test]
fn a_form_of_elsewhere_is_refused_and_one_of_ours_is_taken() {
    let unit = Unit::start();
    let browser = unit.signed_in(Role::Qf);
    let token = browser.clone().get("/").page().form("/salir").fields[0].1.clone();
    let host = format!("http://{}", unit.address);
    let refused: [&[(&str, &str)]; 4] = [
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site"), ("Origin", &host)],
        &[("Origin", "https://evil.test")],
        &[],
    ];
    for headers in refused {
        let answer = browser.clone().post_with("/salir", &[("_token", if headers.is_empty() { "x" } else { &token })], headers);
        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(answer.page().text().contains("Nada se guardó"));
        assert_eq!(browser.clone().get("/").status, 200, "still signed in");
    }
    let taken: [&[(&str, &str)]; 3] = [&[("Sec-Fetch-Site", "same-origin")], &[("Origin", &host)], &[]];
    for headers in taken {
        let mut browser = unit.signed_in(Role::Qf);
        let token = browser.get("/").page().form("/salir").fields[0].1.clone();
        assert_eq!(browser.post_with("/salir", &[("_token", &token)], headers).status, 303, "{headers:?}");
    }
}

#[test]
fn a_page_that_stands_open_keeps_no_session() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    for _ in 0..29 {
        unit.clock.advance(chrono::Duration::minutes(1));
        assert_eq!(browser.get("/ui/contadores").status, 200);
    }
    unit.clock.advance(chrono::Duration::minutes(1));
    assert_eq!(browser.get("/").status, 303);
}

#[test]
fn every_answer_forbids_keeping_framing_and_code_of_elsewhere() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    for path in ["/", "/entrar", "/casos/0/seguimiento", "/ui/contadores"] {
        let answer = browser.get(path);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [("cache-control", "no-store"), ("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin")] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
    }
    let style = browser
        .get("/")
        .page()
        .all("link")
        .filter_map(|link| link.get("href").map(str::to_owned))
        .find(|href| href.ends_with(".css"))
        .unwrap();
    assert_eq!(browser.get(&style).header("cache-control"), Some("public, max-age=31536000, immutable"));
}

#[test]
fn a_session_ends_when_it_is_not_used_and_when_its_user_changes() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Qf);
    unit.clock.advance(chrono::Duration::minutes(29));
    assert_eq!(browser.get("/").status, 200);
    unit.clock.advance(chrono::Duration::minutes(30));
    assert_eq!(browser.get("/").status, 303);
    let mut browser = unit.signed_in(Role::Qf);
    unit.clock.advance(chrono::Duration::seconds(6));
    unit.app.set_user_disabled(&crate::support::operator(), "qf", true).unwrap();
    assert_eq!(browser.get("/").status, 303);
    assert_eq!(browser.post("/entrar", &[("usuario", "qf"), ("clave", PASSWORD)]).status, 401);
}

/// A path with a number in place of each of its variables.
fn concrete(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "1".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
