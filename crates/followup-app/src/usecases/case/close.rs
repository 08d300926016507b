//! A person closes a follow-up.

use followup_domain::asking::closing::{UnmetCheck, unmet_checks};
use followup_domain::audit::Actor;
use followup_domain::case::{Case, Closure, FollowupStatus};
use followup_domain::ids::CaseId;

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{CloseError, given};
use crate::facts::closing::{CloseRequest, closure_facts};
use crate::moves::case;
use crate::transaction;

impl App {
    /// Closes the follow-up of a case: what is scheduled is cancelled, what is queued is not sent, `estado` becomes `Completado`
    /// if nothing required is missing.
    ///
    /// # Errors
    /// [`CloseError`]; nothing is changed then.
    pub fn close_followup(&self, actor: &Actor, case_id: CaseId, request: &CloseRequest) -> Result<Case, CloseError> {
        transaction::write(self, actor, |step| {
            let case = step.tx.cases().find_for_update(case_id)?.ok_or(CloseError::NotFound)?;
            if case.followup_status == FollowupStatus::Closed {
                return Err(CloseError::Already);
            }
            let unmet = unmet_checks(&closure_facts(step, &case, request)?);
            let overriding = given(request.override_reason.as_deref());
            // An override is about the case; notes are demanded all the same.
            if unmet.contains(&UnmetCheck::Notes) || (!unmet.is_empty() && overriding.is_none()) {
                return Err(CloseError::Unmet(unmet));
            }
            let closure = Closure { reason: request.reason, notes: request.notes.trim().to_owned(), at: step.now };
            if case::close(step, &case, &closure, overriding.filter(|_| !unmet.is_empty()))? {
                follow(step, Event::Closed(&case))?;
            }
            step.tx.cases().find(case_id)?.ok_or(CloseError::NotFound)
        })
    }
}
