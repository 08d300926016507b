//! The address of whoever sent a request.

use std::net::{IpAddr, SocketAddr};

/// The peer's address; behind a reverse proxy on this machine, the one that the proxy tells in the last `X-Forwarded-For`.
///
/// Only a loopback peer is believed, for everybody can write the header; and only the last entry, for that is the one the proxy added,
/// while those before it came with the request.
pub fn client_address(peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
    if !peer.to_canonical().is_loopback() {
        return peer;
    }
    forwarded.and_then(|value| value.rsplit(',').next()).and_then(parse).unwrap_or(peer)
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

    fn seen(peer: &str, forwarded: Option<&str>) -> String {
        client_address(peer.parse().unwrap(), forwarded).to_string()
    }

    #[test]
    fn a_proxy_on_this_machine_is_believed_in_what_it_added_itself() {
        assert_eq!(seen("127.0.0.1", Some("203.0.113.9")), "203.0.113.9");
        assert_eq!(seen("::1", Some("198.51.100.1, 203.0.113.9")), "203.0.113.9");
        assert_eq!(seen("::ffff:127.0.0.1", Some("203.0.113.9:4711")), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", Some("[2001:db8::1]:4711")), "2001:db8::1");
        assert_eq!(seen("127.0.0.1", Some("[2001:db8::1]")), "2001:db8::1");
    }

    #[test]
    fn nobody_else_chooses_an_address() {
        assert_eq!(seen("203.0.113.9", Some("198.51.100.1")), "203.0.113.9");
        for value in [Some(""), Some("unknown"), Some("198.51.100.1,"), Some("198.51.100.1, _hidden"), None] {
            assert_eq!(seen("127.0.0.1", value), "127.0.0.1", "{value:?}");
        }
    }
}
