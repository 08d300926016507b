//! Somebody of the unit has read the thread.

use followup_domain::audit::Actor;
use followup_domain::ids::{CaseId, MessageId};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::NotFoundOr;
use crate::facts::lookup::is_in_thread;
use crate::moves::message as messages;
use crate::transaction;

impl App {
    /// Marks the thread as read by a user up to a message of it; the unread counter goes down for everybody. Reading answers nothing:
    /// the clock of a reply goes on. Where nothing was unread, the audit trail has nothing to tell. What the answer held may go on by itself
    /// ([`followup_domain::policy::FollowupPolicy::resume_after`]).
    ///
    /// # Errors
    /// The case, or the message in its thread, does not exist.
    pub fn mark_read(&self, actor: &Actor, case_id: CaseId, up_to: MessageId) -> Result<(), NotFoundOr> {
        transaction::write(self, actor, |step| {
            let case = step.tx.cases().find_for_update(case_id)?.ok_or(NotFoundOr::NotFound)?;
            let message = step.tx.messages().find(up_to)?.filter(|message| is_in_thread(message, case_id));
            message.ok_or(NotFoundOr::MessageNotFound)?;
            if messages::mark_read(step, case_id, up_to)? {
                follow(step, Event::ThreadRead(&case))?;
            }
            Ok(())
        })
    }
}
