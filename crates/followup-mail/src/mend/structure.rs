//! Multiparts that are not closed or name no boundary, encodings under other names, and encoded bodies with foreign lines in them.

use std::borrow::Cow;

use memchr::memmem;

use super::base64_body::{self, Body};
use super::fields::ContentFields;
use super::parts::{Leaf, Parts};
use super::{Edit, changed_by, edited};

/// What some programs write in place of the keyword.
const BASE64: &[&str] = &["base64", "base-64", "b64", "x-base64", "base64mime", "base"];
/// See [`BASE64`].
const QUOTED_PRINTABLE: &[&str] =
    &["quoted-printable", "quotedprintable", "quoted-printeable", "quoted_printable", "qp", "x-quoted-printable"];

/// Media types that are none, and what they mean.
const MEDIA_TYPES: &[(&str, &str)] = &[
    ("", "text/plain"),
    ("application/html", "text/html"),
    ("application/text", "text/plain"),
    ("application/xhtml+xml", "text/html"),
    ("html", "text/html"),
    ("html/text", "text/html"),
    ("plain", "text/plain"),
    ("plain/text", "text/plain"),
    ("text", "text/plain"),
    ("text/", "text/plain"),
    ("text/ascii", "text/plain"),
    ("text/htm", "text/html"),
    ("text/text", "text/plain"),
    ("text/txt", "text/plain"),
    ("text/unknown", "text/plain"),
    ("text/x-html", "text/html"),
    ("txt", "text/plain"),
];

/// So far behind an equals sign a line may end.
const NEAR: usize = 100;

/// The mail with sound divisions, media types and transfer encodings.
pub(super) fn mended<'a>(raw: &'a [u8], parts: Parts) -> Cow<'a, [u8]> {
    let mut edits = parts.edits;
    for leaf in parts.leaves.iter().filter(|leaf| !leaf.is_nested) {
        edits.extend(type_edit(leaf));
        edits.extend(encoding_edits(raw, leaf));
    }
    edited(raw, edits)
}

/// The type as it is meant, and a semicolon before what stands behind it.
fn type_edit(leaf: &Leaf) -> Option<Edit> {
    let field = leaf.fields.content_type()?;
    let written = field.token();
    let meant = MEDIA_TYPES.iter().find(|(known, _)| *known == written).map_or(written.as_str(), |(_, meant)| *meant);
    let parameters = field.parameters();
    let is_apart = parameters.is_empty() || parameters.starts_with(';');
    if meant == written && is_apart {
        return None;
    }
    let parameters = parameters.trim_start_matches([';', ',', ' ', '\t']);
    let line = format!("Content-Type: {meant}{}{parameters}\r\n", if parameters.is_empty() { "" } else { "; " });
    Some(Edit { range: field.range.clone(), bytes: line.into_bytes() })
}

/// The encoding that a body is said to be in, where it is one that changes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Base64,
    QuotedPrintable,
}

impl Encoding {
    /// By any of its names.
    pub(super) fn named(written: &str) -> Option<Self> {
        match written {
            written if BASE64.contains(&written) => Some(Self::Base64),
            written if QUOTED_PRINTABLE.contains(&written) => Some(Self::QuotedPrintable),
            _ => None,
        }
    }

    fn keyword(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::QuotedPrintable => "quoted-printable",
        }
    }
}

/// Whether what stands in clear in an encoded body is a part of it.
pub(super) fn is_text(fields: &ContentFields) -> bool {
    let media_type = fields.media_type();
    (media_type.is_empty() || media_type.starts_with("text")) && !fields.is_attachment()
}

fn encoding_edits(raw: &[u8], leaf: &Leaf) -> Vec<Edit> {
    let Some((field, written)) = leaf.fields.encoding() else { return Vec::new() };
    let Some(encoding) = Encoding::named(&written) else { return Vec::new() };
    let keyword = encoding.keyword();
    let renamed =
        |keyword: &str| Edit { range: field.range.clone(), bytes: format!("Content-Transfer-Encoding: {keyword}\r\n").into_bytes() };
    let mut edits = Vec::new();
    if !field.value().eq_ignore_ascii_case(keyword) {
        edits.push(renamed(keyword));
    }
    let body = &raw[leaf.body.clone()];
    match encoding {
        Encoding::Base64 => match base64_body::read(body, is_text(&leaf.fields)) {
            Body::Repaired(bytes) => edits.push(Edit { range: leaf.body.clone(), bytes }),
            Body::Clear if is_text(&leaf.fields) => edits = vec![renamed("8bit")],
            Body::Clear | Body::Sound => {}
        },
        Encoding::QuotedPrintable => {
            edits.extend(changed_by(with_equals_escaped(body)).map(|bytes| Edit { range: leaf.body.clone(), bytes }));
        }
    }
    edits
}

/// A quoted-printable body in which every equals sign that stands for itself is escaped.
pub(super) fn with_equals_escaped(body: &[u8]) -> Cow<'_, [u8]> {
    let mut escaped = Vec::new();
    let mut done = 0;
    for at in unescaped_equals(body) {
        escaped.extend_from_slice(&body[done..at]);
        escaped.extend_from_slice(b"=3D");
        done = at + 1;
    }
    if done == 0 {
        return Cow::Borrowed(body);
    }
    escaped.extend_from_slice(&body[done..]);
    Cow::Owned(escaped)
}

/// Equals signs that stand for themselves: before another one the library takes all of the body for unencoded, before a blank it loses the blank.
fn unescaped_equals(body: &[u8]) -> impl Iterator<Item = usize> {
    memmem::find_iter(body, b"=").filter(|at| match body[at + 1..(at + 1 + NEAR).min(body.len())] {
        [b'=', ..] => true,
        [digit, b'=', ..] => digit.is_ascii_hexdigit(),
        [b' ' | b'\t', ref rest @ ..] => !matches!(rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')), Some(b'\r' | b'\n') | None),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::parts::parts;
    use super::*;

    fn text(raw: &str) -> String {
        let raw = raw.replace('\n', "\r\n").into_bytes();
        String::from_utf8(mended(&raw, parts(&raw)).into_owned()).unwrap().replace("\r\n", "\n")
    }

    #[test]
    fn an_inner_multipart_ends_at_the_outer_delimiter() {
        let head = "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\nuno\n";
        assert_eq!(text(&format!("{head}--o\n\ndos\n--o--\n")), format!("{head}--i--\n--o\n\ndos\n--o--\n"));
        assert_eq!(text(&format!("{head}--o--\n")), format!("{head}--i--\n--o--\n"));
        for sound in [format!("{head}--i--\n--o--\n"), head.to_owned(), format!("{head}--i--\n\n--x\n--o\n\n--i\n--o--\n")] {
            assert_eq!(text(&sound), sound);
        }
    }

    #[test]
    fn a_boundary_that_is_not_declared_is_found_before_the_fields_of_its_parts() {
        let parts = "--zz\nContent-Type: text/plain\n\nhola\n--zz--\n";
        for field in ["multipart/mixed", "multipart/mixed; boundary=other", "Multipart/Mixed; boundary="] {
            let mended = text(&format!("Content-Type: {field}\n\n{parts}"));
            assert_eq!(mended, format!("Content-Type: multipart/mixed; boundary=\"zz\"\n\n{parts}"), "{field}");
        }
        assert_eq!(text("Content-Type: multipart/mixed\n\n-- \nhola\n"), "Content-Type: text/plain\n\n-- \nhola\n");
        assert_eq!(text("Content-Type: multipart/mixed\n\n<p>hola\n"), "Content-Type: text/html\n\n<p>hola\n");
    }

    #[test]
    fn a_type_that_is_none_is_text() {
        for (written, meant) in [
            ("text", "text/plain"),
            ("Text; charset=iso-8859-1", "text/plain; charset=iso-8859-1"),
            ("html", "text/html"),
            ("text/plain charset=utf-8", "text/plain; charset=utf-8"),
            ("text/plain, charset=utf-8", "text/plain; charset=utf-8"),
            ("text / html ;charset=utf-8", "text/html; charset=utf-8"),
        ] {
            let mended = text(&format!("Content-Type: {written}\n\nhola\n"));
            let is_sound = written.starts_with("text / html");
            assert!(is_sound || mended == format!("Content-Type: {meant}\n\nhola\n"), "{mended}");
        }
        for sound in ["text/plain", "Text/HTML; charset=x", "image/png;name=x", "application/pdf", "text/plain (x); a=b", "x"] {
            let raw = format!("Content-Type: {sound}\n\nhola\n");
            assert_eq!(text(&raw), raw);
        }
    }

    #[test]
    fn encodings_are_known_under_other_names() {
        for (written, keyword) in [("\"base64\"", "base64"), ("BASE64 (x)", "base64"), ("b64", "base64"), ("QP", "quoted-printable")] {
            let mended = text(&format!("Content-Transfer-Encoding: {written}\n\nQQ==\n"));
            assert!(mended.starts_with(&format!("Content-Transfer-Encoding: {keyword}\n\nQQ")), "{mended}");
        }
        for sound in ["Base64", "7bit", "8bit", "x-uuencode"] {
            let raw = format!("Content-Transfer-Encoding: {sound}\n\nQQ==\n");
            assert_eq!(text(&raw), raw);
        }
        let odd = "Content-Transfer-Encoding: quoted-printable\n\na == b =C=3D\n";
        assert_eq!(text(odd), "Content-Transfer-Encoding: quoted-printable\n\na =3D=3D b =3DC=3D\n");
    }
}
