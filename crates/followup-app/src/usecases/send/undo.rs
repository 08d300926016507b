//! A person takes a message back that has not left yet.

use followup_domain::asking::reason::{Because, Why};
use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Direction, MessageKind, MessageStatus};

use crate::app::App;
use crate::errors::UndoError;
use crate::facts::lookup::locked_message;
use crate::moves::{draft as drafts, queue};
use crate::transaction;

/// A message that was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone {
    /// By which channel it was to go.
    pub channel: Channel,
    /// Its draft is written on. It is not where another was begun meanwhile; what the message says stands in the thread all the same.
    pub is_restored: bool,
}

impl App {
    /// Takes a person's message out of the queue while nobody has begun to hand it over, and makes it the draft again that it was. Twice is once.
    ///
    /// # Errors
    /// [`UndoError`].
    pub fn undo_message(&self, actor: &Actor, case_id: CaseId, id: MessageId) -> Result<Undone, UndoError> {
        transaction::write(self, actor, |step| {
            let (_, message) = locked_message(step, case_id, id)?;
            if message.direction != Direction::Out || message.kind != MessageKind::Manual {
                return Err(UndoError::NotByHand);
            }
            let (why, channel) = (Why::from(Because::Undone), message.channel);
            if message.status == Some(MessageStatus::Skipped) && message.error.as_deref() == Some(why.stored().as_str()) {
                return Ok(Undone { channel, is_restored: true });
            }
            if !queue::skip(step, case_id, id, &why)? {
                return Err(UndoError::Left);
            }
            let is_restored = match step.tx.drafts().find_sent(id)? {
                Some(sent) => drafts::restore(step, sent)?.is_some(),
                None => false,
            };
            Ok(Undone { channel, is_restored })
        })
    }
}
