//! A message that was sent and not answered, sent again on purpose: a reminder, and what stands against one.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{AttemptAction, CloseRequest, MessageError, ResendError, SendMessageError};
use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::StopReason;
use followup_domain::case::ClosureReason;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::message::{CallOutcome, Message, MessageKind, MessageStatus};
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, unit_with};

/// A case whose plan's first letter left five days ago.
fn sent_letter() -> (Unit, CaseId, Message) {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    unit.clock.advance(Duration::days(5));
    let letter = unit.thread(id).pop().unwrap();
    assert_eq!(letter.status, Some(MessageStatus::Sent));
    (unit, id, letter)
}

/// A case to whose reporter a person wrote.
fn written(body: &str) -> (Unit, CaseId, Message) {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let message = unit.send(id, body).unwrap().message;
    unit.clock.advance(Duration::days(5));
    (unit, id, message)
}

fn remind(unit: &Unit, id: CaseId, message: &Message) -> Result<Message, ResendError> {
    unit.app.resend_message(&qf(), id, message.id, None)
}

fn answer(unit: &Unit, from: &str, message: &Message) {
    unit.receive(&reply(from, &id_of(message), "<r1@clinic.test>", "Ya respondo"));
}

#[test]
fn a_sent_letter_that_nobody_answered_is_sent_again_as_a_reminder_of_what_is_missing() {
    let (unit, id, letter) = sent_letter();
    unit.update(id, &[("paciente_peso", "70")]);
    let resent = unit.app.resend_overriding(&qf(), id, letter.id, Some("vence mañana"), None).unwrap();
    let reminder = resent.message;
    assert_eq!((reminder.reminder_of, reminder.resend_of, reminder.kind), (Some(letter.id), None, MessageKind::SentNow));
    assert_eq!((reminder.status, resent.previous_sent_at), (Some(MessageStatus::Sent), letter.sent_at));
    assert_ne!(reminder.external_id, letter.external_id);
    assert!(reminder.content.subject.as_deref().unwrap().contains("Recordatorio"), "{:?}", reminder.content.subject);
    assert!(reminder.content.body.contains("Dosis") && !reminder.content.body.contains("Peso"), "{}", reminder.content.body);
    let after = unit.thread(id).remove(0);
    assert_eq!((after.status, after.delivery, after.sent_at), (letter.status, letter.delivery, letter.sent_at), "it stays as it is");
}

#[test]
fn mail_programs_show_a_reminder_below_what_it_reminds_of() {
    let (unit, id, letter) = sent_letter();
    let absent = "From: rojas@clinic.test\nTo: fv@vigia.test\nSubject: Fuera de la oficina\nMessage-ID: <ooo@clinic.test>\n\
                  Auto-Submitted: auto-replied\nIn-Reply-To: ID\nReferences: ID\n\nVuelvo el lunes.\n";
    unit.receive(&absent.replace("ID", &id_of(&letter)));
    remind(&unit, id, &letter).unwrap();
    let parcels = unit.mail.accepted();
    let reminder = parcels.last().unwrap();
    assert_eq!(reminder.in_reply_to, letter.external_id, "not below what a robot wrote");
    assert_eq!(reminder.references.last(), letter.external_id.as_ref());
    assert_eq!(reminder.references.iter().filter(|known| Some(*known) == letter.external_id.as_ref()).count(), 1);
}

#[test]
fn what_is_asked_twice_sends_one_reminder_and_the_next_one_reminds_of_that() {
    let (unit, id, letter) = sent_letter();
    let first = remind(&unit, id, &letter).unwrap();
    assert_eq!(remind(&unit, id, &letter), Err(MessageError::Reminded(first.id).into()));
    assert_eq!(unit.mail.accepted().len(), 2);
    unit.clock.advance(Duration::days(5));
    let second = unit.app.resend_overriding(&qf(), id, first.id, None, None).unwrap();
    assert_eq!((second.message.reminder_of, second.previous_sent_at), (Some(first.id), first.sent_at));
    let views = unit.app.thread_page(id, None, 500).unwrap().messages;
    let reminded: Vec<_> = views.iter().map(|view| view.reminded_by).collect();
    assert_eq!(reminded, [Some(first.id), Some(second.message.id), None]);
}

#[test]
fn the_trail_tells_of_the_letter_by_which_message_the_reporter_was_reminded() {
    let (unit, id, letter) = sent_letter();
    let reminder = unit.app.resend_message(&qf(), id, letter.id, Some("vence mañana")).unwrap();
    let rows = unit.audit(id);
    let told = rows.iter().find(|row| row.action == "message.reminded").unwrap();
    assert_eq!((told.entity_id, &told.new["reminded_by"], told.actor.as_str()), (letter.id.0, &reminder.id.0.into(), "user:qf"));
    assert_eq!(told.reason.clone().unwrap(), format!("reenviado como recordatorio: mensaje {}", reminder.id));
    let queued = rows.iter().find(|row| row.action == "message.queued" && row.entity_id == reminder.id.0).unwrap();
    assert_eq!((&queued.new["reminder_of"], queued.reason.as_deref()), (&letter.id.0.into(), Some("vence mañana")));
}

#[test]
fn the_attempt_whose_letter_is_sent_again_stays_with_that_letter() {
    let (unit, id, letter) = sent_letter();
    for script in
        [Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())), Script::FailTransmit(SendError::Uncertain("timeout".into()))]
    {
        unit.mail.next(script);
        remind(&unit, id, &letter).unwrap_err();
        let attempt = unit.app.attempts(id).unwrap().into_iter().next().unwrap();
        assert_eq!((attempt.status, attempt.message_id), (AttemptStatus::Sent, Some(letter.id)));
        let reminder = unit.thread(id).pop().unwrap();
        assert_eq!((reminder.reminder_of, reminder.attempt_id), (Some(letter.id), letter.attempt_id));
    }
}

#[test]
fn a_reminder_that_failed_is_sent_again_in_its_place_and_is_one_still() {
    let (unit, id, letter) = sent_letter();
    unit.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    remind(&unit, id, &letter).unwrap_err();
    let failed = unit.thread(id).pop().unwrap();
    let again = remind(&unit, id, &failed).unwrap();
    assert_eq!((again.resend_of, again.reminder_of), (Some(failed.id), Some(letter.id)));
    assert_eq!(remind(&unit, id, &letter), Err(MessageError::Reminded(again.id).into()));
    assert_eq!(unit.app.attempts(id).unwrap()[0].status, AttemptStatus::Sent);
}

#[test]
fn a_failed_reminder_leaves_room_for_another() {
    let (unit, id, letter) = sent_letter();
    unit.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    remind(&unit, id, &letter).unwrap_err();
    assert_eq!(remind(&unit, id, &letter).unwrap().reminder_of, Some(letter.id));
}

#[test]
fn what_a_person_wrote_is_sent_again_in_their_own_words() {
    let (unit, id, message) = written("¿Podría enviarnos el informe de alta?");
    let again = remind(&unit, id, &message).unwrap();
    assert_eq!((&again.content.body, &again.content.subject), (&message.content.body, &message.content.subject));
    assert_eq!((again.kind, again.reminder_of), (MessageKind::Manual, Some(message.id)));
    assert_eq!(again.content.in_reply_to.first(), message.external_id.as_ref());
    assert!(!unit.mail.accepted().last().unwrap().automatic);
}

#[test]
fn what_the_reporter_answered_is_not_sent_again_whoever_wrote_and_whether_it_was_read() {
    for from in [REPORTER, "otra@elsewhere.test"] {
        for (unit, id, message) in [sent_letter(), written("¿Podría enviarnos el informe de alta?")] {
            let other = unit.send(id, "hola").unwrap().message;
            answer(&unit, from, &other);
            assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Sent), "the other one was answered");
            let unread = SendMessageError::NotSent(StopReason::UnattendedReply);
            assert_eq!(remind(&unit, id, &message), Err(unread.into()));
            let last = unit.thread(id).pop().unwrap();
            unit.app.mark_read(&qf(), id, last.id).unwrap();
            assert_eq!(remind(&unit, id, &message), Err(SendMessageError::NotSent(StopReason::Answered).into()));
            if from == REPORTER {
                assert_eq!(remind(&unit, id, &other), Err(MessageError::Illegal(MessageStatus::Responded).into()));
            }
            assert_eq!(unit.mail.accepted().len(), 2);
        }
    }
}

#[test]
fn a_call_is_no_answer_to_a_letter() {
    let (unit, id, letter) = sent_letter();
    unit.app.log_call(&qf(), id, CallOutcome::Reached, "Pide que se le envíe otra vez", None).unwrap();
    assert!(remind(&unit, id, &letter).is_ok());
}

#[test]
fn nothing_is_sent_again_of_which_all_came_in_or_was_documented() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let draft = unit.app.draft_request(id, "email").unwrap().letter.body;
    let message = unit.send(id, &draft).unwrap().message;
    unit.update(id, &[("paciente_peso", "70"), ("dosis", "1 g")]);
    assert_eq!(remind(&unit, id, &message), Err(MessageError::Illegal(MessageStatus::Completed).into()));
    let (unit, id, letter) = sent_letter();
    for field in ["paciente_peso", "dosis"] {
        let field = FieldPath::parse(field).unwrap();
        unit.app.document_field(&qf(), id, &field, FieldState::Unobtainable, "se perdió la historia").unwrap();
    }
    let told = remind(&unit, id, &letter);
    assert!(matches!(told, Err(ResendError::Message(MessageError::Illegal(MessageStatus::Completed)))), "{told:?}");
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn nobody_is_reminded_who_must_not_be_written_to_or_whose_follow_up_is_closed() {
    let (unit, id, letter) = sent_letter();
    unit.app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    assert_eq!(remind(&unit, id, &letter), Err(SendMessageError::Blocked.into()));
    let request = CloseRequest { reason: ClosureReason::Declined, notes: "No desea".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    assert_eq!(remind(&unit, id, &letter), Err(SendMessageError::Closed.into()));
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn a_letter_whose_attempt_a_person_settled_is_not_sent_again() {
    let (unit, id, letter) = sent_letter();
    unit.app.override_attempt(&qf(), id, letter.attempt_id.unwrap(), &AttemptAction::Complete { reason: None }).unwrap();
    assert!(remind(&unit, id, &letter).is_err());
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn an_answer_that_comes_while_the_reminder_is_on_its_way_stops_it() {
    let (unit, id, letter) = sent_letter();
    let other = unit.send(id, "hola").unwrap().message;
    let mail = reply(REPORTER, &id_of(&other), "<r1@clinic.test>", "Ya respondo");
    let (app, clock) = (unit.app.clone(), unit.clock.clone());
    unit.mail.during_prepare(move || {
        support::store(&app, &clock, &mail);
        app.process_stored_mail(&|| false).unwrap();
    });
    let told = remind(&unit, id, &letter);
    assert!(matches!(&told, Err(ResendError::Send(SendMessageError::Stopped { .. }))), "{told:?}");
    let stopped = unit.thread(id).into_iter().find(|message| message.reminder_of.is_some()).unwrap();
    assert_eq!((stopped.status, stopped.error.as_deref()), (Some(MessageStatus::Skipped), Some("hay una respuesta sin atender")));
    assert_eq!(unit.mail.accepted().len(), 2);
    let views = unit.app.thread_page(id, None, 500).unwrap().messages;
    assert_eq!(views[0].reminded_by, None, "nothing was sent");
}
