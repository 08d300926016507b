//! The cookie of a session: the one thing that a browser keeps of whoever is signed in.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use followup_access::SessionId;

use crate::state::WebOptions;

/// The session that a request names.
pub(super) fn session_of(request: &HttpRequest, options: &WebOptions) -> Option<SessionId> {
    SessionId::of_cookie(request.cookie(options.session_cookie())?.value())
}

/// The cookie of a new session, as an answer sets it. It ends with the browser; how long it is good, the store knows.
pub(crate) fn session_cookie(session: &SessionId, options: &WebOptions) -> String {
    written(cookie(session.expose().to_owned(), options), options)
}

/// The cookie that takes the place of one whose session is over.
pub(crate) fn forget_session(options: &WebOptions) -> String {
    let mut cookie = cookie(String::new(), options);
    cookie.make_removal();
    written(cookie, options)
}

fn cookie(value: String, options: &WebOptions) -> Cookie<'static> {
    // In a frame of another site a cookie comes along only if it says so itself; forms are proven ours by their origin all the same.
    let same_site = if is_framed(options) { SameSite::None } else { SameSite::Lax };
    Cookie::build(options.session_cookie(), value).path("/").http_only(true).secure(options.is_https).same_site(same_site).finish()
}

/// A frame has its own cookies, apart from those of the same service in a window (CHIPS).
fn written(cookie: Cookie<'static>, options: &WebOptions) -> String {
    if is_framed(options) { format!("{cookie}; Partitioned") } else { cookie.to_string() }
}

fn is_framed(options: &WebOptions) -> bool {
    options.is_https && !options.framed_by.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(options: &WebOptions) -> String {
        written(cookie("x".into(), options), options)
    }

    #[test]
    fn a_session_is_kept_from_scripts_other_hosts_and_plain_http() {
        let plain = WebOptions::default();
        assert_eq!(set(&plain), "followup=x; HttpOnly; SameSite=Lax; Path=/");
        let https = WebOptions { is_https: true, ..plain };
        assert_eq!(set(&https), "__Host-followup=x; HttpOnly; SameSite=Lax; Secure; Path=/");
        let framed = WebOptions { framed_by: vec!["https://vigia.test".into()], ..https };
        assert_eq!(set(&framed), "__Host-followup=x; HttpOnly; SameSite=None; Secure; Path=/; Partitioned");
    }
}
