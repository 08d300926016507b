//! Which letter an answer without headers answers.

use chrono::{DateTime, Utc};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Direction, Message, MessageKind};
use followup_domain::ports::{StoreError, Tx};

use crate::service::Followup;

impl Followup {
    /// The last letter of a case that the transport took before an instant.
    pub(crate) fn last_letter(&self, tx: &mut dyn Tx, case_id: CaseId, before: DateTime<Utc>) -> Result<Option<MessageId>, StoreError> {
        let thread = tx.messages().thread(case_id)?;
        let is_letter = |message: &&Message| {
            message.direction == Direction::Out && message.channel == Channel::Email && message.kind != MessageKind::Notification
        };
        let left = thread.iter().filter(is_letter).filter_map(|message| Some((message.sent_at.filter(|at| *at <= before)?, message.id)));
        Ok(left.max().map(|(_, id)| id))
    }
}
