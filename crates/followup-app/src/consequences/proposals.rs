//! A case changed: what it came to say by another way needs no decision any more.

use followup_domain::case::Case;
use followup_domain::ports::StoreError;
use followup_domain::proposal::ProposalStatus;

use crate::facts::proposing::says_already;
use crate::moves::proposal;
use crate::step::Step;

/// Settles the open proposals whose value stands in the case now.
pub(super) fn settle_standing(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    let mut step = step.by_itself();
    let step = &mut step;
    for open in step.tx.proposals().open(case.id)? {
        if says_already(&case.record, &open.said) {
            proposal::decide(step, &open, ProposalStatus::Standing, None, None)?;
        }
    }
    Ok(())
}
