//! Sending, in two steps, so that "may have left" is stored between them.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::contact::EmailAddress;
use crate::threading::InternetMessageId;

/// An e-mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbound {
    /// Its Message-ID.
    pub message_id: InternetMessageId,
    /// Its Date header (UTC).
    pub date: DateTime<Utc>,
    /// From and envelope sender.
    pub from: EmailAddress,
    /// Display name of From.
    pub from_name: Option<String>,
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
}

/// The transport's acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its own words, such as `250 2.0.0 Ok: queued as 4F1`.
    pub response: String,
}

/// Why a message was not accepted. The text is the transport's own words, or what went wrong on the way; no secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It certainly did not leave; trying again may help.
    #[error("{0}")]
    NotSent(String),
    /// It certainly did not leave; trying again will not help (a 5xx, an impossible address).
    #[error("{0}")]
    Refused(String),
    /// It may have left.
    #[error("{0}")]
    Uncertain(String),
}

/// A channel's transport.
pub trait Sender: Send + Sync {
    /// Composes the message and goes as far as the transport allows without handing it over (SMTP: connect, TLS, AUTH, MAIL,
    /// RCPT). Takes no longer than `budget`, and leaves what remains of it to [`Prepared::transmit`].
    ///
    /// # Errors
    /// [`SendError::NotSent`] or [`SendError::Refused`]; never uncertain.
    fn prepare(&self, message: &Outbound, budget: Duration) -> Result<Box<dyn Prepared>, SendError>;
}

/// A message that the transport is ready to take.
pub trait Prepared: Send {
    /// The exact bytes that [`Prepared::transmit`] hands over.
    fn content(&self) -> &[u8];

    /// Hands it over.
    ///
    /// # Errors
    /// [`SendError::NotSent`] and [`SendError::Refused`] only when the transport said so; every silence is [`SendError::Uncertain`].
    fn transmit(self: Box<Self>) -> Result<Receipt, SendError>;
}
