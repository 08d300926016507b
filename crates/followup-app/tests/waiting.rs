//! Cases whose reporter does not answer; do-not-contact; the send window; the run that keeps nothing.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::{Duration, NaiveTime, Weekday};
use followup_app::{AttemptAction, CloseRequest, PreviewedFate, SendMessageError};
use followup_domain::asking::window::SendWindow;
use followup_domain::audit::AuditValue;
use followup_domain::case::ClosureReason;
use followup_domain::case::FollowupStatus;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::message::{CallOutcome, MessageStatus};
use followup_domain::policy::Escalation;
use followup_domain::ports::{CaseQuery, Clock, PageRequest};
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, shown, unit, unit_with};

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
    page.items.into_iter().map(|listed| listed.case.id).collect()
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
        assert!(!unit.app.followup_summary(id, "qf").unwrap().closing_proposed);
        days(&unit, 1);
    }
    unit.dispatch();
    assert!(unit.app.followup_summary(id, "qf").unwrap().closing_proposed);
    days(&unit, 400);
    unit.dispatch();
    assert_eq!(unit.app.case(id).unwrap().followup_status, FollowupStatus::Open);
}

#[test]
fn where_the_deployment_wants_it_the_service_closes_what_passes_the_checks() {
    let unit = unit_with(|policy| policy.close_by_itself = true);
    let plain = unit.case(&[]);
    let serious = [unit.case(&[("gravedad", "Grave")]), unit.case(&[("ea_desenlace", "Mortal")])];
    unit.plan(plain);
    for id in serious {
        unit.plan(id);
    }
    unit.dispatch();
    // The serious cases' later attempts are skipped: one contact is documented.
    for id in serious {
        for attempt in unit.app.attempts(id).unwrap().iter().skip(1) {
            let skip = followup_app::AttemptAction::Skip { reason: None };
            unit.app.override_attempt(&qf(), id, attempt.id, &skip).unwrap();
        }
    }
    for _ in 0..3 {
        days(&unit, 30);
        unit.dispatch();
    }
    days(&unit, 30);
    assert_eq!(unit.dispatch().closed, 1);
    let closed = unit.app.case(plain).unwrap();
    assert_eq!(closed.closure.unwrap().reason, ClosureReason::MaxAttempts);
    for id in serious {
        assert_eq!(unit.app.case(id).unwrap().followup_status, FollowupStatus::Open);
    }
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

    unit.app.unblock_contact(&qf(), &address, None).unwrap();
    unit.send(automatic, "¿Peso?").unwrap();
    assert!(unit.app.unblock_contact(&qf(), &address, None).is_err());
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
    let told: Vec<(CaseId, &str, Option<String>)> =
        preview.attempts.iter().map(|attempt| (attempt.case_id, attempt.status.as_str(), attempt.reason.as_deref().map(shown))).collect();
    let nothing = || (full, "completed", Some("sin datos faltantes".to_owned()));
    assert_eq!(told, [(due, "skipped", Some("vencido".to_owned())), (due, "sending", None), nothing(), nothing()]);
    assert_eq!((unit.attempts(due), unit.audit(due).len()), (before, audit));
    assert_eq!((unit.thread(due).len(), unit.mail.accepted().len()), (0, 0));
    assert_eq!(unit.app.preview_dispatch().unwrap(), preview, "and tells the same again");
}

#[test]
fn a_dry_run_tells_of_what_stands_in_the_way_of_the_queue_of_escalations_and_of_closings() {
    let unit = unit_with(|policy| {
        policy.close_by_itself = true;
        policy.escalation = Some(Escalation { after_days: 14, to: None });
    });
    let (silent, blocked) = (unit.case(&[]), unit.case(&[("reportante_contacto", "otra@clinic.test")]));
    unit.deliver();
    days(&unit, 121);
    unit.update(blocked, &[("paciente_peso", ""), ("dosis", "")]);
    unit.plan(blocked);
    unit.app.block_contact(&qf(), &EmailAddress::parse("otra@clinic.test").unwrap(), "lo pidió").unwrap();
    let waiting = unit.case(&[]);
    let preview = unit.app.preview_dispatch().unwrap();
    let reason = Some("la dirección pidió no ser contactada".to_owned());
    let of_blocked =
        preview.attempts.iter().map(|attempt| (attempt.case_id, attempt.status.as_str(), attempt.reason.as_deref().map(shown)));
    assert_eq!(of_blocked.collect::<Vec<_>>(), [(blocked, "skipped", reason)]);
    let letters: Vec<_> = preview.letters.iter().map(|letter| (letter.case_id, letter.fate.clone())).collect();
    assert_eq!(letters, [(waiting, PreviewedFate::Send)]);
    assert_eq!((&preview.escalated, &preview.closed), (&vec![silent, blocked], &vec![silent]));
    let report = unit.dispatch();
    assert_eq!((report.escalated, report.closed, report.delivery.accepted, report.delivery.withdrawn), (2, 1, 1, 1));
    assert_eq!(unit.app.preview_dispatch().unwrap(), followup_app::DispatchPreview::default(), "the run did it");
}

#[test]
fn what_was_said_before_a_letter_left_does_not_answer_it() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let first = id_of(&unit.thread(id)[0]);
    days(&unit, 10);
    let second = unit.clock.now();
    unit.send(id, "¿Y la dosis?").unwrap();
    days(&unit, 1);
    let since = || unit.app.case(id).unwrap().awaiting_since;
    // A call of last week, logged today; a mail of last week, fetched today.
    unit.app.log_call(&qf(), id, CallOutcome::Reached, "", Some(second - Duration::days(2))).unwrap();
    assert_eq!(since(), Some(second));
    unit.arrive(&reply(REPORTER, &first, "<r1@clinic.test>", "68 kg"), second - Duration::days(3));
    unit.app.process_stored_mail(&|| false).unwrap();
    assert_eq!(since(), Some(second));
    unit.app.log_call(&qf(), id, CallOutcome::Reached, "", None).unwrap();
    assert_eq!(since(), None);
}

#[test]
fn a_letter_that_a_person_settles_waits_no_more_and_one_found_to_be_sent_does() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("no answer".into())));
    unit.deliver();
    let sent_at = unit.clock.now();
    let letter = unit.thread(id)[0].id;
    days(&unit, 3);
    unit.app.resolve_message(&qf(), id, letter, true, None).unwrap();
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, Some(sent_at));
    unit.app.set_message_status(&qf(), id, letter, MessageStatus::Completed, None).unwrap();
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, None);
}

#[test]
fn a_follow_up_that_was_opened_anew_waits_for_what_is_sent_from_then_on() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    days(&unit, 40);
    let request = CloseRequest { reason: ClosureReason::Unreachable, notes: "x".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    unit.app.reopen_followup(&qf(), id, "nuevo dato").unwrap();
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, None);
    days(&unit, 1);
    unit.send(id, "¿Peso?").unwrap();
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, Some(unit.clock.now()));
}

#[test]
fn a_letter_that_leaves_while_its_case_is_closed_is_not_waited_for() {
    let unit = unit();
    let id = unit.case(&[]);
    let app = unit.app.clone();
    unit.mail.during_transmit(move || {
        let request = CloseRequest { reason: ClosureReason::Declined, notes: "x".into(), override_reason: None };
        drop(app.close_followup(&qf(), id, &request));
    });
    unit.deliver();
    let case = unit.app.case(id).unwrap();
    assert_eq!((case.followup_status, case.awaiting_since), (FollowupStatus::Closed, None));
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn nothing_is_waited_for_once_nothing_is_missing() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    unit.send(id, "¿Peso y dosis?").unwrap();
    unit.update(id, &[("paciente_peso", "70"), ("dosis", "1 g")]);
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, None);
    // What is asked besides is.
    days(&unit, 1);
    unit.send(id, "¿Cómo sigue el paciente?").unwrap();
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, Some(unit.clock.now()));
}

#[test]
fn a_case_without_a_plan_is_proposed_for_closing_too_and_a_fresh_letter_has_its_time() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let proposed = || unit.app.followup_summary(id, "qf").unwrap().closing_proposed;
    days(&unit, 119);
    assert!(!proposed());
    days(&unit, 1);
    assert!(proposed());
    unit.send(id, "¿Peso?").unwrap();
    assert!(!proposed());
    days(&unit, 30);
    assert!(proposed());
}

#[test]
fn who_answered_late_and_was_asked_again_is_not_closed_by_the_old_plan() {
    let unit = unit_with(|policy| policy.close_by_itself = true);
    let id = unit.case(&[]);
    unit.plan(id);
    for _ in 0..4 {
        unit.dispatch();
        days(&unit, 30);
    }
    assert_eq!(unit.dispatch().closed, 1);
    days(&unit, 80);
    answer(&unit, id, "<r1@clinic.test>");
    unit.app.attend_answers(&qf(), id, unit.thread(id).last().unwrap().id).unwrap();
    days(&unit, 1);
    unit.send(id, "¿Y la dosis?").unwrap();
    assert_eq!(unit.dispatch().closed, 0);
    days(&unit, 119);
    assert_eq!(unit.dispatch().closed, 0);
    days(&unit, 1);
    assert_eq!(unit.dispatch().closed, 1);
}

#[test]
fn a_plan_whose_base_lies_long_ago_does_not_close_after_its_first_letter() {
    let unit = unit_with(|policy| (policy.close_by_itself, policy.automatic_requests) = (true, false));
    let id = unit.case(&[]);
    unit.app.apply_plan(&qf(), id, followup_domain::ids::TemplateId(1), unit.clock.now() - Duration::days(130)).unwrap();
    unit.dispatch();
    days(&unit, 1);
    assert_eq!((unit.dispatch().closed, unit.mail.accepted().len()), (0, 1));
}

#[test]
fn a_strangers_unread_answer_keeps_the_case_from_being_escalated() {
    let unit = escalating();
    let id = unit.case(&[]);
    unit.deliver();
    unit.receive(&reply("otra@elsewhere.test", &id_of(&unit.thread(id)[0]), "<s@elsewhere.test>", "Soy su asistente"));
    days(&unit, 14);
    assert_eq!(unit.dispatch().escalated, 0);
    unit.app.attend_answers(&qf(), id, unit.thread(id).last().unwrap().id).unwrap();
    assert_eq!(unit.dispatch().escalated, 1, "read, and not confirmed: it was no answer");
}

#[test]
fn a_blocked_address_gets_no_automatic_request_queued() {
    let unit = unit();
    unit.app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    let id = unit.case(&[]);
    unit.update(id, &[("paciente_iniciales", "A.B.")]);
    assert_eq!(unit.thread(id), []);
}

#[test]
fn blocking_again_tells_the_old_reason() {
    let unit = unit();
    let address = EmailAddress::parse(REPORTER).unwrap();
    for reason in ["lo pidió", "lo pidió dos veces"] {
        unit.app.block_contact(&qf(), &address, reason).unwrap();
    }
    unit.app.unblock_contact(&qf(), &address, None).unwrap();
    let rows = unit.system_audit();
    let told: Vec<_> = rows.iter().map(|row| (row.action.as_str(), row.old.get("reason").cloned())).collect();
    let text = |reason: &str| Some(AuditValue::Text(reason.to_owned()));
    assert_eq!(told, [("contact.blocked", None), ("contact.blocked", text("lo pidió")), ("contact.unblocked", text("lo pidió dos veces"))]);
}

#[test]
fn an_evening_report_is_received_on_the_day_where_the_unit_is() {
    let unit = unit();
    // 22:15 in Lima on the 1st.
    unit.clock.advance(Duration::hours(17));
    let id = unit.case(&[]);
    let day = unit.clock.now().with_timezone(&chrono_tz::America::Lima).date_naive();
    assert_ne!(day, unit.clock.now().date_naive());
    let on = |day| {
        let query = CaseQuery { received_from: Some(day), received_to: Some(day), ..CaseQuery::default() };
        unit.app.cases(&query, PageRequest { offset: 0, limit: 10 }).unwrap().items.iter().map(|listed| listed.case.id).collect::<Vec<_>>()
    };
    assert_eq!((on(day), on(unit.clock.now().date_naive())), (vec![id], vec![]));
    unit.update(id, &[("paciente_iniciales", "A.B.")]);
    assert_eq!(on(day), [id]);
}

/// Why a case's letters were put off, as its trail tells.
fn put_off(unit: &Unit, id: CaseId) -> Vec<String> {
    unit.audit(id).into_iter().filter(|row| row.action == "message.put_off").filter_map(|row| row.reason).collect()
}

#[test]
fn a_letter_that_waits_for_the_window_says_so_once_in_the_trail() {
    let office =
        SendWindow::new(chrono_tz::America::Lima, [Weekday::Mon], NaiveTime::MIN, NaiveTime::from_hms_opt(9, 0, 0).unwrap()).unwrap();
    let unit = unit_with(|policy| policy.window = Some(office));
    let id = unit.case(&[]);
    for _ in 0..3 {
        unit.deliver();
    }
    assert_eq!(put_off(&unit, id), ["fuera del horario de envío"]);
    let row = unit.audit(id).into_iter().find(|row| row.action == "message.put_off").unwrap();
    assert!(row.new.contains_key("not_before"), "{row:?}");
}

#[test]
fn a_letter_whose_address_had_enough_says_so_once_however_often_it_is_looked_at() {
    let unit = unit_with(|policy| policy.daily_cap_per_address = Some(1));
    let (first, second) = (unit.case(&[]), unit.case(&[]));
    for _ in 0..5 {
        unit.deliver();
        unit.clock.advance(Duration::hours(1));
    }
    assert_eq!((put_off(&unit, first), put_off(&unit, second)), (vec![], vec!["tope diario de la dirección".to_owned()]));
    unit.clock.advance(Duration::days(1));
    assert_eq!(unit.deliver().accepted, 1);
}

#[test]
fn a_letter_that_waits_for_the_delay_says_so_in_the_trail() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    unit.plan(id);
    // The request counts as the first attempt; the next one is due within the delay.
    let next = unit.app.attempts(id).unwrap().remove(1).id;
    let soon = AttemptAction::Reschedule { due_at: unit.clock.now(), reason: None };
    unit.app.override_attempt(&qf(), id, next, &soon).unwrap();
    for _ in 0..3 {
        unit.dispatch();
    }
    assert_eq!(put_off(&unit, id), ["plazo entre solicitudes"]);
}
