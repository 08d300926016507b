//! Errors that several use cases share, and what makes a reason one.

mod address;
mod attempt;
mod case;
mod drafting;
mod file;
mod message;
mod proposal;
mod send;
mod tray;

pub use address::BlockError;
pub use attempt::AttemptError;
pub use case::{CloseError, DocumentFieldError, WarningError};
pub use drafting::{DraftingError, QueueMessageError, UndoError};
pub use file::UploadError;
pub use message::MessageError;
pub use proposal::ProposalError;
pub use send::{ResendError, SendMessageError, SendNowError};
pub use tray::{CaseFromMailError, QuarantineError, TrayError};

use followup_domain::message::Absence;
use followup_domain::ports::StoreError;

/// A read of something of a case that may not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFoundOr {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// The case has no such message, or the message no original.
    #[error("message not found")]
    MessageNotFound,
    /// The message has no such attachment.
    #[error("attachment not found")]
    AttachmentNotFound,
    /// The attachment's bytes are not here.
    #[error("attachment not here: {0}")]
    AttachmentAbsent(Absence),
    /// The message was not written in HTML.
    #[error("message has no HTML")]
    HtmlNotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with a reason that somebody must give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReason {
    /// There is none.
    #[error("a reason is needed")]
    Absent,
    /// It contains what cannot be kept.
    #[error("the reason contains a NUL character")]
    NulCharacter,
}

/// A reason that says something, and can be kept.
pub(crate) fn reason_of(text: &str) -> Result<&str, InvalidReason> {
    match text.trim() {
        "" => Err(InvalidReason::Absent),
        reason if reason.contains('\0') => Err(InvalidReason::NulCharacter),
        reason => Ok(reason),
    }
}

/// A reason that says something.
pub(crate) fn given(reason: Option<&str>) -> Option<&str> {
    reason.map(str::trim).filter(|reason| !reason.is_empty())
}

/// Why a person sends something again, or all the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reasons<'a> {
    /// Why it is sent.
    pub(crate) reason: Option<&'a str>,
    /// Why it is sent although letters to the address came back.
    pub(crate) overriding: Option<&'a str>,
}

impl<'a> Reasons<'a> {
    /// The one to be kept.
    pub(crate) fn kept(self) -> Option<&'a str> {
        self.reason.or(self.overriding)
    }
}
