//! Plan templates: what a unit can apply.

use followup_domain::asking::plan::{InvalidTemplate, PlanTemplate, check_attempts};
use followup_domain::audit::Actor;
use followup_domain::ids::TemplateId;
use followup_domain::ports::{NewTemplate, StoreError};

use crate::app::App;
use crate::moves::template as templates;
use crate::step;
use crate::transaction;

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

impl App {
    /// All templates, archived ones too if asked for.
    ///
    /// # Errors
    /// The store's.
    pub fn templates(&self, with_archived: bool) -> Result<Vec<PlanTemplate>, StoreError> {
        step::read(self, |step| step.tx.templates().list(with_archived))
    }

    /// A template.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn template(&self, id: TemplateId) -> Result<PlanTemplate, TemplateError> {
        step::read(self, |step| step.tx.templates().find(id)?.ok_or(TemplateError::NotFound))
    }

    /// Stores a new template.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn create_template(&self, actor: &Actor, template: &NewTemplate) -> Result<PlanTemplate, TemplateError> {
        check(template)?;
        transaction::write(self, actor, |step| {
            let id = templates::create(step, template)?;
            step.tx.templates().find(id)?.ok_or(TemplateError::NotFound)
        })
    }

    /// Replaces a template; plans that were applied keep their dates.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn update_template(&self, actor: &Actor, id: TemplateId, template: &NewTemplate) -> Result<PlanTemplate, TemplateError> {
        check(template)?;
        transaction::write(self, actor, |step| {
            if !templates::update(step, id, template)? {
                return Err(TemplateError::NotFound);
            }
            step.tx.templates().find(id)?.ok_or(TemplateError::NotFound)
        })
    }

    /// Takes a template out of the offer. It stays, for the plans that came from it.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn archive_template(&self, actor: &Actor, id: TemplateId) -> Result<(), TemplateError> {
        transaction::write(self, actor, |step| if templates::archive(step, id)? { Ok(()) } else { Err(TemplateError::NotFound) })
    }
}

fn check(template: &NewTemplate) -> Result<(), TemplateError> {
    if template.name.trim().is_empty() {
        return Err(TemplateError::NoName);
    }
    Ok(check_attempts(&template.attempts)?)
}
