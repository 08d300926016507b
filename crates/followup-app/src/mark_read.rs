//! Somebody of the unit has read the thread.

use followup_domain::audit::{Actor, AuditFacts, facts};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::StoreExt;

use crate::audit_facts::case_entry;
use crate::errors::NotFoundOr;
use crate::queries::is_in_thread;
use crate::service::Followup;

impl Followup {
    /// Marks the thread as read by a user up to a message of it; the unread counter goes down for everybody. Reading answers nothing:
    /// the clock of a reply goes on. Where nothing was unread, the audit trail has nothing to tell.
    ///
    /// # Errors
    /// The case, or the message in its thread, does not exist.
    pub fn mark_read(&self, actor: &Actor, case_id: CaseId, up_to: MessageId) -> Result<(), NotFoundOr> {
        let now = self.now();
        let username = match actor {
            Actor::User { username, .. } => username.as_str(),
            Actor::Service(name) => name,
        };
        self.store.write(|tx| {
            tx.cases().find_for_update(case_id)?.ok_or(NotFoundOr::NotFound)?;
            tx.messages().find(up_to)?.filter(|message| is_in_thread(message, case_id)).ok_or(NotFoundOr::MessageNotFound)?;
            let unread = tx.messages().count_unread(case_id)?;
            tx.messages().mark_read(case_id, username, up_to, now)?;
            if tx.messages().count_unread(case_id)? == unread {
                return Ok(());
            }
            tx.audit().append(&case_entry(case_id, actor, now, "thread.read", AuditFacts::new(), facts([("up_to", up_to.0.into())])))?;
            Ok(())
        })
    }
}
