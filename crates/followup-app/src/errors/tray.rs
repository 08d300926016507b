//! Why nothing was done with a mail of a tray.

use followup_domain::case::FieldError;
use followup_domain::ids::CaseId;
use followup_domain::ports::StoreError;

/// Why a mail was not assigned or set aside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrayError {
    /// There is no such mail.
    #[error("mail not found")]
    NotFound,
    /// There is no such case.
    #[error("case not found")]
    CaseNotFound,
    /// The case has no such message.
    #[error("parent not found")]
    ParentNotFound,
    /// A message answers an earlier one only.
    #[error("the parent is not earlier")]
    ParentNotEarlier,
    /// It belongs to this case already.
    #[error("assigned to case {0}")]
    Assigned(CaseId),
    /// A reason is needed.
    #[error("a reason is needed")]
    NoReason,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a mail became no case.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CaseFromMailError {
    /// Fields that were refused.
    #[error("invalid fields")]
    Invalid(Vec<FieldError>),
    /// The tray does not have the mail any more, or never had.
    #[error(transparent)]
    Tray(#[from] TrayError),
}

impl From<StoreError> for CaseFromMailError {
    fn from(error: StoreError) -> Self {
        Self::Tray(TrayError::Store(error))
    }
}

/// Why nothing was done with a quarantined mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuarantineError {
    /// There is no such mail, or it has no bytes.
    #[error("mail not found")]
    NotFound,
    /// It is not in the quarantine.
    #[error("not in the quarantine")]
    NotQuarantined,
    /// Only its beginning is stored: to read it as a whole mail would lose the rest unseen.
    #[error("only the beginning of the mail is stored")]
    Partial,
    /// A reason is needed.
    #[error("a reason is needed")]
    NoReason,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
