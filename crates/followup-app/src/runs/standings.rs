//! Cases whose standing was computed by other rules, or whose addresses changed, are looked at again.

use followup_domain::ids::CaseId;
use followup_domain::ports::StoreError;

use super::escalation::tolerated;
use crate::app::App;
use crate::consequences::standing;
use crate::facts::standing::rules;
use crate::step;
use crate::transaction;

/// So many cases are listed at a time.
const PAGE: i64 = 200;

/// Looks at them all again.
pub(crate) fn refresh_outdated(app: &App, stop: &dyn Fn() -> bool, errors: &mut u32) -> Result<(), StoreError> {
    let rules = step::read::<_, StoreError>(app, rules)?;
    while !stop() {
        let cases = step::read::<_, StoreError>(app, |step| step.tx.standings().list_outdated(&rules, PAGE))?;
        let mut done = 0;
        for case_id in cases {
            done += u32::from(tolerated(refresh(app, case_id), case_id, errors)?);
        }
        // What is refused stays listed.
        if done == 0 {
            break;
        }
    }
    Ok(())
}

fn refresh(app: &App, case_id: CaseId) -> Result<bool, StoreError> {
    transaction::write_itself(app, |step| {
        let is_there = step.tx.cases().find_for_update(case_id)?.is_some();
        if is_there {
            standing::refresh(step, case_id)?;
        }
        Ok(is_there)
    })
}
