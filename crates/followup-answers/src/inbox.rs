//! The errors of the trays.

use followup_app::{CaseFromMailError, QuarantineError, TrayError};
use followup_words::answers as texts;

use crate::Refusal;

impl From<TrayError> for Refusal {
    fn from(error: TrayError) -> Self {
        match error {
            TrayError::NotFound | TrayError::ParentNotFound => Self::NotFound(texts::MESSAGE_NOT_FOUND),
            TrayError::CaseNotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            TrayError::ParentNotEarlier => Self::Conflict(texts::NOT_AN_ANSWER.into()),
            TrayError::Assigned(case_id) => Self::Conflict(texts::assigned(case_id.0)),
            TrayError::NoReason => Self::field("reason", texts::REQUIRED),
            TrayError::Store(error) => error.into(),
        }
    }
}

impl From<CaseFromMailError> for Refusal {
    fn from(error: CaseFromMailError) -> Self {
        match error {
            CaseFromMailError::Invalid(errors) => Self::Invalid(errors),
            CaseFromMailError::Tray(error) => error.into(),
        }
    }
}

impl From<QuarantineError> for Refusal {
    fn from(error: QuarantineError) -> Self {
        match error {
            QuarantineError::NotFound => Self::NotFound(texts::MAIL_NOT_FOUND),
            QuarantineError::NotQuarantined => Self::Conflict(texts::NOT_QUARANTINED.into()),
            QuarantineError::Partial => Self::Conflict(texts::PARTIAL_MAIL.into()),
            QuarantineError::NoReason => Self::field("reason", texts::REQUIRED),
            QuarantineError::Store(error) => error.into(),
        }
    }
}
