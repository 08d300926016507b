//! To read is of one user, and no decision; an answer waits until somebody attends it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{AttemptAction, CloseRequest, NotFoundOr, OneMoreAttempt};
use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::lanes::Lane;
use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::Actor;
use followup_domain::case::{ClosureReason, Estado};
use followup_domain::ids::{CaseId, MessageId, TemplateId};
use followup_domain::message::{CallOutcome, Channel};
use followup_domain::ports::Clock;
use support::{REPORTER, Unit, id_of, patch, qf, reply, unit_with};

fn eva() -> Actor {
    Actor::User { id: None, username: "eva".into() }
}

/// A plan whose first letter is answered in part; the answer is the last message.
fn answered() -> (Unit, CaseId, MessageId) {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    unit.clock.advance(Duration::days(1));
    unit.receive(&reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r1@clinic.test>", "Peso: 70 kg"));
    let answer = unit.thread(id).last().unwrap().id;
    unit.clock.advance(Duration::hours(2));
    (unit, id, answer)
}

/// New to somebody, read by him and not attended: what the badge says, and his lanes.
fn stands(unit: &Unit, reader: &str) -> (i64, i64) {
    let of = |lane| {
        let list = unit.app.worklist(reader, lane, None, 50).unwrap();
        assert_eq!((list.counts.of(lane), list.counts), (i64::try_from(list.items.len()).unwrap(), unit.app.badge(reader).unwrap()));
        list.counts.of(lane)
    };
    (of(Lane::NewReplies), of(Lane::ReadReplies))
}

#[test]
fn reading_clears_nobody_elses_badge_and_attends_nothing() {
    let (unit, id, answer) = answered();
    unit.app.mark_read(&qf(), id, answer).unwrap();
    assert_eq!((stands(&unit, "qf"), stands(&unit, "eva"), stands(&unit, "")), ((0, 1), (1, 0), (1, 0)));
    let summary = |reader| unit.app.followup_summary(id, reader).map(|summary| (summary.unread, summary.unattended)).unwrap();
    assert_eq!((summary("qf"), summary("eva")), ((0, 1), (1, 1)));
    unit.app.mark_read(&eva(), id, answer).unwrap();
    assert_eq!((stands(&unit, "qf"), stands(&unit, "eva")), ((0, 1), (0, 1)), "whoever reads, it waits for a decision");
    assert_eq!(unit.app.worklist("qf", Lane::Stalled, None, 9).unwrap().items, [], "another lane asks for it");
}

#[test]
fn who_says_that_nothing_is_to_be_done_says_it_for_all() {
    let (unit, id, answer) = answered();
    unit.app.attend_answers(&eva(), id, answer).unwrap();
    assert_eq!((stands(&unit, "qf"), stands(&unit, "eva")), ((0, 0), (0, 0)));
    assert_eq!(unit.app.worklist("qf", Lane::Stalled, None, 9).unwrap().items.len(), 1, "and the plan can go on");
    let rows = unit.audit(id);
    let told: Vec<_> = rows[rows.len() - 2..].iter().map(|row| (row.action.as_str(), row.actor.as_str())).collect();
    assert_eq!(told, [("thread.read", "user:eva"), ("thread.attended", "user:eva")]);
    unit.app.attend_answers(&qf(), id, answer).unwrap();
    assert_eq!(unit.audit(id).len(), rows.len(), "once");
    assert_eq!(unit.app.attend_answers(&qf(), CaseId(99), answer), Err(NotFoundOr::NotFound));
    assert_eq!(unit.app.attend_answers(&qf(), id, MessageId(99)), Err(NotFoundOr::MessageNotFound));
}

#[test]
fn every_decision_attends_what_the_one_who_decides_has_read() {
    type Decision = fn(&Unit, CaseId, &Actor);
    let decisions: [(&str, Decision); 9] = [
        ("a change of the case", |unit, id, who| {
            unit.app.update_case(who, id, &patch(&[("paciente_peso", "70")]), None).unwrap();
        }),
        ("a letter", |unit, id, who| {
            let request = followup_app::SendRequest { channel: Some("email".into()), body: Some("Gracias".into()), ..Default::default() };
            unit.app.send_message(who, id, &request, None).unwrap();
        }),
        ("a letter now", |unit, id, who| {
            let next = unit.app.attempts(id).unwrap()[1].id;
            unit.app.send_attempt_now(who, id, next, None).unwrap();
        }),
        ("a call", |unit, id, who| {
            unit.app.log_call(who, id, CallOutcome::Reached, "Llamada", None).unwrap();
        }),
        ("the plan goes on", |unit, id, who| {
            unit.app.resume_plan(who, id, None).unwrap();
        }),
        ("an attempt is brought back", |unit, id, who| {
            let next = unit.app.attempts(id).unwrap()[1].id;
            unit.app.override_attempt(who, id, next, &AttemptAction::Reactivate { due_at: None, reason: None }).unwrap();
        }),
        ("one more attempt", |unit, id, who| {
            let due_at = unit.clock.now() + Duration::days(3);
            let contact = OneMoreAttempt { due_at, label: "Uno más".into(), channel: Channel::Email.into(), reason: None };
            unit.app.schedule_attempt(who, id, &contact).unwrap();
        }),
        ("a field that is not to be had", |unit, id, who| {
            unit.app.document_field(who, id, &FieldPath::parse("dosis").unwrap(), FieldState::Unknown, "no lo sabe").unwrap();
        }),
        ("the end", |unit, id, who| {
            let request = CloseRequest { reason: ClosureReason::Declined, notes: "No desea".into(), override_reason: None };
            unit.app.close_followup(who, id, &request).unwrap();
        }),
    ];
    for (name, decide) in decisions {
        let (unit, id, answer) = answered();
        unit.app.mark_read(&qf(), id, answer).unwrap();
        decide(&unit, id, &qf());
        assert_eq!((stands(&unit, "qf"), stands(&unit, "eva")), ((0, 0), (0, 0)), "{name}");
        assert!(unit.audited(id).contains(&"thread.attended".to_owned()), "{name}");

        let (unit, id, answer) = answered();
        unit.app.mark_read(&qf(), id, answer).unwrap();
        decide(&unit, id, &eva());
        assert_eq!((stands(&unit, "qf"), stands(&unit, "eva")), ((0, 1), (1, 0)), "who has not read it decides nothing about it: {name}");
    }
}

#[test]
fn what_comes_in_after_the_look_waits_all_the_same() {
    let (unit, id, answer) = answered();
    unit.app.mark_read(&qf(), id, answer).unwrap();
    unit.receive(&reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r2@clinic.test>", "Y la dosis: 1 g"));
    assert_eq!(stands(&unit, "qf"), (1, 1));
    unit.update(id, &[("paciente_peso", "70")]);
    assert_eq!(stands(&unit, "qf"), (1, 0));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unattended, 1);
}

#[test]
fn saying_again_what_the_case_holds_decides_nothing() {
    let (unit, id, answer) = answered();
    unit.app.mark_read(&qf(), id, answer).unwrap();
    unit.update(id, &[("producto_sospechoso", "Paracetamol")]);
    assert_eq!(stands(&unit, "qf"), (0, 1));
}

#[test]
fn an_answer_that_was_read_and_not_attended_holds_automatic_letters_and_closing() {
    let unit = unit_with(|policy| policy.propose_closing_after_days = 30);
    let id = unit.case(&[("paciente_peso", "70")]);
    unit.deliver();
    unit.receive(&reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r1@clinic.test>", "Ya respondo"));
    let answer = unit.thread(id).last().unwrap().id;
    unit.app.mark_read(&qf(), id, answer).unwrap();
    unit.clock.advance(Duration::hours(3));
    unit.app.update_case(&eva(), id, &patch(&[("paciente_peso", "no sabe")]), None).unwrap();
    assert_eq!(unit.deliver().accepted, 0, "eva has not read it");
    unit.app.update_case(&qf(), id, &patch(&[("numero", "1")]), None).unwrap();
    assert_eq!(unit.deliver().accepted, 1);
    assert_eq!(unit.app.case(id).unwrap().record.estado, Estado::EnProgreso);
}

#[test]
fn the_plan_goes_on_by_itself_after_the_decision_and_not_after_the_look() {
    let unit = unit_with(|policy| (policy.automatic_requests, policy.resume_after) = (false, Some(Duration::days(5))));
    let id = unit.case(&[]);
    unit.app.apply_plan(&qf(), id, TemplateId(1), unit.clock.now()).unwrap();
    unit.dispatch();
    unit.receive(&reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r1@clinic.test>", "Peso: 70 kg"));
    let answer = unit.thread(id).last().unwrap().id;
    unit.app.mark_read(&qf(), id, answer).unwrap();
    assert_eq!(unit.attempts(id)[1].0, "cancelled");
    unit.update(id, &[("paciente_peso", "70")]);
    assert_eq!(unit.attempts(id)[1].0, "pending");
}
