//! Cases whose reporter does not answer; do-not-contact; the send window; the run that keeps nothing.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::{Duration, NaiveTime, Weekday};
use followup_app::SendMessageError;
use followup_domain::case::FollowupStatus;
use followup_domain::closure::ClosureReason;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::message::CallOutcome;
use followup_domain::policy::Escalation;
use followup_domain::ports::{CaseQuery, Clock, PageRequest};
use followup_domain::window::SendWindow;
use support::{REPORTER, Unit, id_of, qf, reply, unit, unit_with};

fn escalating() -> Unit {
    let to = Some(EmailAddress::parse("jefa@vigia.test").unwrap());
    unit_with(|policy| policy.escalation = Some(Escalation { after_days: 14, to }))
}

fn days(unit: &Unit, days: i64) {
    unit.clock.advance(Duration::days(days));
}

fn awaiting(unit: &Unit, days: i64) -> Vec<CaseId> {
    let query = CaseQuery { awaiting_since: Some(unit.clock.now() - Duration::days(days)), ..CaseQuery::default() };
    let page = unit.app.cases(&query, PageRequest { offset: 0, limit: 10 }).unwrap();
    page.items.into_iter().map(|case| case.id).collect()
}

fn escalations(unit: &Unit) -> usize {
    unit.mail.accepted().iter().filter(|mail| mail.subject.contains("Sin respuesta")).count()
}

fn answer(unit: &Unit, id: CaseId, own_id: &str) {
    let request = id_of(&unit.thread(id)[0]);
    unit.receive(&reply(REPORTER, &request, own_id, "Ya respondo"));
}

#[test]
fn a_case_that_waits_too_long_is_escalated_once() {
    let unit = escalating();
    let id = unit.case(&[]);
    unit.deliver();
    days(&unit, 13);
    assert_eq!((unit.dispatch().escalated, escalations(&unit)), (0, 0));
    days(&unit, 1);
    assert_eq!((unit.dispatch().escalated, escalations(&unit)), (1, 1));
    days(&unit, 30);
    assert_eq!((unit.dispatch().escalated, escalations(&unit)), (0, 1));
    let letter = unit.mail.accepted().pop().unwrap();
    assert_eq!((letter.to.as_str(), letter.subject), ("jefa@vigia.test", format!("[VIGIA] Sin respuesta - ICSR #{id}")));
    assert!(letter.body.contains("14 días"), "{}", letter.body);
    assert_eq!(unit.audited(id).iter().filter(|action| *action == "followup.escalated").count(), 1);
}

#[test]
fn a_new_wait_is_escalated_anew() {
    let unit = escalating();
    let id = unit.case(&[]);
    unit.deliver();
    days(&unit, 14);
    unit.dispatch();
    answer(&unit, id, "<r1@clinic.test>");
    assert_eq!(unit.app.case(id).unwrap().escalated_at, None);
    days(&unit, 30);
    assert_eq!(unit.dispatch().escalated, 0, "nothing was asked since");
    unit.send(id, "¿Peso?").unwrap();
    days(&unit, 14);
    assert_eq!(unit.dispatch().escalated, 1);
}

#[test]
fn the_wait_starts_with_the_first_unanswered_letter() {
    let unit = escalating();
    let id = unit.case(&[]);
    unit.deliver();
    let since = unit.clock.now();
    days(&unit, 10);
    unit.send(id, "¿Peso?").unwrap();
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, Some(since));
    days(&unit, 4);
    assert_eq!(unit.dispatch().escalated, 1);
}

#[test]
fn cases_that_wait_are_listed_until_somebody_answers() {
    let unit = unit();
    let (first, second) = (unit.case(&[]), unit.case(&[]));
    assert_eq!(awaiting(&unit, 0), [], "nothing was asked yet");
    unit.deliver();
    days(&unit, 20);
    unit.case(&[]);
    unit.deliver();
    let mut waiting = awaiting(&unit, 14);
    waiting.sort();
    assert_eq!(waiting, [first, second]);
    answer(&unit, first, "<r1@clinic.test>");
    unit.app.log_call(&qf(), second, CallOutcome::Reached, "Enviará los datos", None).unwrap();
    assert_eq!(awaiting(&unit, 14), []);
}

#[test]
fn closing_is_proposed_after_the_plan_and_never_done_by_itself() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    for _ in 0..4 {
        unit.dispatch();
        days(&unit, 29);
        assert!(!unit.app.followup_summary(id).unwrap().closing_proposed);
        days(&unit, 1);
    }
    unit.dispatch();
    assert!(unit.app.followup_summary(id).unwrap().closing_proposed);
    days(&unit, 400);
    unit.dispatch();
    assert_eq!(unit.app.case(id).unwrap().followup_status, FollowupStatus::Open);
}

#[test]
fn where_the_deployment_wants_it_the_service_closes_what_passes_the_checks() {
    let unit = unit_with(|policy| policy.close_by_itself = true);
    let (plain, serious) = (unit.case(&[]), unit.case(&[("gravedad", "Grave")]));
    unit.plan(plain);
    unit.app.apply_plan(&qf(), serious, followup_domain::ids::TemplateId(1), unit.clock.now()).unwrap();
    unit.dispatch();
    // The serious case's later attempts are skipped: one contact is documented.
    for attempt in unit.app.attempts(serious).unwrap().iter().skip(1) {
        let skip = followup_app::AttemptAction::Skip { reason: None };
        unit.app.override_attempt(&qf(), serious, attempt.id, &skip).unwrap();
    }
    for _ in 0..3 {
        days(&unit, 30);
        unit.dispatch();
    }
    days(&unit, 30);
    assert_eq!(unit.dispatch().closed, 1);
    let closed = unit.app.case(plain).unwrap();
    assert_eq!(closed.closure.unwrap().reason, ClosureReason::MaxAttempts);
    assert_eq!(unit.app.case(serious).unwrap().followup_status, FollowupStatus::Open);
    let row = unit.audit(plain).into_iter().find(|row| row.action == "followup.closed").unwrap();
    assert_eq!(row.actor, "service:test");
}

#[test]
fn who_asked_not_to_be_written_to_gets_no_automatic_request_no_plan_letter_and_no_message() {
    let unit = unit();
    let (automatic, planned) = (unit.case(&[]), unit.case(&[]));
    unit.plan(planned);
    let address = EmailAddress::parse("ROJAS@clinic.test").unwrap();
    unit.app.block_contact(&qf(), &address, "lo pidió por teléfono").unwrap();
    unit.dispatch();
    assert_eq!(unit.mail.accepted(), []);
    let reason = "la dirección pidió no ser contactada";
    assert_eq!(unit.thread(automatic)[0].error.as_deref(), Some(reason));
    assert_eq!(unit.attempts(planned)[0], ("skipped".to_owned(), Some(reason.to_owned())));
    assert_eq!(unit.send(automatic, "¿Peso?"), Err(SendMessageError::Blocked));

    unit.app.unblock_contact(&qf(), &address).unwrap();
    unit.send(automatic, "¿Peso?").unwrap();
    assert!(unit.app.unblock_contact(&qf(), &address).is_err());
}

#[test]
fn an_address_is_blocked_with_a_reason_only() {
    let unit = unit();
    let address = EmailAddress::parse(REPORTER).unwrap();
    assert!(unit.app.block_contact(&qf(), &address, " ").is_err());
    assert_eq!(unit.app.blocked_contacts(PageRequest { offset: 0, limit: 10 }).unwrap().items, []);
}

#[test]
fn outside_the_send_window_a_letter_waits_and_its_due_date_stays() {
    let unit = unit_with(|policy| {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        policy.automatic_requests = false;
        policy.window = Some(SendWindow::new(chrono_tz::America::Lima, weekdays, hour(9), hour(18)).unwrap());
    });
    let id = unit.case(&[]);
    // Friday, 5:15 in Lima.
    let due = unit.plan(id)[0].due_at;
    unit.dispatch();
    assert_eq!(unit.mail.accepted(), []);
    assert_eq!(unit.thread(id)[0].error.as_deref(), Some("fuera del horario de envío"));
    unit.clock.advance(Duration::hours(3) + Duration::minutes(44));
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
    unit.clock.advance(Duration::minutes(1));
    unit.deliver();
    assert_eq!(unit.mail.accepted().len(), 1);
    assert_eq!(unit.app.attempts(id).unwrap()[0].due_at, due);
    // What a person sends waits for no hour.
    unit.clock.advance(Duration::hours(14));
    unit.send(id, "¿Peso?").unwrap();
}

#[test]
fn a_dry_run_tells_what_a_run_would_do_and_keeps_nothing() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let (due, full) = (unit.case(&[]), unit.case(&[("paciente_peso", "70"), ("dosis", "1 g")]));
    unit.plan(due);
    unit.plan(full);
    unit.clock.advance(Duration::days(31));
    let (before, audit) = (unit.attempts(due), unit.audit(due).len());
    let preview = unit.app.preview_dispatch().unwrap();
    let told: Vec<(CaseId, &str, Option<&str>)> =
        preview.iter().map(|attempt| (attempt.case_id, attempt.status.as_str(), attempt.reason.as_deref())).collect();
    let nothing = Some("sin datos faltantes");
    assert_eq!(
        told,
        [(due, "skipped", Some("vencido")), (due, "sending", None), (full, "completed", nothing), (full, "completed", nothing)]
    );
    assert_eq!((unit.attempts(due), unit.audit(due).len()), (before, audit));
    assert_eq!((unit.thread(due).len(), unit.mail.accepted().len()), (0, 0));
    assert_eq!(unit.app.preview_dispatch().unwrap(), preview, "and tells the same again");
}
