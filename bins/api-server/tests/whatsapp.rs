//! WhatsApp by Twilio: a template sent, told of, answered, and answered back in free text; by the real server and a Twilio on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::{Duration, Instant};

use followup_testkit::rigs::twilio_server::{ACCOUNT, AUTH_TOKEN, Answer, Call, OUR_NUMBER, TwilioServer};
use serde_json::{Value, json};
use support::{Deployment, Server};

/// Where Twilio calls, whatever the server's own name is: a proxy stands between.
const PUBLIC_URL: &str = "https://fv.example";
const NUMBER: &str = "+51999888777";
const TEXT: &str = "Hola {{1}}, necesitamos información adicional sobre el caso {{2}}. ¿Puede proporcionarnos {{3}}?";

fn deployment(twilio: &TwilioServer) -> Deployment {
    let settings = [
        ("AUTO_FOLLOWUP_ENABLED", "false"),
        ("NOTIFY_EMAIL", "guardia@fv.example"),
        ("WHATSAPP_PROVIDER", "twilio"),
        ("TWILIO_ACCOUNT_SID", ACCOUNT),
        ("TWILIO_AUTH_TOKEN", AUTH_TOKEN),
        ("TWILIO_WHATSAPP_FROM", OUR_NUMBER),
        ("TWILIO_BASE_URL", &twilio.base_url()),
        ("TWILIO_CONTENT_BASE_URL", &twilio.base_url()),
        ("PUBLIC_URL", PUBLIC_URL),
    ];
    settings.into_iter().fold(Deployment::embedded(), |deployment, (name, value)| deployment.with(name, value))
}

fn port(server: &Server) -> u16 {
    server.url().rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap()
}

fn send(server: &Server, case: i64, body: &Value) -> (u16, Value) {
    server.post(&format!("/api/v1/icsr/{case}/followup/send"), body)
}

fn came(server: &Server, id: &str, body: &str, answers: Option<&str>) {
    let call = Call::whatsapp(&format!("{PUBLIC_URL}/api/v1/webhooks/twilio/whatsapp"), id, NUMBER, body, answers);
    assert_eq!(call.post(port(server)).0, 200);
}

/// The background reads the list by itself.
fn wait_for_templates(server: &Server, count: usize) {
    let begun = Instant::now();
    while server.get("/api/v1/admin/whatsapp/templates").1["total"] != json!(count) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the templates were not listed");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_template_is_sent_read_and_answered_and_the_answer_is_answered_in_free_text() {
    let twilio = TwilioServer::start();
    let sid = twilio.template("followup_request", "es", TEXT, "approved");
    twilio.template("followup_reminder", "es", "Hola {{1}}, le recordamos el caso {{2}}.", "approved");
    let deployment = deployment(&twilio);
    let server = deployment.serve();
    wait_for_templates(&server, 2);
    let case = server.case("Dra. Rojas, cel. 999 888 777");
    let (status, refused) = send(&server, case, &json!({"channel": "whatsapp", "body": "¿Cuál fue la dosis?"}));
    let outside = "Fuera de la ventana de 24 horas de WhatsApp: use una plantilla aprobada";
    assert_eq!((status, &refused["detail"]), (409, &json!(outside)));

    let guide = json!({"channel": "whatsapp", "template": "followup_request", "parameters": ["Juan", "#123", "la dosis del medicamento"]});
    let (status, sent) = send(&server, case, &guide);
    assert_eq!((status, &sent["template"]["name"]), (201, &json!("followup_request")), "{sent}");
    let taken = twilio.taken().remove(0);
    assert_eq!((taken.get("To"), taken.get("ContentSid"), taken.get("Body")), (Some("whatsapp:+51999888777"), Some(sid.as_str()), None));
    assert_eq!(taken.get("ContentVariables"), Some(r##"{"1":"Juan","2":"#123","3":"la dosis del medicamento"}"##));
    // Late, twice, and in the wrong order.
    for state in ["read", "read", "sent", "delivered"] {
        assert_eq!(Call::status(&taken, state, None).post(port(&server)).0, 200);
    }
    server.wait_for_thread(case, |thread| thread[0]["delivery"] == "read");

    for _ in 0..2 {
        came(&server, "SM91", "500 mg cada 8 horas", Some(&taken.sid));
    }
    let thread = server.wait_for_thread(case, |thread| thread.len() > 1);
    assert_eq!((thread.len(), &thread[0]["status"]), (2, &json!("responded")));
    assert_eq!((&thread[1]["body"], &thread[1]["match"]["kind"]), (&json!("500 mg cada 8 horas"), &json!("in_reply_to")));
    assert_eq!((&thread[1]["channel"], &thread[1]["match"]["confirmed"]), (&json!("whatsapp"), &json!(true)));

    let (status, answered) = send(&server, case, &json!({"channel": "whatsapp", "body": "Gracias, ¿y el lote?"}));
    assert_eq!(status, 201, "{answered}");
    assert_eq!(twilio.taken()[1].get("Body"), Some("Gracias, ¿y el lote?"));
    came(&server, "SM92", "BAJA", None);
    server.wait_for_thread(case, |thread| thread.len() > 3);
    let (status, _) = send(&server, case, &guide);
    assert_eq!(status, 409, "whoever wrote BAJA is written to no more");

    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    for private in ["999888777", "500 mg", "dosis", AUTH_TOKEN] {
        assert!(!log.contains(private), "{private} stands in the log: {log}");
    }
    assert_eq!(twilio.taken().len(), 2);
}

#[test]
fn a_plans_letter_is_a_template_and_one_that_is_paused_meanwhile_is_told_so() {
    let twilio = TwilioServer::start();
    twilio.template("followup_request", "es", TEXT, "approved");
    let deployment = deployment(&twilio);
    let server = deployment.serve();
    wait_for_templates(&server, 1);
    let case = server.case("cel. 999 888 777");
    let contact = json!({"due_at": "2024-03-01T10:00:00Z", "label": "WhatsApp", "channel": "whatsapp"});
    let (status, attempt) = server.post(&format!("/api/v1/icsr/{case}/followup/attempts"), &contact);
    assert_eq!(status, 201, "{attempt}");
    let (status, report) = server.post("/api/v1/admin/followup/dispatch", &json!({}));
    assert_eq!(status, 200, "{report}");
    let thread = server.wait_for_thread(case, |thread| thread.first().is_some_and(|message| message["status"] == "sent"));
    assert_eq!((&thread[0]["template"]["name"], &thread[0]["kind"]), (&json!("followup_request"), &json!("plan_letter")));
    let variables: Value = serde_json::from_str(twilio.taken()[0].get("ContentVariables").unwrap()).unwrap();
    assert_eq!((&variables["1"], &variables["2"]), (&json!("reportante"), &json!(format!("#{case}"))));

    twilio.template("followup_request", "es", TEXT, "paused");
    assert_eq!(server.post("/api/v1/admin/whatsapp/templates/refresh", &json!({})).0, 200);
    let other = server.case("Dr. Díaz, cel. 999 777 666");
    server.post(&format!("/api/v1/icsr/{other}/followup/attempts"), &contact);
    server.post("/api/v1/admin/followup/dispatch", &json!({}));
    let thread = server.wait_for_thread(other, |thread| thread.first().is_some_and(|message| message["status"] == "skipped"));
    assert_eq!(thread[0]["error"], "la plantilla «followup_request» está pausada");
    twilio.next(Answer::Error(400, 63016, "Failed to send freeform message"));
    let (status, answer) =
        send(&server, case, &json!({"channel": "whatsapp", "template": "followup_request", "parameters": ["a", "b", "c"]}));
    assert_eq!((status, &answer["detail"]), (409, &json!("No se envió: la plantilla «followup_request» está pausada")));
    assert_eq!(twilio.taken().len(), 1);
}
