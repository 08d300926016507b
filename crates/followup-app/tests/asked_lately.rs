//! What a person sent counts for what goes by itself; and what was scheduled does not go for a case that is done.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use chrono::Duration;
use followup_app::{AttemptAction, SendRequest};
use followup_domain::asking::lanes::Lane;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::ids::{CaseId, TemplateId};
use followup_domain::message::{Channel, Delivery, MessageKind, MessageStatus};
use followup_domain::ports::Clock;
use followup_domain::sending::SendError;
use followup_testkit::fakes::{RecordingSender, Script};
use support::{Unit, id_of, qf, reply, unit, unit_with};

const ONE_QUESTION: &str = "- Peso aproximado";

/// Without automatic requests: what goes is the plan's, or a person's.
fn quiet() -> Unit {
    unit_with(|policy| policy.automatic_requests = false)
}

/// A plan whose first attempt is over, and whose second is due in `minutes`.
fn plan_due_in(unit: &Unit, id: CaseId, minutes: i64) {
    let base = unit.clock.now() - Duration::hours(720) + Duration::minutes(minutes);
    let first = unit.app.apply_plan(&qf(), id, TemplateId(1), base).unwrap().swap_remove(0);
    if first.status == AttemptStatus::Pending {
        unit.app.override_attempt(&qf(), id, first.id, &AttemptAction::Skip { reason: None }).unwrap();
    }
}

fn draft(unit: &Unit, id: CaseId) -> String {
    unit.app.draft_request(id, "email").unwrap().letter.body
}

/// The kinds of what left, in order.
fn kinds(unit: &Unit, id: CaseId) -> Vec<MessageKind> {
    let left = |message: &&followup_domain::message::Message| message.sent_at.is_some();
    unit.thread(id).iter().filter(left).map(|message| message.kind).collect()
}

/// Runs the dispatcher every five minutes.
fn pass(unit: &Unit, minutes: i64) {
    for _ in 0..minutes / 5 {
        unit.dispatch();
        unit.clock.advance(Duration::minutes(5));
    }
}

#[test]
fn a_plan_letter_waits_for_the_delay_after_a_person_asked_the_same() {
    for body in [None, Some(ONE_QUESTION), Some("Doctora, ¿nos dice cuánto pesaba?")] {
        let unit = quiet();
        let id = unit.case(&[]);
        plan_due_in(&unit, id, 10);
        let text = body.map_or_else(|| draft(&unit, id), str::to_owned);
        unit.send(id, &text).unwrap();
        pass(&unit, 60);
        assert_eq!(kinds(&unit, id), [MessageKind::Manual], "{text}");
        let attempts = unit.app.attempts(id).unwrap();
        let waiting = (attempts[1].status.as_str(), attempts[1].reason.as_deref().map(support::shown));
        assert_eq!(waiting, ("sending", Some("una persona acaba de escribir al reportante".to_owned())), "{text}");
        pass(&unit, 10);
        assert_eq!(kinds(&unit, id), [MessageKind::Manual, MessageKind::PlanLetter], "put off, not lost: {text}");
    }
}

#[test]
fn a_plan_letter_goes_when_a_person_asked_something_else() {
    let unit = quiet();
    let id = unit.case(&[]);
    plan_due_in(&unit, id, 0);
    unit.send(id, ONE_QUESTION).unwrap();
    unit.update(id, &[("paciente_peso", "70")]);
    unit.dispatch();
    assert_eq!(kinds(&unit, id), [MessageKind::Manual, MessageKind::PlanLetter]);
}

#[test]
fn a_question_counts_by_whatever_channel_a_person_asked_it() {
    let mut unit = quiet();
    let sms = RecordingSender::of(Channel::Sms, "sms:test");
    unit.app.senders = unit.app.senders.clone().with(Channel::Sms, Arc::new(sms.clone()));
    let id = unit.case(&[("reportante_telefono", "+51 987 654 321")]);
    plan_due_in(&unit, id, 0);
    let request = SendRequest { channel: Some("sms".into()), body: Some(ONE_QUESTION.into()), ..SendRequest::default() };
    unit.app.send_message(&qf(), id, &request, None).unwrap();
    unit.dispatch();
    assert_eq!((sms.handed_over().len(), unit.mail.accepted().len()), (1, 0));
    unit.clock.advance(Duration::minutes(61));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn an_attempt_sent_now_and_a_letter_sent_again_hold_the_next_one_too() {
    let unit = quiet();
    let id = unit.case(&[]);
    let attempts = unit.plan(id);
    unit.app.send_attempt_now(&qf(), id, attempts[0].id, None).unwrap();
    let soon = AttemptAction::Reschedule { due_at: unit.clock.now() + Duration::minutes(5), reason: None };
    unit.app.override_attempt(&qf(), id, attempts[1].id, &soon).unwrap();
    pass(&unit, 60);
    assert_eq!(kinds(&unit, id), [MessageKind::SentNow]);

    let unit = quiet();
    let id = unit.case(&[]);
    plan_due_in(&unit, id, 5);
    unit.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    unit.send(id, ONE_QUESTION).unwrap_err();
    unit.app.resend_message(&qf(), id, unit.thread(id)[0].id, None).unwrap();
    pass(&unit, 60);
    assert_eq!(kinds(&unit, id), [MessageKind::Manual]);
    pass(&unit, 10);
    assert_eq!(kinds(&unit, id), [MessageKind::Manual, MessageKind::PlanLetter]);
}

#[test]
fn what_a_person_could_not_send_holds_nothing_and_what_may_have_left_does() {
    let unit = quiet();
    let id = unit.case(&[]);
    plan_due_in(&unit, id, 0);
    unit.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 no".into())));
    unit.send(id, ONE_QUESTION).unwrap_err();
    unit.dispatch();
    assert_eq!(kinds(&unit, id), [MessageKind::PlanLetter]);

    let unit = quiet();
    let id = unit.case(&[]);
    plan_due_in(&unit, id, 0);
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("no answer".into())));
    unit.send(id, ONE_QUESTION).unwrap_err();
    pass(&unit, 60);
    assert_eq!(kinds(&unit, id), []);
    pass(&unit, 10);
    assert_eq!(kinds(&unit, id), [MessageKind::PlanLetter], "doubt is no reason to be silent for ever");
}

#[test]
fn an_automatic_request_that_waits_gives_way_to_the_person_who_asked_it_all() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.send(id, &draft(&unit, id)).unwrap();
    assert_eq!(unit.deliver().withdrawn, 1);
    let request = unit.thread(id).into_iter().find(|message| message.kind == MessageKind::AutomaticRequest).unwrap();
    assert_eq!((request.status, request.error.as_deref()), (Some(MessageStatus::Skipped), Some("ya solicitado")));
}

#[test]
fn an_automatic_request_asks_the_rest_of_what_a_person_asked_a_part_of() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.send(id, ONE_QUESTION).unwrap();
    assert_eq!(unit.deliver().accepted, 1);
    let rest = &unit.mail.accepted()[1].body;
    assert!(rest.contains("Dosis administrada") && !rest.contains("Peso aproximado"), "{rest}");
}

#[test]
fn an_automatic_request_waits_after_words_in_which_no_question_is_found() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.send(id, "Doctora, ¿nos dice la dosis y el peso?").unwrap();
    assert_eq!((unit.deliver().put_off, kinds(&unit, id)), (1, vec![MessageKind::Manual]));
    unit.clock.advance(Duration::minutes(61));
    assert_eq!((unit.deliver().accepted, kinds(&unit, id).len()), (1, 2));
}

#[test]
fn a_letter_that_is_about_to_leave_gives_way_to_a_person_who_asks_at_that_moment() {
    let unit = unit();
    let id = unit.case(&[]);
    let (app, body) = (unit.app.clone(), draft(&unit, id));
    unit.mail.during_prepare(move || {
        let request = SendRequest { channel: Some("email".into()), body: Some(body.clone()), ..SendRequest::default() };
        app.send_message(&qf(), id, &request, None).unwrap();
    });
    assert_eq!(unit.deliver().put_off, 1);
    pass(&unit, 120);
    assert_eq!(kinds(&unit, id), [MessageKind::Manual]);
}

#[test]
fn a_person_who_sends_at_the_moment_at_which_a_letter_is_claimed_goes_first() {
    let unit = quiet();
    let id = unit.case(&[]);
    plan_due_in(&unit, id, 0);
    let app = unit.app.clone();
    // While the person's letter is being prepared, another process runs.
    unit.mail.during_prepare(move || drop(app.dispatch_due(&|| false).unwrap()));
    unit.send(id, ONE_QUESTION).unwrap();
    pass(&unit, 60);
    assert_eq!(kinds(&unit, id), [MessageKind::Manual]);
    pass(&unit, 10);
    assert_eq!(kinds(&unit, id), [MessageKind::Manual, MessageKind::PlanLetter]);
}

#[test]
fn a_person_may_ask_the_same_again_on_purpose() {
    let unit = quiet();
    let id = unit.case(&[]);
    unit.send(id, ONE_QUESTION).unwrap();
    unit.send(id, ONE_QUESTION).unwrap();
    let attempts = unit.plan(id);
    let next = attempts.iter().find(|attempt| attempt.status.as_str() == "pending").unwrap();
    unit.app.send_attempt_now(&qf(), id, next.id, None).unwrap();
    assert_eq!(kinds(&unit, id).len(), 3);
}

#[test]
fn without_a_delay_nothing_waits() {
    let unit = unit_with(|policy| (policy.automatic_requests, policy.automatic_delay) = (false, Duration::zero()));
    let id = unit.case(&[]);
    plan_due_in(&unit, id, 0);
    unit.send(id, ONE_QUESTION).unwrap();
    unit.dispatch();
    assert_eq!(kinds(&unit, id), [MessageKind::Manual, MessageKind::PlanLetter]);
}

#[test]
fn after_the_clock_was_set_back_a_letter_waits_for_the_delay_once() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    unit.clock.advance(-Duration::hours(5));
    plan_due_in(&unit, id, 0);
    pass(&unit, 60);
    assert_eq!(kinds(&unit, id), [MessageKind::AutomaticRequest]);
    pass(&unit, 10);
    assert_eq!(kinds(&unit, id).len(), 2);
}

#[test]
fn a_case_that_is_done_holds_what_was_scheduled_until_a_person_lets_it_go_on() {
    for estado in ["Completado", "Enviado"] {
        let unit = quiet();
        let id = unit.case(&[]);
        plan_due_in(&unit, id, 10);
        unit.update(id, &[("estado", estado)]);
        let held = ("cancelled".to_owned(), Some("el caso está Completado o Enviado: el plan espera a que una persona decida".to_owned()));
        assert_eq!(unit.attempts(id)[1..], [held.clone(), held.clone(), held], "{estado}");
        pass(&unit, 30);
        assert_eq!(kinds(&unit, id), [], "{estado}");
        let stalled = unit.app.worklist("qf", Lane::Stalled, None, 10).unwrap().items;
        assert_eq!(stalled.iter().map(|row| (row.place.id, row.ask.as_str())).collect::<Vec<_>>(), [(id.0, "resume_plan")], "{estado}");

        unit.app.resume_plan(&qf(), id, Some(unit.clock.now())).unwrap();
        unit.update(id, &[("numero", "A-1")]);
        unit.dispatch();
        assert_eq!(kinds(&unit, id), [MessageKind::PlanLetter], "another change does not hold it again: {estado}");
    }
}

#[test]
fn the_letter_of_a_case_that_is_done_meanwhile_does_not_leave() {
    let unit = quiet();
    let id = unit.case(&[]);
    plan_due_in(&unit, id, 0);
    unit.mail.always(Some(Script::is_down()));
    unit.dispatch();
    assert_eq!(unit.attempts(id)[1].0, "sending");
    unit.update(id, &[("estado", "Enviado")]);
    unit.mail.always(None);
    pass(&unit, 120);
    assert_eq!((kinds(&unit, id), unit.attempts(id)[1].0.as_str()), (vec![], "cancelled"));

    // Also not when that is said while the letter is being prepared.
    let unit = quiet();
    let id = unit.case(&[]);
    plan_due_in(&unit, id, 0);
    let app = unit.app.clone();
    unit.mail.during_prepare(move || drop(app.update_case(&qf(), id, &support::patch(&[("estado", "Completado")]), None).unwrap()));
    unit.dispatch();
    assert_eq!(unit.mail.accepted(), []);
}

#[test]
fn a_plan_for_a_case_that_is_done_asks_since_a_person_applied_it() {
    let unit = unit();
    let id = unit.case(&[("estado", "Completado")]);
    unit.plan(id);
    unit.dispatch();
    assert_eq!(kinds(&unit, id), [MessageKind::PlanLetter]);
}

#[test]
fn an_attempt_of_a_case_that_is_done_is_sent_now_on_purpose() {
    let unit = quiet();
    let id = unit.case(&[]);
    let attempts = unit.plan(id);
    unit.update(id, &[("estado", "Enviado")]);
    let sent = unit.app.send_attempt_now(&qf(), id, attempts[0].id, None).unwrap();
    assert_eq!(sent.delivery, Some(Delivery::Accepted));
}

#[test]
fn what_waited_for_an_address_does_not_go_on_for_a_case_that_is_done() {
    let unit = quiet();
    let id = unit.case(&[]);
    plan_due_in(&unit, id, 0);
    unit.mail.next(Script::no_such_user());
    unit.dispatch();
    unit.clock.advance(Duration::hours(720));
    unit.dispatch();
    unit.update(id, &[("estado", "Completado")]);
    unit.update(id, &[("reportante_contacto", "otra@clinic.test")]);
    pass(&unit, 30);
    assert_eq!(unit.mail.accepted(), []);
}

#[test]
fn a_reply_that_was_read_resumes_no_plan_of_a_case_that_is_done() {
    let unit = unit_with(|policy| (policy.automatic_requests, policy.resume_after) = (false, Some(Duration::days(1))));
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    unit.receive(&reply(support::REPORTER, &id_of(&unit.thread(id)[0]), "<r1@clinic.test>", "Peso: 70 kg"));
    unit.update(id, &[("estado", "Enviado"), ("paciente_peso", "70")]);
    let last = unit.thread(id).last().unwrap().id;
    unit.app.attend_answers(&qf(), id, last).unwrap();
    unit.clock.advance(Duration::days(90));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
}
