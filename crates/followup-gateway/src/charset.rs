//! Character sets as gateways name them.

use encoding_rs::{Encoding, UTF_8, UTF_16BE};

/// Names of what networks carry where the GSM alphabet does not do: big-endian (3GPP TS 23.038), though browsers take some of them otherwise.
const WIDE: &[&str] = &["utf-16", "utf16", "utf-16be", "ucs-2", "ucs2", "ucs-2be", "iso-10646-ucs-2"];
/// Named where nobody thought of accents; UTF-8 has it whole.
const ASCII: &[&str] = &["us-ascii", "ascii"];

/// The one of this name; the names of the Web's registry (<https://encoding.spec.whatwg.org/#names-and-labels>) besides: by it Latin-1 is read
/// as Windows-1252, which has it whole.
pub(crate) fn named(name: &str) -> Option<&'static Encoding> {
    let is_of = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if is_of(WIDE) {
        Some(UTF_16BE)
    } else if is_of(ASCII) {
        Some(UTF_8)
    } else {
        Encoding::for_label_no_replacement(name.as_bytes())
    }
}

/// The text, unless a mark at its beginning (BOM) says otherwise; what is none is replaced.
pub(crate) fn decoded(text: &[u8], charset: &'static Encoding) -> String {
    charset.decode(text).0.replace('\0', "")
}
