//! Attempts as they stand: which one a message carries out, and what the others wait for.

use followup_domain::asking::plan::{Attempt, AttemptStatus, PlannedChannel};
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::message::{Channel, Message, MessageKind};
use followup_domain::ports::StoreError;

use crate::step::Step;

/// One attempt after a run of the dispatcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchedAttempt {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its case.
    pub case_id: CaseId,
    /// How the reporter is to be reached.
    pub channel: PlannedChannel,
    /// By which channel its message goes, once it has one.
    pub carried_by: Option<Channel>,
    /// Its state.
    pub status: AttemptStatus,
    /// Why, where it was not sent.
    pub reason: Option<String>,
}

/// The attempt that a message was written for, or that counts it as its own.
pub(crate) fn attempt_of(step: &mut Step<'_>, message: &Message) -> Result<Option<Attempt>, StoreError> {
    if let Some(attempt_id) = message.attempt_id {
        // A message that another one was sent in place of no longer speaks for the attempt.
        return Ok(step.tx.attempts().find(attempt_id)?.filter(|attempt| attempt.message_id == Some(message.id)));
    }
    let Some(case_id) = message.case_id else { return Ok(None) };
    Ok(step.tx.attempts().list(case_id)?.into_iter().find(|attempt| attempt.message_id == Some(message.id)))
}

/// Whether a person has settled the attempt for which a letter is sent again.
pub(crate) fn replaces_what_is_settled(step: &mut Step<'_>, message: &Message) -> Result<bool, StoreError> {
    let (Some(_), Some(attempt_id)) = (message.resend_of, message.attempt_id) else { return Ok(false) };
    let attempt = step.tx.attempts().find(attempt_id)?;
    Ok(attempt.is_some_and(|attempt| attempt.status.wants_no_letter()))
}

/// Whether a letter of a plan waits to be sent by itself for an attempt.
pub(crate) fn has_plan_letter(step: &mut Step<'_>, attempt: &Attempt) -> Result<bool, StoreError> {
    let Some(message_id) = attempt.message_id else { return Ok(false) };
    Ok(step.tx.messages().find(message_id)?.is_some_and(|message| message.kind == MessageKind::PlanLetter))
}

/// The attempts of a case; one whose letter waits says what for.
pub(crate) fn attempts_of(step: &mut Step<'_>, id: CaseId) -> Result<Vec<Attempt>, StoreError> {
    let mut attempts = step.tx.attempts().list(id)?;
    for attempt in &mut attempts {
        say_what_it_waits_for(step, attempt)?;
    }
    Ok(attempts)
}

/// The attempts as they are now.
pub(crate) fn after_the_run(step: &mut Step<'_>, touched: &[AttemptId]) -> Result<Vec<DispatchedAttempt>, StoreError> {
    let mut attempts = Vec::with_capacity(touched.len());
    for id in touched {
        if let Some(mut attempt) = step.tx.attempts().find(*id)? {
            say_what_it_waits_for(step, &mut attempt)?;
            let Attempt { id, case_id, channel, carried_by, status, reason, .. } = attempt;
            attempts.push(DispatchedAttempt { attempt_id: id, case_id, channel, carried_by, status, reason });
        }
    }
    Ok(attempts)
}

/// Fills in the reason for which the letter of an attempt was put off.
pub(crate) fn say_what_it_waits_for(step: &mut Step<'_>, attempt: &mut Attempt) -> Result<(), StoreError> {
    if let (AttemptStatus::Sending, Some(message_id)) = (attempt.status, attempt.message_id) {
        attempt.reason = step.tx.messages().find(message_id)?.and_then(|letter| letter.error).or(attempt.reason.take());
    }
    Ok(())
}
