//! Why nothing was done about an address.

use followup_domain::ports::StoreError;

use super::InvalidReason;

/// Why an address was not blocked or let be written to again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// No reason that can be kept.
    #[error(transparent)]
    Reason(#[from] InvalidReason),
    /// It was not blocked.
    #[error("not blocked")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
