//! Logged calls, and what a person decides about a message: confirm, link, resolve, move.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{CloseRequest, LogCallError, MessageError, OneMoreAttempt};
use followup_domain::audit::AuditValue;
use followup_domain::case::ClosureReason;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{CallOutcome, Channel, Delivery, Direction, Message, MessageStatus};
use followup_domain::ports::{Clock, NewInboundMessage, StoreError, StoreExt};
use followup_domain::sending::SendError;
use followup_testkit::builders;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, shown, unit};

/// A case whose request left and got no answer of the transport.
fn uncertain(unit: &Unit) -> (CaseId, Message) {
    let id = unit.case(&[]);
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("no answer".into())));
    unit.deliver();
    (id, unit.thread(id).pop().unwrap())
}

fn last_row(unit: &Unit, id: CaseId) -> (String, String) {
    let row = unit.audit(id).pop().unwrap();
    (row.action, row.actor)
}

#[test]
fn a_call_stands_in_the_thread_where_it_was_made() {
    let unit = unit();
    let id = unit.case(&[("reportante_contacto", "celular 999 888 777")]);
    let made = unit.clock.now() - Duration::hours(4);
    let call = unit.app.log_call(&qf(), id, CallOutcome::NoAnswer, " Suena y nadie contesta ", Some(made)).unwrap();
    assert_eq!((call.channel, call.direction, call.call_outcome), (Channel::Call, Direction::Out, Some(CallOutcome::NoAnswer)));
    assert_eq!((call.content.body.as_str(), call.content.to.as_deref()), ("Suena y nadie contesta", Some("+51999888777")));
    assert_eq!((call.created_at, call.recorded_at), (made, unit.clock.now()));
    assert_eq!(last_row(&unit, id), ("call.logged".into(), "user:qf".into()));
}

#[test]
fn a_call_that_could_not_have_been_made_is_refused() {
    let unit = unit();
    let id = unit.case(&[]);
    let log = |id, notes: &str, at| unit.app.log_call(&qf(), id, CallOutcome::Reached, notes, at).unwrap_err();
    assert_eq!(log(id, "", Some(unit.clock.now() + Duration::hours(1))), LogCallError::InFuture);
    assert_eq!(log(id, "\0", None), LogCallError::InvalidNotes);
    assert_eq!(log(CaseId(99), "", None), LogCallError::NotFound);
}

#[test]
fn only_a_call_that_reached_somebody_ends_the_wait() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    for outcome in [CallOutcome::NoAnswer, CallOutcome::WrongNumber, CallOutcome::Refused] {
        unit.app.log_call(&qf(), id, outcome, "", None).unwrap();
        assert!(unit.app.case(id).unwrap().awaiting_since.is_some(), "{outcome}");
    }
    unit.app.log_call(&qf(), id, CallOutcome::Reached, "", None).unwrap();
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, None);
}

#[test]
fn a_call_is_logged_for_a_closed_follow_up_too() {
    let unit = unit();
    let id = unit.case(&[]);
    let request = CloseRequest { reason: ClosureReason::Declined, notes: "x".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    unit.app.log_call(&qf(), id, CallOutcome::Reached, "Llamó él", None).unwrap();
}

#[test]
fn a_strangers_answer_counts_when_a_person_confirms_it() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    unit.receive(&reply("otro@elsewhere.test", &id_of(&unit.thread(id)[0]), "<r1@elsewhere.test>", "Soy su asistente"));
    let answer = unit.thread(id).pop().unwrap();
    assert!(unit.app.case(id).unwrap().awaiting_since.is_some());
    let confirmed = unit.app.confirm_sender(&qf(), id, answer.id).unwrap();
    assert!(confirmed.case_match.unwrap().confirmed);
    assert!(unit.audited(id).contains(&"message.confirmed".to_owned()));
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Responded));
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, None);
    assert!(matches!(unit.app.confirm_sender(&qf(), id, answer.id), Err(MessageError::NotFlagged)));
}

/// A reply that a person put into the case: it answers nothing yet.
fn unthreaded(unit: &Unit, id: CaseId) -> MessageId {
    unit.receive(&reply(REPORTER, "<unknown@elsewhere.test>", "<tray@clinic.test>", "68 kg"));
    let raw_id = unit.unassigned()[0].raw_id.unwrap();
    let new = NewInboundMessage { parent_id: None, created_at: unit.clock.now(), ..builders::reply(id, raw_id, "manual") };
    unit.app.store.write::<_, StoreError>(|tx| tx.messages().insert_inbound(&new)).unwrap()
}

#[test]
fn a_reply_is_linked_to_an_earlier_message() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    unit.clock.advance(Duration::hours(2));
    let answer = unthreaded(&unit, id);
    unit.clock.advance(Duration::hours(2));
    unit.send(id, "¿Peso?").unwrap();
    let thread = unit.thread(id);
    let (asked, later) = (thread[0].id, thread[2].id);
    let link = |child, parent| unit.app.link_message(&qf(), id, child, parent);
    assert_eq!(link(answer, later), Err(MessageError::NotEarlier));
    assert_eq!(link(answer, answer), Err(MessageError::NotEarlier));
    assert_eq!(link(later, asked), Err(MessageError::Outbound));
    assert_eq!(link(answer, asked).unwrap().parent_id, Some(asked));
    let rows = unit.audit(id);
    let row = rows.iter().find(|row| row.action == "message.linked").unwrap();
    assert_eq!((&row.old["parent_id"], &row.new["parent_id"]), (&AuditValue::Null, &asked.0.into()));
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Responded));
    assert_eq!(link(answer, asked).unwrap().parent_id, Some(asked));
    assert_eq!(unit.audit(id).len(), rows.len(), "what changes nothing leaves no row");
}

#[test]
fn reading_twice_leaves_one_row() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    unit.receive(&reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r1@clinic.test>", "68 kg"));
    let last = unit.thread(id).pop().unwrap().id;
    let rows = || unit.audited(id).into_iter().filter(|action| action == "thread.read").count();
    unit.app.mark_read(&qf(), id, unit.thread(id)[0].id).unwrap();
    assert_eq!(rows(), 0, "the reply is as new as before");
    for _ in 0..2 {
        unit.app.mark_read(&qf(), id, last).unwrap();
        assert_eq!(rows(), 1);
    }
}

#[test]
fn a_decision_about_a_message_tells_its_reason() {
    let unit = unit();
    let (id, lost) = uncertain(&unit);
    unit.app.resolve_message(&qf(), id, lost.id, true, Some(" está en la bandeja de enviados ")).unwrap();
    let told = |unit: &Unit| unit.audit(id).pop().unwrap().reason;
    assert_eq!(told(&unit).as_deref(), Some("está en la bandeja de enviados"));
    unit.app.set_message_status(&qf(), id, lost.id, MessageStatus::Completed, Some("llegó por teléfono")).unwrap();
    assert_eq!(told(&unit).as_deref(), Some("llegó por teléfono"));
}

#[test]
fn a_person_settles_a_message_of_unknown_fate_once() {
    for (was_sent, delivery, status) in
        [(true, Delivery::Accepted, MessageStatus::Sent), (false, Delivery::Rejected, MessageStatus::Failed)]
    {
        let unit = unit();
        let (id, lost) = uncertain(&unit);
        unit.clock.advance(Duration::hours(9));
        let settled = unit.app.resolve_message(&qf(), id, lost.id, was_sent, None).unwrap();
        assert_eq!((settled.delivery, settled.status), (Some(delivery), Some(status)));
        assert_eq!(last_row(&unit, id), ("message.delivery".into(), "user:qf".into()));
        assert_eq!(unit.app.case(id).unwrap().awaiting_since.is_some(), was_sent);
        assert!(matches!(unit.app.resolve_message(&qf(), id, lost.id, was_sent, None), Err(MessageError::Illegal(_))));
    }
}

#[test]
fn a_message_is_moved_only_as_a_person_may() {
    let unit = unit();
    let id = unit.case(&[]);
    let queued = unit.thread(id)[0].id;
    let set = |unit: &Unit, to| unit.app.set_message_status(&qf(), id, queued, to, None);
    for to in [MessageStatus::Sent, MessageStatus::Failed, MessageStatus::Uncertain, MessageStatus::Pending, MessageStatus::Responded] {
        assert!(matches!(set(&unit, to), Err(MessageError::Illegal(_))), "{to}");
    }
    unit.deliver();
    assert_eq!(set(&unit, MessageStatus::Responded).unwrap().status, Some(MessageStatus::Responded));
    assert_eq!(set(&unit, MessageStatus::Completed).unwrap().status, Some(MessageStatus::Completed));
    assert!(matches!(set(&unit, MessageStatus::Skipped), Err(MessageError::Illegal(_))));
    assert_eq!(last_row(&unit, id), ("message.status".into(), "user:qf".into()));
}

#[test]
fn a_skipped_message_leaves_the_queue() {
    let unit = unit();
    let id = unit.case(&[]);
    let queued = unit.thread(id)[0].id;
    unit.app.set_message_status(&qf(), id, queued, MessageStatus::Skipped, None).unwrap();
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
}

/// A case with a call scheduled for now, and a later letter.
fn with_scheduled_call(unit: &Unit) -> CaseId {
    let id = unit.case(&[]);
    unit.deliver();
    for (label, channel, hours) in [("Llamar", Channel::Call, 0), ("Insistir", Channel::Email, 48)] {
        let due_at = unit.clock.now() + Duration::hours(hours);
        unit.app
            .schedule_attempt(&qf(), id, &OneMoreAttempt { due_at, label: label.into(), channel: channel.into(), reason: None })
            .unwrap();
    }
    id
}

#[test]
fn a_call_that_is_due_waits_for_a_person_and_says_so_once() {
    let unit = unit();
    let id = with_scheduled_call(&unit);
    let report = unit.dispatch();
    assert_eq!(report.attempts.len(), 1);
    let waits = ("pending".to_owned(), Some("espera la llamada de una persona".to_owned()));
    assert_eq!(unit.attempts(id)[0], waits);
    let rows = unit.audit(id).len();
    assert_eq!((unit.dispatch().attempts.len(), unit.audit(id).len()), (0, rows));
    // It holds up neither the letter that comes later nor, for ever, the closing.
    unit.clock.advance(Duration::hours(48));
    unit.dispatch();
    assert_eq!((unit.attempts(id)[0].clone(), unit.attempts(id)[1].0.as_str()), (waits, "sent"));
    unit.clock.advance(Duration::days(120));
    assert!(unit.app.followup_summary(id, "qf").unwrap().closing_proposed);
}

#[test]
fn a_logged_call_is_what_the_scheduled_one_was_for() {
    for (outcome, status, reason) in [
        (CallOutcome::Reached, "completed", "llamada hecha"),
        (CallOutcome::NoAnswer, "failed", "no contestó"),
        (CallOutcome::WrongNumber, "failed", "número equivocado"),
        (CallOutcome::Refused, "failed", "no quiso responder"),
    ] {
        let unit = unit();
        let id = with_scheduled_call(&unit);
        let call = unit.app.log_call(&qf(), id, outcome, "", None).unwrap();
        let attempts = unit.app.attempts(id).unwrap();
        assert_eq!((attempts[0].status.as_str(), attempts[0].reason.as_deref().map(shown)), (status, Some(reason.to_owned())), "{outcome}");
        assert_eq!(attempts[0].message_id, Some(call.id));
        // Who does not want to answer is not reminded.
        assert_eq!(attempts[1].status.as_str() == "cancelled", outcome == CallOutcome::Refused, "{outcome}");
    }
}

#[test]
fn a_call_made_before_it_was_due_leaves_the_scheduled_one() {
    let unit = unit();
    let id = with_scheduled_call(&unit);
    unit.app.log_call(&qf(), id, CallOutcome::NoAnswer, "", Some(unit.clock.now() - Duration::hours(1))).unwrap();
    assert_eq!(unit.attempts(id)[0].0, "pending");
}

#[test]
fn a_call_of_a_case_that_lacks_nothing_or_is_answered_is_called_off() {
    let unit = unit();
    let (full, answered) = (with_scheduled_call(&unit), with_scheduled_call(&unit));
    unit.update(full, &[("paciente_peso", "70"), ("dosis", "1 g")]);
    unit.dispatch();
    assert_eq!(unit.attempts(full)[0], ("completed".to_owned(), Some("sin datos faltantes".to_owned())));
    unit.receive(&reply(REPORTER, &id_of(&unit.thread(answered)[0]), "<r@clinic.test>", "68 kg"));
    assert_eq!(unit.attempts(answered)[0], ("cancelled".to_owned(), Some("respuesta recibida".to_owned())));
}

#[test]
fn an_answer_that_a_person_heard_by_another_way_holds_what_is_scheduled() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    let letter = unit.app.attempts(id).unwrap()[0].message_id.unwrap();
    unit.app.set_message_status(&qf(), id, letter, MessageStatus::Responded, None).unwrap();
    let states: Vec<String> = unit.attempts(id).into_iter().map(|(status, _)| status).collect();
    assert_eq!(states, ["responded", "cancelled", "cancelled", "cancelled"]);
}

#[test]
fn a_reply_to_a_letter_that_was_thought_lost_moves_its_attempt_too() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("no answer".into())));
    unit.dispatch();
    let letter = unit.thread(id).pop().unwrap();
    unit.app.resolve_message(&qf(), id, letter.id, false, None).unwrap();
    assert_eq!(unit.attempts(id)[0].0, "failed");
    unit.receive(&reply(REPORTER, &id_of(&letter), "<r@clinic.test>", "68 kg"));
    let status = unit.app.message(id, letter.id).unwrap().status;
    assert_eq!((unit.attempts(id)[0].0.as_str(), status), ("responded", Some(MessageStatus::Responded)));
}

#[test]
fn who_declined_by_telephone_gets_no_request_that_waited() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.app.log_call(&qf(), id, CallOutcome::Refused, "No quiere colaborar", None).unwrap();
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Skipped));
}
