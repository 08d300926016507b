//! Reads inbound mail: bytes of any kind in, the domain's [`ParsedMail`] or a reason out.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use followup_domain::contact::EmailAddress;
use followup_domain::mail::inbound::{MailReader, ParsedMail, ShownHtml, UnreadableMail};
use followup_domain::message::Classification;
use mail_parser::{Message, MessageParser};

use crate::charset::guessed;
use crate::compose::LEFT_AS_HEADER;
use crate::{absence, attachments, body, boundaries, classify, headers, report, returned, shown_html, trim};

/// A mail with more MIME parts is not taken apart: nobody writes one, and each level of nesting costs stack and time.
pub const MOST_PARTS: usize = 500;
/// So many bytes of readable text are kept of one mail; the raw mail keeps all of it.
pub const LONGEST_TEXT: usize = 32 * 1024 * 1024;
/// The library takes quadratic time over the parameters of one.
const LONGEST_MIME_FIELD: usize = 64 * 1024;
/// The library counts positions in 32 bits.
const LONGEST_MAIL: usize = 1024 * 1024 * 1024;

/// Understands raw mails with the `mail-parser` library.
///
/// Anything with a header field of a mail at its beginning is a mail, however broken. Kept of one mail are at most
/// [`LONGEST_TEXT`] bytes of text, 1000 recipients and 1000 ids per field, 2000 characters of a subject or a name; the raw mail
/// keeps the rest. Time and memory grow linearly with the mail's size.
#[derive(Debug, Clone, Default)]
pub struct MimeReader {
    own_addresses: Vec<String>,
}

impl MimeReader {
    /// A reader that knows the addresses the service sends from, so that it recognises its own mail come back.
    pub fn new(own_addresses: impl IntoIterator<Item = EmailAddress>) -> Self {
        Self { own_addresses: own_addresses.into_iter().map(|address| address.mailbox_key()).collect() }
    }

    fn parsed(&self, message: &Message<'_>) -> ParsedMail {
        let from = headers::from(message);
        let body_text = body::readable_text(message, LONGEST_TEXT);
        let is_ours = from.as_ref().is_some_and(|from| self.own_addresses.contains(&from.address.to_lowercase()));
        let searched = report::readable(message, &body_text);
        let (classification, classification_reason) = classify::classify(&classify::Signs::of(message, &searched, is_ours));
        let recipients = report::recipients(message, &searched, classification, &self.own_addresses);
        let (reply, quoted) = trim::split_reply(&body_text);
        let (subject, date) = (headers::subject(message), headers::date(message));
        let is_absence = classification == Classification::AutoReply;
        let returns_on = is_absence.then(|| absence::returns_on(subject.as_deref(), &reply, date)).flatten();
        ParsedMail {
            classification,
            classification_reason,
            from,
            to: headers::recipients(message),
            delivered_to: headers::delivered_to(message),
            subject,
            message_id: headers::message_id(message),
            in_reply_to: headers::ids(message, "in-reply-to"),
            references: headers::ids(message, "references"),
            returned: returned::message_id(message).or_else(|| report::returned_in_text(message, &searched, classification)),
            left_as: headers::ids(message, LEFT_AS_HEADER).into_iter().next().filter(|_| classification == Classification::Echo),
            recipients,
            returns_on,
            date,
            reply,
            quoted,
            body_text,
            attachments: attachments::describe(message),
            has_html: shown_html::is_there(message),
        }
    }
}

impl MailReader for MimeReader {
    fn read(&self, raw: &[u8]) -> Result<ParsedMail, UnreadableMail> {
        guarded(raw, |message| self.parsed(message))
    }

    fn split_knowing(&self, body_text: &str, letter: &str) -> (String, Option<String>) {
        trim::split_reply_knowing(body_text, letter)
    }

    fn html(&self, raw: &[u8]) -> Option<ShownHtml> {
        guarded(raw, shown_html::shown).ok().flatten()
    }

    fn attachment(&self, raw: &[u8], index: usize) -> Option<Vec<u8>> {
        guarded(raw, |message| attachments::bytes(message, index)).ok().flatten()
    }
}

/// Parses, and lets no panic of the library out: one mail must not stop the mailbox.
fn guarded<T>(raw: &[u8], use_message: impl FnOnce(&Message<'_>) -> T) -> Result<T, UnreadableMail> {
    let raw = without_preamble(raw);
    refuse_bombs(raw)?;
    let raw = &*boundaries::mended(raw);
    let raw = &*mended(raw);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let message = MessageParser::default().parse(raw).filter(headers::is_mail);
        let message = message.ok_or_else(|| UnreadableMail("no header field of a mail at its beginning".to_owned()))?;
        // Parts may come without a Content-Type.
        if message.attachments.len() > MOST_PARTS { Err(too_many_parts()) } else { Ok(use_message(&message)) }
    }));
    outcome.unwrap_or_else(|_| Err(UnreadableMail("the MIME parser failed on it".to_owned())))
}

/// A byte order mark and empty lines before the first header field are passed over.
fn without_preamble(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_prefix("\u{feff}".as_bytes()).unwrap_or(raw);
    let start = raw.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(raw.len());
    &raw[start..]
}

fn refuse_bombs(raw: &[u8]) -> Result<(), UnreadableMail> {
    if raw.is_empty() {
        return Err(UnreadableMail("it is empty".to_owned()));
    }
    if raw.len() > LONGEST_MAIL {
        return Err(UnreadableMail(format!("it is larger than {} MiB", LONGEST_MAIL / 1024 / 1024)));
    }
    let divisions = boundaries::names(raw);
    let (mut parts, mut divided, mut field_length) = (0, 0, None);
    for line in raw.split(|byte| *byte == b'\n') {
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if starts_with_ignoring_case(line.trim_ascii_start(), b"content-") {
            parts += usize::from(starts_with_ignoring_case(line.trim_ascii_start(), b"content-type"));
            field_length = Some(0);
        } else if !is_folded {
            field_length = None;
        }
        // Parts may come without any header field.
        divided += usize::from(line.strip_prefix(b"--").is_some_and(|name| divisions.contains(name.trim_ascii_end())));
        field_length = field_length.map(|length| length + line.len());
        if field_length > Some(LONGEST_MIME_FIELD) {
            return Err(UnreadableMail(format!("a MIME header field is longer than {LONGEST_MIME_FIELD} bytes")));
        }
    }
    if parts > MOST_PARTS || divided > MOST_PARTS { Err(too_many_parts()) } else { Ok(()) }
}

fn too_many_parts() -> UnreadableMail {
    UnreadableMail(format!("it has more than {MOST_PARTS} MIME parts"))
}

fn starts_with_ignoring_case(line: &[u8], beginning: &[u8]) -> bool {
    line.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

/// Replaces a zone of one or two letters ("UT", "Z") in the date fields by `+0000`: behind one, mail-parser 0.11 takes the end of the
/// line for a part of the zone and loses the next header field. And header fields in raw Windows-1252, parts' ones too, become UTF-8.
fn mended(raw: &[u8]) -> Cow<'_, [u8]> {
    let divisions = boundaries::names(raw);
    let mut mended: Option<Vec<u8>> = None;
    let (mut place, mut in_header, mut in_top) = (0, true, true);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let trimmed = line.trim_ascii_end();
        if trimmed.is_empty() {
            (in_header, in_top) = (false, false);
        } else if !in_header {
            in_header = trimmed.strip_prefix(b"--").is_some_and(|name| divisions.contains(name));
        }
        let changed = if in_header { mended_line(line, trimmed, in_top) } else { None };
        match (changed, &mut mended) {
            (Some(changed), Some(mended)) => mended.extend_from_slice(&changed),
            (Some(changed), None) => mended = Some([&raw[..place], &changed].concat()),
            (None, Some(mended)) => mended.extend_from_slice(line),
            (None, None) => {}
        }
        place += line.len();
    }
    mended.map_or(Cow::Borrowed(raw), Cow::Owned)
}

fn mended_line(line: &[u8], trimmed: &[u8], in_top: bool) -> Option<Vec<u8>> {
    let zone = trimmed.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let is_date = || trimmed.split(|byte| *byte == b':').next().is_some_and(|name| name.to_ascii_lowercase().ends_with(b"date"));
    if in_top && (1..=2).contains(&zone) && is_date() {
        return Some([&trimmed[..trimmed.len() - zone], b"+0000", &line[trimmed.len()..]].concat());
    }
    // Within an encoded word such a byte is of the charset that the word names.
    let is_encoded = || line.windows(2).any(|window| window == b"=?");
    (std::str::from_utf8(line).is_err() && !is_encoded()).then(|| guessed(line).into_owned().into_bytes())
}
