//! Text in the charset that its bytes are in, which is not always the one that is declared.

mod labels;

use std::borrow::Cow;

use labels::{Charset, charset};

/// Windows-1252 where it differs from ISO 8859-1 (0x80 to 0x9f); the five bytes that it leaves free stand for themselves.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–',
    '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// So many characters of several bytes are no chance among the two-byte characters of East Asia.
const NO_CHANCE: usize = 8;

/// Whether a part that declares this may be taken as UTF-8 without a look at its bytes: the library has done so.
pub(crate) fn says_utf8(label: &str) -> bool {
    matches!(label.trim().to_ascii_lowercase().as_str(), "utf-8" | "utf8")
}

/// Bytes that are declared to be in the charset of this label (RFC 2045 §5.1). Bytes that are UTF-8 are read so whatever is declared, for no text in
/// another charset is UTF-8 by chance; otherwise the label counts, for each line that is not UTF-8; a label that nobody knows counts as none.
pub(crate) fn decoded<'a>(label: &str, bytes: &'a [u8]) -> Cow<'a, str> {
    let charset = charset(label);
    let is_utf8 = || std::str::from_utf8(bytes).ok().filter(|text| !text.is_ascii());
    match charset {
        Charset::Guessed => guessed(bytes),
        Charset::OneByte(decoder) => match is_utf8() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(by_line(bytes, decoder)),
        },
        Charset::TwoBytes(decoder) => match is_utf8().filter(|text| is_beyond_doubt(text)) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(decoder(bytes)),
        },
        Charset::SevenBits(decoder) => is_utf8().map_or_else(|| Cow::Owned(decoder(bytes)), Cow::Borrowed),
        Charset::Wide(decoder) => match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Cow::Borrowed(text),
            _ => Cow::Owned(decoder(bytes)),
        },
    }
}

/// Bytes that are said to be ASCII or UTF-8, or of which nothing is said: UTF-8 if they are, and of the rest each line by itself: UTF-8 if
/// some of it is beyond doubt; else Windows-1252, in which mail programs of the West write without saying so.
pub(crate) fn guessed(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(by_line(bytes, |lines| lines.split_inclusive(|byte| *byte == b'\n').map(guessed_line).collect())),
    }
}

fn guessed_line(line: &[u8]) -> String {
    if has_utf8(line) { String::from_utf8_lossy(line).into_owned() } else { windows_1252(line) }
}

/// What is put together of several mails, or that a list put its foot to, changes its charset from line to line.
fn by_line(bytes: &[u8], decoder: fn(&[u8]) -> String) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut rest = bytes;
    while !rest.is_empty() {
        // Lines that are decoded in one way are decoded together.
        let (mut end, mut is_utf8) = (0, None);
        for line in rest.split_inclusive(|byte| *byte == b'\n') {
            let is_ascii = line.is_ascii();
            let this = !is_ascii && std::str::from_utf8(line).is_ok();
            if !is_ascii && is_utf8.is_some_and(|that| that != this) {
                break;
            }
            is_utf8 = if is_ascii { is_utf8 } else { Some(this) };
            end += line.len();
        }
        let (lines, behind) = rest.split_at(end);
        match is_utf8 {
            Some(true) => text.push_str(&String::from_utf8_lossy(lines)),
            _ => text.push_str(&decoder(lines)),
        }
        rest = behind;
    }
    text
}

/// In East Asian text whole runs are of two bytes; in a text of the West a letter with an accent stands beside plain ones.
fn is_beyond_doubt(text: &str) -> bool {
    let is_wide = |c: &char| !c.is_ascii();
    let stands_alone = text.as_bytes().windows(2).any(|pair| pair[0].is_ascii_alphabetic() && pair[1] >= 0x80);
    stands_alone || text.chars().filter(is_wide).take(NO_CHANCE).count() == NO_CHANCE
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
        assert_eq!(guessed(b"a\xc3\xb1o\nni\xf1a\n"), "año\nniña\n");
    }

    #[test]
    fn utf8_under_a_wrong_label_is_utf8() {
        const LABELS: &[&str] = &[
            "us-ascii",
            "iso-8859-1",
            "ISO-8859-15",
            "windows-1252",
            "windows-1251",
            "koi8-r",
            "big5",
            "gbk",
            "gb2312",
            "euc-kr",
            "shift_jis",
            "iso-2022-jp",
            "utf-7",
            "utf-16",
            "macintosh",
            "cp850",
            "x-nadie",
            "",
            "utf-8",
        ];
        for text in ["La niña está mejor; el lote «ZX-77» y ½ tableta.", "día", "Пациент 60 кг", "患者死亡。体重六十公斤。批号"]
        {
            for label in LABELS {
                assert_eq!(decoded(label, text.as_bytes()), text, "{label}");
            }
        }
    }

    #[test]
    fn text_in_the_declared_charset_is_read_so() {
        for (label, bytes, text) in [
            ("iso-8859-1", &b"ni\xf1a, 300 mg/d\xeda"[..], "niña, 300 mg/día"),
            ("us-ascii", b"ni\xf1a", "niña"),
            ("windows-1251", b"\xcf\xe0\xf6\xe8\xe5\xed\xf2", "Пациент"),
            ("koi8-r", b"\xf0\xc1\xc3\xc9\xc5\xce\xd4", "Пациент"),
            ("iso-8859-7", b"\xdc\xe3\xe9\xef", "άγιο"),
            ("big5", b"\xb1w\xaa\xcc\xa6\xba\xa4`", "患者死亡"),
            ("gbk", b"\xbb\xbc\xd5\xdf\xcb\xc0\xcd\xf6", "患者死亡"),
            ("shift_jis", b"\x8a\xb3\x8e\xd2", "患者"),
            ("iso-2022-jp", b"\x1b$B45<T\x1b(B 60 kg", "患者 60 kg"),
            ("euc-kr", b"\xc8\xaf\xc0\xda", "환자"),
            ("utf-16le", b"n\0i\0\xf1\0a\0", "niña"),
            ("utf-7", b"ni+APE-a", "niña"),
            ("cp850", b"ni\xa4a", "niña"),
        ] {
            assert_eq!(decoded(label, bytes), text, "{label}");
        }
    }

    #[test]
    fn a_foot_in_another_charset_does_not_spoil_the_text() {
        assert_eq!(decoded("iso-8859-1", b"ni\xf1a\nsin acento\n--\nrevisi\xc3\xb3n\n"), "niña\nsin acento\n--\nrevisión\n");
        assert_eq!(decoded("utf-8", b"ni\xc3\xb1a\nrevisi\xf3n\n"), "niña\nrevisión\n");
        assert_eq!(decoded("windows-1251", "Вес 60\n".as_bytes()), "Вес 60\n");
    }
}
