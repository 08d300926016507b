//! Why a letter that a person is writing was not kept, sent or taken back.

use followup_domain::asking::draft::LetterDraft;
use followup_domain::ports::StoreError;

use super::{MessageError, SendMessageError};

/// Why a draft was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftingError {
    /// There is no such case.
    #[error("case not found")]
    CaseNotFound,
    /// The channel is none that letters are written for.
    #[error("unsupported channel")]
    UnsupportedChannel,
    /// It is not the one that was read: how it stands now, where there is one.
    #[error("the draft was changed")]
    Stale(Option<Box<LetterDraft>>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a message was not put into the queue.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QueueMessageError {
    /// Something stands against it.
    #[error(transparent)]
    Send(#[from] SendMessageError),
    /// Its draft is not the one that was read: how it stands now, where there is one.
    #[error("the draft was changed")]
    Stale(Option<Box<LetterDraft>>),
}

impl From<StoreError> for QueueMessageError {
    fn from(error: StoreError) -> Self {
        Self::Send(error.into())
    }
}

/// Why a message was not taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UndoError {
    /// There is no such case, or it has no such message.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// It is none that a person wrote.
    #[error("no message that a person wrote")]
    NotByHand,
    /// It left, or is leaving, or was settled otherwise.
    #[error("the message waits no more")]
    Left,
}

impl From<StoreError> for UndoError {
    fn from(error: StoreError) -> Self {
        Self::Message(error.into())
    }
}
