//! Names of charsets as programs write them.

use mail_parser::decoders::charsets::DecoderFnc;
use mail_parser::decoders::charsets::map::charset_decoder;

/// A charset, by what its bytes look like beside UTF-8.
#[derive(Clone, Copy)]
pub(super) enum Charset {
    /// ASCII, UTF-8, or a name that tells nothing.
    Guessed,
    /// ASCII, and one character for each further byte.
    OneByte(DecoderFnc),
    /// ASCII, and characters of two bytes.
    TwoBytes(DecoderFnc),
    /// No byte has its eighth bit set.
    SevenBits(DecoderFnc),
    /// Units of two bytes.
    Wide(DecoderFnc),
}

/// Names without anything but letters and digits, and the ones that the library knows.
const ALIASES: &[(&str, &str)] = &[
    ("applemacintosh", "macintosh"),
    ("big5eten", "big5"),
    ("cp437", "ibm850"),
    ("cp858", "ibm850"),
    ("cp932", "shift_jis"),
    ("cp949", "euc_kr"),
    ("cp950", "big5"),
    ("eucjp", "euc_jp"),
    ("euckr", "euc_kr"),
    ("gb180302000", "gb18030"),
    ("ibm437", "ibm850"),
    ("iso2022jp", "iso_2022_jp"),
    ("koi8r", "koi8_r"),
    ("koi8u", "koi8_u"),
    ("ksc56011987", "euc_kr"),
    ("latin7", "iso_8859_13"),
    ("latin9", "iso_8859_15"),
    ("macroman", "macintosh"),
    ("shiftjis", "shift_jis"),
    ("tis620", "tis_620"),
    ("utf16", "utf_16"),
    ("utf16be", "utf_16be"),
    ("utf16le", "utf_16le"),
    ("utf7", "utf_7"),
    ("xmacroman", "macintosh"),
];

/// How names of Windows' code pages begin.
const CODE_PAGES: &[&str] = &["windows", "xwindows", "mswindows", "microsoftcp", "win", "mswin", "cp", "xcp", "codepage", "ansi", "ms", ""];

/// Beginnings of the library's names, by what the bytes look like; the others are of one byte.
const TWO_BYTES: &[&str] = &[
    "big5",
    "chinese",
    "cn_big5",
    "cp936",
    "csbig5",
    "cseuc",
    "csgb",
    "csiso58gb",
    "csksc",
    "csshift",
    "euc",
    "extended_unix",
    "gb",
    "iso_ir_149",
    "iso_ir_58",
    "korean",
    "ks",
    "ms932",
    "ms936",
    "ms_kanji",
    "shift_jis",
    "sjis",
    "windows_31j",
    "windows_936",
    "windows_949",
    "x_euc",
    "x_gbk",
    "x_sjis",
    "x_x_big5",
];
const SEVEN_BITS: &[&str] = &["csiso2022", "csutf7", "hz", "iso_2022", "utf_7"];
const WIDE: &[&str] = &["csunicode", "csutf16", "iso_10646_ucs_2", "ucs_2", "unicode", "utf_16"];
const TELL_NOTHING: &[&str] = &["ansi_x3.4_1968", "ascii", "us_ascii", "replacement", "x_user_defined"];

/// The charset of a label, with or without a language behind it (RFC 2231 §5).
pub(super) fn charset(label: &str) -> Charset {
    let label =
        label.trim_matches(|c: char| c.is_whitespace() || "\"'<>=".contains(c)).split(['*', ';', ',', ' ', '"']).next().unwrap_or_default();
    let name = label.to_ascii_lowercase().replace('-', "_");
    of_name(&name).or_else(|| of_name(&known_name(&name)?)).unwrap_or(Charset::Guessed)
}

fn of_name(name: &str) -> Option<Charset> {
    let decoder = charset_decoder(name.as_bytes())?;
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| name.starts_with(beginning));
    Some(if TELL_NOTHING.contains(&name) {
        Charset::Guessed
    } else if begins(SEVEN_BITS) {
        Charset::SevenBits(decoder)
    } else if begins(WIDE) {
        Charset::Wide(decoder)
    } else if begins(TWO_BYTES) {
        Charset::TwoBytes(decoder)
    } else {
        Charset::OneByte(decoder)
    })
}

/// The library's name for one that is written differently: `latin-1`, `windows1252`, `iso8859_15`, `x-koi8r`.
fn known_name(name: &str) -> Option<String> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let (word, number) = plain.split_at(plain.trim_end_matches(|c: char| c.is_ascii_digit()).len());
    if let Some((_, known)) = ALIASES.iter().find(|(alias, _)| *alias == plain) {
        return Some((*known).to_owned());
    }
    if let Some((_, part)) = plain.split_once("8859").filter(|(_, part)| !part.is_empty()) {
        let digits: String = part.chars().take_while(char::is_ascii_digit).take(2).collect();
        // The year of a standard stands behind a part of one digit.
        let is_year = digits.parse().is_ok_and(|part: u32| part > 16);
        return Some(format!("iso_8859_{}", if is_year { &digits[..1] } else { &digits }));
    }
    match number.parse().ok()? {
        page @ 1250..=1258_u32 if CODE_PAGES.contains(&word) => Some(format!("windows_{page}")),
        part @ 1..=10 if word.ends_with("latin") => Some(format!("latin{part}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_known_however_they_are_written() {
        let decode = |label: &str, bytes: &[u8]| match charset(label) {
            Charset::OneByte(decoder) => Some(decoder(bytes)),
            _ => None,
        };
        for label in [
            "latin-1",
            "Latin1",
            "windows1252",
            "WIN-1252",
            "cp-1252",
            "ms-ansi-1252",
            "iso8859-1",
            "ISO_8859_1",
            "iso 8859-1",
            "8859-1",
            "iso-8859-1*es",
            "\"iso-8859-1\"",
            "iso-8859-1;",
            "isolatin1",
            "ISO-8859-1:1987",
            "x-latin-1",
            "ISO8859-15",
        ] {
            let is_western = decode(label, b"\xf1").is_none_or(|read| read == "ñ");
            assert!(is_western, "{label}");
        }
        for (label, byte, read) in
            [("win1251", 0xcf, "П"), ("windows1250", 0x9a, "š"), ("koi8r", 0xf0, "П"), ("latin-2", 0xb1, "ą"), ("iso88592", 0xb1, "ą")]
        {
            assert_eq!(decode(label, &[byte]).as_deref(), Some(read), "{label}");
        }
        for label in [
            "ansi",
            "utf8mb4",
            "utf-8*fr",
            "unknown-8bit",
            "x-unknown",
            "us-ascii",
            "usascii",
            "default",
            "ñ",
            "",
            "8bit",
            "none",
            "UTF8",
            "utf",
        ] {
            assert!(matches!(charset(label), Charset::Guessed), "{label}");
        }
    }
}
