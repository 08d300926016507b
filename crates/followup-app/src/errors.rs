//! Errors that several use cases share.

use followup_domain::ports::StoreError;

/// A read of something that may not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFoundOr {
    /// It does not exist.
    #[error("not found")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
