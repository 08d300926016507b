//! Whether a request that changes something comes from a page of ours (CSRF).

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};

/// What a request says of the page that sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comes {
    /// From a page of ours, or from nowhere: typed, or a bookmark.
    FromUs,
    /// From elsewhere.
    FromElsewhere,
    /// It does not say.
    Unsaid,
}

/// Browsers say it in `Sec-Fetch-Site` (Fetch Metadata), older ones in `Origin`.
pub(super) fn comes(request: &HttpRequest) -> Comes {
    // The host that the browser asked for: a proxy hands it on, or the page would not have come either.
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    told(request.headers(), host)
}

/// The origin of a request's page.
pub(super) fn origin(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::ORIGIN)?.to_str().ok()
}

fn told(headers: &HeaderMap, host: Option<&str>) -> Comes {
    if let Some(site) = headers.get("Sec-Fetch-Site") {
        return match site.as_bytes() {
            b"same-origin" | b"none" => Comes::FromUs,
            _ => Comes::FromElsewhere,
        };
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return Comes::Unsaid };
    let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    match (authority, host) {
        (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host) => Comes::FromUs,
        _ => Comes::FromElsewhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn said(pairs: &[(&'static str, &'static str)]) -> Comes {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        told(&headers, Some("fv.example.test:8080"))
    }

    #[test]
    fn a_browser_says_where_a_form_comes_from() {
        let (site, origin) = ("sec-fetch-site", "origin");
        for from_us in ["same-origin", "none"] {
            assert_eq!(said(&[(site, from_us), (origin, "null")]), Comes::FromUs);
        }
        for elsewhere in ["same-site", "cross-site", "", "SAME-ORIGIN"] {
            assert_eq!(said(&[(site, elsewhere), (origin, "http://fv.example.test:8080")]), Comes::FromElsewhere);
        }
        assert_eq!(said(&[(origin, "http://fv.example.test:8080")]), Comes::FromUs);
        for elsewhere in ["http://fv.example.test", "https://evil.test", "null", "http://fv.example.test:8080.evil.test", "x"] {
            assert_eq!(said(&[(origin, elsewhere)]), Comes::FromElsewhere, "{elsewhere}");
        }
        assert_eq!(said(&[]), Comes::Unsaid);
    }
}
