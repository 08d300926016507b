//! What needs a person, over all cases, lane by lane.

use chrono::{DateTime, Utc};

use super::{CaseBrief, StoreError};
use crate::asking::lanes::{Ask, Lane};

/// The place of a row in its lane: what comes after it is later, or as late with a greater number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LanePlace {
    /// Since when it stands there (UTC).
    pub since: DateTime<Utc>,
    /// The number of what it is about.
    pub id: i64,
}

/// Who looks at what needs a person, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Onlooker<'a> {
    /// Whose reading counts: what he has read is not new to him. Nobody has an empty name.
    pub reader: &'a str,
    /// When (UTC).
    pub now: DateTime<Utc>,
}

/// A row of a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneItem {
    /// Its place; the number is that of what the lane's rows are about ([`crate::asking::lanes::Item`]).
    pub place: LanePlace,
    /// What is asked of a person.
    pub ask: Ask,
    /// Its case; none for mail that has none.
    pub case: Option<CaseBrief>,
    /// By when what is asked is to be done (UTC), where that is known.
    pub due_at: Option<DateTime<Utc>>,
}

/// What needs a person. Costs are those of what waits, not of what was ever stored.
pub trait WorklistRepository {
    /// How many rows a lane has for whoever looks.
    fn count(&mut self, lane: Lane, who: Onlooker<'_>) -> Result<i64, StoreError>;

    /// Rows of a lane, the oldest first, after `after`; at most `limit`.
    fn list(&mut self, lane: Lane, who: Onlooker<'_>, after: Option<LanePlace>, limit: i64) -> Result<Vec<LaneItem>, StoreError>;
}
