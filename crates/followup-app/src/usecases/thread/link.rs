//! A person says which message of the case another one answers, or corrects that.

use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Direction, Message};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::MessageError;
use crate::facts::lookup::{locked_message, stored_message};
use crate::facts::mail_hits::Answered;
use crate::facts::reading::reading_of_reply;
use crate::facts::reports::is_report;
use crate::moves::message as messages;
use crate::runs::understanding::read_stored;
use crate::transaction;

impl App {
    /// A person says which message of the case one that came in answers. In place of the one that it was taken to answer, if it was: that waits
    /// again, unless something else answers it. To say the same again changes nothing. What a report says of a letter had its effects, and
    /// stays with it.
    ///
    /// # Errors
    /// [`MessageError`]; nothing is changed then.
    pub fn link_message(&self, actor: &Actor, case_id: CaseId, id: MessageId, parent_id: MessageId) -> Result<Message, MessageError> {
        let parsed = read_stored(self, id)?;
        transaction::write(self, actor, |step| {
            let (case, message) = locked_message(step, case_id, id)?;
            let (_, parent) = locked_message(step, case_id, parent_id)?;
            if message.direction == Direction::Out {
                return Err(MessageError::Outbound);
            }
            if message.parent_id == Some(parent_id) {
                return Ok(message);
            }
            if message.parent_id.is_some() && message.classification.is_some_and(is_report) {
                return Err(MessageError::Linked);
            }
            // An answer comes after what it answers, so no circle can arise.
            if (parent.created_at, parent.id) >= (message.created_at, message.id) {
                return Err(MessageError::NotEarlier);
            }
            if !messages::link(step, &message, parent_id)? {
                return Err(MessageError::NotFound);
            }
            if let Some(reading) = reading_of_reply(step, (&message, parsed.as_ref()), parent_id)? {
                messages::keep_reading(step, id, &reading)?;
            }
            if message.is_human_reply() {
                follow(step, Event::ReplyLinked(&message, Answered { message_id: parent_id, named: true }))?;
            }
            follow(step, Event::ReportNamed(&case, (&message, parsed.as_ref()), parent_id))?;
            stored_message(step, id)
        })
    }
}
