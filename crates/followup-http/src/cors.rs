//! Whose pages may call the API from a browser (Fetch standard, CORS protocol).

use actix_cors::Cors;
use actix_web::http::header;
use actix_web::middleware::Condition;

use crate::idempotency;
use crate::request_log::REQUEST_ID;

/// For so many seconds a browser need not ask again.
const MAX_AGE: usize = 600;

/// Answers what browsers ask beforehand, and lets these origins read answers. Tokens are sent on purpose, never by the browser itself, so
/// no credentials are allowed. Without origins it does nothing.
pub(crate) fn allowing(origins: &[String]) -> Condition<Cors> {
    let known = Cors::default()
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .allowed_header(idempotency::HEADER)
        .expose_headers([REQUEST_ID, header::RETRY_AFTER, header::CONTENT_DISPOSITION])
        .max_age(MAX_AGE);
    Condition::new(!origins.is_empty(), origins.iter().fold(known, |cors, origin| cors.allowed_origin(origin)))
}
