//! Base64 as RFC 2045 §6.8 reads it: what is not of its alphabet is passed over, and a last group without padding counts. Lines that a list
//! or a virus scanner wrote into the body are no base64, and stay in clear around the text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Characters of an encoded line (RFC 2045 §6.8).
const LINE: usize = 76;
/// A line of so many characters of the alphabet, without a blank, is no word of a language.
const SURELY_CODED: usize = 40;
/// So many characters are decoded at a time.
const PIECE: usize = 64 * 1024;
/// One character in so many may be a stray one in an encoded line.
const STRAYS: usize = 10;

/// What a body that is said to be base64 is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// What it is said to be.
    Sound,
    /// Base64 with other things in it: encoded anew.
    Repaired(Vec<u8>),
    /// Text that nobody encoded.
    Clear,
}

/// What a body is. In a text (`is_text`) lines in clear stay; else they are passed over.
pub(super) fn read(body: &[u8], is_text: bool) -> Body {
    if is_sound(body) {
        return Body::Sound;
    }
    match decoded_among_clear(body, is_text) {
        Some(bytes) => Body::Repaired(encoded(&bytes)),
        None => Body::Clear,
    }
}

/// The bytes of a body that is no text.
pub(super) fn decoded(body: &[u8]) -> Vec<u8> {
    if is_sound(body) { decoded_line(body) } else { decoded_among_clear(body, false).unwrap_or_default() }
}

/// Shows the bytes of a body to `see`, piece by piece where it is sound. One that nobody encoded stands for itself.
pub(super) fn each_piece(body: &[u8], is_text: bool, see: &mut dyn FnMut(&[u8])) {
    if !is_sound(body) {
        return match decoded_among_clear(body, is_text) {
            Some(bytes) => see(&bytes),
            None => see(body),
        };
    }
    let (mut decoder, mut bytes) = (Decoder::default(), Vec::with_capacity(PIECE));
    for piece in body.chunks(PIECE) {
        bytes.clear();
        decoder.push(piece, &mut bytes);
        see(&bytes);
    }
    bytes.clear();
    decoder.end(&mut bytes);
    see(&bytes);
}

/// What is encoded, and in a text what stands around it; none if nothing is encoded.
fn decoded_among_clear(body: &[u8], is_text: bool) -> Option<Vec<u8>> {
    // Looked at several times: to remember what each line is would take many times the memory of the body.
    let body = body.trim_ascii_end();
    let last = coded(body).enumerate().filter(|(_, (_, is_coded))| *is_coded).map(|(number, _)| number).last()?;
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let mut decoder = Decoder::default();
    // Of the pieces that come from base64.
    let mut plausible = Plausible::default();
    for (number, (line, is_coded)) in coded(body).enumerate() {
        if is_coded {
            let begin = bytes.len();
            decoder.push(line.bytes, &mut bytes);
            plausible.look_at(&bytes[begin..]);
        } else if is_text && !(line.bytes.is_empty() && number < last) {
            if number > last {
                decoder.end(&mut bytes);
            }
            if !(bytes.is_empty() || bytes.ends_with(b"\n")) {
                bytes.extend_from_slice(b"\r\n");
            }
            bytes.extend_from_slice(line.bytes);
            bytes.extend_from_slice(b"\r\n");
        }
    }
    decoder.end(&mut bytes);
    (!is_text || plausible.is_text() || is_plain_text(&bytes)).then_some(bytes)
}

/// Whether bytes are UTF-8 without control characters: hardly any words give that when they are taken for base64.
fn is_plain_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r')))
}

/// Whether bytes are text in some charset: words that were taken for base64 give bytes that are none.
#[derive(Default)]
struct Plausible {
    all: usize,
    printable: usize,
    controls: usize,
    zeros: usize,
}

impl Plausible {
    fn look_at(&mut self, bytes: &[u8]) {
        self.all += bytes.len();
        for byte in bytes {
            match byte {
                b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | b' '..=b'~' => self.printable += 1,
                0 => self.zeros += 1,
                0x01..0x20 | 0x7f => self.controls += 1,
                0x80.. => {}
            }
        }
    }

    fn is_text(&self) -> bool {
        // UTF-16 has a zero beside most letters; Chinese has hardly anything of ASCII.
        let is_wide = self.zeros * 4 > self.all;
        let is_short = self.all < LINE / 4 * 3;
        is_wide || self.zeros == 0 && self.controls * 50 <= self.all && (!is_short || self.printable * 10 >= self.all * 6)
    }
}

/// Bytes in lines of base64.
pub(super) fn encoded(bytes: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(bytes.len() / 2 * 3);
    for chunk in bytes.chunks(LINE / 4 * 3) {
        lines.extend_from_slice(STANDARD.encode(chunk).as_bytes());
        lines.extend_from_slice(b"\r\n");
    }
    lines
}

/// Only the alphabet, in whole groups, and nothing in the lines below padding.
pub(super) fn is_sound(body: &[u8]) -> bool {
    let (mut symbols, mut is_padded, mut is_over) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/') => {
                if is_over {
                    return false;
                }
                symbols += 1;
            }
            // The library begins a new group behind padding.
            b'=' => {
                symbols = if symbols % 4 == 1 { return false } else { 0 };
                is_padded = true;
            }
            b'\n' => is_over |= is_padded,
            b'\r' | b' ' | b'\t' => {}
            _ => return false,
        }
    }
    symbols.is_multiple_of(4)
}

/// A line of a body, without blanks at its ends.
struct Line<'a> {
    bytes: &'a [u8],
    symbols: usize,
    /// Padding ends it.
    is_padded: bool,
    /// What it looks like by itself.
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Of the alphabet, or nearly.
    Coded,
    /// Short, and with a sign or two that are not of the alphabet.
    Perhaps,
    Clear,
}

impl<'a> Line<'a> {
    fn read(line: &'a [u8]) -> Self {
        let bytes = line.trim_ascii();
        let (mut symbols, mut strays, mut blanks) = (0, 0, 0);
        for byte in bytes {
            match byte {
                b' ' | b'\t' => blanks += 1,
                b'=' => {}
                byte if value(*byte).is_some() => symbols += 1,
                _ => strays += 1,
            }
        }
        let is_of_dashes = bytes.iter().all(|byte| matches!(byte, b'-' | b'_' | b'='));
        let is_long = symbols >= SURELY_CODED;
        // Words of a language are shorter than what stands between the blanks of a wrapped encoding.
        let has_few_blanks = blanks == 0 || is_long && blanks * SURELY_CODED / 2 <= symbols;
        let kind = match strays {
            _ if symbols == 0 || is_of_dashes => Kind::Clear,
            0 if has_few_blanks => Kind::Coded,
            strays if is_long && has_few_blanks && strays * STRAYS <= symbols => Kind::Coded,
            1 | 2 if blanks <= 1 && strays * STRAYS / 2 <= symbols => Kind::Perhaps,
            _ => Kind::Clear,
        };
        let last = bytes.iter().rfind(|byte| **byte == b'=' || value(**byte).is_some());
        Self { bytes, symbols, is_padded: last == Some(&b'='), kind }
    }
}

/// Which lines are base64. Where lines in clear stand among them, or behind padding, a short one belongs to it only where it can end it (behind a
/// line of full length), as all that there is, or if it says something.
fn coded(body: &[u8]) -> impl Iterator<Item = (Line<'_>, bool)> {
    let lines = || body.split(|byte| *byte == b'\n').map(Line::read);
    let width = lines().filter(|line| line.kind == Kind::Coded).map(|line| line.symbols).max().unwrap_or_default();
    let has_clear = lines().any(|line| line.kind != Kind::Coded && !line.is_padded && !line.bytes.is_empty());
    let mut is_open = false;
    let (mut has_begun, mut was_padded) = (false, false);
    lines().map(move |line| {
        let is_full = line.symbols == width || line.symbols >= SURELY_CODED;
        let begins = is_full && (!has_begun || line.symbols >= SURELY_CODED);
        let says_something = || was_padded && line.symbols > 4 && is_plain_text(&decoded_line(line.bytes));
        let is_coded = match line.kind {
            Kind::Coded => is_open || begins || !has_clear && !was_padded || says_something(),
            Kind::Perhaps => width == 0 || line.is_padded || is_open && is_plain_text(&decoded_line(line.bytes)),
            Kind::Clear => false,
        };
        if is_coded {
            (has_begun, was_padded) = (true, line.is_padded);
            is_open = !line.is_padded && is_full && line.symbols.is_multiple_of(4);
        } else if !line.bytes.is_empty() {
            is_open &= line.kind == Kind::Coded;
        }
        (line, is_coded)
    })
}

fn decoded_line(line: &[u8]) -> Vec<u8> {
    let (mut bytes, mut decoder) = (Vec::new(), Decoder::default());
    decoder.push(line, &mut bytes);
    decoder.end(&mut bytes);
    bytes
}

/// Groups of four characters, wherever they are torn apart.
#[derive(Default)]
struct Decoder {
    group: u32,
    symbols: u32,
}

impl Decoder {
    fn push(&mut self, coded: &[u8], bytes: &mut Vec<u8>) {
        for byte in coded {
            match value(*byte) {
                Some(value) => {
                    self.group = self.group << 6 | value;
                    self.symbols += 1;
                    if self.symbols == 4 {
                        bytes.extend_from_slice(&self.group.to_be_bytes()[1..]);
                        *self = Self::default();
                    }
                }
                None if *byte == b'=' => self.end(bytes),
                None => {}
            }
        }
    }

    /// What an incomplete group tells: a single character tells no byte.
    fn end(&mut self, bytes: &mut Vec<u8>) {
        match self.symbols {
            2 => bytes.push((self.group >> 4) as u8),
            3 => bytes.extend_from_slice(&[(self.group >> 10) as u8, (self.group >> 2) as u8]),
            _ => {}
        }
        *self = Self::default();
    }
}

/// Of a character of the alphabet, or of the one for addresses (RFC 4648 §5), which some programs use.
fn value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the repaired body says.
    fn said(body: &str, is_text: bool) -> Option<String> {
        let Body::Repaired(repaired) = read(body.as_bytes(), is_text) else { return None };
        let sound: Vec<u8> = repaired.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
        Some(String::from_utf8(STANDARD.decode(sound).unwrap()).unwrap().replace("\r\n", "\n"))
    }

    fn code(text: &str) -> String {
        String::from_utf8(encoded(text.as_bytes())).unwrap()
    }

    const TEXT: &str = "Buenas tardes: la paciente pesa 60 kg; la dosis fue de 300 mg cada 12 horas, lote ZX-77.";

    #[test]
    fn sound_base64_stays() {
        for body in ["", "\r\n", "QQ==\r\n", "QUJD\r\nREVG", "QUI=QUJD", " QU JD\t", &code(TEXT)] {
            assert_eq!(read(body.as_bytes(), true), Body::Sound, "{body}");
        }
    }

    #[test]
    fn what_nobody_encoded_is_clear() {
        for body in [
            "Texto en claro, sin codificar.",
            "Hola\r\nLa paciente pesa 60 kg.",
            "Gracias",
            "-- \r\n--\r\n",
            "Buenos\r\ndias\r\nCMP 4587\r\n",
        ] {
            assert_eq!(read(body.as_bytes(), true), Body::Clear, "{body}");
        }
    }

    #[test]
    fn a_last_group_without_padding_is_read() {
        for cut in ["Dosis: 3000", "Dosis: 300", "Dosis: 30"] {
            let body = code(cut);
            assert_eq!(said(body.trim_end().trim_end_matches('='), true).as_deref(), Some(cut).filter(|_| body.contains('=')), "{cut}");
        }
        assert_eq!(said("RG9zaXM6IDMwMD", true).as_deref(), Some("Dosis: 300"));
    }

    #[test]
    fn foot_and_heading_stay_in_clear() {
        let body = code(TEXT);
        for foot in [
            "-- \nAviso: correo revisado por el antivirus del hospital\n",
            "Aviso\nConfidencial\n",
            "_______________________________________________\nLista mailing list\nLista@example.org\n",
            "\n--\nEste mensaje fue analizado.\n",
            "Revisado\n=======\n",
        ] {
            let text = said(&format!("{body}{foot}"), true).unwrap();
            let foot_lines: Vec<&str> = foot.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            assert!(text.starts_with(&format!("{TEXT}\n")), "{text}");
            assert!(foot_lines.iter().all(|line| text.contains(line)), "{text}");
        }
        let headed = said(&format!("[Mensaje externo]\nAVISO\n\n{body}"), true).unwrap();
        assert_eq!(headed, format!("[Mensaje externo]\nAVISO\n{TEXT}"));
        assert_eq!(said("RG9zaXM6IDMwMDA\n-- \nAviso", true).as_deref(), Some("Dosis: 3000\n--\nAviso\n"));
        assert_eq!(said(&format!("{body}-- \nAviso del hospital"), false).as_deref(), Some(TEXT));
    }

    #[test]
    fn stray_characters_are_passed_over() {
        let body = code(TEXT);
        for stray in ["!", "\u{e9}", "*", "\0", ">", ".", ",,"] {
            let torn = format!("{}{stray}{}", &body[..21], &body[21..]);
            assert_eq!(said(&torn, true).as_deref(), Some(TEXT), "{stray:?}");
        }
        let url_safe = code("¿Qué? ¡Niño! ÿþ~~~ßßßÿÿÿ").replace('+', "-").replace('/', "_");
        assert_eq!(said(&url_safe, true).as_deref(), Some("¿Qué? ¡Niño! ÿþ~~~ßßßÿÿÿ"));
        let spaced = body.replace("\r\n", "!\r\n ");
        assert_eq!(said(&spaced, false).as_deref(), Some(TEXT));
    }

    #[test]
    fn a_line_in_the_middle_does_not_end_the_text() {
        let (first, second) = (code(&TEXT[..57]), code(&TEXT[57..]));
        let text = said(&format!("{first}[parte revisada]\r\n{second}"), true).unwrap();
        assert!(text.starts_with(&TEXT[..57]) && text.ends_with(&TEXT[57..]) && text.contains("\n[parte revisada]\n"), "{text}");
    }
}
