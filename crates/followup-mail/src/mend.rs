//! Mails as programs and gateways leave them, made such that the MIME library reads all of them. Each step changes bytes only where
//! something is broken, so a sound mail passes through as it is.

mod base64_body;
mod ber;
pub(crate) mod boundaries;
mod encoded_words;
mod fields;
mod header_lines;
mod line_ends;
mod parts;
mod smime;
mod structure;

use std::borrow::Cow;
use std::ops::Range;

use followup_domain::message::MailFlag;

pub(crate) use encoded_words::decoded as decoded_words;
pub(crate) use smime::is_pgp_armour;

/// A mail fit for the library, and what was learnt on the way.
pub(crate) struct Mended<'a> {
    pub(crate) raw: Cow<'a, [u8]>,
    /// What people should know of it.
    pub(crate) flags: Vec<MailFlag>,
}

/// Line ends, signed content, structure, boundaries and header fields, in this order.
pub(crate) fn mended(raw: &[u8]) -> Mended<'_> {
    let mut flags = Vec::new();
    let mut raw = line_ends::mended(raw);
    let mut parts = parts::parts(&raw);
    if let Some(unwrapped) = smime::unwrapped(&raw, &parts, &mut flags) {
        parts = parts::parts(&unwrapped);
        raw = Cow::Owned(unwrapped);
    }
    raw = changed_by(structure::mended(&raw, parts)).map_or(raw, Cow::Owned);
    raw = changed_by(boundaries::mended(&raw)).map_or(raw, Cow::Owned);
    raw = changed_by(header_lines::mended(&raw)).map_or(raw, Cow::Owned);
    Mended { raw, flags }
}

/// What a step changed.
fn changed_by(step: Cow<'_, [u8]>) -> Option<Vec<u8>> {
    match step {
        Cow::Owned(changed) => Some(changed),
        Cow::Borrowed(_) => None,
    }
}

/// Bytes to put in place of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    range: Range<usize>,
    bytes: Vec<u8>,
}

/// The bytes with the edits made; of edits that overlap the first counts.
fn edited(raw: &[u8], mut edits: Vec<Edit>) -> Cow<'_, [u8]> {
    if edits.is_empty() {
        return Cow::Borrowed(raw);
    }
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut changed = Vec::with_capacity(raw.len() + edits.iter().map(|edit| edit.bytes.len()).sum::<usize>());
    let mut done = 0;
    for Edit { range, bytes } in edits {
        if range.start >= done {
            changed.extend_from_slice(&raw[done..range.start]);
            changed.extend_from_slice(&bytes);
            done = range.end;
        }
    }
    changed.extend_from_slice(&raw[done..]);
    Cow::Owned(changed)
}

fn starts_ignoring_case(line: &[u8], beginning: &[u8]) -> bool {
    line.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}
