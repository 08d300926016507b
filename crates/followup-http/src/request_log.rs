//! Around every request: its id, its log line (no path values, no content), and the headers that every answer carries.

use std::rc::Rc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use followup_answers::{Refusal, RequestId};

use crate::errors::ApiError;
use crate::serve::Line;
use crate::state::HttpState;

/// The calls whose answers are about people.
const PRIVATE: &str = "/api/";
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request that is being handled; empty outside of one.
pub(crate) fn current_request_id() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Middleware: see the module.
pub(crate) async fn log_request(
    state: web::Data<HttpState>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_private = request.path().starts_with(PRIVATE);
    let id = state.followup.ids.lease_token().0;
    let started = Instant::now();
    let _working = request.conn_data::<Rc<Line>>().map(Line::work);
    let method = request.method().clone();
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = CURRENT.scope(id.clone(), next.call(request)).await?;
    let route = response.request().match_pattern();
    let status = response.status().as_u16();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    if let Some(ApiError::Refused(Refusal::Internal(cause) | Refusal::StoreUnavailable(cause) | Refusal::Unconfirmed(cause))) =
        response.response().error().and_then(Error::as_error)
    {
        tracing::error!(request_id = %id, %cause, "request failed");
    }
    if let Some(ApiError::Misconfigured(what)) = response.response().error().and_then(Error::as_error) {
        tracing::error!(request_id = %id, what, "a provider must be set up otherwise");
    }
    tracing::info!(%method, route = route.as_deref().unwrap_or("-"), status, micros, request_id = %id, "request");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    add_security_headers(response.headers_mut());
    if is_private {
        forbid_storing(response.headers_mut());
    }
    Ok(response)
}

/// What is answered here may name patients and reporters, whatever the handler: no cache on the way or in a browser keeps it, and one that
/// does all the same gives it to nobody with another token (RFC 9111 §4.1, §5.2.2.5).
fn forbid_storing(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("Authorization"));
}

/// Nothing that we answer is to be cached, sniffed, framed or run; an answer that says otherwise itself keeps its word.
fn add_security_headers(headers: &mut HeaderMap) {
    let defaults = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ];
    for (name, value) in defaults {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
