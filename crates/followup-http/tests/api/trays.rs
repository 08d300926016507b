//! The trays: what people decide about mail that found no case, or could not be read.

use followup_domain::ids::MessageId;
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail, UnfetchedMail};
use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_domain::message::MailFlag;
use followup_domain::ports::{Clock, StoreError, StoreExt};
use serde_json::{Value, json};

use crate::support::{Api, REPORTER, quiet};

const UNASSIGNED: &str = "/api/v1/inbox/unassigned";
const QUARANTINE: &str = "/api/v1/inbox/quarantine";

/// A mail of no case; its path.
fn lost(api: &Api, from: &str, body: &str) -> String {
    api.receive(&format!("From: \"Dra. Rojas\" <{from}>\nTo: fv@vigia.test\nSubject: Datos\n\n{body}\n"));
    format!("{UNASSIGNED}/{}", api.get(UNASSIGNED).json()["items"][0]["id"])
}

/// A mail that cannot be read; its path.
fn broken(api: &Api) -> String {
    let position = MailboxPosition { mailbox: "fv@vigia.test/INBOX".into(), uid: None };
    let now = api.clock.now();
    api.followup.store_mail(&NewInboundMail { position, arrived_at: now, recorded_at: now, raw: b"nada".to_vec() }).unwrap();
    api.followup.process_stored_mail(&|| false).unwrap();
    format!("{QUARANTINE}/{}", api.get(QUARANTINE).json()["items"][0]["id"])
}

#[test]
fn the_tray_says_to_which_case_a_mail_may_belong() {
    let api = Api::start();
    let id = api.case(json!({}));
    api.deliver();
    lost(&api, REPORTER, "68 kg");
    let item = api.get(UNASSIGNED).json()["items"][0].clone();
    let reason = format!("mismo remitente, caso #{id} abierto");
    assert_eq!(item["suggestions"], json!([{"icsr_id": id, "reason": reason, "confidence": "medium"}]));
    assert_eq!(item["clock"], json!({"day_zero": "2024-03-01", "days_since_arrival": 0, "may_be_new_case": true}));
    assert_eq!((&item["classification"], &item["forged_reply_address"], item.get("match")), (&json!("human"), &json!(false), None));
}

#[test]
fn what_people_should_know_of_a_mail_is_said_in_words() {
    let api = Api::start();
    let id = api.case(json!({}));
    api.deliver();
    lost(&api, REPORTER, "68 kg");
    let mail = MessageId(api.get(UNASSIGNED).json()["items"][0]["id"].as_i64().unwrap());
    let reason = followup_words::matching::flag(MailFlag::ForgedReplyAddress);
    api.followup.store.write::<_, StoreError>(|tx| tx.readings().insert_flag(mail, MailFlag::ForgedReplyAddress)).unwrap();
    let item = api.get(UNASSIGNED).json()["items"][0].clone();
    assert_eq!((&item["warnings"], &item["forged_reply_address"]), (&json!([reason]), &json!(true)));
    let assigned = api.post(&format!("{UNASSIGNED}/{mail}/assign"), &json!({"icsr_id": id}));
    let thread = || api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json();
    assert_eq!((assigned.status, &assigned.json()), (200, &thread()["items"][1]), "the call and the thread show one message");
    assert_eq!((thread()["items"][0].get("warnings"), &thread()["items"][1]["warnings"]), (None, &json!([reason])));
}

#[test]
fn an_assigned_mail_says_how_it_came_to_its_case() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let path = lost(&api, REPORTER, "68 kg");
    let assigned = api.post(&format!("{path}/assign"), &json!({"icsr_id": id}));
    assert_eq!(assigned.status, 200, "{}", assigned.text());
    let expected = json!({"kind": "manual", "confidence": "high", "reason": "Una persona lo asignó al caso", "confirmed": true});
    assert_eq!((&assigned.json()["icsr_id"], &assigned.json()["match"]), (&json!(id), &expected));
    assert_eq!(api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json()["items"][0]["match"], expected);
    assert_eq!(api.post(&format!("{path}/assign"), &json!({"icsr_id": id})).status, 200);
    let other = api.case(json!({}));
    let taken = (409, format!("El correo ya es del ICSR #{id}"));
    assert_eq!(api.post(&format!("{path}/assign"), &json!({"icsr_id": other})).error(), taken);
    assert_eq!(api.request("POST", &format!("{path}/case")).send().error(), taken);
    assert_eq!(api.get(UNASSIGNED).json()["total"], 0);
}

#[test]
fn what_is_wrong_with_an_assignment_is_named() {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    let path = lost(&api, REPORTER, "68 kg");
    let assign = |body: &Value| api.post(&format!("{path}/assign"), body);
    assert_eq!(assign(&json!({"confirm": "sí", "x": 1})).refused(), ["icsr_id", "confirm", "x"]);
    assert_eq!(assign(&json!({"icsr_id": 4711})).error(), (404, "ICSR no encontrado".into()));
    assert_eq!(assign(&json!({"icsr_id": id, "parent_id": 4711})).error(), (404, "Mensaje no encontrado".into()));
    for id in ["4711", "x", "0"] {
        let answer = api.post(&format!("{UNASSIGNED}/{id}/assign"), &json!({"icsr_id": 1}));
        assert_eq!(answer.error(), (404, "Mensaje no encontrado".into()), "{id}");
    }
}

#[test]
fn a_mail_becomes_a_case() {
    let api = Api::start_with(quiet);
    let path = lost(&api, "nueva@clinic.test", "Erupción en la piel");
    let created = api.post(&format!("{path}/case"), &json!({"producto_sospechoso": "Paracetamol"}));
    assert_eq!(created.status, 201, "{}", created.text());
    let case = created.json();
    for (field, value) in [
        ("fecha_recepcion", "2024-03-01"),
        ("reportante_nombre", "Dra. Rojas"),
        ("reportante_email", "nueva@clinic.test"),
        ("descripcion_evento", "Erupción en la piel"),
        ("producto_sospechoso", "Paracetamol"),
    ] {
        assert_eq!(case[field], value, "{field}");
    }
    let thread = api.get(&format!("/api/v1/icsr/{}/followup/thread", case["id"])).json();
    assert_eq!((&thread["total"], &thread["items"][0]["body"]), (&json!(1), &json!("Erupción en la piel")));
    let path = lost(&api, "otra@clinic.test", "x");
    assert_eq!(api.post(&format!("{path}/case"), &json!({"numero": {}, "nada": 1})).refused(), ["numero", "nada"]);
    assert_eq!(api.request("POST", &format!("{path}/case")).send().status, 201, "a body is not needed");
}

#[test]
fn a_mail_that_was_set_aside_is_listed_with_its_reason() {
    let api = Api::start_with(quiet);
    let path = lost(&api, "promo@shop.test", "Compre");
    assert_eq!(api.post(&format!("{path}/discard"), &json!({"reason": " "})).refused(), ["reason"]);
    let discard = json!({"reason": "publicidad", "actor": "user:qf", "at": "2024-03-01T10:15:00Z"});
    assert_eq!(api.post(&format!("{path}/discard"), &json!({"reason": "publicidad"})).json(), discard);
    assert_eq!(api.get(UNASSIGNED).json()["total"], 0);
    let listed = api.get(&format!("{UNASSIGNED}?state=discarded")).json();
    assert_eq!((&listed["total"], &listed["items"][0]["discarded"]), (&json!(1), &discard));
    assert_eq!(api.get(&format!("{UNASSIGNED}?state=nada")).refused(), ["state"]);
    let id = api.case(json!({}));
    assert_eq!(api.post(&format!("{path}/assign"), &json!({"icsr_id": id})).status, 200);
}

#[test]
fn the_original_and_the_attachments_of_a_mail_without_a_case_are_downloaded() {
    let api = Api::start_with(quiet);
    api.receive(include_str!("reply.eml"));
    let path = format!("{UNASSIGNED}/{}", api.get(UNASSIGNED).json()["items"][0]["id"]);
    let raw = api.get(&format!("{path}/raw"));
    assert_eq!((raw.status, raw.header("Content-Type")), (200, "message/rfc822"));
    assert!(raw.text().starts_with("From: \"Dra. Rojas\""));
    assert_eq!(api.get(&format!("{path}/attachments/0")).text(), "<script>alert(1)</script>");
    assert_eq!(api.get(&format!("{path}/attachments/9")).error(), (404, "Adjunto no encontrado".into()));
    let id = api.case(json!({}));
    api.post(&format!("{path}/assign"), &json!({"icsr_id": id}));
    assert_eq!(api.get(&format!("{path}/raw")).error(), (404, "Mensaje no encontrado".into()), "it is the case's now");
}

#[test]
fn a_mail_in_quarantine_is_tried_again_set_aside_and_downloaded() {
    let api = Api::start_with(quiet);
    let path = broken(&api);
    assert_eq!(api.get(&format!("{path}/raw")).text(), "nada");
    let tried = api.request("POST", &format!("{path}/retry")).send().json();
    assert_eq!(tried["state"], "quarantined");
    assert_eq!(tried["reason"], "no empieza con ninguna cabecera de correo; se guardó como llegó");
    let discard = api.post(&format!("{path}/discard"), &json!({"reason": "vacío"})).json();
    assert_eq!((&discard["reason"], &api.get(QUARANTINE).json()["total"]), (&json!("vacío"), &json!(0)));
    assert_eq!(api.get(&format!("{QUARANTINE}?state=discarded")).json()["items"][0]["discarded"], discard);
    assert_eq!(api.request("POST", &format!("{path}/retry")).send().json()["state"], "quarantined", "it is back");
    assert_eq!(api.get(QUARANTINE).json()["total"], 1);
    for call in ["raw", "retry", "discard"] {
        let method = if call == "raw" { "GET" } else { "POST" };
        let request = api.request(method, &format!("{QUARANTINE}/4711/{call}"));
        let answer = if call == "discard" { request.json(&json!({"reason": "x"})) } else { request.send() };
        assert_eq!(answer.error(), (404, "Correo no encontrado".into()), "{call}");
    }
}

#[test]
fn mail_that_is_understood_now_leaves_the_quarantine() {
    let api = Api::start_with(quiet);
    let position = MailboxPosition { mailbox: "x".into(), uid: None };
    let now = api.clock.now();
    let raw = b"From: a@b.test\r\nSubject: x\r\n\r\nhola\r\n".to_vec();
    let id = api.followup.store_mail(&NewInboundMail { position, arrived_at: now, recorded_at: now, raw }).unwrap().id();
    // What an earlier release could not read.
    followup_domain::ports::StoreExt::write::<_, followup_domain::ports::StoreError>(&*api.followup.store, |tx| {
        tx.inbox().record_quarantined(id, "x")
    })
    .unwrap();
    let tried = api.request("POST", &format!("{QUARANTINE}/{id}/retry")).send().json();
    assert_eq!((&tried["state"], tried.get("icsr_id")), (&json!("processed"), None));
    assert_eq!((&api.get(QUARANTINE).json()["total"], &api.get(UNASSIGNED).json()["total"]), (&json!(0), &json!(1)));
    let again = api.request("POST", &format!("{QUARANTINE}/{id}/retry")).send();
    assert_eq!(again.error(), (409, "El correo no está en cuarentena".into()));
}

#[test]
fn a_mail_without_bytes_is_asked_for_again_and_a_part_of_one_is_not_read_as_a_whole() {
    let api = Api::start_with(quiet);
    let now = api.clock.now();
    let mailbox = "fv@vigia.test/INBOX".to_owned();
    let withheld = UnfetchedMail { mailbox: mailbox.clone(), uid: (1, 5), arrived_at: now, recorded_at: now, reason: "no dado".into() };
    let id = api.followup.quarantine_unfetched(&withheld).unwrap().id();
    let retry = |id| api.request("POST", &format!("{QUARANTINE}/{id}/retry")).send();
    assert_eq!(retry(id).json(), json!({"state": "requested"}));
    assert_eq!([api.followup.take_retry_request(&mailbox), api.followup.take_retry_request(&mailbox)], [Ok(true), Ok(false)]);
    assert_eq!(api.get(&format!("{QUARANTINE}/{id}/raw")).status, 404);
    let position = MailboxPosition { mailbox, uid: Some((1, 6)) };
    let part = NewInboundMail { position, arrived_at: now, recorded_at: now, raw: b"From: a@b.test\r\n\r\n".to_vec() };
    let part = api.followup.store_part_of_mail(&part, "el mensaje mide 90 MB").unwrap().id();
    assert_eq!(retry(part).error(), (409, "Solo se guardó la cabecera del correo; está completo en el buzón".into()));
}

#[test]
fn a_mailbox_that_was_set_back_is_an_alarm_until_somebody_has_seen_it() {
    let api = Api::start_with(quiet);
    let mailbox = "fv@vigia.test/INBOX";
    api.followup.record_mailbox_trouble(mailbox, MailboxTrouble::SetBack).unwrap();
    api.followup.record_mailbox_read(mailbox).unwrap();
    let alarm = || api.followup.mailbox_health().unwrap()[0].alarm_since.is_some();
    assert!(alarm());
    assert_eq!(api.get("/api/v1/followup/badge").json()["mailboxes"][0]["trouble"], "set_back");
    let acknowledge = |body: &Value| api.post("/api/v1/admin/mailboxes/acknowledge", body);
    assert_eq!(acknowledge(&json!({})).refused(), ["mailbox"]);
    assert_eq!(acknowledge(&json!({"mailbox": mailbox})).status, 204);
    assert!(!alarm());
    assert_eq!(acknowledge(&json!({"mailbox": mailbox})).error(), (404, "Ese buzón no volvió a un estado anterior".into()));
}
