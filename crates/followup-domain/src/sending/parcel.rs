//! What is handed to a transport.

use chrono::{DateTime, Utc};

use crate::contact::{EmailAddress, PhoneNumber};
use crate::message::enclosure::MailFile;
use crate::message::threading::InternetMessageId;
use crate::message::{Channel, WhatsappTemplate};

/// A message as its channel's transport takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parcel {
    /// An e-mail.
    Mail(MailParcel),
    /// A text message.
    Text(TextParcel),
    /// A WhatsApp message.
    Whatsapp(WhatsappParcel),
}

impl Parcel {
    /// The channel that it is for.
    pub fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Email,
            Self::Text(_) => Channel::Sms,
            Self::Whatsapp(_) => Channel::Whatsapp,
        }
    }

    /// As it is written to: the address, or the number in E.164.
    pub fn to(&self) -> &str {
        match self {
            Self::Mail(mail) => mail.to.as_str(),
            Self::Text(text) => text.to.as_e164(),
            Self::Whatsapp(message) => message.to.as_e164(),
        }
    }
}

/// An e-mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailParcel {
    /// Its Message-ID.
    pub message_id: InternetMessageId,
    /// Its Date header (UTC).
    pub date: DateTime<Utc>,
    /// From and envelope sender.
    pub from: EmailAddress,
    /// Display name of From.
    pub from_name: Option<String>,
    /// Where answers go (Reply-To), if elsewhere.
    pub reply_to: Option<EmailAddress>,
    /// The one recipient.
    pub to: EmailAddress,
    /// Subject, any text; what could break the header is taken out.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// In-Reply-To.
    pub in_reply_to: Option<InternetMessageId>,
    /// References.
    pub references: Vec<InternetMessageId>,
    /// Sent by the service itself: carries `Auto-Submitted: auto-generated` and `X-Auto-Response-Suppress: All`.
    pub automatic: bool,
    /// The files that go with it, in order.
    pub files: Vec<MailFile>,
}

/// A text message (SMS) to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextParcel {
    /// Our own name of the message, which nobody can guess: it travels to the provider and comes back with every event about the message,
    /// also when the answer to the request was lost.
    pub reference: String,
    /// When it was handed over (UTC).
    pub date: DateTime<Utc>,
    /// The one recipient.
    pub to: PhoneNumber,
    /// The text; the transport splits it as the network does.
    pub body: String,
}

/// A WhatsApp message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatsappParcel {
    /// As [`TextParcel::reference`].
    pub reference: String,
    /// When it was handed over (UTC).
    pub date: DateTime<Utc>,
    /// The one recipient.
    pub to: PhoneNumber,
    /// What it says.
    pub content: WhatsappContent,
}

/// What a WhatsApp message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhatsappContent {
    /// Free text: taken within 24 hours after the recipient's last message only.
    Text(String),
    /// A template that the provider approved: taken at any time.
    Template(WhatsappTemplate),
}
