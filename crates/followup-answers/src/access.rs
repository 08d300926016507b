//! What is told to whoever is not let in.

use followup_access::{SessionError, SignInError, TokenRefused};
use followup_app::UserError;
use followup_words::answers as texts;

use crate::Refusal;

impl From<TokenRefused> for Refusal {
    fn from(refused: TokenRefused) -> Self {
        match refused {
            TokenRefused::Invalid | TokenRefused::UnknownKey => Self::Unauthorized(texts::BAD_TOKEN),
            TokenRefused::Expired => Self::Unauthorized(texts::EXPIRED_TOKEN),
            TokenRefused::TooLong => Self::Unauthorized(texts::TOO_LONG_TOKEN),
            TokenRefused::OtherTenant => Self::Unauthorized(texts::OTHER_TENANT),
            TokenRefused::NotForUs => Self::Unauthorized(texts::TOKEN_FOR_OTHERS),
            TokenRefused::NotForAccess => Self::Unauthorized(texts::NO_ACCESS_TOKEN),
            TokenRefused::Ended => Self::Unauthorized(texts::ENDED_TOKEN),
            TokenRefused::Store(error) => error.into(),
            TokenRefused::BrokenOff => Self::Internal("the look at a token's user broke off".into()),
        }
    }
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::Unauthorized(texts::BAD_CREDENTIALS),
            SignInError::Wait { seconds } => Self::TooManyAttempts { retry_after_seconds: seconds },
            SignInError::Store(error) => error.into(),
            SignInError::BrokenOff => Self::Internal(error.to_string()),
        }
    }
}

impl From<SessionError> for Refusal {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Store(error) => error.into(),
            SessionError::NoRandomness | SessionError::BrokenOff => Self::Internal(error.to_string()),
        }
    }
}

impl From<UserError> for Refusal {
    fn from(error: UserError) -> Self {
        match error {
            UserError::InvalidName => Self::field("username", texts::USERNAME_EXPECTED),
            UserError::NoRole => Self::field("roles", texts::ROLE_EXPECTED),
            UserError::Taken => Self::field("username", texts::USERNAME_TAKEN),
            UserError::NotFound => Self::NotFound(texts::USER_NOT_FOUND),
            UserError::LastAdministrator => Self::Conflict(texts::LAST_ADMINISTRATOR.into()),
            UserError::Store(error) => error.into(),
        }
    }
}
