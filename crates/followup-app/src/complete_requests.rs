//! When every field that a message asked for is answered or documented, the message and its attempt complete themselves.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use followup_domain::asking::missing::FieldPath;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::case::Case;
use followup_domain::message::MessageStatus;
use followup_domain::ports::{StoreError, Tx, Updated};

use crate::service::Followup;

impl Followup {
    /// Looks at the open requests of a case that a person has just changed; the case is locked.
    pub(crate) fn complete_requests(&self, tx: &mut dyn Tx, case: &Case, now: DateTime<Utc>) -> Result<(), StoreError> {
        let requests = tx.messages().list_open_requests(case.id)?;
        if requests.is_empty() && case.awaiting_since.is_none() {
            return Ok(());
        }
        let open: BTreeSet<FieldPath> = self.open_items(tx, case)?.into_iter().map(|item| item.path).collect();
        // Nothing is waited for any more, however it came in.
        if open.is_empty() {
            self.settle_waiting(tx, case.id, now)?;
        }
        let asked = tx.requests().asked(case.id)?;
        for message in requests {
            let mut paths = asked.iter().filter(|asked| asked.message_id == message.id).map(|asked| &asked.item.path).peekable();
            if paths.peek().is_none() || paths.any(|path| open.contains(path)) {
                continue;
            }
            let Some(from) = message.status else { continue };
            if from.may_become(MessageStatus::Completed)
                && tx.messages().update_status(message.id, from, MessageStatus::Completed, now)? == Updated::Yes
            {
                self.audit_status(
                    tx,
                    &self.itself(),
                    &message,
                    from,
                    MessageStatus::Completed,
                    Some("todo lo solicitado está completo"),
                    now,
                )?;
                self.move_attempt_of(tx, &message, AttemptStatus::Completed, Some("todo lo solicitado está completo"), now)?;
            }
        }
        self.refresh_awaiting(tx, case.id)
    }
}
