//! A text message by a gateway of one's own: the real server and a real Kannel.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::Duration;

use followup_testkit::rigs::kannel::{KannelRig, PASSWORD, SECRET, USER};
use followup_testkit::rigs::proxy::{Fault, FaultyProxy, Harm, Place};
use serde_json::{Value, json};
use support::{Deployment, Server};

const NUMBER: &str = "+51999888777";

fn deployment(rig: &KannelRig, url: &str) -> Deployment {
    let port = rig.webhook_port();
    let settings = [
        ("HTTP_ADDR", format!("127.0.0.1:{port}")),
        ("AUTO_FOLLOWUP_ENABLED", "false".into()),
        ("SMS_PROVIDER", "gateway".into()),
        ("SMS_GATEWAY_URL", url.into()),
        ("SMS_GATEWAY_USER", USER.into()),
        ("SMS_GATEWAY_PASSWORD", PASSWORD.into()),
        ("SMS_GATEWAY_SECRET", SECRET.into()),
        ("PUBLIC_URL", format!("http://127.0.0.1:{port}")),
    ];
    settings.into_iter().fold(Deployment::embedded(), |deployment, (name, value)| deployment.with(name, &value))
}

fn case(server: &Server) -> i64 {
    server.case("Dra. Rojas, cel. 999 888 777")
}

fn send(server: &Server, case: i64, body: &str) -> (u16, Value) {
    server.post(&format!("/api/v1/icsr/{case}/followup/send"), &json!({"channel": "sms", "body": body}))
}

#[track_caller]
fn sent(server: &Server, case: i64, body: &str) {
    let (status, answer) = send(server, case, body);
    assert_eq!(status, 201, "{answer}");
}

/// The text of a part that carries a header of several, in UCS-2.
fn wide(part: &str) -> String {
    let (_, data) = part.split_once(" data ").unwrap();
    let mut bytes = Vec::new();
    let mut rest = data.as_bytes();
    while let [first, after @ ..] = rest {
        match rest {
            [b'%', high, low, after @ ..] => {
                bytes.push(u8::from_str_radix(&format!("{}{}", char::from(*high), char::from(*low)), 16).unwrap());
                rest = after;
            }
            _ => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).unwrap()
}

#[test]
fn texts_of_either_alphabet_and_of_several_parts_arrive_as_they_were_written() {
    let rig = KannelRig::start();
    let deployment = deployment(&rig, &rig.url());
    let server = deployment.serve();
    let case = case(&server);
    sent(&server, case, "Dosis de {5 mg} por favor, ¿si? ñ é €");
    assert_eq!(rig.wait_for_received(1), ["text Dosis de {5 mg} por favor, ¿si? ñ é €"]);
    // "información" and an emoji, in UCS-2.
    sent(&server, case, "información 😀");
    assert_eq!(rig.wait_for_received(2)[1], "ucs-2 %00i%00n%00f%00o%00r%00m%00a%00c%00i%00%F3%00n%00+%D8%3D%DE%00");
    sent(&server, case, &"a".repeat(200));
    let parts = rig.wait_for_received(4).split_off(2);
    let [one, two] = [153, 47].map(|length| "a".repeat(length));
    let header = parts[0].split_once(" data ").unwrap().0.trim_end_matches("01").to_owned();
    assert!(header.starts_with("udh %05%00%03") && header.ends_with("%02%"), "of two: {header}");
    assert_eq!(parts, [format!("{header}01 data {one}"), format!("{header}02 data {two}")], "one message, in two parts");
    let long = "¿Cuál fue la dosis? ".repeat(5);
    sent(&server, case, long.trim());
    let parts = rig.wait_for_received(6).split_off(4);
    assert_eq!(wide(&parts[0]) + &wide(&parts[1]), long.trim());
    let thread = server.wait_for_thread(case, |thread| thread.iter().all(|message| message["delivery"] == "delivered"));
    assert_eq!(thread.iter().map(|message| message["sms"]["parts"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 1, 2, 2]);
    assert_eq!(rig.received().len(), 6, "nothing left twice");

    let (status, answer) = server.post("/api/v1/admin/sms/test", &json!({"to": NUMBER}));
    assert_eq!((status, &answer["response"]), (200, &json!("202 0: Accepted for delivery")), "{answer}");
    assert!(rig.wait_for_received(7)[6].starts_with("text Mensaje de prueba de "));
    let channels = server.get("/api/v1/admin/channels").1;
    let sms = channels["items"].as_array().unwrap().iter().find(|item| item["channel"] == "sms").unwrap().clone();
    assert_eq!((&sms["provider"], &sms["tells_delivery"], &sms["parts_today"]), (&json!("gateway:sms"), &json!(true), &json!(6)));
    let setting = |name: &str| sms["settings"].as_array().unwrap().iter().find(|setting| setting["name"] == name).unwrap()["value"].clone();
    assert_eq!((setting("SMS_GATEWAY_USER"), setting("SMS_GATEWAY_SECRET")), (json!(USER), json!("••••")));
    let shown = channels.to_string();
    assert!(!shown.contains(SECRET) && !shown.contains(PASSWORD), "{shown}");
}

#[test]
fn a_reply_with_accents_stands_in_the_thread_once_and_no_number_or_secret_in_the_log() {
    let mut rig = KannelRig::start();
    let deployment = deployment(&rig, &rig.url()).with("RUST_LOG", "trace");
    let server = deployment.serve();
    let case = case(&server);
    sent(&server, case, "¿Cuál fue la dosis?");
    server.wait_for_thread(case, |thread| thread[0]["delivery"] == "delivered");
    rig.write(NUMBER, "Tomó 500 mg cada 8 horas, sí; pesó 70 kg 😀");
    let thread = server.wait_for_thread(case, |thread| thread.len() > 1);
    assert_eq!((&thread[0]["status"], &thread[1]["body"]), (&json!("responded"), &json!("Tomó 500 mg cada 8 horas, sí; pesó 70 kg 😀")));
    assert_eq!((&thread[1]["match"]["kind"], &thread[1]["match"]["confirmed"]), (&json!("number"), &json!(true)));
    // The network does not always write the sign of an international number.
    rig.write("51999888777", "Y ninguna alergia");
    let thread = server.wait_for_thread(case, |thread| thread.len() > 2);
    assert_eq!((thread.len(), &thread[2]["body"]), (3, &json!("Y ninguna alergia")));
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("provider's call accepted") && log.contains("TRACE"), "{log}");
    for private in ["999888777", "500 mg", "dosis", "alergia", PASSWORD, SECRET] {
        let line = log.lines().find(|line| line.contains(private));
        assert!(line.is_none(), "{private} stands in the log: {line:?}");
    }
}

#[test]
fn a_report_may_come_before_the_answer_and_ends_the_doubt_of_one_that_was_lost() {
    let rig = KannelRig::start();
    let proxy = FaultyProxy::start(rig.sendsms_port());
    let held = Fault { place: Place::Byte(0), harm: Harm::Delay(Duration::from_secs(5)) };
    let lost = Fault { place: Place::Byte(0), harm: Harm::Cut };
    proxy.plan([Some(held), Some(lost)]);
    let deployment = deployment(&rig, &KannelRig::url_at(proxy.port));
    let server = deployment.serve();
    let case = case(&server);
    sent(&server, case, "Primero");
    assert_eq!(server.thread(case)[0]["delivery"], "delivered", "as soon as the answer is there");
    let (status, answer) = send(&server, case, "Segundo");
    assert_eq!((status, &answer["detail"]), (502, &json!("Fallo SMS: resultado incierto")));
    let thread = server.wait_for_thread(case, |thread| thread.len() == 2 && thread[1]["delivery"] == "delivered");
    assert_eq!(thread[1]["status"], "sent");
    assert_eq!(rig.received(), ["text Primero", "text Segundo"]);
}

#[test]
fn a_report_may_come_long_after_the_answer() {
    let mut rig = KannelRig::start();
    let deployment = deployment(&rig, &rig.url());
    let server = deployment.serve();
    let case = case(&server);
    rig.leave_network();
    sent(&server, case, "Espera en la red");
    assert_eq!(server.thread(case)[0]["delivery"], "accepted");
    rig.join_network();
    server.wait_for_thread(case, |thread| thread[0]["delivery"] == "delivered");
    assert_eq!(rig.received(), ["text Espera en la red"]);
}

#[test]
fn a_gateway_that_is_away_got_nothing_and_gets_it_once_when_it_is_back() {
    let mut rig = KannelRig::start();
    let deployment = deployment(&rig, &rig.url());
    let server = deployment.serve();
    let case = case(&server);
    rig.stop();
    for body in ["Cuando vuelva", "Otro", "Otro más"] {
        let (status, answer) = send(&server, case, body);
        assert_eq!(status, 502, "{answer}");
    }
    let failed = server.thread(case).remove(0);
    assert_eq!(failed["delivery"], "rejected", "it certainly did not leave: {failed}");
    let metrics = server.get("/metrics").1;
    let open = "followup_provider_breaker{provider=\"gateway:sms\",state=\"open\"} 1";
    assert!(metrics.as_str().unwrap().contains(open), "{metrics}");
    rig.start_again();
    let id = failed["id"].as_i64().unwrap();
    let (status, answer) = server.post(&format!("/api/v1/icsr/{case}/followup/{id}/resend"), &json!({}));
    assert_eq!(status, 201, "{answer}");
    assert_eq!(rig.wait_for_received(1), ["text Cuando vuelva"]);
}
