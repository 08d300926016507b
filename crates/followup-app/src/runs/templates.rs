//! The message templates of WhatsApp's provider are asked of it, and taken over.

use std::time::Duration as Budget;

use followup_domain::audit::Actor;
use followup_domain::ports::{CatalogueError, StoreError};

use crate::app::App;
use crate::moves::whatsapp_template;
use crate::transaction;

/// A person waits no longer than this for the list.
const BUDGET: Budget = Budget::from_secs(20);

/// Why the templates are known no better than before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplatesError {
    /// WhatsApp has no provider that lists templates.
    #[error("channel not configured")]
    NotConfigured,
    /// What the provider said.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Asks the provider for its list and takes it over in somebody's name; says whether it brought news.
///
/// # Errors
/// [`TemplatesError`]; what was known stays then.
pub(crate) fn refresh(app: &App, actor: &Actor) -> Result<bool, TemplatesError> {
    let catalogue = app.templates.as_ref().ok_or(TemplatesError::NotConfigured)?;
    let list = catalogue.list(BUDGET)?;
    Ok(transaction::write::<_, StoreError>(app, actor, |step| whatsapp_template::replace(step, &list))?)
}
