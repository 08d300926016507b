//! Writing to the reporter: what is checked, in which order, and what the transport's answers become.

use followup_app::Senders;
use followup_domain::ports::SendError;
use followup_testkit::fakes::Script;
use serde_json::{Value, json};

use crate::support::{Api, REPORTER, quiet};

fn send(api: &Api, id: i64, body: &Value) -> (u16, String) {
    api.post(&format!("/api/v1/icsr/{id}/followup/send"), body).error()
}

fn thread(api: &Api, id: i64) -> Vec<Value> {
    api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json()["items"].as_array().unwrap().clone()
}

#[test]
fn a_message_is_sent_and_stands_in_the_thread() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let sent = api.post(&format!("/api/v1/icsr/{id}/followup/send"), &json!({"channel": "email", "body": " Estimada Dra.:\n\n¿Peso? "}));
    assert_eq!(sent.status, 201, "{}", sent.text());
    let message = sent.json();
    assert_eq!((&message["channel"], &message["direction"]), (&json!("email"), &json!("out")));
    assert_eq!((&message["status"], &message["delivery"]), (&json!("sent"), &json!("accepted")));
    assert_eq!((&message["body"], &message["to"]), (&json!("Estimada Dra.:\n\n¿Peso?"), &json!(REPORTER)));
    assert_eq!(
        (&message["created_at"], &message["subject"]),
        (&json!("2024-03-01T10:15:00Z"), &json!("[VIGIA] Solicitud de información - ICSR #1"))
    );
    assert_eq!(thread(&api, id), [message]);
    assert_eq!(api.mail.accepted().len(), 1);
    assert_eq!(api.get(&format!("/api/v1/icsr/{id}")).json()["estado"], "En progreso");
}

/// Each row is wrong in everything that comes after what it is refused for.
#[test]
fn checks_come_in_the_order_of_the_contract() {
    let api = Api::start_with(quiet);
    let with_contact = api.case(json!({}));
    let without_contact = api.case(json!({"reportante_contacto": null}));
    for (id, body, expected) in [
        (99, json!({"channel": "fax", "cc": "x"}), (422, "Hay campos no válidos")),
        (99, json!({"channel": "fax", "body": 5}), (422, "Hay campos no válidos")),
        (99, json!({"channel": "fax"}), (404, "ICSR no encontrado")),
        (without_contact, json!({"channel": "fax"}), (400, "Canal no soportado")),
        (without_contact, json!({"body": "x"}), (400, "Canal no soportado")),
        (without_contact, json!({"channel": null, "body": "x"}), (400, "Canal no soportado")),
        (without_contact, json!({"channel": "call", "body": "x"}), (400, "Canal no soportado")),
        (without_contact, json!({"channel": "EMAIL", "body": "x"}), (400, "Canal no soportado")),
        (without_contact, json!({"channel": "email"}), (400, "Mensaje vacío")),
        (without_contact, json!({"channel": "sms", "body": " \n\t "}), (400, "Mensaje vacío")),
        (without_contact, json!({"channel": "email", "template": "x"}), (400, "Mensaje vacío")),
        (without_contact, json!({"channel": "email", "body": "x"}), (400, "Este ICSR no tiene email del reportante")),
        (without_contact, json!({"channel": "sms", "body": "x"}), (400, "Este ICSR no tiene teléfono")),
        (without_contact, json!({"channel": "whatsapp", "body": "x"}), (400, "Este ICSR no tiene WhatsApp/teléfono")),
        (
            without_contact,
            json!({"channel": "whatsapp", "template": "t", "parameters": ["a"]}),
            (400, "Este ICSR no tiene WhatsApp/teléfono"),
        ),
        (with_contact, json!({"channel": "sms", "body": "x"}), (400, "Este ICSR no tiene teléfono")),
    ] {
        assert_eq!(send(&api, id, &body), (expected.0, expected.1.to_owned()), "{body}");
    }
    assert_eq!(thread(&api, with_contact).len() + thread(&api, without_contact).len(), 0);
}

#[test]
fn malformed_json_comes_before_everything_of_the_case() {
    let api = Api::start();
    for id in ["99", "abc"] {
        let path = format!("/api/v1/icsr/{id}/followup/send");
        assert_eq!(api.request("POST", &path).bytes(b"{\"channel\":").error().0, 400);
        assert_eq!(api.post(&path, &json!({"channel": []})).refused(), ["channel"]);
        assert_eq!(api.anonymous("POST", &path).bytes(b"{").error().0, 401);
    }
}

#[test]
fn every_field_that_cannot_be_sent_is_named() {
    let api = Api::start();
    let id = api.case(json!({}));
    let path = format!("/api/v1/icsr/{id}/followup/send");
    let body = json!({"channel": 1, "body": [], "subject": {}, "template": true, "parameters": [1, "a"], "attachments": [], "bcc": "x"});
    assert_eq!(api.post(&path, &body).refused(), ["channel", "body", "subject", "template", "parameters[0]", "attachments", "bcc"]);
    let long = json!({"channel": "email", "body": "x", "subject": "a".repeat(251)});
    assert_eq!(api.post(&path, &long).refused(), ["subject"]);
    assert_eq!(api.post(&path, &json!({"channel": "email", "body": "a\u{0}b"})).refused(), ["body"]);
}

#[test]
fn channels_without_a_provider_are_not_configured() {
    let api = Api::start_with(|setup| setup.followup.senders = Senders::default());
    let id = api.case(json!({"reportante_telefono": "999888777"}));
    for channel in ["email", "sms", "whatsapp"] {
        let answer = api.post(&format!("/api/v1/icsr/{id}/followup/send"), &json!({"channel": channel, "body": "x"}));
        assert_eq!(answer.error(), (503, "canal no configurado".into()), "{channel}");
        assert_eq!(answer.header("Retry-After"), "");
    }
    assert_eq!(thread(&api, id), [Value::Null; 0]);
}

#[test]
fn what_the_transport_says_is_answered_and_kept() {
    let not_sent = |text: &str| SendError::NotSent(text.into());
    for (script, text, status) in [
        (Script::FailPrepare(not_sent("Connection refused")), "Fallo SMTP: Connection refused", "failed"),
        (Script::FailPrepare(SendError::Refused("550 5.1.1 User unknown".into())), "Fallo SMTP: 550 5.1.1 User unknown", "failed"),
        (Script::FailTransmit(SendError::Refused("554 no".into())), "Fallo SMTP: 554 no", "failed"),
        (Script::FailTransmit(SendError::Uncertain("timeout".into())), "Fallo SMTP: resultado incierto", "uncertain"),
    ] {
        let api = Api::start_with(quiet);
        let id = api.case(json!({}));
        api.mail.next(script);
        assert_eq!(send(&api, id, &json!({"channel": "email", "body": "x"})), (502, text.into()));
        let kept = thread(&api, id);
        assert_eq!((kept.len(), &kept[0]["status"]), (1, &json!(status)), "{text}");
        api.deliver();
        assert_eq!(api.mail.accepted().len(), 0, "{text}");
    }
}

#[test]
fn a_subject_cannot_carry_headers() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let subject = "Consulta\r\nBcc: otro@mal.test\r\n\r\ncuerpo\u{0}\u{2028}x";
    let sent = api.post(&format!("/api/v1/icsr/{id}/followup/send"), &json!({"channel": "email", "body": "x", "subject": subject}));
    assert_eq!(sent.json()["subject"], "Consulta Bcc: otro@mal.test cuerpo x");
    assert_eq!(api.mail.accepted()[0].subject, "Consulta Bcc: otro@mal.test cuerpo x");
}
