//! A person says to which case a mail of the unassigned tray belongs.

use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Classification, Message};
use followup_domain::ports::Assignment;

use crate::app::App;
use crate::consequences::{Event, Reply, follow};
use crate::errors::{MessageError, TrayError};
use crate::facts::letters::last_letter;
use crate::facts::lookup::{in_tray, locked_message};
use crate::facts::mail_hits::Answered;
use crate::facts::reading::reading_of_reply;
use crate::facts::repeats::is_repeated;
use crate::moves::{message as messages, tray};
use crate::runs::understanding::read_stored;
use crate::step::Step;
use crate::transaction;

/// To which case a mail is given, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssignRequest {
    /// The case.
    pub case_id: CaseId,
    /// The message of the case that it answers; without one, a person's mail answers the last letter that left before it came.
    pub parent_id: Option<MessageId>,
    /// Whether it counts as the reporter's; otherwise it waits for a person to confirm its sender.
    pub confirm: bool,
}

impl App {
    /// A mail of the tray, set aside or not, joins a case's thread at the instant of its arrival. A person's mail has all the effects
    /// of a reply there, a bounce for which a letter is named those of one; any other stands in the thread and changes nothing. To
    /// assign it to the same case again changes nothing.
    ///
    /// # Errors
    /// [`TrayError`]; nothing is changed then.
    pub fn assign_mail(&self, actor: &Actor, id: MessageId, request: &AssignRequest) -> Result<Message, TrayError> {
        let parsed = read_stored(self, id)?;
        transaction::write(self, actor, |step| {
            let case = step.tx.cases().find_for_update(request.case_id)?.ok_or(TrayError::CaseNotFound)?;
            let mail = match in_tray(step, id) {
                Err(TrayError::Assigned(known)) if known == case.id => return step.tx.messages().find(id)?.ok_or(TrayError::NotFound),
                mail => mail?.mail,
            };
            let is_humans = mail.classification == Some(Classification::Human);
            let parent_id = match request.parent_id {
                Some(parent_id) => Some(parent_of(step, &mail, case.id, parent_id)?),
                None if is_humans => last_letter(step, case.id, mail.created_at)?,
                None => None,
            };
            let is_repeated = is_repeated(step, &mail, case.id)?;
            let assignment = Assignment { case_id: case.id, parent_id, confirmed: request.confirm, is_repeated };
            if !tray::assign(step, &mail, assignment)? {
                in_tray(step, id)?;
                return Err(TrayError::NotFound);
            }
            if let Some(parent_id) = parent_id
                && let Some(reading) = reading_of_reply(step, (&mail, parsed.as_ref()), parent_id)?
            {
                messages::keep_reading(step, id, &reading)?;
            }
            if is_humans && !is_repeated {
                let named = request.parent_id.is_some();
                let reply = Reply { id, answers: parent_id.map(|message_id| Answered { message_id, named }) };
                let event = if request.confirm { Event::ReplyCounted(&case, reply) } else { Event::ReplyFlagged(&case, reply) };
                follow(step, event)?;
            }
            if let Some(letter) = request.parent_id {
                follow(step, Event::ReportNamed(&case, (&mail, parsed.as_ref()), letter))?;
            }
            step.tx.messages().find(id)?.ok_or(TrayError::NotFound)
        })
    }
}

fn parent_of(step: &mut Step<'_>, mail: &Message, case_id: CaseId, parent_id: MessageId) -> Result<MessageId, TrayError> {
    let (_, parent) = locked_message(step, case_id, parent_id).map_err(|error| match error {
        MessageError::Store(error) => TrayError::Store(error),
        _ => TrayError::ParentNotFound,
    })?;
    if (parent.created_at, parent.id) >= (mail.created_at, mail.id) {
        return Err(TrayError::ParentNotEarlier);
    }
    Ok(parent_id)
}
