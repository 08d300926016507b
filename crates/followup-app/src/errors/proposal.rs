//! Why a proposal was not decided.

use followup_domain::case::FieldError;
use followup_domain::ids::ProposalId;
use followup_domain::ports::StoreError;

/// Why proposals were not accepted, or one not refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProposalError {
    /// There is no such case.
    #[error("case not found")]
    CaseNotFound,
    /// The case has no such proposal.
    #[error("proposal {0} not found")]
    NotFound(ProposalId),
    /// Somebody decided it already, or the case says it by now.
    #[error("proposal {0} is decided")]
    Decided(ProposalId),
    /// Somebody else changed the case in the meantime; this is its version now.
    #[error("the case is at version {current}")]
    Stale {
        /// The stored version.
        current: i64,
    },
    /// They say different things of one field: a person must choose.
    #[error("proposals contradict each other")]
    Contradicting(Vec<ProposalId>),
    /// Values that the case refuses.
    #[error("invalid fields")]
    Invalid(Vec<FieldError>),
    /// The reason contains what cannot be kept.
    #[error("the reason contains a NUL character")]
    InvalidReason,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
