//! Plan templates.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_app::{ApplyPlanError, TemplateError};
use followup_domain::asking::plan::{InvalidTemplate, PlannedChannel, TemplateAttempt};
use followup_domain::ids::TemplateId;
use followup_domain::ports::{Clock, NewTemplate};
use support::{qf, unit};

fn template(name: &str, hours: &[i64]) -> NewTemplate {
    let attempts = hours
        .iter()
        .map(|hours| TemplateAttempt { label: format!("A las {hours} h"), after_hours: *hours, channel: PlannedChannel::Auto })
        .collect();
    NewTemplate { name: name.into(), reference: Some("POE-07".into()), attempts, notes: None }
}

fn system_trail(unit: &support::Unit) -> Vec<(String, String)> {
    unit.system_audit().into_iter().map(|row| (row.action, row.actor)).collect()
}

#[test]
fn a_template_is_created_changed_and_archived_each_with_its_row() {
    let unit = unit();
    let created = unit.app.create_template(&qf(), &template("Corto", &[0, 48])).unwrap();
    assert_eq!((created.name.as_str(), created.attempts.len(), created.archived), ("Corto", 2, false));
    let changed = unit.app.update_template(&qf(), created.id, &template("Corto v2", &[0, 24, 72])).unwrap();
    assert_eq!((changed.id, changed.name.as_str(), changed.attempts.len()), (created.id, "Corto v2", 3));
    unit.app.archive_template(&qf(), created.id).unwrap();
    let names = |archived| unit.app.templates(archived).unwrap().into_iter().map(|template| template.name).collect::<Vec<_>>();
    assert!(!names(false).contains(&"Corto v2".to_owned()) && names(true).contains(&"Corto v2".to_owned()));
    let told = ["created", "updated", "archived"].map(|what| (format!("plan_template.{what}"), "user:qf".to_owned()));
    assert_eq!(system_trail(&unit), told);
}

#[test]
fn what_could_never_be_a_plan_is_refused_and_nothing_is_stored() {
    let unit = unit();
    let create = |template| unit.app.create_template(&qf(), &template).unwrap_err();
    assert_eq!(create(template(" ", &[0])), TemplateError::NoName);
    assert_eq!(create(template("x", &[])), TemplateError::Invalid(InvalidTemplate::Empty));
    assert_eq!(create(template("x", &[0, 0])), TemplateError::Invalid(InvalidTemplate::Hours(2)));
    assert_eq!(create(template("x", &[-1])), TemplateError::Invalid(InvalidTemplate::Hours(1)));
    let mut unnamed = template("x", &[0]);
    unnamed.attempts[0].label.clear();
    assert_eq!(create(unnamed), TemplateError::Invalid(InvalidTemplate::NoLabel(1)));
    assert_eq!(unit.app.templates(true).unwrap().len(), 2);
    assert_eq!(system_trail(&unit), []);
}

#[test]
fn what_is_not_there_cannot_be_changed() {
    let unit = unit();
    assert_eq!(unit.app.template(TemplateId(99)), Err(TemplateError::NotFound));
    assert_eq!(unit.app.update_template(&qf(), TemplateId(99), &template("x", &[0])), Err(TemplateError::NotFound));
    assert_eq!(unit.app.archive_template(&qf(), TemplateId(99)), Err(TemplateError::NotFound));
}

#[test]
fn a_plan_keeps_its_dates_when_its_template_changes() {
    let unit = unit();
    let corto = unit.app.create_template(&qf(), &template("Corto", &[0, 48])).unwrap();
    let id = unit.case(&[]);
    let attempts = unit.app.apply_plan(&qf(), id, corto.id, unit.clock.now()).unwrap();
    unit.app.update_template(&qf(), corto.id, &template("Largo", &[0, 480])).unwrap();
    assert_eq!(unit.app.attempts(id).unwrap(), attempts);
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().plan.unwrap().name, "Corto");
}

#[test]
fn an_archived_template_is_applied_no_more() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.app.archive_template(&qf(), TemplateId(1)).unwrap();
    let refused = unit.app.apply_plan(&qf(), id, TemplateId(1), unit.clock.now());
    assert_eq!(refused, Err(ApplyPlanError::UnknownTemplate));
}

#[test]
fn the_built_in_template_can_be_edited() {
    let unit = unit();
    unit.app.update_template(&qf(), TemplateId(1), &template("El nuestro", &[0, 240])).unwrap();
    let id = unit.case(&[]);
    assert_eq!(unit.plan(id).len(), 2);
}
