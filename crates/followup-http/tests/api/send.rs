//! Writing to the reporter: what is checked, in which order, and what the transport's answers become.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use followup_app::{CloseRequest, Senders};
use followup_domain::asking::request::{Letter, LetterRenderer, RenderError, RequestLetter};
use followup_domain::audit::Actor;
use followup_domain::case::ClosureReason;
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use serde_json::{Value, json};

use crate::support::{Answer, Api, GONE, REPORTER, failing, quiet};

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
        (99, json!({"channel": "fax", "body": "a\u{0}b"}), (422, "Hay campos no válidos")),
        (99, json!({"channel": "fax", "template": "\u{0}"}), (422, "Hay campos no válidos")),
        (99, json!({"channel": "fax", "subject": "a".repeat(251)}), (422, "Hay campos no válidos")),
        (99, json!({"channel": "email", "body": "x", "template": "t"}), (422, "Hay campos no válidos")),
        (99, json!({"channel": "sms", "body": "ó".repeat(4 * 67 + 1)}), (422, "Hay campos no válidos")),
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
    let too_long = api.post(&path, &json!({"channel": "sms", "body": "ó".repeat(4 * 67 + 1)}));
    assert_eq!(too_long.refused(), ["body"]);
    assert!(too_long.json().to_string().contains("el SMS ocupa 5 partes y se admiten 4"));
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

fn block(api: &Api) {
    let blocked = api.put(&format!("/api/v1/admin/followup/do-not-contact/{REPORTER}"), &json!({"reason": "lo pidió"}));
    assert_eq!(blocked.status, 200, "{}", blocked.text());
}

fn close(api: &Api, id: i64) {
    let closed = api.post(&format!("/api/v1/icsr/{id}/followup/close"), &json!({"reason": "declined", "notes": "No desea continuar."}));
    assert_eq!(closed.status, 200, "{}", closed.text());
}

#[test]
fn what_is_forbidden_is_told_before_what_cannot_be_done_here() {
    let api = Api::start_with(|setup| {
        quiet(setup);
        setup.followup.senders = Senders::default();
    });
    let id = api.case(json!({}));
    let body = json!({"channel": "email", "body": "x"});
    assert_eq!(send(&api, id, &body), (503, "canal no configurado".into()));
    block(&api);
    assert_eq!(send(&api, id, &body), (409, "La dirección pidió no ser contactada".into()));
    close(&api, id);
    assert_eq!(send(&api, id, &body), (409, "El seguimiento de este ICSR está cerrado".into()));
}

/// Three ways in which a person sends: a message, a failed message again, an attempt's letter.
fn ways() -> Vec<(Api, Arc<AtomicUsize>, i64, String)> {
    ["send", "resend", "attempts"]
        .into_iter()
        .map(|way| {
            let mut failures = None;
            let api = Api::start_with(|setup| {
                quiet(setup);
                failures = Some(failing(setup));
            });
            let id = api.case(json!({}));
            let path = format!("/api/v1/icsr/{id}/followup");
            let rest = match way {
                "send" => "send".to_owned(),
                "resend" => {
                    api.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
                    assert_eq!(send(&api, id, &json!({"channel": "email", "body": "x"})).0, 502);
                    format!("{}/resend", thread(&api, id)[0]["id"])
                }
                _ => {
                    api.post(&format!("{path}/plan"), &json!({"plan_id": 1, "base_at": "2024-03-02T00:00:00Z"}));
                    "attempts/1/send".to_owned()
                }
            };
            (api, failures.unwrap(), id, format!("{path}/{rest}"))
        })
        .collect()
}

fn ask(api: &Api, path: &str) -> Answer {
    let body = if path.ends_with("/followup/send") { json!({"channel": "email", "body": "x"}) } else { json!({}) };
    api.post(path, &body)
}

#[test]
fn nobody_is_told_to_try_again_what_may_have_left() {
    for (api, failures, id, path) in ways() {
        let gone = failures.clone();
        api.mail.during_transmit(move || gone.store(GONE, Ordering::SeqCst));
        assert_eq!(ask(&api, &path).error(), (502, "Fallo SMTP: resultado incierto".into()), "{path}");
        failures.store(0, Ordering::SeqCst);
        assert_eq!(api.mail.accepted().len(), 1, "{path}");
        assert_eq!(thread(&api, id).last().unwrap()["delivery"], "transmitting", "{path}");
    }
}

#[test]
fn what_certainly_did_not_leave_may_be_tried_again() {
    for (api, failures, id, path) in ways() {
        // It cannot be committed that the message may leave; afterwards the store tells that it did not.
        api.mail.during_prepare(move || failures.store(1, Ordering::SeqCst));
        assert_eq!(ask(&api, &path).status, 503, "{path}");
        assert_eq!(api.mail.accepted().len(), 0, "{path}");
        assert_eq!(thread(&api, id).last().unwrap()["delivery"], "queued", "{path}");
    }
}

#[test]
fn what_is_stopped_at_the_door_is_a_conflict_and_no_failure_of_the_transport() {
    for (api, _, id, path) in ways() {
        let app = api.followup.clone();
        api.mail.during_prepare(move || {
            let request = CloseRequest { reason: ClosureReason::Declined, notes: "No desea".into(), override_reason: None };
            app.close_followup(&Actor::Service("test"), CaseId(id), &request).unwrap();
        });
        assert_eq!(ask(&api, &path).error(), (409, "No se envió: seguimiento cerrado".into()), "{path}");
        assert_eq!(thread(&api, id).last().unwrap()["status"], "skipped", "{path}");
    }
}

struct BrokenTemplates;

impl LetterRenderer for BrokenTemplates {
    fn render(&self, _: Channel, _: &RequestLetter) -> Result<Letter, RenderError> {
        Err(RenderError("/etc/followup/letters/request.txt:3: secret".into()))
    }
}

#[test]
fn a_template_that_cannot_be_rendered_is_ours_to_mend_and_its_words_are_for_the_log() {
    let api = Api::start_with(|setup| {
        quiet(setup);
        setup.followup.letters = Arc::new(BrokenTemplates);
    });
    let id = api.case(json!({}));
    let path = format!("/api/v1/icsr/{id}/followup");
    api.post(&format!("{path}/plan"), &json!({"plan_id": 1, "base_at": "2024-03-02T00:00:00Z"}));
    for answer in
        [api.post(&format!("{path}/attempts/1/send"), &json!({})), api.post(&format!("{path}/draft"), &json!({"channel": "email"}))]
    {
        assert_eq!(answer.error(), (500, "Error interno".into()));
        assert!(!answer.json()["id"].as_str().unwrap().is_empty() && !answer.text().contains("secret"), "{}", answer.text());
    }
}

#[test]
fn a_logged_call_is_not_sent_again_and_a_due_one_is_not_sent() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({"reportante_telefono": "999888777"}));
    let path = format!("/api/v1/icsr/{id}/followup");
    let call = api.post(&format!("{path}/calls"), &json!({"outcome": "no_answer", "notes": ""})).json()["id"].clone();
    let unsupported = (400, "Canal no soportado".to_owned());
    assert_eq!(api.post(&format!("{path}/{call}/resend"), &json!({})).error(), unsupported);
    let due = json!({"due_at": "2024-03-02T00:00:00Z", "label": "Llamar", "channel": "call"});
    let due = api.post(&format!("{path}/attempts"), &due).json()["id"].clone();
    assert_eq!(api.post(&format!("{path}/attempts/{due}/send"), &json!({})).error(), unsupported);
}
