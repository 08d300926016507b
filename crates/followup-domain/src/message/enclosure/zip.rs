//! The names in a ZIP archive (APPNOTE 4.3): nothing is unpacked, so that no archive costs more than its own bytes.

/// Signature, numbers and sizes of the record at the end of an archive, without its comment.
const END: usize = 22;
/// The longest comment.
const COMMENT: usize = 65_535;
/// What stands before a name in the central directory.
const ENTRY: usize = 46;
/// More entries than a document has.
const MOST_ENTRIES: usize = 10_000;

/// Shows every name in the central directory; whether that is sound. What stands before the first entry, or behind the end of the
/// archive, is not: another program would read another file.
pub(super) fn each_name(bytes: &[u8], mut see: impl FnMut(&[u8])) -> bool {
    walk(bytes, &mut see).is_some()
}

fn walk(bytes: &[u8], see: &mut impl FnMut(&[u8])) -> Option<()> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let end = end_of(bytes)?;
    let (count, size, from) = (number(bytes, end + 10, 2)?, number(bytes, end + 12, 4)?, number(bytes, end + 16, 4)?);
    if count == 0 || count > MOST_ENTRIES || from.checked_add(size)? != end {
        return None;
    }
    let mut place = from;
    for _ in 0..count {
        if bytes.get(place..place.checked_add(4)?)? != b"PK\x01\x02" {
            return None;
        }
        let name = number(bytes, place + 28, 2)?;
        let beside = number(bytes, place + 30, 2)? + number(bytes, place + 32, 2)?;
        see(bytes.get(place + ENTRY..place + ENTRY + name)?);
        place += ENTRY + name + beside;
    }
    (place == end).then_some(())
}

/// Where the record at the end stands: its comment ends where the bytes do.
fn end_of(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END)?;
    let ends_here = |place: &usize| bytes[*place..].starts_with(b"PK\x05\x06") && number(bytes, place + 20, 2) == Some(last - place);
    (last.saturating_sub(COMMENT)..=last).rev().find(ends_here)
}

/// A number of so many bytes, least first.
fn number(bytes: &[u8], place: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(place..place.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte)))
}
