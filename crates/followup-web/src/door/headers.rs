//! What every page's answer carries: what it may load, who may frame it, that nothing keeps it.

use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::state::WebOptions;

/// The policy of every page (Content Security Policy 3), without exceptions.
pub(crate) fn policy(options: &WebOptions) -> String {
    let ancestors = if options.framed_by.is_empty() { "'none'".to_owned() } else { options.framed_by.join(" ") };
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
        // With less, a form of ours would say `Origin: null`, like one of nobody knows where.
        (header::REFERRER_POLICY, "same-origin"),
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
