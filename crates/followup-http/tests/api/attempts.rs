//! A person decides about attempts.

use chrono::Duration;
use followup_domain::sending::SendError;
use followup_domain::user::Role;
use followup_testkit::fakes::Script;
use serde_json::{Value, json};

use crate::support::{Api, quiet};

fn path(id: i64, rest: &str) -> String {
    format!("/api/v1/icsr/{id}/followup/attempts{rest}")
}

/// A case with the built-in plan: attempts 1 to 4, the first due at the base.
fn planned() -> (Api, i64) {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let applied = api.post(&format!("/api/v1/icsr/{id}/followup/plan"), &json!({"plan_id": 1, "base_at": "2024-03-02T00:00:00Z"}));
    assert_eq!(applied.status, 200, "{}", applied.text());
    (api, id)
}

fn change(api: &Api, id: i64, attempt: i64, body: &Value) -> crate::support::Answer {
    api.request("PATCH", &path(id, &format!("/{attempt}"))).json(body)
}

fn close(api: &Api, id: i64) {
    let closed = api.post(&format!("/api/v1/icsr/{id}/followup/close"), &json!({"reason": "declined", "notes": "No desea continuar."}));
    assert_eq!(closed.status, 200, "{}", closed.text());
}

#[test]
fn an_attempt_is_skipped_and_brought_back() {
    let (api, id) = planned();
    let skipped = change(&api, id, 2, &json!({"action": "skip", "reason": "vacaciones"}));
    assert_eq!(skipped.status, 200, "{}", skipped.text());
    assert_eq!((&skipped.json()["status"], &skipped.json()["reason"]), (&json!("skipped"), &json!("vacaciones")));
    let back = change(&api, id, 2, &json!({"action": "reactivate", "due_at": "2024-04-15T14:00:00Z"})).json();
    assert_eq!((&back["status"], &back["due_at"]), (&json!("pending"), &json!("2024-04-15T14:00:00Z")));
    assert_eq!(back["due_local"], "15/04/2024 09:00");
}

#[test]
fn an_attempt_is_rescheduled_and_completed() {
    let (api, id) = planned();
    let moved = change(&api, id, 3, &json!({"action": "reschedule", "due_at": "2024-05-02T09:00:00-05:00"})).json();
    assert_eq!((&moved["status"], &moved["due_at"]), (&json!("pending"), &json!("2024-05-02T14:00:00Z")));
    let done = change(&api, id, 3, &json!({"action": "complete"})).json();
    assert_eq!((&done["status"], &done["reason"]), (&json!("completed"), &json!("completado a mano")));
}

#[test]
fn an_illegal_change_names_the_state() {
    let (api, id) = planned();
    change(&api, id, 1, &json!({"action": "complete"}));
    let from_completed = (409, "El intento está en estado «completed», que no admite este cambio".to_owned());
    for body in [json!({"action": "skip"}), json!({"action": "complete"}), json!({"action": "reactivate"})] {
        assert_eq!(change(&api, id, 1, &body).error(), from_completed, "{body}");
    }
    assert_eq!(api.request("POST", &path(id, "/1/send")).send().error(), from_completed);
    let from_pending = (409, "El intento está en estado «pending», que no admite este cambio".to_owned());
    assert_eq!(change(&api, id, 2, &json!({"action": "reactivate"})).error(), from_pending);
    change(&api, id, 2, &json!({"action": "skip"}));
    let reschedule = json!({"action": "reschedule", "due_at": "2024-05-02T00:00:00Z"});
    assert_eq!(change(&api, id, 2, &reschedule).error().1, "El intento está en estado «skipped», que no admite este cambio");
}

#[test]
fn what_is_wrong_with_a_change_is_named() {
    let (api, id) = planned();
    for (body, names) in [
        (json!({}), vec!["action"]),
        (json!({"action": "send"}), vec!["action"]),
        (json!({"action": "reschedule"}), vec!["due_at"]),
        (json!({"action": "reschedule", "due_at": "mañana"}), vec!["due_at"]),
        (json!({"action": "skip", "due_at": "2024-05-02T00:00:00Z"}), vec!["due_at"]),
        (json!({"action": "skip", "reason": "a\u{0}b", "x": 1}), vec!["reason", "x"]),
    ] {
        assert_eq!(change(&api, id, 1, &body).refused(), names, "{body}");
        assert_eq!(change(&api, 99, 1, &body).refused(), names, "{body}");
    }
}

#[test]
fn the_case_is_looked_for_before_the_attempt() {
    let (api, id) = planned();
    let other = api.case(json!({}));
    let skip = json!({"action": "skip"});
    assert_eq!(change(&api, 99, 1, &skip).error(), (404, "ICSR no encontrado".into()));
    assert_eq!(change(&api, other, 1, &skip).error(), (404, "Intento no encontrado".into()));
    assert_eq!(api.request("PATCH", &path(id, "/x")).json(&skip).error(), (404, "Intento no encontrado".into()));
    assert_eq!(api.request("POST", &path(other, "/1/send")).send().error(), (404, "Intento no encontrado".into()));
    assert_eq!(api.request("POST", &path(99, "/1/send")).send().error(), (404, "ICSR no encontrado".into()));
}

#[test]
fn one_more_contact_is_scheduled() {
    let (api, id) = planned();
    let added = api.post(&path(id, ""), &json!({"due_at": "2024-06-10T14:00:00Z", "label": " Llamar a la clínica ", "channel": "call"}));
    assert_eq!(added.status, 201, "{}", added.text());
    let added = added.json();
    assert_eq!((&added["label"], &added["channel"]), (&json!("Llamar a la clínica"), &json!("call")));
    assert_eq!((&added["status"], &added["applied_plan_id"]), (&json!("pending"), &Value::Null));
    assert_eq!(added["due_local"], "10/06/2024 09:00");
    let by_any = api.post(&path(id, ""), &json!({"due_at": "2024-06-10T14:00:00Z", "label": "x"})).json();
    assert_eq!((&by_any["channel"], &by_any["carried_by"]), (&json!("auto"), &Value::Null));
    let email = api.post(&path(id, ""), &json!({"due_at": "2024-06-10T14:00:00Z", "label": "x", "channel": "email"})).json();
    assert_eq!(email["channel"], "email");
    assert_eq!(api.get(&path(id, "")).json()["total"], 7);
    assert_eq!(api.post(&path(99, ""), &json!({"label": " ", "channel": "fax"})).refused(), ["due_at", "label", "channel"]);
    assert_eq!(api.post(&path(99, ""), &json!({"due_at": "2024-06-10T14:00:00Z", "label": "x"})).error().1, "ICSR no encontrado");
}

#[test]
fn a_closed_follow_up_schedules_and_sends_nothing() {
    let (api, id) = planned();
    close(&api, id);
    let closed = (409, "El seguimiento de este ICSR está cerrado".to_owned());
    assert_eq!(api.post(&path(id, ""), &json!({"due_at": "2024-06-10T14:00:00Z", "label": "x"})).error(), closed);
    assert_eq!(change(&api, id, 1, &json!({"action": "reactivate"})).error(), closed);
    assert_eq!(api.request("POST", &path(id, "/1/send")).send().error(), closed);
}

#[test]
fn an_attempt_is_sent_now() {
    let (api, id) = planned();
    let sent = api.request("POST", &path(id, "/3/send")).send();
    assert_eq!(sent.status, 201, "{}", sent.text());
    let message = sent.json();
    assert_eq!((&message["kind"], &message["status"], &message["attempt_id"]), (&json!("sent_now"), &json!("sent"), &json!(3)));
    assert_eq!(api.get(&path(id, "")).json()["items"][2]["status"], "sent");
    assert_eq!(api.mail.accepted().len(), 1);
}

#[test]
fn what_hinders_sending_now_is_told() {
    let (api, id) = planned();
    api.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    assert_eq!(api.request("POST", &path(id, "/1/send")).send().error(), (502, "Fallo SMTP: 554 5.7.1 no".into()));
    api.put(
        &format!("/api/v1/icsr/{id}"),
        &json!({"paciente_peso": 68, "paciente_edad": 45, "productos": [{"nombre_producto": "P", "dosis": "1 g"}]}),
    );
    assert_eq!(api.request("POST", &path(id, "/2/send")).send().error(), (409, "No se envió: sin datos faltantes".into()));
}

#[test]
fn a_dispatcher_run_sends_what_was_rescheduled() {
    let (api, id) = planned();
    for attempt in [1, 2, 4] {
        change(&api, id, attempt, &json!({"action": "skip"}));
    }
    change(&api, id, 3, &json!({"action": "reschedule", "due_at": "2024-03-03T00:00:00Z"}));
    api.clock.advance(Duration::days(3));
    let report = api.admin("POST", "/api/v1/admin/followup/dispatch").send().json();
    assert_eq!((&report["items"][0]["attempt_id"], &report["items"][0]["status"]), (&json!(3), &json!("sent")));
    assert_eq!((&report["escalated"], &report["closed"]), (&json!(0), &json!(0)));
}

#[test]
fn only_those_who_decide_override() {
    let (api, id) = planned();
    let deciders = [Role::Admin, Role::Qf, Role::ResponsableFv];
    api.only("POST", &path(id, ""), &deciders);
    api.only("PATCH", &path(id, "/99"), &deciders);
    api.only("POST", &path(id, "/99/send"), &deciders);
}
