//! `Idempotency-Key`.

use std::thread;

use followup_domain::sending::SendError;
use followup_domain::user::Role;
use followup_testkit::fakes::Script;
use serde_json::{Value, json};

use crate::support::{Answer, Api, quiet};

fn keyed(api: &Api, path: &str, key: &str, body: &Value) -> Answer {
    api.request("POST", path).header("Idempotency-Key", key).json(body)
}

fn send_path(id: i64) -> String {
    format!("/api/v1/icsr/{id}/followup/send")
}

#[test]
fn the_same_request_again_answers_200_with_the_same_message() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let first = keyed(&api, &send_path(id), "k-1", &json!({"channel": "email", "body": "x"}));
    let again =
        api.request("POST", &send_path(id)).header("Idempotency-Key", "k-1").bytes(b"{ \"body\":\"\\u0078\", \"channel\":\"email\" }");
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.json(), again.json());
    assert_eq!(api.mail.accepted().len(), 1);
}

#[test]
fn another_request_with_the_key_is_a_conflict() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    keyed(&api, &send_path(id), "k-1", &json!({"channel": "email", "body": "x"}));
    let other = keyed(&api, &send_path(id), "k-1", &json!({"channel": "email", "body": "y"}));
    assert_eq!(other.error(), (409, "La Idempotency-Key ya se usó con otra petición".into()));
    assert_eq!(api.mail.accepted().len(), 1);
}

#[test]
fn a_key_holds_for_one_user_one_case_and_one_route() {
    let api = Api::start_with(quiet);
    let (one, two) = (api.case(json!({})), api.case(json!({})));
    let body = json!({"channel": "email", "body": "x"});
    assert_eq!(keyed(&api, &send_path(one), "k", &body).status, 201);
    assert_eq!(keyed(&api, &send_path(two), "k", &body).status, 201);
    assert_eq!(api.admin("POST", &send_path(one)).header("Idempotency-Key", "k").json(&body).status, 201);
    assert_eq!(keyed(&api, "/api/v1/icsr", "k", &json!({"numero": "1"})).status, 201);
    let spaced = api.token_of("k qf", vec![Role::Qf]);
    let request = api.anonymous("POST", &send_path(one)).header("Authorization", &format!("Bearer {spaced}"));
    assert_eq!(request.header("Idempotency-Key", "k").json(&body).status, 201);
}

#[test]
fn requests_with_one_key_at_the_same_instant_send_once() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let answers: Vec<Answer> = thread::scope(|scope| {
        let request = || keyed(&api, &send_path(id), "k", &json!({"channel": "email", "body": "x"}));
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(request)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(api.mail.accepted().len(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| answer.json()["id"] == answers[0].json()["id"]));
}

#[test]
fn a_failed_message_is_not_tried_again_by_its_key() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    api.mail.next(Script::FailTransmit(SendError::Refused("554 no".into())));
    let body = json!({"channel": "email", "body": "x"});
    assert_eq!(keyed(&api, &send_path(id), "k", &body).status, 502);
    let again = keyed(&api, &send_path(id), "k", &body);
    assert_eq!((again.status, &again.json()["status"]), (200, &json!("failed")));
    assert_eq!(api.mail.accepted().len(), 0);
}

#[test]
fn a_refused_request_leaves_its_key_free() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    assert_eq!(keyed(&api, &send_path(id), "k", &json!({"channel": "email", "body": " "})).status, 400);
    assert_eq!(keyed(&api, &send_path(id), "k", &json!({"channel": "email", "body": "x"})).status, 201);
}

#[test]
fn creating_a_case_with_a_key_creates_one() {
    let api = Api::start();
    let body = json!({"numero": "1", "paciente_edad": 45});
    let answers: Vec<Answer> = thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| keyed(&api, "/api/v1/icsr", "k", &body))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 201]);
    assert_eq!(api.get("/api/v1/icsr").json()["total"], 1);
    assert_eq!(keyed(&api, "/api/v1/icsr", "k", &json!({"numero": "2"})).status, 409);
}

#[test]
fn a_key_has_1_to_200_visible_ascii_characters() {
    let api = Api::start();
    for key in ["", "a b", "ñ", "a\tb", &"x".repeat(201)] {
        assert_eq!(keyed(&api, "/api/v1/icsr", key, &json!({})).refused(), ["Idempotency-Key"], "{key:?}");
    }
    assert_eq!(keyed(&api, "/api/v1/icsr", &"x".repeat(200), &json!({})).status, 201);
    let twice = api.request("POST", "/api/v1/icsr").header("Idempotency-Key", "a").header("Idempotency-Key", "b").json(&json!({}));
    assert_eq!(twice.refused(), ["Idempotency-Key"]);
}
