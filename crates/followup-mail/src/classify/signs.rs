//! The signs by which a mail is classified, taken from it once.

use followup_domain::text::fold;
use mail_parser::{Message, MimeHeaders};

use super::report::{Outcome, outcome};
use super::words::{FieldSign, NO_REPLY, SERVER_BEGINNINGS, SERVER_NAMES, SERVERS};
use crate::compose::ORIGIN_HEADER;
use crate::{attachments, headers};

/// So much of the body is searched: what a machine has to say stands at the beginning.
const BODY_SEARCHED: usize = 4096;

/// What the rules look at; all text folded.
pub(crate) struct Signs {
    fields: Vec<(String, String)>,
    report_type: Option<String>,
    part_types: Vec<String>,
    delivery_status: Option<String>,
    sender_local_part: String,
    sender_name: String,
    subject: String,
    body: String,
    /// From names one of our own addresses, and the mail says that the service wrote it.
    pub(super) is_ours: bool,
}

impl Signs {
    /// Takes the signs of a mail; `from_us`: its From is one of our own addresses.
    pub(crate) fn of(message: &Message<'_>, body_text: &str, from_us: bool) -> Self {
        let root_type = message.root_part().content_type();
        let from = headers::from(message);
        let address = from.as_ref().map(|from| from.address.as_str()).unwrap_or_default();
        let mut signs = Self {
            fields: fields(message),
            report_type: root_type.and_then(|declared| declared.attribute("report-type")).map(fold),
            part_types: message.parts.iter().map(attachments::content_type).collect(),
            delivery_status: delivery_status(message),
            sender_local_part: fold(address.split('@').next().unwrap_or_default()),
            sender_name: fold(from.as_ref().and_then(|from| from.name.as_deref()).unwrap_or_default()),
            subject: fold(&headers::subject(message).unwrap_or_default()),
            body: fold(&body_text.chars().take(BODY_SEARCHED).collect::<String>()),
            is_ours: false,
        };
        signs.is_ours = from_us && (signs.is_auto_submitted() || signs.has(&ORIGIN_HEADER.to_ascii_lowercase(), ""));
        signs
    }

    /// Whether the mail is a report of this type, by its declaration or by its part.
    pub(super) fn is_report(&self, report_type: &str) -> bool {
        self.report_type.as_deref() == Some(report_type)
            || self.part_types.first().is_some_and(|root| root == "multipart/report")
                && self.part_types.iter().any(|part| part.strip_prefix("message/") == Some(report_type))
    }

    /// What a delivery report says; none if the mail is no such report. A person who passes a report on in another kind of mail
    /// is still a person.
    pub(super) fn delivery_report(&self) -> Option<Outcome> {
        let is_report = self.is_report("delivery-status") || self.is_from_mail_server() || self.has_null_return_path();
        self.delivery_status.as_deref().filter(|_| is_report).map(outcome)
    }

    /// Whether a mail server wrote it, by its address or its name.
    pub(super) fn is_from_mail_server(&self) -> bool {
        SERVERS.contains(&self.sender_local_part.as_str())
            || SERVER_BEGINNINGS.iter().any(|beginning| self.sender_local_part.starts_with(beginning))
            || SERVER_NAMES.iter().any(|beginning| self.sender_name.starts_with(beginning))
    }

    /// Whether the sender's address says that nobody reads it.
    pub(super) fn is_from_nobody(&self) -> bool {
        NO_REPLY.iter().any(|beginning| self.sender_local_part.starts_with(beginning))
    }

    /// Whether the body is JSON, which people do not write.
    pub(super) fn is_json(&self) -> bool {
        self.body.starts_with('{')
    }

    /// `Return-Path: <>`: answers to it are not wanted (RFC 5321 §4.5.5).
    pub(super) fn has_null_return_path(&self) -> bool {
        self.fields.iter().any(|(name, value)| name == "return-path" && value.replace(' ', "") == "<>")
    }

    /// Whether the mail that it is about is attached, or its header.
    pub(super) fn returns_a_mail(&self) -> bool {
        self.part_types.iter().skip(1).any(|part| matches!(part.as_str(), "message/rfc822" | "text/rfc822-headers"))
    }

    /// Whether subject or body contain one of the phrases.
    pub(super) fn speaks_of(&self, phrases: &[&str]) -> bool {
        self.subject_speaks_of(phrases) || self.body_speaks_of(phrases)
    }

    /// Whether the body contains one of the phrases.
    pub(super) fn body_speaks_of(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.body.contains(phrase))
    }

    /// Whether the subject contains one of the phrases.
    pub(super) fn subject_speaks_of(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.subject.contains(phrase))
    }

    /// Whether the subject begins with one of the phrases: an answer to it ("Re: …") does not.
    pub(super) fn subject_begins_with(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.subject.starts_with(phrase))
    }

    /// RFC 3834 §5. "auto-forwarded" is what some servers say of a person's mail that they passed on.
    pub(super) fn is_auto_submitted(&self) -> bool {
        self.fields.iter().any(|(name, value)| {
            let keyword = value.split([';', ' ', '(']).next().unwrap_or_default();
            name == "auto-submitted" && !matches!(keyword, "" | "no" | "auto-forwarded")
        })
    }

    /// Whether one of the fields is there.
    pub(super) fn has_any(&self, signs: &[FieldSign]) -> bool {
        signs.iter().any(|(name, beginning)| self.has(name, beginning))
    }

    fn has(&self, name: &str, beginning: &str) -> bool {
        self.fields.iter().any(|(field, value)| field == name && value != "no" && value.starts_with(beginning))
    }
}

fn fields(message: &Message<'_>) -> Vec<(String, String)> {
    // Longer values are no keywords.
    const LONGEST: usize = 1000;
    let names: Vec<String> = message.headers().iter().map(|header| header.name().to_ascii_lowercase()).collect();
    let mut fields: Vec<(String, String)> = Vec::with_capacity(names.len());
    for (name, header) in names.into_iter().zip(message.headers()) {
        let value = headers::raw_value(message, header);
        fields.push((name, fold(&value.chars().take(LONGEST).collect::<String>())));
    }
    fields
}

/// The text of the machine-readable part, wherever it stands in the mail itself (not in a mail that is attached to it).
fn delivery_status(message: &Message<'_>) -> Option<String> {
    let is_status = |part: &&mail_parser::MessagePart<'_>| {
        matches!(attachments::content_type(part).as_str(), "message/delivery-status" | "message/global-delivery-status")
    };
    let part = message.parts.iter().find(is_status)?;
    Some(String::from_utf8_lossy(&attachments::content(message, part)).into_owned())
}
