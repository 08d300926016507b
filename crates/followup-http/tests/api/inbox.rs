//! Mail as it came: originals, attachments, the unassigned tray and the quarantine.

use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::ports::Clock;
use serde_json::json;

use crate::support::Api;

/// A case whose request was answered by `reply.eml`; the path of the answer.
fn answered() -> (Api, String) {
    let api = Api::start();
    let id = api.case(json!({}));
    api.deliver();
    let thread = |api: &Api| api.get(&format!("/api/v1/icsr/{id}/followup/thread")).json();
    let asked = thread(&api)["items"][0]["external_id"].as_str().unwrap().to_owned();
    api.receive(&include_str!("reply.eml").replace("ASKED", &asked));
    let message = thread(&api)["items"][1]["id"].as_i64().unwrap();
    (api, format!("/api/v1/icsr/{id}/followup/{message}"))
}

#[test]
fn an_original_is_downloaded_byte_for_byte() {
    let (api, path) = answered();
    let raw = api.get(&format!("{path}/raw"));
    assert_eq!((raw.status, raw.header("Content-Type")), (200, "message/rfc822"));
    assert_eq!(raw.header("Content-Disposition"), "attachment; filename=\"icsr-1-mensaje-2.eml\"; filename*=UTF-8''icsr-1-mensaje-2.eml");
    assert!(raw.text().starts_with("From: \"Dra. Rojas\" <rojas@clinic.test>\r\n"));
    assert!(raw.text().ends_with("--part--\r\n"));
}

#[test]
fn an_attachment_is_saved_and_never_run() {
    let (api, path) = answered();
    let html = api.get(&format!("{path}/attachments/0"));
    assert_eq!((html.status, html.text().as_str()), (200, "<script>alert(1)</script>"));
    assert_eq!(html.header("Content-Type"), "application/octet-stream");
    assert_eq!(html.header("X-Content-Type-Options"), "nosniff");
    assert_eq!(html.header("Content-Security-Policy"), "default-src 'none'; sandbox");
    let name = "attachment; filename=\"an_lisis _final_.html\"; filename*=UTF-8''an%C3%A1lisis%20_final_.html";
    assert_eq!(html.header("Content-Disposition"), name);
    assert_eq!(api.get(&format!("{path}/attachments/1")).header("Content-Type"), "application/pdf");
}

#[test]
fn what_a_message_does_not_have_is_not_found() {
    let (api, path) = answered();
    for n in ["2", "-1", "x", "99999999999999999999"] {
        assert_eq!(api.get(&format!("{path}/attachments/{n}")).error(), (404, "Adjunto no encontrado".into()), "{n}");
    }
    let other = api.case(json!({}));
    let message = path.rsplit('/').next().unwrap();
    assert_eq!(api.get(&format!("/api/v1/icsr/{other}/followup/{message}/raw")).error(), (404, "Mensaje no encontrado".into()));
    assert_eq!(api.get("/api/v1/icsr/1/followup/x/raw").error(), (404, "Mensaje no encontrado".into()));
}

#[test]
fn mail_of_no_case_is_listed_with_its_sender() {
    let api = Api::start();
    for number in 1..=3 {
        api.receive(&format!(
            "From: nuevo@reporter.test\nTo: fv@vigia.test\nSubject: Reporte {number}\nMessage-ID: <n{number}@r.test>\n\nRash.\n"
        ));
        api.clock.advance(chrono::Duration::minutes(1));
    }
    let page = api.get("/api/v1/inbox/unassigned?page=1&page_size=2").json();
    assert_eq!((&page["total"], &page["page_size"]), (&json!(3), &json!(2)));
    let first = &page["items"][0];
    assert_eq!((&first["subject"], &first["from"], &first["icsr_id"]), (&json!("Reporte 3"), &json!("nuevo@reporter.test"), &json!(null)));
    assert_eq!(api.get("/api/v1/inbox/unassigned?page_size=500&q=x").refused(), ["page_size", "q"]);
}

#[test]
fn mail_that_cannot_be_read_is_listed_with_its_reason() {
    let api = Api::start();
    let mail = NewInboundMail {
        position: MailboxPosition { mailbox: "fv@vigia.test/INBOX".into(), uid: None },
        arrived_at: api.clock.now(),
        recorded_at: api.clock.now(),
        raw: Vec::new(),
    };
    api.followup.store_mail(&mail).unwrap();
    api.followup.process_stored_mail(&|| false).unwrap();
    let page = api.get("/api/v1/inbox/quarantine").json();
    assert_eq!((&page["total"], &page["items"][0]["mailbox"]), (&json!(1), &json!("fv@vigia.test/INBOX")));
    assert_eq!(page["items"][0]["reason"], "el mensaje está vacío");
    assert_eq!(page["items"][0]["arrived_at"], "2024-03-01T10:15:00Z");
}
