//! Why a case, or a field of it, was not changed.

use followup_domain::asking::closing::UnmetCheck;
use followup_domain::ports::StoreError;

use super::InvalidReason;

/// Why a follow-up was not closed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloseError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// It is closed already, or open already.
    #[error("the follow-up is in that state already")]
    Already,
    /// Checks that do not hold, and no override.
    #[error("checks that do not hold")]
    Unmet(Vec<UnmetCheck>),
    /// A reopening needs a reason that can be kept.
    #[error(transparent)]
    Reason(#[from] InvalidReason),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a field was not documented.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFieldError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// The case has no such product.
    #[error("field not found")]
    UnknownField,
    /// The case answers it, so there is nothing to document.
    #[error("the field is answered")]
    Answered,
    /// The state is none that a person documents.
    #[error("not a documented state")]
    InvalidState,
    /// No reason that can be kept.
    #[error(transparent)]
    Reason(#[from] InvalidReason),
    /// It is not documented, so there is nothing to take back.
    #[error("the field is not documented")]
    NotDocumented,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a warning was not set aside, or not opened again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WarningError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// The case has no such warning, or not any more: a value that it was about is another one.
    #[error("the case has no such warning")]
    Gone,
    /// No reason that can be kept.
    #[error(transparent)]
    Reason(#[from] InvalidReason),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
