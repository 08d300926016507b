//! The errors of a case, and of what is asked of one.

use followup_app::{ApplyPlanError, NotFoundOr, RegisterCaseError, UpdateCaseError};
use followup_domain::message::Absence;
use followup_words::{answers as texts, files};

use crate::Refusal;

impl From<NotFoundOr> for Refusal {
    fn from(error: NotFoundOr) -> Self {
        match error {
            NotFoundOr::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            NotFoundOr::MessageNotFound => Self::NotFound(texts::MESSAGE_NOT_FOUND),
            NotFoundOr::AttachmentNotFound => Self::NotFound(texts::ATTACHMENT_NOT_FOUND),
            NotFoundOr::AttachmentAbsent(why @ Absence::Waiting) => Self::Conflict(files::absent(why).into()),
            NotFoundOr::AttachmentAbsent(why) => Self::NotFound(files::absent(why)),
            NotFoundOr::HtmlNotFound => Self::NotFound(texts::HTML_NOT_FOUND),
            NotFoundOr::Store(error) => error.into(),
        }
    }
}

impl From<RegisterCaseError> for Refusal {
    fn from(error: RegisterCaseError) -> Self {
        match error {
            RegisterCaseError::Invalid(errors) => Self::Invalid(errors),
            RegisterCaseError::KeyReused => Self::Conflict(texts::KEY_REUSED.into()),
            RegisterCaseError::Store(error) => error.into(),
        }
    }
}

impl From<UpdateCaseError> for Refusal {
    fn from(error: UpdateCaseError) -> Self {
        match error {
            UpdateCaseError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            UpdateCaseError::Stale { current } => Self::Conflict(texts::stale(current)),
            UpdateCaseError::Invalid(errors) => Self::Invalid(errors),
            UpdateCaseError::Store(error) => error.into(),
        }
    }
}

impl From<ApplyPlanError> for Refusal {
    fn from(error: ApplyPlanError) -> Self {
        match error {
            ApplyPlanError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            ApplyPlanError::UnknownTemplate => Self::NotFound(texts::PLAN_NOT_FOUND),
            ApplyPlanError::Closed => Self::Conflict(texts::FOLLOWUP_CLOSED.into()),
            ApplyPlanError::AlreadyActive => Self::Conflict(texts::PLAN_ACTIVE.into()),
            ApplyPlanError::BaseOutOfRange => Self::field("base_at", texts::INSTANT_OUT_OF_RANGE),
            ApplyPlanError::Store(error) => error.into(),
        }
    }
}
