//! Administration.

use chrono::Duration;
use followup_app::Senders;
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use serde_json::json;

use crate::support::{Api, quiet};

const TEST: &str = "/api/v1/admin/mail/test";

#[test]
fn a_test_mail_answers_with_the_servers_words() {
    let api = Api::start();
    let answer = api.admin("POST", TEST).json(&json!({"to": "admin@unit.test"}));
    assert_eq!((answer.status, answer.json()), (200, json!({"response": "250 2.0.0 Ok: queued"})));
    assert_eq!(api.mail.accepted()[0].to.as_str(), "admin@unit.test");
    api.mail.next(Script::FailPrepare(SendError::Refused("535 5.7.8 authentication failed".into())));
    let answer = api.admin("POST", TEST).json(&json!({"to": "admin@unit.test"}));
    assert_eq!(answer.error(), (502, "Fallo SMTP: 535 5.7.8 authentication failed".into()));
}

#[test]
fn a_test_mail_needs_an_address_and_a_transport() {
    let api = Api::start_with(|setup| setup.followup.senders = Senders::default());
    for to in [json!("a@b@c"), json!(""), json!("x@y.test\r\nBcc: z@y.test"), json!(["a@b.test"]), json!(null)] {
        assert_eq!(api.admin("POST", TEST).json(&json!({"to": to})).refused(), ["to"], "{to}");
    }
    assert_eq!(api.admin("POST", TEST).json(&json!({"to": "a@b.test"})).error(), (503, "canal no configurado".into()));
}

#[test]
fn a_run_of_the_dispatcher_says_what_it_did() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    api.post(&format!("/api/v1/icsr/{id}/followup/plan"), &json!({"plan_id": 1, "base_at": "2024-03-01T00:00:00Z"}));
    api.clock.advance(Duration::minutes(1));
    let report = api.admin("POST", "/api/v1/admin/followup/dispatch").send();
    assert_eq!(report.status, 200, "{}", report.text());
    insta::assert_json_snapshot!("dispatch", report.json());
    assert_eq!(api.mail.accepted().len(), 1);
    assert_eq!(api.admin("POST", "/api/v1/admin/followup/dispatch").send().json()["total"], 0);
}

#[test]
fn the_channels_tell_their_settings_and_of_secrets_whether_they_are_set() {
    let api = Api::start();
    let answer = api.admin("GET", "/api/v1/admin/channels").send();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let channels = answer.json();
    let of = |name: &str| channels["items"].as_array().unwrap().iter().find(|item| item["channel"] == name).unwrap().clone();
    assert_eq!((&of("email")["status"], &of("email")["breaker"]), (&json!("configurado"), &json!("closed")));
    assert_eq!((&of("sms")["status"], &of("sms")["provider"]), (&json!("no configurado"), &json!(null)));
    assert_eq!(channels["total"], 3);
    assert_eq!(api.get("/api/v1/admin/channels").status, 403, "only administrators");
}

#[test]
fn a_test_sms_needs_a_number_and_a_provider() {
    const TEXT: &str = "/api/v1/admin/sms/test";
    let api = Api::start();
    for to in [json!("999888777"), json!("+1"), json!("+51 999 888 777"), json!(""), json!(["+51999888777"]), json!(null)] {
        assert_eq!(api.admin("POST", TEXT).json(&json!({"to": to})).refused(), ["to"], "{to}");
    }
    assert_eq!(api.admin("POST", TEXT).json(&json!({"to": "+51999888777"})).error(), (503, "canal no configurado".into()));
    let provider = followup_testkit::rigs::text_provider::TextProvider::start();
    let sender = std::sync::Arc::new(provider.sender());
    let api = Api::start_with(|setup| setup.followup.senders = Senders::default().with(followup_domain::message::Channel::Sms, sender));
    let answer = api.admin("POST", TEXT).json(&json!({"to": "+51999888777", "body": "¿Llega?"}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(provider.taken()[0].body, "¿Llega?");
    assert_eq!(api.admin("POST", TEXT).json(&json!({"to": "+51999888777", "body": "ó".repeat(400)})).refused(), ["body"]);
}
