//! Sending, in two steps, so that "may have left" is stored between them.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::contact::EmailAddress;
use crate::message::threading::InternetMessageId;
use crate::published::published_enum;

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
}

/// The transport's acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its own words, such as `250 2.0.0 Ok: queued as 4F1`.
    pub response: String,
}

published_enum! {
    /// How far a message came.
    SendStage {
        /// Reaching the provider, up to its greeting and what it offers.
        Connection = "connection",
        /// Securing the connection.
        Tls = "tls",
        /// Our account with it.
        SignIn = "sign_in",
        /// Naming our own address.
        Sender = "sender",
        /// Naming the recipient.
        Recipient = "recipient",
        /// Handing the message over.
        Message = "message",
    }
}

/// Why a message was not accepted. The text is the transport's own words, or what went wrong on the way; no secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It certainly did not leave, for something that is the provider's or our own and says nothing of this message: no connection,
    /// no TLS, no account, an address of ours that is not taken.
    #[error("{text}")]
    Unavailable {
        /// How far it came.
        stage: SendStage,
        /// What was said.
        text: String,
    },
    /// It certainly did not leave, for something that concerns this message or its recipient; trying again may help.
    #[error("{0}")]
    NotSent(String),
    /// It certainly did not leave; trying again will not help (a 5xx, an impossible address).
    #[error("{0}")]
    Refused(String),
    /// It may have left.
    #[error("{0}")]
    Uncertain(String),
}

/// The reply code (RFC 5321 §4.2.1) with which the transport's own words begin, behind the step at which they were said, if it stands
/// there: 550 for `RCPT TO: 550 5.1.1 No such user`. `None` for words of ours, such as an address that cannot stand in a mail.
pub fn said_code(text: &str) -> Option<u16> {
    let code = |words: &str| {
        let first = words.split(' ').next().filter(|word| word.len() == 3)?;
        first.parse().ok().filter(|code| (200..600).contains(code))
    };
    code(text).or_else(|| code(text.split_once(": ")?.1))
}

/// A channel's transport.
pub trait Sender: Send + Sync {
    /// Who takes the messages, as a name without secrets: `smtp:smtp.example.org`. What fails for all messages of a provider is
    /// counted under it.
    fn provider(&self) -> &str;

    /// Composes the message and goes as far as the transport allows without handing it over (SMTP: connect, TLS, AUTH, MAIL,
    /// RCPT). Takes no longer than `budget`, and leaves what remains of it to [`Prepared::transmit`].
    ///
    /// # Errors
    /// [`SendError`]; never uncertain.
    fn prepare(&self, message: &Outbound, budget: Duration) -> Result<Box<dyn Prepared>, SendError>;
}

/// A message that the transport is ready to take.
pub trait Prepared: Send {
    /// The exact bytes that [`Prepared::transmit`] hands over.
    fn content(&self) -> &[u8];

    /// Hands it over.
    ///
    /// # Errors
    /// [`SendError`]; that it did not leave only when the transport said so, or nothing of it was given away yet: every other silence
    /// is [`SendError::Uncertain`].
    fn transmit(self: Box<Self>) -> Result<Receipt, SendError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_the_transports_words_and_not_in_ours() {
        for (text, code) in [
            ("550 5.1.1 No such user", Some(550)),
            ("RCPT TO: 550 5.1.1 No such user", Some(550)),
            ("end of DATA: 452", Some(452)),
            ("451 4.4.1 mx.example.org: 550 no", Some(451)),
            ("end of DATA: sin respuesta a tiempo", None),
            ("canal no configurado", None),
            ("", None),
            ("RCPT TO: 5501 x", None),
            ("150 x", None),
        ] {
            assert_eq!(said_code(text), code, "{text}");
        }
    }
}
