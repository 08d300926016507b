//! Plan templates.

use followup_domain::asking::plan::PlanTemplate;
use followup_domain::audit::{AuditChain, AuditFacts, facts};
use followup_domain::ids::TemplateId;
use followup_domain::ports::{NewTemplate, StoreError, Updated};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Stores a new template.
pub(crate) fn create(step: &mut Step<'_>, template: &NewTemplate) -> Result<TemplateId, StoreError> {
    let id = step.tx.templates().insert(template)?;
    tell(step, subject(id), Told::new("plan_template.created", template_facts(template)))?;
    Ok(id)
}

/// Replaces a template; says whether it was there.
pub(crate) fn update(step: &mut Step<'_>, id: TemplateId, template: &NewTemplate) -> Result<bool, StoreError> {
    step.tx.audit().hold(AuditChain::System)?;
    let Some(PlanTemplate { name, reference, attempts, notes, .. }) = step.tx.templates().find(id)? else { return Ok(false) };
    if step.tx.templates().update(id, template)? == Updated::Stale {
        return Ok(false);
    }
    let old = template_facts(&NewTemplate { name, reference, attempts, notes });
    tell(step, subject(id), Told::new("plan_template.updated", template_facts(template)).from(old))?;
    Ok(true)
}

/// Takes a template out of the offer; says whether it was in it.
pub(crate) fn archive(step: &mut Step<'_>, id: TemplateId) -> Result<bool, StoreError> {
    if step.tx.templates().archive(id)? == Updated::Stale {
        return Ok(false);
    }
    tell(step, subject(id), Told::new("plan_template.archived", facts([("archived", true.into())])))?;
    Ok(true)
}

fn subject(id: TemplateId) -> Subject {
    Subject::System("plan_template", id.0)
}

fn template_facts(template: &NewTemplate) -> AuditFacts {
    let attempts: Vec<String> = template.attempts.iter().map(|attempt| format!("{} h: {}", attempt.after_hours, attempt.label)).collect();
    facts([
        ("name", template.name.clone().into()),
        ("ref", template.reference.clone().into()),
        ("attempts", attempts.join("; ").into()),
        ("notes", template.notes.clone().into()),
    ])
}
