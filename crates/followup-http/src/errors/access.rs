//! What is told to whoever is not let in.

use followup_access::{SignInError, TokenRefused};

use super::ApiError;
use crate::texts;

impl From<TokenRefused> for ApiError {
    fn from(refused: TokenRefused) -> Self {
        match refused {
            TokenRefused::Invalid | TokenRefused::UnknownKey => Self::Unauthorized(texts::BAD_TOKEN),
            TokenRefused::Expired => Self::Unauthorized(texts::EXPIRED_TOKEN),
            TokenRefused::OtherTenant => Self::Unauthorized(texts::OTHER_TENANT),
        }
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::Unauthorized(texts::BAD_CREDENTIALS),
            SignInError::Wait { seconds } => Self::TooManyAttempts { retry_after_seconds: seconds },
            SignInError::Store(error) => error.into(),
            SignInError::BrokenOff => Self::Internal(error.to_string()),
        }
    }
}
