//! Text whose charset is not declared, or is not the one declared.

use std::borrow::Cow;

/// Windows-1252 where it differs from ISO 8859-1 (0x80 to 0x9f); the five bytes that it leaves free stand for themselves.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–',
    '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Bytes that are said to be ASCII or UTF-8, or of which nothing is said: UTF-8 if they are, or if some of them are beyond doubt;
/// else Windows-1252, in which mail programs of the West write without saying so.
pub(crate) fn guessed(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if has_utf8(bytes) => String::from_utf8_lossy(bytes),
        Err(_) => Cow::Owned(windows_1252(bytes)),
    }
}

/// Whether a character of several bytes stands in it.
fn has_utf8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

fn windows_1252(bytes: &[u8]) -> String {
    let character = |byte: &u8| match byte {
        0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
        other => char::from(*other),
    };
    bytes.iter().map(character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_utf8_stays_so_and_the_rest_is_windows() {
        assert_eq!(guessed("año".as_bytes()), "año");
        assert_eq!(guessed(b"a\xf1o \x80 5"), "año € 5");
        assert_eq!(guessed(b"a\xc3\xb1o \xff"), "año \u{fffd}");
    }
}
