//! The caller of a request, from its bearer token.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use followup_domain::audit::Actor;
use followup_domain::user::Role;

use super::claims::{Claims, TokenRefused};
use crate::errors::ApiError;
use crate::state::HttpState;
use crate::texts;

/// Somebody with a valid token and at least one known role. 401 or 403 else. First among a handler's arguments, so that
/// nothing else of a stranger's request is looked at.
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

/// Ready at once, unless the issuer's keys have to be read first.
type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { caller_of(&request).await })
    }
}

impl FromRequest for AdminCaller {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = caller_of(&request).await?;
            if caller.roles.contains(&Role::Admin) { Ok(Self(caller)) } else { Err(ApiError::Forbidden) }
        })
    }
}

async fn caller_of(request: &HttpRequest) -> Result<Caller, ApiError> {
    let Some(state) = request.app_data::<web::Data<HttpState>>() else {
        return Err(ApiError::Internal("the application has no state".into()));
    };
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
