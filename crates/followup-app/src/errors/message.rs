//! Why a message of a thread was not changed.

use followup_domain::ids::MessageId;
use followup_domain::message::MessageStatus;
use followup_domain::ports::StoreError;

/// Why a message was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// There is no such case.
    #[error("case not found")]
    CaseNotFound,
    /// The case has no such message.
    #[error("message not found")]
    NotFound,
    /// An inbound message is not changed like that.
    #[error("the message came in")]
    Inbound,
    /// Only an inbound message answers another one.
    #[error("the message went out")]
    Outbound,
    /// The message waits for no confirmation.
    #[error("the message waits for no confirmation")]
    NotFlagged,
    /// What it reports is of another message, and had its effects.
    #[error("the report is of another message")]
    Linked,
    /// A message answers an earlier one only.
    #[error("the other message is not earlier")]
    NotEarlier,
    /// Another message was sent in its place.
    #[error("another message was sent in its place")]
    Replaced,
    /// The reporter was reminded of it already.
    #[error("message {0} reminds of it")]
    Reminded(MessageId),
    /// Not from this state.
    #[error("a message that is {0} cannot be changed like that")]
    Illegal(MessageStatus),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
