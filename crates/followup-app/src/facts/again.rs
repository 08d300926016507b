//! Whether a message may be sent again: in its own place where it failed or nobody knows, as a reminder where it was sent.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use followup_domain::asking::missing::FieldPath;
use followup_domain::case::Case;
use followup_domain::ids::MessageId;
use followup_domain::message::{Delivery, Direction, Message, MessageHeader, MessageKind, MessageStatus};
use followup_domain::ports::StoreError;

use super::asked::asked_by;
use super::open_items::open_items;
use crate::errors::{MessageError, ResendError};
use crate::step::Step;

/// The message of which this one would remind when it is sent again. One that was sent stays what it is; one that failed is replaced, and
/// may have been a reminder itself.
pub(crate) fn reminds_of(message: &Message) -> Option<MessageId> {
    if message.status == Some(MessageStatus::Sent) { Some(message.id) } else { message.reminder_of }
}

/// What stands against sending this message again, whatever it says.
pub(crate) fn refuse_again(step: &mut Step<'_>, message: &Message, thread: &[MessageHeader]) -> Result<(), ResendError> {
    match message.status.ok_or(MessageError::Inbound)? {
        MessageStatus::Failed | MessageStatus::Uncertain => refuse_replaced(message, thread)?,
        MessageStatus::Sent => refuse_reminded(message, thread)?,
        status => return Err(MessageError::Illegal(status).into()),
    }
    let attempt = match message.attempt_id {
        Some(attempt_id) => step.tx.attempts().find(attempt_id)?,
        None => None,
    };
    match attempt.map(|attempt| attempt.status).filter(|status| status.wants_no_letter()) {
        Some(settled) => Err(ResendError::AttemptSettled(settled)),
        None => Ok(()),
    }
}

fn refuse_replaced(message: &Message, thread: &[MessageHeader]) -> Result<(), MessageError> {
    let replaces = |other: &MessageHeader| other.resend_of == Some(message.id) && other.status != Some(MessageStatus::Failed);
    if thread.iter().any(replaces) { Err(MessageError::Replaced) } else { Ok(()) }
}

/// One reminder of each message: the next one reminds of the reminder, so that a request that is made twice sends one.
fn refuse_reminded(message: &Message, thread: &[MessageHeader]) -> Result<(), MessageError> {
    let gone = |other: &MessageHeader| matches!(other.status, Some(MessageStatus::Failed | MessageStatus::Skipped));
    let reminder = thread.iter().rfind(|other| other.reminder_of == Some(message.id) && !gone(other));
    reminder.map_or(Ok(()), |reminder| Err(MessageError::Reminded(reminder.id)))
}

/// Whether something that a message asked for is missing still. One that asked for nothing of the catalogue has nothing that could have come in.
pub(crate) fn asks_still(step: &mut Step<'_>, message: &Message, case: &Case) -> Result<bool, StoreError> {
    let asked = asked_by(step, case, message.id)?;
    if asked.is_empty() {
        return Ok(true);
    }
    let open: BTreeSet<FieldPath> = open_items(step, case)?.into_iter().map(|item| item.path).collect();
    Ok(asked.iter().filter_map(|item| item.path_in(&case.record)).any(|path| open.contains(&path)))
}

/// When a message to the reporter left last.
pub(crate) fn last_left(thread: &[MessageHeader]) -> Option<DateTime<Utc>> {
    let left = |message: &&MessageHeader| {
        message.direction == Direction::Out
            && message.kind != MessageKind::Notification
            && message.delivery.is_some_and(Delivery::reached_the_transport)
    };
    thread.iter().filter(left).filter_map(|message| message.sent_at).max()
}
