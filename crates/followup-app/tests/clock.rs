//! The clock of a case: days since the last request, and since the last reply that nobody answered.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_domain::ids::CaseId;
use followup_domain::message::CallOutcome;
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, unit_with};

fn quiet() -> (Unit, CaseId) {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    (unit, id)
}

/// Days since the last request, and since the last unanswered reply.
fn days(unit: &Unit, id: CaseId) -> (Option<i64>, Option<i64>) {
    let clock = unit.app.followup_summary(id, "qf").unwrap().clock;
    (clock.days_since_last_request, clock.days_since_last_unanswered_reply)
}

fn pass(unit: &Unit, days: i64) {
    unit.clock.advance(Duration::days(days));
}

fn answer(unit: &Unit, id: CaseId, from: &str, own_id: &str) {
    unit.receive(&reply(from, &id_of(&unit.thread(id)[0]), own_id, "Ya respondo"));
}

#[test]
fn a_message_by_hand_is_a_request_whatever_it_asks() {
    let (unit, id) = quiet();
    assert_eq!(days(&unit, id), (None, None));
    unit.send(id, "Gracias por su reporte").unwrap();
    pass(&unit, 3);
    assert_eq!(days(&unit, id), (Some(3), None));
    unit.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    unit.send(id, "¿Peso?").unwrap_err();
    assert_eq!(days(&unit, id), (Some(3), None), "what failed was no request");
}

#[test]
fn a_reply_waits_until_somebody_writes_back_and_reading_it_is_no_answer() {
    let (unit, id) = quiet();
    unit.send(id, "¿Peso?").unwrap();
    pass(&unit, 3);
    answer(&unit, id, REPORTER, "<r1@clinic.test>");
    pass(&unit, 2);
    assert_eq!(days(&unit, id), (Some(5), Some(2)));
    let last = unit.thread(id).pop().unwrap().id;
    unit.app.mark_read(&qf(), id, last).unwrap();
    assert_eq!(days(&unit, id), (Some(5), Some(2)));
    unit.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    unit.send(id, "Gracias").unwrap_err();
    assert_eq!(days(&unit, id), (Some(5), Some(2)), "what failed was no answer");
    unit.send(id, "Gracias").unwrap();
    assert_eq!(days(&unit, id), (Some(0), None));
}

#[test]
fn a_call_that_reached_the_reporter_is_an_answer_and_another_is_none() {
    let (unit, id) = quiet();
    unit.send(id, "¿Peso?").unwrap();
    pass(&unit, 1);
    answer(&unit, id, REPORTER, "<r1@clinic.test>");
    pass(&unit, 1);
    unit.app.log_call(&qf(), id, CallOutcome::NoAnswer, "", None).unwrap();
    assert_eq!(days(&unit, id).1, Some(1));
    unit.app.log_call(&qf(), id, CallOutcome::Reached, "", None).unwrap();
    assert_eq!(days(&unit, id), (Some(2), None), "a call is no request");
}

#[test]
fn a_stranger_waits_for_no_answer_until_somebody_confirms_them() {
    let (unit, id) = quiet();
    unit.send(id, "¿Peso?").unwrap();
    pass(&unit, 1);
    answer(&unit, id, "otra@elsewhere.test", "<r1@elsewhere.test>");
    pass(&unit, 1);
    assert_eq!(days(&unit, id).1, None);
    let last = unit.thread(id).pop().unwrap().id;
    unit.app.confirm_sender(&qf(), id, last).unwrap();
    assert_eq!(days(&unit, id).1, Some(1));
}
