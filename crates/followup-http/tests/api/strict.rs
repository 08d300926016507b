//! Nothing that a request says is passed over: what a call does not know is refused by its name, and nothing happens.

use followup_http::{ROUTES, RouteEntry};
use serde_json::json;

use crate::support::{Api, quiet};

/// The routes whose bodies are read: they name their own fields.
const WITH_BODY: [&str; 19] = [
    "POST /api/v1/auth/login",
    "POST /api/v1/icsr",
    "PUT /api/v1/icsr/{icsr_id}",
    "POST /api/v1/icsr/{icsr_id}/followup/draft",
    "POST /api/v1/icsr/{icsr_id}/followup/send",
    "POST /api/v1/icsr/{icsr_id}/followup/read",
    "POST /api/v1/icsr/{icsr_id}/followup/attended",
    "POST /api/v1/icsr/{icsr_id}/followup/plan",
    "POST /api/v1/icsr/{icsr_id}/followup/plan/resume",
    "POST /api/v1/icsr/{icsr_id}/followup/attempts",
    "POST /api/v1/icsr/{icsr_id}/followup/attachments",
    "PATCH /api/v1/icsr/{icsr_id}/followup/attempts/{attempt_id}",
    "PUT /api/v1/icsr/{icsr_id}/followup/fields/{field}",
    "POST /api/v1/icsr/{icsr_id}/followup/calls",
    "POST /api/v1/icsr/{icsr_id}/followup/close",
    "POST /api/v1/icsr/{icsr_id}/followup/reopen",
    "PATCH /api/v1/icsr/{icsr_id}/followup/{message_id}",
    "POST /api/v1/icsr/{icsr_id}/followup/{message_id}/resolve",
    "POST /api/v1/icsr/{icsr_id}/followup/{message_id}/link",
];

pub(crate) fn filled(path: &str) -> String {
    let numbered = ["icsr_id", "message_id", "attempt_id", "plan_id", "deadline_id", "mail_id", "upload_id", "n"];
    let path = numbered.iter().fold(path.to_owned(), |path, name| path.replace(&format!("{{{name}}}"), "1"));
    path.replace("{letter}", "solicitud.sms.txt").replace("{field}", "paciente_peso").replace("{address}", "a@b.test")
}

/// What a provider sends with a mail is the provider's to say, and no mail is lost over it.
fn is_ours(path: &str) -> bool {
    !path.starts_with("/api/v1/webhooks/")
}

#[test]
fn no_route_passes_over_a_parameter() {
    let api = Api::start_with(quiet);
    for RouteEntry { method, path, .. } in ROUTES.iter().filter(|route| is_ours(route.path)) {
        // What else it must be told.
        let wanted = match (*method, *path) {
            (_, path) if path.ends_with("/worklist") => "lane=stalled&",
            ("POST", path) if path.ends_with("/followup/attachments") => "name=a.pdf&",
            _ => "",
        };
        let request = api.admin(method, &format!("{}?{wanted}nada=1", filled(path)));
        let answer = match (*method, *path) {
            (_, "/api/v1/auth/login") => request.form("username=a&password=b"),
            ("GET" | "DELETE", _) => request.send(),
            _ => request.json(&json!({})),
        };
        assert_eq!(answer.status, 422, "{method} {path}: {}", answer.text());
        assert_eq!(answer.refused(), ["nada"], "{method} {path}");
    }
}

#[test]
fn no_route_without_a_body_passes_over_one() {
    let api = Api::start_with(quiet);
    let takes_a_body = |route: &&RouteEntry| WITH_BODY.contains(&format!("{} {}", route.method, route.path).as_str());
    for RouteEntry { method, path, .. } in ROUTES.iter().filter(|route| is_ours(route.path) && !takes_a_body(route)) {
        let answer = api.admin(method, &filled(path)).json(&json!({"nada": 1}));
        assert!(answer.refused().contains(&"nada".to_owned()), "{method} {path}: {}", answer.text());
        let broken = api.admin(method, &filled(path)).bytes(b"{");
        assert_eq!(broken.status, 400, "{method} {path}: {}", broken.text());
    }
}

#[test]
fn a_run_that_was_meant_to_be_dry_sends_nothing() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    api.post(&format!("/api/v1/icsr/{id}/followup/plan"), &json!({"plan_id": 1, "base_at": "2024-03-01T00:00:00Z"}));
    let dispatch = "/api/v1/admin/followup/dispatch";
    assert_eq!(api.admin("POST", &format!("{dispatch}?dry_run=true")).send().refused(), ["dry_run"]);
    assert_eq!(api.admin("POST", dispatch).json(&json!({"dry_run": true})).refused(), ["dry_run"]);
    assert_eq!(api.mail.accepted().len(), 0);
    assert_eq!(api.admin("POST", dispatch).json(&json!({})).json()["total"], 1);
    assert_eq!(api.mail.accepted().len(), 1);
}

#[test]
fn a_parameter_that_is_no_text_is_named() {
    let api = Api::start_with(quiet);
    assert_eq!(api.get("/api/v1/icsr?q=%FF").refused(), ["q"]);
    assert_eq!(api.get("/api/v1/icsr?%FF=1").refused(), ["\u{fffd}"]);
    assert_eq!(api.get("/api/v1/icsr?q=a%2Bb+%C3%B1&page=1&").status, 200);
    let login = api.anonymous("POST", "/api/v1/auth/login").form("username=a&password=%FF");
    assert_eq!(login.refused(), ["password"]);
}
