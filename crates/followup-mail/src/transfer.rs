//! Content transfer encodings for text bodies (RFC 2045 §6).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Longest encoded line, without its CRLF (RFC 2045 §6.7 (5), §6.8).
const LINE: usize = 76;

/// An encoded body and the name of its encoding.
pub(crate) struct Encoded {
    /// Content-Transfer-Encoding.
    pub(crate) name: &'static str,
    /// Lines of at most 76 characters, each ended by CRLF.
    pub(crate) body: String,
}

/// Encodes text whose lines end with `\n`: quoted-printable, or base64 where that is shorter.
pub(crate) fn encode_text(text: &str) -> Encoded {
    let escaped = text.bytes().filter(|byte| !matches!(byte, b'\t' | b'\n' | b' '..=b'~') || *byte == b'=').count();
    // An escape takes three characters, base64 four for each three bytes.
    if escaped * 6 > text.len() {
        Encoded { name: "base64", body: base64_lines(text.replace('\n', "\r\n").as_bytes()) }
    } else {
        Encoded { name: "quoted-printable", body: quoted_printable(text) }
    }
}

fn base64_lines(bytes: &[u8]) -> String {
    let mut lines = String::with_capacity(base64_length(bytes.len()));
    push_base64(bytes, &mut lines);
    lines
}

/// Appends bytes as lines of base64 (RFC 2045 §6.8), each ended by CRLF.
pub(crate) fn push_base64(bytes: &[u8], lines: &mut String) {
    for chunk in bytes.chunks(LINE / 4 * 3) {
        STANDARD.encode_string(chunk, lines);
        lines.push_str("\r\n");
    }
}

/// How long so many bytes are as lines of base64.
pub(crate) fn base64_length(bytes: usize) -> usize {
    let characters = bytes.div_ceil(3).saturating_mul(4);
    characters.saturating_add(characters.div_ceil(LINE).saturating_mul(2))
}

/// Quoted-printable in which no line begins with a dot or "From " (relays and mailbox formats change those), or ends with a blank.
fn quoted_printable(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + text.len() / 8);
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        encode_line(line, &mut encoded);
        encoded.push_str("\r\n");
    }
    encoded
}

fn encode_line(line: &str, encoded: &mut String) {
    let mut used = 0;
    for (start, character) in line.char_indices() {
        let rest = &line[start..];
        let is_last = rest.len() == character.len_utf8();
        let token_length = |at_start: bool| if is_literal(rest, character, at_start, is_last) { 1 } else { 3 * character.len_utf8() };
        // One column is left for the "=" of a soft line break.
        if used + token_length(used == 0) > LINE - usize::from(!is_last) {
            encoded.push_str("=\r\n");
            used = 0;
        }
        let literal = is_literal(rest, character, used == 0, is_last);
        used += token_length(used == 0);
        if literal {
            encoded.push(character);
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                encoded.push_str(&format!("={byte:02X}"));
            }
        }
    }
}

/// Whether a character stands for itself.
fn is_literal(rest: &str, character: char, at_start: bool, is_last: bool) -> bool {
    match character {
        '.' => !at_start,
        'F' => !(at_start && rest.starts_with("From ")),
        ' ' | '\t' => !is_last,
        '=' => false,
        _ => character.is_ascii_graphic(),
    }
}
