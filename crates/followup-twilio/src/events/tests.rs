use followup_domain::contact::{FailureReason, Permanence};

use super::*;

const SID: &str = "SM00000000000000000000000000000001";

fn status(raw: &str) -> StatusEvent {
    match TwilioEvents.read(raw.as_bytes()).unwrap().remove(0) {
        ProviderEvent::Status(event) => event,
        other => panic!("{other:?}"),
    }
}

fn message(raw: &str) -> IncomingMessage {
    match TwilioEvents.read(raw.as_bytes()).unwrap().remove(0) {
        ProviderEvent::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_status_names_its_message_by_our_name_and_by_twilios_whatever_stands_beside() {
    let told = status(&format!(
        "/api/v1/webhooks/twilio/status?x=1&ref=0b5c%40fv.example\nSmsSid={SID}&SmsStatus=delivered&MessageStatus=delivered&To=%2B51999888777&\
         MessageSid={SID}&AccountSid=AC1&From=%2B15005550006&ApiVersion=2010-04-01&RawDlrDoneDate=2611301200&Nuevo=%F0%9F%98%80"
    ));
    assert_eq!(told.kind, EventKind::Delivered);
    assert_eq!((told.reference.as_deref(), told.provider_id.as_deref()), (Some("0b5c@fv.example"), Some(SID)));
    assert_eq!((told.key, told.failure, told.at), (format!("{SID}:delivered"), None, None));
    let bare = status(&format!("/x\nMessageSid={SID}&MessageStatus=sent"));
    assert_eq!((bare.reference, bare.kind), (None, EventKind::Accepted));
}

#[test]
fn what_did_not_arrive_failed_and_says_why() {
    for (state, code, permanence, reason) in [
        ("undelivered", "30005", Permanence::Hard, FailureReason::UnknownUser),
        ("undelivered", "30003", Permanence::Soft, FailureReason::Unreachable),
        ("failed", "30007", Permanence::Soft, FailureReason::Refused),
        ("failed", "39999", Permanence::Soft, FailureReason::Other),
        ("partially_delivered", "30009", Permanence::Soft, FailureReason::Unreachable),
    ] {
        let told = status(&format!("/x\nMessageSid={SID}&MessageStatus={state}&ErrorCode={code}"));
        let failure = told.failure.unwrap();
        assert_eq!((told.kind, failure.permanence, failure.reason), (EventKind::Failed, permanence, reason), "{state} {code}");
        assert_eq!(failure.status.as_deref(), Some(code));
    }
    let bare = status(&format!("/x\nMessageSid={SID}&MessageStatus=Undelivered"));
    assert_eq!((bare.kind, bare.failure.unwrap().status), (EventKind::Failed, None));
}

#[test]
fn a_message_that_came_in_is_read_whole() {
    let came = message(&format!(
        "/api/v1/webhooks/twilio/sms\nToCountry=US&SmsMessageSid={SID}&NumMedia=0&SmsStatus=received&Body=Pesa+70+kg%0A%C2%BFy+ahora%3F&\
         FromCountry=PE&To=%2B15005550006&NumSegments=1&MessageSid={SID}&AccountSid=AC1&From=%2B51999888777&ApiVersion=2010-04-01"
    ));
    assert_eq!((came.provider_id.as_str(), came.from.as_str(), came.to.as_deref()), (SID, "+51999888777", Some("+15005550006")));
    assert_eq!((came.body.as_str(), came.answers, came.at), ("Pesa 70 kg\n¿y ahora?", None, None));
}

#[test]
fn files_that_came_with_a_message_are_named_by_their_addresses() {
    let came = message(
        "/x\nMessageSid=SM1&From=%2B1&Body=&NumMedia=2&MediaContentType0=Image%2FJPEG&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2Fx%2FME1",
    );
    let file =
        |source: &str, media_type: &str| IncomingMedia { source: source.into(), media_type: media_type.into(), name: None, sha256: None };
    assert_eq!(came.media, [file("https://api.twilio.com/x/ME1", "image/jpeg"), file("", "application/octet-stream")]);
    assert_eq!((came.body.as_str(), came.classification), ("", Classification::Human));
    let many = message("/x\nMessageSid=SM1&From=%2B1&Body=Foto&NumMedia=18446744073709551615");
    assert_eq!((many.body.as_str(), many.media.len()), ("Foto", MOST_MEDIA));
}

#[test]
fn what_is_neither_is_kept_for_people_and_no_bytes_make_it_panic() {
    for raw in [
        &b""[..],
        b"\n",
        b"?",
        b"/x\n",
        b"{\"a\":1}",
        b"/x?ref=1\nMessageStatus=delivered",
        b"/x\nMessageSid=SM1&MessageStatus=teleported",
        b"/x\nMessageSid=SM1&From=%2B1",
        b"/x\nMessageSid=SM1&Body=Hola",
        b"\xff\xfe\n%00%ff=&&&===",
    ] {
        let error = TwilioEvents.read(raw).unwrap_err().to_string();
        assert!(!error.is_empty(), "{raw:?}");
    }
    let clean = message("/x\nMessageSid=SM%001&From=%2B51&Body=a%00b");
    assert_eq!((clean.provider_id.as_str(), clean.body.as_str()), ("SM1", "ab"));
}
