//! Idempotency keys are kept for a while, not for ever.

use chrono::Duration;
use followup_domain::ports::{StoreError, StoreExt};

use crate::service::Followup;

/// How long a request can be repeated with its key and make nothing new.
const KEPT_DAYS: i64 = 30;
/// So many are forgotten in one transaction.
const AT_ONCE: i64 = 500;

impl Followup {
    /// Forgets the keys of requests that were made more than thirty days ago; says how many.
    ///
    /// # Errors
    /// The store failed. The next run goes on.
    pub fn forget_old_keys(&self, stop: &dyn Fn() -> bool) -> Result<usize, StoreError> {
        let before = self.now() - Duration::days(KEPT_DAYS);
        let mut forgotten = 0;
        while !stop() {
            let count = self.store.write::<_, StoreError>(|tx| tx.idempotency().forget_before(before, AT_ONCE))?;
            forgotten += count;
            if count == 0 {
                break;
            }
        }
        Ok(forgotten)
    }
}
