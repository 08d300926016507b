//! Letters that come back and other automatic mail, as the API tells them.

use chrono::Duration;
use followup_domain::user::Role;
use serde_json::{Value, json};

use crate::support::{Api, REPORTER, quiet};

const BOUNCED: &str = "/api/v1/admin/followup/bounced-addresses";

fn path(id: i64, rest: &str) -> String {
    format!("/api/v1/icsr/{id}/followup{rest}")
}

fn report(letter: &Value, action: &str, status: &str) -> String {
    let id = letter["external_id"].as_str().unwrap();
    format!(
        "From: MAILER-DAEMON@mx.clinic.test\nTo: fv@vigia.test\nSubject: Undelivered\nMessage-ID: <dsn.{action}@mx.clinic.test>\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         This is the mail system.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.clinic.test\n\n\
         Final-Recipient: rfc822; {REPORTER}\nAction: {action}\nStatus: {status}\n\n--b\nContent-Type: text/rfc822-headers\n\n\
         From: fv@vigia.test\nMessage-ID: {id}\n\n--b--\n"
    )
}

/// A case to which a person has written.
fn written_to() -> (Api, i64, Value) {
    let api = Api::start_with(quiet);
    let id = api.case(json!({"reportante_telefono": "999888777"}));
    let sent = api.post(&path(id, "/send"), &json!({"channel": "email", "body": "¿Peso?"}));
    assert_eq!(sent.status, 201, "{}", sent.text());
    api.clock.advance(Duration::minutes(1));
    (api, id, sent.json())
}

fn last(api: &Api, id: i64) -> Value {
    api.get(&path(id, "/thread")).json()["items"].as_array().unwrap().last().unwrap().clone()
}

#[test]
fn a_bounce_is_told_in_thread_summary_list_and_badge() {
    let (api, id, letter) = written_to();
    api.receive(&report(&letter, "failed", "5.1.1"));
    let bounce = last(&api, id);
    assert_eq!(bounce["label"], "Rebote: el mensaje no se entregó");
    let expected = json!({
        "about": letter["id"], "action": "failed", "address": REPORTER, "permanence": "hard", "reason": "unknown_user",
        "status": "5.1.1", "text": "la dirección no existe (5.1.1)",
    });
    assert_eq!(bounce["report"], expected);
    let failed = &api.get(&path(id, "/thread")).json()["items"][0];
    assert_eq!((&failed["status"], &failed["delivery"]), (&json!("failed"), &json!("bounced")));
    assert_eq!(failed["error"], "la dirección no existe (5.1.1)");
    let reason = "la dirección rebotó: la dirección no existe (5.1.1)";
    let proposed = json!({"channel": "call", "to": "+51999888777", "reason": reason});
    assert_eq!(api.get(&path(id, "")).json()["proposed_contact"], proposed);
    assert_eq!(api.get("/api/v1/followup/badge").json()["bounced"], 1);
    let listed = json!({
        "address": REPORTER, "held": true, "permanence": "hard", "reason": "unknown_user", "status": "5.1.1",
        "text": "la dirección no existe (5.1.1)", "failures": 1, "message_id": letter["id"], "at": "2024-03-01T10:16:00Z",
    });
    assert_eq!(api.get(BOUNCED).json(), json!({"items": [listed], "total": 1, "page": 1, "page_size": 20}));
}

#[test]
fn a_held_address_takes_a_reason_or_is_cleared_with_one() {
    let (api, id, letter) = written_to();
    api.receive(&report(&letter, "failed", "5.1.1"));
    let told = "La dirección rebotó: la dirección no existe (5.1.1); use otro contacto o indique por qué se le escribe de todos modos (`override_reason`)";
    let send = |body: &Value| api.post(&path(id, "/send"), body);
    let resend = |body: &Value| api.post(&path(id, &format!("/{}/resend", letter["id"])), body);
    let attempt = api.post(&path(id, "/attempts"), &json!({"due_at": "2024-06-10T14:00:00Z", "label": "x"})).json();
    let now = |body: &Value| api.post(&path(id, &format!("/attempts/{}/send", attempt["id"])), body);
    assert_eq!(send(&json!({"channel": "email", "body": "x"})).error(), (409, told.into()));
    assert_eq!(resend(&json!({"reason": "x"})).error(), (409, told.into()));
    assert_eq!(now(&json!({"reason": "x"})).error(), (409, told.into()));
    let why = "lo confirmó por teléfono";
    assert_eq!(send(&json!({"channel": "email", "body": "x", "override_reason": why})).status, 201);
    assert_eq!(resend(&json!({"override_reason": why})).status, 201);
    assert_eq!(now(&json!({"override_reason": why})).status, 201);
    assert_eq!(send(&json!({"channel": "email", "body": "x", "override_reason": " "})).error(), (409, told.into()));

    let clear = |address: &str, body: &Value| api.post(&format!("{BOUNCED}/{address}/clear"), body);
    assert_eq!(clear(REPORTER, &json!({})).refused(), ["reason"]);
    assert_eq!(clear("no", &json!({"reason": "x"})).refused(), ["address"]);
    assert_eq!(clear("Rojas@Clinic.test", &json!({"reason": "volvió a servir"})).status, 204);
    let unknown = (404, "En esta dirección no falló ningún mensaje".to_owned());
    assert_eq!(clear(REPORTER, &json!({"reason": "x"})).error(), unknown);
    assert_eq!(send(&json!({"channel": "email", "body": "x"})).status, 201);
    assert_eq!(api.get(&path(id, "")).json()["proposed_contact"], Value::Null);
    let deciders = [Role::Admin, Role::Qf, Role::ResponsableFv];
    api.only("GET", BOUNCED, &deciders);
    api.only("POST", &format!("{BOUNCED}/{REPORTER}/clear"), &deciders);
}

#[test]
fn a_notice_of_a_delay_is_called_so_in_the_tray_and_when_it_is_assigned_and_linked() {
    let (api, id, letter) = written_to();
    let stray = report(&letter, "delayed", "4.4.1").replace(letter["external_id"].as_str().unwrap(), "<lost@elsewhere.test>");
    api.receive(&stray);
    let label = "Aviso de demora: el servidor sigue intentando la entrega";
    let mail = api.get("/api/v1/inbox/unassigned").json()["items"][0].clone();
    assert_eq!((&mail["label"], &mail["report"]["action"]), (&json!(label), &json!("delayed")), "{mail}");
    let assign = format!("/api/v1/inbox/unassigned/{}/assign", mail["id"]);
    let assigned = api.post(&assign, &json!({"icsr_id": id, "confirm": false})).json();
    assert_eq!((&assigned["label"], &assigned["report"]["action"]), (&json!(label), &json!("delayed")), "{assigned}");
    let link = path(id, &format!("/{}/link", mail["id"]));
    let linked = api.post(&link, &json!({"parent_id": letter["id"]})).json();
    assert_eq!(linked["label"], label, "{linked}");
}

#[test]
fn each_kind_of_automatic_mail_has_its_label_and_none_is_an_answer() {
    let reply = |letter: &Value, mark: &str| {
        let id = letter["external_id"].as_str().unwrap();
        format!("From: {REPORTER}\nTo: fv@vigia.test\nSubject: Re\nMessage-ID: <a@clinic.test>\nIn-Reply-To: {id}\n{mark}\n\nEstoy fuera\n")
    };
    let copy = |letter: &Value| {
        format!("From: fv@vigia.test\nTo: {REPORTER}\nSubject: x\nMessage-ID: {}\n\ncopia\n", letter["external_id"].as_str().unwrap())
    };
    type Mail<'a> = &'a dyn Fn(&Value) -> String;
    let mails: [(Mail<'_>, &str); 6] = [
        (&|letter| report(letter, "delayed", "4.4.1"), "Aviso de demora: el servidor sigue intentando la entrega"),
        (&|letter| report(letter, "delivered", "2.0.0"), "Aviso de entrega o lectura"),
        (&|letter| reply(letter, "Auto-Submitted: auto-replied"), "Respuesta automática: nadie ha contestado"),
        (
            &|letter| reply(letter, "Auto-Submitted: auto-replied").replace("Estoy fuera", "Estoy fuera. Regreso el 15 de marzo de 2024."),
            "Respuesta automática: vuelve a leer su correo el 15/03/2024",
        ),
        (
            &|letter| reply(letter, "Auto-Submitted: auto-replied").replace("Subject: Re", "Subject: Please confirm your message"),
            "El servidor pide una confirmación: nadie leyó el mensaje",
        ),
        (&copy, "Copia de un mensaje de la unidad"),
    ];
    for (mail, label) in mails {
        let (api, id, letter) = written_to();
        api.receive(&mail(&letter));
        let shown = last(&api, id);
        assert_eq!(shown["label"], label, "{shown}");
        let summary = api.get(&path(id, "")).json();
        assert_eq!((&summary["unread"], &summary["proposed_contact"]), (&json!(0), &Value::Null), "{label}");
        let sent = api.get(&path(id, "/thread")).json()["items"][0].clone();
        assert_eq!(sent["status"], "sent", "{label}");
    }
    let (api, id, letter) = written_to();
    api.receive(&reply(&letter, "X-Mailer: x"));
    assert_eq!(last(&api, id).get("label"), None, "a person's answer has none");
}
