//! Line ends of old Macs: a carriage return alone. The library looks for line feeds.

use std::borrow::Cow;

/// The mail with line feeds, if its header has none.
pub(super) fn mended(raw: &[u8]) -> Cow<'_, [u8]> {
    let first = memchr::memchr2(b'\r', b'\n', raw);
    let is_bare = first.is_some_and(|at| raw[at] == b'\r' && raw.get(at + 1) != Some(&b'\n'));
    if !is_bare {
        return Cow::Borrowed(raw);
    }
    let mut changed = raw.to_vec();
    for at in memchr::memchr_iter(b'\r', raw) {
        if raw.get(at + 1) != Some(&b'\n') {
            changed[at] = b'\n';
        }
    }
    Cow::Owned(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_returns_that_stand_for_a_line_end_change() {
        assert_eq!(&*mended(b"From: a@b.c\rSubject: x\r\rhola\r\nfin"), b"From: a@b.c\nSubject: x\n\nhola\r\nfin");
        for sound in ["From: a@b.c\r\n\r\na\rb", "From: a@b.c\n\na\rb", "From", ""] {
            assert!(matches!(mended(sound.as_bytes()), Cow::Borrowed(_)), "{sound:?}");
        }
    }
}
