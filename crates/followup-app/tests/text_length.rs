//! How long a text message may be, and how it is written.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use followup_app::{OneMoreAttempt, SendMessageError, SendRequest};
use followup_domain::asking::reason::{Reason, StopReason};
use followup_domain::ids::CaseId;
use followup_domain::message::{Channel, Delivery};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::Clock;
use followup_domain::sending::SmsRules;
use followup_testkit::rigs::text_provider::{Answer, TextProvider};
use support::{Unit, qf, unit_with};

const NUMBER: &str = "+51999888777";

fn start(change: impl FnOnce(&mut FollowupPolicy)) -> (Unit, TextProvider, CaseId) {
    let mut unit = unit_with(|policy| {
        policy.automatic_requests = false;
        change(policy);
    });
    let provider = TextProvider::start();
    unit.app.senders = unit.app.senders.clone().with(Channel::Sms, Arc::new(provider.sender()));
    let case = unit.case(&[("reportante_telefono", NUMBER)]);
    (unit, provider, case)
}

fn text(body: &str) -> SendRequest {
    SendRequest { channel: Some("sms".into()), body: Some(body.into()), ..SendRequest::default() }
}

#[test]
fn a_text_that_has_too_many_parts_is_refused_with_their_number_and_nothing_stands_in_the_thread() {
    let (unit, provider, case) = start(|_| {});
    let long = "ó".repeat(4 * 67 + 1);
    let Err(SendMessageError::Invalid(error)) = unit.app.send_message(&qf(), case, &text(&long), None) else { panic!("it is refused") };
    assert_eq!(error.field, "body");
    assert!(error.message.contains("5 partes y se admiten 4"), "{}", error.message);
    assert!(provider.taken().is_empty() && unit.thread(case).is_empty());
    let mail = SendRequest { channel: Some("email".into()), ..text(&long) };
    unit.app.send_message(&qf(), case, &mail, None).unwrap();
    // White space around it is not sent and does not count.
    let fits = format!(" {} \n", "ó".repeat(4 * 67));
    unit.app.send_message(&qf(), case, &text(&fits), None).unwrap();
    assert_eq!(provider.taken().len(), 1);
}

#[test]
fn the_parts_that_the_provider_told_of_stand_with_the_message() {
    let (unit, _provider, case) = start(|_| {});
    let sent = unit.app.send_message(&qf(), case, &text("Falta la dosis"), None).unwrap().message;
    assert_eq!(sent.parts, Some(1));
    let mail = SendRequest { channel: Some("email".into()), ..text("Falta la dosis") };
    assert_eq!(unit.app.send_message(&qf(), case, &mail, None).unwrap().message.parts, None);
}

#[test]
fn a_letter_that_would_be_too_long_does_not_go_and_its_attempt_says_how_long_it_is() {
    let (unit, provider, case) = start(|policy| policy.letterhead.unit_name = "Unidad de Farmacovigilancia ".repeat(12));
    let contact = OneMoreAttempt { due_at: unit.clock.now(), label: "SMS".into(), channel: Channel::Sms.into(), reason: None };
    let attempt = unit.app.schedule_attempt(&qf(), case, &contact).unwrap();
    let now = unit.app.send_attempt_now(&qf(), case, attempt.id, None).unwrap_err();
    assert!(now.to_string().contains("too_many_parts 7 4"), "{now}");
    unit.dispatch();
    assert!(provider.taken().is_empty());
    let (status, reason) = unit.attempts(case).remove(0);
    assert_eq!((status.as_str(), reason.as_deref()), ("failed", Some("el SMS ocupa 7 partes y se admiten 4 (SMS_MAX_PARTS)")));
}

#[test]
fn accents_go_where_that_saves_parts_and_what_is_stored_is_what_was_sent() {
    let saving = SmsRules { most_parts: 1, transliterate: true };
    let (unit, provider, case) = start(|policy| policy.sms = saving);
    let long = "¿Cuál fue la dosis y cuándo la tomó el niño? Puede responder a este mensaje cuando le sea posible.";
    let sent = unit.app.send_message(&qf(), case, &text(long), None).unwrap().message;
    assert!(sent.content.body.starts_with("¿Cual fue la dosis y cuando la tomo el niño?"), "{}", sent.content.body);
    assert_eq!(provider.taken()[0].body, sent.content.body);
    let short = unit.app.send_message(&qf(), case, &text("¿Y cuándo?"), None).unwrap().message;
    assert_eq!(short.content.body, "¿Y cuándo?", "it saves nothing");
    let draft = unit.app.draft_request(case, "sms").unwrap().letter.body;
    assert!(draft.contains("indiquelo") && !draft.contains('í'), "{draft}");
    let mail = unit.app.draft_request(case, "email").unwrap().letter.body;
    assert!(mail.contains('í'), "{mail}");
}

#[test]
fn what_failed_is_sent_again_as_it_was_unless_it_is_too_long_by_now() {
    let (mut unit, provider, case) = start(|_| {});
    provider.next(Answer::NoSuchNumber);
    unit.app.send_message(&qf(), case, &text(&"ó".repeat(100)), None).unwrap_err();
    let failed = unit.thread(case).remove(0);
    assert_eq!(failed.delivery, Some(Delivery::Rejected));
    let number = failed.content.to.as_deref().and_then(followup_domain::contact::E164::parse).unwrap();
    unit.app.clear_failed_number(&qf(), &number, "lo dio el operador").unwrap();
    let mut policy = (*unit.app.policy).clone();
    policy.sms.most_parts = 1;
    unit.app.policy = Arc::new(policy);
    let error = unit.app.resend_message(&qf(), case, failed.id, None).unwrap_err().to_string();
    let reason = Reason::from(StopReason::TooManyParts { parts: 2, most: 1 });
    assert!(error.contains(&reason.to_string()), "{error}");
    assert!(provider.taken().is_empty());
}
