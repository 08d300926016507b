//! What contradicts itself in a case: said, set aside, and back when a value changes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeSet;

use chrono::{Datelike, Duration};
use followup_app::{CaseWarning, CloseError, CloseRequest, InvalidReason, WarningError};
use followup_domain::asking::closing::UnmetCheck;
use followup_domain::asking::lanes::Lane;
use followup_domain::audit::{Actor, AuditRow};
use followup_domain::case::{ClosureReason, FollowupStatus};
use followup_domain::ids::CaseId;
use followup_domain::message::CallOutcome;
use followup_domain::ports::{CaseQuery, Clock, PageRequest};
use followup_domain::warnings::{LASTING, WarningCode};
use support::{Unit, qf, unit, unit_with};

fn warnings(unit: &Unit, id: CaseId) -> Vec<CaseWarning> {
    unit.app.view(unit.app.case(id).unwrap()).warnings
}

fn open(unit: &Unit, id: CaseId) -> Vec<WarningCode> {
    let open = warnings(unit, id).into_iter().filter(|found| found.set_aside.is_none());
    open.map(|found| found.warning.code).collect()
}

fn id_of(unit: &Unit, id: CaseId, code: WarningCode) -> String {
    warnings(unit, id).into_iter().find(|found| found.warning.code == code).unwrap().warning.id
}

fn told(unit: &Unit, id: CaseId) -> Vec<AuditRow> {
    unit.audit(id).into_iter().filter(|row| row.action.starts_with("warning.")).collect()
}

/// The cases that the list of those with warnings shows now, and so do the badge and the worklist.
fn listed(unit: &Unit) -> Vec<CaseId> {
    let (cases, lane) = (in_the_list(unit), unit.app.worklist("qf", Lane::Warnings, None, 100).unwrap());
    let of_lane: BTreeSet<CaseId> = lane.items.iter().map(|row| row.case.as_ref().unwrap().case_id).collect();
    assert_eq!((of_lane, lane.counts.warnings), (cases.iter().copied().collect(), i64::try_from(cases.len()).unwrap()));
    cases
}

fn in_the_list(unit: &Unit) -> Vec<CaseId> {
    let query = CaseQuery { warned_at: Some(unit.clock.now()), ..CaseQuery::default() };
    unit.app.cases(&query, PageRequest { offset: 0, limit: 100 }).unwrap().items.into_iter().map(|listed| listed.case.id).collect()
}

#[test]
fn a_contradiction_is_accepted_said_at_once_and_listed_until_it_is_mended() {
    let unit = unit();
    let (quiet, wrong) = (unit.case(&[]), unit.case(&[("paciente_edad", "45"), ("evaluador_email", "QF Pérez")]));
    assert_eq!((open(&unit, quiet), open(&unit, wrong)), (vec![], vec![WarningCode::EvaluatorEmailUnreadable]));
    assert_eq!(listed(&unit), [wrong]);
    unit.update(wrong, &[("evaluador_email", "qf@vigia.test")]);
    assert_eq!((open(&unit, wrong), listed(&unit)), (vec![], vec![]));
    unit.update(quiet, &[("paciente_peso", "680")]);
    let until = unit.app.case(quiet).unwrap().warned_until.unwrap();
    assert_eq!((until.year(), listed(&unit)), (LASTING.year(), vec![quiet]));
    assert_eq!(told(&unit, wrong).len(), 0);
}

#[test]
fn a_date_that_is_to_come_is_listed_until_it_comes() {
    let unit = unit();
    let id = unit.case(&[("fecha_recepcion", "2024-03-05")]);
    unit.clock.advance(Duration::days(3));
    assert_eq!((open(&unit, id), listed(&unit)), (vec![WarningCode::ReceiptInFuture], vec![id]));
    unit.clock.advance(Duration::days(1));
    assert_eq!((open(&unit, id), listed(&unit)), (vec![], vec![]));
}

#[test]
fn what_a_person_sets_aside_waits_for_nobody_and_the_trail_says_who_and_why() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "680"), ("evaluador_email", "ana")]);
    let version = unit.app.case(id).unwrap().version;
    let weight = id_of(&unit, id, WarningCode::WeightAgainstAge);
    let aside = unit.app.set_warning_aside(&qf(), id, &weight, " confirmado por teléfono ").unwrap().set_aside.unwrap();
    assert_eq!((aside.reason.as_str(), aside.actor.as_str(), aside.at), ("confirmado por teléfono", "user:qf", unit.clock.now()));
    assert_eq!((open(&unit, id), listed(&unit)), (vec![WarningCode::EvaluatorEmailUnreadable], vec![id]));
    let evaluator = id_of(&unit, id, WarningCode::EvaluatorEmailUnreadable);
    unit.app.set_warning_aside(&qf(), id, &evaluator, "se le llama").unwrap();
    assert_eq!((open(&unit, id), listed(&unit), unit.app.case(id).unwrap().version), (vec![], vec![], version));
    let rows = told(&unit, id);
    assert_eq!((rows.len(), rows[0].action.as_str(), rows[0].reason.as_deref()), (2, "warning.set_aside", Some("confirmado por teléfono")));
    assert_eq!((&rows[0].new["warning"], &rows[0].new["fields"]), (&weight.into(), &"paciente_peso".into()));
}

#[test]
fn setting_aside_twice_is_once_and_another_reason_takes_the_place_of_the_first() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "680")]);
    let warning = id_of(&unit, id, WarningCode::WeightAgainstAge);
    let other = Actor::User { id: None, username: "qa".into() };
    let first = unit.app.set_warning_aside(&qf(), id, &warning, "visto").unwrap();
    unit.clock.advance(Duration::hours(1));
    assert_eq!(unit.app.set_warning_aside(&other, id, &warning, "visto").unwrap(), first);
    assert_eq!(told(&unit, id).len(), 1);
    unit.app.set_warning_aside(&other, id, &warning, "pesado de nuevo").unwrap();
    assert_eq!(warnings(&unit, id)[0].set_aside.as_ref().unwrap().actor, "user:qa");
    assert_eq!((told(&unit, id).len(), unit.app.case(id).unwrap().set_aside.len()), (2, 1));
}

#[test]
fn a_warning_comes_back_when_a_value_changes_and_stays_away_when_another_one_does() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "680"), ("paciente_edad", "45")]);
    unit.app.set_warning_aside(&qf(), id, &id_of(&unit, id, WarningCode::WeightAgainstAge), "visto").unwrap();
    unit.update(id, &[("numero", "7"), ("reportante_ocupacion", "médico")]);
    assert_eq!((open(&unit, id), told(&unit, id).len()), (vec![], 1));
    unit.update(id, &[("paciente_edad", "46")]);
    assert_eq!((open(&unit, id), listed(&unit)), (vec![WarningCode::WeightAgainstAge], vec![id]));
    let rows = told(&unit, id);
    assert_eq!((rows.len(), rows[1].action.as_str(), &rows[1].old["reason"]), (2, "warning.lapsed", &"visto".into()));
    // And with the old value, too: nobody has looked at it since.
    unit.update(id, &[("paciente_edad", "45")]);
    assert_eq!(open(&unit, id), [WarningCode::WeightAgainstAge]);
}

#[test]
fn a_warning_is_opened_again_by_a_person() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "680")]);
    let warning = id_of(&unit, id, WarningCode::WeightAgainstAge);
    unit.app.reopen_warning(&qf(), id, &warning, "nada que retirar").unwrap();
    assert_eq!(told(&unit, id).len(), 0);
    unit.app.set_warning_aside(&qf(), id, &warning, "visto").unwrap();
    unit.app.reopen_warning(&qf(), id, &warning, "no era así").unwrap();
    assert_eq!((open(&unit, id), listed(&unit)), (vec![WarningCode::WeightAgainstAge], vec![id]));
    assert_eq!(told(&unit, id)[1].action, "warning.reopened");
}

#[test]
fn what_no_case_has_cannot_be_set_aside_and_nothing_is_without_a_reason() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "680")]);
    let warning = id_of(&unit, id, WarningCode::WeightAgainstAge);
    let aside = |id, warning: &str, reason: &str| unit.app.set_warning_aside(&qf(), id, warning, reason).unwrap_err();
    assert_eq!(aside(CaseId(99), &warning, "x"), WarningError::NotFound);
    assert_eq!(aside(id, "weight_against_age", "x"), WarningError::Gone);
    assert_eq!(aside(id, &warning, " "), WarningError::Reason(InvalidReason::Absent));
    assert_eq!(aside(id, &warning, "a\0"), WarningError::Reason(InvalidReason::NulCharacter));
    unit.update(id, &[("paciente_peso", "681")]);
    assert_eq!(aside(id, &warning, "lo que ya nadie ve"), WarningError::Gone);
    assert_eq!(told(&unit, id).len(), 0);
}

#[test]
fn no_grave_with_a_death_is_settled_before_the_follow_up_is_closed() {
    let unit = unit();
    let request = CloseRequest { reason: ClosureReason::Declined, notes: "Según el procedimiento".into(), override_reason: None };
    for (field, value, code) in [
        ("ea_desenlace", "Mortal", WarningCode::NotSeriousButFatal),
        ("gravedad_hospitalizacion", "Sí", WarningCode::NotSeriousWithCriterion),
    ] {
        let case = || unit.case(&[("gravedad", "No grave"), (field, value)]);
        let (mended, aside, overridden) = (case(), case(), case());
        let close = |id| unit.app.close_followup(&qf(), id, &request);
        assert_eq!(close(mended), Err(CloseError::Unmet(vec![UnmetCheck::Contradictions(vec![code])])));
        unit.update(mended, &[("gravedad", "Grave")]);
        close(mended).unwrap();
        unit.app.set_warning_aside(&qf(), aside, &id_of(&unit, aside, code), "así lo clasificó el evaluador").unwrap();
        close(aside).unwrap();
        let forced = CloseRequest { override_reason: Some("duplicado".into()), ..request.clone() };
        unit.app.close_followup(&qf(), overridden, &forced).unwrap();
    }
}

#[test]
fn the_service_closes_no_case_that_contradicts_itself() {
    let unit = unit_with(|policy| policy.close_by_itself = true);
    let id = unit.case(&[("gravedad", "No grave"), ("ea_desenlace", "Mortal")]);
    unit.deliver();
    for _ in 0..2 {
        unit.app.log_call(&qf(), id, CallOutcome::NoAnswer, "", None).unwrap();
    }
    unit.clock.advance(Duration::days(400));
    assert_eq!((unit.dispatch().closed, unit.app.followup_summary(id, "qf").unwrap().closing_proposed), (0, true));
    unit.app.set_warning_aside(&qf(), id, &id_of(&unit, id, WarningCode::NotSeriousButFatal), "revisado").unwrap();
    assert_eq!(unit.dispatch().closed, 1);
    assert_eq!(unit.app.case(id).unwrap().followup_status, FollowupStatus::Closed);
}
