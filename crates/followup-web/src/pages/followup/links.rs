//! Links to messages of the thread: on the page, or on the one that shows them.

use std::collections::HashSet;

use followup_domain::ids::{CaseId, MessageId};
use serde::Serialize;

use crate::show::brief::message_href;

/// A link to a message.
#[derive(Debug, Clone, Serialize)]
pub(super) struct MessageLink {
    id: i64,
    href: String,
}

/// Which messages a page shows.
pub(super) struct Here {
    pub(super) case_id: CaseId,
    pub(super) shown: HashSet<MessageId>,
}

impl Here {
    /// Where a message stands.
    pub(super) fn link(&self, id: MessageId) -> MessageLink {
        let href = if self.shown.contains(&id) { format!("#m{id}") } else { message_href(self.case_id, id, None) };
        MessageLink { id: id.0, href }
    }
}
