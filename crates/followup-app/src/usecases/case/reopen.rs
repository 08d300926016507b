//! A person opens a closed follow-up again.

use followup_domain::audit::Actor;
use followup_domain::case::Case;
use followup_domain::ids::CaseId;

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{CloseError, reason_of};
use crate::moves::case;
use crate::transaction;

impl App {
    /// Opens a closed follow-up again.
    ///
    /// # Errors
    /// [`CloseError`]; nothing is changed then.
    pub fn reopen_followup(&self, actor: &Actor, case_id: CaseId, reason: &str) -> Result<Case, CloseError> {
        let reason = reason_of(reason)?;
        transaction::write(self, actor, |step| {
            let case = step.tx.cases().find_for_update(case_id)?.ok_or(CloseError::NotFound)?;
            if !case::reopen(step, &case, reason)? {
                return Err(CloseError::Already);
            }
            follow(step, Event::Reopened(&case))?;
            step.tx.cases().find(case_id)?.ok_or(CloseError::NotFound)
        })
    }
}
