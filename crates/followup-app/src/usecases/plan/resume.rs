//! What an answer held, or the end of the work on the case, goes on.

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::plan::{Attempt, due_at, resumed};
use followup_domain::audit::Actor;
use followup_domain::case::FollowupStatus;
use followup_domain::ids::CaseId;

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::AttemptError;
use crate::facts::attempts::attempts_of;
use crate::facts::standing::resumable;
use crate::transaction;

/// Where the deployment resumes nothing by itself, a plan goes on after so many days.
const RESUME_AFTER_DAYS: i64 = 7;

impl App {
    /// Lets the attempts that an answer held, or that the case was done, go on: the first at `from` or, without one, as long from now as the deployment lets them go on by
    /// itself; the others as far apart as they were, and none earlier than it was to be. Gives all attempts of the case.
    ///
    /// # Errors
    /// [`AttemptError`]: [`AttemptError::NothingHeld`] when no attempt was held so. Nothing is changed then.
    pub fn resume_plan(&self, actor: &Actor, case_id: CaseId, from: Option<DateTime<Utc>>) -> Result<Vec<Attempt>, AttemptError> {
        transaction::write(self, actor, |step| {
            let case = step.tx.cases().find_for_update(case_id)?.ok_or(AttemptError::CaseNotFound)?;
            if case.followup_status == FollowupStatus::Closed {
                return Err(AttemptError::Closed);
            }
            let after = step.policy().resume_after.unwrap_or(Duration::days(RESUME_AFTER_DAYS));
            let from = due_at(from.unwrap_or(step.now + after), 0).ok_or(AttemptError::DateOutOfRange)?;
            let attempts = step.tx.attempts().list(case_id)?;
            let held = resumable(step, &case, &attempts)?;
            if held.is_empty() {
                return Err(AttemptError::NothingHeld);
            }
            if resumed(&held, from).len() < held.len() {
                return Err(AttemptError::DateOutOfRange);
            }
            follow(step, Event::PlanResumed(&case, from))?;
            follow(step, Event::Decided(&case))?;
            Ok(attempts_of(step, case_id)?)
        })
    }
}
