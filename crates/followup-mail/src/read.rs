//! Reads inbound mail: bytes of any kind in, the domain's [`ParsedMail`] or a reason out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use followup_domain::contact::EmailAddress;
use followup_domain::mail::inbound::{MailAddress, MailReader, ParsedMail, ShownHtml, UnreadableMail};
use followup_domain::message::{Classification, MailFlag};
use mail_parser::{Message, MessageParser};

use crate::compose::{LEFT_AS_HEADER, ORIGIN_HEADER};
use crate::mend::{Mended, Room};
use crate::{absence, attachments, authentication, body, classify, headers, mend, report, returned, shown_html, trim};

/// A mail with more MIME parts is not taken apart: nobody writes one, and each level of nesting costs stack and time.
pub const MOST_PARTS: usize = 500;
/// So many bytes of readable text are understood of one mail; the raw mail keeps all of it.
pub const LONGEST_TEXT: usize = 1024 * 1024;
/// The library takes quadratic time over the parameters of one.
const LONGEST_MIME_FIELD: usize = 64 * 1024;
/// The library counts positions in 32 bits.
const LONGEST_MAIL: usize = 1024 * 1024 * 1024;

/// Understands raw mails with the `mail-parser` library.
///
/// Anything with a header field of a mail at its beginning is a mail, however broken. Kept of one mail are at most
/// [`LONGEST_TEXT`] bytes of text, 1000 recipients, 1000 ids of References and 20 of In-Reply-To, 2000 characters of a subject or a name, 255
/// of the name of an attachment; the raw mail keeps the rest. Time grows linearly with the mail's size; memory, beside the mail itself, with what is understood of
/// it.
#[derive(Debug, Clone, Default)]
pub struct MimeReader {
    own_addresses: Vec<String>,
    trusted_authserv_id: Option<String>,
    room: Room,
}

impl MimeReader {
    /// A reader that knows the addresses the service sends from, so that it recognises its own mail come back.
    pub fn new(own_addresses: impl IntoIterator<Item = EmailAddress>) -> Self {
        Self { own_addresses: own_addresses.into_iter().map(|address| address.mailbox_key()).collect(), ..Self::default() }
    }

    /// The same, believing the Authentication-Results (RFC 8601) of the server with this authserv-id.
    #[must_use]
    pub fn trusting(self, authserv_id: Option<String>) -> Self {
        Self { trusted_authserv_id: authserv_id, ..self }
    }

    /// The same, setting other bodies aside than those that are large.
    #[cfg(test)]
    pub(crate) fn with_room(self, room: Room) -> Self {
        Self { room, ..self }
    }

    fn parsed(&self, message: &Message<'_>, mended: &Mended<'_>) -> ParsedMail {
        let mut flags = mended.flags.clone();
        let body::Readable { text: body_text, is_cut } = body::readable_text(message, &mended.aside, LONGEST_TEXT);
        if is_cut && !flags.contains(&MailFlag::TextCut) {
            flags.push(MailFlag::TextCut);
        }
        let (from, is_own) = self.author(message);
        let searched = report::readable(message, &body_text);
        let signs = classify::Signs::of(message, &searched, is_own);
        let (classification, classification_reason) = classify::classify(&signs);
        let (reply, quoted) = match report::is_report(classification) {
            true => returned::own_words(&body_text),
            false => trim::split_reply(&body_text),
        };
        if classify::is_automatic_by_label_alone(&signs, classification, &reply) {
            flags.push(MailFlag::AutomaticByLabel);
        }
        if is_encrypted(message, &body_text) && !flags.contains(&MailFlag::Encrypted) {
            flags.push(MailFlag::Encrypted);
        }
        if self.trusted_authserv_id.as_ref().is_some_and(|server| authentication::failed_dmarc(message, server)) {
            flags.push(MailFlag::FailedDmarc);
        }
        let recipients = report::recipients(message, &searched, classification, &self.own_addresses);
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
            in_reply_to: headers::answered(message),
            references: headers::ids(message, "references"),
            returned: returned::message_id(message).or_else(|| report::returned_in_text(message, &searched, classification)),
            left_as: headers::ids(message, LEFT_AS_HEADER).into_iter().next().filter(|_| classification == Classification::Echo),
            recipients,
            returns_on,
            date,
            reply,
            quoted,
            body_text,
            attachments: attachments::describe(message, mended),
            has_html: shown_html::is_there(message),
            flags,
        }
    }

    /// Who wrote it, and whether that is one of our own addresses. What a group of ours passed on is its author's, unless we wrote it.
    fn author(&self, message: &Message<'_>) -> (Option<MailAddress>, bool) {
        let from = headers::from(message);
        let is_own = |address: &str| self.own_addresses.contains(&address.to_lowercase());
        if !from.as_ref().is_some_and(|from| is_own(&from.address)) {
            return (from, false);
        }
        // A reply address of ours has a tag behind a separator.
        let is_ours = |address: &str| {
            let address = address.to_lowercase();
            let Some((local, domain)) = address.split_once('@') else { return false };
            let is_tagged = |own: &str| {
                own.split_once('@').is_some_and(|(own_local, own_domain)| {
                    own_domain == domain
                        && local.strip_prefix(own_local).is_some_and(|tag| tag.is_empty() || tag.starts_with(['+', '-', '=', '_']))
                })
            };
            self.own_addresses.iter().any(|own| is_tagged(own))
        };
        let is_written_by_us = headers::raw_first(message, ORIGIN_HEADER).is_some();
        let author = if is_written_by_us { None } else { headers::author_behind_list(message, is_ours) };
        let is_own = author.is_none();
        (author.or(from), is_own)
    }
}

impl MailReader for MimeReader {
    fn read(&self, raw: &[u8]) -> Result<ParsedMail, UnreadableMail> {
        guarded(raw, self.room, |message, mended| self.parsed(message, mended))
    }

    fn split_knowing(&self, body_text: &str, letter: &str) -> (String, Option<String>) {
        trim::split_reply_knowing(body_text, letter)
    }

    fn html(&self, raw: &[u8]) -> Option<ShownHtml> {
        guarded(raw, self.room, shown_html::shown).ok().flatten()
    }

    fn attachment(&self, raw: &[u8], index: usize) -> Option<Vec<u8>> {
        guarded(raw, self.room, |message, mended| attachments::bytes(message, mended, index)).ok().flatten()
    }
}

/// Parses, and lets no panic of the library out: one mail must not stop the mailbox.
fn guarded<T>(raw: &[u8], room: Room, use_message: impl FnOnce(&Message<'_>, &Mended<'_>) -> T) -> Result<T, UnreadableMail> {
    let raw = without_preamble(raw);
    if raw.is_empty() {
        return Err(UnreadableMail::Empty);
    }
    if raw.len() > LONGEST_MAIL {
        return Err(UnreadableMail::TooLarge(LONGEST_MAIL / 1024 / 1024));
    }
    let mended = mend::mended(raw, room)?;
    let raw = &*mended.raw;
    refuse_bombs(raw)?;
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let message = MessageParser::default().parse(raw).filter(headers::is_mail);
        let message = message.ok_or(UnreadableMail::NoMail)?;
        if !mended.aside.is_whole(&message) {
            return Err(UnreadableMail::Ambiguous);
        }
        // Parts may come without a Content-Type.
        if message.attachments.len() > MOST_PARTS { Err(UnreadableMail::ManyParts(MOST_PARTS)) } else { Ok(use_message(&message, &mended)) }
    }));
    outcome.unwrap_or(Err(UnreadableMail::ParserFailed))
}

/// Whether what its sender wrote is encrypted with OpenPGP (RFC 3156, or in plain text); S/MIME is known by its bytes.
fn is_encrypted(message: &Message<'_>, body_text: &str) -> bool {
    let is_declared = message.parts.iter().any(|part| attachments::content_type(part) == "multipart/encrypted");
    is_declared || mend::is_pgp_armour(body_text)
}

/// A byte order mark and empty lines before the first header field are passed over.
fn without_preamble(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_prefix("\u{feff}".as_bytes()).unwrap_or(raw);
    let start = raw.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(raw.len());
    &raw[start..]
}

fn refuse_bombs(raw: &[u8]) -> Result<(), UnreadableMail> {
    let divisions = mend::boundaries::names(raw);
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
            return Err(UnreadableMail::LongField(LONGEST_MIME_FIELD));
        }
    }
    if parts > MOST_PARTS || divided > MOST_PARTS { Err(UnreadableMail::ManyParts(MOST_PARTS)) } else { Ok(()) }
}

fn starts_with_ignoring_case(line: &[u8], beginning: &[u8]) -> bool {
    line.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}
