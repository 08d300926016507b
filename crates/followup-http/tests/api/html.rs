//! The HTML of a mail is shown without anything that runs, loads or sends; what cannot be read is said to be so.

use serde_json::{Value, json};

use crate::support::Api;

/// Receives an answer with these MIME lines, and tells the path of its message.
fn answered_with(mime: &str) -> (Api, String, Value) {
    let api = Api::start();
    let id = api.case(json!({}));
    api.deliver();
    let thread = format!("/api/v1/icsr/{id}/followup/thread");
    let asked = api.get(&thread).json()["items"][0]["external_id"].as_str().unwrap().to_owned();
    api.receive(&format!(
        "From: rojas@clinic.test\nTo: fv@vigia.test\nSubject: Re: ICSR\nMessage-ID: <h1@clinic.test>\nIn-Reply-To: {asked}\nMIME-Version: 1.0\n{mime}"
    ));
    let item = api.get(&thread).json()["items"][1].clone();
    (api, format!("/api/v1/icsr/{id}/followup/{}", item["id"]), item)
}

#[test]
fn a_mails_html_is_shown_harmless_and_says_what_it_leaves_out() {
    let html = "<script>alert(1)</script><p onclick=x>Lote <b>A-1</b></p><img src=http://t.example/x><img src='cid:i'><img src='cid:no'>";
    let (api, path, item) = answered_with(&format!(
        "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b\nContent-Type: image/png\n\
         Content-ID: <i>\nContent-Transfer-Encoding: base64\n\niVBORw==\n--b--\n"
    ));
    assert_eq!((&item["has_html"], &item["attachments"][0]["content_id"]), (&json!(true), &json!("i")));
    let page = api.get(&format!("{path}/html"));
    assert_eq!((page.status, page.header("Content-Type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("Content-Security-Policy").to_owned();
    for part in ["default-src 'none'", "img-src data:", "form-action 'none'", "base-uri 'none'", "; sandbox"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("allow-") && !policy.contains("script"), "{policy}");
    assert_eq!((page.header("X-Content-Type-Options"), page.header("Cache-Control")), ("nosniff", "no-store"));
    let text = page.text();
    assert!(text.contains("<p>Lote <b>A-1</b></p>") && text.contains("data:image/png;base64,iVBORw=="), "{text}");
    assert!(text.contains("No se muestra 1 imagen externa") && text.contains("No se muestra 1 imagen del propio correo"), "{text}");
    assert!(!text.contains("script") && !text.contains("t.example") && !text.contains("onclick"), "{text}");
}

#[test]
fn a_message_without_html_says_so() {
    let (api, path, item) = answered_with("Content-Type: text/plain\n\n<p>x</p>\n");
    assert_eq!(item.get("has_html"), None);
    let missing = (404, "Este mensaje no tiene versión HTML; su texto está en la conversación".to_owned());
    assert_eq!(api.get(&format!("{path}/html")).error(), missing);
    // Neither has one of ours.
    let ours = path.rsplit_once('/').unwrap().0;
    assert_eq!(api.get(&format!("{ours}/1/html")).error(), missing);
    assert_eq!(api.get(&format!("{ours}/999/html")).error(), (404, "Mensaje no encontrado".into()));
    assert_eq!(api.get("/api/v1/icsr/999/followup/1/html").error(), (404, "ICSR no encontrado".into()));
    assert_eq!(api.anonymous("GET", &format!("{path}/html")).send().status, 401);
}

#[test]
fn a_winmail_dat_is_said_to_be_unreadable() {
    let (_, _, item) = answered_with(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nvea adjunto\n--b\nContent-Type: application/ms-tnef; name=\"winmail.dat\"\n\
         Content-Transfer-Encoding: base64\n\neJ8+Ig==\n--b\nContent-Type: application/pdf; name=\"a.pdf\"\n\n%PDF\n--b--\n",
    );
    let (locked, open) = (&item["attachments"][0], &item["attachments"][1]);
    assert_eq!((&locked["name"], &locked["unreadable"]), (&json!("winmail.dat"), &json!(true)));
    assert!(locked["note"].as_str().unwrap().contains("Pida al remitente"), "{locked}");
    assert_eq!((open.get("unreadable"), open.get("note")), (None, None));
}

#[test]
fn the_html_of_a_mail_without_a_case_is_shown_harmless_too() {
    let api = Api::start();
    api.receive(
        "From: a@b.test\nTo: fv@vigia.test\nSubject: x\nMessage-ID: <t1@b.test>\nMIME-Version: 1.0\nContent-Type: text/html\n\n<script>x</script><p>Rash</p>\n",
    );
    let id = api.get("/api/v1/inbox/unassigned").json()["items"][0]["id"].clone();
    let path = format!("/api/v1/inbox/unassigned/{id}/html");
    let page = api.get(&path);
    assert_eq!((page.status, page.header("Content-Type")), (200, "text/html; charset=utf-8"));
    assert!(page.header("Content-Security-Policy").contains("sandbox"));
    let text = page.text();
    assert!(text.contains("<p>Rash</p>") && !text.contains("script"), "{text}");
    assert_eq!(api.anonymous("GET", &path).send().status, 401);
    assert_eq!(api.get("/api/v1/inbox/unassigned/999/html").error(), (404, "Mensaje no encontrado".into()));
}
