//! A person decides about an attempt: skip, reschedule, complete, reactivate.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, AttemptStatus, due_at};
use followup_domain::asking::reason::{Because, Why};
use followup_domain::audit::Actor;
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::{AttemptId, CaseId};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{AttemptError, given};
use crate::facts::lookup::locked_attempt;
use crate::moves::attempt::{self, AttemptChange};
use crate::moves::queue;
use crate::step::Step;
use crate::transaction;

/// What is done with an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptAction {
    /// Passes it over.
    Skip {
        /// Why.
        reason: Option<String>,
    },
    /// Gives it another date.
    Reschedule {
        /// The new date (UTC).
        due_at: DateTime<Utc>,
        /// Why.
        reason: Option<String>,
    },
    /// What it was for came in by another way.
    Complete {
        /// How.
        reason: Option<String>,
    },
    /// Brings back what was skipped, held or failed; earlier replies no longer hold it.
    Reactivate {
        /// Its date from now on (UTC); without one, the one it had.
        due_at: Option<DateTime<Utc>>,
        /// Why.
        reason: Option<String>,
    },
}

impl App {
    /// Changes an attempt.
    ///
    /// # Errors
    /// [`AttemptError`]; nothing is changed then.
    pub fn override_attempt(&self, actor: &Actor, case_id: CaseId, id: AttemptId, action: &AttemptAction) -> Result<Attempt, AttemptError> {
        transaction::write(self, actor, |step| {
            let (case, attempt) = locked_attempt(step, case_id, id)?;
            let (to, change) = match action {
                AttemptAction::Skip { reason } => (AttemptStatus::Skipped, change(reason, Because::SkippedByHand)),
                AttemptAction::Complete { reason } => (AttemptStatus::Completed, change(reason, Because::CompletedByHand)),
                AttemptAction::Reschedule { due_at, reason } => {
                    (AttemptStatus::Pending, AttemptChange { due_at: Some(*due_at), ..change(reason, Because::Rescheduled) })
                }
                AttemptAction::Reactivate { due_at, reason } => {
                    (AttemptStatus::Pending, AttemptChange { due_at: *due_at, reactivated: true, ..change(reason, Because::Reactivated) })
                }
            };
            check_action(action, &case, &attempt)?;
            withdraw_letter_of(step, &attempt, to)?;
            if !attempt::change(step, &attempt, to, &change)? {
                return Err(AttemptError::Illegal(attempt.status));
            }
            if change.reactivated {
                follow(step, Event::AttemptReactivated(&attempt))?;
            }
            follow(step, Event::Decided(&case))?;
            step.tx.attempts().find(id)?.ok_or(AttemptError::NotFound)
        })
    }
}

/// A letter that waits in the queue for an attempt that a person settles is taken out of it. One that is being handed over
/// at this moment can no longer be stopped.
fn withdraw_letter_of(step: &mut Step<'_>, attempt: &Attempt, to: AttemptStatus) -> Result<(), AttemptError> {
    let Some(message_id) = attempt.message_id.filter(|_| attempt.status == AttemptStatus::Sending && to.is_settled()) else {
        return Ok(());
    };
    if !queue::skip(step, attempt.case_id, message_id, &Because::SettledByHand.into())? {
        return Err(AttemptError::Illegal(attempt.status));
    }
    Ok(())
}

fn check_action(action: &AttemptAction, case: &Case, attempt: &Attempt) -> Result<(), AttemptError> {
    let (new_date, from) = match action {
        AttemptAction::Reschedule { due_at, .. } => (Some(*due_at), &[AttemptStatus::Pending][..]),
        AttemptAction::Reactivate { due_at, .. } => {
            (*due_at, &[AttemptStatus::Skipped, AttemptStatus::Cancelled, AttemptStatus::Failed][..])
        }
        AttemptAction::Skip { .. } | AttemptAction::Complete { .. } => return Ok(()),
    };
    if case.followup_status == FollowupStatus::Closed {
        return Err(AttemptError::Closed);
    }
    if !from.contains(&attempt.status) {
        return Err(AttemptError::Illegal(attempt.status));
    }
    match new_date {
        Some(date) if due_at(date, 0).is_none() => Err(AttemptError::DateOutOfRange),
        _ => Ok(()),
    }
}

fn change<'a>(reason: &'a Option<String>, otherwise: Because) -> AttemptChange<'a> {
    AttemptChange::because(given(reason.as_deref()).map_or(otherwise.into(), Why::Words))
}
