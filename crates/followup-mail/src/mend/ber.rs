//! Just enough of ASN.1's basic encoding (X.690 §8) to find the content of a signed message: tag, length, value, one after the other,
//! with lengths that may be left open. Nothing is allocated but the content, and nesting is bounded.

/// Constructed strings and values of open length are nested no deeper.
const DEEPEST: usize = 16;

/// An element: its identifier octet and its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// Class, whether it is constructed, and number; numbers above 30 are not read.
    pub(super) tag: u8,
    /// Without the end-of-contents octets.
    pub(super) contents: &'a [u8],
}

/// Universal tags.
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
/// See [`OBJECT_IDENTIFIER`].
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xa0;
const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED: u8 = 0x20;

/// The contents of the element with this tag that the bytes begin with, as far as they are there: a mail may be cut.
pub(super) fn inside(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let (&first, rest) = bytes.split_first()?;
    let (length, rest) = length(rest)?;
    (first == tag).then(|| &rest[..length.unwrap_or(rest.len()).min(rest.len())])
}

/// The first element, and what stands behind it.
pub(super) fn element(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    element_at(bytes, 0)
}

fn element_at(bytes: &[u8], depth: usize) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (length, rest) = length(rest)?;
    if tag & 0x1f == 0x1f || depth > DEEPEST {
        return None;
    }
    let Some(length) = length else { return open_element(tag, rest, depth) };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((Element { tag, contents }, rest))
}

/// Length octets (§8.1.3), and what stands behind them; none if the length is left open.
fn length(bytes: &[u8]) -> Option<(Option<usize>, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    match first {
        0..=0x7f => Some((Some(usize::from(first)), rest)),
        0x80 => Some((None, rest)),
        _ => {
            let octets = usize::from(first & 0x7f);
            let (long, rest) = rest.split_at_checked(octets).filter(|_| octets <= 4)?;
            Some((Some(long.iter().fold(0, |length, octet| length << 8 | usize::from(*octet))), rest))
        }
    }
}

/// An element that two zero octets end (§8.1.3.6); only constructed ones have none that could be taken for them.
fn open_element(tag: u8, contents: &[u8], depth: usize) -> Option<(Element<'_>, &[u8])> {
    if tag & CONSTRUCTED == 0 {
        return None;
    }
    let mut rest = contents;
    while !rest.starts_with(&[0, 0]) {
        (_, rest) = element_at(rest, depth + 1)?;
    }
    Some((Element { tag, contents: &contents[..contents.len() - rest.len()] }, &rest[2..]))
}

/// The octets of a string, put together if it comes in pieces.
pub(super) fn octets(string: Element<'_>) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    collect(string, &mut octets, 0).then_some(octets)
}

fn collect(string: Element<'_>, octets: &mut Vec<u8>, depth: usize) -> bool {
    if string.tag & !CONSTRUCTED != OCTET_STRING || depth > DEEPEST {
        return false;
    }
    if string.tag & CONSTRUCTED == 0 {
        octets.extend_from_slice(string.contents);
        return true;
    }
    let mut rest = string.contents;
    while !rest.is_empty() {
        let Some((piece, behind)) = element_at(rest, depth) else { return false };
        if !collect(piece, octets, depth + 1) {
            return false;
        }
        rest = behind;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_whole_or_in_pieces() {
        for bytes in [
            &b"\x04\x04hola"[..],
            b"\x04\x81\x04hola",
            b"\x24\x08\x04\x02ho\x04\x02la",
            b"\x24\x80\x04\x02ho\x24\x80\x04\x01l\x04\x01a\0\0\0\0",
        ] {
            let (string, rest) = element(bytes).unwrap();
            assert_eq!((octets(string).as_deref(), rest), (Some(&b"hola"[..]), &b""[..]), "{bytes:x?}");
        }
    }

    #[test]
    fn what_is_inside_may_be_cut_or_open() {
        for bytes in [&b"\x30\x04hola"[..], b"\x30\x80hola", b"\x30\x82\xff\xffhola"] {
            assert_eq!(inside(bytes, SEQUENCE), Some(&b"hola"[..]));
        }
        assert_eq!(inside(b"\x30\x02hola", SEQUENCE), Some(&b"ho"[..]));
        assert_eq!((inside(b"\xa0\x04hola", SEQUENCE), inside(b"\x30", SEQUENCE)), (None, None));
    }

    #[test]
    fn what_is_cut_or_nested_without_end_is_none() {
        let deep = [b"\x24\x80".repeat(1_000_000), b"\0\0".repeat(1_000_000)].concat();
        for bytes in
            [&b""[..], b"\x04", b"\x04\x05hola", b"\x04\x80\0\0", b"\x24\x80\x04\x02ho", b"\x04\x85\0\0\0\0\x01a", b"\x1f\x01\0", &deep]
        {
            assert_eq!(element(bytes), None, "{:x?}", &bytes[..bytes.len().min(8)]);
        }
        assert_eq!(octets(element(b"\x24\x02\x05\0").unwrap().0), None);
    }
}
