//! Large bodies of parts are set aside before the MIME library sees the mail: it decodes whatever it is given, and keeps all of it. It gets the
//! beginning of a text, as much as is understood of one, and nothing of a file. What was set aside is read from the mail as it came; the
//! part that has it is known by a header field that no mail has.

use std::ops::Range;

use mail_parser::parsers::MessageStream;
use mail_parser::{HeaderName, Message, MessagePart};
use memchr::memmem;

use super::base64_body;
use super::parts::{Leaf, Parts};
use super::structure::{Encoding, is_text, with_equals_escaped};
use super::{Edit, edited};

/// So many bytes of the bodies of one kind stay in the mail, all together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    html: usize,
    text: usize,
    /// Reports, and encoded mails.
    message: usize,
    /// Such a body stays whole, or goes whole.
    file: usize,
    /// All of it in mails that are attached.
    nested: usize,
    /// Between the parts, in one place.
    between: usize,
}

const MIB: usize = 1024 * 1024;

impl Default for Room {
    fn default() -> Self {
        Self::USUAL
    }
}

impl Room {
    /// More than is understood of any mail.
    pub(crate) const USUAL: Self = Self { html: 8 * MIB, text: 4 * MIB, message: MIB, file: MIB, nested: MIB, between: MIB / 16 };

    /// Nothing is set aside.
    #[cfg(test)]
    pub(crate) const EVERYTHING: Self =
        Self { html: usize::MAX, text: usize::MAX, message: usize::MAX, file: usize::MAX, nested: usize::MAX, between: usize::MAX };

    /// All is set aside but what is to be read.
    #[cfg(test)]
    pub(crate) const OF_TEXTS: Self = Self { file: 0, between: 1024, ..Self::EVERYTHING };

    /// Everything is set aside.
    #[cfg(test)]
    pub(crate) const NONE: Self = Self { html: 0, text: 0, message: 0, file: 0, nested: 0, between: 1024 };

    /// The room for a body of this kind.
    fn of(&mut self, leaf: &Leaf) -> &mut usize {
        match leaf.fields.media_type().as_str() {
            _ if leaf.is_nested => &mut self.nested,
            "text/html" => &mut self.html,
            media_type if media_type.is_empty() || media_type.starts_with("text") || media_type.starts_with("multipart/") => &mut self.text,
            media_type if media_type.starts_with("message/") => &mut self.message,
            _ => &mut self.file,
        }
    }

    /// How much of a body stays.
    fn take(&mut self, raw: &[u8], leaf: &Leaf) -> usize {
        let media_type = leaf.fields.media_type();
        let is_file = !["", "text", "message", "multipart"].contains(&media_type.split('/').next().unwrap_or_default());
        let left = self.of(leaf);
        let length = leaf.body.len();
        let kept = match length <= *left {
            true => length,
            false if is_file => 0,
            false => memchr::memrchr(b'\n', &raw[leaf.body.start..leaf.body.start + *left]).map_or(*left, |at| at + 1),
        };
        *left -= kept;
        kept
    }
}

/// What was set aside.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    /// The header field that numbers the parts.
    field: String,
    bodies: Vec<Body>,
    /// Something is left out that belongs to no part: programs that divide a mail in another way may see words there.
    pub(super) is_cut_between: bool,
}

#[derive(Debug)]
struct Body {
    range: Range<usize>,
    encoding: Option<Encoding>,
    is_text: bool,
}

/// Takes the large bodies out of a mail; gives what is left of it, or nothing where nothing is large.
pub(super) fn set_aside(raw: &[u8], parts: &Parts, mut room: Room) -> (Aside, Option<Vec<u8>>) {
    let Some(field) = fresh_field(raw) else { return (Aside::default(), None) };
    let mut edits = between(raw, parts, room.between);
    let mut aside = Aside { field, bodies: Vec::new(), is_cut_between: !edits.is_empty() };
    let mut bodies: Vec<&Leaf> = parts.leaves.iter().chain(&parts.undivided).collect();
    // What is to be read comes before what is called an attachment.
    bodies.sort_by_key(|leaf| (leaf.fields.is_attachment(), leaf.body.start));
    for leaf in bodies {
        let kept = room.take(raw, leaf);
        if kept < leaf.body.len() {
            edits.push(Edit { range: leaf.body.start + kept..leaf.body.end, bytes: Vec::new() });
            if !leaf.is_nested {
                edits.push(aside.number(raw, leaf));
            }
        }
    }
    if edits.is_empty() {
        return (aside, None);
    }
    for attached in &parts.attached {
        edits.push(aside.number(raw, attached));
    }
    (aside, Some(edited(raw, edits).into_owned()))
}

/// What stands before the first part, behind the last one or between two and is much: the delimiters are at its ends.
fn between(raw: &[u8], parts: &Parts, most: usize) -> Vec<Edit> {
    let bodies = parts.leaves.iter().chain(&parts.undivided).map(|leaf| leaf.body.clone());
    let mut known: Vec<Range<usize>> = parts.headers.iter().cloned().chain(bodies).collect();
    known.push(raw.len()..raw.len());
    known.sort_by_key(|range| range.start);
    let (mut edits, mut end) = (Vec::new(), 0);
    for range in known {
        if range.start.saturating_sub(end) > most {
            edits.push(Edit { range: end + most / 2..range.start - most / 2, bytes: Vec::new() });
        }
        end = range.end.max(end);
    }
    edits
}

/// A field that the mail does not have.
fn fresh_field(raw: &[u8]) -> Option<String> {
    (0..8).map(|trial| format!("X-Set-Aside-{trial}")).find(|name| memmem::find(raw, name.as_bytes()).is_none())
}

impl Aside {
    /// Sets a body aside: the edit that numbers its part.
    fn number(&mut self, raw: &[u8], leaf: &Leaf) -> Edit {
        let encoding = leaf.fields.encoding().and_then(|(_, written)| Encoding::named(&written));
        let line = format!("{}: {}\r\n", self.field, self.bodies.len()).into_bytes();
        self.bodies.push(Body { range: leaf.body.clone(), encoding, is_text: is_text(&leaf.fields) });
        // Before the empty line.
        let header = &raw[leaf.header.clone()];
        let lines = header.strip_suffix(b"\n").unwrap_or(header);
        let at = leaf.header.start + memchr::memrchr(b'\n', lines).map_or(0, |at| at + 1);
        Edit { range: at..at, bytes: line }
    }

    fn of(&self, part: &MessagePart<'_>) -> Option<&Body> {
        let is_ours = |name: &HeaderName<'_>| matches!(name, HeaderName::Other(name) if *name == self.field);
        let value = &part.headers.iter().find(|header| is_ours(&header.name))?.value;
        self.bodies.get(value.as_text()?.trim().parse::<usize>().ok()?)
    }

    /// Whether the part's body was set aside.
    pub(crate) fn holds(&self, part: &MessagePart<'_>) -> bool {
        !self.bodies.is_empty() && self.of(part).is_some()
    }

    /// Whether each body that was set aside belongs to one part of the mail as the library takes it apart.
    pub(crate) fn is_whole(&self, message: &Message<'_>) -> bool {
        message.parts.iter().filter(|part| self.holds(part)).count() == self.bodies.len()
    }

    /// Shows the bytes of a body that was set aside to `see`, its transfer encoding undone; whether it was. `whole` is the mail that it was taken from.
    pub(crate) fn each_piece(&self, whole: &[u8], part: &MessagePart<'_>, see: &mut dyn FnMut(&[u8])) -> bool {
        let Some(body) = self.of(part).filter(|_| !self.bodies.is_empty()) else { return false };
        let bytes = &whole[body.range.clone()];
        match body.encoding {
            Some(Encoding::Base64) => base64_body::each_piece(bytes, body.is_text, see),
            Some(Encoding::QuotedPrintable) => {
                let escaped = with_equals_escaped(bytes);
                // As it decodes parts; its other decoder gives up where this one goes on.
                match MessageStream::new(&escaped).decode_quoted_printable_mime(b"") {
                    (usize::MAX, _) => see(bytes),
                    (_, decoded) => see(&decoded),
                }
            }
            None => see(bytes),
        }
        true
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use followup_domain::mail::inbound::{MailReader, ParsedMail};
    use followup_domain::message::MailFlag;

    use super::*;
    use crate::MimeReader;

    fn read(raw: &[u8], room: Room) -> ParsedMail {
        MimeReader::default().with_room(room).read(raw).unwrap()
    }

    fn part(fields: &str, body: &str) -> String {
        format!("--b\r\n{fields}\r\n\r\n{body}\r\n")
    }

    const LINE: &str = "UGVzbyA2MCBrZywgdGFsbGEgMTYwIGNt\r\n";

    /// Parts of each kind and in each encoding, sound and broken.
    fn parts() -> Vec<String> {
        let base64 = "Content-Transfer-Encoding: base64";
        let png = |encoding: &str, body: &str| part(&format!("Content-Type: image/png; name=a.png\r\n{encoding}"), body);
        let csv = |encoding: &str, body: &str| {
            part(
                &format!("Content-Type: text/csv; charset=iso-8859-1\r\nContent-Disposition: attachment; filename=a.csv\r\n{encoding}"),
                body,
            )
        };
        let quoted = "Content-Transfer-Encoding: quoted-printable";
        let nested = "From: a@b.c\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nuno\r\n--i--\r\n";
        vec![
            png(base64, &LINE.repeat(9)),
            png(base64, &format!("{}UGVzbw==", LINE.repeat(2))),
            png(base64, &format!("{}UGVzb", LINE.repeat(2))),
            png(base64, &format!("{LINE}!!!\r\nUGVz\r\n--\r\nAviso del antivirus")),
            png("Content-Transfer-Encoding: \"b64\"", LINE),
            png("Content-Transfer-Encoding: 8bit", "a=b \u{0} c\r\n\r\nd"),
            png(quoted, "a=3Db == c=\r\nd=C3=B1 =zz"),
            csv(quoted, "a;b=F1;=\r\nc\r\n"),
            csv(base64, LINE),
            csv("", "a;b;\u{f1}\r\nc\r\n"),
            part("Content-Type: message/rfc822", nested),
            part(&format!("Content-Type: message/rfc822\r\n{base64}"), "RnJvbTogYUBiLmMNCg0KaG9sYQ==\r\n"),
            part("Content-Type: application/octet-stream", ""),
            part("Content-Type: text/plain; name=x.txt", "un texto con nombre"),
        ]
    }

    fn mail(parts: &str) -> String {
        format!("From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhola\r\n{parts}--b--\r\n")
    }

    #[test]
    fn a_file_that_is_set_aside_is_told_of_and_given_as_one_that_is_not() {
        let each = parts();
        let mails = each.iter().map(|part| mail(part)).chain([mail(&each.concat())]);
        for raw in mails.map(String::into_bytes) {
            let whole = read(&raw, Room::EVERYTHING);
            assert!(!whole.attachments.is_empty());
            assert_eq!(read(&raw, Room::OF_TEXTS), whole);
            assert_eq!(read(&raw, Room::NONE).attachments, whole.attachments, "{}", String::from_utf8_lossy(&raw));
            for index in 0..whole.attachments.len() {
                let given = |room| MimeReader::default().with_room(room).attachment(&raw, index).unwrap();
                assert_eq!(given(Room::NONE), given(Room::EVERYTHING));
            }
        }
    }

    #[test]
    fn of_a_text_the_beginning_is_read_and_that_there_is_more_is_told() {
        let text = "uno\r\ndos\r\n".repeat(10);
        for (fields, body) in
            [("", text.clone()), ("Content-Type: text/html", text.clone()), ("Content-Type: multipart/mixed; boundary=x", text.clone())]
        {
            let raw = format!("From: a@b.c\r\n{fields}\r\n\r\n{body}").into_bytes();
            let read = read(&raw, Room { text: 12, html: 12, ..Room::USUAL });
            assert_eq!(
                (read.body_text.split_whitespace().collect::<Vec<_>>(), read.flags),
                (vec!["uno", "dos"], vec![MailFlag::TextCut]),
                "{fields}"
            );
        }
        let raw = mail(&part("Content-Type: image/png", &text)).into_bytes();
        assert_eq!(read(&raw, Room { file: 12, ..Room::USUAL }).flags, []);
    }

    #[test]
    fn the_text_comes_before_what_is_called_an_attachment() {
        let first = part("Content-Disposition: attachment; filename=a.txt", &"x".repeat(90));
        let raw = mail("").replacen("--b\r\n\r\nhola", &format!("{first}--b\r\n\r\nhola"), 1).into_bytes();
        let read = read(&raw, Room { text: 10, ..Room::USUAL });
        assert_eq!((&*read.body_text, &*read.flags, read.attachments[0].size), ("hola", &[][..], 90));
    }

    #[test]
    fn what_stands_between_the_parts_is_left_out_where_it_is_much() {
        let raw = mail("").replace("\r\n\r\n--b", &format!("\r\n\r\n{}--b", "preludio\r\n".repeat(99))) + &"final\r\n".repeat(99);
        let read = read(raw.as_bytes(), Room { between: 100, ..Room::USUAL });
        assert_eq!((&*read.body_text, read.flags), ("hola", vec![MailFlag::TextCut]));
    }

    #[test]
    fn a_mail_that_has_the_field_itself_has_nothing_set_aside_by_it() {
        let raw = mail(&part("X-Set-Aside-0: 0\r\nContent-Type: image/gif", "abc")) + "X-Set-Aside-1";
        let read = read(raw.as_bytes(), Room::OF_TEXTS);
        assert_eq!(read, super::tests::read(raw.as_bytes(), Room::EVERYTHING));
    }
}
