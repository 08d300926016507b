//! The text of a mail as one reads it.

use std::borrow::Cow;
use std::collections::HashSet;

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use crate::attachments::{content, content_type};
use crate::charset;
use crate::enriched::enriched_to_text;
use crate::html::html_to_text;
use crate::mend::Aside;

/// Different words of a remark in place of the HTML.
const LONGEST_REMARK: usize = 60;
/// Word processors write so many times more markup than text.
const MARKUP: usize = 8;
/// So many words are compared.
const MOST_WORDS: usize = 2000;

/// Text to be read.
pub(crate) struct Readable {
    pub(crate) text: String,
    /// There is more of it than was taken.
    pub(crate) is_cut: bool,
}

/// The readable text: the plain text parts one after the other, or the HTML where there is no plain text or only a remark that there
/// is HTML, or else text that the mail calls an attachment but gives no name, or that is all of it. Lines end with `\n`, NUL is U+FFFD, at most `longest` bytes (cut at a character).
pub(crate) fn readable_text(message: &Message<'_>, aside: &Aside, longest: usize) -> Readable {
    let plain = joined((message, aside), message.text_bodies(), longest);
    let has_words = |readable: &Readable| !readable.text.trim().is_empty();
    let html = || Some(joined((message, aside), message.html_bodies(), longest)).filter(has_words);
    let nameless = || Some(joined((message, aside), set_aside(message), longest)).filter(has_words);
    let mut readable = match has_words(&plain) {
        true if has_alternative(message) => html().filter(|html| says_more(&html.text, &plain.text)).unwrap_or(plain),
        true => plain,
        false => html().or_else(nameless).unwrap_or(plain),
    };
    readable.text.truncate(readable.text.trim_end_matches('\n').len());
    readable
}

/// Whether it has HTML beside its plain text.
fn has_alternative(message: &Message<'_>) -> bool {
    message.html_bodies().any(|part| matches!(part.body, PartType::Html(_)))
        && !message.text_bodies().any(|part| matches!(part.body, PartType::Html(_)))
}

/// Whether a short plain text is only a remark ("your program shows no HTML") in place of the HTML: most words of the HTML are not in
/// it, nor most of its own words in the HTML.
fn says_more(html: &str, plain: &str) -> bool {
    let (ours, theirs): (HashSet<String>, HashSet<String>) = (words(html), words(plain));
    let shared = ours.intersection(&theirs).count();
    theirs.len() <= LONGEST_REMARK && shared * 2 < ours.len() && shared * 2 < theirs.len()
}

/// The first words of a text, in lower case.
fn words(text: &str) -> HashSet<String> {
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(MOST_WORDS).map(str::to_lowercase).collect()
}

/// Texts that stand among the attachments although they are to be read.
fn set_aside<'a>(message: &'a Message<'a>) -> impl Iterator<Item = &'a MessagePart<'a>> {
    let root: *const MessagePart<'_> = message.root_part();
    let is_all = move |part: &MessagePart<'_>| std::ptr::eq(part, root);
    message.attachments().filter(move |part| is_readable(part) && (part.attachment_name().is_none() || is_all(part)))
}

/// Whether a part is text for people, by its type; of one that is declared to have parts and has none, what stands there is.
fn is_readable(part: &MessagePart<'_>) -> bool {
    /// The others (calendars, tables, cards, headers) are for programs.
    const FOR_PEOPLE: &[&str] = &["enriched", "flowed", "html", "markdown", "plain", "richtext", "x-markdown", "x-plain", "x-web-markdown"];
    let content_type = content_type(part);
    match content_type.split_once('/') {
        Some(("text", kind)) => FOR_PEOPLE.contains(&kind),
        Some((kind, _)) => kind == "multipart",
        None => content_type == "text",
    }
}

fn joined<'a>((message, aside): (&'a Message<'_>, &Aside), parts: impl Iterator<Item = &'a MessagePart<'a>>, longest: usize) -> Readable {
    let (mut text, mut is_cut) = (String::new(), false);
    for part in parts {
        let mut first = |whole: &str, longest: usize, read: &dyn Fn(&str) -> String| {
            is_cut |= whole.len() > longest || aside.holds(part);
            read(bounded(whole, longest))
        };
        let part_text = match &part.body {
            PartType::Text(plain) => first(&decoded(message, part, plain), longest, &|plain| shown_text(part, plain)),
            PartType::Html(html) => first(&decoded(message, part, html), longest.saturating_mul(MARKUP), &html_to_text),
            _ => continue,
        };
        if !text.is_empty() && !text.ends_with('\n') && !part_text.starts_with('\n') {
            text.push('\n');
        }
        text.push_str(&part_text);
        if text.len() > longest {
            text.truncate(bounded(&text, longest).len());
            return Readable { text, is_cut: true };
        }
    }
    Readable { text, is_cut }
}

/// The text of a part, in the charset that its bytes are in: the library believes what the part declares.
pub(crate) fn decoded<'a>(message: &'a Message<'_>, part: &'a MessagePart<'_>, text: &'a str) -> Cow<'a, str> {
    let label = part.content_type().and_then(|declared| declared.attribute("charset")).unwrap_or_default();
    let is_sound =
        if label.is_empty() || charset::says_utf8(label) { !text.contains('\u{fffd}') } else { text.is_ascii() && !text.contains('\x1b') };
    if is_sound {
        return Cow::Borrowed(text);
    }
    match content(message, part) {
        Cow::Borrowed(bytes) => charset::decoded(label, bytes),
        Cow::Owned(bytes) => Cow::Owned(charset::decoded(label, &bytes).into_owned()),
    }
}

/// At most `longest` bytes of whole characters.
pub(crate) fn bounded(text: &str, longest: usize) -> &str {
    let mut end = longest.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Text with `\n` as its only line end and without NUL.
pub(crate) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut after_return = false;
    for character in text.chars() {
        match character {
            '\n' if after_return => {}
            '\r' | '\n' => cleaned.push('\n'),
            '\0' => cleaned.push('\u{fffd}'),
            other => cleaned.push(other),
        }
        after_return = character == '\r';
    }
    cleaned
}

fn shown_text(part: &MessagePart<'_>, text: &str) -> String {
    let cleaned = clean(text.trim_start_matches('\u{feff}'));
    let content_type = content_type(part);
    if matches!(content_type.as_str(), "text/enriched" | "text/richtext") {
        return enriched_to_text(&cleaned, content_type == "text/richtext");
    }
    let Some(declared) = part.content_type() else { return cleaned };
    let says = |name: &str, value: &str| declared.attribute(name).is_some_and(|given| given.eq_ignore_ascii_case(value));
    if says("format", "flowed") { unflowed(&cleaned, says("delsp", "yes")) } else { cleaned }
}

/// Joins the lines of `format=flowed` text (RFC 3676 §4): a line that ends with a blank goes on in the next one of the same
/// quote depth; the blank that stuffs a line is taken off.
fn unflowed(text: &str, delete_space: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut flows_at: Option<usize> = None;
    for (number, line) in text.split('\n').enumerate() {
        let unquoted = line.trim_start_matches('>');
        let depth = line.len() - unquoted.len();
        let content = unquoted.strip_prefix(' ').unwrap_or(unquoted);
        let is_separator = content == "-- ";
        if flows_at == Some(depth) && !is_separator {
            joined.push_str(content);
        } else {
            if number > 0 {
                joined.push('\n');
            }
            joined.push_str(&line[..depth]);
            if depth > 0 && !content.is_empty() {
                joined.push(' ');
            }
            joined.push_str(content);
        }
        flows_at = (content.ends_with(' ') && !is_separator).then_some(depth);
        if flows_at.is_some() && delete_space {
            joined.pop();
        }
    }
    joined
}
