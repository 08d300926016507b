//! What a client sees of a conversation, as reviewed snapshots.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::Api;

fn asked_and_answered() -> (Api, i64) {
    let api = Api::start();
    let id = api.case(json!({}));
    api.deliver();
    let path = format!("/api/v1/icsr/{id}/followup/thread");
    let asked = api.get(&path).json()["items"][0]["external_id"].as_str().unwrap().to_owned();
    api.clock.advance(Duration::days(4));
    let reply = include_str!("reply.eml").replace("ASKED", &asked);
    api.receive(&reply);
    (api, id)
}

#[test]
fn a_conversation_looks_like_this() {
    let (api, id) = asked_and_answered();
    insta::assert_json_snapshot!("thread", api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json());
}

#[test]
fn a_list_shows_the_beginning_of_a_long_text_and_a_call_of_its_own_all_that_is_understood() {
    let (api, id) = asked_and_answered();
    let path = format!("/api/v1/icsr/{id}/followup");
    let asked = api.get(&format!("{path}/thread")).json()["items"][0]["external_id"].as_str().unwrap().to_owned();
    let long = |bytes: usize| "Tuvo fiebre y rash. ".repeat(bytes / 20);
    let mail = |references: &str, body: String| {
        api.receive(&format!("From: rojas@example.org\nTo: fv@vigia.test\nSubject: Largo\n{references}\n{body}\n"));
    };
    mail(&format!("In-Reply-To: {asked}\n"), long(100_000));
    mail("", long(2_000_000));

    let thread = api.get(&format!("{path}/thread")).json();
    let last = thread["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["body"].as_str().unwrap().len(), &last["body_cut"]), (32 * 1024, &json!(true)));
    assert!(thread["items"][0].get("body_cut").is_none());
    let whole = api.get(&format!("{path}/{}/body", last["id"])).json();
    assert_eq!(whole["body"].as_str().unwrap().trim(), long(100_000).trim());

    let waits = api.get("/api/v1/inbox/unassigned").json()["items"][0].clone();
    assert_eq!((waits["body"].as_str().unwrap().len(), &waits["body_cut"]), (32 * 1024, &json!(true)));
    assert!(waits["warnings"].to_string().contains("muy largo"), "{}", waits["warnings"]);
    let understood = api.get(&format!("/api/v1/inbox/unassigned/{}/body", waits["id"])).json();
    assert_eq!(understood["body"].as_str().unwrap().len(), 1024 * 1024);
    assert_eq!(api.get(&format!("/api/v1/inbox/unassigned/{}/body", last["id"])).status, 404);
    assert_eq!(api.get(&format!("{path}/{}/body", waits["id"])).status, 404);
}

#[test]
fn a_thread_is_read_by_parts() {
    let (api, id) = asked_and_answered();
    let path = format!("/api/v1/icsr/{id}/followup/thread");
    let whole = api.get(&path).json();
    assert!(whole.get("before").is_none());
    let [first, second] = [&whole["items"][0], &whole["items"][1]];
    assert_eq!(api.get(&format!("{path}?limit=1")).json(), json!({"items": [second], "total": 1, "before": second["id"]}));
    let earlier = api.get(&format!("{path}?limit=1&before={}", second["id"])).json();
    assert_eq!(earlier, json!({"items": [first], "total": 1}));
    assert_eq!(api.get(&format!("{path}?before={}", first["id"])).json(), json!({"items": [], "total": 0}));
    for (query, field) in [("limit=0", "limit"), ("limit=501", "limit"), ("before=x", "before"), ("page=1", "page")] {
        assert_eq!(api.get(&format!("{path}?{query}")).refused(), [field], "{query}");
    }
}

#[test]
fn a_summary_looks_like_this() {
    let (api, id) = asked_and_answered();
    let base = json!({"plan_id": 1, "base_at": "2024-03-01T00:00:00-05:00"});
    assert_eq!(api.post(&format!("/api/v1/icsr/{id}/followup/plan"), &base).status, 200);
    insta::assert_json_snapshot!("summary", api.get(&format!("/api/v1/icsr/{id}/followup")).json());
}

#[test]
fn a_draft_looks_like_this_and_nothing_is_stored() {
    let api = Api::start_with(crate::support::quiet);
    let id = api.case(json!({"reportante_nombre": "Dra. Rojas"}));
    let path = format!("/api/v1/icsr/{id}/followup");
    let drafts: Vec<Value> = ["email", "sms", "whatsapp"]
        .iter()
        .map(|channel| api.post(&format!("{path}/draft"), &json!({"channel": channel})).json())
        .collect();
    insta::assert_json_snapshot!("drafts", drafts);
    assert_eq!(api.get(&format!("{path}/thread")).json(), json!({"items": [], "total": 0}));
}

#[test]
fn a_draft_is_refused_for_what_is_no_channel() {
    let api = Api::start();
    let id = api.case(json!({}));
    let draft = |id: i64, body: Value| api.post(&format!("/api/v1/icsr/{id}/followup/draft"), &body);
    for body in [json!({}), json!({"channel": "call"}), json!({"channel": "fax"})] {
        assert_eq!(draft(id, body).error(), (400, "Canal no soportado".into()));
    }
    assert_eq!(draft(99, json!({"channel": "email"})).error(), (404, "ICSR no encontrado".into()));
    assert_eq!(draft(99, json!({"channel": 1, "x": 1})).refused(), ["channel", "x"]);
}
