//! A person decides about messages.

use chrono::Duration;
use followup_domain::ids::CaseId;
use followup_domain::ports::{Clock, NewInboundMessage, PageRequest, StoreError, StoreExt, TrayState};
use followup_domain::sending::SendError;
use followup_domain::user::Role;
use followup_testkit::builders;
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
    let (api, id, message) = sent(Some(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into()))));
    let resend = |message: &Value| api.request("POST", &path(id, &format!("{}/resend", message["id"]))).send();
    api.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    assert_eq!(resend(&message).error(), (502, "Fallo SMTP: 554 5.7.1 no".into()));
    let again = resend(&message);
    assert_eq!(again.status, 201, "{}", again.text());
    let again = again.json();
    assert_eq!((&again["resend_of"], &again["status"], &again["body"]), (&message["id"], &json!("sent"), &json!("¿Peso?")));
    assert_ne!(again["external_id"], message["external_id"]);
    assert_eq!(resend(&message).error(), (409, "El mensaje ya fue reenviado".into()));
    api.only("POST", &path(id, "99/resend"), &[Role::Admin, Role::Qf, Role::ResponsableFv]);
}

#[test]
fn a_sent_message_is_sent_anew_as_a_reminder_and_both_say_so() {
    let (api, id, message) = sent(None);
    api.clock.advance(Duration::days(5));
    let resend = |message: &Value| api.request("POST", &path(id, &format!("{}/resend", message["id"]))).send();
    let again = resend(&message);
    assert_eq!(again.status, 201, "{}", again.text());
    let again = again.json();
    assert_eq!((&again["reminder_of"], &again["resend_of"], &again["body"]), (&message["id"], &Value::Null, &json!("¿Peso?")));
    assert_eq!((&again["previous_sent_at"], &again["in_reply_to"]), (&message["sent_at"], &message["external_id"]));
    assert_eq!(resend(&message).error(), (409, told_of(&again)));
    let thread = api.get(&path(id, "thread")).json();
    let shown = |n: usize| (thread["items"][n]["status"].clone(), thread["items"][n]["reminded_by"].clone());
    assert_eq!((shown(0), shown(1)), ((json!("sent"), again["id"].clone()), (json!("sent"), Value::Null)));
    answered(&api, id, &again, "rojas@clinic.test");
    assert_eq!(resend(&message).error(), (409, told_of(&again)), "the first is spoken for");
    assert_eq!(resend(&again).error(), (409, "El mensaje está en estado «responded», que no admite este cambio".into()));
}

fn told_of(reminder: &Value) -> String {
    format!("El mensaje ya fue reenviado como recordatorio: mensaje {}", reminder["id"])
}

#[test]
fn a_stranger_counts_once_somebody_confirms_them() {
    let (api, id, asked) = sent(None);
    let reply = answered(&api, id, &asked, "otra@clinic.test");
    assert_eq!(reply["match"]["confirmed"], false);
    assert_eq!(api.get("/api/v1/followup/badge").json()["unconfirmed"], 1);
    let confirm = |message: &Value| api.request("POST", &path(id, &format!("{}/confirm", message["id"]))).send();
    let confirmed = confirm(&reply);
    assert_eq!((confirmed.status, &confirmed.json()["match"]["confirmed"]), (200, &json!(true)), "{}", confirmed.text());
    assert_eq!(api.get(&path(id, "thread")).json()["items"][0]["status"], "responded");
    let nothing = (409, "Este mensaje no espera que se confirme su remitente".to_owned());
    assert_eq!((confirm(&reply).error(), confirm(&asked).error()), (nothing.clone(), nothing));
}

/// An answer that a person put into the case: it is linked to nothing yet.
fn unthreaded(api: &Api, id: i64) -> Value {
    api.clock.advance(Duration::hours(1));
    api.receive("From: rojas@clinic.test\nTo: fv@vigia.test\nSubject: Peso\nMessage-ID: <tray@clinic.test>\n\n68 kg.\n");
    let raw_id =
        api.followup.unassigned(TrayState::Open, PageRequest { offset: 0, limit: 1 }).unwrap().items[0].view.message.raw_id.unwrap();
    let new = NewInboundMessage { created_at: api.clock.now(), ..builders::reply(CaseId(id), raw_id, "manual") };
    api.followup.store.write::<_, StoreError>(|tx| tx.messages().insert_inbound(&new)).unwrap();
    api.get(&path(id, "thread")).json()["items"][1].clone()
}

#[test]
fn an_unthreaded_answer_is_linked_to_an_earlier_message() {
    let (api, id, asked) = sent(None);
    let reply = unthreaded(&api, id);
    let link = |child: &Value, parent: &Value| api.post(&path(id, &format!("{}/link", child["id"])), &json!({"parent_id": parent["id"]}));
    assert_eq!(link(&reply, &reply).error(), (409, "Un mensaje solo puede responder a uno anterior".into()));
    assert_eq!(link(&asked, &reply).error(), (409, "Solo se enlaza un mensaje recibido".into()));
    assert_eq!(link(&reply, &json!({"id": 99})).error(), (404, "Mensaje no encontrado".into()));
    assert_eq!(link(&reply, &json!({"id": "1"})).refused(), ["parent_id"]);
    let linked = link(&reply, &asked);
    assert_eq!((linked.status, &linked.json()["parent_id"]), (200, &asked["id"]), "{}", linked.text());
    let again = link(&reply, &asked);
    assert_eq!((again.status, again.json()), (200, linked.json()), "to say it again changes nothing");
}

/// Word to the unit itself stands in no thread, and is nobody's to read there.
#[test]
fn what_the_unit_is_told_is_no_message_of_the_case() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({"evaluador_email": "eva@vigia.test"}));
    api.post(&path(id, "send"), &json!({"channel": "email", "body": "¿Peso?"}));
    let asked = api.get(&path(id, "thread")).json()["items"][0].clone();
    answered(&api, id, &asked, "rojas@clinic.test");
    api.deliver();
    assert_eq!(api.mail.accepted().last().unwrap().to.as_str(), "eva@vigia.test");
    let missing = (404, "Mensaje no encontrado".to_owned());
    let shown = api.get(&path(id, "thread")).json()["items"].as_array().unwrap().len();
    for number in shown + 1..shown + 4 {
        assert_eq!(api.get(&path(id, &format!("{number}/raw"))).error(), missing, "{number}");
        assert_eq!(api.get(&path(id, &format!("{number}/attachments/0"))).error(), missing, "{number}");
        assert_eq!(api.post(&path(id, "read"), &json!({"up_to": number})).error(), missing, "{number}");
    }
}

#[test]
fn a_letter_is_sent_again_from_the_case_as_it_is() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({"paciente_edad": 45}));
    api.post(&path(id, "plan"), &json!({"plan_id": 1, "base_at": "2024-03-01T00:00:00Z"}));
    api.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    api.post(&path(id, "attempts/1/send"), &json!({}));
    let failed = api.get(&path(id, "thread")).json()["items"][0].clone();
    let resend = || api.post(&path(id, &format!("{}/resend", failed["id"])), &json!({"reason": "corrigieron la dirección"}));
    api.put(&format!("/api/v1/icsr/{id}"), &json!({"paciente_peso": 68, "productos": [{"nombre_producto": "P", "dosis": "1 g"}]}));
    assert_eq!(resend().error(), (409, "No se envió: sin datos faltantes".into()));
    api.put(&format!("/api/v1/icsr/{id}"), &json!({"paciente_peso": null}));
    let again = resend();
    assert_eq!(again.status, 201, "{}", again.text());
    let body = again.json()["body"].as_str().unwrap().to_owned();
    assert!(body.contains("Peso") && !body.contains("Dosis"), "{body}");
    let rows = api.admin("GET", &format!("/api/v1/icsr/{id}/audit?page_size=200")).send().json();
    let queued = rows["items"].as_array().unwrap().iter().rfind(|row| row["action"] == "message.queued").unwrap().clone();
    assert_eq!((&queued["reason"], &queued["new"]["attempt_id"]), (&json!("corrigieron la dirección"), &json!(1)));
}

#[test]
fn a_reason_is_checked_where_it_may_be_left_out() {
    let (api, id, message) = uncertain();
    let number = &message["id"];
    for rest in [format!("{number}/resend"), "attempts/1/send".to_owned()] {
        assert_eq!(api.post(&path(id, &rest), &json!({"reason": 1, "x": 1})).refused(), ["reason", "x"], "{rest}");
    }
    assert_eq!(api.post(&path(id, &format!("{number}/resolve")), &json!({"status": "sent", "reason": []})).refused(), ["reason"]);
    assert_eq!(api.request("PATCH", &path(id, &number.to_string())).json(&json!({"reason": 1})).refused(), ["status", "reason"]);
    let resolved = api.post(&path(id, &format!("{number}/resolve")), &json!({"status": "sent", "reason": "consta en el servidor"}));
    assert_eq!(resolved.status, 200, "{}", resolved.text());
    let rows = api.admin("GET", &format!("/api/v1/icsr/{id}/audit")).send().json();
    assert_eq!(rows["items"].as_array().unwrap().last().unwrap()["reason"], "consta en el servidor");
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
