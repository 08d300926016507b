//! A person accepts the sender of a flagged reply.

use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Classification, MatchKind, Message};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::MessageError;
use crate::facts::lookup::{locked_message, stored_message};
use crate::facts::mail_hits::Answered;
use crate::moves::message as messages;
use crate::transaction;

impl App {
    /// A person accepts the sender of a flagged reply: it counts from now on.
    ///
    /// # Errors
    /// [`MessageError`]; nothing is changed then.
    pub fn confirm_sender(&self, actor: &Actor, case_id: CaseId, id: MessageId) -> Result<Message, MessageError> {
        transaction::write(self, actor, |step| {
            let (case, message) = locked_message(step, case_id, id)?;
            if !messages::confirm(step, case_id, id)? {
                return Err(MessageError::NotFlagged);
            }
            if message.classification == Some(Classification::Human) {
                let named = message.case_match.is_some_and(|found| found.kind != MatchKind::References);
                let answers = message.parent_id.map(|message_id| Answered { message_id, named });
                follow(step, Event::SenderConfirmed(&case, &message, answers))?;
            }
            stored_message(step, id)
        })
    }
}
