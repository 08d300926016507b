//! Errors that several use cases share.

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
    /// The message was not written in HTML.
    #[error("message has no HTML")]
    HtmlNotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
