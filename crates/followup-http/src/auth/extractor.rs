//! The caller of a request, from its bearer token.
//!
//! The token, and whether its roles allow the route, are checked before the handler is chosen.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::body::EitherBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};
use followup_access::SessionId;
use followup_answers::Refusal;
use followup_words::answers as texts;

use crate::blocking::within_limit;
use crate::errors::ApiError;
use crate::routes::{Needs, needs};
use crate::state::HttpState;

/// Somebody with a valid token whose roles allow the route.
#[derive(Clone)]
pub(crate) struct Caller(followup_access::Caller);

impl Deref for Caller {
    type Target = followup_access::Caller;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| Refusal::Internal("a public route asks for its caller".into()).into()))
    }
}

/// Middleware: whoever has no valid token gets 401, and whoever has no role that may use the route 403, before anything else of the
/// request is read. A handler's extractors are polled side by side, so the check cannot be one of them: a key set may have to be
/// fetched for it.
pub(crate) async fn authenticate<B>(
    state: web::Data<HttpState>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let needs = request.match_pattern().map_or(Needs::Nothing, |pattern| needs(request.method(), &pattern));
    if needs != Needs::Nothing {
        match caller_of(&state, request.request(), needs).await {
            Ok(caller) => drop(request.extensions_mut().insert(caller)),
            Err(error) => return Ok(request.error_response(error).map_into_right_body()),
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}

async fn caller_of(state: &HttpState, request: &HttpRequest, needs: Needs) -> Result<Caller, ApiError> {
    let caller = match (bearer_token(request), session_of_onlooker(state, request)) {
        (Some(token), _) => within_limit(state, state.access.caller(token)).await?,
        (None, Some(session)) => {
            let caller = within_limit(state, state.access.session(&session, true)).await?;
            caller.ok_or(Refusal::Unauthorized(texts::NO_TOKEN))?
        }
        (None, None) => return Err(Refusal::Unauthorized(texts::NO_TOKEN).into()),
    };
    match needs {
        Needs::Permission(permission) if !caller.may(permission) => Err(Refusal::Forbidden.into()),
        _ => Ok(Caller(caller)),
    }
}

/// Whoever is signed in at the page may look (RFC 9110 §9.2.1): its links lead here. What changes something wants a token, which no browser
/// sends by itself.
fn session_of_onlooker(state: &HttpState, request: &HttpRequest) -> Option<SessionId> {
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let name = state.session_cookie.filter(|_| looks)?;
    SessionId::of_cookie(request.cookie(name)?.value())
}

/// The token of the one `Authorization` header; the scheme's name has no case (RFC 9110 §11.1).
fn bearer_token(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let value = values.next().filter(|_| values.next().is_none())?;
    let (scheme, token) = value.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
