//! Rows of the table of reporting deadlines.

use followup_domain::audit::{AuditChain, AuditFacts, facts};
use followup_domain::case::deadlines::{Deadline, DeadlineId, NewDeadline};
use followup_domain::ports::{StoreError, Updated};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Stores a row: a new one, or in place of `id`; none when there is no such row.
pub(crate) fn set(step: &mut Step<'_>, id: Option<DeadlineId>, deadline: &NewDeadline) -> Result<Option<Deadline>, StoreError> {
    step.tx.audit().hold(AuditChain::System)?;
    let before = step.tx.deadlines().list()?.into_iter().find(|row| Some(row.id) == id);
    let id = match id {
        None => step.tx.deadlines().insert(deadline)?,
        Some(id) if step.tx.deadlines().update(id, deadline)? == Updated::Yes => id,
        Some(_) => return Ok(None),
    };
    let old = before.map(|row| deadline_facts(&row.rule)).unwrap_or_default();
    tell(step, subject(id), Told::new("deadline.set", deadline_facts(deadline)).from(old))?;
    Ok(Some(Deadline { id, rule: deadline.clone() }))
}

/// Removes a row; says whether it was there.
pub(crate) fn remove(step: &mut Step<'_>, id: DeadlineId) -> Result<bool, StoreError> {
    step.tx.audit().hold(AuditChain::System)?;
    let Some(before) = step.tx.deadlines().list()?.into_iter().find(|row| row.id == id) else { return Ok(false) };
    if step.tx.deadlines().remove(id)? == Updated::Stale {
        return Ok(false);
    }
    tell(step, subject(id), Told::new("deadline.removed", AuditFacts::new()).from(deadline_facts(&before.rule)))?;
    Ok(true)
}

fn subject(id: DeadlineId) -> Subject {
    Subject::System("deadline", id.0)
}

fn deadline_facts(deadline: &NewDeadline) -> AuditFacts {
    facts([
        ("authority", deadline.authority.clone().into()),
        ("role", deadline.role.clone().into()),
        ("scope", deadline.scope.as_str().into()),
        ("days", i64::from(deadline.days).into()),
        ("norm", deadline.norm.clone().into()),
        ("verified", deadline.verified.into()),
    ])
}
