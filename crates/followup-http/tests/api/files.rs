//! Files that go with a message.

use followup_domain::user::Role;
use serde_json::{Value, json};

use crate::support::{Answer, Api, quiet};

const FORM: &[u8] = b"%PDF-1.7\n%%EOF\0\xff";

fn path(id: i64, rest: &str) -> String {
    format!("/api/v1/icsr/{id}/followup/{rest}")
}

fn upload(api: &Api, id: i64, name: &str, bytes: &[u8]) -> Answer {
    api.request("POST", &path(id, &format!("attachments?name={name}"))).bytes(bytes)
}

fn started() -> (Api, i64) {
    let api = Api::start_with(quiet);
    let id = api.case(json!({}));
    (api, id)
}

#[test]
fn a_file_is_uploaded_sent_shown_and_downloaded() {
    let (api, id) = started();
    let kept = upload(&api, id, "Formulario%20n.%C2%BA%201.pdf", FORM);
    assert_eq!(kept.status, 201, "{}", kept.text());
    let kept = kept.json();
    let expected = json!({
        "id": kept["id"], "name": "Formulario n.º 1.pdf", "content_type": "application/pdf", "size": FORM.len(), "sha256": kept["sha256"],
        "uploaded_at": "2024-03-01T10:15:00Z",
    });
    assert_eq!(kept, expected);
    assert_eq!(api.get(&path(id, "attachments")).json(), json!({"items": [expected], "total": 1}));
    let again = upload(&api, id, "Formulario%20n.%C2%BA%201.pdf", FORM);
    assert_eq!((again.status, &again.json()["id"]), (200, &kept["id"]));
    let sent = api.post(&path(id, "send"), &json!({"channel": "email", "body": "Adjunto.", "attachments": [kept["id"]]}));
    assert_eq!(sent.status, 201, "{}", sent.text());
    let sent = sent.json();
    let described = json!([{
        "n": 0, "name": "Formulario n.º 1.pdf", "content_type": "application/pdf", "size": FORM.len(), "sha256": kept["sha256"],
    }]);
    assert_eq!((&sent["attachments"], &api.get(&path(id, "thread")).json()["items"][0]["attachments"]), (&described, &described));
    assert_eq!(api.mail.accepted()[0].files[0].bytes, FORM);
    let file = api.get(&path(id, &format!("{}/attachments/0", sent["id"])));
    assert_eq!((file.header("Content-Type"), file.body.as_slice()), ("application/pdf", FORM));
    assert!(file.header("Content-Disposition").contains("Formulario%20n.%C2%BA%201.pdf"), "{}", file.header("Content-Disposition"));
    assert_eq!(api.get(&path(id, "attachments")).json(), json!({"items": [], "total": 0}));
}

#[test]
fn what_is_not_sent_is_refused_with_a_reason() {
    let (api, id) = started();
    assert_eq!(upload(&api, id, "a.pdf", b"").error(), (400, "El archivo está vacío".into()));
    let kinds = "Este tipo de archivo no se envía: solo PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, GIF o WEBP";
    for bytes in [&b"MZ\x90"[..], b"<html>", b"<svg/>", b"PK\x03\x04"] {
        assert_eq!(upload(&api, id, "a.pdf", bytes).error(), (415, kinds.into()));
    }
    for name in ["a.exe", "a.png", "..", ".pdf"] {
        assert_eq!(upload(&api, id, name, FORM).refused(), ["name"], "{name}");
    }
    assert_eq!(api.request("POST", &path(id, "attachments?x=1")).bytes(FORM).refused(), ["name", "x"]);
    assert_eq!(upload(&api, 99, "a.pdf", FORM).error(), (404, "ICSR no encontrado".into()));
    let large = [b"%PDF-".to_vec(), vec![b' '; 10 * 1024 * 1024]].concat();
    assert_eq!(upload(&api, id, "a.pdf", &large).error(), (413, "El cuerpo de la petición es demasiado grande".into()));
    assert_eq!(api.get(&path(id, "attachments")).json()["total"], 0);
}

#[test]
fn a_file_that_waits_is_dropped_and_one_that_nobody_uploaded_is_not_sent() {
    let (api, id) = started();
    let kept = upload(&api, id, "a.pdf", FORM).json();
    let one = path(id, &format!("attachments/{}", kept["id"]));
    let send = |attachments: Value| api.post(&path(id, "send"), &json!({"channel": "email", "body": "x", "attachments": attachments}));
    assert_eq!(api.request("DELETE", &one).send().status, 204);
    assert_eq!(api.request("DELETE", &one).send().error(), (404, "Archivo no encontrado".into()));
    assert_eq!(api.request("DELETE", &path(99, "attachments/1")).send().error(), (404, "ICSR no encontrado".into()));
    assert_eq!(send(json!([kept["id"]])).refused(), ["attachments[0]"]);
    assert_eq!(send(json!(["1", 2.5])).refused(), ["attachments[0]", "attachments[1]"]);
    assert_eq!(send(json!([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])).refused(), ["attachments"]);
    let sms = api.post(&path(id, "send"), &json!({"channel": "sms", "body": "x", "attachments": [1]}));
    assert_eq!(sms.refused(), ["attachments"]);
    assert_eq!(api.mail.accepted().len(), 0);
}

#[test]
fn who_sends_letters_uploads_what_goes_with_them() {
    let (api, id) = started();
    let unit = [Role::Admin, Role::Qf, Role::ResponsableFv, Role::Qa, Role::DireccionTecnica, Role::Legal];
    api.only("POST", &path(id, "attachments"), &unit);
    api.only("GET", &path(id, "attachments"), &unit);
    api.only("DELETE", &path(id, "attachments/1"), &unit);
}
