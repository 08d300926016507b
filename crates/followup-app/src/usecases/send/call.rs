//! A telephone call, logged by the person who made it.

use chrono::{DateTime, Duration, Utc};
use followup_domain::audit::Actor;
use followup_domain::ids::CaseId;
use followup_domain::message::{CallOutcome, Message};
use followup_domain::ports::{NewCall, StoreError};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::facts::reach::channels;
use crate::moves::call;
use crate::transaction;

/// A clock that runs ahead by more than this is a mistake in the date.
const AHEAD: Duration = Duration::minutes(10);

/// Why a call was not logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogCallError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// A call cannot have been made in the future.
    #[error("the call lies in the future")]
    InFuture,
    /// The notes contain what cannot be kept.
    #[error("the notes contain a NUL character")]
    InvalidNotes,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Logs a call; also for a closed follow-up, since it happened.
    ///
    /// # Errors
    /// [`LogCallError`]; nothing is stored then.
    pub fn log_call(
        &self,
        actor: &Actor,
        case_id: CaseId,
        outcome: CallOutcome,
        notes: &str,
        at: Option<DateTime<Utc>>,
    ) -> Result<Message, LogCallError> {
        if notes.contains('\0') {
            return Err(LogCallError::InvalidNotes);
        }
        transaction::write(self, actor, |step| {
            let at = at.unwrap_or(step.now);
            if at > step.now + AHEAD {
                return Err(LogCallError::InFuture);
            }
            let case = step.tx.cases().find_for_update(case_id)?.ok_or(LogCallError::NotFound)?;
            let to = channels(step.policy(), &case.record).phone.map(|phone| phone.as_e164().to_owned());
            let new = NewCall { case_id, to, notes: notes.trim().to_owned(), outcome, at, recorded_at: step.now };
            let id = call::log(step, &new)?;
            follow(step, Event::CallLogged(&new, id))?;
            follow(step, Event::Decided(&case))?;
            step.tx.messages().find(id)?.ok_or(LogCallError::NotFound)
        })
    }
}
