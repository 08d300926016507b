//! Messages to a Twilio on loopback, and what it calls back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::TcpListener;
use std::time::Duration;

use chrono::DateTime;
use followup_domain::contact::{Country, FailureReason, Permanence, PhoneNumber};
use followup_domain::ports::{CallbackDoor, Prepared, ProviderCall, Sender};
use followup_domain::sending::{
    EventKind, EventReader, ExternalName, Parcel, ProviderEvent, Receipt, SendError, SendStage, StatusEvent, TextParcel, WhatsappContent,
    WhatsappParcel,
};
use followup_testkit::rigs::twilio_server::{ACCOUNT, AUTH_TOKEN, Answer, Call, OUR_NUMBER, TwilioServer};
use followup_twilio::{ConfigError, SCOPE, TwilioConfig, TwilioDoor, TwilioEvents, TwilioFrom, TwilioSms};

const PUBLIC_URL: &str = "https://fv.example";
const REFERENCE: &str = "0b5c7a+1@fv.example";
const NUMBER: &str = "+51999888777";
/// Far longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(30);

fn config(base_url: &str) -> TwilioConfig {
    TwilioConfig {
        account_sid: ACCOUNT.into(),
        user: ACCOUNT.into(),
        password: AUTH_TOKEN.into(),
        from: TwilioFrom::Number(OUR_NUMBER.into()),
        base_url: base_url.into(),
        ca_pem: None,
        status_callback: format!("{PUBLIC_URL}/api/v1/webhooks/twilio/status"),
    }
}

fn text(body: &str) -> Parcel {
    let to = PhoneNumber::parse(NUMBER, Country::default()).unwrap();
    Parcel::Text(TextParcel { reference: REFERENCE.into(), date: DateTime::UNIX_EPOCH, to, body: body.into() })
}

fn prepared(config: TwilioConfig, body: &str, budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
    TwilioSms::new(config).unwrap().prepare(&text(body), budget)
}

fn send(server: &TwilioServer) -> Result<Receipt, SendError> {
    prepared(config(&server.base_url()), "¿Cuál fue la dosis? 1+1 & más", LONG).unwrap().transmit()
}

#[test]
fn a_message_is_handed_over_once_with_our_name_of_it_in_the_callback_address() {
    let server = TwilioServer::start();
    let receipt = send(&server).unwrap();
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    let field = |name| taken[0].get(name);
    assert_eq!((field("To"), field("From"), field("Body")), (Some(NUMBER), Some(OUR_NUMBER), Some("¿Cuál fue la dosis? 1+1 & más")));
    let callback = "https://fv.example/api/v1/webhooks/twilio/status?ref=0b5c7a%2B1%40fv.example";
    assert_eq!(field("StatusCallback"), Some(callback));
    assert_eq!(receipt.provider_id, Some(ExternalName::new(SCOPE, taken[0].sid.as_str())));
    assert_eq!((receipt.parts, receipt.words), (Some(1), format!("201 queued {}", taken[0].sid)));
}

#[test]
fn a_messaging_service_chooses_the_number_and_knows_of_no_parts_yet() {
    let server = TwilioServer::start();
    server.next(Answer::TakeUnsplit);
    let config = TwilioConfig { from: TwilioFrom::Service("MG1".into()), ..config(&server.base_url()) };
    let receipt = prepared(config, "Hola", LONG).unwrap().transmit().unwrap();
    assert_eq!(receipt.parts, None);
    let taken = server.taken().remove(0);
    assert_eq!((taken.get("MessagingServiceSid"), taken.get("From")), (Some("MG1"), None));
}

#[test]
fn what_is_kept_of_the_request_is_its_body_and_no_secret() {
    let prepared = prepared(config("http://127.0.0.1:1"), "Hola", LONG).unwrap();
    let kept = String::from_utf8(prepared.content().to_vec()).unwrap();
    assert!(kept.starts_with("To=%2B51999888777&From=%2B15005550006&Body=Hola&StatusCallback=https%3A%2F%2Ffv.example"), "{kept}");
    assert!(!kept.contains(AUTH_TOKEN));
}

#[test]
fn what_may_have_left_is_in_doubt() {
    let server = TwilioServer::start();
    for answer in [
        Answer::LoseAnswer,
        Answer::Error(503, 20503, "Service unavailable"),
        Answer::Error(503, 29997, "Something new"),
        Answer::Other(500, ""),
        Answer::Other(502, "<html>Bad Gateway</html>"),
        Answer::Other(503, "{}"),
        Answer::Other(403, "<html>a proxy</html>"),
        Answer::Other(429, "slow down"),
        Answer::Other(302, ""),
        Answer::Other(201, "{\"sid\":"),
        Answer::Other(200, ""),
        Answer::Error(500, 20500, "An internal server error has occurred"),
        Answer::Error(504, 20504, "Gateway timeout"),
    ] {
        server.next(answer.clone());
        let error = send(&server).unwrap_err();
        assert!(matches!(error, SendError::Uncertain(_)), "{answer:?}: {error:?}");
    }
}

#[test]
fn an_answer_that_does_not_come_in_time_is_doubt() {
    let server = TwilioServer::start();
    server.next(Answer::SlowBody);
    let error = prepared(config(&server.base_url()), "Hola", Duration::from_millis(600)).unwrap().transmit().unwrap_err();
    assert!(matches!(&error, SendError::Uncertain(text) if text.contains("no respondió a tiempo")), "{error:?}");
    assert_eq!(server.taken().len(), 1);
    server.release();
}

#[test]
fn what_certainly_did_not_leave_says_whose_fault_it_is() {
    let server = TwilioServer::start();
    for (answer, stage) in [
        (Answer::Error(401, 20003, "Authenticate"), SendStage::SignIn),
        (Answer::Error(403, 29999, "Forbidden"), SendStage::SignIn),
        (Answer::Error(429, 20429, "Too Many Requests"), SendStage::Connection),
        (Answer::Error(429, 29998, "Too many concurrent requests"), SendStage::Connection),
        (Answer::Error(400, 21603, "A From phone number is required"), SendStage::Sender),
    ] {
        server.next(answer.clone());
        let error = send(&server).unwrap_err();
        assert!(matches!(&error, SendError::Unavailable { stage: told, .. } if *told == stage), "{answer:?}: {error:?}");
    }
    let wrong = TwilioConfig { password: "another".into(), ..config(&server.base_url()) };
    let error = prepared(wrong, "Hola", LONG).unwrap().transmit().unwrap_err();
    assert_eq!(error, SendError::Unavailable { stage: SendStage::SignIn, text: "20003 Authenticate".into() });
    assert!(server.taken().is_empty());
}

#[test]
fn what_is_refused_for_good_says_what_that_means_for_the_number() {
    let server = TwilioServer::start();
    for (code, stage, reason) in [
        (21211, SendStage::Recipient, Some((Permanence::Hard, FailureReason::UnknownUser))),
        (21614, SendStage::Recipient, Some((Permanence::Hard, FailureReason::UnknownUser))),
        (21610, SendStage::Recipient, Some((Permanence::Hard, FailureReason::Refused))),
        // One destination says nothing of the others.
        (21606, SendStage::Recipient, Some((Permanence::Soft, FailureReason::Unreachable))),
        (21659, SendStage::Recipient, Some((Permanence::Soft, FailureReason::Unreachable))),
        (21703, SendStage::Recipient, Some((Permanence::Soft, FailureReason::Unreachable))),
        (21408, SendStage::Message, None),
        (21617, SendStage::Message, None),
        (29997, SendStage::Message, None),
    ] {
        server.next(Answer::Error(400, code, "Twilio's own\r\nwords\u{0}"));
        let SendError::Refused(refusal) = send(&server).unwrap_err() else { panic!("{code} is for good") };
        assert_eq!(refusal.text, format!("{code} Twilio's ownwords"));
        assert_eq!((refusal.stage, refusal.code), (Some(stage), Some(code.to_string())));
        assert_eq!(refusal.failure.map(|failure| (failure.permanence, failure.reason)), reason, "{code}");
    }
}

#[test]
fn a_server_that_cannot_be_reached_or_is_not_trusted_got_nothing() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = prepared(config(&format!("http://{gone}")), "Hola", LONG).unwrap().transmit().unwrap_err();
    assert!(matches!(&error, SendError::Unavailable { stage: SendStage::Connection, .. }), "{error:?}");
    // It does not speak TLS.
    let server = TwilioServer::start();
    let error = prepared(config(&server.base_url().replace("http:", "https:")), "Hola", LONG).unwrap().transmit().unwrap_err();
    assert!(matches!(&error, SendError::Unavailable { .. }), "{error:?}");
    assert!(server.taken().is_empty());
}

#[test]
fn what_is_no_text_message_or_too_long_is_refused_before_anybody_is_asked() {
    let sender = TwilioSms::new(config("http://127.0.0.1:1")).unwrap();
    let to = PhoneNumber::parse(NUMBER, Country::default()).unwrap();
    let content = WhatsappContent::Text("Hola".into());
    let other = Parcel::Whatsapp(WhatsappParcel { reference: REFERENCE.into(), date: DateTime::UNIX_EPOCH, to, content });
    for parcel in [other, text(&"a".repeat(1601))] {
        let Err(SendError::Refused(refusal)) = sender.prepare(&parcel, LONG) else { panic!("{parcel:?}") };
        assert_eq!(refusal.stage, None);
    }
    assert!(sender.prepare(&text(&"a".repeat(1600)), LONG).is_ok());
}

#[test]
fn an_account_that_cannot_work_is_told_before_anything_is_sent() {
    let account = |account_sid: &str| TwilioSms::new(TwilioConfig { account_sid: account_sid.into(), ..config("http://127.0.0.1:1") });
    assert_eq!(account("AC1/../x").unwrap_err(), ConfigError::AccountSid);
    let clear = TwilioSms::new(config("http://api.example")).unwrap_err();
    assert!(clear.to_string().contains("must be https"), "{clear}");
}

#[test]
fn no_error_and_no_debug_shows_the_secret() {
    let server = TwilioServer::start();
    server.next(Answer::LoseAnswer);
    let sender = TwilioSms::new(config(&server.base_url())).unwrap();
    let door = TwilioDoor::new(AUTH_TOKEN, PUBLIC_URL);
    let shown = format!("{sender:?} {door:?} {:?}", send(&server).unwrap_err());
    assert!(!shown.contains(AUTH_TOKEN) && !shown.contains("999888777"), "{shown}");
}

fn admitted(door: &TwilioDoor, call: &Call) -> Option<Vec<u8>> {
    let headers = [("X-Twilio-Signature", call.signature.as_str()), ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")];
    let (method, peer) = ("POST", None);
    door.admit(&ProviderCall { method, peer, path_and_query: &call.path_and_query, headers: &headers, body: call.body.as_bytes() })
}

fn status_of(kept: &[u8]) -> StatusEvent {
    match TwilioEvents.read(kept).unwrap().remove(0) {
        ProviderEvent::Status(event) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn after_a_lost_answer_every_callback_brings_our_name_back() {
    let server = TwilioServer::start();
    server.next(Answer::LoseAnswer);
    send(&server).unwrap_err();
    let (door, taken) = (TwilioDoor::new(AUTH_TOKEN, format!("{PUBLIC_URL}/")), server.taken().remove(0));
    let mut keys = Vec::new();
    for (state, code, kind) in [
        ("delivered", None, EventKind::Delivered),
        ("queued", None, EventKind::Accepted),
        ("sent", None, EventKind::Accepted),
        ("undelivered", Some("30003"), EventKind::Failed),
    ] {
        let call = Call::status(&taken, state, code);
        let event = status_of(&admitted(&door, &call).unwrap());
        assert_eq!((event.reference.as_deref(), event.provider_id.as_deref()), (Some(REFERENCE), Some(taken.sid.as_str())));
        assert_eq!((event.kind, event.failure.and_then(|failure| failure.status)), (kind, code.map(str::to_owned)));
        assert_eq!(admitted(&door, &call), admitted(&door, &call), "twice the same bytes");
        keys.push(event.key);
    }
    keys.dedup();
    assert_eq!(keys.len(), 4, "each state is an event of its own: {keys:?}");
}

#[test]
fn only_twilios_own_calls_are_let_in() {
    let door = TwilioDoor::new(AUTH_TOKEN, PUBLIC_URL);
    let url = format!("{PUBLIC_URL}/api/v1/webhooks/twilio/sms");
    let call = Call::message(&url, "SM1", NUMBER, "Pesa 70 kg, ¿está bien?");
    let kept = admitted(&door, &call).unwrap();
    let ProviderEvent::Message(message) = TwilioEvents.read(&kept).unwrap().remove(0) else { panic!("it is a message") };
    assert_eq!((message.from.as_str(), message.body.as_str()), (NUMBER, "Pesa 70 kg, ¿está bien?"));
    let forged = [
        Call { body: call.body.replace("70", "71"), ..call.clone() },
        Call { body: format!("{}&Extra=1", call.body), ..call.clone() },
        Call { path_and_query: format!("{}?ref=x", call.path_and_query), ..call.clone() },
        Call { signature: String::new(), ..call.clone() },
        Call::message("https://other.example/api/v1/webhooks/twilio/sms", "SM1", NUMBER, "Hola"),
    ];
    for forged in forged {
        assert_eq!(admitted(&door, &forged), None, "{forged:?}");
    }
    assert_eq!(admitted(&TwilioDoor::new("another token", PUBLIC_URL), &call), None);
    let (method, peer) = ("POST", None);
    let unsigned = ProviderCall { method, peer, path_and_query: &call.path_and_query, headers: &[], body: call.body.as_bytes() };
    assert_eq!(door.admit(&unsigned), None);
}
