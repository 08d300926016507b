//! Boundaries that also stand in the middle of a line. mail-parser 0.11 ends a part there; RFC 2046 §5.1.1 does so only where one
//! begins a line. Such a boundary gets another name, where it is declared and where it really divides, so that no byte of a part changes.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use memchr::memmem;

use super::{Edit, edited, starts_ignoring_case};

/// So many boundaries of one mail are looked at; each costs one search through it.
const MOST_BOUNDARIES: usize = 16;
/// RFC 2046 allows 70 characters; some programs write more.
const LONGEST: usize = 200;

/// The mail with those of its boundaries renamed that do not only divide.
pub(super) fn mended(raw: &[u8]) -> Cow<'_, [u8]> {
    let mut boundaries: Vec<(&[u8], Vec<Range<usize>>)> = Vec::new();
    for (name, range) in declared(raw) {
        let has_room = boundaries.len() < MOST_BOUNDARIES;
        match boundaries.iter_mut().find(|(known, _)| *known == name) {
            Some((_, ranges)) => ranges.push(range),
            None if has_room => boundaries.push((name, vec![range])),
            None => {}
        }
    }
    // One boundary may be the beginning of another one: then the first edit counts.
    let mut edits: Vec<Edit> = Vec::new();
    for (number, (name, ranges)) in boundaries.iter().enumerate() {
        if let Some(delimiters) = delimiters_among_others(raw, name)
            && let Some(fresh) = fresh_name(raw, number)
        {
            edits.extend(delimiters.into_iter().chain(ranges.iter().cloned()).map(|range| Edit { range, bytes: fresh.clone() }));
        }
    }
    edited(raw, edits)
}

/// The boundaries that the mail declares.
pub(crate) fn names(raw: &[u8]) -> HashSet<&[u8]> {
    declared(raw).into_iter().map(|(name, _)| name).collect()
}

/// The boundaries that Content-Type fields declare, and where.
fn declared(raw: &[u8]) -> Vec<(&[u8], Range<usize>)> {
    const PARAMETER: &[u8] = b"boundary=";
    let mut found = Vec::new();
    let (mut position, mut is_content_type) = (0, false);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        is_content_type = is_folded && is_content_type || starts_ignoring_case(line, b"content-type:");
        if is_content_type && line.len() < 4096 {
            let at = line.windows(PARAMETER.len()).position(|window| window.eq_ignore_ascii_case(PARAMETER));
            if let Some(range) = at.map(|at| value(line, at + PARAMETER.len())).filter(|range| !range.is_empty() && range.len() <= LONGEST)
            {
                found.push((&line[range.clone()], position + range.start..position + range.end));
            }
        }
        position += line.len();
    }
    found
}

fn value(line: &[u8], start: usize) -> Range<usize> {
    let (start, ends): (usize, &[u8]) = match line.get(start) {
        Some(b'"') => (start + 1, b"\"\r\n"),
        _ => (start, b"; \t\r\n"),
    };
    let length = line[start..].iter().position(|byte| ends.contains(byte)).unwrap_or(line.len() - start);
    start..start + length
}

/// Where the name stands in lines that divide parts; none if it stands, behind two dashes, nowhere else.
fn delimiters_among_others(raw: &[u8], name: &[u8]) -> Option<Vec<Range<usize>>> {
    let delimiter = [b"--", name].concat();
    let mut delimiters = Vec::new();
    let mut has_others = false;
    for start in memmem::find_iter(raw, &delimiter) {
        let end = start + delimiter.len();
        let begins_line = start == 0 || raw[start - 1] == b'\n';
        let divides = begins_line && (raw.get(end).is_none_or(u8::is_ascii_whitespace) || raw[end..].starts_with(b"--"));
        has_others |= !divides;
        if divides {
            delimiters.push(start + 2..end);
        }
    }
    has_others.then_some(delimiters)
}

/// A name that the mail does not have yet.
fn fresh_name(raw: &[u8], number: usize) -> Option<Vec<u8>> {
    (0..8).map(|trial| format!("=_part_{number}_{trial}_divides").into_bytes()).find(|name| memmem::find(raw, name).is_none())
}
