//! What needs a person, lane by lane.

use followup_domain::asking::lanes::Lane;
use followup_domain::ports::{Badge, LaneItem, LanePlace, Onlooker, StoreError};

use crate::app::App;
use crate::facts::pages::cut;
use crate::step;

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
        step::read(self, |step| {
            let who = Onlooker { reader, now: step.now };
            let counts = step.tx.trays().badge(who)?;
            // One more tells whether there is another page.
            let mut items = step.tx.worklist().list(lane, who, after, limit.saturating_add(1))?;
            let next = cut(&mut items, limit, |last| last.place);
            Ok(Worklist { lane, items, next, counts })
        })
    }
}
