//! Text in header fields: made one line, folded, and encoded where ASCII does not hold it (RFC 5322 §2.2.3, RFC 2047).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A line with encoded words has at most so many characters (RFC 2047 §2); other lines are folded there too.
const LINE: usize = 76;
/// A longer word of plain ASCII is encoded, because only an encoded word can be broken.
const LONGEST_PLAIN_WORD: usize = 60;

/// One line of text: line breaks and tabs become blanks, other control characters (NUL too) go, and blanks at the ends.
pub(crate) fn one_line(text: &str) -> String {
    let breaks = |c: char| matches!(c, '\r' | '\n' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let blanked = text.replace("\r\n", " ");
    let kept = blanked.chars().map(|c| if breaks(c) { ' ' } else { c }).filter(|c| !c.is_control());
    kept.collect::<String>().trim().to_owned()
}

/// The lines of one header field, each ended by CRLF.
pub(crate) struct Field {
    text: String,
    /// Characters on the last line.
    used: usize,
}

impl Field {
    /// Begins a field.
    pub(crate) fn new(name: &str) -> Self {
        Self { text: format!("{name}:"), used: name.len() + 1 }
    }

    /// Appends a word after a blank, on a new line if this one would become too long.
    pub(crate) fn word(&mut self, word: &str) {
        if self.used + 1 + word.len() > LINE {
            self.text.push_str("\r\n");
            self.used = 0;
        }
        self.text.push(' ');
        self.text.push_str(word);
        self.used += 1 + word.len();
    }

    /// Appends free text (RFC 5322 "unstructured").
    pub(crate) fn unstructured(&mut self, text: &str) {
        if is_plain(text) {
            text.split(' ').for_each(|word| self.word(word));
        } else {
            self.encoded(text, is_safe_in_text);
        }
    }

    /// Appends a display name (RFC 5322 "phrase").
    pub(crate) fn phrase(&mut self, name: &str) {
        let is_atom = |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b));
        if is_plain(name) && name.split(' ').all(is_atom) {
            name.split(' ').for_each(|word| self.word(word));
        } else if is_plain(name) && name.len() < LONGEST_PLAIN_WORD {
            self.word(&format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")));
        } else {
            self.encoded(name, is_safe_in_phrase);
        }
    }

    /// Ends the field.
    pub(crate) fn end(mut self) -> String {
        self.text.push_str("\r\n");
        self.text
    }

    /// Appends encoded words, in the shorter of the two encodings; a character is never divided.
    fn encoded(&mut self, text: &str, is_safe: fn(u8) -> bool) {
        let q_length: usize = text.bytes().map(|byte| q_len(byte, is_safe)).sum();
        let as_base64 = q_length > text.len().div_ceil(3) * 4;
        let mut rest = text;
        while !rest.is_empty() {
            let room = |used: usize| (LINE - 1).saturating_sub(used + "=?UTF-8?Q??=".len());
            let mut taken = fitting(rest, room(self.used), as_base64, is_safe);
            if taken == 0 {
                taken = fitting(rest, room(0), as_base64, is_safe);
            }
            let (now, later) = rest.split_at(taken);
            let word = if as_base64 {
                format!("=?UTF-8?B?{}?=", STANDARD.encode(now))
            } else {
                format!("=?UTF-8?Q?{}?=", q_encoded(now, is_safe))
            };
            self.word(&word);
            rest = later;
        }
    }
}

/// Printable ASCII that every reader gives back as it stands: single blanks, no overlong word, nothing like an encoded word.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !text.contains("=?")
        && text.split(' ').all(|word| !word.is_empty() && word.len() <= LONGEST_PLAIN_WORD)
}

/// How many bytes of `text`, whole characters, fit into `room` characters when encoded.
fn fitting(text: &str, room: usize, as_base64: bool, is_safe: fn(u8) -> bool) -> usize {
    let (mut end, mut length) = (0, 0);
    for (start, character) in text.char_indices() {
        let bytes = &text.as_bytes()[start..start + character.len_utf8()];
        length += if as_base64 { bytes.len() } else { bytes.iter().map(|byte| q_len(*byte, is_safe)).sum() };
        let encoded = if as_base64 { length.div_ceil(3) * 4 } else { length };
        if encoded > room {
            break;
        }
        end = start + bytes.len();
    }
    end
}

fn q_len(byte: u8, is_safe: fn(u8) -> bool) -> usize {
    if byte == b' ' || is_safe(byte) { 1 } else { 3 }
}

fn q_encoded(text: &str, is_safe: fn(u8) -> bool) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('_'),
            byte if is_safe(byte) => encoded.push(char::from(byte)),
            byte => encoded.push_str(&format!("={byte:02X}")),
        }
    }
    encoded
}

/// RFC 2047 §5 (3): inside a phrase.
fn is_safe_in_phrase(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!*+-/".contains(&byte)
}

/// RFC 2047 §4.2: in a subject.
fn is_safe_in_text(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"=?_".contains(&byte)
}
