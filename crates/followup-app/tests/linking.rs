//! A reply that was taken for the answer of another letter is linked to the one that it answers.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{AttemptAction, CloseRequest, MessageError};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::audit::AuditValue;
use followup_domain::case::{ClosureReason, FollowupStatus};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Classification, Delivery, MessageStatus};
use followup_domain::ports::Clock;
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, report_on, unit, unit_with};

/// Two letters of a person's, the second a day after the first.
fn two_letters() -> (Unit, CaseId, MessageId, MessageId) {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    unit.send(id, "¿Peso?").unwrap();
    unit.clock.advance(Duration::days(1));
    unit.send(id, "¿Dosis?").unwrap();
    unit.clock.advance(Duration::days(1));
    let thread = unit.thread(id);
    (unit, id, thread[0].id, thread[1].id)
}

/// The reporter answers a message; gives the answer.
fn answer(unit: &Unit, id: CaseId, letter: MessageId, own_id: &str) -> MessageId {
    let to = id_of(&unit.app.message(id, letter).unwrap());
    unit.receive(&reply(REPORTER, &to, own_id, "500 mg"));
    unit.thread(id).last().unwrap().id
}

fn link(unit: &Unit, id: CaseId, reply: MessageId, letter: MessageId) -> Result<Option<MessageId>, MessageError> {
    unit.app.link_message(&qf(), id, reply, letter).map(|message| message.parent_id)
}

fn status(unit: &Unit, id: CaseId, letter: MessageId) -> Option<MessageStatus> {
    unit.app.message(id, letter).unwrap().status
}

const SENT: Option<MessageStatus> = Some(MessageStatus::Sent);
const RESPONDED: Option<MessageStatus> = Some(MessageStatus::Responded);

#[test]
fn the_letter_that_a_reply_did_not_answer_waits_again_and_the_other_is_answered() {
    let (unit, id, first, second) = two_letters();
    let reply = answer(&unit, id, first, "<r1@clinic.test>");
    assert_eq!((status(&unit, id, first), status(&unit, id, second)), (RESPONDED, SENT));

    assert_eq!(link(&unit, id, reply, second).unwrap(), Some(second));
    assert_eq!((status(&unit, id, first), status(&unit, id, second)), (SENT, RESPONDED));
    let rows = unit.audit(id);
    let told: Vec<_> = rows[rows.len() - 3..].iter().map(|row| (row.action.as_str(), row.entity_id)).collect();
    assert_eq!(told, [("message.linked", reply.0), ("message.status", first.0), ("message.status", second.0)]);
    let linked = &rows[rows.len() - 3];
    assert_eq!((&linked.old["parent_id"], &linked.new["parent_id"]), (&first.0.into(), &second.0.into()));
    assert_eq!(linked.actor, "user:qf");
    let back = &rows[rows.len() - 2];
    assert_eq!(back.new["status"], AuditValue::Text("sent".into()));
    assert_eq!(back.reason.as_deref(), Some("la respuesta que se le atribuyó es de otro mensaje"));
}

#[test]
fn to_say_it_again_changes_nothing_and_it_may_be_said_back() {
    let (unit, id, first, second) = two_letters();
    let reply = answer(&unit, id, first, "<r1@clinic.test>");
    let body = unit.app.message(id, reply).unwrap().content.body;
    for letter in [second, first, second] {
        assert_eq!(link(&unit, id, reply, letter).unwrap(), Some(letter));
        let rows = unit.audit(id).len();
        assert_eq!(link(&unit, id, reply, letter).unwrap(), Some(letter));
        assert_eq!(unit.audit(id).len(), rows, "what changes nothing leaves no row");
        let other = if letter == first { second } else { first };
        assert_eq!((status(&unit, id, letter), status(&unit, id, other)), (RESPONDED, SENT));
        assert_eq!(unit.app.message(id, reply).unwrap().content.body, body);
    }
    assert_eq!(followup_audit::verify(&*unit.app.store).unwrap().broken, []);
}

#[test]
fn a_letter_that_another_reply_answers_stays_answered_and_a_copy_answers_nothing() {
    let (unit, id, first, second) = two_letters();
    let reply = answer(&unit, id, first, "<r1@clinic.test>");
    answer(&unit, id, first, "<r2@clinic.test>");
    link(&unit, id, reply, second).unwrap();
    assert_eq!((status(&unit, id, first), status(&unit, id, second)), (RESPONDED, RESPONDED));

    let (unit, id, first, second) = two_letters();
    let to = id_of(&unit.app.message(id, first).unwrap());
    let mail = support::reply(REPORTER, &to, "<r1@clinic.test>", "500 mg");
    unit.receive(&mail);
    unit.receive(&mail.replace("To: fv", "X-Again: 1\nTo: fv"));
    let thread = unit.thread(id);
    assert_eq!(thread.len(), 4);
    link(&unit, id, thread[2].id, second).unwrap();
    assert_eq!(status(&unit, id, first), SENT);
}

#[test]
fn a_reply_of_a_stranger_moves_nothing_until_somebody_confirms_him() {
    let (unit, id, first, second) = two_letters();
    let to = id_of(&unit.app.message(id, first).unwrap());
    unit.receive(&reply("otro@elsewhere.test", &to, "<r1@elsewhere.test>", "Soy su asistente"));
    let flagged = unit.thread(id).last().unwrap().id;
    link(&unit, id, flagged, second).unwrap();
    assert_eq!((status(&unit, id, first), status(&unit, id, second)), (SENT, SENT));
    unit.app.confirm_sender(&qf(), id, flagged).unwrap();
    assert_eq!((status(&unit, id, first), status(&unit, id, second)), (SENT, RESPONDED));
}

#[test]
fn attempts_go_with_their_letters_and_what_the_reply_held_stays_held() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    unit.clock.advance(Duration::days(30));
    unit.dispatch();
    let letters: Vec<MessageId> = unit.thread(id).iter().map(|message| message.id).collect();
    unit.clock.advance(Duration::days(1));
    let reply = answer(&unit, id, letters[1], "<r1@clinic.test>");
    let statuses = || unit.attempts(id).into_iter().map(|(status, _)| status).collect::<Vec<_>>();
    assert_eq!(statuses(), ["sent", "responded", "cancelled", "cancelled"]);
    link(&unit, id, reply, letters[0]).unwrap();
    assert_eq!(statuses(), ["responded", "sent", "cancelled", "cancelled"]);
    assert_eq!(unit.attempts(id)[1].1.as_deref(), Some("la respuesta que se le atribuyó es de otro mensaje"));
}

#[test]
fn a_letter_that_had_failed_has_failed_again_with_its_reason() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let attempts = unit.plan(id);
    unit.dispatch();
    let letter = unit.thread(id)[0].clone();
    unit.receive(&report_on(&letter, REPORTER, "failed", "5.1.1"));
    assert_eq!(unit.attempts(id)[0].0, "failed");
    let failed = unit.attempts(id)[0].clone();
    unit.clock.advance(Duration::days(1));
    unit.update(id, &[("reportante_contacto", "otra@clinic.test")]);
    unit.send(id, "¿Peso?").unwrap();
    let second = unit.thread(id).last().unwrap().id;
    unit.clock.advance(Duration::days(1));
    let reply = answer(&unit, id, letter.id, "<r1@clinic.test>");
    assert_eq!(unit.attempts(id)[0].0, "responded");
    link(&unit, id, reply, second).unwrap();
    assert_eq!((status(&unit, id, letter.id), unit.attempts(id)[0].clone()), (Some(MessageStatus::Failed), failed));
    let again = AttemptAction::Reactivate { due_at: None, reason: None };
    let attempt = unit.app.override_attempt(&qf(), id, attempts[0].id, &again).unwrap();
    assert_eq!(attempt.status, AttemptStatus::Pending);
}

#[test]
fn what_a_reply_showed_of_an_uncertain_letter_stays_known() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    unit.send(id, "¿Peso?").unwrap();
    unit.clock.advance(Duration::days(1));
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("no answer".into())));
    unit.send(id, "¿Dosis?").unwrap_err();
    unit.clock.advance(Duration::days(1));
    let thread = unit.thread(id);
    let (first, doubtful) = (thread[0].id, thread[1].id);
    // Whoever names its Message-ID has got it.
    let reply = answer(&unit, id, doubtful, "<r1@clinic.test>");
    link(&unit, id, reply, first).unwrap();
    let letter = unit.app.message(id, doubtful).unwrap();
    assert_eq!((letter.status, letter.delivery), (SENT, Some(Delivery::Delivered)));
    assert_eq!(status(&unit, id, first), RESPONDED);
}

#[test]
fn a_closed_follow_up_stays_closed_when_the_parent_of_an_old_answer_is_corrected() {
    let (unit, id, first, second) = two_letters();
    let reply = answer(&unit, id, first, "<r1@clinic.test>");
    unit.app.mark_read(&qf(), id, reply).unwrap();
    let closing = CloseRequest { reason: ClosureReason::CaseClosed, notes: "Fin".into(), override_reason: Some("decisión".into()) };
    unit.app.close_followup(&qf(), id, &closing).unwrap();
    link(&unit, id, reply, second).unwrap();
    let case = unit.app.case(id).unwrap();
    assert_eq!((case.followup_status, case.awaiting_since), (FollowupStatus::Closed, None));
    assert_eq!((status(&unit, id, first), status(&unit, id, second)), (SENT, RESPONDED));
}

#[test]
fn a_completed_letter_stays_completed() {
    let (unit, id, first, second) = two_letters();
    let reply = answer(&unit, id, first, "<r1@clinic.test>");
    unit.app.set_message_status(&qf(), id, first, MessageStatus::Completed, None).unwrap();
    link(&unit, id, reply, second).unwrap();
    assert_eq!((status(&unit, id, first), status(&unit, id, second)), (Some(MessageStatus::Completed), RESPONDED));
}

#[test]
fn two_people_who_correct_at_once_leave_one_of_their_answers() {
    let (unit, id, first, second) = two_letters();
    unit.send(id, "¿Vía?").unwrap();
    let third = unit.thread(id).last().unwrap().id;
    unit.clock.advance(Duration::days(1));
    let reply = answer(&unit, id, first, "<r1@clinic.test>");
    let threads: Vec<_> = [second, third, second, third]
        .map(|letter| {
            let app = unit.app.clone();
            std::thread::spawn(move || app.link_message(&qf(), id, reply, letter).unwrap())
        })
        .into();
    for thread in threads {
        thread.join().unwrap();
    }
    let answered = unit.app.message(id, reply).unwrap().parent_id.unwrap();
    for letter in [first, second, third] {
        assert_eq!(status(&unit, id, letter), if letter == answered { RESPONDED } else { SENT });
    }
}

#[test]
fn a_report_that_had_its_effects_stays_with_its_letter() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    unit.clock.advance(Duration::hours(2));
    unit.send(id, "¿Peso?").unwrap();
    unit.clock.advance(Duration::hours(2));
    let thread = unit.thread(id);
    unit.receive(&report_on(&thread[1], REPORTER, "failed", "5.1.1"));
    let report = unit.thread(id).pop().unwrap();
    assert_eq!((report.classification, report.parent_id), (Some(Classification::Bounce), Some(thread[1].id)));
    assert_eq!(link(&unit, id, report.id, thread[0].id), Err(MessageError::Linked));
    assert_eq!(link(&unit, id, report.id, thread[1].id), Ok(Some(thread[1].id)));
}

#[test]
fn a_reply_goes_to_no_letter_of_another_case_and_to_none_that_is_later() {
    let (unit, id, first, second) = two_letters();
    let reply = answer(&unit, id, first, "<r1@clinic.test>");
    unit.clock.advance(Duration::days(1));
    unit.send(id, "Gracias").unwrap();
    let later = unit.thread(id).last().unwrap().id;
    let other = unit.case(&[]);
    unit.send(other, "¿Peso?").unwrap();
    let foreign = unit.thread(other).last().unwrap().id;
    assert_eq!(link(&unit, id, reply, later), Err(MessageError::NotEarlier));
    assert_eq!(link(&unit, id, reply, foreign), Err(MessageError::NotFound));
    assert_eq!(link(&unit, id, second, first), Err(MessageError::Outbound));
    assert_eq!(status(&unit, id, first), RESPONDED);
    assert!(unit.clock.now() > unit.app.message(id, first).unwrap().created_at);
}
