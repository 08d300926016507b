//! Why a message was not sent.

use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::StopReason;
use followup_domain::case::FieldError;
use followup_domain::contact::Failure;
use followup_domain::ids::MessageId;
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;

use super::{AttemptError, MessageError};

/// Why a message was not sent, in the order in which it is checked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SendMessageError {
    /// A field that cannot be sent.
    #[error(transparent)]
    Invalid(FieldError),
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// The channel is none that messages are sent by.
    #[error("unsupported channel")]
    UnsupportedChannel,
    /// Nothing but white space.
    #[error("empty message")]
    EmptyBody,
    /// The reporter has no address for the channel.
    #[error("no contact for {0}")]
    NoContact(Channel),
    /// The follow-up is closed.
    #[error("follow-up is closed")]
    Closed,
    /// The address asked not to be written to.
    #[error("the address must not be written to")]
    Blocked,
    /// Letters to the address came back, and no reason was given to write to it all the same.
    #[error("the address failed")]
    Bounced(Failure),
    /// There is nothing to send; nothing stands in the thread.
    #[error("not sent: {0}")]
    NotSent(StopReason),
    /// The channel has no transport.
    #[error("channel not configured")]
    NotConfigured,
    /// Another request was made with the same key.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// It was stopped before it left; it stands in the thread as skipped, or as whoever took it over left it.
    #[error("stopped: {reason}")]
    Stopped {
        /// Why, as it is stored ([`followup_domain::asking::reason::Why::read`]).
        reason: String,
        /// The message.
        message_id: MessageId,
    },
    /// It certainly was not sent; it stands in the thread as failed.
    #[error("not sent: {text}")]
    Failed {
        /// By which channel.
        channel: Channel,
        /// The transport's own words, or why, as it is stored.
        text: String,
        /// The message.
        message_id: MessageId,
    },
    /// Nobody knows whether it was sent; it stands in the thread as uncertain.
    #[error("uncertain")]
    Uncertain {
        /// By which channel.
        channel: Channel,
        /// The message.
        message_id: MessageId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<StopReason> for SendMessageError {
    fn from(reason: StopReason) -> Self {
        match reason {
            StopReason::NoAddress(channel) => Self::NoContact(channel),
            StopReason::Closed => Self::Closed,
            StopReason::Blocked => Self::Blocked,
            StopReason::AddressFails(failure) => Self::Bounced(failure),
            StopReason::NotConfigured => Self::NotConfigured,
            other => Self::NotSent(other),
        }
    }
}

/// Why an attempt's letter was not sent now.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SendNowError {
    /// The attempt may not be sent.
    #[error(transparent)]
    Attempt(#[from] AttemptError),
    /// The transport, or a condition of sending.
    #[error(transparent)]
    Send(#[from] SendMessageError),
}

impl From<StoreError> for SendNowError {
    fn from(error: StoreError) -> Self {
        Self::Attempt(error.into())
    }
}

/// Why a message was not sent again.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ResendError {
    /// The message may not be sent again.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The attempt that it was written for has been settled since.
    #[error("its attempt is {0}")]
    AttemptSettled(AttemptStatus),
    /// The transport, or a condition of sending.
    #[error(transparent)]
    Send(#[from] SendMessageError),
}

impl From<StoreError> for ResendError {
    fn from(error: StoreError) -> Self {
        Self::Message(error.into())
    }
}
