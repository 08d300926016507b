//! Drafts that nobody goes on with are not kept.

use followup_domain::asking::draft::KEPT;
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::moves::draft as drafts;
use crate::transaction;

/// So many are forgotten in one transaction.
const AT_ONCE: i64 = 200;

/// Forgets drafts that nobody changed for thirty days; says how many.
pub(crate) fn forget_old(app: &App, stop: &dyn Fn() -> bool) -> Result<usize, StoreError> {
    let before = app.clock.now() - KEPT;
    let mut forgotten = 0;
    while !stop() {
        let count = transaction::write_itself::<_, StoreError>(app, |step| drafts::forget(step, before, AT_ONCE))?;
        forgotten += count;
        if count == 0 {
            break;
        }
    }
    Ok(forgotten)
}
