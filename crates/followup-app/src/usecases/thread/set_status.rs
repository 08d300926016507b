//! A person moves a message's status, with its attempt: completed, responded, skipped.

use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::{Because, Why};
use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Message, MessageStatus};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{MessageError, given};
use crate::facts::lookup::{locked_message, stored_message};
use crate::moves::{attempt, message as messages, queue};
use crate::transaction;

impl App {
    /// Moves a message's status, with its attempt: completed, responded, skipped.
    ///
    /// # Errors
    /// [`MessageError`]; nothing is changed then.
    pub fn set_message_status(
        &self,
        actor: &Actor,
        case_id: CaseId,
        id: MessageId,
        to: MessageStatus,
        reason: Option<&str>,
    ) -> Result<Message, MessageError> {
        let reason = given(reason).map(Why::Words);
        transaction::write(self, actor, |step| {
            let (_, message) = locked_message(step, case_id, id)?;
            let from = message.status.ok_or(MessageError::Inbound)?;
            let attempt = attempt_after(from, to).ok_or(MessageError::Illegal(from))?;
            let by_hand = reason.clone().unwrap_or(Because::ByHand.into());
            let is_done = if (from, to) == (MessageStatus::Pending, MessageStatus::Skipped) {
                queue::skip(step, case_id, id, &by_hand)?
            } else {
                messages::set_status(step, &message, to, reason.as_ref())?
            };
            if !is_done {
                return Err(MessageError::Illegal(from));
            }
            attempt::change_of(step, &message, attempt, Some(by_hand))?;
            if to == MessageStatus::Responded {
                follow(step, Event::AnsweredElsewhere(case_id))?;
            }
            follow(step, Event::ThreadChanged(case_id))?;
            stored_message(step, id)
        })
    }
}

/// What the attempt becomes with its message, where a person may say so: only the transport says that a message was sent, failed or is
/// uncertain.
fn attempt_after(from: MessageStatus, to: MessageStatus) -> Option<AttemptStatus> {
    let attempt = match to {
        MessageStatus::Completed => AttemptStatus::Completed,
        MessageStatus::Responded if from != MessageStatus::Pending => AttemptStatus::Responded,
        MessageStatus::Skipped => AttemptStatus::Skipped,
        _ => return None,
    };
    from.may_become(to).then_some(attempt)
}
