//! A text message by Twilio: sent, told of, answered; by the real server and a Twilio on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_testkit::rigs::twilio_server::{ACCOUNT, AUTH_TOKEN, Answer, Call, OUR_NUMBER, TwilioServer};
use serde_json::{Value, json};
use support::{Deployment, Server};

/// Where Twilio calls, whatever the server's own name is: a proxy stands between.
const PUBLIC_URL: &str = "https://fv.example";
const NUMBER: &str = "+51999888777";

fn deployment(twilio: &TwilioServer) -> Deployment {
    let settings = [
        ("AUTO_FOLLOWUP_ENABLED", "false"),
        ("SMS_PROVIDER", "twilio"),
        ("TWILIO_ACCOUNT_SID", ACCOUNT),
        ("TWILIO_AUTH_TOKEN", AUTH_TOKEN),
        ("TWILIO_FROM", OUR_NUMBER),
        ("TWILIO_BASE_URL", &twilio.base_url()),
        ("PUBLIC_URL", PUBLIC_URL),
    ];
    settings.into_iter().fold(Deployment::embedded(), |deployment, (name, value)| deployment.with(name, value))
}

fn port(server: &Server) -> u16 {
    server.url().rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap()
}

fn send(server: &Server, case: i64, body: &str) -> (u16, Value) {
    server.post(&format!("/api/v1/icsr/{case}/followup/send"), &json!({"channel": "sms", "body": body}))
}

fn message(id: &str, body: &str) -> Call {
    Call::message(&format!("{PUBLIC_URL}/api/v1/webhooks/twilio/sms"), id, NUMBER, body)
}

#[test]
fn a_text_message_is_sent_once_delivered_and_answered() {
    let twilio = TwilioServer::start();
    let deployment = deployment(&twilio);
    let server = deployment.serve();
    let case = server.case("Dra. Rojas, cel. 999 888 777");
    let (status, sent) = send(&server, case, "¿Cuál fue la dosis?");
    assert_eq!((status, &sent["sms"]["parts"], &sent["sms"]["encoding"]), (201, &json!(1), &json!("UCS-2")), "{sent}");
    let taken = twilio.taken();
    assert_eq!((taken.len(), taken[0].get("To"), taken[0].get("Body")), (1, Some(NUMBER), Some("¿Cuál fue la dosis?")));

    // Late, twice, and in the wrong order.
    for state in ["delivered", "delivered", "sent", "queued"] {
        let (status, twiml) = Call::status(&taken[0], state, None).post(port(&server));
        assert_eq!((status, twiml.ends_with("<Response/>")), (200, true), "{twiml}");
    }
    let thread = server.wait_for_thread(case, |thread| thread[0]["delivery"] == "delivered");
    assert_eq!((thread.len(), &thread[0]["status"]), (1, &json!("sent")));

    for _ in 0..2 {
        assert_eq!(message("SM1", "500 mg cada 8 horas").post(port(&server)).0, 200);
    }
    let thread = server.wait_for_thread(case, |thread| thread.len() > 1);
    assert_eq!((thread.len(), &thread[0]["status"], &thread[0]["delivery"]), (2, &json!("responded"), &json!("delivered")));
    assert_eq!((&thread[1]["body"], &thread[1]["match"]["kind"]), (&json!("500 mg cada 8 horas"), &json!("number")));
    assert_eq!((&thread[1]["parent_id"], &thread[1]["match"]["confirmed"]), (&thread[0]["id"], &json!(true)));

    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("provider's call accepted"), "{log}");
    for private in ["999888777", "500 mg", "dosis", AUTH_TOKEN] {
        assert!(!log.contains(private), "{private} stands in the log: {log}");
    }
    assert_eq!(twilio.taken().len(), 1);
}

#[test]
fn who_is_not_twilio_is_refused_and_leaves_nothing() {
    let twilio = TwilioServer::start();
    let deployment = deployment(&twilio);
    let server = deployment.serve();
    let case = server.case("cel. 999 888 777");
    send(&server, case, "¿Cuál fue la dosis?");
    let status = Call::status(&twilio.taken()[0], "delivered", None);
    let text = message("SM1", "500 mg");
    for forged in [
        Call { signature: text.signature.clone(), ..status.clone() },
        Call { body: status.body.replace("delivered", "failed"), ..status },
        Call { signature: String::new(), ..text.clone() },
        Call { body: text.body.replace("500", "900"), ..text },
        Call::message(&format!("{}/api/v1/webhooks/twilio/sms", server.url()), "SM1", NUMBER, "500 mg"),
    ] {
        let (code, body) = forged.post(port(&server));
        assert_eq!(code, 403, "{forged:?}: {body}");
    }
    // What was refused left nothing that would be understood before this.
    assert_eq!(message("SM2", "Sin forja").post(port(&server)).0, 200);
    let thread = server.wait_for_thread(case, |thread| thread.len() > 1);
    assert_eq!((thread.len(), &thread[0]["delivery"], &thread[1]["body"]), (2, &json!("accepted"), &json!("Sin forja")));
    for tray in ["unassigned", "quarantine"] {
        assert_eq!(server.get(&format!("/api/v1/inbox/{tray}")).1["total"], 0);
    }
}

#[test]
fn a_lost_answer_is_doubt_that_twilios_own_word_ends_and_a_refusal_is_told_in_its_words() {
    let twilio = TwilioServer::start();
    let deployment = deployment(&twilio);
    let server = deployment.serve();
    let case = server.case("cel. 999 888 777");
    twilio.next(Answer::LoseAnswer);
    let (status, answer) = send(&server, case, "¿Cuál fue la dosis?");
    assert_eq!((status, &answer["detail"]), (502, &json!("Fallo SMS: resultado incierto")));
    assert_eq!(server.thread(case)[0]["status"], "uncertain");
    let taken = twilio.taken().remove(0);
    assert_eq!(Call::status(&taken, "undelivered", Some("30003")).post(port(&server)).0, 200);
    server.wait_for_thread(case, |thread| thread[0]["status"] == "failed");
    assert_eq!(Call::status(&taken, "delivered", None).post(port(&server)).0, 200);
    let thread = server.wait_for_thread(case, |thread| thread[0]["delivery"] == "delivered");
    assert_eq!((thread.len(), twilio.taken().len()), (1, 1), "it was not sent again");

    twilio.next(Answer::Error(400, 21610, "Attempt to send to unsubscribed recipient"));
    let (status, answer) = send(&server, case, "¿Y el lote?");
    assert_eq!((status, &answer["detail"]), (502, &json!("Fallo SMS: 21610 Attempt to send to unsubscribed recipient")));
    let (status, answer) = send(&server, case, &"ó".repeat(4 * 67 + 1));
    assert_eq!((status, &answer["errors"][0]["field"]), (422, &json!("body")));
    assert_eq!((server.thread(case).len(), twilio.taken().len()), (2, 1));
}
