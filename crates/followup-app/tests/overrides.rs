//! A person decides about an attempt: from which states, with which reason, and what the trail tells of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::{Duration, NaiveTime, Weekday};
use followup_app::{ApplyPlanError, AttemptAction, AttemptError, CloseRequest, OneMoreAttempt, SendMessageError, SendNowError, Senders};
use followup_domain::asking::plan::{Attempt, AttemptStatus, BUILT_IN_TEMPLATE, PlanStatus};
use followup_domain::asking::reason::StopReason;
use followup_domain::asking::window::SendWindow;
use followup_domain::case::ClosureReason;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::message::{Channel, MessageKind, MessageStatus};
use followup_domain::ports::Clock;
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, shown, unit, unit_with};

fn quiet() -> Unit {
    unit_with(|policy| policy.automatic_requests = false)
}

fn attempt(unit: &Unit, id: CaseId, nth: usize) -> Attempt {
    unit.app.attempts(id).unwrap()[nth].clone()
}

fn act(unit: &Unit, id: CaseId, attempt: AttemptId, action: AttemptAction) -> Result<Attempt, AttemptError> {
    unit.app.override_attempt(&qf(), id, attempt, &action)
}

fn skip() -> AttemptAction {
    AttemptAction::Skip { reason: None }
}

fn reactivate() -> AttemptAction {
    AttemptAction::Reactivate { due_at: None, reason: None }
}

fn plan_message(unit: &Unit, id: CaseId) -> followup_domain::message::Message {
    unit.thread(id).into_iter().find(|message| message.attempt_id.is_some()).unwrap()
}

/// A case whose first attempt is in a state.
fn in_state(status: AttemptStatus) -> (Unit, CaseId, AttemptId) {
    let unit = quiet();
    let id = unit.case(&[]);
    let first = unit.plan(id)[0].id;
    let answered = |unit: &Unit| unit.receive(&reply(REPORTER, &id_of(&plan_message(unit, id)), "<r@clinic.test>", "Peso"));
    match status {
        AttemptStatus::Pending => {}
        AttemptStatus::Sending => {
            unit.mail.next(Script::is_down());
            unit.dispatch();
        }
        AttemptStatus::Sent => drop(unit.dispatch()),
        AttemptStatus::Responded => {
            unit.dispatch();
            answered(&unit);
        }
        AttemptStatus::Completed => drop(act(&unit, id, first, AttemptAction::Complete { reason: None }).unwrap()),
        AttemptStatus::Skipped => drop(act(&unit, id, first, skip()).unwrap()),
        AttemptStatus::Cancelled => {
            unit.send(id, "¿Peso?").unwrap();
            let request = id_of(&unit.thread(id)[0]);
            unit.receive(&reply(REPORTER, &request, "<r@clinic.test>", "Peso"));
        }
        AttemptStatus::Failed => {
            unit.mail.next(Script::FailPrepare(SendError::Refused("554 5.7.1 refused".into())));
            unit.dispatch();
        }
        AttemptStatus::Uncertain => {
            unit.mail.next(Script::FailTransmit(SendError::Uncertain("no answer".into())));
            unit.dispatch();
        }
    }
    unit.clock.advance(Duration::minutes(1));
    assert_eq!(unit.app.attempts(id).unwrap()[0].status, status);
    (unit, id, first)
}

/// Which of the unit's decisions are legal from which state.
fn legal(action: &str) -> &'static [AttemptStatus] {
    use AttemptStatus::{Cancelled, Failed, Pending, Responded, Sending, Sent, Skipped, Uncertain};
    match action {
        "skip" => &[Pending, Sending],
        "complete" => &[Pending, Sending, Sent, Responded, Skipped, Cancelled, Failed, Uncertain],
        "reschedule" => &[Pending],
        "reactivate" => &[Skipped, Cancelled, Failed],
        _ => &[Pending, Skipped, Cancelled, Failed],
    }
}

fn decide(unit: &Unit, id: CaseId, attempt: AttemptId, action: &str) -> Result<(), AttemptError> {
    let reason = || Some("porque sí".to_owned());
    let action = match action {
        "skip" => AttemptAction::Skip { reason: reason() },
        "complete" => AttemptAction::Complete { reason: reason() },
        "reschedule" => AttemptAction::Reschedule { due_at: unit.clock.now() + Duration::days(3), reason: reason() },
        "reactivate" => AttemptAction::Reactivate { due_at: None, reason: reason() },
        _ => {
            return match unit.app.send_attempt_now(&qf(), id, attempt, None) {
                Ok(_) => Ok(()),
                Err(SendNowError::Attempt(error)) => Err(error),
                Err(error) => panic!("{error}"),
            };
        }
    };
    act(unit, id, attempt, action).map(drop)
}

#[test]
fn each_decision_is_legal_from_its_states_only_and_leaves_its_row() {
    for action in ["skip", "complete", "reschedule", "reactivate", "send now"] {
        for status in AttemptStatus::ALL {
            let (unit, id, attempt) = in_state(*status);
            let before = unit.audit(id);
            let outcome = decide(&unit, id, attempt, action);
            let after = unit.audit(id);
            let own: Vec<_> = after[before.len()..].iter().filter(|row| row.entity == "attempt" && row.actor == "user:qf").collect();
            if legal(action).contains(status) {
                assert_eq!(outcome, Ok(()), "{action} from {status}");
                assert_eq!(own.len(), 1, "{action} from {status}: {own:?}");
                assert_eq!((own[0].action.as_str(), own[0].entity_id), ("attempt.status", attempt.0));
                let reason = if action == "send now" { "enviado a mano" } else { "porque sí" };
                assert_eq!(own[0].reason.as_deref(), Some(reason), "{action} from {status}");
            } else {
                assert_eq!(outcome, Err(AttemptError::Illegal(*status)), "{action} from {status}");
                assert_eq!(after.len(), before.len(), "{action} from {status} changed something");
            }
        }
    }
}

#[test]
fn without_a_reason_the_trail_says_that_a_person_did_it() {
    let (unit, id, first) = in_state(AttemptStatus::Pending);
    assert_eq!(
        act(&unit, id, first, AttemptAction::Skip { reason: Some("  ".into()) }).unwrap().reason.as_deref().map(shown),
        Some("omitido a mano".into())
    );
}

#[test]
fn an_attempt_of_another_case_is_not_found() {
    let unit = quiet();
    let (id, other) = (unit.case(&[]), unit.case(&[]));
    let first = unit.plan(id)[0].id;
    assert_eq!(act(&unit, other, first, skip()), Err(AttemptError::NotFound));
    assert_eq!(act(&unit, CaseId(99), first, skip()), Err(AttemptError::CaseNotFound));
    assert!(matches!(unit.app.send_attempt_now(&qf(), other, first, None), Err(SendNowError::Attempt(AttemptError::NotFound))));
}

#[test]
fn a_closed_follow_up_takes_no_new_contacts() {
    let (unit, id, first) = in_state(AttemptStatus::Pending);
    let request = CloseRequest { reason: ClosureReason::Declined, notes: "No desea".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    assert_eq!(act(&unit, id, first, reactivate()), Err(AttemptError::Closed));
    let contact = OneMoreAttempt { due_at: unit.clock.now(), label: "x".into(), channel: Channel::Email.into(), reason: None };
    assert_eq!(unit.app.schedule_attempt(&qf(), id, &contact), Err(AttemptError::Closed));
    assert!(matches!(unit.app.send_attempt_now(&qf(), id, first, None), Err(SendNowError::Attempt(AttemptError::Closed))));
}

#[test]
fn send_now_waits_for_no_date_no_delay_and_no_send_window() {
    let unit = unit_with(|policy| {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        policy.automatic_requests = false;
        // The test's clock stands on a Friday.
        policy.window = Some(SendWindow::new(chrono_tz::UTC, [Weekday::Mon], hour(9), hour(10)).unwrap());
    });
    let id = unit.case(&[]);
    let plan = unit.plan(id);
    let message = unit.app.send_attempt_now(&qf(), id, plan[3].id, None).unwrap();
    assert_eq!((message.kind, message.status), (MessageKind::SentNow, Some(MessageStatus::Sent)));
    unit.app.send_attempt_now(&qf(), id, plan[2].id, None).unwrap();
    assert_eq!(unit.mail.accepted().len(), 2);
    assert_eq!(attempt(&unit, id, 3).message_id, Some(message.id));
}

#[test]
fn send_now_goes_although_the_reporter_has_answered() {
    let (unit, id, first) = in_state(AttemptStatus::Cancelled);
    let sent = unit.mail.accepted().len();
    unit.app.send_attempt_now(&qf(), id, first, None).unwrap();
    assert_eq!(unit.mail.accepted().len(), sent + 1);
    assert_eq!(attempt(&unit, id, 0).status, AttemptStatus::Sent);
}

#[test]
fn send_now_has_nothing_to_send_when_nothing_is_missing() {
    let (unit, id, first) = in_state(AttemptStatus::Pending);
    unit.update(id, &[("paciente_peso", "70"), ("dosis", "1 g")]);
    assert!(matches!(
        unit.app.send_attempt_now(&qf(), id, first, None),
        Err(SendNowError::Send(SendMessageError::NotSent(StopReason::NothingMissing)))
    ));
    assert_eq!(attempt(&unit, id, 0).status, AttemptStatus::Pending);
    assert_eq!(unit.thread(id), [], "what was not sent leaves no message");
}

#[test]
fn send_now_does_not_write_to_who_asked_not_to_be_written_to() {
    let (unit, id, first) = in_state(AttemptStatus::Pending);
    unit.app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    assert!(matches!(unit.app.send_attempt_now(&qf(), id, first, None), Err(SendNowError::Send(SendMessageError::Blocked))));
    assert_eq!(unit.mail.accepted(), []);
}

#[test]
fn send_now_that_fails_fails_its_attempt_and_is_not_tried_again() {
    let (unit, id, first) = in_state(AttemptStatus::Pending);
    unit.mail.next(Script::is_down());
    assert!(matches!(unit.app.send_attempt_now(&qf(), id, first, None), Err(SendNowError::Send(_))));
    let failed = attempt(&unit, id, 0);
    assert_eq!((failed.status, failed.reason.as_deref()), (AttemptStatus::Failed, Some("Connection refused")));
    unit.clock.advance(Duration::hours(5));
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
}

#[test]
fn send_now_that_is_stopped_at_the_door_is_no_failure_of_the_transport() {
    let (unit, id, first) = in_state(AttemptStatus::Pending);
    let app = unit.app.clone();
    unit.mail.during_prepare(move || {
        app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    });
    let stopped = unit.app.send_attempt_now(&qf(), id, first, None);
    let Err(SendNowError::Send(SendMessageError::Stopped { reason, .. })) = stopped else { panic!("{stopped:?}") };
    assert_eq!(shown(&reason), "la dirección pidió no ser contactada");
    assert_eq!((attempt(&unit, id, 0).status, unit.mail.accepted()), (AttemptStatus::Skipped, vec![]));
}

#[test]
fn send_now_and_one_more_contact_tell_their_reasons() {
    let (unit, id, first) = in_state(AttemptStatus::Pending);
    let message = unit.app.send_attempt_now(&qf(), id, first, Some(" lo pidió la jefa ")).unwrap();
    let rows = unit.audit(id);
    let queued = rows.iter().find(|row| row.action == "message.queued" && row.entity_id == message.id.0).unwrap();
    let moved = rows.iter().find(|row| row.action == "attempt.status" && row.entity_id == first.0).unwrap();
    assert_eq!([&queued.reason, &moved.reason].map(|reason| reason.as_deref()), [Some("lo pidió la jefa"); 2]);
    let reason = Some("último intento".to_owned());
    let contact = OneMoreAttempt { due_at: unit.clock.now(), label: "x".into(), channel: Channel::Email.into(), reason };
    unit.app.schedule_attempt(&qf(), id, &contact).unwrap();
    assert_eq!(unit.audit(id).pop().unwrap().reason.as_deref(), Some("último intento"));
}

#[test]
fn what_forbids_sending_now_is_told_in_the_order_of_the_contract() {
    let mut unit = quiet();
    let id = unit.case(&[]);
    let plan = unit.plan(id);
    let schedule = |unit: &Unit, channel| {
        let contact = OneMoreAttempt { due_at: unit.clock.now(), label: "x".into(), channel, reason: None };
        unit.app.schedule_attempt(&qf(), id, &contact).unwrap().id
    };
    let (call, sms) = (schedule(&unit, Channel::Call.into()), schedule(&unit, Channel::Sms.into()));
    unit.app.senders = Senders::default();
    let told = |unit: &Unit, attempt| unit.app.send_attempt_now(&qf(), id, attempt, None).unwrap_err();
    assert_eq!(told(&unit, call), SendMessageError::UnsupportedChannel.into());
    assert_eq!(told(&unit, sms), SendMessageError::NoContact(Channel::Sms).into());
    assert_eq!(told(&unit, plan[0].id), SendMessageError::NotConfigured.into());
    unit.app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    assert_eq!(told(&unit, plan[0].id), SendMessageError::Blocked.into());
    act(&unit, id, plan[1].id, AttemptAction::Complete { reason: None }).unwrap();
    assert_eq!(told(&unit, plan[1].id), AttemptError::Illegal(AttemptStatus::Completed).into());
    let request = CloseRequest { reason: ClosureReason::Declined, notes: "No desea".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    assert_eq!(told(&unit, plan[1].id), AttemptError::Closed.into());
    unit.update(id, &[("reportante_contacto", "")]);
    assert_eq!(told(&unit, plan[1].id), SendMessageError::NoContact(Channel::Email).into());
    assert_eq!(unit.thread(id), []);
}

#[test]
fn a_reactivated_attempt_is_sent_although_a_reply_had_held_it() {
    let (unit, id, first) = in_state(AttemptStatus::Cancelled);
    let sent = unit.mail.accepted().len();
    act(&unit, id, first, reactivate()).unwrap();
    unit.clock.advance(Duration::hours(1));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), sent + 1);
    assert_eq!(attempt(&unit, id, 0).status, AttemptStatus::Sent);
}

#[test]
fn a_reply_after_the_reactivation_holds_it_again() {
    let (unit, id, first) = in_state(AttemptStatus::Cancelled);
    let later = unit.clock.now() + Duration::days(2);
    act(&unit, id, first, AttemptAction::Reactivate { due_at: Some(later), reason: None }).unwrap();
    let request = id_of(&unit.thread(id)[0]);
    unit.receive(&reply(REPORTER, &request, "<r2@clinic.test>", "Otra vez"));
    unit.clock.advance(Duration::days(3));
    let sent = unit.mail.accepted().len();
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), sent);
    assert_eq!(attempt(&unit, id, 0).status, AttemptStatus::Cancelled);
}

#[test]
fn a_reactivated_attempt_opens_its_finished_plan() {
    let unit = quiet();
    let id = unit.case(&[]);
    let plan = unit.plan(id);
    for attempt in &plan {
        act(&unit, id, attempt.id, skip()).unwrap();
    }
    assert!(unit.audited(id).contains(&"plan.finished".to_owned()));
    act(&unit, id, plan[3].id, reactivate()).unwrap();
    assert!(unit.audited(id).contains(&"plan.reopened".to_owned()));
    unit.clock.advance(Duration::days(91));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn an_attempt_brought_back_after_closing_and_reopening_opens_its_plan_too() {
    let unit = quiet();
    let id = unit.case(&[]);
    let plan = unit.plan(id);
    let request = CloseRequest { reason: ClosureReason::Unreachable, notes: "x".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    unit.app.reopen_followup(&qf(), id, "volvió a llamar").unwrap();
    act(&unit, id, plan[3].id, reactivate()).unwrap();
    let row = unit.audit(id).into_iter().find(|row| row.action == "plan.reopened").unwrap();
    assert_eq!((&row.old["status"], &row.new["status"]), (&"cancelled".into(), &"active".into()));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().plan.unwrap().status, PlanStatus::Active);
    let second = unit.app.apply_plan(&qf(), id, BUILT_IN_TEMPLATE, unit.clock.now());
    assert_eq!(second, Err(ApplyPlanError::AlreadyActive));
}

#[test]
fn a_letter_sent_again_does_not_leave_for_an_attempt_that_was_settled_meanwhile() {
    for settle in [AttemptAction::Skip { reason: None }, AttemptAction::Complete { reason: None }] {
        let (unit, id, first) = in_state(AttemptStatus::Failed);
        let failed = attempt(&unit, id, 0).message_id.unwrap();
        let (app, sent) = (unit.app.clone(), unit.mail.accepted().len());
        let action = settle.clone();
        unit.mail.during_prepare(move || drop(app.override_attempt(&qf(), id, first, &action)));
        unit.app.resend_message(&qf(), id, failed, None).unwrap_err();
        assert_eq!(unit.mail.accepted().len(), sent, "{settle:?}");
        assert!(attempt(&unit, id, 0).status.is_settled(), "{settle:?}");
    }
}

#[test]
fn skipping_an_attempt_whose_letter_waits_takes_the_letter_out_of_the_queue() {
    let (unit, id, first) = in_state(AttemptStatus::Sending);
    act(&unit, id, first, skip()).unwrap();
    let letter = plan_message(&unit, id);
    assert_eq!((letter.status, letter.delivery), (Some(MessageStatus::Skipped), None));
    assert!(unit.audited(id).contains(&"message.skipped".to_owned()));
    unit.clock.advance(Duration::hours(3));
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
}

#[test]
fn a_rescheduled_attempt_waits_for_its_new_date() {
    let (unit, id, first) = in_state(AttemptStatus::Pending);
    let (was, due_at) = (attempt(&unit, id, 0).due_at, unit.clock.now() + Duration::days(5));
    act(&unit, id, first, AttemptAction::Reschedule { due_at, reason: Some("vacaciones".into()) }).unwrap();
    let row = unit.audit(id).pop().unwrap();
    assert_eq!((&row.old["due_at"], &row.new["due_at"]), (&was.into(), &due_at.into()));
    unit.dispatch();
    assert_eq!(unit.mail.accepted(), []);
    unit.clock.advance(Duration::days(5));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn dates_beyond_the_calendar_are_refused() {
    let (unit, id, first) = in_state(AttemptStatus::Pending);
    let due_at = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    assert_eq!(act(&unit, id, first, AttemptAction::Reschedule { due_at, reason: None }), Err(AttemptError::DateOutOfRange));
    let contact = OneMoreAttempt { due_at, label: "x".into(), channel: Channel::Email.into(), reason: None };
    assert_eq!(unit.app.schedule_attempt(&qf(), id, &contact), Err(AttemptError::DateOutOfRange));
}

#[test]
fn one_more_contact_is_scheduled_and_sent_without_a_plan() {
    let unit = quiet();
    let id = unit.case(&[]);
    let contact = OneMoreAttempt {
        due_at: unit.clock.now() + Duration::days(1),
        label: "Último aviso".into(),
        channel: Channel::Email.into(),
        reason: None,
    };
    let scheduled = unit.app.schedule_attempt(&qf(), id, &contact).unwrap();
    assert_eq!((scheduled.plan_id, scheduled.position, scheduled.status), (None, 1, AttemptStatus::Pending));
    let row = unit.audit(id).pop().unwrap();
    assert_eq!((row.action.as_str(), row.actor.as_str()), ("attempt.scheduled", "user:qf"));
    unit.clock.advance(Duration::days(1));
    unit.dispatch();
    assert_eq!(unit.attempts(id), [("sent".to_owned(), None)]);
}

#[test]
fn a_letter_sent_again_is_a_new_message_and_carries_its_attempt() {
    let (unit, id, _) = in_state(AttemptStatus::Uncertain);
    let lost = plan_message(&unit, id);
    let again = unit.app.resend_message(&qf(), id, lost.id, None).unwrap();
    assert_eq!((again.resend_of, again.attempt_id), (Some(lost.id), lost.attempt_id));
    assert_ne!(again.external_id, lost.external_id);
    assert_eq!(attempt(&unit, id, 0).status, AttemptStatus::Sent);
    assert!(unit.app.resend_message(&qf(), id, lost.id, None).is_err(), "it was replaced already");
}

#[test]
fn a_failed_letter_sent_again_carries_its_attempt_on_and_is_not_sent_a_third_time() {
    let (unit, id, _) = in_state(AttemptStatus::Failed);
    let failed = plan_message(&unit, id);
    let again = unit.app.resend_message(&qf(), id, failed.id, None).unwrap();
    let carried = attempt(&unit, id, 0);
    assert_eq!((carried.status, carried.message_id), (AttemptStatus::Sent, Some(again.id)));
    assert!(unit.app.resend_message(&qf(), id, failed.id, None).is_err(), "it was replaced already");
}

#[test]
fn an_attempt_that_failed_and_was_brought_back_gets_a_letter_of_its_own() {
    let (unit, id, _) = in_state(AttemptStatus::Failed);
    let before = unit.mail.accepted().len();
    let failed = attempt(&unit, id, 0);
    let back = AttemptAction::Reactivate { due_at: None, reason: None };
    unit.app.override_attempt(&qf(), id, failed.id, &back).unwrap();
    unit.clock.advance(Duration::hours(2));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), before + 1);
    assert_eq!(attempt(&unit, id, 0).status, AttemptStatus::Sent);
}

#[test]
fn a_letter_that_was_to_go_at_once_and_whose_process_died_is_not_sent_later() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    let first = attempt(&unit, id, 0).id;
    let app = unit.app.clone();
    unit.mail.during_prepare(|| panic!("the process dies here"));
    assert!(std::thread::spawn(move || app.send_attempt_now(&qf(), id, first, None)).join().is_err());
    unit.clock.advance(Duration::days(1));
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
    assert_eq!(attempt(&unit, id, 0).status, AttemptStatus::Failed);
}

#[test]
fn a_call_that_is_due_hides_no_letter() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    let call = OneMoreAttempt { due_at: unit.clock.now(), label: "Llamar".into(), channel: Channel::Call.into(), reason: None };
    unit.app.schedule_attempt(&qf(), id, &call).unwrap();
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn whoever_takes_a_letter_out_of_the_queue_says_why_and_gives_its_place_back() {
    type Way = fn(&Unit, CaseId);
    let ways: [(&str, Way); 4] = [
        ("el intento fue resuelto a mano", |unit, id| {
            let attempt = unit.app.attempts(id).unwrap()[0].id;
            unit.app.override_attempt(&qf(), id, attempt, &AttemptAction::Skip { reason: None }).unwrap();
        }),
        ("lo llamo yo", |unit, id| {
            let letter = unit.thread(id)[0].id;
            unit.app.set_message_status(&qf(), id, letter, MessageStatus::Skipped, Some("lo llamo yo")).unwrap();
        }),
        ("seguimiento cerrado", |unit, id| {
            let reason = ClosureReason::Declined;
            unit.app.close_followup(&qf(), id, &CloseRequest { reason, notes: "x".into(), override_reason: None }).unwrap();
        }),
        ("el reportante no quiso responder", |unit, id| {
            unit.app.log_call(&qf(), id, followup_domain::message::CallOutcome::Refused, "no", None).unwrap();
        }),
    ];
    for (reason, take_out) in ways {
        let unit = unit_with(|policy| policy.automatic_requests = false);
        let id = unit.case(&[]);
        unit.plan(id);
        // Claimed and put off: it has taken its place among the letters of the case.
        unit.mail.next(Script::FailTransmit(SendError::NotSent("451 later".into())));
        unit.dispatch();
        assert!(unit.app.case(id).unwrap().last_automatic.is_some(), "{reason}");
        take_out(&unit, id);
        let letter = unit.thread(id).remove(0);
        assert_eq!((letter.status, letter.error.as_deref()), (Some(MessageStatus::Skipped), Some(reason)));
        assert_eq!(unit.app.case(id).unwrap().last_automatic, None, "{reason}");
        let told = unit.audit(id).into_iter().filter(|row| row.action == "message.skipped");
        assert_eq!(told.map(|row| row.reason).collect::<Vec<_>>(), [Some(reason.to_owned())]);
    }
}
