//! A person schedules one attempt more, besides any plan.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, PlannedChannel, due_at};
use followup_domain::audit::Actor;
use followup_domain::case::FollowupStatus;
use followup_domain::ids::CaseId;
use followup_domain::ports::NewAttempt;

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{AttemptError, given};
use crate::moves::attempt;
use crate::transaction;

/// A contact to be scheduled besides a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneMoreAttempt {
    /// When (UTC).
    pub due_at: DateTime<Utc>,
    /// What the unit calls it.
    pub label: String,
    /// How.
    pub channel: PlannedChannel,
    /// Why.
    pub reason: Option<String>,
}

impl App {
    /// Schedules one more contact, besides any plan.
    ///
    /// # Errors
    /// [`AttemptError`]; nothing is stored then.
    pub fn schedule_attempt(&self, actor: &Actor, case_id: CaseId, contact: &OneMoreAttempt) -> Result<Attempt, AttemptError> {
        let due_at = due_at(contact.due_at, 0).ok_or(AttemptError::DateOutOfRange)?;
        transaction::write(self, actor, |step| {
            let case = step.tx.cases().find_for_update(case_id)?.ok_or(AttemptError::CaseNotFound)?;
            if case.followup_status == FollowupStatus::Closed {
                return Err(AttemptError::Closed);
            }
            let attempts = step.tx.attempts().list(case_id)?;
            let new = NewAttempt {
                case_id,
                plan_id: None,
                position: attempts.iter().map(|attempt| attempt.position).max().unwrap_or(0).saturating_add(1),
                label: contact.label.clone(),
                due_at,
                channel: contact.channel,
                reason: None,
                created_at: step.now,
            };
            let id = attempt::schedule(step, new, given(contact.reason.as_deref()))?.ok_or(AttemptError::NotFound)?;
            follow(step, Event::Decided(&case))?;
            step.tx.attempts().find(id)?.ok_or(AttemptError::NotFound)
        })
    }
}
