//! Plan templates: what a unit can apply.

use followup_domain::asking::plan::{InvalidTemplate, PlanTemplate, check_attempts};
use followup_domain::audit::{Actor, AuditChain, AuditFacts, facts};
use followup_domain::ids::TemplateId;
use followup_domain::ports::{NewTemplate, StoreError, StoreExt, Updated};

use crate::audit_facts::system_entry;
use crate::service::Followup;

/// Why a template was not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// There is no such template, or it is archived.
    #[error("plan template not found")]
    NotFound,
    /// A template needs a name.
    #[error("a plan template needs a name")]
    NoName,
    /// Its attempts cannot be used.
    #[error(transparent)]
    Invalid(#[from] InvalidTemplate),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// All templates, archived ones too if asked for.
    ///
    /// # Errors
    /// The store's.
    pub fn templates(&self, with_archived: bool) -> Result<Vec<PlanTemplate>, StoreError> {
        self.store.read(|tx| tx.plans().list_templates(with_archived))
    }

    /// A template.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn template(&self, id: TemplateId) -> Result<PlanTemplate, TemplateError> {
        self.store.read(|tx| tx.plans().find_template(id)?.ok_or(TemplateError::NotFound))
    }

    /// Stores a new template.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn create_template(&self, actor: &Actor, template: &NewTemplate) -> Result<PlanTemplate, TemplateError> {
        check(template)?;
        let now = self.now();
        self.store.write(|tx| {
            let id = tx.plans().insert_template(template)?;
            tx.audit().append(&system_entry(actor, now, "plan_template.created", "plan_template", id.0, template_facts(template)))?;
            tx.plans().find_template(id)?.ok_or(TemplateError::NotFound)
        })
    }

    /// Replaces a template; plans that were applied keep their dates.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn update_template(&self, actor: &Actor, id: TemplateId, template: &NewTemplate) -> Result<PlanTemplate, TemplateError> {
        check(template)?;
        let now = self.now();
        self.store.write(|tx| {
            tx.audit().hold(AuditChain::System)?;
            let before = tx.plans().find_template(id)?.ok_or(TemplateError::NotFound)?;
            if tx.plans().update_template(id, template)? == Updated::Stale {
                return Err(TemplateError::NotFound);
            }
            let mut entry = system_entry(actor, now, "plan_template.updated", "plan_template", id.0, template_facts(template));
            let old = NewTemplate { name: before.name, reference: before.reference, attempts: before.attempts, notes: before.notes };
            entry.old = template_facts(&old);
            tx.audit().append(&entry)?;
            tx.plans().find_template(id)?.ok_or(TemplateError::NotFound)
        })
    }

    /// Takes a template out of the offer. It stays, for the plans that came from it.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn archive_template(&self, actor: &Actor, id: TemplateId) -> Result<(), TemplateError> {
        let now = self.now();
        self.store.write(|tx| {
            if tx.plans().archive_template(id)? == Updated::Stale {
                return Err(TemplateError::NotFound);
            }
            let new = facts([("archived", true.into())]);
            tx.audit().append(&system_entry(actor, now, "plan_template.archived", "plan_template", id.0, new))?;
            Ok(())
        })
    }
}

fn check(template: &NewTemplate) -> Result<(), TemplateError> {
    if template.name.trim().is_empty() {
        return Err(TemplateError::NoName);
    }
    Ok(check_attempts(&template.attempts)?)
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
