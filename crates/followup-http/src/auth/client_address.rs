//! The address of whoever sent a request.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};

/// The peer's address; behind a reverse proxy on this machine, the one that the proxy tells. None in tests without a connection.
pub(crate) fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| behind_proxy(peer.ip(), request.headers()))
}

/// Only a loopback peer is believed, for everybody can write the header; and only the last entry, for that is the one
/// the proxy added, while those before it came with the request.
fn behind_proxy(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !peer.to_canonical().is_loopback() {
        return peer;
    }
    let last = headers.get_all(X_FORWARDED_FOR).last().and_then(|value| value.to_str().ok());
    last.and_then(|value| value.rsplit(',').next()).and_then(parse).unwrap_or(peer)
}

/// Some proxies write the port too.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        behind_proxy(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_proxy_on_this_machine_is_believed_in_what_it_added_itself() {
        assert_eq!(seen("127.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("::1", &["198.51.100.1", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("::ffff:127.0.0.1", &["203.0.113.9:4711"]), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(seen("127.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
    }

    #[test]
    fn nobody_else_chooses_an_address() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        for value in ["", "unknown", "198.51.100.1,", "198.51.100.1, _hidden"] {
            assert_eq!(seen("127.0.0.1", &[value]), "127.0.0.1", "{value:?}");
        }
        assert_eq!(seen("127.0.0.1", &[]), "127.0.0.1");
    }
}
