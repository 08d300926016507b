//! Composes an outbound message (RFC 5322, RFC 2045, RFC 3834).

mod files;

use chrono::{DateTime, Datelike, Utc};
use followup_domain::contact::EmailAddress;
use followup_domain::sending::{MailParcel, Refusal, SendError};

use crate::header_text::{Field, one_line};
use crate::transfer::{Encoded, encode_text};

/// Marks every mail of the service, so that one that comes back is known as our own (see [`crate::MimeReader::new`]).
pub const ORIGIN_HEADER: &str = "X-Followup-Origin";

/// Repeats the Message-ID, so that a copy which comes back under another one is known for which message it is.
pub const LEFT_AS_HEADER: &str = "X-Followup-Message-ID";

/// Why a message cannot be composed. Sending it again will not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The recipient's address needs SMTPUTF8 (RFC 6531), which mail servers do not promise.
    #[error("the recipient's address has letters outside ASCII, which the mail servers on the way need not support (SMTPUTF8)")]
    RecipientNotAscii,
    /// The sender's address needs SMTPUTF8.
    #[error("the sender's address has letters outside ASCII, which the mail servers on the way need not support (SMTPUTF8)")]
    SenderNotAscii,
    /// A Date header has a year of four digits, 1900 or later (RFC 5322 §3.3).
    #[error("the year {0} cannot stand in a Date header")]
    Year(i32),
}

/// Refused before a server is asked: sending it again will not help.
impl From<ComposeError> for SendError {
    fn from(error: ComposeError) -> Self {
        let outside =
            |whose: &str| format!("la dirección {whose} tiene letras fuera de ASCII, que los servidores no garantizan (SMTPUTF8)");
        Self::Refused(Refusal::before_asking(match error {
            ComposeError::RecipientNotAscii => outside("del destinatario"),
            ComposeError::SenderNotAscii => outside("del remitente"),
            ComposeError::Year(year) => format!("el año {year} no puede figurar en la fecha de un correo"),
        }))
    }
}

/// The bytes of a message: header fields and text, every line ended by CRLF and shorter than 998 characters, pure ASCII. The same
/// message gives the same bytes. Whatever stands in subject, name or body, it adds no header field and no line of SMTP.
///
/// Subject and name come through without control characters and without blanks at their ends, the body with `\n` for
/// every kind of line end, U+FFFD for NUL, and a line end after its last line.
///
/// # Errors
/// An address that is not ASCII, or an impossible date.
pub fn compose(message: &MailParcel) -> Result<Vec<u8>, ComposeError> {
    if !message.to.as_str().is_ascii() {
        return Err(ComposeError::RecipientNotAscii);
    }
    if ![Some(&message.from), message.reply_to.as_ref()].into_iter().flatten().all(|address| address.as_str().is_ascii()) {
        return Err(ComposeError::SenderNotAscii);
    }
    let body = encode_text(&body_text(&message.body));
    let mut text = String::with_capacity(body.body.len() + files::length(&message.files) + 1024);
    text.push_str(&words("Date", [date(message.date)?]));
    text.push_str(&mailbox("From", message.from_name.as_deref(), &message.from));
    if let Some(reply_to) = &message.reply_to {
        text.push_str(&mailbox("Reply-To", message.from_name.as_deref(), reply_to));
    }
    text.push_str(&mailbox("To", None, &message.to));
    text.push_str(&subject(&message.subject));
    text.push_str(&words("Message-ID", [message.message_id.as_str()]));
    if let Some(parent) = &message.in_reply_to {
        text.push_str(&words("In-Reply-To", [parent.as_str()]));
    }
    if !message.references.is_empty() {
        text.push_str(&words("References", message.references.iter().map(|id| id.as_str())));
    }
    if message.automatic {
        text.push_str("Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n");
    }
    text.push_str(&format!("{ORIGIN_HEADER}: {}\r\n", if message.automatic { "automatic" } else { "person" }));
    text.push_str(&words(LEFT_AS_HEADER, [message.message_id.as_str()]));
    text.push_str("MIME-Version: 1.0\r\n");
    if message.files.is_empty() {
        push_text(&body, &mut text);
    } else {
        files::push_mixed((&message.message_id, &message.files), &body, &mut text);
    }
    Ok(text.into_bytes())
}

/// The text as a body, or as a part of one.
fn push_text(body: &Encoded, text: &mut String) {
    text.push_str("Content-Type: text/plain; charset=utf-8\r\n");
    text.push_str(&format!("Content-Transfer-Encoding: {}\r\nContent-Language: es\r\n\r\n", body.name));
    text.push_str(&body.body);
}

fn date(date: DateTime<Utc>) -> Result<String, ComposeError> {
    match date.year() {
        1900..=9999 => Ok(date.format("%a, %d %b %Y %H:%M:%S +0000").to_string()),
        year => Err(ComposeError::Year(year)),
    }
}

fn words(name: &str, words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut field = Field::new(name);
    words.into_iter().for_each(|word| field.word(word.as_ref()));
    field.end()
}

fn mailbox(field_name: &str, name: Option<&str>, address: &EmailAddress) -> String {
    let mut field = Field::new(field_name);
    match name.map(one_line).filter(|name| !name.is_empty()) {
        Some(name) => {
            field.phrase(&name);
            field.word(&format!("<{address}>"));
        }
        None => field.word(address.as_str()),
    }
    field.end()
}

fn subject(subject: &str) -> String {
    let mut field = Field::new("Subject");
    field.unstructured(&one_line(subject));
    field.end()
}

/// Every line end as `\n`, also after the last line.
fn body_text(body: &str) -> String {
    let mut text = body.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
