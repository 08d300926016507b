//! The follow-up of a case in a frame of another system, which signs its user in by their token.

use chrono::Duration;
use followup_access::{JwtSettings, issue_token};
use followup_domain::ports::Clock;
use followup_domain::user::Role;

use crate::support::{KEY, Unit};

const VIGIA: &str = "https://vigia.example.test";

fn framed() -> Unit {
    Unit::start_with(|_, options| {
        options.is_https = true;
        options.framed_by = vec![VIGIA.into()];
    })
}

fn token(unit: &Unit, lifetime: Duration) -> String {
    unit.user("ana", &[Role::Qf]);
    let user = unit.app.find_user("ana").unwrap().unwrap();
    issue_token(&JwtSettings::new(KEY, None), &user, unit.clock.now(), lifetime, "t").unwrap()
}

#[test]
fn those_named_may_frame_the_pages_and_in_a_frame_the_navigation_stays_away() {
    let unit = framed();
    let id = unit.case(&[]);
    let mut browser = unit.signed_in(Role::Qf);
    let path = format!("/casos/{}/seguimiento", id.0);
    for path in [path.as_str(), "/entrar", "/casos/0/seguimiento"] {
        let policy = browser.get(path).header("content-security-policy").unwrap().to_owned();
        assert!(policy.ends_with(&format!("frame-ancestors {VIGIA}")), "{path}: {policy}");
    }
    let in_frame = [("Sec-Fetch-Dest", "iframe")];
    assert_eq!(browser.ask("GET", &path, None, &in_frame).page().all("nav").count(), 0);
    assert_eq!(browser.get(&path).page().all("nav").count(), 1);
}

#[test]
fn without_the_setting_nobody_frames_a_page() {
    let unit = Unit::start();
    assert!(unit.stranger().get("/entrar").header("content-security-policy").unwrap().ends_with("frame-ancestors 'none'"));
}

#[test]
fn a_token_becomes_a_session_that_ends_with_it() {
    let unit = framed();
    let id = unit.case(&[]);
    let token = token(&unit, Duration::minutes(20));
    let back = format!("/casos/{}/seguimiento", id.0);
    let fields = [("token", token.as_str()), ("volver", back.as_str())];
    let from_vigia = [("Origin", VIGIA), ("Sec-Fetch-Site", "cross-site")];
    let mut browser = unit.stranger();
    let entered = browser.post_with("/entrar/token", &fields, &from_vigia);
    assert_eq!((entered.status, entered.location()), (303, back.as_str()));
    let cookie = entered.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-followup=") && cookie.contains("SameSite=None; Secure") && cookie.ends_with("Partitioned"),
        "{cookie}"
    );
    assert_eq!(browser.get(&back).status, 200);
    unit.clock.advance(Duration::minutes(21));
    assert_eq!(browser.get(&back).status, 303, "the token is over");
}

#[test]
fn a_session_by_a_token_of_before_a_change_ends_with_the_change() {
    let unit = framed();
    let token = token(&unit, Duration::minutes(60));
    let known = unit.stranger().ask("GET", "/api/v1/auth/me", None, &[("Authorization", &format!("Bearer {token}"))]);
    assert_eq!(known.status, 200, "what was read of the user is believed for a while");
    unit.clock.advance(Duration::seconds(1));
    unit.app.set_user_roles(&crate::support::operator(), "ana", vec![Role::Soporte]).unwrap();
    unit.clock.advance(Duration::seconds(1));
    let mut browser = unit.stranger();
    let from_vigia = [("Origin", VIGIA), ("Sec-Fetch-Site", "cross-site")];
    browser.post_with("/entrar/token", &[("token", &token)], &from_vigia);
    unit.clock.advance(Duration::seconds(6));
    assert_eq!(browser.get("/").status, 303);
}

#[test]
fn nobody_else_signs_anybody_in_and_a_bad_token_does_not() {
    let unit = framed();
    let token = token(&unit, Duration::minutes(20));
    for origin in ["https://evil.test", "null", "https://vigia.example.test.evil.test"] {
        let answer =
            unit.stranger().post_with("/entrar/token", &[("token", &token)], &[("Origin", origin), ("Sec-Fetch-Site", "cross-site")]);
        assert_eq!(answer.status, 403, "{origin}");
    }
    let from_vigia = [("Origin", VIGIA), ("Sec-Fetch-Site", "cross-site")];
    for bad in ["", "x", &token[..token.len() - 2]] {
        assert_eq!(unit.stranger().post_with("/entrar/token", &[("token", bad)], &from_vigia).status, 401, "{bad}");
    }
    let elsewhere = unit.stranger().post_with("/casos/1/plan", &[], &from_vigia);
    assert_eq!(elsewhere.status, 403, "those who frame a page send no other form");
}
