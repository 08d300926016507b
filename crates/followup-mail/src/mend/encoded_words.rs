//! Encoded words (RFC 2047): those that the library reads wrongly, and those in fields where none may stand.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_parser::decoders::charsets::map::charset_decoder;

use super::base64_body;
use crate::charset;

/// An encoded word.
struct Word<'a> {
    range: Range<usize>,
    charset: &'a [u8],
    bytes: Vec<u8>,
    /// The library decodes its bytes as they are.
    is_sound: bool,
}

/// A field with its encoded words as the library reads them well: those of one charset that follow each other are one text, for
/// programs tear characters apart; and the charset is the one that the bytes are in. None if all are well.
pub(super) fn mended(field: &[u8]) -> Option<Vec<u8>> {
    let mut mended = Vec::with_capacity(field.len());
    let (mut done, mut is_changed) = (0, false);
    let words = words(field);
    for run in words.chunk_by(|one, next| is_one_text(field, one, next)) {
        let text = text(run);
        let theirs: String = run.iter().map(as_the_library_reads).collect();
        let is_sound = run.iter().all(|word| word.is_sound) && theirs == text;
        let range = range(run);
        is_changed |= push_plain(&mut mended, &field[done..range.start]);
        if is_sound {
            mended.extend_from_slice(&field[range.clone()]);
        } else {
            mended.extend_from_slice(format!("=?utf-8?B?{}?=", STANDARD.encode(&*text)).as_bytes());
            is_changed = true;
        }
        done = range.end;
    }
    is_changed |= push_plain(&mut mended, &field[done..]);
    is_changed.then_some(mended)
}

/// A text with its encoded words decoded, wherever they stand.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains("=?") {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let words = words(bytes);
    let mut decoded = String::with_capacity(text.len());
    let mut done = 0;
    for run in words.chunk_by(|one, next| is_one_text(bytes, one, next)) {
        let range = range(run);
        let between = text.get(done..range.start).unwrap_or_default();
        // Blanks between encoded words are none (§6.2).
        if done == 0 || !between.trim().is_empty() {
            decoded.push_str(between);
        }
        decoded.push_str(&self::text(run));
        done = range.end;
    }
    decoded.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(decoded)
}

/// Bytes outside of encoded words; whether they had to be changed.
fn push_plain(mended: &mut Vec<u8>, plain: &[u8]) -> bool {
    let is_broken = std::str::from_utf8(plain).is_err();
    if is_broken {
        mended.extend_from_slice(charset::guessed(plain).as_bytes());
    } else {
        mended.extend_from_slice(plain);
    }
    is_broken
}

fn text(run: &[Word<'_>]) -> String {
    let label = run.first().map(|word| String::from_utf8_lossy(word.charset)).unwrap_or_default();
    let bytes: Vec<u8> = run.iter().flat_map(|word| word.bytes.iter().copied()).collect();
    charset::decoded(&label, &bytes).into_owned()
}

fn range(run: &[Word<'_>]) -> Range<usize> {
    run.first().map_or(0, |word| word.range.start)..run.last().map_or(0, |word| word.range.end)
}

fn as_the_library_reads(word: &Word<'_>) -> String {
    let label = word.charset.split(|byte| *byte == b'*').next().unwrap_or_default();
    match charset_decoder(label) {
        Some(decoder) => decoder(&word.bytes),
        None => String::from_utf8_lossy(&word.bytes).into_owned(),
    }
}

/// Whether two words are of one charset with nothing but blanks between them. Where a charset has states, each word begins anew.
fn is_one_text(field: &[u8], one: &Word<'_>, next: &Word<'_>) -> bool {
    let between = &field[one.range.end..next.range.start];
    let has_states = one.charset.to_ascii_lowercase().starts_with(b"iso-2022") || one.charset.eq_ignore_ascii_case(b"utf-7");
    one.charset.eq_ignore_ascii_case(next.charset) && between.trim_ascii().is_empty() && !has_states
}

fn words(field: &[u8]) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut ends = Ends { field, next: 0 };
    let mut position = 0;
    while let Some(at) = memchr::memmem::find(&field[position..], b"=?") {
        let start = position + at;
        match word(field, start, &mut ends) {
            Some(word) => {
                position = word.range.end;
                words.push(word);
            }
            None => position = start + 2,
        }
    }
    words
}

/// Where words end, looked for once however many begin before it.
struct Ends<'a> {
    field: &'a [u8],
    /// The last end that was found.
    next: usize,
}

impl Ends<'_> {
    /// The first `?=` from a position on; positions only grow.
    fn from(&mut self, position: usize) -> Option<usize> {
        if self.next < position {
            self.next = memchr::memmem::find(&self.field[position..], b"?=").map_or(usize::MAX, |at| position + at);
        }
        Some(self.next).filter(|end| *end < usize::MAX)
    }
}

fn word<'a>(field: &'a [u8], start: usize, ends: &mut Ends<'_>) -> Option<Word<'a>> {
    /// Longer names of charsets there are none.
    const LONGEST_CHARSET: usize = 60;
    /// RFC 2047 §2 allows 75 characters; some programs write more.
    const LONGEST: usize = 4096;
    let rest = &field[start + 2..];
    let charset_end = memchr::memchr(b'?', &rest[..rest.len().min(LONGEST_CHARSET)])?;
    let (charset, rest) = (&rest[..charset_end], &rest[charset_end + 1..]);
    let (encoding, rest) = (rest.first()?.to_ascii_lowercase(), rest.get(1..)?.strip_prefix(b"?")?);
    let end = ends.from(field.len() - rest.len())?.checked_sub(field.len() - rest.len()).filter(|end| *end <= LONGEST)?;
    let encoded = &rest[..end];
    let is_name = !charset.is_empty() && charset.iter().all(|byte| byte.is_ascii_graphic());
    // One that is never closed does not take the next one in.
    if !is_name || memchr::memmem::find(encoded, b"=?").is_some() {
        return None;
    }
    let range = start..start + 2 + charset_end + 1 + 2 + end + 2;
    let is_ascii = encoded.iter().all(|byte| (b'!'..=b'~').contains(byte) && *byte != b'?');
    let (bytes, is_sound) = match encoding {
        b'b' => (base64_body::decoded(encoded), is_ascii && base64_body::is_sound(encoded)),
        b'q' => (q_decoded(encoded), is_ascii),
        _ => return None,
    };
    Some(Word { range, charset, bytes, is_sound })
}

/// RFC 2047 §4.2; what is no escape stands for itself.
fn q_decoded(encoded: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        match (first, behind) {
            (b'=', [high, low, tail @ ..]) if digit(high).is_some() && digit(low).is_some() => {
                bytes.push(digit(high).unwrap_or_default() << 4 | digit(low).unwrap_or_default());
                rest = tail;
            }
            (b'_', _) => bytes.push(b' '),
            (other, _) => bytes.push(*other),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: &str) -> Option<String> {
        mended(field.as_bytes()).map(|field| decoded(&String::from_utf8(field).unwrap()).into_owned())
    }

    #[test]
    fn sound_words_stay() {
        for field in [
            "Subject: =?utf-8?q?ni=C3=B1a?= x",
            "Subject: =?iso-8859-1?Q?ni=F1a?=\r\n =?utf-8?B?w7E=?=",
            "Subject: =?utf-8?q?ni?= =?utf-8?q?=C3=B1a?=",
            "Subject: =? no =?utf-8?x?y?= =?",
            "From: =?utf-8?q?Ana?= <ana@example.com>",
        ] {
            assert_eq!(read(field), None, "{field}");
        }
    }

    #[test]
    fn torn_cut_and_wrongly_labelled_words_are_read() {
        for (field, text) in [
            ("=?utf-8?q?ni=C3?=\r\n =?utf-8?q?=B1a?= x", "niña x"),
            ("=?utf-8?B?bmnD?= =?UTF-8?B?sWE=?=", "niña"),
            ("=?iso-8859-1?Q?ni=C3=B1a?=", "niña"),
            ("=?latin-1?Q?ni=F1a?=", "niña"),
            ("=?windows1252*es?Q?ni=F1a?=", "niña"),
            ("=?utf-8?B?bmnDsWE?=", "niña"),
            ("=?utf-8?Q?la niña?=", "la niña"),
            ("=?x-nadie?Q?ni=F1a?= =?utf-8?q?=C3=B1?=", "niñañ"),
            ("=?utf-8?Q?a?b=C3=B1?=", "a?bñ"),
        ] {
            assert_eq!(read(field).as_deref(), Some(text), "{field}");
        }
        assert_eq!(mended(b"=?utf-8?q?a?= ni\xf1a"), Some("=?utf-8?q?a?= niña".into()));
    }

    #[test]
    fn words_are_decoded_where_none_may_stand() {
        assert_eq!(decoded("=?utf-8?q?=3Cm=40x=2E?= =?utf-8?q?y=3E?= <o@x>"), "<m@x.y> <o@x>");
        assert_eq!(decoded("a =?utf-8?q?b?= c"), "a b c");
        assert_eq!(decoded("=?utf-8?q?b"), "=?utf-8?q?b");
    }
}
