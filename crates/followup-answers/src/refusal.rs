//! The kinds of refusal.

use followup_domain::case::FieldError;
use followup_domain::ports::StoreError;
use followup_words::answers as texts;

/// What stands in place of an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 401: whoever asks is not known.
    #[error("unauthorized")]
    Unauthorized(&'static str),
    /// 403: the role does not permit it.
    #[error("forbidden")]
    Forbidden,
    /// 400.
    #[error("bad request")]
    BadRequest(String),
    /// 404.
    #[error("not found")]
    NotFound(&'static str),
    /// 409.
    #[error("conflict")]
    Conflict(String),
    /// 409: a follow-up is not closed for these checks, each a sentence.
    #[error("unmet checks")]
    Unmet(Vec<String>),
    /// 413.
    #[error("too large")]
    TooLarge,
    /// 415.
    #[error("unsupported media type")]
    UnsupportedMediaType(&'static str),
    /// 422.
    #[error("invalid fields")]
    Invalid(Vec<FieldError>),
    /// 429.
    #[error("too many attempts")]
    TooManyAttempts {
        /// After so many seconds one may try again.
        retry_after_seconds: u64,
    },
    /// 502, with the provider's words.
    #[error("provider failed")]
    BadGateway(String),
    /// 503: a channel has no transport. Trying again will not help.
    #[error("channel not configured")]
    NotConfigured,
    /// 503: nobody signs in here; there is no key to sign their tokens.
    #[error("local sign-in is off")]
    NoLocalSignIn,
    /// 503: the store cannot be reached; the cause is for the log only.
    #[error("store unavailable: {0}")]
    StoreUnavailable(String),
    /// 503: nobody knows whether the change was made; the cause is for the log only. Not to be repeated without a look.
    #[error("commit not confirmed: {0}")]
    Unconfirmed(String),
    /// 500: the cause is for the log only.
    #[error("internal: {0}")]
    Internal(String),
}

impl Refusal {
    /// One field that was refused.
    pub fn field(field: &str, message: &str) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// Its status in HTTP (RFC 9110 §15), which REST and pages answer alike.
    pub const fn status(&self) -> u16 {
        match self {
            Self::BadRequest(_) => 400,
            Self::Unauthorized(_) => 401,
            Self::Forbidden => 403,
            Self::NotFound(_) => 404,
            Self::Conflict(_) | Self::Unmet(_) => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType(_) => 415,
            Self::Invalid(_) => 422,
            Self::TooManyAttempts { .. } => 429,
            Self::Internal(_) => 500,
            Self::BadGateway(_) => 502,
            Self::NotConfigured | Self::NoLocalSignIn | Self::StoreUnavailable(_) | Self::Unconfirmed(_) => 503,
        }
    }

    /// What happened, as people read it. Causes that are for the log only are not in it.
    pub fn detail(&self) -> &str {
        match self {
            Self::Unauthorized(text) | Self::NotFound(text) | Self::UnsupportedMediaType(text) => text,
            Self::BadRequest(text) | Self::Conflict(text) | Self::BadGateway(text) => text,
            Self::Forbidden => texts::FORBIDDEN,
            Self::Unmet(_) => texts::UNMET_CHECKS,
            Self::TooLarge => texts::TOO_LARGE,
            Self::Invalid(_) => texts::INVALID_FIELDS,
            Self::TooManyAttempts { .. } => texts::TOO_MANY_ATTEMPTS,
            Self::NotConfigured => texts::NOT_CONFIGURED,
            Self::NoLocalSignIn => texts::NO_LOCAL_SIGN_IN,
            Self::StoreUnavailable(_) => texts::STORE_UNAVAILABLE,
            Self::Unconfirmed(_) => texts::UNCONFIRMED,
            Self::Internal(_) => texts::INTERNAL,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => Self::StoreUnavailable(cause),
            StoreError::Unknown(cause) => Self::Unconfirmed(cause),
            StoreError::Refused(cause) => Self::Internal(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_store_says_is_for_the_log_only() {
        let cause = || "server at 10.0.0.1 closed the connection".to_owned();
        for error in [StoreError::Unavailable(cause()), StoreError::Unknown(cause()), StoreError::Refused(cause())] {
            let refusal = Refusal::from(error);
            assert!(!refusal.detail().contains("10.0.0.1"), "{}", refusal.detail());
            assert!(refusal.to_string().contains("10.0.0.1"), "{refusal}");
        }
    }

    #[test]
    fn a_store_that_is_away_is_no_fault_of_the_program() {
        assert_eq!(Refusal::from(StoreError::Unavailable(String::new())).status(), 503);
        assert_eq!(Refusal::from(StoreError::Unknown(String::new())).status(), 503);
        assert_eq!(Refusal::from(StoreError::Refused(String::new())).status(), 500);
    }
}
