//! The attributes of a tag, and those that come out.

use mail_parser::decoders::html::add_html_token;

use super::style;

/// More attributes of one tag are not read.
const MOST: usize = 64;
/// A longer value does not come out.
const LONGEST_VALUE: usize = 4096;
/// A `data:` URI may be longer.
const LONGEST_DATA: usize = 2 * 1024 * 1024;

/// An attribute, its value's character references resolved.
pub(super) struct Attribute {
    /// In lower case.
    pub(super) name: String,
    pub(super) value: String,
}

/// The attributes of a tag.
pub(super) fn attributes(text: &str) -> Vec<Attribute> {
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < MOST {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/' | '>')).unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let value = match rest.strip_prefix('=') {
            Some(after) => {
                let (value, after) = value(after.trim_start());
                rest = after;
                value
            }
            None => "",
        };
        if name.is_empty() && value.is_empty() {
            // Nothing but a sign that begins no attribute.
            match rest.chars().next() {
                Some(sign) => rest = &rest[sign.len_utf8()..],
                None => break,
            }
        } else if !found.iter().any(|known: &Attribute| known.name == name) {
            found.push(Attribute { name, value: resolved(value) });
        }
    }
    found
}

/// A value, quoted or not, and what stands behind it.
fn value(text: &str) -> (&str, &str) {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let (inside, end) = match quote {
        Some(quote) => (&text[1..], text[1..].find(quote)),
        None => (text, text.find(|c: char| c.is_ascii_whitespace())),
    };
    let end = end.unwrap_or(inside.len());
    let after = if quote.is_some() { inside.get(end + 1..).unwrap_or_default() } else { &inside[end..] };
    (&inside[..end], after)
}

fn resolved(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(start) = rest.find('&') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = super::reference(rest).unwrap_or(1);
        if length > 1 {
            add_html_token(&mut text, rest[..length].as_bytes(), false)
        } else {
            text.push('&')
        }
        rest = &rest[length..];
    }
    text.push_str(rest);
    text
}

impl Attribute {
    /// The name and value as they come out on an element; none for what does not.
    pub(super) fn kept(&self, element: &str) -> Option<(&'static str, String)> {
        const PLAIN: &[&str] = &["align", "alt", "dir", "title", "valign"];
        const MEASURES: &[&str] = &[
            "bgcolor",
            "border",
            "cellpadding",
            "cellspacing",
            "color",
            "colspan",
            "face",
            "height",
            "rowspan",
            "size",
            "span",
            "start",
            "width",
        ];
        let named = |table: &'static [&'static str]| table.iter().find(|name| **name == self.name).copied();
        let value = self.value.trim();
        if value.len() > LONGEST_VALUE {
            return None;
        }
        match self.name.as_str() {
            "style" => Some(("style", style::kept(value))).filter(|(_, style)| !style.is_empty()),
            "href" if element == "a" => is_link(value).then(|| ("href", value.to_owned())),
            _ => named(PLAIN).or_else(|| named(MEASURES).filter(|_| is_measure(value))).map(|name| (name, value.to_owned())),
        }
    }

    /// Whether a browser would load an image for it.
    pub(super) fn loads_an_image(&self) -> bool {
        self.name == "background" && !self.value.trim().is_empty() || self.name == "style" && style::loads(&self.value)
    }
}

/// A colour, a number, the name of a font.
fn is_measure(value: &str) -> bool {
    value.chars().all(|c| c.is_alphanumeric() || matches!(c, '#' | '%' | '.' | ',' | ' ' | '-' | '+' | '_' | '"' | '\''))
}

/// Links that only lead somewhere when a person follows them.
fn is_link(value: &str) -> bool {
    const SCHEMES: &[&str] = &["http://", "https://", "mailto:", "tel:"];
    let lower = value.to_ascii_lowercase();
    SCHEMES.iter().any(|scheme| lower.starts_with(scheme)) && !value.chars().any(char::is_control)
}

/// An image that stands in the HTML itself, of a type that cannot run anything.
pub(super) fn is_harmless_data(uri: &str) -> bool {
    const BEGINNINGS: &[&str] = &["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"];
    let known = BEGINNINGS.iter().find(|known| uri.get(..known.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(known)));
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\n' | ' ');
    known.is_some_and(|known| uri.len() <= LONGEST_DATA && uri[known.len()..].chars().all(is_base64))
}

/// A `cid:` URI's id (RFC 2392 writes some characters as `%xx`).
pub(super) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut position = 0;
    while position < bytes.len() {
        let hex = bytes.get(position + 1..position + 3).filter(|_| bytes[position] == b'%');
        let byte = hex.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(byte.unwrap_or(bytes[position]));
        position += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
