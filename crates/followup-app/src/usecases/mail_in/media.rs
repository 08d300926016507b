//! Files that came with messages are fetched.

use followup_domain::ports::StoreError;

use crate::app::App;
use crate::runs::media::{MediaReport, fetch_due};

impl App {
    /// Fetches the files that providers keep apart from their messages, as far as they are due: twenty of each provider at most.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub fn fetch_media(&self, stop: &dyn Fn() -> bool) -> Result<MediaReport, StoreError> {
        fetch_due(self, stop)
    }
}
