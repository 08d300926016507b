//! How a mail is understood, for operators (`mail-poller inspect FILE.eml`).

use followup_domain::inbound::{MailAddress, MailReader, ParsedMail};
use followup_domain::message::Attachment;
use followup_domain::threading::InternetMessageId;
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
    body_text: String,
    reply: String,
    quoted: Option<String>,
    attachments: Vec<AttachmentInfo>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Mailbox {
    name: Option<String>,
    address: String,
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
        Err(reason) => Inspection::Unreadable { class: "unreadable", error: reason.0 },
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
            body_text: mail.body_text,
            reply: mail.reply,
            quoted: mail.quoted,
            attachments: mail.attachments.into_iter().map(AttachmentInfo::from).collect(),
        }
    }
}

impl From<MailAddress> for Mailbox {
    fn from(address: MailAddress) -> Self {
        Self { name: address.name, address: address.address }
    }
}

impl From<Attachment> for AttachmentInfo {
    fn from(attachment: Attachment) -> Self {
        Self { name: attachment.name, content_type: attachment.content_type, size: attachment.size, sha256: attachment.sha256 }
    }
}
