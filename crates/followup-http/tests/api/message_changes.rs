//! A person decides about messages.

use chrono::Duration;
use followup_domain::ports::SendError;
use followup_domain::user::Role;
use followup_testkit::fakes::Script;
use serde_json::{Value, json};

use crate::support::{Answer, Api, quiet};

fn path(id: i64, rest: &str) -> String {
    format!("/api/v1/icsr/{id}/followup/{rest}")
}

/// A case with one message, for which the transport did this.
fn sent(script: Option<Script>) -> (Api, i64, Value) {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    if let Some(script) = script {
        api.mail.next(script);
    }
    api.post(&path(id, "send"), &json!({"channel": "email", "body": "¿Peso?"}));
    let message = api.get(&path(id, "thread")).json()["items"][0].clone();
    (api, id, message)
}

fn uncertain() -> (Api, i64, Value) {
    sent(Some(Script::FailTransmit(SendError::Uncertain("timeout".into()))))
}

/// The reporter's answer, threaded or not, from whoever.
fn answered(api: &Api, id: i64, asked: &Value, from: &str) -> Value {
    api.clock.advance(Duration::hours(1));
    let reply = include_str!("reply.eml").replace("ASKED", asked["external_id"].as_str().unwrap()).replace("rojas@clinic.test", from);
    api.receive(&reply);
    api.get(&path(id, "thread")).json()["items"][1].clone()
}

fn set(api: &Api, id: i64, message: &Value, status: &str) -> Answer {
    api.request("PATCH", &path(id, &message["id"].to_string())).json(&json!({"status": status}))
}

#[test]
fn a_message_is_completed_by_hand() {
    let (api, id, message) = sent(None);
    let done = set(&api, id, &message, "completed");
    assert_eq!((done.status, &done.json()["status"]), (200, &json!("completed")), "{}", done.text());
    let illegal = "El mensaje está en estado «completed», que no admite este cambio";
    for status in ["completed", "responded", "sent", "failed", "pending", "skipped", "uncertain"] {
        assert_eq!(set(&api, id, &message, status).error(), (409, illegal.into()), "{status}");
    }
}

#[test]
fn what_only_the_transport_knows_is_not_set_by_hand() {
    let (api, id, message) = sent(None);
    for status in ["sent", "failed", "pending", "uncertain", "skipped"] {
        let illegal = "El mensaje está en estado «sent», que no admite este cambio";
        assert_eq!(set(&api, id, &message, status).error(), (409, illegal.into()), "{status}");
    }
    let reply = answered(&api, id, &message, "rojas@clinic.test");
    assert_eq!(set(&api, id, &reply, "completed").error(), (409, "Un mensaje recibido no admite este cambio".into()));
    assert_eq!(set(&api, id, &message, "Completed").refused(), ["status"]);
}

#[test]
fn only_who_may_override_moves_a_messages_status() {
    let (api, id, message) = sent(None);
    api.only("PATCH", &path(id, &message["id"].to_string()), &[Role::Admin, Role::Qf, Role::ResponsableFv]);
}

#[test]
fn an_uncertain_message_is_resolved_once() {
    for (fate, status) in [("sent", "sent"), ("failed", "failed")] {
        let (api, id, message) = uncertain();
        let resolve = || api.post(&path(id, &format!("{}/resolve", message["id"])), &json!({"status": fate}));
        let resolved = resolve();
        assert_eq!((resolved.status, &resolved.json()["status"]), (200, &json!(status)), "{}", resolved.text());
        let illegal = format!("El mensaje está en estado «{status}», que no admite este cambio");
        assert_eq!(resolve().error(), (409, illegal));
    }
}

#[test]
fn a_failed_message_is_sent_anew() {
    let (api, id, message) = sent(Some(Script::FailPrepare(SendError::Refused("550 no".into()))));
    let resend = |message: &Value| api.request("POST", &path(id, &format!("{}/resend", message["id"]))).send();
    api.mail.next(Script::FailPrepare(SendError::Refused("550 no".into())));
    assert_eq!(resend(&message).error(), (502, "Fallo SMTP: 550 no".into()));
    let again = resend(&message);
    assert_eq!(again.status, 201, "{}", again.text());
    let again = again.json();
    assert_eq!((&again["resend_of"], &again["status"], &again["body"]), (&message["id"], &json!("sent"), &json!("¿Peso?")));
    assert_ne!(again["external_id"], message["external_id"]);
    assert_eq!(resend(&again).error(), (409, "El mensaje está en estado «sent», que no admite este cambio".into()));
    assert_eq!(resend(&message).error(), (409, "El mensaje está en estado «reenviado», que no admite este cambio".into()));
    api.only("POST", &path(id, "99/resend"), &[Role::Admin, Role::Qf, Role::ResponsableFv]);
}

#[test]
fn a_stranger_counts_once_somebody_confirms_them() {
    let (api, id, asked) = sent(None);
    let reply = answered(&api, id, &asked, "otra@clinic.test");
    assert_eq!(reply["confirmed"], false);
    assert_eq!(api.get("/api/v1/followup/badge").json()["unconfirmed"], 1);
    let confirm = |message: &Value| api.request("POST", &path(id, &format!("{}/confirm", message["id"]))).send();
    let confirmed = confirm(&reply);
    assert_eq!((confirmed.status, &confirmed.json()["confirmed"]), (200, &json!(true)), "{}", confirmed.text());
    assert_eq!(api.get(&path(id, "thread")).json()["items"][0]["status"], "responded");
    let nothing = (409, "Este mensaje no espera que se confirme su remitente".to_owned());
    assert_eq!((confirm(&reply).error(), confirm(&asked).error()), (nothing.clone(), nothing));
}

#[test]
fn an_answer_is_linked_to_an_earlier_message() {
    let (api, id, asked) = sent(None);
    let reply = answered(&api, id, &asked, "rojas@clinic.test");
    let link = |child: &Value, parent: &Value| api.post(&path(id, &format!("{}/link", child["id"])), &json!({"parent_id": parent["id"]}));
    let linked = link(&reply, &asked);
    assert_eq!((linked.status, &linked.json()["parent_id"]), (200, &asked["id"]), "{}", linked.text());
    let earlier = (409, "Un mensaje solo puede responder a uno anterior".to_owned());
    assert_eq!((link(&asked, &reply).error(), link(&asked, &asked).error()), (earlier.clone(), earlier));
    assert_eq!(link(&reply, &json!({"id": 99})).error(), (404, "Mensaje no encontrado".into()));
    assert_eq!(link(&reply, &json!({"id": "1"})).refused(), ["parent_id"]);
}

#[test]
fn the_case_is_looked_for_before_the_message() {
    let (api, id, message) = sent(None);
    let other = api.case(json!({}));
    let number = &message["id"];
    for (method, rest, body) in [
        ("PATCH", String::new(), json!({"status": "completed"})),
        ("POST", "/resend".into(), json!({})),
        ("POST", "/resolve".into(), json!({"status": "sent"})),
        ("POST", "/confirm".into(), json!({})),
        ("POST", "/link".into(), json!({"parent_id": 1})),
    ] {
        let told = |id: i64, number: &str| api.request(method, &path(id, &format!("{number}{rest}"))).json(&body).error();
        assert_eq!(told(99, &number.to_string()), (404, "ICSR no encontrado".into()), "{rest}");
        assert_eq!(told(other, &number.to_string()), (404, "Mensaje no encontrado".into()), "{rest}");
        assert_eq!(told(id, "999"), (404, "Mensaje no encontrado".into()), "{rest}");
    }
}
