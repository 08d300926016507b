//! Idempotency keys are kept for a while, not for ever.

use chrono::Duration;
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::moves::keys;
use crate::transaction;

/// How long a request can be repeated with its key and make nothing new.
const KEPT_DAYS: i64 = 30;
/// So many are forgotten in one transaction.
const AT_ONCE: i64 = 500;

/// Forgets the keys of requests that were made more than thirty days ago; says how many.
pub(crate) fn forget_old(app: &App, stop: &dyn Fn() -> bool) -> Result<usize, StoreError> {
    let before = app.clock.now() - Duration::days(KEPT_DAYS);
    let mut forgotten = 0;
    while !stop() {
        let count = transaction::write_itself::<_, StoreError>(app, |step| keys::forget(step, before, AT_ONCE))?;
        forgotten += count;
        if count == 0 {
            break;
        }
    }
    Ok(forgotten)
}
