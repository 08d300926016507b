//! One error type for all handlers, with an exhaustive map from each use case's own.

mod access;
mod inbox;
mod life_cycle;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use followup_app::{
    ApplyPlanError, DraftError, NotFoundOr, RegisterCaseError, SendMessageError, TemplatesError, TestMailError, TestSmsError,
    TestWhatsappError, UpdateCaseError,
};
use followup_domain::asking::reason::StopReason;
use followup_domain::case::FieldError;
use followup_domain::message::Absence;
use followup_domain::message::Channel;
use followup_domain::ports::StoreError;
use followup_domain::sending::SendError;
use followup_words::reasons as words;

use crate::dto::error::{ErrorBody, FieldErrorBody};
use crate::request_log::current_request_id;
use crate::texts;

/// After so many seconds a client may try again when the store is unavailable.
pub(crate) const RETRY_AFTER_SECONDS: &str = "5";

/// So many fields are named at most.
const MOST_ERRORS: usize = 50;

/// What a client gets in place of an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// 401.
    #[error("unauthorized")]
    Unauthorized(&'static str),
    /// 401: a post to a webhook that does not prove itself.
    #[error("not authentic")]
    NotAuthentic,
    /// 403.
    #[error("forbidden")]
    Forbidden,
    /// 403: a call in a provider's name that is not proven to be the provider's.
    #[error("not the provider")]
    NotTheProvider,
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
    /// 408: a body that comes too slowly.
    #[error("too slow")]
    TooSlow,
    /// 413.
    #[error("too large")]
    TooLarge,
    /// 413: a posted mail, of which the header section is kept.
    #[error("mail too large")]
    MailTooLarge,
    /// 415.
    #[error("unsupported media type")]
    UnsupportedMediaType(&'static str),
    /// 422.
    #[error("invalid fields")]
    Invalid(Vec<FieldError>),
    /// 429: after so many seconds a client may try again.
    #[error("too many attempts")]
    TooManyAttempts { retry_after_seconds: u64 },
    /// 502, with the provider's words.
    #[error("provider failed")]
    BadGateway(String),
    /// 503: a channel has no transport. Trying again will not help.
    #[error("channel not configured")]
    NotConfigured,
    /// 503: the service is up, and takes no more for now.
    #[error("busy")]
    Busy(&'static str),
    /// 503: whoever posts must be set up otherwise; it will post again, and nothing is lost meanwhile.
    #[error("misconfigured: {0}")]
    Misconfigured(&'static str),
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

impl ApiError {
    /// One field that was refused.
    pub(crate) fn field(field: &str, message: &str) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    fn detail(&self) -> &str {
        match self {
            Self::Unauthorized(text) | Self::NotFound(text) | Self::UnsupportedMediaType(text) => text,
            Self::BadRequest(text) | Self::Conflict(text) | Self::BadGateway(text) => text,
            Self::Busy(text) | Self::Misconfigured(text) => text,
            Self::NotAuthentic | Self::NotTheProvider => texts::NOT_AUTHENTIC,
            Self::MailTooLarge => texts::MAIL_TOO_LARGE,
            Self::Forbidden => texts::FORBIDDEN,
            Self::Unmet(_) => texts::UNMET_CHECKS,
            Self::TooSlow => texts::BODY_TOO_SLOW,
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

    fn body(&self) -> ErrorBody {
        let errors = match self {
            Self::Invalid(errors) => Some(errors.iter().take(MOST_ERRORS).map(FieldErrorBody::from).collect()),
            _ => None,
        };
        let checks = match self {
            Self::Unmet(checks) => Some(checks.clone()),
            _ => None,
        };
        let id = matches!(self, Self::Internal(_)).then(current_request_id);
        ErrorBody { detail: self.detail().to_owned(), errors, checks, id }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized(_) | Self::NotAuthentic => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::NotTheProvider => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) | Self::Unmet(_) => StatusCode::CONFLICT,
            Self::TooLarge | Self::MailTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::BadGateway(_) => StatusCode::BAD_GATEWAY,
            Self::NotConfigured | Self::NoLocalSignIn | Self::StoreUnavailable(_) | Self::Unconfirmed(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Busy(_) | Self::Misconfigured(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        match self {
            Self::Unauthorized(_) => response.insert_header((header::WWW_AUTHENTICATE, "Bearer")),
            Self::NotAuthentic => response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"followup\"")),
            Self::Busy(_) => response.insert_header((header::RETRY_AFTER, RETRY_AFTER_SECONDS)),
            Self::Misconfigured(_) => response.insert_header((header::RETRY_AFTER, "600")),
            Self::StoreUnavailable(_) => response.insert_header((header::RETRY_AFTER, RETRY_AFTER_SECONDS)),
            Self::TooManyAttempts { retry_after_seconds } => response.insert_header((header::RETRY_AFTER, *retry_after_seconds)),
            _ => &mut response,
        };
        response.json(self.body())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => Self::StoreUnavailable(cause),
            StoreError::Unknown(cause) => Self::Unconfirmed(cause),
            StoreError::Refused(cause) => Self::Internal(cause),
        }
    }
}

impl From<NotFoundOr> for ApiError {
    fn from(error: NotFoundOr) -> Self {
        match error {
            NotFoundOr::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            NotFoundOr::MessageNotFound => Self::NotFound(texts::MESSAGE_NOT_FOUND),
            NotFoundOr::AttachmentNotFound => Self::NotFound(texts::ATTACHMENT_NOT_FOUND),
            NotFoundOr::AttachmentAbsent(why @ Absence::Waiting) => Self::Conflict(followup_words::files::absent(why).into()),
            NotFoundOr::AttachmentAbsent(why) => Self::NotFound(followup_words::files::absent(why)),
            NotFoundOr::HtmlNotFound => Self::NotFound(texts::HTML_NOT_FOUND),
            NotFoundOr::Store(error) => error.into(),
        }
    }
}

impl From<RegisterCaseError> for ApiError {
    fn from(error: RegisterCaseError) -> Self {
        match error {
            RegisterCaseError::Invalid(errors) => Self::Invalid(errors),
            RegisterCaseError::KeyReused => Self::Conflict(texts::KEY_REUSED.into()),
            RegisterCaseError::Store(error) => error.into(),
        }
    }
}

impl From<UpdateCaseError> for ApiError {
    fn from(error: UpdateCaseError) -> Self {
        match error {
            UpdateCaseError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            UpdateCaseError::Stale { current } => Self::Conflict(texts::stale(current)),
            UpdateCaseError::Invalid(errors) => Self::Invalid(errors),
            UpdateCaseError::Store(error) => error.into(),
        }
    }
}

impl From<DraftError> for ApiError {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            DraftError::UnsupportedChannel => Self::BadRequest(texts::UNSUPPORTED_CHANNEL.into()),
            DraftError::Render(error) => Self::Internal(error.to_string()),
            DraftError::Store(error) => error.into(),
        }
    }
}

impl From<SendMessageError> for ApiError {
    fn from(error: SendMessageError) -> Self {
        match error {
            SendMessageError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            SendMessageError::UnsupportedChannel => Self::BadRequest(texts::UNSUPPORTED_CHANNEL.into()),
            SendMessageError::EmptyBody => Self::BadRequest(texts::EMPTY_MESSAGE.into()),
            SendMessageError::Invalid(error) => Self::Invalid(vec![error]),
            SendMessageError::NoContact(channel) => Self::BadRequest(words::no_address(channel).into()),
            SendMessageError::Blocked => Self::Conflict(texts::BLOCKED.into()),
            SendMessageError::Bounced(failure) => Self::Conflict(texts::bounced(&followup_words::failures::told(&failure))),
            SendMessageError::Closed => Self::Conflict(texts::FOLLOWUP_CLOSED.into()),
            SendMessageError::NotSent(reason) => reason.into(),
            SendMessageError::Stopped { reason, message_id: _ } => Self::Conflict(texts::not_sent(&words::shown(&reason))),
            SendMessageError::NotConfigured => Self::NotConfigured,
            SendMessageError::KeyReused => Self::Conflict(texts::KEY_REUSED.into()),
            SendMessageError::Failed { channel, text, message_id: _ } => Self::BadGateway(failure(channel, &words::shown(&text))),
            SendMessageError::Uncertain { channel, message_id: _ } => Self::BadGateway(failure(channel, texts::UNCERTAIN)),
            SendMessageError::Store(error) => error.into(),
        }
    }
}

impl From<StopReason> for ApiError {
    fn from(reason: StopReason) -> Self {
        match reason {
            StopReason::NoAddress(channel) => Self::BadRequest(words::no_address(channel).into()),
            StopReason::Closed => Self::Conflict(texts::FOLLOWUP_CLOSED.into()),
            StopReason::Blocked => Self::Conflict(texts::BLOCKED.into()),
            // The template engine's words are for whoever keeps the templates.
            StopReason::TemplateFails(cause) => Self::Internal(cause),
            StopReason::AddressFails(failure) => Self::Conflict(texts::bounced(&followup_words::failures::told(&failure))),
            StopReason::NotConfigured => Self::NotConfigured,
            StopReason::OutsideWindow => Self::Conflict(texts::OUTSIDE_WINDOW.into()),
            other => Self::Conflict(texts::not_sent(&words::stopped(&other))),
        }
    }
}

impl From<ApplyPlanError> for ApiError {
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

impl From<TestMailError> for ApiError {
    fn from(error: TestMailError) -> Self {
        match error {
            TestMailError::NotConfigured => Self::NotConfigured,
            TestMailError::Send(SendError::Uncertain(_)) => Self::BadGateway(failure(Channel::Email, texts::UNCERTAIN)),
            TestMailError::Send(error) => Self::BadGateway(failure(Channel::Email, &error.to_string())),
            TestMailError::Store(error) => error.into(),
        }
    }
}

impl From<TestSmsError> for ApiError {
    fn from(error: TestSmsError) -> Self {
        match error {
            TestSmsError::NotConfigured => Self::NotConfigured,
            TestSmsError::Blocked => StopReason::Blocked.into(),
            TestSmsError::NotCarried(reason) => Self::field("body", &texts::not_carried(&words::stopped(&reason))),
            TestSmsError::Send(SendError::Uncertain(_)) => Self::BadGateway(failure(Channel::Sms, texts::UNCERTAIN)),
            TestSmsError::Send(error) => Self::BadGateway(failure(Channel::Sms, &error.to_string())),
            TestSmsError::Store(error) => error.into(),
        }
    }
}

impl From<TestWhatsappError> for ApiError {
    fn from(error: TestWhatsappError) -> Self {
        match error {
            TestWhatsappError::Invalid(error) => Self::Invalid(vec![error]),
            TestWhatsappError::NotConfigured => Self::NotConfigured,
            TestWhatsappError::NotSent(reason) => reason.into(),
            TestWhatsappError::Send(SendError::Uncertain(_)) => Self::BadGateway(failure(Channel::Whatsapp, texts::UNCERTAIN)),
            TestWhatsappError::Send(error) => Self::BadGateway(failure(Channel::Whatsapp, &error.to_string())),
            TestWhatsappError::Store(error) => error.into(),
        }
    }
}

impl From<TemplatesError> for ApiError {
    fn from(error: TemplatesError) -> Self {
        match error {
            TemplatesError::NotConfigured => Self::NotConfigured,
            TemplatesError::Catalogue(error) => Self::BadGateway(failure(Channel::Whatsapp, &error.to_string())),
            TemplatesError::Store(error) => error.into(),
        }
    }
}

fn failure(channel: Channel, text: &str) -> String {
    let transport = match channel {
        Channel::Email => "SMTP",
        Channel::Sms => "SMS",
        Channel::Whatsapp => "WhatsApp",
        Channel::Call => "llamada",
    };
    format!("Fallo {transport}: {text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use followup_domain::ids::MessageId;

    fn told(error: impl Into<ApiError>) -> (u16, String) {
        let error = error.into();
        (error.status_code().as_u16(), error.detail().to_owned())
    }

    #[test]
    fn a_closed_follow_up_is_a_conflict() {
        let expected = (409, "El seguimiento de este ICSR está cerrado".to_owned());
        assert_eq!(told(SendMessageError::Closed), expected);
        assert_eq!(told(ApplyPlanError::Closed), expected);
    }

    #[test]
    fn each_channel_fails_under_its_own_name() {
        for (channel, text) in [(Channel::Email, "Fallo SMTP: x"), (Channel::Sms, "Fallo SMS: x"), (Channel::Whatsapp, "Fallo WhatsApp: x")]
        {
            let failed = SendMessageError::Failed { channel, text: "x".into(), message_id: MessageId(1) };
            assert_eq!(told(failed), (502, text.into()));
        }
    }
}
