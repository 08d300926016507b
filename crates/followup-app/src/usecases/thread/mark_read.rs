//! Somebody of the unit has read the thread, or decides about what he has read there.

use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, MessageId};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::NotFoundOr;
use crate::facts::lookup::is_in_thread;
use crate::moves::message as messages;
use crate::step::Step;
use crate::transaction;

impl App {
    /// Marks the thread as read by a user up to a message of it: its answers are not new to him any more. To the others they are, and they go on
    /// waiting for a decision. Where nothing was new, the audit trail has nothing to tell.
    ///
    /// # Errors
    /// The case, or the message in its thread, does not exist.
    pub fn mark_read(&self, actor: &Actor, case_id: CaseId, up_to: MessageId) -> Result<(), NotFoundOr> {
        transaction::write(self, actor, |step| read_up_to(step, case_id, up_to))
    }

    /// A person says that nothing more is to be done about the answers up to a message: they wait no more, for nobody. What they held may go on
    /// by itself ([`followup_domain::policy::FollowupPolicy::resume_after`]); the clock of a reply goes on, for this answers nothing.
    ///
    /// # Errors
    /// The case, or the message in its thread, does not exist.
    pub fn attend_answers(&self, actor: &Actor, case_id: CaseId, up_to: MessageId) -> Result<(), NotFoundOr> {
        transaction::write(self, actor, |step| {
            read_up_to(step, case_id, up_to)?;
            let case = step.tx.cases().find(case_id)?.ok_or(NotFoundOr::NotFound)?;
            Ok(follow(step, Event::Decided(&case))?)
        })
    }
}

fn read_up_to(step: &mut Step<'_>, case_id: CaseId, up_to: MessageId) -> Result<(), NotFoundOr> {
    step.tx.cases().find_for_update(case_id)?.ok_or(NotFoundOr::NotFound)?;
    let message = step.tx.messages().find(up_to)?.filter(|message| is_in_thread(message, case_id));
    message.ok_or(NotFoundOr::MessageNotFound)?;
    messages::mark_read(step, case_id, up_to)?;
    Ok(())
}
