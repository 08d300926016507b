//! A warning of a case: set aside by a person, or open again.

use followup_domain::audit::{AuditFacts, facts};
use followup_domain::case::Case;
use followup_domain::case::SetAside;
use followup_domain::ports::StoreError;
use followup_domain::warnings::Warning;

use crate::facts::warnings::{until, warnings_at};
use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Sets a warning of a case aside; another reason replaces the one that was given.
pub(crate) fn set_aside(step: &mut Step<'_>, case: &mut Case, warning: &Warning, reason: &str) -> Result<SetAside, StoreError> {
    let aside = SetAside { warning: warning.id.clone(), reason: reason.to_owned(), actor: step.actor.to_string(), at: step.now };
    let told = Told::new("warning.set_aside", about(warning)).because(Some(reason));
    case.set_aside.retain(|known| known.warning != warning.id);
    case.set_aside.push(aside.clone());
    store(step, case)?;
    tell(step, Subject::Case(case.id), told)?;
    Ok(aside)
}

/// Takes that back.
pub(crate) fn reopen(step: &mut Step<'_>, case: &mut Case, warning: &Warning, reason: &str) -> Result<(), StoreError> {
    case.set_aside.retain(|known| known.warning != warning.id);
    store(step, case)?;
    tell(step, Subject::Case(case.id), Told::new("warning.reopened", about(warning)).because(Some(reason)))
}

fn about(warning: &Warning) -> AuditFacts {
    facts([("warning", warning.id.clone().into()), ("fields", warning.fields.join(", ").into())])
}

fn store(step: &mut Step<'_>, case: &mut Case) -> Result<(), StoreError> {
    let found = warnings_at(step.policy(), &case.record, case.created_at, step.now);
    case.warned_until = until(step.policy(), &found, &case.set_aside);
    step.tx.warnings().set(case.id, case.warned_until, &case.set_aside)
}
