//! What a gateway answers, and what that means for the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use followup_domain::contact::{Country, PhoneNumber};
use followup_domain::ports::{CallbackDoor, ProviderCall, Sender};
use followup_domain::sending::{EventReader, ExternalName, Parcel, ProviderEvent, Receipt, SendError, SendStage, TextParcel};
use followup_gateway::{
    AddressRange, ConfigError, GatewayConfig, GatewayDoor, GatewayEvents, GatewaySms, JsonProfile, Login, Profile, SCOPE, SignIn,
};
use followup_testkit::fakes::ManualClock;
use followup_testkit::rigs::scripted_http::{Reply, ScriptedHttp};

const SECRET: &str = "a-secret-of-the-path-0123456789abcdef";
const NUMBER: &str = "+51999888777";
const REFERENCE: &str = "<0b5c7a+1@fv.example>";
/// Far longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(30);

fn login() -> Login {
    Login { user: "vigia".into(), password: "geheim".into() }
}

fn config(url: String, profile: Profile) -> GatewayConfig {
    let status_callback = format!("https://fv.example/api/v1/webhooks/sms/{SECRET}/dlr");
    GatewayConfig { url, ca_pem: None, from: Some("13013".into()), profile, status_callback }
}

fn kannel(url: &str) -> GatewayConfig {
    config(format!("{url}/cgi-bin/sendsms"), Profile::Kannel(login()))
}

fn json(url: &str, body: &str, id: Option<&str>, sign_in: Option<SignIn>) -> GatewayConfig {
    config(format!("{url}/message"), Profile::Json(JsonProfile { sign_in, body: body.into(), id: id.map(str::to_owned) }))
}

fn text(body: &str) -> Parcel {
    let to = PhoneNumber::parse(NUMBER, Country::default()).unwrap();
    Parcel::Text(TextParcel { reference: REFERENCE.into(), date: DateTime::UNIX_EPOCH, to, body: body.into() })
}

fn send(config: GatewayConfig, body: &str) -> Result<Receipt, SendError> {
    GatewaySms::new(config).unwrap().prepare(&text(body), LONG).unwrap().transmit()
}

#[test]
fn kannel_is_told_the_coding_and_where_to_report() {
    let server = ScriptedHttp::start();
    for (body, coding) in [("Dosis? {5 mg}", "0"), ("¿Cuál fue la dosis?", "2"), ("Ñandú é ñ", "2"), ("👍", "2"), ("¿Cuanto peso?", "0")]
    {
        server.next(Reply::of(202, "0: Accepted for delivery"));
        let receipt = send(kannel(&server.url()), body).unwrap();
        assert_eq!((receipt.words.as_str(), receipt.provider_id), ("202 0: Accepted for delivery", None));
        let asked = server.asked().pop().unwrap();
        assert!(asked.line.starts_with("GET /cgi-bin/sendsms?to=%2B51999888777&from=13013&text="), "{}", asked.line);
        assert!(asked.target().contains(&format!("&coding={coding}&charset=UTF-8&dlr-mask=31&")), "{body}: {}", asked.line);
        let callback = format!("dlr-url=https%3A%2F%2Ffv.example%2Fapi%2Fv1%2Fwebhooks%2Fsms%2F{SECRET}%2Fdlr%3Fref%3D");
        assert!(asked.target().contains(&callback) && asked.target().contains("%26type%3D%25d%26time%3D%25T&"), "{}", asked.line);
        assert!(asked.target().ends_with("&username=vigia&password=geheim"), "{}", asked.line);
    }
}

#[test]
fn what_is_kept_of_a_request_has_no_secret() {
    let body = r#"{"phoneNumbers":["{to}"],"message":"{text}","url":"{callback}"}"#;
    for config in [kannel("http://127.0.0.1:1"), json("http://127.0.0.1:1", body, None, Some(SignIn::Basic(login())))] {
        let sender = GatewaySms::new(config.clone()).unwrap();
        let prepared = sender.prepare(&text("Dosis?"), LONG).unwrap();
        let kept = String::from_utf8(prepared.content().to_vec()).unwrap();
        assert!(kept.contains("51999888777") && kept.contains("Dosis"), "{kept}");
        let shown = format!("{kept} {sender:?} {config:?}");
        assert!(!shown.contains("geheim") && !shown.contains(SECRET), "{shown}");
    }
}

#[test]
fn what_is_kept_of_an_answer_has_no_secret() {
    let server = ScriptedHttp::start();
    let body = r#"{"to":"{to}","text":"{text}","url":"{callback}"}"#;
    let address = format!("https://fv.example/api/v1/webhooks/sms/{SECRET}/dlr");
    let escaped = address.replace('/', "\\/");
    let (long, encoded) = (format!("{}{address}", "x".repeat(250)), address.replace('/', "%2F"));
    for told in [address.as_str(), SECRET, &escaped, &encoded, &long] {
        for status in [200, 400, 401, 500] {
            let kannel_words = if status == 200 { format!("0: Accepted, {told}") } else { format!("Missing receiver {told}") };
            server.next(Reply::of(status, kannel_words).with("Server: Kannel/1.4.5"));
            let kept = format!("{:?}", send(kannel(&server.url()), "Hola"));
            server.next(Reply::of(status, format!("{{\"message\":\"no {told}\",\"id\":\"7\"}}")));
            let kept_of_json = format!("{:?}", send(json(&server.url(), body, None, None), "Hola"));
            for kept in [kept, kept_of_json] {
                // Nor a part of it, where the words are cut.
                assert!(!kept.contains(&SECRET[..12]), "{status} {told}: {kept}");
            }
        }
    }
    server.next(Reply::of(400, format!("{{\"message\":\"cannot call {address}\"}}")));
    let error = send(json(&server.url(), body, None, None), "Hola").unwrap_err();
    assert!(matches!(&error, SendError::Refused(refusal) if refusal.text == "400 {\"message\":\"cannot call …\"}"), "{error:?}");
}

#[test]
fn only_kannels_own_words_say_what_became_of_a_message() {
    use SendError::{NotSent, Refused, Unavailable, Uncertain};
    let server = ScriptedHttp::start();
    let own = |status, words: &str| Reply::of(status, words).with("Server: Kannel/1.4.5");
    type Check = fn(&SendError) -> bool;
    let cases: Vec<(Reply, Check)> = vec![
        (own(403, "Authorization failed for sendsms"), |error| matches!(error, Unavailable { stage: SendStage::SignIn, .. })),
        (Reply::of(403, "Authorization failed for sendsms"), |error| matches!(error, Unavailable { stage: SendStage::SignIn, .. })),
        (own(404, "Unknown request."), |error| matches!(error, Unavailable { stage: SendStage::SignIn, .. })),
        (own(400, "Sender missing and no global set, rejected"), |error| matches!(error, Unavailable { stage: SendStage::Sender, .. })),
        (own(503, "Temporal failure, try again later."), |error| matches!(error, Unavailable { stage: SendStage::Connection, .. })),
        (own(403, "Not routable. Do not try again."), |error| matches!(error, NotSent(_))),
        (
            own(400, "Number(s) has/have been denied by white- and/or black-lists."),
            |error| matches!(error, Refused(refusal) if refusal.stage == Some(SendStage::Recipient)),
        ),
        (
            own(400, "Charset or body misformed, rejected"),
            |error| matches!(error, Refused(refusal) if refusal.stage == Some(SendStage::Message) && refusal.failure.is_none()),
        ),
        (Reply::of(400, "<html>a proxy</html>"), |error| matches!(error, Uncertain(_))),
        (Reply::of(403, ""), |error| matches!(error, Uncertain(_))),
        (Reply::of(503, "<html>Service Unavailable</html>"), |error| matches!(error, Uncertain(_))),
        (own(503, ""), |error| matches!(error, Uncertain(_))),
        (own(500, "Internal Server Error"), |error| matches!(error, Uncertain(_))),
        (own(202, ""), |error| matches!(error, Uncertain(_))),
        (Reply::of(200, "<html>Welcome</html>"), |error| matches!(error, Uncertain(_))),
        (Reply::of(302, ""), |error| matches!(error, Uncertain(_))),
        (Reply::lost(), |error| matches!(error, Uncertain(_))),
    ];
    for (reply, is_right) in cases {
        server.next(reply.clone());
        let error = send(kannel(&server.url()), "Hola").unwrap_err();
        assert!(is_right(&error), "{reply:?}: {error:?}");
    }
    server.next(own(202, "3: Queued for later delivery"));
    assert!(send(kannel(&server.url()), "Hola").is_ok());
}

#[test]
fn a_telephone_and_an_appliance_take_json_as_their_makers_document_it() {
    let server = ScriptedHttp::start();
    let android = r#"{"textMessage":{"text":"{text}"},"phoneNumbers":["{to}"],"withDeliveryReport":true}"#;
    server.next(Reply::of(202, r#"{"id":"PyDmBQZZXYmyxMwED8Fzy","state":"Pending","recipients":[]}"#));
    let receipt = send(json(&server.url(), android, Some("/id"), Some(SignIn::Basic(login()))), "\"¿Sí?\" {to} \\").unwrap();
    assert_eq!(receipt.provider_id, Some(ExternalName::new(SCOPE, "PyDmBQZZXYmyxMwED8Fzy")));
    let eagle = r#"{"to":["{digits}"],"text":"{text}","encoding":"unicode"}"#;
    server.next(Reply::of(200, r#"[{"status":"queued","number":"51999888777","id":4}]"#));
    let token = SignIn::Header("access-token".into(), "geheim".into());
    let receipt = send(json(&server.url(), eagle, Some("/0/id"), Some(token)), "Hola").unwrap();
    assert_eq!(receipt.provider_id, Some(ExternalName::new(SCOPE, "4")));
    server.next(Reply::of(201, r#"{"status":"queued"}"#));
    assert!(send(json(&server.url(), eagle, None, Some(SignIn::Bearer("geheim".into()))), "Hola").unwrap().provider_id.is_none());

    let asked = server.asked();
    assert_eq!(asked[0].line, "POST /message HTTP/1.1");
    assert_eq!(asked[0].body, r#"{"phoneNumbers":["+51999888777"],"textMessage":{"text":"\"¿Sí?\" {to} \\"},"withDeliveryReport":true}"#);
    assert_eq!(asked[0].header("authorization"), Some("Basic dmlnaWE6Z2VoZWlt"));
    assert_eq!((asked[1].header("access-token"), asked[1].header("content-type")), (Some("geheim"), Some("application/json")));
    assert_eq!(asked[2].header("authorization"), Some("Bearer geheim"));
}

#[test]
fn a_json_gateway_refuses_in_json_and_everything_else_is_doubt() {
    let server = ScriptedHttp::start();
    let body = r#"{"to":"{to}","text":"{text}"}"#;
    for (status, stage) in [(401, SendStage::SignIn), (403, SendStage::SignIn), (404, SendStage::SignIn), (429, SendStage::Connection)] {
        server.next(Reply::of(status, r#"{"message":"no"}"#));
        let error = send(json(&server.url(), body, Some("/id"), None), "Hola").unwrap_err();
        assert!(matches!(&error, SendError::Unavailable { stage: told, .. } if *told == stage), "{status}: {error:?}");
    }
    server.next(Reply::of(400, r#"{"message":"invalid phone number"}"#));
    let error = send(json(&server.url(), body, Some("/id"), None), "Hola").unwrap_err();
    assert!(matches!(&error, SendError::Refused(refusal) if refusal.text.contains("invalid phone number")), "{error:?}");
    for reply in [
        Reply::of(200, ""),
        Reply::of(200, r#"{"ok":true}"#),
        Reply::of(202, r#"{"id":{"a":1}}"#),
        Reply::of(202, r#"{"id":""}"#),
        Reply::of(400, "<html>a proxy</html>"),
        Reply::of(408, r#"{"message":"timeout"}"#),
        Reply::of(409, r#"{"message":"duplicate"}"#),
        Reply::of(425, r#"{"message":"too early"}"#),
        Reply::of(499, r#"{"message":"closed"}"#),
        Reply::of(500, r#"{"message":"boom"}"#),
        Reply::of(503, ""),
        Reply::lost(),
    ] {
        server.next(reply.clone());
        let error = send(json(&server.url(), body, Some("/id"), None), "Hola").unwrap_err();
        assert!(matches!(error, SendError::Uncertain(_)), "{reply:?}: {error:?}");
    }
}

#[test]
fn without_an_id_only_a_success_in_json_is_one() {
    let server = ScriptedHttp::start();
    let body = r#"{"to":"{to}","text":"{text}"}"#;
    for reply in [
        Reply::of(200, "<html>Welcome</html>"),
        Reply::of(200, "<!DOCTYPE html><title>Sign in to the network</title>"),
        Reply::of(200, "OK"),
        Reply::of(200, "{\"status\":"),
        Reply::of(201, ""),
        Reply::of(204, ""),
    ] {
        server.next(reply.clone());
        let error = send(json(&server.url(), body, None, None), "Hola").unwrap_err();
        assert!(matches!(error, SendError::Uncertain(_)), "{reply:?}: {error:?}");
    }
    for taken in ["{}", r#"[{"status":"queued"}]"#, "\"OK\"", " {\"ok\": true}\r\n"] {
        server.next(Reply::of(200, taken));
        assert!(send(json(&server.url(), body, None, None), "Hola").is_ok(), "{taken}");
    }
}

#[test]
fn a_gateway_that_is_not_there_got_nothing() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = send(kannel(&format!("http://{gone}")), "Hola").unwrap_err();
    assert!(matches!(&error, SendError::Unavailable { stage: SendStage::Connection, .. }), "{error:?}");
}

#[test]
fn what_cannot_work_is_told_before_anything_is_sent() {
    let clear = GatewaySms::new(kannel("http://sms.example")).unwrap_err();
    assert!(clear.to_string().contains("must be https"), "{clear}");
    let escape = GatewayConfig { status_callback: "https://fv.example/%70v/dlr".into(), ..kannel("http://127.0.0.1:1") };
    assert_eq!(GatewaySms::new(escape).unwrap_err(), ConfigError::Callback);
    let sender = GatewaySms::new(kannel("http://127.0.0.1:1")).unwrap();
    assert!(matches!(sender.prepare(&text(""), LONG), Err(SendError::Refused(_))));
}

fn admitted(path_and_query: &str, peer: Option<&str>, body: &[u8]) -> Option<Vec<u8>> {
    let allowed = vec![AddressRange { address: "10.1.0.0".parse().unwrap(), bits: 16 }];
    let peer = peer.map(|peer| peer.parse::<IpAddr>().unwrap());
    let call = ProviderCall { method: "GET", peer, path_and_query, headers: &[("X-Kannel-From", NUMBER), ("Date", "today")], body };
    GatewayDoor::new(SECRET, allowed, Arc::new(ManualClock::default())).admit(&call)
}

#[test]
fn only_who_knows_the_secret_and_calls_from_an_allowed_address_is_let_in() {
    let path = format!("/api/v1/webhooks/sms/{SECRET}/in?id=1");
    let kept = admitted(&path, Some("10.1.2.3"), b"Hola").unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains(SECRET), "the secret is not stored");
    assert_eq!(kept, admitted(&path, Some("10.1.9.9"), b"Hola").unwrap(), "the same call is the same bytes");
    let read = GatewayEvents::new(Country::default()).read(&kept).unwrap().remove(0);
    let ProviderEvent::Message(message) = read else { panic!("{read:?}") };
    assert_eq!((message.from.as_str(), message.provider_id.starts_with("in:1:")), (NUMBER, true));

    let wrong = |secret: &str| format!("/api/v1/webhooks/sms/{secret}/in?id=1");
    for (path, peer) in [
        (path.clone(), Some("10.2.0.1")),
        (path.clone(), Some("::1")),
        (path.clone(), None),
        (wrong(""), Some("10.1.2.3")),
        (wrong(&SECRET[1..]), Some("10.1.2.3")),
        (wrong(&format!("{SECRET}x")), Some("10.1.2.3")),
        (wrong(&SECRET.to_uppercase()), Some("10.1.2.3")),
        (format!("/api/v1/webhooks/sms/{SECRET}"), Some("10.1.2.3")),
        (format!("/elsewhere/{SECRET}/in"), Some("10.1.2.3")),
    ] {
        assert_eq!(admitted(&path, peer, b"Hola"), None, "{path} {peer:?}");
    }
    let door = GatewayDoor::new(SECRET, Vec::new(), Arc::new(ManualClock::default()));
    assert!(!format!("{door:?}").contains(SECRET));
}
