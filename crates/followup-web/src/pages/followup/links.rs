//! Links to messages of the thread: on the page, or on the one that shows them.

use std::collections::HashSet;

use followup_domain::ids::MessageId;
use serde::Serialize;

/// A link to a message.
#[derive(Debug, Clone, Serialize)]
pub(super) struct MessageLink {
    id: i64,
    href: String,
}

/// Which messages a page shows.
pub(super) struct Here<'a> {
    pub(super) followup: &'a str,
    pub(super) shown: HashSet<MessageId>,
}

impl Here<'_> {
    /// Where a message stands.
    pub(super) fn link(&self, id: MessageId) -> MessageLink {
        let href = match self.shown.contains(&id) {
            true => format!("#m{id}"),
            false => format!("{}?antes={}#m{id}", self.followup, id.0 + 1),
        };
        MessageLink { id: id.0, href }
    }
}
