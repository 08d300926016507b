//! The texts of a report: its prose, its machine-readable part and the header of the mail that it is about.

use std::borrow::Cow;

use followup_domain::text::fold;
use mail_parser::{Message, MessagePart, PartType};

use super::address::{self, Known};
use crate::body::clean;
use crate::classify::tells_delay;
use crate::{attachments, headers, returned};

/// So much prose is read: what a server has to say stands at the beginning.
const LONGEST: usize = 64 * 1024;
/// So much of it is searched for a reason that no line gives to a recipient.
const LONGEST_SUMMARY: usize = 4096;
/// Media types of the machine-readable part.
const STATUS_PARTS: &[&str] =
    &["message/delivery-status", "message/global-delivery-status", "message/disposition-notification", "message/feedback-report"];

/// What a report says, and of which mail.
pub(super) struct Texts {
    /// The prose, up to the returned mail, `\n` line ends.
    pub(super) report: String,
    /// The same with ASCII in lower case.
    pub(super) lower: String,
    /// Subject and beginning of the prose, on one line, folded.
    pub(super) summary: String,
    /// The machine-readable parts, `\n` line ends.
    pub(super) status: String,
    /// Values of X-Failed-Recipients and the like.
    pub(super) failed_header: Vec<String>,
    /// Whether it says that delivery takes longer.
    pub(super) is_delay: bool,
    /// Header lines of the returned mail, unfolded.
    returned: Vec<String>,
}

impl Texts {
    pub(super) fn of(message: &Message<'_>, body_text: &str) -> Self {
        let prose = prose(message, body_text);
        let (report, rest) = returned::split(&prose);
        let report = returned::before_announced(report);
        let mut header = returned::headers(message).unwrap_or_default();
        if header.is_empty() {
            header = returned::unfolded(rest);
        }
        let subject = headers::subject(message).unwrap_or_default();
        let beginning: String = report.chars().take(LONGEST_SUMMARY).collect();
        let summary = fold(&format!("{subject} | {beginning}"));
        Self {
            is_delay: tells_delay(&summary),
            summary,
            lower: report.to_ascii_lowercase(),
            report: report.to_owned(),
            status: nested_status(message),
            failed_header: failed_header(message),
            returned: header,
        }
    }

    /// The values of a field of the returned mail.
    pub(super) fn returned_values(&self, name: &str) -> impl Iterator<Item = String> {
        self.returned.iter().filter_map(move |line| {
            let (field, value) = line.split_once(':')?;
            field.trim().eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    }

    /// Whom the returned mail was addressed to, if it was one person and no list.
    pub(super) fn addressed_to(&self, known: &Known) -> Option<String> {
        if ["list-id", "list-post", "mailing-list", "newsgroups"].iter().any(|name| self.returned_values(name).next().is_some()) {
            return None;
        }
        let fields = ["x-failed-recipients", "x-original-to", "x-envelope-to", "delivered-to", "to"];
        fields.iter().find_map(|name| {
            let mut found: Vec<String> =
                self.returned_values(name).flat_map(|value| address::in_text(&value)).map(|found| found.address).collect();
            found.retain(|address| !known.is_other_party(address));
            found.dedup();
            found.pop().filter(|_| found.is_empty())
        })
    }
}

/// The text one reads; where a broken mail leaves none, that of its first text as it stands.
pub(crate) fn readable<'a>(message: &Message<'_>, body_text: &'a str) -> Cow<'a, str> {
    if !body_text.trim().is_empty() {
        return Cow::Borrowed(body_text);
    }
    let is_text = |part: &&MessagePart<'_>| {
        let content_type = attachments::content_type(part);
        content_type.starts_with("text/") || content_type.starts_with("multipart/")
    };
    let part = message.parts.iter().skip(1).find(is_text);
    let bytes = part.map(|part| attachments::content(message, part)).unwrap_or_default();
    Cow::Owned(clean(&String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)])))
}

/// The text one reads, and where it is short the text of the other parts as well.
fn prose(message: &Message<'_>, body_text: &str) -> String {
    let mut prose = cut(body_text).to_owned();
    for part in message.parts.iter().skip(1) {
        let content_type = attachments::content_type(part);
        let (PartType::Text(text), true) = (&part.body, prose.len() < LONGEST) else { continue };
        let is_other = content_type == "text/plain" && !prose.contains(cut(text).trim());
        if is_other {
            prose.push_str("\n\n");
            prose.push_str(&clean(cut(text)));
        }
    }
    prose
}

/// The beginning of a text, as much of it as is read.
pub(super) fn cut(text: &str) -> &str {
    let mut end = LONGEST.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The machine-readable parts, or those of the report that this one passes on.
fn nested_status(message: &Message<'_>) -> String {
    let own = status(message);
    if !own.is_empty() {
        return own;
    }
    let nested = message.parts.iter().find_map(|part| match &part.body {
        PartType::Message(nested) => Some(status(nested)),
        _ => None,
    });
    nested.unwrap_or_default()
}

/// The machine-readable parts of the mail itself.
pub(super) fn status(message: &Message<'_>) -> String {
    let mut status = String::new();
    for part in message.parts.iter().filter(|part| STATUS_PARTS.contains(&attachments::content_type(part).as_str())) {
        let content = attachments::content(message, part);
        let text = clean(&String::from_utf8_lossy(&content[..content.len().min(LONGEST)]));
        status.push_str(&text);
        status.push_str("\n\n");
        if status.len() > LONGEST {
            break;
        }
    }
    status
}

fn failed_header(message: &Message<'_>) -> Vec<String> {
    const NAMES: &[&str] = &["x-failed-recipients", "x-failed-recipient", "x-actual-recipient"];
    NAMES.iter().flat_map(|name| headers::raw_values(message, name)).collect()
}
