//! A person takes a message back that has not left yet.

use followup_domain::asking::draft::DraftKey;
use followup_domain::asking::reason::{Because, Why};
use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Message, MessageStatus};
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::errors::UndoError;
use crate::facts::lookup::locked_message;
use crate::moves::{draft as drafts, queue};
use crate::step::Step;
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
            if !message.can_be_taken_back() {
                return Err(UndoError::NotByHand);
            }
            let (why, channel) = (Why::from(Because::Undone), message.channel);
            if message.status == Some(MessageStatus::Skipped) && message.error.as_deref() == Some(why.stored().as_str()) {
                return Ok(Undone { channel, is_restored: is_written_on(step, &message)? });
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

/// Whether the text of a message that was taken back is what whoever asks is writing.
fn is_written_on(step: &mut Step<'_>, message: &Message) -> Result<bool, StoreError> {
    let (Some(case_id), Actor::User { username, .. }) = (message.case_id, step.actor) else { return Ok(false) };
    let key = DraftKey { case_id, username: username.clone(), channel: message.channel };
    let draft = step.tx.drafts().find(&key)?;
    Ok(draft.is_some_and(|draft| draft.is_open() && draft.text.body.trim() == message.content.body.trim()))
}
