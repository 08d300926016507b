//! Plans, attempts, and reading the thread.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{Api, quiet};

fn path(id: i64, rest: &str) -> String {
    format!("/api/v1/icsr/{id}/followup{rest}")
}

#[test]
fn the_built_in_plan_gives_a_date_every_thirty_days() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let applied = api.post(&path(id, "/plan"), &json!({"plan_id": 1, "base_at": "2024-03-01T00:00:00Z"}));
    assert_eq!(applied.status, 200, "{}", applied.text());
    let applied = applied.json();
    let dates: Vec<&str> = applied["items"].as_array().unwrap().iter().map(|attempt| attempt["due_at"].as_str().unwrap()).collect();
    assert_eq!(dates, ["2024-03-01T00:00:00Z", "2024-03-31T00:00:00Z", "2024-04-30T00:00:00Z", "2024-05-30T00:00:00Z"]);
    assert_eq!(applied["total"], 4);
    assert_eq!(api.get(&path(id, "/attempts")).json(), applied);
    assert_eq!(api.get(&path(id, "")).json()["plan"]["plan_id"], 1);
}

#[test]
fn a_second_plan_is_a_conflict() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let body = json!({"plan_id": 1, "base_at": "2024-03-01T00:00:00Z"});
    api.post(&path(id, "/plan"), &body);
    assert_eq!(api.post(&path(id, "/plan"), &body).error(), (409, "Este ICSR ya tiene un plan de seguimiento activo".into()));
}

#[test]
fn a_plan_request_is_checked() {
    let api = Api::start();
    let id = api.case(json!({}));
    let plan = |id: i64, body: Value| api.post(&path(id, "/plan"), &body);
    assert_eq!(plan(99, json!({})).refused(), ["plan_id", "base_at"]);
    assert_eq!(plan(99, json!({"plan_id": "1", "base_at": 5, "x": 1})).refused(), ["plan_id", "base_at", "x"]);
    for date in ["2024-03-01", "ayer", "2024-13-01T00:00:00Z", "2016-12-31T23:59:60Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        assert_eq!(plan(id, json!({"plan_id": 1, "base_at": date})).refused(), ["base_at"], "{date}");
    }
    let body = json!({"plan_id": 99, "base_at": "2024-03-01T00:00:00Z"});
    assert_eq!(plan(99, body.clone()).error(), (404, "ICSR no encontrado".into()));
    assert_eq!(plan(id, body).error(), (404, "Plan de seguimiento no encontrado".into()));
}

#[test]
fn reading_the_thread_brings_the_counter_down() {
    let api = Api::start();
    let id = api.case(json!({}));
    api.deliver();
    let asked = api.get(&path(id, "/thread")).json()["items"][0]["external_id"].as_str().unwrap().to_owned();
    api.clock.advance(Duration::hours(1));
    api.receive(&include_str!("reply.eml").replace("ASKED", &asked));
    assert_eq!(api.get(&path(id, "")).json()["unread"], 1);
    let last = api.get(&path(id, "/thread")).json()["items"][1]["id"].clone();
    let read = api.post(&path(id, "/read"), &json!({"up_to": last}));
    assert_eq!((read.status, read.body.len()), (204, 0));
    assert_eq!(api.get(&path(id, "")).json()["unread"], 0);
}

#[test]
fn what_one_reads_is_new_to_the_others_until_somebody_attends_it() {
    let api = Api::start();
    let id = api.case(json!({}));
    api.deliver();
    let asked = api.get(&path(id, "/thread")).json()["items"][0]["external_id"].as_str().unwrap().to_owned();
    api.clock.advance(Duration::hours(1));
    api.receive(&include_str!("reply.eml").replace("ASKED", &asked));
    let last = api.get(&path(id, "/thread")).json()["items"][1]["id"].clone();
    // New to oneself, read by oneself: the badge, and as many rows in the lanes; the summary, and the list.
    let of_qf = || (api.get("/api/v1/followup/badge").json(), api.get(&path(id, "")).json(), api.get("/api/v1/icsr").json());
    let of_admin = || {
        let ask = |path: &str| api.admin("GET", path).send().json();
        (ask("/api/v1/followup/badge"), ask(&path(id, "")), ask("/api/v1/icsr"))
    };
    let told = |(badge, summary, list): (Value, Value, Value)| {
        let listed = &list["items"][0];
        assert_eq!((&listed["unread"], &listed["unattended"]), (&summary["unread"], &summary["unattended"]));
        [&badge["new_replies"], &badge["read_replies"], &summary["unread"], &summary["unattended"]].map(|number| number.as_i64().unwrap())
    };
    let rows = |lane: &str| {
        let path = format!("/api/v1/followup/worklist?lane={lane}");
        [api.get(&path).json(), api.admin("GET", &path).send().json()].map(|list| list["items"].as_array().unwrap().len())
    };
    assert_eq!((told(of_qf()), told(of_admin())), ([1, 0, 1, 1], [1, 0, 1, 1]));
    api.post(&path(id, "/read"), &json!({"up_to": last}));
    assert_eq!((told(of_qf()), told(of_admin())), ([0, 1, 0, 1], [1, 0, 1, 1]));
    assert_eq!((rows("new_replies"), rows("read_replies")), ([0, 1], [1, 0]));
    let total = |query: &str| api.get(&format!("/api/v1/icsr?{query}")).json()["total"].clone();
    assert_eq!((total("unread=true"), total("unattended=true")), (json!(0), json!(1)));
    let attended = api.post(&path(id, "/attended"), &json!({"up_to": last}));
    assert_eq!((attended.status, attended.body.len()), (204, 0));
    assert_eq!((told(of_qf()), told(of_admin())), ([0, 0, 0, 0], [0, 0, 0, 0]));
    assert_eq!(api.post(&path(99, "/attended"), &json!({"up_to": 1})).error(), (404, "ICSR no encontrado".into()));
}

#[test]
fn a_read_mark_is_checked() {
    let api = Api::start();
    let (id, other) = (api.case(json!({})), api.case(json!({})));
    let message = api.get(&path(other, "/thread")).json()["items"][0]["id"].clone();
    assert_eq!(api.post(&path(99, "/read"), &json!({"up_to": "1"})).refused(), ["up_to"]);
    assert_eq!(api.post(&path(99, "/read"), &json!({"up_to": 1})).error(), (404, "ICSR no encontrado".into()));
    assert_eq!(api.post(&path(id, "/read"), &json!({"up_to": message})).error(), (404, "Mensaje no encontrado".into()));
}

#[test]
fn an_unknown_case_has_no_follow_up() {
    let api = Api::start();
    for rest in ["", "/thread", "/attempts", "/1/raw", "/1/attachments/0", "/1/html", "/x/raw"] {
        for id in ["99", "abc"] {
            let answer = api.get(&format!("/api/v1/icsr/{id}/followup{rest}"));
            assert_eq!(answer.error(), (404, "ICSR no encontrado".into()), "{id}{rest}");
        }
    }
}

#[test]
fn a_mistyped_address_gets_no_letter_and_is_shown_as_it_was_typed() {
    let api = Api::start();
    let id = api.case(json!({"reportante_contacto": null, "reportante_email": "lucia..paz@hospital.test"}));
    api.deliver();
    assert_eq!(api.get(&path(id, "/thread")).json()["total"], 0);
    let channels = api.get(&path(id, "")).json()["channels"].clone();
    assert_eq!((&channels["email"], &channels["unreadable"]), (&Value::Null, &json!(["lucia..paz@hospital.test"])));
    let refused = api.post(&path(id, "/send"), &json!({"channel": "email", "body": "¿Peso?"}));
    assert_eq!(refused.error(), (400, "Este ICSR no tiene email del reportante".into()));

    let id = api.case(json!({"reportante_contacto": "No usar viejo@hospital.test, usar nuevo@hospital.test"}));
    api.deliver();
    let channels = api.get(&path(id, "")).json()["channels"].clone();
    assert_eq!((&channels["email"], &channels["set_aside"]), (&json!("nuevo@hospital.test"), &json!(["viejo@hospital.test"])));
    assert_eq!(api.mail.accepted().last().unwrap().to.as_str(), "nuevo@hospital.test");
}
