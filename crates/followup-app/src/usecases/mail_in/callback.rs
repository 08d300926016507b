//! What a provider hands over by itself: stored as it came.

use followup_domain::ids::InboundMailId;
use followup_domain::ports::{Inserted, NewCallback, StoreError};

use crate::app::App;
use crate::moves::provider_event;
use crate::runs::gathering::Storing;
use crate::transaction;

/// Why a provider's call was not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// No adapter here understands that provider.
    #[error("provider not configured")]
    NotConfigured,
    /// The store failed: whoever calls must call again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Stores the bytes of a provider's call, which whoever was called has found to be the provider's. They are understood later, as stored
    /// mail is ([`App::process_stored_mail`]). The same bytes again are the same call. Calls that come at once are stored together.
    ///
    /// # Errors
    /// [`CallbackError`].
    pub fn accept_callback(&self, scope: &str, raw: Vec<u8>) -> Result<Inserted<InboundMailId>, CallbackError> {
        let channel = self.events.of(scope).ok_or(CallbackError::NotConfigured)?.channel();
        let callback = NewCallback { provider: scope.to_owned(), channel, received_at: self.clock.now(), raw };
        let store = |batch: &[NewCallback]| transaction::write_itself(self, |step| provider_event::store(step, batch));
        Ok(self.turns.calls.store(callback, Storing { at_once: self.store.commits_at_once(), store: &store })?)
    }
}
