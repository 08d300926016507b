//! Closing and reopening a follow-up.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{CloseError, CloseRequest, InvalidReason, SendMessageError};
use followup_domain::asking::closing::UnmetCheck;
use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::case::ClosureReason;
use followup_domain::case::{Estado, FollowupStatus};
use followup_domain::ids::CaseId;
use followup_domain::message::{CallOutcome, MessageStatus};
use followup_domain::ports::Clock;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, unit};

fn request(reason: ClosureReason) -> CloseRequest {
    CloseRequest { reason, notes: "Según el procedimiento".into(), override_reason: None }
}

fn close(unit: &Unit, id: CaseId, reason: ClosureReason) -> Result<followup_domain::case::Case, CloseError> {
    unit.app.close_followup(&qf(), id, &request(reason))
}

fn answer_all(unit: &Unit, id: CaseId) {
    unit.update(id, &[("paciente_peso", "70"), ("dosis", "1 g")]);
}

#[test]
fn notes_are_demanded_even_with_an_override() {
    let unit = unit();
    let id = unit.case(&[]);
    let request = CloseRequest { notes: " \n".into(), override_reason: Some("urgente".into()), ..request(ClosureReason::Declined) };
    assert_eq!(unit.app.close_followup(&qf(), id, &request), Err(CloseError::Unmet(vec![UnmetCheck::Notes])));
    assert_eq!(unit.app.case(id).unwrap().followup_status, FollowupStatus::Open);
}

#[test]
fn complete_needs_every_field_answered_or_documented() {
    let unit = unit();
    let id = unit.case(&[]);
    let paths = |fields: &[&str]| fields.iter().map(|field| FieldPath::parse(field).unwrap()).collect::<Vec<_>>();
    let unmet = close(&unit, id, ClosureReason::Complete);
    assert_eq!(unmet, Err(CloseError::Unmet(vec![UnmetCheck::Missing(paths(&["paciente_peso", "dosis"]))])));
    unit.update(id, &[("dosis", "1 g")]);
    unit.app.document_field(&qf(), id, &paths(&["paciente_peso"])[0], FieldState::Unknown, "no lo sabe").unwrap();
    let closed = close(&unit, id, ClosureReason::Complete).unwrap();
    assert_eq!(closed.closure.unwrap().reason, ClosureReason::Complete);
    assert_eq!(closed.record.estado, Estado::Pendiente, "a required field is still missing");
}

#[test]
fn a_serious_case_is_not_given_up_before_two_documented_attempts() {
    let unit = unit();
    let id = unit.case(&[("gravedad", "Grave")]);
    unit.deliver();
    let unmet = Err(CloseError::Unmet(vec![UnmetCheck::Attempts { documented: 1 }]));
    assert_eq!(close(&unit, id, ClosureReason::MaxAttempts), unmet);
    unit.app.log_call(&qf(), id, CallOutcome::NoAnswer, "", None).unwrap();
    close(&unit, id, ClosureReason::MaxAttempts).unwrap();
}

#[test]
fn a_case_that_meets_a_criterion_of_seriousness_is_not_given_up_without_an_attempt() {
    let unit = unit();
    for criterion in followup_domain::case::seriousness::CRITERIA {
        let id = unit.case(&[(criterion, "Sí")]);
        let unmet = Err(CloseError::Unmet(vec![UnmetCheck::Attempts { documented: 0 }]));
        assert_eq!(close(&unit, id, ClosureReason::MaxAttempts), unmet, "{criterion}");
    }
}

#[test]
fn a_case_of_which_the_patient_died_is_not_given_up_without_an_attempt_whatever_gravedad_says() {
    let unit = unit();
    for (field, value) in [("ea_desenlace", "Mortal"), ("paciente_fecha_muerte", "2024-02"), ("paciente_autopsia", "Sí")] {
        for gravedad in ["", "Sin clasificar", "Grave"] {
            let id = unit.case(&[(field, value), ("gravedad", gravedad)]);
            let unmet = Err(CloseError::Unmet(vec![UnmetCheck::Attempts { documented: 0 }]));
            assert_eq!(close(&unit, id, ClosureReason::MaxAttempts), unmet, "{field} {gravedad}");
        }
    }
}

#[test]
fn an_override_closes_all_the_same_and_the_trail_says_why() {
    let unit = unit();
    let id = unit.case(&[("gravedad", "Grave")]);
    let request = CloseRequest { override_reason: Some("fallecido".into()), ..request(ClosureReason::MaxAttempts) };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    let row = unit.audit(id).into_iter().find(|row| row.action == "followup.closed").unwrap();
    assert_eq!(row.new["override_reason"], "fallecido".into());
    assert_eq!((row.actor.as_str(), row.reason.as_deref()), ("user:qf", Some("max_attempts")));
}

#[test]
fn an_override_that_was_not_needed_is_not_told() {
    let unit = unit();
    let id = unit.case(&[]);
    let request = CloseRequest { override_reason: Some("por si acaso".into()), ..request(ClosureReason::Declined) };
    unit.app.close_followup(&qf(), id, &request).unwrap();
    let row = unit.audit(id).into_iter().find(|row| row.action == "followup.closed").unwrap();
    assert_eq!(row.new["override_reason"], followup_domain::audit::AuditValue::Null);
}

#[test]
fn closing_cancels_what_is_scheduled_and_takes_back_what_is_queued() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.mail.always(Some(Script::is_down()));
    unit.dispatch();
    close(&unit, id, ClosureReason::Declined).unwrap();
    unit.mail.always(None);
    assert!(unit.attempts(id).iter().all(|attempt| *attempt == ("cancelled".to_owned(), Some("seguimiento cerrado".to_owned()))));
    assert!(unit.thread(id).iter().all(|message| message.status == Some(MessageStatus::Skipped)));
    assert!(unit.audited(id).contains(&"plan.cancelled".to_owned()));
    unit.clock.advance(Duration::days(100));
    unit.dispatch();
    assert_eq!(unit.mail.accepted(), []);
}

#[test]
fn nothing_is_sent_from_a_closed_follow_up_by_hand_either() {
    let unit = unit();
    let id = unit.case(&[]);
    close(&unit, id, ClosureReason::Declined).unwrap();
    assert_eq!(unit.send(id, "¿Peso?"), Err(SendMessageError::Closed));
    unit.update(id, &[("gravedad", "Grave")]);
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
}

#[test]
fn estado_becomes_completado_only_when_nothing_is_missing() {
    let unit = unit();
    let (open, full) = (unit.case(&[]), unit.case(&[]));
    answer_all(&unit, full);
    close(&unit, open, ClosureReason::Declined).unwrap();
    close(&unit, full, ClosureReason::Complete).unwrap();
    assert_eq!(unit.app.case(open).unwrap().record.estado, Estado::Pendiente);
    assert_eq!(unit.app.case(full).unwrap().record.estado, Estado::Completado);
    assert!(unit.audited(full).contains(&"case.estado".to_owned()));
}

#[test]
fn a_sent_report_stays_sent() {
    let unit = unit();
    let id = unit.case(&[("estado", "Enviado")]);
    answer_all(&unit, id);
    close(&unit, id, ClosureReason::CaseClosed).unwrap();
    assert_eq!(unit.app.case(id).unwrap().record.estado, Estado::Enviado);
}

#[test]
fn a_closed_follow_up_is_closed_once_and_opened_once() {
    let unit = unit();
    let id = unit.case(&[]);
    assert_eq!(unit.app.reopen_followup(&qf(), id, "nuevo dato"), Err(CloseError::Already));
    close(&unit, id, ClosureReason::Declined).unwrap();
    assert_eq!(close(&unit, id, ClosureReason::Declined), Err(CloseError::Already));
    assert_eq!(unit.app.reopen_followup(&qf(), id, " "), Err(CloseError::Reason(InvalidReason::Absent)));
    assert_eq!(unit.app.reopen_followup(&qf(), id, "a\0"), Err(CloseError::Reason(InvalidReason::NulCharacter)));
    let open = unit.app.reopen_followup(&qf(), id, "nuevo dato").unwrap();
    assert_eq!((open.followup_status, open.closure), (FollowupStatus::Open, None));
    let row = unit.audit(id).pop().unwrap();
    assert_eq!((row.action.as_str(), row.reason.as_deref()), ("followup.reopened", Some("nuevo dato")));
    assert_eq!(unit.app.reopen_followup(&qf(), CaseId(99), "x"), Err(CloseError::NotFound));
}

#[test]
fn a_late_reply_opens_the_follow_up_again() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    close(&unit, id, ClosureReason::Unreachable).unwrap();
    unit.clock.advance(Duration::days(40));
    unit.receive(&reply(REPORTER, &id_of(&unit.thread(id)[0]), "<late@clinic.test>", "Perdón por la demora"));
    assert_eq!(unit.app.case(id).unwrap().followup_status, FollowupStatus::Open);
    let row = unit.audit(id).into_iter().find(|row| row.action == "followup.reopened").unwrap();
    assert_eq!((row.actor.as_str(), row.reason.as_deref()), ("service:test", Some("respuesta tardía")));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 1);
}

#[test]
fn an_out_of_office_does_not_open_it() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    close(&unit, id, ClosureReason::Unreachable).unwrap();
    let away = reply(REPORTER, &id_of(&unit.thread(id)[0]), "<a@clinic.test>", "Fuera")
        .replace("Subject:", "Auto-Submitted: auto-replied\nSubject:");
    unit.receive(&away);
    assert_eq!(unit.app.case(id).unwrap().followup_status, FollowupStatus::Closed);
}

#[test]
fn a_closed_case_waits_for_nothing() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, Some(unit.clock.now()));
    close(&unit, id, ClosureReason::Declined).unwrap();
    assert_eq!(unit.app.case(id).unwrap().awaiting_since, None);
}
