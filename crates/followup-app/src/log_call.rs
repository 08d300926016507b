//! A telephone call, logged by the person who made it.

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::audit::{Actor, facts};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{CallOutcome, Message};
use followup_domain::ports::{NewCall, StoreError, StoreExt, Tx};

use crate::audit_facts::message_entry;
use crate::move_attempt::AttemptChange;
use crate::service::Followup;

/// Why nothing more is sent to who declined.
const REFUSED: &str = "el reportante no quiso responder";

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

impl Followup {
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
        let now = self.now();
        let at = at.unwrap_or(now);
        if at > now + AHEAD {
            return Err(LogCallError::InFuture);
        }
        if notes.contains('\0') {
            return Err(LogCallError::InvalidNotes);
        }
        self.store.write(|tx| {
            let case = tx.cases().find_for_update(case_id)?.ok_or(LogCallError::NotFound)?;
            let to = self.channels(&case.record).phone.map(|phone| phone.as_e164().to_owned());
            let call = NewCall { case_id, to, notes: notes.trim().to_owned(), outcome, at, recorded_at: now };
            let id = tx.messages().insert_call(&call)?;
            let new = facts([("channel", "call".into()), ("outcome", outcome.as_str().into()), ("at", at.into())]);
            tx.audit().append(&message_entry(Some(case_id), id, actor, now, "call.logged", new, None))?;
            self.settle_call_attempts(tx, actor, case_id, id, &call)?;
            if outcome == CallOutcome::Refused {
                self.hold_attempts(tx, case_id, REFUSED, now)?;
                self.withdraw_automatic(tx, case_id, REFUSED, now)?;
            }
            self.refresh_awaiting(tx, case_id)?;
            tx.messages().find(id)?.ok_or(LogCallError::NotFound)
        })
    }

    /// The call was what the scheduled calls that were due by then were for.
    fn settle_call_attempts(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        case_id: CaseId,
        message_id: MessageId,
        call: &NewCall,
    ) -> Result<(), StoreError> {
        let (status, reason) = match call.outcome {
            CallOutcome::Reached => (AttemptStatus::Completed, "llamada hecha"),
            CallOutcome::NoAnswer => (AttemptStatus::Failed, "no contestó"),
            CallOutcome::WrongNumber => (AttemptStatus::Failed, "número equivocado"),
            CallOutcome::Refused => (AttemptStatus::Failed, "no quiso responder"),
        };
        let change = AttemptChange { reason: Some(reason), message_id: Some(message_id), ..AttemptChange::default() };
        for attempt in tx.attempts().list(case_id)? {
            if attempt.waits_for_a_person() && attempt.status == AttemptStatus::Pending && attempt.due_at <= call.at {
                self.change_attempt(tx, actor, &attempt, status, &change, call.recorded_at)?;
            }
        }
        Ok(())
    }
}
