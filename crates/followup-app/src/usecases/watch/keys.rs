//! Idempotency keys are kept for a while, not for ever.

use followup_domain::ports::StoreError;

use crate::app::App;
use crate::runs::keys;

impl App {
    /// Forgets the keys of requests that were made more than thirty days ago; says how many.
    ///
    /// # Errors
    /// The store failed. The next run goes on.
    pub fn forget_old_keys(&self, stop: &dyn Fn() -> bool) -> Result<usize, StoreError> {
        keys::forget_old(self, stop)
    }
}
