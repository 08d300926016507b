//! What needs a person, lane by lane.

use std::collections::HashMap;

use followup_domain::asking::lanes::{Item, Lane};
use followup_domain::ids::MessageId;
use followup_domain::ports::{Badge, LaneItem, LanePlace, MessageView, Onlooker, StoreError};

use crate::app::App;
use crate::facts::pages::cut;
use crate::step::{self, Step};

/// A page of a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worklist {
    /// The lane.
    pub lane: Lane,
    /// Its rows, the oldest first.
    pub items: Vec<LaneItem>,
    /// After which row the next page begins; none when this is the last.
    pub next: Option<LanePlace>,
    /// How many rows each lane has.
    pub counts: Badge,
}

impl App {
    /// A page of a lane, and how many rows each lane has, as a reader sees them: one consistent view.
    ///
    /// # Errors
    /// The store's.
    pub fn worklist(&self, reader: &str, lane: Lane, after: Option<LanePlace>, limit: i64) -> Result<Worklist, StoreError> {
        step::read(self, |step| page(step, reader, lane, after, limit))
    }

    /// The same with the messages that the rows are about, by number; none for a lane whose rows are about something else.
    ///
    /// # Errors
    /// The store's.
    pub fn worklist_messages(
        &self,
        reader: &str,
        lane: Lane,
        after: Option<LanePlace>,
        limit: i64,
    ) -> Result<(Worklist, HashMap<MessageId, MessageView>), StoreError> {
        step::read(self, |step| {
            let list = page(step, reader, lane, after, limit)?;
            let messages = if lane.row().item == Item::Message { messages_of(step, &list.items)? } else { HashMap::new() };
            Ok((list, messages))
        })
    }
}

fn page(step: &mut Step<'_>, reader: &str, lane: Lane, after: Option<LanePlace>, limit: i64) -> Result<Worklist, StoreError> {
    let who = Onlooker { reader, now: step.now };
    let counts = step.tx.trays().badge(who)?;
    // One more tells whether there is another page.
    let mut items = step.tx.worklist().list(lane, who, after, limit.saturating_add(1))?;
    let next = cut(&mut items, limit, |last| last.place);
    Ok(Worklist { lane, items, next, counts })
}

fn messages_of(step: &mut Step<'_>, items: &[LaneItem]) -> Result<HashMap<MessageId, MessageView>, StoreError> {
    let ids: Vec<MessageId> = items.iter().map(|item| MessageId(item.place.id)).collect();
    let mut messages = HashMap::new();
    for id in &ids {
        if let Some(message) = step.tx.messages().find(*id)? {
            messages.insert(*id, MessageView::of(message));
        }
    }
    for (id, flag) in step.tx.readings().flags(&ids)? {
        if let Some(view) = messages.get_mut(&id) {
            view.flags.push(flag);
        }
    }
    Ok(messages)
}
