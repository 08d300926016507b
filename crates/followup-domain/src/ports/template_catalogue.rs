//! The message templates of a provider, asked of the provider.

use std::time::Duration;

use crate::sending::ApprovedTemplate;

/// Why a provider did not list its templates. For people; without secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// It refuses, and will until a person does something: its words.
    #[error("{0}")]
    Refused(String),
    /// It gave no list now; asking again later may help.
    #[error("{0}")]
    Unavailable(String),
}

/// The templates of our account with a provider; implemented by the provider's adapter.
pub trait TemplateCatalogue: Send + Sync {
    /// Every template of the account, whatever its state, all pages of them; several may have one name. Texts have no NUL. Takes no longer
    /// than `budget`.
    ///
    /// # Errors
    /// [`CatalogueError`]; never a part of the list.
    fn list(&self, budget: Duration) -> Result<Vec<ApprovedTemplate>, CatalogueError>;
}
