//! The built-in plan and the dispatcher.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use chrono::Duration;
use followup_app::{ApplyPlanError, AttemptAction, OneMoreAttempt};
use followup_diesel::{MigratingStore, PostgresStore};
use followup_domain::ids::{CaseId, TemplateId};
use followup_domain::message::Channel;
use followup_domain::ports::Clock;
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use followup_testkit::rigs::postgres::PostgresCluster;
use support::{REPORTER, Unit, id_of, qf, reply, unit, unit_on, unit_with};

fn statuses(unit: &support::Unit, id: CaseId) -> Vec<String> {
    unit.attempts(id).into_iter().map(|(status, _)| status).collect()
}

#[test]
fn the_built_in_plan_gives_absolute_dates() {
    let unit = unit();
    let id = unit.case(&[]);
    let base = unit.clock.now();
    let due: Vec<i64> = unit.plan(id).iter().map(|attempt| (attempt.due_at - base).num_hours()).collect();
    assert_eq!(due, [0, 720, 1440, 2160]);
}

#[test]
fn plans_are_refused_where_they_cannot_be_applied() {
    let unit = unit();
    let id = unit.case(&[]);
    let apply = |case, template, base| unit.app.apply_plan(&qf(), case, template, base).unwrap_err();
    let now = unit.clock.now();
    assert_eq!(apply(CaseId(99), TemplateId(1), now), ApplyPlanError::NotFound);
    assert_eq!(apply(id, TemplateId(99), now), ApplyPlanError::UnknownTemplate);
    assert_eq!(apply(id, TemplateId(1), chrono::DateTime::<chrono::Utc>::MAX_UTC), ApplyPlanError::BaseOutOfRange);
    unit.plan(id);
    assert_eq!(apply(id, TemplateId(1), now), ApplyPlanError::AlreadyActive);
}

#[test]
fn each_attempt_goes_out_when_it_is_due_and_later_ones_are_reminders() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    for step in 0..4 {
        unit.dispatch();
        unit.dispatch();
        assert_eq!(unit.mail.accepted().len(), step + 1);
        unit.clock.advance(Duration::hours(720));
    }
    let subjects: Vec<String> = unit.mail.accepted().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects[0], format!("[VIGIA] Solicitud de información - ICSR #{id}"));
    assert!(subjects[1..].iter().all(|subject| *subject == format!("[VIGIA] Recordatorio - ICSR #{id}")));
    assert_eq!(statuses(&unit, id), ["sent"; 4]);
    assert!(unit.audited(id).contains(&"plan.finished".to_owned()));
}

#[test]
fn of_several_overdue_attempts_the_latest_goes_and_the_others_are_skipped_as_overdue() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.clock.advance(Duration::hours(1500));
    let report = unit.dispatch();
    assert_eq!(report.attempts.len(), 3);
    assert_eq!(unit.mail.accepted().len(), 1);
    let overdue = ("skipped".to_owned(), Some("vencido".to_owned()));
    assert_eq!(unit.attempts(id), [overdue.clone(), overdue, ("sent".to_owned(), None), ("pending".to_owned(), None)]);
}

#[test]
fn nothing_missing_completes_the_attempt_with_its_reason() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.update(id, &[("paciente_peso", "70"), ("dosis", "1 g")]);
    unit.dispatch();
    assert_eq!(unit.attempts(id)[0], ("completed".to_owned(), Some("sin datos faltantes".to_owned())));
    assert_eq!(unit.mail.accepted(), []);
}

#[test]
fn a_request_accepted_since_the_base_date_is_the_first_attempt() {
    let unit = unit();
    let id = unit.case(&[]);
    let base = unit.clock.now();
    unit.deliver();
    unit.clock.advance(Duration::hours(2));
    let attempts = unit.app.apply_plan(&qf(), id, TemplateId(1), base).unwrap();
    assert_eq!(attempts[0].status.as_str(), "sent");
    assert_eq!(attempts[0].message_id, Some(unit.thread(id)[0].id));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn a_case_without_address_fails_with_its_reason() {
    let unit = unit();
    let id = unit.case(&[("reportante_contacto", "sin correo")]);
    unit.plan(id);
    unit.dispatch();
    let letter = unit.attempts(id).into_iter().find(|(status, _)| status == "failed").unwrap();
    assert_eq!(letter, ("failed".to_owned(), Some("Este ICSR no tiene email del reportante".to_owned())));
}

#[test]
fn a_refused_letter_fails_its_attempt_and_the_next_one_is_still_due() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 refused".into())));
    let report = unit.dispatch();
    assert_eq!(report.attempts[0].reason.as_deref(), Some("554 5.7.1 refused"));
    assert_eq!(statuses(&unit, id), ["failed", "pending", "pending", "pending"]);
}

#[test]
fn an_outage_of_a_month_gives_one_letter_afterwards() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.mail.always(Some(Script::is_down()));
    unit.dispatch();
    assert_eq!(statuses(&unit, id), ["sending", "pending", "pending", "pending"]);
    unit.clock.advance(Duration::hours(800));
    unit.dispatch();
    assert_eq!(statuses(&unit, id), ["skipped", "sending", "pending", "pending"]);
    unit.mail.always(None);
    for _ in 0..3 {
        unit.clock.advance(Duration::hours(2));
        unit.dispatch();
    }
    assert_eq!(unit.attempts(id)[..2], [("skipped".to_owned(), Some("vencido".to_owned())), ("sent".to_owned(), None)]);
    let letters: Vec<String> = unit.mail.accepted().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(letters, [format!("[VIGIA] Solicitud de información - ICSR #{id}")], "nobody was asked before");
}

#[test]
fn a_rescheduled_first_attempt_is_not_taken_for_the_letter_of_a_later_one() {
    let unit = unit();
    let id = unit.case(&[]);
    let first = unit.plan(id)[0].id;
    let later = AttemptAction::Reschedule { due_at: unit.clock.now() + Duration::days(40), reason: None };
    unit.app.override_attempt(&qf(), id, first, &later).unwrap();
    for _ in 0..41 {
        unit.clock.advance(Duration::days(1));
        unit.dispatch();
    }
    let of_first = unit.app.attempts(id).unwrap().into_iter().find(|attempt| attempt.id == first).unwrap();
    assert_eq!((of_first.status.as_str(), of_first.reason), ("sent", None));
    assert_eq!(unit.mail.accepted().len(), 2);
}

#[test]
fn a_reminder_asks_for_what_is_still_missing_and_says_that_it_reminds() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    unit.update(id, &[("paciente_peso", "68")]);
    unit.clock.advance(Duration::days(30));
    unit.dispatch();
    let letters = unit.mail.accepted();
    let body = |number: usize| letters[number].body.as_str();
    assert!(body(0).contains("Peso") && body(0).contains("Dosis"), "{}", body(0));
    assert!(body(1).contains("Dosis") && !body(1).contains("Peso"), "{}", body(1));
    assert_eq!(letters[1].subject, format!("[VIGIA] Recordatorio - ICSR #{id}"));
    assert!(body(1).to_lowercase().contains("record"), "{}", body(1));
}

#[test]
fn an_attempt_on_a_channel_that_is_not_configured_fails_with_its_reason() {
    let unit = unit();
    let id = unit.case(&[]);
    let contact = OneMoreAttempt { due_at: unit.clock.now(), label: "WhatsApp".into(), channel: Channel::Whatsapp.into(), reason: None };
    unit.app.schedule_attempt(&qf(), id, &contact).unwrap();
    unit.dispatch();
    assert_eq!(unit.attempts(id), [("failed".to_owned(), Some("canal no configurado".to_owned()))]);
}

#[test]
fn a_letter_in_the_queue_is_stopped_by_a_reply_whatever_the_clock_says() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    unit.plan(id);
    unit.mail.always(Some(Script::FailPrepare(SendError::NotSent("Connection refused".into()))));
    unit.clock.advance(Duration::days(31));
    unit.dispatch();
    assert_eq!(statuses(&unit, id)[1], "sending");
    unit.clock.advance(Duration::days(-40));
    unit.receive(&reply(REPORTER, &request, "<r@clinic.test>", "68 kg"));
    unit.mail.always(None);
    unit.clock.advance(Duration::days(60));
    unit.dispatch();
    assert_eq!(unit.attempts(id)[1], ("cancelled".to_owned(), Some("respuesta recibida".to_owned())));
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn an_automatic_request_and_a_plan_letter_share_the_delay() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    unit.clock.advance(Duration::minutes(10));
    unit.plan(id);
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
    unit.clock.advance(Duration::minutes(51));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 2);
}

#[test]
fn several_dispatchers_at_once_send_each_attempt_once() {
    send_each_once(&unit_with(|policy| policy.automatic_requests = false));
}

#[test]
fn several_dispatchers_at_once_send_each_attempt_once_on_postgres() {
    let database = PostgresCluster::shared().create_database();
    let store = PostgresStore::connect(&database.url, 5, followup_testkit::fakes::salts()).unwrap();
    store.migrate().unwrap();
    send_each_once(&unit_on(Arc::new(store), |policy| policy.automatic_requests = false));
}

fn send_each_once(unit: &Unit) {
    let cases: Vec<CaseId> = (0..20).map(|_| unit.case(&[])).collect();
    for id in &cases {
        unit.plan(*id);
    }
    let dispatchers: Vec<_> = (0..4)
        .map(|_| {
            let app = unit.app.clone();
            std::thread::spawn(move || app.dispatch_due(&|| false).unwrap())
        })
        .collect();
    for dispatcher in dispatchers {
        assert_eq!(dispatcher.join().unwrap().errors, 0);
    }
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), cases.len());
    assert!(cases.iter().all(|id| statuses(unit, *id) == ["sent", "pending", "pending", "pending"]));
}

#[test]
fn a_run_tells_of_a_letter_that_an_earlier_run_had_put_off() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let first = unit.plan(id)[0].id;
    unit.mail.next(Script::is_down());
    let put_off = unit.dispatch();
    assert_eq!((put_off.attempts[0].status.as_str(), put_off.attempts[0].reason.as_deref()), ("sending", Some("Connection refused")));
    unit.clock.advance(Duration::hours(1));
    let report = unit.dispatch();
    let told: Vec<_> = report.attempts.iter().map(|attempt| (attempt.attempt_id, attempt.status.as_str())).collect();
    assert_eq!((told, report.delivery.accepted), (vec![(first, "sent")], 1));
}
