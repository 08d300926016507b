//! A message that can still be taken back, wherever it is shown: the macro `undo` of parts.html.

use followup_domain::asking::draft::TAKEN_BACK_WITHIN;
use followup_domain::message::{Delivery, Message};
use serde::Serialize;

use super::when::{Reading, When};
use crate::pages::letter::undo_href;

/// How a message is taken back.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct UndoView {
    action: String,
    message: i64,
    /// When it leaves at the earliest; none once that is over and it waits still.
    until: Option<When>,
    /// So many seconds from now on.
    seconds: i64,
}

impl UndoView {
    /// Of a message that a person wrote and that waits in the queue; of no other.
    pub(crate) fn of(message: &Message, reading: Reading) -> Option<Self> {
        let waits = message.can_be_taken_back() && message.delivery == Some(Delivery::Queued);
        let case_id = message.case_id.filter(|_| waits)?;
        let at = message.created_at + TAKEN_BACK_WITHIN;
        let seconds = (at - reading.now).num_seconds();
        Some(Self {
            action: undo_href(case_id.0),
            message: message.id.0,
            until: (at > reading.now).then(|| reading.when(at)),
            seconds: seconds.max(1),
        })
    }
}
