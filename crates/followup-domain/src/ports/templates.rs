//! Plan templates.

use super::{StoreError, Updated};
use crate::asking::plan::{PlanTemplate, TemplateAttempt};
use crate::ids::TemplateId;

/// A template's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTemplate {
    /// Its name.
    pub name: String,
    /// The unit's own reference.
    pub reference: Option<String>,
    /// Its attempts, checked by [`crate::asking::plan::check_attempts`].
    pub attempts: Vec<TemplateAttempt>,
    /// Notes.
    pub notes: Option<String>,
}

/// Plan templates.
pub trait PlanTemplateRepository {
    /// A template.
    fn find(&mut self, id: TemplateId) -> Result<Option<PlanTemplate>, StoreError>;

    /// Templates by id: those that are offered, or all.
    fn list(&mut self, with_archived: bool) -> Result<Vec<PlanTemplate>, StoreError>;

    /// Stores a template.
    fn insert(&mut self, template: &NewTemplate) -> Result<TemplateId, StoreError>;

    /// Replaces a template's name, reference, attempts and notes; plans that were applied keep their own dates.
    /// [`Updated::Stale`] for an unknown or archived one.
    fn update(&mut self, id: TemplateId, template: &NewTemplate) -> Result<Updated, StoreError>;

    /// Takes a template out of the offer; [`Updated::Stale`] for an unknown or archived one.
    fn archive(&mut self, id: TemplateId) -> Result<Updated, StoreError>;
}
