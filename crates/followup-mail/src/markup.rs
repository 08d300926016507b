//! HTML as texts and tags: one pass, linear in time, whatever the markup.

/// What is done with them, in their order.
pub(crate) trait Visitor {
    /// Text between tags, character references and all.
    fn text(&mut self, text: &str);
    /// A tag.
    fn tag(&mut self, tag: &Tag<'_>);
}

/// Tells a visitor the texts and tags of HTML. What browsers do not show (comments, scripts, styles, titles, templates) is passed over.
pub(crate) fn walk(html: &str, visitor: &mut dyn Visitor) {
    let mut unclosed_comment = false;
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        visitor.text(&rest[..start]);
        rest = &rest[start..];
        rest = match markup(rest, &mut unclosed_comment) {
            Markup::Literal => {
                visitor.text("<");
                &rest[1..]
            }
            Markup::Skipped(length) => &rest[length..],
            Markup::Tag(length) => {
                let tag = Tag::read(&rest[1..length - 1]);
                let after = &rest[length..];
                match raw_text_end(&tag, after) {
                    Some(end) => &after[end..],
                    None => {
                        visitor.tag(&tag);
                        after
                    }
                }
            }
        };
    }
    visitor.text(rest);
}

/// What begins at a `<`, and how long it is.
enum Markup {
    Literal,
    Skipped(usize),
    Tag(usize),
}

fn markup(text: &str, unclosed_comment: &mut bool) -> Markup {
    if text.starts_with("<!--") && !*unclosed_comment {
        match text.find("-->") {
            Some(end) => return Markup::Skipped(end + 3),
            None => *unclosed_comment = true,
        }
    }
    match text.as_bytes().get(1) {
        Some(b'!' | b'?') => tag_end(text).map_or(Markup::Literal, Markup::Skipped),
        Some(b'/') | Some(b'a'..=b'z' | b'A'..=b'Z') => tag_end(text).map_or(Markup::Literal, Markup::Tag),
        _ => Markup::Literal,
    }
}

/// Length of the tag at the beginning of `text`. A `>` in a quoted attribute does not end it, unless the quote never closes; the
/// next `<` ends the search, so that all searches together take linear time.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut first_end = None;
    for (position, byte) in text.bytes().enumerate().skip(1) {
        match (byte, quote) {
            (b'<', _) => break,
            (b'>', None) => return Some(position + 1),
            (b'>', Some(_)) => first_end = first_end.or(Some(position + 1)),
            (b'"' | b'\'', None) if text.as_bytes()[position - 1] == b'=' => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    first_end
}

/// Where the content ends that is not for reading; none for other tags.
fn raw_text_end(tag: &Tag<'_>, after: &str) -> Option<usize> {
    const RAW: &[&str] = &["script", "style", "title", "template"];
    if tag.closes || !RAW.contains(&tag.name.as_str()) {
        return None;
    }
    let name = tag.name.as_bytes();
    let ends = |window: &[u8]| window.starts_with(b"</") && window[2..].eq_ignore_ascii_case(name);
    Some(after.as_bytes().windows(name.len() + 2).position(ends).unwrap_or(after.len()))
}

/// A tag.
pub(crate) struct Tag<'a> {
    /// Its name in lower case.
    pub(crate) name: String,
    /// Whether it ends an element.
    pub(crate) closes: bool,
    /// What stands behind the name.
    pub(crate) attributes: &'a str,
}

impl<'a> Tag<'a> {
    fn read(inside: &'a str) -> Self {
        let closes = inside.starts_with('/');
        let inside = inside.trim_start_matches('/');
        let end = inside.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inside.len());
        Self { name: inside[..end].to_ascii_lowercase(), closes, attributes: &inside[end..] }
    }
}
