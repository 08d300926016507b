//! The number in a page's address.

use actix_web::HttpRequest;

/// `{id}`; none where it is no number.
pub(crate) fn id(request: &HttpRequest) -> Option<i64> {
    named(request, "id")
}

/// A number of this name.
pub(crate) fn named(request: &HttpRequest, name: &str) -> Option<i64> {
    request.match_info().get(name)?.parse().ok()
}
