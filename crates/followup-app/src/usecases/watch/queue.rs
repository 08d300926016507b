//! What waits to be sent, over all cases.

use std::collections::HashMap;

use followup_domain::ids::CaseId;
use followup_domain::ports::{CaseBrief, LanePlace, QueuedMessage, StoreError};

use crate::app::App;
use crate::facts::pages::cut;
use crate::step;

/// A message that waits to be sent, and its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InQueue {
    /// The message.
    pub message: QueuedMessage,
    /// Its case.
    pub case: CaseBrief,
}

/// A page of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its messages, by when each may go.
    pub items: Vec<InQueue>,
    /// How many wait on all pages.
    pub total: i64,
    /// After which message the next page begins; none when this is the last.
    pub next: Option<LanePlace>,
}

impl App {
    /// A page of the messages that wait to be sent.
    ///
    /// # Errors
    /// The store's.
    pub fn queue(&self, after: Option<LanePlace>, limit: i64) -> Result<Queue, StoreError> {
        step::read(self, |step| {
            let total = step.tx.health().queue(step.now)?.queued;
            // One more tells whether there is another page.
            let mut messages = step.tx.exports().queued(after, limit.saturating_add(1))?;
            let next = cut(&mut messages, limit, |last| LanePlace { since: last.not_before, id: last.id.0 });
            let ids: Vec<CaseId> = messages.iter().map(|message| message.case_id).collect();
            let briefs = step.tx.standings().list(&ids)?.into_iter();
            let cases: HashMap<CaseId, CaseBrief> = briefs.map(|brief| (brief.case_id, brief)).collect();
            let item = |message: QueuedMessage| Some(InQueue { case: cases.get(&message.case_id)?.clone(), message });
            Ok(Queue { items: messages.into_iter().filter_map(item).collect(), total, next })
        })
    }
}
