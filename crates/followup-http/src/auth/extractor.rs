//! The caller of a request, from its bearer token.
//!
//! The token is checked before the handler is chosen; the roles that a handler asks for come first among its arguments.

use std::future::{Ready, ready};

use actix_web::body::EitherBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};
use followup_domain::audit::Actor;
use followup_domain::user::Role;

use super::claims::{Claims, TokenRefused};
use crate::errors::ApiError;
use crate::state::HttpState;
use crate::texts;

/// The routes that need no token: a new one is protected unless it is named here.
const PUBLIC: [&str; 11] = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/docs",
    "/api/v1/openapi.json",
    "/api/v1/auth/login",
    // These prove themselves.
    "/api/v1/webhooks/email",
    "/api/v1/webhooks/email/mailgun",
    "/api/v1/webhooks/email/mailgun/mime",
    "/api/v1/webhooks/email/sendgrid",
    "/api/v1/webhooks/email/postmark",
];

/// Somebody with a valid token and at least one known role.
#[derive(Clone)]
pub(crate) struct Caller(Claims);

/// A caller with the role `admin`.
pub(crate) struct AdminCaller(Caller);

impl Caller {
    /// The caller as the audit trail names them.
    pub(crate) fn actor(&self) -> Actor {
        Actor::User { id: self.0.user_id, username: self.0.username.clone() }
    }
}

impl std::ops::Deref for Caller {
    type Target = Claims;
    fn deref(&self) -> &Claims {
        &self.0
    }
}

impl std::ops::Deref for AdminCaller {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| ApiError::Internal("a public route asks for its caller".into())))
    }
}

impl FromRequest for AdminCaller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let admin = |caller: Caller| if caller.roles.contains(&Role::Admin) { Ok(Self(caller)) } else { Err(ApiError::Forbidden) };
        ready(Caller::from_request(request, payload).into_inner().and_then(admin))
    }
}

/// Middleware: whoever has no valid token gets 401, and whoever has no known role 403, before anything else of the request is
/// read. A handler's extractors are polled side by side, so the check cannot be one of them: a key set may have to be fetched for it.
pub(crate) async fn authenticate<B>(
    state: web::Data<HttpState>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let is_public = request.match_pattern().is_none_or(|pattern| PUBLIC.contains(&pattern.as_str()));
    if !is_public {
        match caller_of(&state, request.request()).await {
            Ok(caller) => drop(request.extensions_mut().insert(caller)),
            Err(error) => return Ok(request.error_response(error).map_into_right_body()),
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}

async fn caller_of(state: &HttpState, request: &HttpRequest) -> Result<Caller, ApiError> {
    let token = bearer_token(request).ok_or(ApiError::Unauthorized(texts::NO_TOKEN))?;
    let claims = state.tokens.verify(token, state.followup.clock.now()).await.map_err(|refused| match refused {
        TokenRefused::Invalid | TokenRefused::UnknownKey => ApiError::Unauthorized(texts::BAD_TOKEN),
        TokenRefused::Expired => ApiError::Unauthorized(texts::EXPIRED_TOKEN),
        TokenRefused::OtherTenant => ApiError::Unauthorized(texts::OTHER_TENANT),
    })?;
    // All seven roles may read and send.
    if claims.roles.is_empty() { Err(ApiError::Forbidden) } else { Ok(Caller(claims)) }
}

/// The token of the one `Authorization` header; the scheme's name has no case (RFC 9110 §11.1).
fn bearer_token(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let value = values.next().filter(|_| values.next().is_none())?;
    let (scheme, token) = value.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
