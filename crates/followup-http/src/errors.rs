//! One error type for all handlers: what every face refuses alike, and what HTTP alone refuses.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use followup_answers::Refusal;
use followup_words::answers as texts;

use crate::dto::error::{ErrorBody, FieldErrorBody};
use crate::request_log::current_request_id;

/// After so many seconds a client may try again when the store is unavailable.
pub(crate) const RETRY_AFTER_SECONDS: &str = "5";

/// So many fields are named at most.
const MOST_ERRORS: usize = 50;

/// What a client gets in place of an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// What every face refuses.
    #[error("{0}")]
    Refused(Refusal),
    /// 401: a post to a webhook that does not prove itself.
    #[error("not authentic")]
    NotAuthentic,
    /// 403: a call in a provider's name that is not proven to be the provider's.
    #[error("not the provider")]
    NotTheProvider,
    /// 408: a body that comes too slowly.
    #[error("too slow")]
    TooSlow,
    /// 413: a posted mail, of which the header section is kept.
    #[error("mail too large")]
    MailTooLarge,
    /// 503: the service is up, and takes no more for now.
    #[error("busy")]
    Busy(&'static str),
    /// 503: whoever posts must be set up otherwise; it will post again, and nothing is lost meanwhile.
    #[error("misconfigured: {0}")]
    Misconfigured(&'static str),
}

impl<E: Into<Refusal>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

impl ApiError {
    fn detail(&self) -> &str {
        match self {
            Self::Refused(refusal) => refusal.detail(),
            Self::NotAuthentic | Self::NotTheProvider => texts::NOT_AUTHENTIC,
            Self::TooSlow => texts::BODY_TOO_SLOW,
            Self::MailTooLarge => texts::MAIL_TOO_LARGE,
            Self::Busy(text) | Self::Misconfigured(text) => text,
        }
    }

    fn body(&self) -> ErrorBody {
        let errors = match self {
            Self::Refused(Refusal::Invalid(errors)) => Some(errors.iter().take(MOST_ERRORS).map(FieldErrorBody::from).collect()),
            _ => None,
        };
        let checks = match self {
            Self::Refused(Refusal::Unmet(checks)) => Some(checks.clone()),
            _ => None,
        };
        let id = matches!(self, Self::Refused(Refusal::Internal(_))).then(current_request_id);
        ErrorBody { detail: self.detail().to_owned(), errors, checks, id }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::NotAuthentic => StatusCode::UNAUTHORIZED,
            Self::NotTheProvider => StatusCode::FORBIDDEN,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::MailTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy(_) | Self::Misconfigured(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        match self {
            Self::Refused(Refusal::Unauthorized(_)) => response.insert_header((header::WWW_AUTHENTICATE, "Bearer")),
            Self::NotAuthentic => response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"followup\"")),
            Self::Busy(_) | Self::Refused(Refusal::StoreUnavailable(_)) => {
                response.insert_header((header::RETRY_AFTER, RETRY_AFTER_SECONDS))
            }
            Self::Misconfigured(_) => response.insert_header((header::RETRY_AFTER, "600")),
            Self::Refused(Refusal::TooManyAttempts { retry_after_seconds }) => {
                response.insert_header((header::RETRY_AFTER, *retry_after_seconds))
            }
            _ => &mut response,
        };
        response.json(self.body())
    }
}
