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
