//! The address of whoever sent a request.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};

/// See [`followup_access::client_address`]. None in tests without a connection.
pub(crate) fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| behind_proxy(peer.ip(), request.headers()))
}

fn behind_proxy(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let last = headers.get_all(X_FORWARDED_FOR).last().and_then(|value| value.to_str().ok());
    followup_access::client_address(peer, last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn the_last_header_is_the_proxys() {
        let mut headers = HeaderMap::new();
        for value in ["198.51.100.1", "203.0.113.9"] {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_static(value));
        }
        assert_eq!(behind_proxy("127.0.0.1".parse().unwrap(), &headers).to_string(), "203.0.113.9");
    }
}
