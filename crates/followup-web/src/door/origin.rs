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

/// Browsers say it in `Sec-Fetch-Site` (Fetch Metadata), older ones in `Origin`. `ours`: the origin of our pages, where it is known; behind a proxy
/// that does not hand the `Host` on, nothing else tells it.
pub(super) fn comes(request: &HttpRequest, ours: Option<&str>) -> Comes {
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    told(request.headers(), ours, host)
}

/// The origin of a request's page.
pub(super) fn origin(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::ORIGIN)?.to_str().ok()
}

fn told(headers: &HeaderMap, ours: Option<&str>, host: Option<&str>) -> Comes {
    if let Some(site) = headers.get("Sec-Fetch-Site") {
        return match site.as_bytes() {
            b"same-origin" | b"none" => Comes::FromUs,
            _ => Comes::FromElsewhere,
        };
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return Comes::Unsaid };
    if ours.is_some_and(|ours| origin.as_bytes() == ours.as_bytes()) {
        return Comes::FromUs;
    }
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
        told(&headers, Some("https://fv.example.test"), Some("fv.example.test:8080"))
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
        for from_us in ["http://fv.example.test:8080", "https://fv.example.test"] {
            assert_eq!(said(&[(origin, from_us)]), Comes::FromUs, "{from_us}");
        }
        for elsewhere in ["http://fv.example.test", "https://evil.test", "null", "http://fv.example.test:8080.evil.test", "x"] {
            assert_eq!(said(&[(origin, elsewhere)]), Comes::FromElsewhere, "{elsewhere}");
        }
        assert_eq!(said(&[]), Comes::Unsaid);
    }
}
