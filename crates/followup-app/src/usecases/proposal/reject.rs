//! A person refuses what an answer is said to say.

use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, ProposalId};
use followup_domain::proposal::ProposalStatus;

use crate::app::App;
use crate::errors::{ProposalError, given};
use crate::facts::proposing::open_one;
use crate::moves::proposal;
use crate::transaction;

impl App {
    /// Refuses a proposal. The answer stays as it is, and so does the case.
    ///
    /// # Errors
    /// [`ProposalError`]; nothing is changed then.
    pub fn reject_proposal(&self, actor: &Actor, case_id: CaseId, id: ProposalId, reason: Option<&str>) -> Result<(), ProposalError> {
        let reason = given(reason);
        if reason.is_some_and(|reason| reason.contains('\0')) {
            return Err(ProposalError::InvalidReason);
        }
        transaction::write(self, actor, |step| {
            step.tx.cases().find_for_update(case_id)?.ok_or(ProposalError::CaseNotFound)?;
            let refused = open_one(step, case_id, id)?;
            if proposal::decide(step, &refused, ProposalStatus::Rejected, None, reason)? { Ok(()) } else { Err(ProposalError::Decided(id)) }
        })
    }
}
