//! WhatsApp by Meta: sent, told of, answered with a photo; by the real server and a Meta on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_testkit::rigs::meta_server::{
    ACCESS_TOKEN, APP_SECRET, Answer, Call, Kept, MetaServer, PHONE_NUMBER_ID, VERIFY_TOKEN, WABA_ID, greet, template,
};
use serde_json::{Value, json};
use support::{Deployment, Server};

const NUMBER: &str = "+51999888777";
const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 a photo of a prescription";

fn deployment(meta: &MetaServer) -> Deployment {
    let settings = [
        ("AUTO_FOLLOWUP_ENABLED", "false"),
        ("WHATSAPP_PROVIDER", "meta"),
        ("META_PHONE_NUMBER_ID", PHONE_NUMBER_ID),
        ("META_WABA_ID", WABA_ID),
        ("META_ACCESS_TOKEN", ACCESS_TOKEN),
        ("META_APP_SECRET", APP_SECRET),
        ("META_VERIFY_TOKEN", VERIFY_TOKEN),
        ("META_BASE_URL", &meta.base_url()),
    ];
    settings.into_iter().fold(Deployment::embedded(), |deployment, (name, value)| deployment.with(name, value))
}

fn port(server: &Server) -> u16 {
    server.url().rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap()
}

/// A case whose reporter has just written, so that free text is taken.
fn case_in_touch(server: &Server) -> i64 {
    let case = server.case("Dra. Rojas, cel. 999 888 777");
    assert_eq!(message("wamid.first", &json!({"type": "text", "text": {"body": "Buenos días"}})).post(port(server)), (200, String::new()));
    server.wait_for("/api/v1/inbox/unassigned", |tray| tray["total"] == 1);
    case
}

fn send(server: &Server, case: i64, body: &str) -> (u16, Value) {
    server.post(&format!("/api/v1/icsr/{case}/followup/send"), &json!({"channel": "whatsapp", "body": body}))
}

#[allow(clippy::disallowed_methods)] // Meta's clock, which is nobody's to set.
fn message(id: &str, content: &Value) -> Call {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    Call::message(id, NUMBER, i64::try_from(now).unwrap(), content)
}

fn photo(answers: &str, media: &str) -> Value {
    json!({"type": "image", "context": {"from": "15550783881", "id": answers}, "image": {"id": media, "mime_type": "image/jpeg", "caption": "La receta"}})
}

#[test]
fn a_message_is_sent_once_read_and_answered_with_a_photo() {
    let meta = MetaServer::start();
    let deployment = deployment(&meta);
    let server = deployment.serve();
    let case = case_in_touch(&server);
    let (status, sent) = send(&server, case, "¿Cuál fue la dosis?");
    assert_eq!(status, 201, "{sent}");
    let taken = meta.taken();
    assert_eq!((taken.len(), &taken[0].body["to"], &taken[0].body["text"]["body"]), (1, &json!(NUMBER), &json!("¿Cuál fue la dosis?")));

    // In the wrong order, and twice.
    for state in ["read", "delivered", "read", "sent", "delivered"] {
        assert_eq!(Call::status(&taken[0], state, None).post(port(&server)), (200, String::new()));
    }
    let thread = server.wait_for_thread(case, |thread| thread[0]["delivery"] == "read");
    assert_eq!((thread.len(), &thread[0]["status"]), (1, &json!("sent")));

    meta.keep("1003383421387256", Kept::photo(PHOTO));
    for _ in 0..2 {
        assert_eq!(message("wamid.photo", &photo(&taken[0].id, "1003383421387256")).post(port(&server)).0, 200);
    }
    let thread = server.wait_for_thread(case, |thread| thread.len() > 1 && thread[1]["attachments"][0].get("absent").is_none());
    assert_eq!((thread.len(), &thread[0]["status"], &thread[0]["delivery"]), (2, &json!("responded"), &json!("read")));
    assert_eq!((&thread[1]["body"], &thread[1]["parent_id"]), (&json!("La receta"), &thread[0]["id"]));
    assert_eq!((&thread[1]["match"]["kind"], &thread[1]["match"]["confirmed"]), (&json!("in_reply_to"), &json!(true)));
    let file = &thread[1]["attachments"][0];
    assert_eq!((&file["content_type"], &file["size"]), (&json!("image/jpeg"), &json!(PHOTO.len())));
    let (status, bytes) = server.download(&format!("/api/v1/icsr/{case}/followup/{}/attachments/0", thread[1]["id"]));
    assert_eq!((status, bytes.as_slice()), (200, PHOTO));

    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    for private in ["999888777", "dosis", "receta", "1003383421387256", ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN] {
        assert!(!log.contains(private), "{private} stands in the log: {log}");
    }
    assert_eq!(meta.taken().len(), 1);
}

#[test]
fn a_lost_answer_is_doubt_that_metas_own_word_ends_and_a_refusal_is_told_in_its_words() {
    let meta = MetaServer::start();
    let deployment = deployment(&meta);
    let server = deployment.serve();
    let case = case_in_touch(&server);
    meta.next(Answer::LoseAnswer);
    let (status, answer) = send(&server, case, "¿Cuál fue la dosis?");
    assert_eq!((status, &answer["detail"]), (502, &json!("Fallo WhatsApp: resultado incierto")));
    assert_eq!(server.thread(case)[0]["status"], "uncertain");
    let taken = meta.taken().remove(0);
    assert_eq!(Call::status(&taken, "failed", Some(131_047)).post(port(&server)).0, 200);
    server.wait_for_thread(case, |thread| thread[0]["status"] == "failed");
    assert_eq!(Call::status(&taken, "delivered", None).post(port(&server)).0, 200);
    let thread = server.wait_for_thread(case, |thread| thread[0]["delivery"] == "delivered");
    assert_eq!((thread.len(), meta.taken().len()), (1, 1), "it was not sent again");

    meta.next(Answer::Error(400, 131_026, "Message undeliverable"));
    let (status, answer) = send(&server, case, "¿Y el lote?");
    let words = "Fallo WhatsApp: 131026 (#131026) Message undeliverable: See the documentation";
    assert_eq!((status, &answer["detail"]), (502, &json!(words)));
}

#[test]
fn who_has_not_written_gets_a_template_as_long_as_meta_approves_of_it() {
    let meta = MetaServer::start();
    let text = "Hola {{1}}, necesitamos información adicional sobre el caso {{2}}. ¿Puede proporcionarnos {{3}}?";
    meta.list_templates(vec![template("followup_request", "es", "APPROVED", text)]);
    let deployment = deployment(&meta);
    let server = deployment.serve();
    server.wait_for("/api/v1/admin/whatsapp/templates", |templates| templates["total"] == 1);
    let case = server.case("Dra. Rojas, cel. 999 888 777");
    assert_eq!(send(&server, case, "¿Cuál fue la dosis?").0, 409, "no free text");

    let body = json!({"channel": "whatsapp", "template": "followup_request", "parameters": ["Dra. Rojas", "#123", "la dosis\ny el lote"]});
    let path = format!("/api/v1/icsr/{case}/followup/send");
    let (status, sent) = server.post(&path, &body);
    assert_eq!(status, 201, "{sent}");
    let taken = meta.taken().remove(0).body;
    let parameters = ["Dra. Rojas", "#123", "la dosis y el lote"].map(|text| json!({"type": "text", "text": text}));
    let expected = json!({
        "name": "followup_request", "language": {"policy": "deterministic", "code": "es"},
        "components": [{"type": "body", "parameters": parameters}],
    });
    assert_eq!((&taken["type"], &taken["template"]), (&json!("template"), &expected));

    let event = json!({"event": "PAUSED", "message_template_name": "followup_request", "message_template_language": "es"});
    assert_eq!(Call::change("message_template_status_update", &event).post(port(&server)).0, 200);
    server.wait_for("/api/v1/admin/whatsapp/templates", |templates| templates["items"][0]["status"] == "paused");
    assert_eq!((server.post(&path, &body).0, meta.taken().len()), (409, 1));
}

#[test]
fn a_file_that_is_not_to_be_had_stands_in_the_thread_with_why() {
    let meta = MetaServer::start();
    let deployment = deployment(&meta);
    let server = deployment.serve();
    let case = case_in_touch(&server);
    send(&server, case, "¿Nos envía la receta?");
    meta.keep("2", Kept::photo(&vec![7; 45_000_000]));
    let answer = photo(&meta.taken()[0].id, "2");
    assert_eq!(message("wamid.photo", &answer).post(port(&server)).0, 200);
    let thread = server.wait_for_thread(case, |thread| thread.len() > 1 && thread[1]["attachments"][0]["absent"] == "too_large");
    assert!(thread[1]["attachments"][0]["note"].as_str().unwrap().contains("demasiado grande"));
    let (status, answer) = server.get(&format!("/api/v1/icsr/{case}/followup/{}/attachments/0", thread[1]["id"]));
    assert_eq!((status, &answer["detail"]), (404, &thread[1]["attachments"][0]["note"]));
}

#[test]
fn who_is_not_meta_is_refused_and_who_knows_the_token_is_greeted() {
    let meta = MetaServer::start();
    let deployment = deployment(&meta);
    let server = deployment.serve();
    let call = message("wamid.1", &json!({"type": "text", "text": {"body": "500 mg"}}));
    for forged in [Call { signature: String::new(), ..call.clone() }, Call { body: call.body.replace("500", "900"), ..call.clone() }] {
        assert_eq!(forged.post(port(&server)).0, 403, "{forged:?}");
    }
    assert_eq!(
        greet(port(&server), &format!("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={VERIFY_TOKEN}")),
        (200, "1158201444".into())
    );
    assert_eq!(greet(port(&server), "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=another").0, 403);
    assert_eq!(call.post(port(&server)).0, 200);
    server.wait_for("/api/v1/inbox/unassigned", |tray| tray["total"] == 1);
    assert_eq!(server.get("/api/v1/inbox/quarantine").1["total"], 0);
}
