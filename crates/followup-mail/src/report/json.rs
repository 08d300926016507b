//! Reports in JSON, as services mail or post them (Amazon SNS): the names of their members stand for the fields of RFC 3464.

use super::Sighting;
use super::address::{self, Known};

/// Members that begin what is said of a recipient.
const ADDRESS: &str = "emailaddress";

/// The recipients of a JSON text; none if it is none. The members are looked for, not parsed: relays break lines in the middle.
pub(super) fn sightings(text: &str, known: &Known) -> Vec<Sighting> {
    if !text.trim_start().starts_with('{') || !text.to_ascii_lowercase().contains(ADDRESS) {
        return Vec::new();
    }
    // A text inside a text has its quotes escaped; a relay breaks long lines by "!" and a blank.
    let flat = text.replace("!\n ", "").replace('\n', " ").replace("\\\"", "\"");
    let mut sightings: Vec<Sighting> = Vec::new();
    for (name, value) in members(&flat) {
        match (name.to_ascii_lowercase().as_str(), sightings.last_mut()) {
            (ADDRESS, _) => sightings.extend(address::of_field(value).map(|address| Sighting { address, ..Sighting::default() })),
            ("status", Some(last)) if last.status.is_none() => last.status = Some(value.to_owned()),
            ("diagnosticcode", Some(last)) if last.diagnostic.is_none() => last.diagnostic = Some(value.to_owned()),
            _ => {}
        }
    }
    sightings.retain(|sighting| !known.is_never(&sighting.address));
    sightings
}

/// `"name" : "value"`, wherever it stands.
fn members(text: &str) -> Vec<(&str, &str)> {
    let quoted: Vec<&str> = text.split('"').collect();
    let is_colon = |between: &&str| between.trim() == ":";
    quoted.windows(3).filter(|window| is_colon(&window[1])).map(|window| (window[0], window[2])).collect()
}
