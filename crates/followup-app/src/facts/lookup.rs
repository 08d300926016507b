//! Finding what a use case is about, locked where it is to be changed.

use followup_domain::asking::plan::Attempt;
use followup_domain::case::Case;
use followup_domain::ids::{AttemptId, CaseId, MessageId};
use followup_domain::message::{Direction, Message, MessageKind};
use followup_domain::ports::{InTray, StoreError};

use crate::errors::{AttemptError, MessageError, NotFoundOr, TrayError};
use crate::step::Step;

/// A case, locked, and a message of its thread.
pub(crate) fn locked_message(step: &mut Step<'_>, case_id: CaseId, id: MessageId) -> Result<(Case, Message), MessageError> {
    let case = step.tx.cases().find_for_update(case_id)?.ok_or(MessageError::CaseNotFound)?;
    let message = step.tx.messages().find(id)?.filter(|message| is_in_thread(message, case_id));
    Ok((case, message.ok_or(MessageError::NotFound)?))
}

/// A case, locked, and an attempt of it.
pub(crate) fn locked_attempt(step: &mut Step<'_>, case_id: CaseId, id: AttemptId) -> Result<(Case, Attempt), AttemptError> {
    let case = step.tx.cases().find_for_update(case_id)?.ok_or(AttemptError::CaseNotFound)?;
    let attempt = step.tx.attempts().find(id)?.filter(|attempt| attempt.case_id == case_id).ok_or(AttemptError::NotFound)?;
    Ok((case, attempt))
}

/// Locks the case of what is about to be changed, if it has one.
pub(crate) fn lock_case(step: &mut Step<'_>, case_id: Option<CaseId>) -> Result<(), StoreError> {
    if let Some(case_id) = case_id {
        step.tx.cases().find_for_update(case_id)?;
    }
    Ok(())
}

/// A message as it is stored after it was changed.
pub(crate) fn stored_message(step: &mut Step<'_>, id: MessageId) -> Result<Message, MessageError> {
    step.tx.messages().find(id)?.ok_or(MessageError::NotFound)
}

/// A message of the queue, which must be there.
pub(crate) fn queued_message(step: &mut Step<'_>, id: MessageId) -> Result<Message, StoreError> {
    step.tx.messages().find(id)?.ok_or_else(|| StoreError::Refused("a queued message cannot be found".into()))
}

/// A mail of the tray; or the case that has it.
pub(crate) fn in_tray(step: &mut Step<'_>, id: MessageId) -> Result<InTray<Message>, TrayError> {
    if let Some(found) = step.tx.trays().find(id)? {
        return Ok(found);
    }
    let assigned = step.tx.messages().find(id)?.filter(|message| message.direction == Direction::In).and_then(|message| message.case_id);
    Err(assigned.map_or(TrayError::NotFound, TrayError::Assigned))
}

/// All messages of a case in order.
pub(crate) fn thread_of(step: &mut Step<'_>, id: CaseId) -> Result<Vec<Message>, NotFoundOr> {
    let thread = step.tx.threads().whole(id)?;
    if thread.is_empty() && step.tx.cases().find(id)?.is_none() {
        return Err(NotFoundOr::NotFound);
    }
    Ok(thread)
}

/// A message of a case's thread.
pub(crate) fn message_in(step: &mut Step<'_>, case_id: CaseId, id: MessageId) -> Result<Message, NotFoundOr> {
    if let Some(message) = step.tx.messages().find(id)?.filter(|message| is_in_thread(message, case_id)) {
        return Ok(message);
    }
    step.tx.cases().find(case_id)?.ok_or(NotFoundOr::NotFound)?;
    Err(NotFoundOr::MessageNotFound)
}

/// Whether a message stands in the thread of a case.
pub(crate) fn is_in_thread(message: &Message, case_id: CaseId) -> bool {
    message.case_id == Some(case_id) && message.kind != MessageKind::Notification
}
