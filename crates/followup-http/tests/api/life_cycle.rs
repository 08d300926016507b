//! Closing, documented fields, calls, the clock, the badge, and the audit trail.

use std::sync::Arc;

use chrono::Duration;
use followup_domain::policy::{Escalation, FollowupPolicy};
use followup_domain::sending::SendError;
use followup_domain::user::Role;
use followup_testkit::fakes::Script;
use serde_json::{Value, json};

use crate::support::{Api, quiet};

fn path(id: i64, rest: &str) -> String {
    format!("/api/v1/icsr/{id}/followup{rest}")
}

fn quiet_case(fields: Value) -> (Api, i64) {
    let api = Api::start_with(quiet);
    let id = api.case(fields);
    (api, id)
}

#[test]
fn a_follow_up_is_closed_and_reopened() {
    let (api, id) = quiet_case(json!({}));
    let closed = api.post(&path(id, "/close"), &json!({"reason": "declined", "notes": "No desea continuar."}));
    assert_eq!((closed.status, &closed.json()["followup_status"]), (200, &json!("closed")), "{}", closed.text());
    let closure = &api.get(&path(id, "")).json()["closure"];
    assert_eq!((&closure["reason"], &closure["notes"]), (&json!("declined"), &json!("No desea continuar.")));
    let again = api.post(&path(id, "/close"), &json!({"reason": "declined", "notes": "x"}));
    assert_eq!(again.error(), (409, "El seguimiento de este ICSR está cerrado".into()));
    let opened = api.post(&path(id, "/reopen"), &json!({"reason": "llegó un informe"}));
    assert_eq!((opened.status, &opened.json()["followup_status"]), (200, &json!("open")), "{}", opened.text());
    assert_eq!(api.post(&path(id, "/reopen"), &json!({"reason": "x"})).error(), (409, "El seguimiento de este ICSR está abierto".into()));
}

#[test]
fn every_check_that_does_not_hold_is_a_sentence() {
    let (api, id) = quiet_case(json!({"gravedad": "Grave", "paciente_peso": 68, "paciente_edad": 45}));
    let close = |body: Value| {
        let answer = api.post(&path(id, "/close"), &body);
        assert_eq!(answer.error(), (409, "El cierre no cumple los controles de calidad".into()), "{body}");
        answer.json()["checks"].clone()
    };
    let notes = "Las notas de cierre son obligatorias";
    let missing = "Faltan datos que nadie respondió ni documentó: Dosis exacta (productos[0].dosis)";
    let attempts = "Un caso grave necesita al menos 2 contactos documentados antes de cerrarse sin respuesta; tiene 0";
    assert_eq!(close(json!({"reason": "complete"})), json!([notes, missing]));
    assert_eq!(close(json!({"reason": "complete", "notes": "x"})), json!([missing]));
    assert_eq!(close(json!({"reason": "max_attempts", "notes": "x"})), json!([attempts]));
    assert_eq!(close(json!({"reason": "max_attempts", "notes": " ", "override_reason": "x"})), json!([notes, attempts]));
    let overridden = api.post(&path(id, "/close"), &json!({"reason": "max_attempts", "notes": "x", "override_reason": "duplicado"}));
    assert_eq!(overridden.status, 200, "{}", overridden.text());
}

#[test]
fn what_is_wrong_with_closing_is_named() {
    let (api, id) = quiet_case(json!({}));
    assert_eq!(api.post(&path(99, "/close"), &json!({"notes": 1, "x": 1})).refused(), ["reason", "notes", "x"]);
    assert_eq!(api.post(&path(id, "/close"), &json!({"reason": "otro", "notes": "a\u{0}"})).refused(), ["reason", "notes"]);
    assert_eq!(api.post(&path(id, "/reopen"), &json!({"reason": " "})).refused(), ["reason"]);
    for rest in ["/close", "/reopen"] {
        let body = json!({"reason": "declined"});
        assert_eq!(api.post(&path(99, rest), &body).error(), (404, "ICSR no encontrado".into()), "{rest}");
        api.only("POST", &path(id, rest), &[Role::Admin, Role::Qf, Role::ResponsableFv]);
    }
}

#[test]
fn a_documented_field_is_open_no_more() {
    let (api, id) = quiet_case(json!({"paciente_peso": 68, "paciente_edad": 45}));
    let put = |field: &str, state: &str| {
        api.put(&path(id, &format!("/fields/{field}")), &json!({"state": state, "reason": "no consta en la historia"}))
    };
    let documented = put("productos%5B0%5D.dosis", "unobtainable");
    assert_eq!(documented.status, 200, "{}", documented.text());
    let expected = json!({
        "field": "productos[0].dosis", "state": "unobtainable", "reason": "no consta en la historia", "actor": "user:qf",
        "at": "2024-03-01T10:15:00Z",
    });
    assert_eq!(documented.json(), expected);
    let summary = api.get(&path(id, "")).json();
    assert_eq!(summary["documented"], json!([expected]));
    assert_eq!((&summary["missing_items"][0]["state"], &summary["missing"]["producto"]), (&json!("unobtainable"), &json!(["dosis"])));
    assert_eq!(put("dosis", "withheld").json()["state"], "withheld");
    let closed = api.post(&path(id, "/close"), &json!({"reason": "complete", "notes": "x"}));
    assert_eq!(closed.status, 200, "{}", closed.text());
}

#[test]
fn what_cannot_be_documented_is_told() {
    let (api, id) = quiet_case(json!({}));
    let body = json!({"state": "unknown", "reason": "x"});
    for field in ["peso", "productos%5B7%5D.dosis", "x%FF", "productos%5B0%5D.paciente_peso"] {
        assert_eq!(api.put(&path(id, &format!("/fields/{field}")), &body).error(), (404, "Campo no encontrado".into()), "{field}");
    }
    assert_eq!(api.put(&path(99, "/fields/peso"), &body).error(), (404, "ICSR no encontrado".into()));
    for (body, names) in [
        (json!({}), vec!["state", "reason"]),
        (json!({"state": "answered", "reason": " "}), vec!["state", "reason"]),
        (json!({"state": "asked", "reason": "x", "x": 1}), vec!["state", "x"]),
    ] {
        assert_eq!(api.put(&path(99, "/fields/peso"), &body).refused(), names, "{body}");
    }
}

#[test]
fn a_call_stands_in_the_thread() {
    let (api, id) = quiet_case(json!({"reportante_telefono": "999888777"}));
    let logged = api.post(&path(id, "/calls"), &json!({"outcome": "no_answer", "notes": "Buzón de voz", "at": "2024-03-01T09:00:00Z"}));
    assert_eq!(logged.status, 201, "{}", logged.text());
    let call = logged.json();
    assert_eq!((&call["channel"], &call["kind"], &call["call_outcome"]), (&json!("call"), &json!("call"), &json!("no_answer")));
    assert_eq!((&call["body"], &call["created_at"]), (&json!("Buzón de voz"), &json!("2024-03-01T09:00:00Z")));
    assert_eq!(api.get(&path(id, "/thread")).json()["items"], json!([call]));
    assert_eq!(api.post(&path(99, "/calls"), &json!({"outcome": "x", "at": 1})).refused(), ["outcome", "notes", "at"]);
    let tomorrow = json!({"outcome": "reached", "notes": "", "at": "2024-03-02T10:15:00Z"});
    assert_eq!(api.post(&path(id, "/calls"), &tomorrow).refused(), ["at"]);
    assert_eq!(api.post(&path(99, "/calls"), &json!({"outcome": "refused", "notes": ""})).error().1, "ICSR no encontrado");
}

#[test]
fn the_clock_counts_days_and_says_what_nobody_verified() {
    let (api, id) = quiet_case(json!({"gravedad": "Grave", "fecha_recepcion": "2024-02-28"}));
    let clock = api.get(&path(id, "")).json()["clock"].clone();
    assert_eq!((&clock["days_since_receipt"], &clock["days_since_last_request"]), (&json!(2), &Value::Null));
    let reports = clock["reports"].as_array().unwrap();
    assert!(!reports.is_empty());
    for report in reports {
        assert_eq!((&report["verificado"], &report["nota"]), (&json!(false), &json!("por verificar")), "{report}");
    }
    let first = &reports[0];
    assert_eq!((&first["days"], &first["due_on"], &first["days_left"]), (&json!(1), &json!("2024-02-29"), &json!(-1)));
}

#[test]
fn the_clock_counts_from_the_last_message_and_the_last_reply_that_waits() {
    let (api, id) = quiet_case(json!({}));
    let days = || {
        let clock = api.get(&path(id, "")).json()["clock"].clone();
        (clock["days_since_last_request"].clone(), clock["days_since_last_unanswered_reply"].clone())
    };
    let send = || assert_eq!(api.post(&path(id, "/send"), &json!({"channel": "email", "body": "Gracias."})).status, 201);
    send();
    api.clock.advance(Duration::days(3));
    assert_eq!(days(), (json!(3), Value::Null));
    let asked = api.get(&path(id, "/thread")).json()["items"][0]["external_id"].as_str().unwrap().to_owned();
    api.receive(&include_str!("reply.eml").replace("ASKED", &asked));
    api.clock.advance(Duration::days(2));
    assert_eq!(days(), (json!(5), json!(2)));
    let last = api.get(&path(id, "/thread")).json()["items"][1]["id"].clone();
    assert_eq!(api.post(&path(id, "/read"), &json!({"up_to": last})).status, 204);
    assert_eq!(days(), (json!(5), json!(2)), "reading it is no answer");
    send();
    assert_eq!(days(), (json!(0), Value::Null));
}

fn escalating(setup: &mut crate::support::Setup) {
    quiet(setup);
    let escalation = Some(Escalation { after_days: 14, to: None });
    let policy = FollowupPolicy { escalation, close_by_itself: true, ..(*setup.followup.policy).clone() };
    setup.followup.policy = Arc::new(policy);
}

#[test]
fn a_case_is_overdue_after_as_many_days_as_the_unit_decided() {
    let api = Api::start_with(escalating);
    let id = api.case(json!({}));
    api.post(&path(id, "/send"), &json!({"channel": "email", "body": "¿Peso?"}));
    let overdue = || api.get("/api/v1/icsr?awaiting=overdue").json()["total"].clone();
    api.clock.advance(Duration::days(13));
    assert_eq!(overdue(), 0);
    api.clock.advance(Duration::days(1));
    assert_eq!(overdue(), 1);
}

/// A case of which no letter of its plan was answered.
fn unanswered(api: &Api) -> i64 {
    let id = api.case(json!({"gravedad": "No grave"}));
    api.post(&path(id, "/plan"), &json!({"plan_id": 1, "base_at": "2024-03-01T10:00:00Z"}));
    for _ in 0..4 {
        assert_eq!(dispatch(api)["delivery"]["accepted"], 1);
        api.clock.advance(Duration::days(30));
    }
    id
}

fn dispatch(api: &Api) -> Value {
    api.admin("POST", "/api/v1/admin/followup/dispatch").send().json()
}

#[test]
fn closing_is_proposed_when_nobody_answers() {
    let api = Api::start_with(quiet);
    let id = unanswered(&api);
    assert_eq!(api.get(&path(id, "")).json()["closing_proposed"], true);
    let closed = api.post(&path(id, "/close"), &json!({"reason": "max_attempts", "notes": "Nadie respondió."}));
    assert_eq!(closed.status, 200, "{}", closed.text());
    assert_eq!(api.get(&path(id, "")).json()["closing_proposed"], false);
}

#[test]
fn a_run_tells_how_many_cases_it_escalated_and_closed() {
    let api = Api::start_with(escalating);
    let id = api.case(json!({}));
    api.post(&path(id, "/send"), &json!({"channel": "email", "body": "¿Peso?"}));
    api.clock.advance(Duration::days(14));
    assert_eq!(dispatch(&api)["escalated"], 1);
    assert_eq!(dispatch(&api)["escalated"], 0, "once in each wait");
    assert_eq!(api.post(&path(id, "/close"), &json!({"reason": "declined", "notes": "x"})).status, 200);
    let id = unanswered(&api);
    let report = dispatch(&api);
    assert_eq!(report["closed"], 1, "{report}");
    assert_eq!(api.get(&format!("/api/v1/icsr/{id}")).json()["followup_status"], "closed");
}

#[test]
fn a_closed_follow_up_sends_nothing_and_takes_no_plan() {
    let (api, id) = quiet_case(json!({}));
    api.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    api.post(&path(id, "/send"), &json!({"channel": "email", "body": "¿Peso?"}));
    let failed = api.get(&path(id, "/thread")).json()["items"][0]["id"].clone();
    api.post(&path(id, "/close"), &json!({"reason": "declined", "notes": "x"}));
    let closed = (409, "El seguimiento de este ICSR está cerrado".to_owned());
    assert_eq!(api.post(&path(id, "/send"), &json!({"channel": "email", "body": "x"})).error(), closed);
    assert_eq!(api.post(&path(id, "/plan"), &json!({"plan_id": 1, "base_at": "2024-03-01T00:00:00Z"})).error(), closed);
    assert_eq!(api.post(&path(id, &format!("/{failed}/resend")), &json!({})).error(), closed);
}

#[test]
fn documenting_a_field_is_for_those_who_decide() {
    let (api, id) = quiet_case(json!({}));
    api.only("PUT", &path(id, "/fields/paciente_peso"), &[Role::Admin, Role::Qf, Role::ResponsableFv]);
}

#[test]
fn overdue_cases_are_listed() {
    let (api, id) = quiet_case(json!({}));
    api.case(json!({}));
    let sent = api.post(&path(id, "/send"), &json!({"channel": "email", "body": "¿Peso?"}));
    assert_eq!(sent.status, 201, "{}", sent.text());
    let overdue = || {
        api.get("/api/v1/icsr?awaiting=overdue").json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| case["id"].clone())
            .collect::<Vec<_>>()
    };
    api.clock.advance(Duration::days(29));
    assert_eq!(overdue(), [Value::Null; 0]);
    api.clock.advance(Duration::days(1));
    assert_eq!(overdue(), [json!(id)]);
    assert_eq!(api.get("/api/v1/icsr?awaiting=x").refused(), ["awaiting"]);
}

#[test]
fn the_badge_counts_what_waits_for_a_person() {
    let api = Api::start();
    let none = json!({"new_replies": 0, "failed": 0, "uncertain": 0, "unassigned": 0, "quarantined": 0, "unconfirmed": 0, "bounced": 0});
    let badge = api.get("/api/v1/followup/badge").json();
    for (kind, count) in none.as_object().unwrap() {
        assert_eq!(&badge[kind], count, "{kind}");
    }
    let id = api.case(json!({}));
    api.deliver();
    let asked = api.get(&path(id, "/thread")).json()["items"][0]["external_id"].as_str().unwrap().to_owned();
    api.receive(&include_str!("reply.eml").replace("ASKED", &asked));
    assert_eq!(api.get("/api/v1/followup/badge").json()["new_replies"], 1);
    assert_eq!(api.anonymous("GET", "/api/v1/followup/badge").send().status, 401);
}

#[test]
fn the_audit_trail_is_shown_in_pages_to_those_who_audit() {
    let (api, id) = quiet_case(json!({}));
    api.post(&path(id, "/close"), &json!({"reason": "declined", "notes": "No desea continuar."}));
    let audit = format!("/api/v1/icsr/{id}/audit");
    let page = |query: &str| api.admin("GET", &format!("{audit}{query}")).send().json();
    let all = page("");
    let closed = all["items"].as_array().unwrap().iter().find(|row| row["action"] == "followup.closed").unwrap();
    assert_eq!((&closed["actor"], &closed["old"]), (&json!("user:qf"), &json!({"followup_status": "open"})));
    assert_eq!((&closed["new"]["notes"], &closed["at"]), (&json!("No desea continuar."), &json!("2024-03-01T10:15:00.000000Z")));
    let second = page("?page=2&page_size=1");
    assert_eq!((&second["items"][0], &second["total"]), (&all["items"][1], &all["total"]));
    assert_eq!(all["items"][1]["prev_hash"], all["items"][0]["hash"]);
    assert_eq!(api.admin("GET", &format!("{audit}?page=0")).send().refused(), ["page"]);
    assert_eq!(api.admin("GET", "/api/v1/icsr/99/audit").send().error(), (404, "ICSR no encontrado".into()));
    api.only("GET", &audit, &[Role::Admin, Role::Qa, Role::Legal]);
}

#[test]
fn a_documentation_is_taken_back_and_what_is_answered_is_not_documented() {
    let (api, id) = quiet_case(json!({"paciente_peso": 68}));
    let put = |field: &str, state: &str| api.put(&path(id, &format!("/fields/{field}")), &json!({"state": state, "reason": "x"}));
    assert_eq!(put("paciente_peso", "unknown").error(), (409, "El caso ya tiene ese dato".into()));
    assert_eq!(put("dosis", "open").error(), (409, "Ese campo no está documentado".into()));
    assert_eq!(put("dosis", "unknown").status, 200);
    assert_eq!((put("dosis", "open").status, api.get(&path(id, "")).json()["documented"].clone()), (204, json!([])));
}
