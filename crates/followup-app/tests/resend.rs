//! A message sent again: what it says, what stands against it, and what the trail tells of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_app::{AttemptAction, CloseRequest, MessageError, ResendError, SendMessageError, Senders};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::StopReason;
use followup_domain::case::ClosureReason;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{CallOutcome, Channel, Message, MessageKind, MessageStatus};
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, qf, unit_with};

/// A case whose plan's first letter met this.
fn first_letter(script: Script) -> (Unit, CaseId, Message) {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    unit.plan(id);
    unit.mail.next(script);
    unit.dispatch();
    let letter = unit.thread(id).pop().unwrap();
    (unit, id, letter)
}

fn refused() -> Script {
    Script::FailPrepare(SendError::Refused("554 5.7.1 refused".into()))
}

fn uncertain() -> Script {
    Script::FailTransmit(SendError::Uncertain("no answer".into()))
}

#[test]
fn a_letter_sent_again_never_asks_for_what_came_in_meanwhile() {
    for script in [refused(), uncertain()] {
        let (unit, id, letter) = first_letter(script);
        assert!(letter.content.body.contains("Peso"), "{}", letter.content.body);
        unit.update(id, &[("paciente_peso", "70")]);
        let again = unit.app.resend_message(&qf(), id, letter.id, None).unwrap();
        assert!(!again.content.body.contains("Peso") && again.content.body.contains("Dosis"), "{}", again.content.body);
        let asked = unit.app.followup_summary(id, "qf").unwrap().missing;
        assert_eq!(asked.len(), 1);
    }
}

#[test]
fn a_letter_of_the_service_that_is_sent_again_is_automatic_still_and_a_persons_is_not() {
    let (unit, id, letter) = first_letter(refused());
    unit.mail.next(refused());
    unit.app.resend_message(&qf(), id, letter.id, None).unwrap_err();
    let second = unit.thread(id).pop().unwrap();
    assert_eq!(second.kind, MessageKind::SentNow);
    unit.app.resend_message(&qf(), id, second.id, None).unwrap();
    assert!(unit.mail.accepted().last().unwrap().automatic, "so that no robot answers it");
    unit.mail.next(Script::is_down());
    unit.send(id, "¿Peso?").unwrap_err();
    let written = unit.thread(id).pop().unwrap();
    assert_eq!(unit.app.resend_message(&qf(), id, written.id, None).unwrap().kind, MessageKind::Manual);
    assert!(!unit.mail.accepted().last().unwrap().automatic);
}

#[test]
fn a_letter_that_was_sent_again_and_failed_is_written_anew_once_more() {
    let (unit, id, letter) = first_letter(refused());
    unit.mail.next(refused());
    unit.app.resend_message(&qf(), id, letter.id, None).unwrap_err();
    let second = unit.thread(id).pop().unwrap();
    assert_eq!((second.resend_of, second.status), (Some(letter.id), Some(MessageStatus::Failed)));
    unit.update(id, &[("paciente_peso", "70")]);
    let third = unit.app.resend_message(&qf(), id, second.id, None).unwrap();
    assert!(!third.content.body.contains("Peso"), "{}", third.content.body);
}

#[test]
fn a_letter_with_nothing_left_to_ask_for_is_not_sent_again() {
    let (unit, id, letter) = first_letter(refused());
    unit.update(id, &[("paciente_peso", "70"), ("dosis", "1 g")]);
    let told = unit.app.resend_message(&qf(), id, letter.id, None);
    assert_eq!(told, Err(SendMessageError::NotSent(StopReason::NothingMissing).into()));
    assert_eq!((unit.thread(id).len(), unit.mail.accepted()), (1, vec![]));
}

#[test]
fn what_a_person_wrote_is_sent_again_as_it_was() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    unit.mail.next(refused());
    unit.send(id, "¿Peso aproximado?").unwrap_err();
    let failed = unit.thread(id).pop().unwrap();
    unit.update(id, &[("paciente_peso", "70"), ("dosis", "1 g")]);
    assert_eq!(unit.app.resend_message(&qf(), id, failed.id, None).unwrap().content.body, "¿Peso aproximado?");
}

#[test]
fn a_letter_whose_attempt_a_person_settled_is_not_sent_again() {
    let (unit, id, letter) = first_letter(uncertain());
    let attempt = letter.attempt_id.unwrap();
    unit.app.override_attempt(&qf(), id, attempt, &AttemptAction::Complete { reason: None }).unwrap();
    let told = unit.app.resend_message(&qf(), id, letter.id, None);
    assert_eq!(told, Err(ResendError::AttemptSettled(AttemptStatus::Completed)));
    assert_eq!((unit.thread(id).len(), unit.mail.accepted()), (1, vec![]));
}

#[test]
fn the_trail_names_the_attempt_and_the_reason() {
    let (unit, id, letter) = first_letter(refused());
    let again = unit.app.resend_message(&qf(), id, letter.id, Some(" corrigieron la dirección ")).unwrap();
    let rows = unit.audit(id);
    let queued = rows.iter().find(|row| row.action == "message.queued" && row.entity_id == again.id.0).unwrap();
    assert_eq!(queued.new["attempt_id"], letter.attempt_id.unwrap().0.into());
    assert_eq!((queued.reason.as_deref(), queued.actor.as_str()), (Some("corrigieron la dirección"), "user:qf"));
    let moved = rows.iter().rev().find(|row| row.action == "attempt.status" && row.actor == "user:qf").unwrap();
    assert_eq!(moved.reason.as_deref(), Some("corrigieron la dirección"));
}

#[test]
fn what_forbids_sending_again_is_told_in_the_order_of_the_contract() {
    let (mut unit, id, letter) = first_letter(refused());
    let call = unit.app.log_call(&qf(), id, CallOutcome::NoAnswer, "", None).unwrap();
    unit.send(id, "hola").unwrap();
    let accepted = unit.thread(id).pop().unwrap();
    unit.app.senders = Senders::default();
    let told = |unit: &Unit, message| unit.app.resend_message(&qf(), id, message, None).unwrap_err();
    assert_eq!(told(&unit, MessageId(99)), MessageError::NotFound.into());
    assert_eq!(told(&unit, call.id), SendMessageError::UnsupportedChannel.into());
    assert_eq!(told(&unit, letter.id), SendMessageError::NotConfigured.into());
    unit.app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    assert_eq!(told(&unit, letter.id), SendMessageError::Blocked.into());
    unit.app.set_message_status(&qf(), id, accepted.id, MessageStatus::Completed, None).unwrap();
    assert_eq!(told(&unit, accepted.id), MessageError::Illegal(MessageStatus::Completed).into());
    let request = CloseRequest { reason: ClosureReason::Declined, notes: "No desea".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    assert_eq!(told(&unit, accepted.id), SendMessageError::Closed.into());
    unit.update(id, &[("reportante_contacto", "")]);
    assert_eq!(told(&unit, accepted.id), SendMessageError::NoContact(Channel::Email).into());
    assert_eq!(unit.app.resend_message(&qf(), CaseId(99), letter.id, None), Err(MessageError::CaseNotFound.into()));
}
