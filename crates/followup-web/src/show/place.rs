//! The place of a row in its list, as an address carries it.

use chrono::DateTime;
use followup_domain::ports::LanePlace;

/// As an address carries it.
pub(crate) fn cursor(place: LanePlace) -> String {
    format!("{}.{}", place.since.timestamp_micros(), place.id)
}

/// What an address carries, if it is one.
pub(crate) fn place(text: &str) -> Option<LanePlace> {
    let (micros, id) = text.split_once('.')?;
    Some(LanePlace { since: DateTime::from_timestamp_micros(micros.parse().ok()?)?, id: id.parse().ok()? })
}
