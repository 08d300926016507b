//! Header fields that the library misreads: old zones of dates, bytes in no declared charset, encoded words that are torn, cut or wrongly
//! labelled.

use std::borrow::Cow;
use std::ops::Range;

use super::{Edit, boundaries, edited, encoded_words};
use crate::charset::guessed;

/// The mail with sound header fields, those of its parts too.
pub(super) fn mended(raw: &[u8]) -> Cow<'_, [u8]> {
    let divisions = boundaries::names(raw);
    let mut edits = Vec::new();
    let mut field: Option<Range<usize>> = None;
    let (mut place, mut in_header, mut in_top) = (0, true, true);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let trimmed = line.trim_ascii_end();
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if field.is_some() && (trimmed.is_empty() || !is_folded) {
            edits.extend(field.take().and_then(|range| mended_field(raw, range, in_top)));
        }
        if trimmed.is_empty() {
            (in_header, in_top) = (false, false);
        } else if !in_header {
            in_header = trimmed.strip_prefix(b"--").is_some_and(|name| divisions.contains(name));
        } else {
            let end = place + line.len();
            field = Some(field.map_or(place, |field| field.start)..end);
        }
        place += line.len();
    }
    edits.extend(field.and_then(|range| mended_field(raw, range, in_top)));
    edited(raw, edits)
}

fn mended_field(raw: &[u8], range: Range<usize>, in_top: bool) -> Option<Edit> {
    let field = &raw[range.clone()];
    if is_of_a_server(field) {
        return None;
    }
    let bytes = in_top.then(|| with_zone(field)).flatten();
    let bytes = bytes.or_else(|| {
        let text = std::str::from_utf8(field);
        match memchr::memmem::find(field, b"=?") {
            Some(_) => encoded_words::mended(field),
            None => text.is_err().then(|| guessed(field).into_owned().into_bytes()),
        }
    });
    bytes.map(|bytes| Edit { range, bytes })
}

/// What the receiving server writes of the sender (RFC 8601) is believed as it stands: it repeats words of the sender's, and half of an encoded
/// word on either side of `dmarc=fail` would take it in.
fn is_of_a_server(field: &[u8]) -> bool {
    const NAME: &[u8] = b"authentication-results";
    let name = field.split(|byte| *byte == b':').next().unwrap_or_default();
    name.trim_ascii_end().eq_ignore_ascii_case(NAME)
}

/// A date with `+0000` in place of a zone of one or two letters ("UT", "Z"): behind one, mail-parser 0.11 takes the end of the line for a
/// part of the zone and loses the next header field.
fn with_zone(field: &[u8]) -> Option<Vec<u8>> {
    let trimmed = field.trim_ascii_end();
    let zone = trimmed.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let is_date = || trimmed.split(|byte| *byte == b':').next().is_some_and(|name| name.to_ascii_lowercase().ends_with(b"date"));
    let is_short = (1..=2).contains(&zone) && is_date();
    is_short.then(|| [&trimmed[..trimmed.len() - zone], b"+0000", &field[trimmed.len()..]].concat())
}
