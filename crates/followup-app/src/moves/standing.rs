//! What a case stands at, as it is kept for the lists. It follows from the case: the audit trail has nothing to tell of it.

use followup_domain::ids::CaseId;
use followup_domain::ports::{KeptStanding, StoreError};

use crate::step::Step;

/// Keeps what a case stands at, in place of what it stood at.
pub(crate) fn keep(step: &mut Step<'_>, case_id: CaseId, standing: &KeptStanding, before: &KeptStanding) -> Result<(), StoreError> {
    if standing == before { Ok(()) } else { step.tx.standings().update(case_id, standing, before) }
}

/// Something happened in cases, from which nothing follows for what they stand at.
pub(crate) fn moved(step: &mut Step<'_>, case_ids: &[CaseId]) -> Result<(), StoreError> {
    if case_ids.is_empty() { Ok(()) } else { step.tx.standings().record_moved(case_ids, step.now) }
}

/// A case is looked at again because whether one of its addresses can be written to has changed.
pub(crate) fn take_outdated(step: &mut Step<'_>, case_id: CaseId) -> Result<(), StoreError> {
    step.tx.standings().take_outdated(case_id)
}
