//! What SNS answers, and what that means for the message.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use followup_domain::contact::{Country, FailureReason, PhoneNumber};
use followup_domain::ports::Sender;
use followup_domain::sending::{ExternalName, Parcel, Receipt, SendError, SendStage, TextParcel};
use followup_sns::{SCOPE, SnsConfig, SnsKey, SnsSms};
use followup_testkit::fakes::ManualClock;
use followup_testkit::rigs::scripted_http::{Reply, ScriptedHttp};

const LONG: Duration = Duration::from_secs(30);
const TAKEN: &str = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>567910cd-659e-55d4-8ccb-5aaf14679dc0</MessageId></PublishResult><ResponseMetadata><RequestId>d74b8436</RequestId></ResponseMetadata></PublishResponse>";

fn config(base_url: String) -> SnsConfig {
    let key = SnsKey { id: "AKIDEXAMPLE".into(), secret: "geheim".into(), session_token: None };
    SnsConfig { region: "us-east-1".into(), key, sender_id: None, base_url, ca_pem: None }
}

fn text(body: &str) -> Parcel {
    let to = PhoneNumber::parse("+51999888777", Country::default()).unwrap();
    Parcel::Text(TextParcel { reference: "<1@fv.example>".into(), date: DateTime::UNIX_EPOCH, to, body: body.into() })
}

fn sender(config: SnsConfig) -> SnsSms {
    SnsSms::new(config, Arc::new(ManualClock::default())).unwrap()
}

fn send(config: SnsConfig, body: &str) -> Result<Receipt, SendError> {
    sender(config).prepare(&text(body), LONG).unwrap().transmit()
}

fn error(code: &str, words: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{words}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    )
}

#[test]
fn a_message_is_published_signed_and_transactional() {
    let server = ScriptedHttp::start();
    server.next(Reply::of(200, TAKEN));
    let mut config = config(server.url());
    config.sender_id = Some("FARMACO".into());
    config.key.session_token = Some("t+k/n=".into());
    let receipt = send(config, "¿Cuál fue la dosis? 1+1").unwrap();
    assert_eq!(receipt.provider_id, Some(ExternalName::new(SCOPE, "567910cd-659e-55d4-8ccb-5aaf14679dc0")));
    let asked = server.asked().remove(0);
    assert_eq!(asked.line, "POST / HTTP/1.1");
    assert_eq!(
        asked.body,
        "Action=Publish&Version=2010-03-31&PhoneNumber=%2B51999888777&Message=%C2%BFCu%C3%A1l+fue+la+dosis%3F+1%2B1\
         &MessageAttributes.entry.1.Name=AWS.SNS.SMS.SMSType&MessageAttributes.entry.1.Value.DataType=String\
         &MessageAttributes.entry.1.Value.StringValue=Transactional&MessageAttributes.entry.2.Name=AWS.SNS.SMS.SenderID\
         &MessageAttributes.entry.2.Value.DataType=String&MessageAttributes.entry.2.Value.StringValue=FARMACO"
    );
    let header = asked.header("authorization").unwrap();
    assert!(header.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="), "{header}");
    assert_eq!(asked.header("x-amz-security-token"), Some("t+k/n="));
}

#[test]
fn every_error_says_whose_fault_it_is() {
    use SendError::{Refused, Unavailable, Uncertain};
    let server = ScriptedHttp::start();
    for (status, code, stage) in [
        (403, "SignatureDoesNotMatch", SendStage::SignIn),
        (403, "InvalidClientTokenId", SendStage::SignIn),
        (403, "AuthorizationError", SendStage::SignIn),
        (400, "ExpiredToken", SendStage::SignIn),
        (403, "SomethingNew", SendStage::SignIn),
        (400, "Throttling", SendStage::Connection),
        (429, "Throttled", SendStage::Connection),
    ] {
        server.next(Reply::of(status, error(code, "no")));
        let found = send(config(server.url()), "Hola").unwrap_err();
        assert_eq!(found, Unavailable { stage, text: format!("{code} no") });
    }
    for (code, words, reason) in [
        ("InvalidParameter", "Invalid parameter: PhoneNumber Reason: 1 is not valid to publish to", Some(FailureReason::UnknownUser)),
        ("InvalidParameter", "Invalid parameter: Message Reason: too long", None),
        ("OptedOut", "opted out", Some(FailureReason::Refused)),
        ("SomethingNew", "no", None),
    ] {
        server.next(Reply::of(400, error(code, words)));
        let Refused(refusal) = send(config(server.url()), "Hola").unwrap_err() else { panic!("{code} is for good") };
        assert_eq!(refusal.failure.map(|failure| failure.reason), reason, "{code} {words}");
        assert_eq!((refusal.code.as_deref(), refusal.text), (Some(code), format!("{code} {words}")));
    }
    for reply in [
        Reply::of(500, error("InternalError", "boom")),
        Reply::of(503, error("ServiceUnavailable", "busy")),
        Reply::of(500, ""),
        Reply::of(503, "<html>Service Unavailable</html>"),
        Reply::of(403, "<html>a proxy</html>"),
        Reply::of(200, ""),
        Reply::of(200, "<html>Welcome</html>"),
        Reply::of(302, ""),
        Reply::lost(),
    ] {
        server.next(reply.clone());
        let found = send(config(server.url()), "Hola").unwrap_err();
        assert!(matches!(found, Uncertain(_)), "{reply:?}: {found:?}");
    }
}

#[test]
fn what_is_too_long_is_told_before_anybody_is_asked() {
    let sender = sender(config("http://127.0.0.1:1".into()));
    assert!(sender.prepare(&text(&"ó".repeat(800)), LONG).is_ok());
    let Err(SendError::Refused(refusal)) = sender.prepare(&text(&"ó".repeat(801)), LONG) else { panic!("1602 bytes") };
    assert_eq!((refusal.text.as_str(), refusal.stage), ("el texto supera los 1600 bytes que admite AWS SNS", None));
}

#[test]
fn no_error_and_no_debug_shows_the_secret() {
    let config = config("http://127.0.0.1:1".into());
    let shown = format!("{config:?} {:?} {:?}", sender(config.clone()), send(config.clone(), "Hola").unwrap_err());
    assert!(!shown.contains("geheim") && !shown.contains("999888777"), "{shown}");
}
