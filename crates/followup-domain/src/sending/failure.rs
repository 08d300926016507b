//! Why a transport did not accept a message. Each adapter classifies its own failures: nobody else reads a transport's words.

use crate::contact::Failure;
use crate::published::published_enum;

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
    /// It certainly did not leave: its bytes were given over, and the provider hung up on it in so many words. That is this message's, or
    /// the provider's once other messages meet it too; trying again may help.
    #[error("{0}")]
    HungUp(String),
    /// It certainly did not leave; trying again will not help (a 5xx, an impossible address).
    #[error("{0}")]
    Refused(Refusal),
    /// It may have left.
    #[error("{0}")]
    Uncertain(String),
}

/// A message that is not taken, now or later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The transport's own words, or ours.
    pub text: String,
    /// At what the provider said so; none where it was not asked, for the message could not even be offered.
    pub stage: Option<SendStage>,
    /// The provider's code, where it gave one: SMTP's reply code and enhanced status code, as in `550 5.1.1`. No words.
    pub code: Option<String>,
    /// What that says of the address or number, where it says anything.
    pub failure: Option<Failure>,
}

impl Refusal {
    /// By the provider, for what says nothing of the recipient.
    pub fn of_the_message(text: impl Into<String>) -> Self {
        Self { text: text.into(), stage: Some(SendStage::Message), code: None, failure: None }
    }

    /// By the provider, for what is wrong with the recipient's address or number.
    pub fn of_the_recipient(text: impl Into<String>, failure: Failure) -> Self {
        Self { text: text.into(), stage: Some(SendStage::Recipient), code: None, failure: Some(failure) }
    }

    /// By us: it cannot be written for this transport, and nobody was asked.
    pub fn before_asking(text: impl Into<String>) -> Self {
        Self { text: text.into(), stage: None, code: None, failure: None }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Words of the provider that say nothing of the recipient.
impl From<&str> for Refusal {
    fn from(text: &str) -> Self {
        Self::of_the_message(text)
    }
}
