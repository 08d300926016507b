//! Where a request may go.

use std::net::IpAddr;

use ureq::http::Uri;
use ureq::http::uri::Scheme;

use crate::client::ClientError;

/// The server's address. Names and passwords do not belong into it: it is told in logs of proxies.
///
/// # Errors
/// It is no web address, or one in clear text beyond this machine.
pub(crate) fn server(url: &str) -> Result<Uri, ClientError> {
    let uri: Uri = url.parse().map_err(|_| ClientError::Address)?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or(ClientError::Address)?;
    match uri.scheme() {
        _ if authority.host().is_empty() => Err(ClientError::Address),
        Some(scheme) if *scheme == Scheme::HTTPS => Ok(uri),
        Some(scheme) if *scheme == Scheme::HTTP && is_this_machine(authority.host()) => Ok(uri),
        Some(scheme) if *scheme == Scheme::HTTP => Err(ClientError::ClearText),
        _ => Err(ClientError::Address),
    }
}

pub(crate) fn is_this_machine(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_text_is_for_this_machine_only() {
        for url in ["https://api.example", "HTTPS://api.example:8443/x?y=1", "http://127.0.0.1:80/x", "http://127.9.9.9", "http://[::1]:1"]
        {
            assert!(server(url).is_ok(), "{url}");
        }
        for url in [
            "http://api.example",
            "http://127.0.0.1.example",
            "http://localhost.example/",
            "http://10.0.0.1",
            "http://[::2]/",
            "http://0.0.0.0/",
        ] {
            assert_eq!(server(url).err(), Some(ClientError::ClearText), "{url}");
        }
    }

    #[test]
    fn what_is_no_web_address_or_holds_a_password_is_refused() {
        for url in [
            "",
            "/path",
            "api.example",
            "ftp://api.example",
            "https://",
            "https://:443/",
            "https://user:password@api.example",
            "http://127.0.0.1@evil.example/",
            "https://a b.example",
        ] {
            assert_eq!(server(url).err(), Some(ClientError::Address), "{url}");
        }
    }
}
