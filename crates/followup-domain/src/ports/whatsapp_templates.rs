//! The provider's message templates, as far as they are known here.

use chrono::{DateTime, Utc};

use super::{StoreError, Updated};
use crate::sending::{ApprovedTemplate, TemplateEvent};

/// A template, and since when its state is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTemplate {
    /// The template.
    pub template: ApprovedTemplate,
    /// When the provider told this of it last (UTC).
    pub told_at: DateTime<Utc>,
}

/// Templates, each once by its name and language.
pub trait WhatsappTemplateRepository {
    /// All of them, by name and language. A provider bounds how many there are (6,000 an account).
    ///
    /// # Errors
    /// [`StoreError`].
    fn list(&mut self) -> Result<Vec<KnownTemplate>, StoreError>;

    /// Those of a name, by language.
    ///
    /// # Errors
    /// [`StoreError`].
    fn of_name(&mut self, name: &str) -> Result<Vec<ApprovedTemplate>, StoreError>;

    /// Whether a list was ever taken over that was not empty.
    ///
    /// # Errors
    /// [`StoreError`].
    fn any(&mut self) -> Result<bool, StoreError>;

    /// Takes over the provider's list: what stands in it is known as it stands there, and nothing else is. Of several of one name and
    /// language, the last counts.
    ///
    /// # Errors
    /// [`StoreError`].
    fn replace(&mut self, templates: &[ApprovedTemplate], told_at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Takes over what the provider told of one. Stale when it is not known.
    ///
    /// # Errors
    /// [`StoreError`].
    fn tell(&mut self, event: &TemplateEvent, told_at: DateTime<Utc>) -> Result<Updated, StoreError>;
}
