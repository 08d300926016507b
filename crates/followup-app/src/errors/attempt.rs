//! Why an attempt was not changed.

use followup_domain::asking::plan::AttemptStatus;
use followup_domain::ports::StoreError;

/// Why an attempt was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttemptError {
    /// There is no such case.
    #[error("case not found")]
    CaseNotFound,
    /// The case has no such attempt.
    #[error("attempt not found")]
    NotFound,
    /// The follow-up is closed.
    #[error("follow-up is closed")]
    Closed,
    /// Not from this state.
    #[error("an attempt that is {0} cannot be changed like that")]
    Illegal(AttemptStatus),
    /// No attempt was held by an answer.
    #[error("no attempt was held by an answer")]
    NothingHeld,
    /// The date lies outside what can be kept.
    #[error("date out of range")]
    DateOutOfRange,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
