//! Mails as programs and gateways leave them, made such that the MIME library reads all of them. Each step changes bytes only where
//! something is broken, so a sound mail passes through as it is.

mod aside;
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

use followup_domain::mail::inbound::UnreadableMail;
use followup_domain::message::MailFlag;
use mail_parser::MessagePart;

use self::parts::Parts;

pub(crate) use aside::{Aside, Room};
pub(crate) use encoded_words::decoded as decoded_words;
pub(crate) use smime::is_pgp_armour;

/// A mail fit for the library, and what was learnt on the way.
pub(crate) struct Mended<'a> {
    pub(crate) raw: Cow<'a, [u8]>,
    /// The mail that large bodies were taken from, where some were.
    whole: Cow<'a, [u8]>,
    pub(crate) aside: Aside,
    /// What people should know of it.
    pub(crate) flags: Vec<MailFlag>,
}

impl Mended<'_> {
    /// Shows the bytes of a body that was set aside to `see`, piece by piece; whether it was.
    pub(crate) fn each_piece(&self, part: &MessagePart<'_>, see: &mut dyn FnMut(&[u8])) -> bool {
        self.aside.each_piece(&self.whole, part, see)
    }
}

/// Line ends, signed content, large bodies, structure, boundaries and header fields, in this order.
///
/// # Errors
/// It is not to be taken apart, and why.
pub(crate) fn mended(raw: &[u8], room: Room) -> Result<Mended<'_>, UnreadableMail> {
    let mut flags = Vec::new();
    let mut whole = line_ends::mended(raw);
    let mut parts = read_parts(&whole)?;
    if let Some(unwrapped) = smime::unwrapped(&whole, &parts, &mut flags) {
        parts = read_parts(&unwrapped)?;
        whole = Cow::Owned(unwrapped);
    }
    let (aside, left) = aside::set_aside(&whole, &parts, room);
    flags.extend(aside.is_cut_between.then_some(MailFlag::TextCut));
    let mut raw = match left {
        Some(left) => {
            parts = read_parts(&left)?;
            Cow::Owned(left)
        }
        None => std::mem::take(&mut whole),
    };
    raw = changed_by(structure::mended(&raw, parts)).map_or(raw, Cow::Owned);
    raw = changed_by(boundaries::mended(&raw)).map_or(raw, Cow::Owned);
    raw = changed_by(header_lines::mended(&raw)).map_or(raw, Cow::Owned);
    Ok(Mended { raw, whole, aside, flags })
}

fn read_parts(raw: &[u8]) -> Result<Parts, UnreadableMail> {
    let parts = parts::parts(raw);
    match parts.refusal {
        Some(refusal) => Err(refusal),
        None => Ok(parts),
    }
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
    let (added, taken) = edits.iter().fold((0, 0), |(added, taken), edit| (added + edit.bytes.len(), taken + edit.range.len()));
    let mut changed = Vec::with_capacity((raw.len() + added).saturating_sub(taken));
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
