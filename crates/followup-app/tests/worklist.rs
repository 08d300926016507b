//! What needs a person: in which lane a case stands, since when, what is asked; and the agenda.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::lanes::Lane;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::standing::NextKind;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::message::{CallOutcome, Channel};
use followup_domain::ports::{AgendaQuery, CaseQuery, CaseSort, Clock, PageRequest, StandingFilter};
use support::{REPORTER, Unit, id_of, qf, reply, report_on, unit, unit_with};

/// Case, what is asked, since when.
fn rows(unit: &Unit, lane: Lane) -> Vec<(CaseId, &'static str, DateTime<Utc>)> {
    let list = unit.app.worklist("qf", lane, None, 50).unwrap();
    assert_eq!(i64::try_from(list.items.len()).unwrap(), list.counts.of(lane));
    list.items.iter().map(|row| (row.case.as_ref().unwrap().case_id, row.ask.as_str(), row.place.since)).collect()
}

/// Without the lanes of deadlines and of warnings, which say nothing of what comes next.
fn stands(unit: &Unit, id: CaseId) -> Vec<&'static str> {
    let stands =
        |lane: &&Lane| !matches!(lane, Lane::DeadlineAtRisk | Lane::Warnings) && rows(unit, **lane).iter().any(|(case, ..)| *case == id);
    Lane::ALL.iter().filter(stands).map(|lane| lane.as_str()).collect()
}

fn next(unit: &Unit, id: CaseId) -> Option<(NextKind, DateTime<Utc>)> {
    let all = unit.app.cases(&CaseQuery::default(), PageRequest { offset: 0, limit: 50 }).unwrap();
    all.items.into_iter().find(|listed| listed.case.id == id).unwrap().standing.next.map(|next| (next.kind, next.at))
}

/// An answer that leaves something missing, to the case's last letter.
fn answer(unit: &Unit, id: CaseId) {
    let letter = id_of(unit.thread(id).last().unwrap());
    unit.receive(&reply(REPORTER, &letter, "<r@clinic.test>", "68 kg"));
}

fn read_all(unit: &Unit, id: CaseId) {
    let last = unit.thread(id).last().unwrap().id;
    unit.app.attend_answers(&qf(), id, last).unwrap();
}

#[test]
fn who_can_only_be_telephoned_is_called_and_listed() {
    let unit = unit();
    for contact in ["999 888 777", "rojas@", "sin correo"] {
        let id = unit.case(&[("reportante_contacto", contact)]);
        assert_eq!(stands(&unit, id), ["unreachable", "calls_due"], "{contact}");
        let tasks = unit.app.attempts(id).unwrap();
        let task = (tasks[0].label.as_str(), tasks[0].channel, tasks[0].status);
        assert_eq!((tasks.len(), task), (1, ("Llamar al reportante", Channel::Call.into(), AttemptStatus::Pending)), "{contact}");
        unit.dispatch();
        assert_eq!(unit.app.attempts(id).unwrap().len(), 1, "once");
    }
}

#[test]
fn nobody_is_called_where_nothing_is_missing_or_the_work_is_done() {
    let unit = unit();
    let complete = unit.case(&[("reportante_contacto", "999 888 777"), ("paciente_peso", "70"), ("dosis", "500 mg")]);
    let done = unit.case(&[("reportante_contacto", "999 888 777"), ("estado", "Enviado")]);
    assert_eq!(stands(&unit, complete), Vec::<&str>::new());
    assert_eq!(stands(&unit, done), ["unreachable"]);
    assert_eq!([complete, done].map(|id| unit.app.attempts(id).unwrap().len()), [0, 0]);
}

#[test]
fn a_call_is_withdrawn_when_a_letter_reaches_the_reporter_again() {
    let unit = unit();
    let id = unit.case(&[("reportante_contacto", "999 888 777")]);
    unit.update(id, &[("reportante_contacto", REPORTER)]);
    assert_eq!(unit.attempts(id), [("skipped".to_owned(), Some("se puede escribir de nuevo al reportante".to_owned()))]);
    assert_eq!(next(&unit, id).map(|(kind, _)| kind), Some(NextKind::Letter), "the automatic request");
    assert_eq!(stands(&unit, id), Vec::<&str>::new());
}

#[test]
fn whoever_has_a_blocked_or_failed_address_is_listed_by_the_next_run_whichever_case_it_became_known_by() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let (first, second, other) = (unit.case(&[]), unit.case(&[]), unit.case(&[("reportante_contacto", "otra@clinic.test")]));
    unit.send(first, "¿Peso?").unwrap();
    let letter = unit.thread(first).pop().unwrap();
    unit.receive(&report_on(&letter, REPORTER, "failed", "5.1.1"));
    assert_eq!(stands(&unit, first), ["failed", "unreachable", "calls_due"]);
    unit.dispatch();
    assert_eq!(stands(&unit, second), ["unreachable", "calls_due"]);
    unit.app.block_contact(&qf(), &EmailAddress::parse("OTRA@clinic.test").unwrap(), "lo pidió").unwrap();
    unit.dispatch();
    assert_eq!(stands(&unit, other), ["unreachable", "calls_due"]);
    unit.app.unblock_contact(&qf(), &EmailAddress::parse("otra@clinic.test").unwrap(), None).unwrap();
    unit.app.clear_failed_address(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "funciona").unwrap();
    unit.dispatch();
    assert_eq!((stands(&unit, second), stands(&unit, other)), (vec!["stalled"], vec!["stalled"]));
}

#[test]
fn a_case_waits_for_the_answer_and_is_stalled_when_its_time_is_over() {
    let unit = unit();
    let id = unit.case(&[]);
    assert_eq!(next(&unit, id).map(|(kind, _)| kind), Some(NextKind::Letter));
    unit.deliver();
    let left = unit.clock.now();
    assert_eq!(next(&unit, id), Some((NextKind::Answer, left + Duration::days(30))));
    assert_eq!(stands(&unit, id), Vec::<&str>::new());
    unit.clock.advance(Duration::days(30));
    assert_eq!(rows(&unit, Lane::Stalled), [(id, "decide_next_step", left + Duration::days(30))]);
    unit.clock.advance(Duration::days(90));
    assert_eq!(rows(&unit, Lane::ToClose), [(id, "close_unanswered", left + Duration::days(120))]);
}

#[test]
fn a_partial_answer_that_was_read_leaves_the_plan_to_be_resumed() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    answer(&unit, id);
    assert_eq!(stands(&unit, id), ["new_replies"]);
    assert_eq!(rows(&unit, Lane::NewReplies)[0].1, "read_reply");
    unit.update(id, &[("paciente_peso", "68")]);
    read_all(&unit, id);
    assert_eq!(rows(&unit, Lane::Stalled), [(id, "resume_plan", unit.clock.now())]);
}

/// Status and day of each attempt, counted from the plan's base.
fn days(unit: &Unit, id: CaseId, base: DateTime<Utc>) -> Vec<(String, i64)> {
    let attempts = unit.app.attempts(id).unwrap();
    attempts.iter().map(|attempt| (attempt.status.to_string(), (attempt.due_at - base).num_days())).collect()
}

fn partly_answered(unit: &Unit) -> (CaseId, DateTime<Utc>) {
    let (id, base) = (unit.case(&[]), unit.clock.now());
    unit.plan(id);
    unit.dispatch();
    unit.clock.advance(Duration::days(40));
    unit.dispatch();
    answer(unit, id);
    unit.update(id, &[("paciente_peso", "68")]);
    (id, base)
}

#[test]
fn a_plan_that_a_partial_answer_held_goes_on_from_where_it_was() {
    let unit = unit();
    let (id, base) = partly_answered(&unit);
    read_all(&unit, id);
    assert_eq!(days(&unit, id, base)[2..], [("cancelled".to_owned(), 60), ("cancelled".to_owned(), 90)]);
    unit.app.resume_plan(&qf(), id, Some(base + Duration::days(70))).unwrap();
    assert_eq!(days(&unit, id, base)[2..], [("pending".to_owned(), 70), ("pending".to_owned(), 100)]);
    assert_eq!((stands(&unit, id), next(&unit, id)), (vec![], Some((NextKind::Letter, base + Duration::days(70)))));
    let error = unit.app.resume_plan(&qf(), id, None).unwrap_err();
    assert_eq!(error, followup_app::AttemptError::NothingHeld, "once");
    unit.clock.advance(Duration::days(30));
    unit.dispatch();
    let last = unit.thread(id).pop().unwrap();
    assert!(last.content.body.contains("Dosis") && !last.content.body.contains("Peso aproximado"), "{}", last.content.body);
}

#[test]
fn where_the_unit_wants_it_the_plan_goes_on_by_itself_days_after_the_answer_was_read() {
    let unit = unit_with(|policy| policy.resume_after = Some(Duration::days(25)));
    let (id, base) = partly_answered(&unit);
    assert_eq!(days(&unit, id, base)[2..], [("cancelled".to_owned(), 60), ("cancelled".to_owned(), 90)], "nobody has read it");
    read_all(&unit, id);
    assert_eq!(days(&unit, id, base)[2..], [("pending".to_owned(), 65), ("pending".to_owned(), 95)]);
    let (complete, _) = partly_answered(&unit);
    unit.update(complete, &[("dosis", "500 mg")]);
    read_all(&unit, complete);
    assert!(unit.attempts(complete).iter().all(|(status, _)| status != "pending"), "nothing is missing");
}

#[test]
fn nothing_goes_on_in_a_closed_follow_up() {
    let unit = unit();
    let (id, _) = partly_answered(&unit);
    let reason = followup_domain::case::ClosureReason::Declined;
    let request = followup_app::CloseRequest { reason, notes: "No desea responder".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    assert_eq!(unit.app.resume_plan(&qf(), id, None).unwrap_err(), followup_app::AttemptError::Closed);
    assert_eq!(stands(&unit, id), ["new_replies"], "the answer waits to be read all the same");
}

#[test]
fn what_lacks_nothing_any_more_is_to_be_closed_and_leaves_every_list_then() {
    let unit = unit();
    let (id, never_asked) = (unit.case(&[]), unit.case(&[("paciente_peso", "70"), ("dosis", "500 mg")]));
    unit.deliver();
    unit.update(id, &[("paciente_peso", "68"), ("dosis", "500 mg")]);
    assert_eq!(rows(&unit, Lane::ToClose), [(id, "close_complete", unit.clock.now())]);
    assert_eq!(stands(&unit, never_asked), Vec::<&str>::new());
    let reason = followup_domain::case::ClosureReason::Complete;
    let request = followup_app::CloseRequest { reason, notes: "Completo".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    assert_eq!((stands(&unit, id), next(&unit, id)), (vec![], None));
}

#[test]
fn a_call_that_is_due_is_listed_until_it_is_made() {
    let unit = unit();
    let id = unit.case(&[("reportante_contacto", "999 888 777")]);
    assert_eq!(rows(&unit, Lane::CallsDue), [(id, "make_call", unit.clock.now())]);
    unit.app.log_call(&qf(), id, CallOutcome::NoAnswer, "", None).unwrap();
    assert_eq!(stands(&unit, id), ["unreachable"], "it stays unreachable");
}

#[test]
fn a_report_that_falls_due_soon_is_listed_with_its_day() {
    let unit = unit();
    // Of those that hold for a case that is not serious: 30 days.
    let id = unit.case(&[("gravedad", "No grave"), ("fecha_recepcion", "2024-03-01")]);
    assert_eq!(rows(&unit, Lane::DeadlineAtRisk), []);
    unit.clock.advance(Duration::days(28));
    let list = unit.app.worklist("qf", Lane::DeadlineAtRisk, None, 10).unwrap();
    // In Lima the last day ends at five in the morning, UTC.
    assert_eq!(list.items[0].due_at, Some("2024-04-01T05:00:00Z".parse().unwrap()));
    unit.update(id, &[("estado", "Enviado")]);
    assert_eq!(rows(&unit, Lane::DeadlineAtRisk), []);
}

#[test]
fn an_edited_deadline_holds_for_every_case_after_the_next_run() {
    let unit = unit();
    let id = unit.case(&[("gravedad", "No grave"), ("fecha_recepcion", "2024-03-01")]);
    let scope = followup_domain::case::deadlines::DeadlineScope::Any;
    let rule = followup_domain::case::deadlines::NewDeadline {
        authority: "A".into(),
        role: "titular".into(),
        scope,
        days: 1,
        norm: "N".into(),
        verified: true,
    };
    unit.app.set_deadline(&qf(), None, &rule).unwrap();
    unit.dispatch();
    assert_eq!(rows(&unit, Lane::DeadlineAtRisk).iter().map(|row| row.0).collect::<Vec<_>>(), [id]);
}

#[test]
fn cases_are_found_by_what_they_stand_at() {
    let unit = unit();
    let (read, unread) = (unit.case(&[]), unit.case(&[("paciente_peso", "70")]));
    unit.deliver();
    unit.clock.advance(Duration::hours(2));
    answer(&unit, unread);
    let find = |standing: StandingFilter, sort| {
        let query = CaseQuery { standing, sort, ..CaseQuery::default() };
        let page = unit.app.cases(&query, PageRequest { offset: 0, limit: 50 }).unwrap();
        assert_eq!(page.total, i64::try_from(page.items.len()).unwrap());
        page.items.into_iter().map(|listed| listed.case.id).collect::<Vec<_>>()
    };
    let any = StandingFilter::default;
    let now = unit.clock.now();
    assert_eq!(find(StandingFilter { unread: Some(true), ..any() }, CaseSort::OldestFirst), [unread]);
    assert_eq!(find(StandingFilter { unread: Some(false), ..any() }, CaseSort::OldestFirst), [read]);
    assert_eq!(find(StandingFilter { missing_from: Some(2), ..any() }, CaseSort::OldestFirst), [read]);
    assert_eq!(find(StandingFilter { missing_from: Some(1), missing_to: Some(1), ..any() }, CaseSort::OldestFirst), [unread]);
    assert_eq!(find(StandingFilter { moved_from: Some(now), ..any() }, CaseSort::OldestFirst), [unread]);
    assert_eq!(find(StandingFilter { moved_before: Some(now), ..any() }, CaseSort::OldestFirst), [read]);
    assert_eq!(find(any(), CaseSort::LastMovedFirst), [unread, read]);
    assert_eq!(find(any(), CaseSort::NextFirst), [read], "nothing comes next in the other");
    assert_eq!(find(StandingFilter { next_from: Some(now + Duration::days(60)), ..any() }, CaseSort::OldestFirst), []);
}

#[test]
fn the_agenda_shows_the_attempts_of_all_cases_by_date() {
    let unit = unit();
    let cases = [unit.case(&[]), unit.case(&[])];
    for id in cases {
        unit.plan(id);
    }
    let query = AgendaQuery { from: unit.clock.now(), to: unit.clock.now() + Duration::days(31), status: None, after: None, limit: 3 };
    let first = unit.app.agenda(&query).unwrap();
    let second = unit.app.agenda(&AgendaQuery { after: first.next, ..query }).unwrap();
    let shown: Vec<(CaseId, i32)> =
        first.items.iter().chain(&second.items).map(|item| (item.case.case_id, item.attempt.position)).collect();
    assert_eq!(shown, [(cases[0], 1), (cases[1], 1), (cases[0], 2), (cases[1], 2)]);
    assert_eq!((second.next, first.items[0].case.product.as_deref()), (None, Some("Paracetamol")));
    let none = unit.app.agenda(&AgendaQuery { status: Some(AttemptStatus::Sent), ..query }).unwrap();
    assert_eq!((none.items, none.next), (vec![], None));
}
