//! Sessions that hold no more are not kept: the trail tells of them.

use followup_domain::ports::StoreError;

use crate::app::App;
use crate::moves::session as sessions;
use crate::transaction;

/// So many are forgotten in one transaction.
const AT_ONCE: i64 = 500;

/// Forgets sessions that hold no more; says how many.
pub(crate) fn forget_ended(app: &App, stop: &dyn Fn() -> bool) -> Result<usize, StoreError> {
    let mut forgotten = 0;
    while !stop() {
        let count = transaction::write_itself::<_, StoreError>(app, |step| sessions::forget_ended(step, AT_ONCE))?;
        forgotten += count;
        if count == 0 {
            break;
        }
    }
    Ok(forgotten)
}
