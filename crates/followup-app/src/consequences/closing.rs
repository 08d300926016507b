//! A follow-up is closed: what is scheduled is cancelled, what is queued is not sent, and the case is complete if nothing is missing.

use followup_domain::asking::missing::compute_missing;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::StopReason;
use followup_domain::case::{Case, Estado};
use followup_domain::message::Delivery;
use followup_domain::ports::StoreError;

use crate::moves::attempt::{self, AttemptChange};
use crate::moves::{address, case as case_moves, plan, queue};
use crate::step::Step;

/// Cancels everything that a case had scheduled or queued, in the name of whoever closed it.
pub(super) fn cancel_everything(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    address::forget_waiting(step, case.id)?;
    // Before its attempts: with the last of them a plan that is still active ends as finished.
    plan::cancel(step, case.id)?;
    queue::skip_all(step, case.id, &StopReason::Closed.into())?;
    for attempt in step.tx.attempts().list(case.id)? {
        // A letter that is being handed over at this moment records its own end.
        let is_leaving = match attempt.message_id.filter(|_| attempt.status == AttemptStatus::Sending) {
            Some(message_id) => {
                step.tx.messages().find(message_id)?.is_some_and(|message| message.delivery == Some(Delivery::Transmitting))
            }
            None => false,
        };
        if !attempt.status.is_settled() && !is_leaving {
            attempt::change(step, &attempt, AttemptStatus::Cancelled, &AttemptChange::because(StopReason::Closed))?;
        }
    }
    Ok(())
}

/// `estado` becomes `Completado` if nothing required is missing.
pub(super) fn complete_estado(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    let from = case.record.estado;
    let is_complete = compute_missing(&case.record, &step.policy().required).is_empty();
    if !is_complete || !from.is_worked_on() {
        return Ok(());
    }
    case_moves::move_estado(step, case.id, from, Estado::Completado)
}
