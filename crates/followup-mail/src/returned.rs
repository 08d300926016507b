//! The mail that a report brings along: whole (`message/rfc822`) or its header (`text/rfc822-headers`), RFC 3462, or below the
//! report's own words as plain text.

use std::sync::LazyLock;

use followup_domain::message::threading::{InternetMessageId, parse_id_list};
use followup_domain::text::fold;
use mail_parser::{Message, MessagePart};

use crate::attachments;
use crate::body::clean;
use crate::compose::LEFT_AS_HEADER;
use crate::mend::decoded_words;
use crate::phrases::Phrases;

/// Media types of a mail, and of the header of one.
const RETURNED: &[&str] = &["message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"];
/// So many of them are looked at.
const MOST_RETURNED: usize = 10;
/// A header beyond this is not searched.
const LONGEST_HEADER: usize = 256 * 1024;
/// Fields with which the header of a mail begins, and which no report has in its own words. Lower case.
const TRACE: &[&str] =
    &["received", "return-path", "message-id", "dkim-signature", "domainkey-signature", "delivered-to", "mime-version", "x-mailer"];
/// Other fields of a header.
const ORDINARY: &[&str] =
    &["from", "to", "cc", "subject", "date", "sender", "reply-to", "user-agent", "content-type", "content-transfer-encoding"];
/// So many fields one below the other are a header.
const FEWEST_FIELDS: usize = 3;

/// The Message-ID of the first mail that this one brings along as a part.
pub(crate) fn message_id(message: &Message<'_>) -> Option<InternetMessageId> {
    parts(message).filter_map(|header| in_fields(&header)).next()
}

/// The Message-ID of the mail whose header stands in a report's text, or that the report names in a field.
pub(crate) fn message_id_in_text(text: &str) -> Option<InternetMessageId> {
    let (report, rest) = split(text);
    in_fields(&unfolded(rest)).or_else(|| named(report))
}

/// The header lines of the first mail that this one brings along, unfolded.
pub(crate) fn headers(message: &Message<'_>) -> Option<Vec<String>> {
    parts(message).next()
}

fn parts(message: &Message<'_>) -> impl Iterator<Item = Vec<String>> {
    let is_returned = |part: &&MessagePart<'_>| RETURNED.contains(&attachments::content_type(part).as_str());
    let parts = message.parts.iter().skip(1).filter(is_returned).take(MOST_RETURNED);
    parts.map(|part| {
        let content = attachments::content(message, part);
        unfolded(&clean(&String::from_utf8_lossy(&content[..content.len().min(LONGEST_HEADER)])))
    })
}

/// The lines of the header at the beginning of a text.
pub(crate) fn unfolded(text: &str) -> Vec<String> {
    let text = text.trim_start_matches('\n');
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().take_while(|line| !line.trim().is_empty()) {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) && last.len() < LONGEST_HEADER => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push(line.trim().trim_start_matches("> ").to_owned()),
        }
    }
    lines
}

/// The id that the service gave, where a relay gave the mail another one; else its Message-ID.
fn in_fields(lines: &[String]) -> Option<InternetMessageId> {
    let of_field = |wanted: &str| {
        let values = lines.iter().filter_map(|line| line.split_once(':')).filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        values.filter_map(|(_, value)| parse_id_list(&decoded_words(value)).into_iter().next()).next()
    };
    of_field(LEFT_AS_HEADER).or_else(|| of_field("message-id"))
}

/// `Original-Message-ID: …` (RFC 8098 §3.2.5) or `Message-ID: …` among a report's own words or fields.
pub(crate) fn named(report: &str) -> Option<InternetMessageId> {
    let is_named = |line: &&str| {
        line.split_once(':').is_some_and(|(name, _)| {
            let name = name.trim().trim_start_matches('>').trim().to_ascii_lowercase();
            matches!(name.as_str(), "message-id" | "message id" | "original-message-id" | "x-original-message-id")
        })
    };
    let values = report.lines().filter(is_named).filter_map(|line| line.split_once(':'));
    values.filter_map(|(_, value)| parse_id_list(&decoded_words(value)).into_iter().next()).next()
}

/// A report's text up to the header of a mail that stands in it, and the rest. All of it and nothing, if none does.
pub(crate) fn split(text: &str) -> (&str, &str) {
    let mut begin = None;
    let (mut fields, mut has_trace) = (0, false);
    let mut position = 0;
    for line in text.split_inclusive('\n') {
        let kind = field_kind(line);
        let goes_on = begin.is_some() && line.starts_with([' ', '\t']) && !line.trim().is_empty();
        if let Some(is_trace) = kind {
            begin = begin.or(Some(position));
            fields += 1;
            has_trace |= is_trace;
        } else if !goes_on {
            (begin, fields, has_trace) = (None, 0, false);
        }
        if let (true, true, Some(begin)) = (fields >= FEWEST_FIELDS, has_trace, begin) {
            return text.split_at(begin);
        }
        position += line.len();
    }
    (text, "")
}

/// Lines with which reports announce the text of the mail that they return; folded.
const ANNOUNCED: &[&str] = &[
    "a continuacion una copia",
    "a continuacion se incluye el mensaje",
    "below is a copy of",
    "below the next line is a copy",
    "below this line is a copy",
    "begin of original message",
    "copia del mensaje",
    "copy of the message",
    "copy of your message",
    "copy of your original message",
    "mensagem original",
    "mensaje devuelto:",
    "mensaje original",
    "message d'origine",
    "message text follows",
    "messaggio originale",
    "old message:",
    "original mail",
    "original message",
    "original text follows",
    "original message follows",
    "returned mail follows",
    "returned message:",
    "returned message follows",
    "returned text follows",
    "start of returned message",
    "texto del mensaje original",
    "the message is as follows",
    "unsent message below",
    "ursprungliche nachricht",
    "your message follows",
    "your message reads",
    "your original message",
];

static ANNOUNCEMENTS: LazyLock<Phrases> = LazyLock::new(|| Phrases::of([ANNOUNCED]));

/// A report's text up to the line that announces a copy of what it returns, if an address stands before it.
pub(crate) fn before_announced(report: &str) -> &str {
    /// Longer ones are sentences that speak of it.
    const LONGEST_LINE: usize = 100;
    let (mut position, mut names_one) = (0, false);
    for line in report.split_inclusive('\n') {
        let is_announcement = || {
            let folded = fold(line);
            let is_heading =
                folded.ends_with([':', '.', '-', '*', '=', '_', '#', '|']) || folded.starts_with(['-', '*', '=', '_', '#', '|', '+']);
            is_heading && ANNOUNCEMENTS.is_in(&folded)
        };
        if line.len() < LONGEST_LINE && names_one && is_announcement() {
            return &report[..position];
        }
        names_one |= line.contains('@');
        position += line.len();
    }
    report
}

/// A report's own words, and what it returns.
pub(crate) fn own_words(report: &str) -> (String, Option<String>) {
    let own = before_announced(split(report).0);
    let rest = &report[own.len()..];
    if own.trim().is_empty() || rest.trim().is_empty() {
        return (report.trim_end().to_owned(), None);
    }
    (own.trim_end().to_owned(), Some(rest.trim_matches('\n').to_owned()))
}

/// Whether a line is a field of a header, and if so whether of those that only a mail has.
fn field_kind(line: &str) -> Option<bool> {
    let line = line.strip_prefix("> ").unwrap_or(line);
    let name = line.split_once(':')?.0.to_ascii_lowercase();
    let is_trace = TRACE.contains(&name.as_str()) || name.starts_with("x-") && !name.contains(' ') && name.len() < 50;
    (is_trace || ORDINARY.contains(&name.as_str())).then_some(is_trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_as_they_are_compared() {
        assert!(ANNOUNCED.iter().all(|words| fold(words) == *words));
    }

    #[test]
    fn what_a_report_returns_stands_apart_from_its_own_words() {
        let returned = "Return-Path: <pv@b.example>\nMessage-ID: <m@b.example>\nTo: a@b.example\n\nHola";
        for between in ["", "--- Below this line is a copy of the message.\n\n"] {
            let (own, rest) = own_words(&format!("<a@b.example>: no\n\n{between}{returned}"));
            assert_eq!(own, "<a@b.example>: no");
            assert!(rest.is_some_and(|rest| rest.ends_with(returned)), "{between}");
        }
        assert_eq!(own_words("<a@b.example>: no\n"), ("<a@b.example>: no".to_owned(), None));
        assert_eq!(own_words(returned), (returned.to_owned(), None));
    }

    #[test]
    fn a_report_ends_where_it_announces_a_copy() {
        for line in [
            "--- Below this line is a copy of the message.",
            "----- Original message -----",
            "Old message:",
            "*** Mensaje original ***",
            "Texto del mensaje original:",
        ] {
            assert_eq!(before_announced(&format!("<a@b.example>: no\n\n{line}\n\n<c@d.example>\n")), "<a@b.example>: no\n\n", "{line}");
        }
        for whole in ["Original message:\n\n<a@b.example>: no\n", "<a@b.example>: the original message was too large\n", ""] {
            assert_eq!(before_announced(whole), whole);
        }
    }
}
