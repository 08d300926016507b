//! A person writes to the reporter: tried once, and the truth is kept.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_app::{CloseRequest, IdempotencyKey, SendMessageError, SendRequest, Senders};
use followup_domain::case::ClosureReason;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::message::{Channel, Delivery, MessageStatus};
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, shown, unit, unit_with};

#[test]
fn a_message_is_sent_and_stands_in_the_thread() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let sent = unit.send(id, "  ¿Puede confirmar el lote?  ").unwrap();
    assert!(sent.created);
    assert_eq!(sent.message.content.body, "¿Puede confirmar el lote?");
    assert_eq!((sent.message.status, sent.message.delivery), (Some(MessageStatus::Sent), Some(Delivery::Accepted)));
    assert!(!unit.mail.accepted()[0].automatic);
    assert_eq!(unit.thread(id), [sent.message]);
}

#[test]
fn errors_come_in_the_documented_order() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[("reportante_contacto", "sin datos")]);
    let request =
        |channel: &str, body: &str| SendRequest { channel: Some(channel.into()), body: Some(body.into()), ..SendRequest::default() };
    let error = |id, request: SendRequest| unit.app.send_message(&qf(), id, &request, None).unwrap_err();
    assert_eq!(error(CaseId(999), request("fax", "")), SendMessageError::NotFound);
    assert_eq!(error(id, request("fax", "")), SendMessageError::UnsupportedChannel);
    assert_eq!(error(id, request("call", "x")), SendMessageError::UnsupportedChannel);
    assert_eq!(error(id, SendRequest::default()), SendMessageError::UnsupportedChannel);
    assert_eq!(error(id, request("email", " \n ")), SendMessageError::EmptyBody);
    for (channel, kind) in [("email", Channel::Email), ("sms", Channel::Sms), ("whatsapp", Channel::Whatsapp)] {
        assert_eq!(error(id, request(channel, "x")), SendMessageError::NoContact(kind));
    }
    let with_phone = unit.case(&[("reportante_contacto", "999 888 777")]);
    assert_eq!(error(with_phone, request("sms", "x")), SendMessageError::NotConfigured);
    assert_eq!(unit.thread(id), [], "a refused request leaves nothing behind");
}

#[test]
fn a_failure_is_answered_and_stands_in_the_thread_as_failed() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    for script in [
        Script::is_down(),
        Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())),
        Script::FailTransmit(SendError::NotSent("452 later".into())),
    ] {
        unit.mail.next(script);
        assert!(matches!(unit.send(id, "hola").unwrap_err(), SendMessageError::Failed { .. }));
    }
    assert!(unit.thread(id).iter().all(|message| message.status == Some(MessageStatus::Failed)));
    assert_eq!(unit.deliver(), followup_app::DeliveryReport::default(), "a person's message is never queued again");
}

#[test]
fn an_uncertain_result_is_said_to_be_uncertain() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("timed out".into())));
    assert!(matches!(unit.send(id, "hola").unwrap_err(), SendMessageError::Uncertain { .. }));
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Uncertain));
}

#[test]
fn the_same_key_sends_once() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let request = SendRequest { channel: Some("email".into()), body: Some("hola".into()), ..SendRequest::default() };
    let key = |fingerprint: &str| IdempotencyKey { scope: "send:qf:1:k".into(), fingerprint: fingerprint.into() };
    let first = unit.app.send_message(&qf(), id, &request, Some(&key("a"))).unwrap();
    let again = unit.app.send_message(&qf(), id, &request, Some(&key("a"))).unwrap();
    assert_eq!((again.created, again.message), (false, first.message));
    assert_eq!(unit.app.send_message(&qf(), id, &request, Some(&key("b"))).unwrap_err(), SendMessageError::KeyReused);
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn a_key_is_kept_for_thirty_days_and_forgotten_by_the_next_run() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let request = SendRequest { channel: Some("email".into()), body: Some("hola".into()), ..SendRequest::default() };
    let key = IdempotencyKey { scope: "send:qf:1:k".into(), fingerprint: "a".into() };
    let send = || unit.app.send_message(&qf(), id, &request, Some(&key)).unwrap().created;
    assert!(send());
    unit.clock.advance(chrono::Duration::days(30));
    unit.dispatch();
    assert!(!send(), "thirty days are not over");
    unit.clock.advance(chrono::Duration::seconds(1));
    unit.dispatch();
    assert!(send());
}

#[test]
fn an_answer_is_threaded_below_the_reporters_mail() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    unit.receive(&reply(REPORTER, &request, "<r1@clinic.test>", "Peso: 70 kg"));
    unit.send(id, "Gracias").unwrap();
    let sent = unit.mail.accepted().pop().unwrap();
    assert_eq!(sent.in_reply_to.unwrap().as_str(), "<r1@clinic.test>");
    assert_eq!(sent.references.iter().map(|id| id.as_str()).collect::<Vec<_>>(), [request.as_str(), "<r1@clinic.test>"]);
}

#[test]
fn a_drafted_request_that_is_sent_by_hand_counts_as_asked() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let draft = unit.app.draft_request(id, "email").unwrap();
    unit.send(id, &draft.letter.body).unwrap();
    let asked = unit.app.followup_summary(id, "qf").unwrap().missing;
    assert!(asked.iter().all(|item| matches!(item.state, followup_app::AskState::Asked { .. })), "{asked:?}");
    assert!(unit.app.draft_request(id, "email").unwrap().letter.subject.contains("Recordatorio"));
}

#[test]
fn a_subject_is_one_line_of_bounded_length() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let request = |subject: String| SendRequest {
        channel: Some("email".into()),
        body: Some("x".into()),
        subject: Some(subject),
        ..SendRequest::default()
    };
    let sent = unit.app.send_message(&qf(), id, &request("Hola\r\nBcc: otro@x.test".into()), None).unwrap();
    assert_eq!(sent.message.content.subject.as_deref(), Some("Hola Bcc: otro@x.test"));
    assert!(matches!(unit.app.send_message(&qf(), id, &request("x".repeat(251)), None), Err(SendMessageError::Invalid(_))));
}

#[test]
fn a_message_that_is_stopped_at_the_door_is_no_failure_of_the_transport() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let app = unit.app.clone();
    unit.mail.during_prepare(move || {
        let request = CloseRequest { reason: ClosureReason::Declined, notes: "No desea".into(), override_reason: None };
        app.close_followup(&qf(), id, &request).unwrap();
    });
    let stopped = unit.send(id, "hola");
    let Err(SendMessageError::Stopped { reason, .. }) = stopped else { panic!("{stopped:?}") };
    assert_eq!(shown(&reason), "seguimiento cerrado");
    assert_eq!((unit.thread(id)[0].status, unit.mail.accepted()), (Some(MessageStatus::Skipped), vec![]));
}

#[test]
fn what_forbids_a_message_is_told_in_the_order_of_the_contract() {
    let mut unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    unit.app.senders = Senders::default();
    let email = |body: &str| SendRequest { channel: Some("email".into()), body: Some(body.into()), ..SendRequest::default() };
    let told = |unit: &Unit, id, request: &SendRequest| unit.app.send_message(&qf(), id, request, None).unwrap_err();
    for request in [
        email("a\0b"),
        SendRequest { subject: Some("x".repeat(251)), ..email("") },
        SendRequest { template: Some("t".into()), ..email("x") },
        SendRequest { template: Some("t\0".into()), ..SendRequest::default() },
    ] {
        assert!(matches!(told(&unit, CaseId(999), &request), SendMessageError::Invalid(_)), "{request:?}");
    }
    assert_eq!(told(&unit, id, &email("x")), SendMessageError::NotConfigured);
    unit.app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    assert_eq!(told(&unit, id, &email("x")), SendMessageError::Blocked);
    let request = CloseRequest { reason: ClosureReason::Declined, notes: "No desea".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    assert_eq!(told(&unit, id, &email("x")), SendMessageError::Closed);
    unit.update(id, &[("reportante_contacto", "")]);
    assert_eq!(told(&unit, id, &email("x")), SendMessageError::NoContact(Channel::Email));
}
