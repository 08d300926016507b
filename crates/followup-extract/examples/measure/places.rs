//! Ages, sexes and dates in clinical texts, by their places.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context as _, Result};
use chrono::{TimeZone, Utc};
use followup_extract::{Context, Mention, mentions};
use serde_json::Value;

const KINDS: [(&str, Mention); 3] = [("age", Mention::Age), ("sex", Mention::Sex), ("date", Mention::Date)];

/// How many of the places are found, and how many of those found are right.
pub(crate) fn measure(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let sent_at = Utc.with_ymd_and_hms(2019, 1, 1, 12, 0, 0).single().context("a date")?;
    let context = Context::at(sent_at, chrono_tz::Europe::Madrid);
    let mut counts = [[0_usize; 4]; 3];
    for line in text.lines() {
        let row: Value = serde_json::from_str(line)?;
        let document = row["text"].as_str().context("text")?;
        let found = mentions(document, &context);
        for ((kind, mention), count) in KINDS.iter().zip(&mut counts) {
            let expected: Vec<Range<usize>> = places(&row, document, kind);
            let found: Vec<&Range<usize>> = found.iter().filter(|(known, _)| known == mention).map(|(_, place)| place).collect();
            let meet = |one: &Range<usize>, other: &Range<usize>| one.start < other.end && other.start < one.end;
            count[0] += found.len();
            count[1] += found.iter().filter(|place| expected.iter().any(|other| meet(place, other))).count();
            count[2] += expected.len();
            count[3] += expected.iter().filter(|place| found.iter().any(|other| meet(place, other))).count();
        }
    }
    let mut told = format!("{:<34} {:>9} {:>9} {:>9} {:>9}\n", "clinical texts", "found", "precision", "expected", "recall");
    for ((kind, _), [found, right, expected, hit]) in KINDS.iter().zip(counts) {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        _ = writeln!(told, "{kind:<34} {found:>9} {:>8.1}% {expected:>9} {:>8.1}%", share(right, found), share(hit, expected));
    }
    Ok(told)
}

/// The places of a kind, in bytes; the rows count characters.
fn places(row: &Value, document: &str, kind: &str) -> Vec<Range<usize>> {
    let offsets: Vec<usize> = document.char_indices().map(|(at, _)| at).chain([document.len()]).collect();
    let at = |place: &Value| place.as_u64().and_then(|at| offsets.get(usize::try_from(at).ok()?)).copied();
    let entries = row["expected"].as_array().into_iter().flatten().filter(|entry| entry["kind"] == kind);
    entries.filter_map(|entry| Some(at(&entry["start"])?..at(&entry["end"])?)).collect()
}
