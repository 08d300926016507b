//! The message templates of WhatsApp's provider: shown, and asked for anew, by a person or once in a while by the service itself.

use followup_domain::audit::Actor;
use followup_domain::ports::{KnownTemplate, StoreError};

use crate::app::App;
use crate::runs::templates::{self, TemplatesError};
use crate::step;

/// What asking for the list of templates came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Something changed.
    News,
    /// All is as it was, or nobody lists templates.
    Same,
    /// The provider did not give it.
    NotGiven,
}

impl App {
    /// The templates as they are known here, by name and language.
    ///
    /// # Errors
    /// The store's.
    pub fn whatsapp_templates(&self) -> Result<Vec<KnownTemplate>, StoreError> {
        step::read(self, |step| step.tx.whatsapp_templates().list())
    }

    /// Asks the provider for them, and gives them as it told them.
    ///
    /// # Errors
    /// [`TemplatesError`].
    pub fn refresh_whatsapp_templates(&self, actor: &Actor) -> Result<Vec<KnownTemplate>, TemplatesError> {
        templates::refresh(self, actor)?;
        Ok(step::read(self, |step| step.tx.whatsapp_templates().list())?)
    }

    /// The same by the service itself: a provider that gives no list is told of in the log, and is to be asked again soon. Does nothing where
    /// nobody lists templates.
    ///
    /// # Errors
    /// The store's.
    pub fn keep_whatsapp_templates(&self) -> Result<Listing, StoreError> {
        match templates::refresh(self, &step::itself(self)) {
            Ok(true) => Ok(Listing::News),
            Ok(false) | Err(TemplatesError::NotConfigured) => Ok(Listing::Same),
            Err(TemplatesError::Catalogue(error)) => {
                tracing::warn!(%error, "WhatsApp's provider did not list its templates");
                Ok(Listing::NotGiven)
            }
            Err(TemplatesError::Store(error)) => Err(error),
        }
    }
}
