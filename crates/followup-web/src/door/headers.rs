//! What every page's answer carries: what it may load, who may frame it, that nothing keeps it.

use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::state::WebOptions;

/// The policy of every page (Content Security Policy 3), without exceptions. `is_framed`: the page that others may frame.
pub(crate) fn policy(options: &WebOptions, is_framed: bool) -> String {
    let ancestors = match is_framed && !options.framed_by.is_empty() {
        true => options.framed_by.join(" "),
        false => "'none'".to_owned(),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors {ancestors}"
    )
}

/// Adds what an answer does not say itself.
pub(super) fn add(headers: &mut HeaderMap, policy: &str) {
    let said = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    for (name, value) in said {
        if !headers.contains_key(&name)
            && let Ok(value) = HeaderValue::from_str(value)
        {
            headers.insert(name, value);
        }
    }
}
