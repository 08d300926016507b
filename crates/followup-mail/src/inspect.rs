//! How a mail is understood, for operators (`mail-poller inspect FILE.eml`).

use followup_domain::mail::inbound::{MailAddress, MailReader, ParsedMail};
use followup_domain::mail::report::ReportedRecipient;
use followup_domain::message::Attachment;
use followup_domain::message::threading::InternetMessageId;
use serde::Serialize;

use crate::MimeReader;

/// A mail as it is understood, or why it is not; serialises to one JSON object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Inspection {
    /// It was understood.
    Understood(Box<Understood>),
    /// It is no mail.
    Unreadable {
        /// Always `unreadable`.
        class: &'static str,
        /// Why.
        error: String,
    },
}

/// What [`ParsedMail`] says, for people. Ids stand in angle brackets; the date is RFC 3339 in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Understood {
    class: &'static str,
    class_reason: &'static str,
    from: Option<Mailbox>,
    to: Vec<Mailbox>,
    subject: Option<String>,
    message_id: Option<String>,
    /// The first id of In-Reply-To.
    in_reply_to: Option<String>,
    references: Vec<String>,
    date: Option<String>,
    /// Of a report: the id of the mail that it is about.
    returned: Option<String>,
    recipients: Vec<Recipient>,
    /// Of an automatic answer: the day of return, RFC 3339.
    returns_on: Option<String>,
    body_text: String,
    reply: String,
    quoted: Option<String>,
    attachments: Vec<AttachmentInfo>,
    /// What people should know of it; left out where there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Mailbox {
    name: Option<String>,
    address: String,
}

/// What a report says of one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Recipient {
    address: String,
    original_address: Option<String>,
    action: &'static str,
    permanence: &'static str,
    reason: &'static str,
    status: Option<String>,
    reply_code: Option<u16>,
    diagnostic: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct AttachmentInfo {
    name: Option<String>,
    content_type: String,
    size: u64,
    sha256: String,
}

/// Reads a raw mail as the poller does and tells what it made of it.
pub fn inspect(raw: &[u8], reader: &MimeReader) -> Inspection {
    match reader.read(raw) {
        Ok(mail) => Inspection::Understood(Box::new(mail.into())),
        Err(reason) => Inspection::Unreadable { class: "unreadable", error: reason.to_string() },
    }
}

impl From<ParsedMail> for Understood {
    fn from(mail: ParsedMail) -> Self {
        let text = |id: &InternetMessageId| id.as_str().to_owned();
        Self {
            class: mail.classification.as_str(),
            class_reason: mail.classification_reason,
            from: mail.from.map(Mailbox::from),
            to: mail.to.into_iter().map(Mailbox::from).collect(),
            subject: mail.subject,
            message_id: mail.message_id.as_ref().map(text),
            in_reply_to: mail.in_reply_to.first().map(text),
            references: mail.references.iter().map(text).collect(),
            date: mail.date.map(|date| date.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            returned: mail.returned.as_ref().map(text),
            recipients: mail.recipients.into_iter().map(Recipient::from).collect(),
            returns_on: mail.returns_on.map(|day| day.to_string()),
            body_text: mail.body_text,
            reply: mail.reply,
            quoted: mail.quoted,
            attachments: mail.attachments.into_iter().map(AttachmentInfo::from).collect(),
            flags: mail.flags.iter().map(|flag| flag.as_str()).collect(),
        }
    }
}

impl From<MailAddress> for Mailbox {
    fn from(address: MailAddress) -> Self {
        Self { name: address.name, address: address.address }
    }
}

impl From<ReportedRecipient> for Recipient {
    fn from(recipient: ReportedRecipient) -> Self {
        Self {
            action: recipient.action.as_str(),
            permanence: recipient.permanence.as_str(),
            reason: recipient.reason.as_str(),
            address: recipient.address,
            original_address: recipient.original_address,
            status: recipient.status,
            reply_code: recipient.reply_code,
            diagnostic: recipient.diagnostic,
        }
    }
}

impl From<Attachment> for AttachmentInfo {
    fn from(attachment: Attachment) -> Self {
        Self { name: attachment.name, content_type: attachment.content_type, size: attachment.size, sha256: attachment.sha256 }
    }
}
