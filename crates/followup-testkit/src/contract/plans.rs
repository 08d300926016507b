//! Promises of plan templates and plans.

promises! { $ plans as plans_contract:
    the_built_in_template_is_there,
    an_unknown_template_is_none,
    a_plan_comes_back_as_it_was_applied,
    a_case_has_one_active_plan,
    a_plan_ends_once,
    the_latest_plan_is_found_in_any_state,
    an_ended_plan_is_active_again_when_it_is_reopened,
    an_ended_plan_is_not_reopened_beside_an_active_one,
    a_template_comes_back_as_it_was_written,
    a_template_is_replaced_as_a_whole,
    an_archived_template_is_kept_but_not_offered,
    the_built_in_template_can_be_edited_and_archived,
}

use followup_domain::asking::plan::{BUILT_IN_TEMPLATE, PlanStatus, PlanTemplate, PlannedChannel, TemplateAttempt, check_attempts};
use followup_domain::ids::{CaseId, PlanId, TemplateId};
use followup_domain::ports::{Inserted, NewPlan, NewTemplate, Store, Updated};

use super::support::{a_case, read, write};
use crate::builders::at;

fn plan(case_id: CaseId) -> NewPlan {
    NewPlan { case_id, template_id: BUILT_IN_TEMPLATE, name: "Estándar".into(), base_at: at(-60), applied_at: at(0) }
}

fn apply(store: &dyn Store, case_id: CaseId) -> Inserted<PlanId> {
    write(store, |tx| tx.plans().insert(&plan(case_id)))
}

pub fn the_built_in_template_is_there(store: &dyn Store) {
    let template = read(store, |tx| tx.templates().find(BUILT_IN_TEMPLATE)).unwrap();
    assert_eq!((template.id, template.name.as_str(), template.archived), (TemplateId(1), "Estándar 0/30/60/90", false));
    let attempts: Vec<(&str, i64)> = template.attempts.iter().map(|attempt| (attempt.label.as_str(), attempt.after_hours)).collect();
    let expected = [("Solicitud inicial", 0), ("Primer seguimiento", 720), ("Segundo seguimiento", 1440), ("Seguimiento final", 2160)];
    assert_eq!(attempts, expected);
    assert_eq!(check_attempts(&template.attempts), Ok(()));
    let second = read(store, |tx| tx.templates().find(BY_SEVERAL)).unwrap();
    let by: Vec<PlannedChannel> = second.attempts.iter().map(|attempt| attempt.channel).collect();
    assert_eq!(by, [PlannedChannel::Email, PlannedChannel::Sms, PlannedChannel::Whatsapp, PlannedChannel::Call]);
    assert_eq!(check_attempts(&second.attempts), Ok(()));
    assert_eq!(read(store, |tx| tx.templates().list(false)), [template, second]);
}

/// The template that goes by several channels, as a store has it from the beginning.
const BY_SEVERAL: TemplateId = TemplateId(2);

pub fn an_unknown_template_is_none(store: &dyn Store) {
    assert_eq!(read(store, |tx| tx.templates().find(TemplateId(3))), None);
}

pub fn a_plan_comes_back_as_it_was_applied(store: &dyn Store) {
    let case_id = a_case(store);
    let id = apply(store, case_id).id();
    let found = read(store, |tx| tx.plans().find_active(case_id)).unwrap();
    let new = plan(case_id);
    assert_eq!((found.id, found.case_id, found.template_id, found.status), (id, case_id, BUILT_IN_TEMPLATE, PlanStatus::Active));
    assert_eq!((found.name, found.base_at, found.applied_at), (new.name, new.base_at, new.applied_at));
}

pub fn a_case_has_one_active_plan(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let Inserted::New(first) = apply(store, case_id) else { panic!("the first plan is new") };
    assert_eq!(apply(store, case_id), Inserted::Duplicate(first));
    assert!(matches!(apply(store, other), Inserted::New(_)));
    write(store, |tx| tx.plans().end(first, PlanStatus::Cancelled, at(1)));
    assert!(matches!(apply(store, case_id), Inserted::New(second) if second != first));
}

pub fn a_plan_ends_once(store: &dyn Store) {
    let case_id = a_case(store);
    let id = apply(store, case_id).id();
    assert_eq!(write(store, |tx| tx.plans().end(id, PlanStatus::Finished, at(1))), Updated::Yes);
    assert_eq!(write(store, |tx| tx.plans().end(id, PlanStatus::Cancelled, at(2))), Updated::Stale);
    assert_eq!(read(store, |tx| tx.plans().find_active(case_id)), None);
    assert_eq!(read(store, |tx| tx.plans().find_latest(case_id)).unwrap().status, PlanStatus::Finished);
}

pub fn the_latest_plan_is_found_in_any_state(store: &dyn Store) {
    let case_id = a_case(store);
    assert_eq!(read(store, |tx| tx.plans().find_latest(case_id)), None);
    let first = apply(store, case_id).id();
    write(store, |tx| tx.plans().end(first, PlanStatus::Finished, at(1)));
    let second = apply(store, case_id).id();
    write(store, |tx| tx.plans().end(second, PlanStatus::Cancelled, at(2)));
    assert_eq!(read(store, |tx| tx.plans().find_latest(case_id)).unwrap().id, second);
}

pub fn an_ended_plan_is_active_again_when_it_is_reopened(store: &dyn Store) {
    let case_id = a_case(store);
    let id = apply(store, case_id).id();
    let reopen = || write(store, |tx| tx.plans().reopen(id));
    for ended in [PlanStatus::Finished, PlanStatus::Cancelled] {
        assert_eq!(reopen(), None);
        write(store, |tx| tx.plans().end(id, ended, at(1)));
        assert_eq!((reopen(), reopen()), (Some(ended), None));
        assert_eq!(read(store, |tx| tx.plans().find_active(case_id)).unwrap().id, id);
    }
    assert_eq!(write(store, |tx| tx.plans().end(id, PlanStatus::Finished, at(2))), Updated::Yes);
}

pub fn an_ended_plan_is_not_reopened_beside_an_active_one(store: &dyn Store) {
    let case_id = a_case(store);
    let reopen = |id| write(store, |tx| tx.plans().reopen(id));
    let finished = apply(store, case_id).id();
    write(store, |tx| tx.plans().end(finished, PlanStatus::Finished, at(1)));
    let second = apply(store, case_id).id();
    assert_eq!(reopen(finished), None);
    write(store, |tx| tx.plans().end(second, PlanStatus::Cancelled, at(2)));
    assert_eq!((reopen(finished), reopen(second), reopen(PlanId(4711))), (Some(PlanStatus::Finished), None, None));
}

fn template(name: &str) -> NewTemplate {
    let attempt = |label: &str, after_hours| TemplateAttempt { label: label.into(), after_hours, channel: PlannedChannel::Sms };
    NewTemplate {
        name: name.into(),
        reference: Some("PNO «7»".into()),
        attempts: vec![attempt("Primera ñ", 0), attempt("Última", 87_600)],
        notes: Some("líneas\ny más".into()),
    }
}

fn stored(id: TemplateId, new: NewTemplate, archived: bool) -> PlanTemplate {
    PlanTemplate { id, name: new.name, reference: new.reference, attempts: new.attempts, notes: new.notes, archived }
}

fn find_template(store: &dyn Store, id: TemplateId) -> PlanTemplate {
    read(store, |tx| tx.templates().find(id)).unwrap()
}

pub fn a_template_comes_back_as_it_was_written(store: &dyn Store) {
    let id = write(store, |tx| tx.templates().insert(&template("Breve")));
    assert_eq!(find_template(store, id), stored(id, template("Breve"), false));
    let offered: Vec<TemplateId> = read(store, |tx| tx.templates().list(false)).iter().map(|template| template.id).collect();
    assert_eq!(offered, [BUILT_IN_TEMPLATE, BY_SEVERAL, id]);
}

pub fn a_template_is_replaced_as_a_whole(store: &dyn Store) {
    let id = write(store, |tx| tx.templates().insert(&template("Breve")));
    let other = NewTemplate { reference: None, notes: None, attempts: template("").attempts[..1].to_vec(), ..template("Otra") };
    assert_eq!(write(store, |tx| tx.templates().update(id, &other)), Updated::Yes);
    assert_eq!(find_template(store, id), stored(id, other.clone(), false));
    assert_eq!(write(store, |tx| tx.templates().update(TemplateId(4711), &other)), Updated::Stale);
}

pub fn an_archived_template_is_kept_but_not_offered(store: &dyn Store) {
    let id = write(store, |tx| tx.templates().insert(&template("Breve")));
    let archive = || write(store, |tx| tx.templates().archive(id));
    assert_eq!((archive(), archive()), (Updated::Yes, Updated::Stale));
    assert_eq!(write(store, |tx| tx.templates().update(id, &template("Otra"))), Updated::Stale);
    assert_eq!(find_template(store, id), stored(id, template("Breve"), true));
    let ids = |with_archived| -> Vec<TemplateId> {
        read(store, |tx| tx.templates().list(with_archived)).iter().map(|template| template.id).collect()
    };
    assert_eq!((ids(false), ids(true)), (vec![BUILT_IN_TEMPLATE, BY_SEVERAL], vec![BUILT_IN_TEMPLATE, BY_SEVERAL, id]));
}

pub fn the_built_in_template_can_be_edited_and_archived(store: &dyn Store) {
    let case_id = a_case(store);
    let applied = apply(store, case_id).id();
    assert_eq!(write(store, |tx| tx.templates().update(BUILT_IN_TEMPLATE, &template("Nuestra"))), Updated::Yes);
    assert_eq!(write(store, |tx| tx.templates().archive(BUILT_IN_TEMPLATE)), Updated::Yes);
    assert_eq!(find_template(store, BUILT_IN_TEMPLATE), stored(BUILT_IN_TEMPLATE, template("Nuestra"), true));
    let plan_of_case = read(store, |tx| tx.plans().find_active(case_id)).unwrap();
    assert_eq!((plan_of_case.id, plan_of_case.name), (applied, plan(case_id).name));
}
