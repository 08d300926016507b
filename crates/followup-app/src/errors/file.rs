//! Why a file was not kept, or dropped.

use followup_domain::message::enclosure::FileRefused;
use followup_domain::ports::StoreError;

/// Why a file was not kept, or dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// It is none that is sent.
    #[error(transparent)]
    Refused(#[from] FileRefused),
    /// There is no such case.
    #[error("case not found")]
    CaseNotFound,
    /// No such file of the case waits.
    #[error("file not found")]
    NotFound,
    /// As many files of the case wait as may, or as many bytes.
    #[error("too many files wait")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
