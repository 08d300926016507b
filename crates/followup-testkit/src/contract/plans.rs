//! Promises of plan templates and plans.

promises! { $ plans as plans_contract:
    the_built_in_template_is_there,
    an_unknown_template_is_none,
    a_plan_comes_back_as_it_was_applied,
    a_case_has_one_active_plan,
    a_plan_ends_once,
    the_latest_plan_is_found_in_any_state,
}

use followup_domain::ids::{CaseId, PlanId, TemplateId};
use followup_domain::plan::{BUILT_IN_TEMPLATE, PlanStatus, check_attempts};
use followup_domain::ports::{Inserted, NewPlan, Store, Updated};

use super::support::{a_case, read, write};
use crate::builders::at;

fn plan(case_id: CaseId) -> NewPlan {
    NewPlan { case_id, template_id: BUILT_IN_TEMPLATE, name: "Estándar".into(), base_at: at(-60), applied_at: at(0) }
}

fn apply(store: &dyn Store, case_id: CaseId) -> Inserted<PlanId> {
    write(store, |tx| tx.plans().insert(&plan(case_id)))
}

pub fn the_built_in_template_is_there(store: &dyn Store) {
    let template = read(store, |tx| tx.plans().find_template(BUILT_IN_TEMPLATE)).unwrap();
    assert_eq!((template.id, template.name.as_str(), template.archived), (TemplateId(1), "Estándar 0/30/60/90", false));
    let attempts: Vec<(&str, i64)> = template.attempts.iter().map(|attempt| (attempt.label.as_str(), attempt.after_hours)).collect();
    let expected = [("Solicitud inicial", 0), ("Primer seguimiento", 720), ("Segundo seguimiento", 1440), ("Seguimiento final", 2160)];
    assert_eq!(attempts, expected);
    assert_eq!(check_attempts(&template.attempts), Ok(()));
    assert_eq!(read(store, |tx| tx.plans().list_templates(false)), [template]);
}

pub fn an_unknown_template_is_none(store: &dyn Store) {
    assert_eq!(read(store, |tx| tx.plans().find_template(TemplateId(2))), None);
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
