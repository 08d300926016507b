//! Twilio's signature of its calls (<https://www.twilio.com/docs/usage/security#validating-requests>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::form;

/// The query parameter with the SHA-256 of a body that is no form, in hexadecimal.
const BODY_SHA256: &str = "bodySHA256";

/// How a call is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC-SHA1, with the account's auth token.
    Sha1,
    /// HMAC-SHA256, with the secret of a shared key.
    Sha256,
}

impl Algorithm {
    /// The one that the settings of a call's signature name (`key=…,algorithm=HMAC_SHA256`); where they name none, SHA-1. None where nobody
    /// knows it.
    pub fn named_in(settings: &str) -> Option<Self> {
        let parts = settings.split(',').filter_map(|part| part.split_once('='));
        let mut told =
            parts.filter(|(name, _)| name.trim() == "algorithm").map(|(_, value)| value.trim()).filter(|value| !value.is_empty());
        match told.next().map(str::to_ascii_uppercase).as_deref() {
            None | Some("HMAC_SHA1") => Some(Self::Sha1),
            Some("HMAC_SHA256") => Some(Self::Sha256),
            Some(_) => None,
        }
    }
}

/// What is signed besides the address.
#[derive(Debug, Clone, Copy)]
pub enum Params<'b> {
    /// A form: its names and values.
    Form(&'b [(String, String)]),
    /// Another body, by its hash in the address.
    Body(&'b [u8]),
}

/// Whether somebody who knows the token signed this: the HMAC over the address and the form's names and values (each distinct value once, in
/// order). `url`: the public address that was called, with its query. As Twilio's libraries do, it is tried with and without its port. In
/// constant time, as far as the signature goes.
pub fn is_signed(algorithm: Algorithm, token: &str, url: &str, params: Params<'_>, signature: &str) -> bool {
    let Ok(signature) = STANDARD.decode(signature.trim()) else { return false };
    let text = match params {
        Params::Form(pairs) => in_order(pairs),
        Params::Body(body) if has_hash(url, body) => String::new(),
        Params::Body(_) => return false,
    };
    let is_of = match algorithm {
        Algorithm::Sha1 => is_mac_of::<Hmac<Sha1>>,
        Algorithm::Sha256 => is_mac_of::<Hmac<Sha256>>,
    };
    // Both are looked at, whichever fits.
    spellings(url).map(|url| is_of(token, &[&url, &text], &signature)).contains(&true)
}

fn is_mac_of<M: Mac + KeyInit>(token: &str, parts: &[&str], signature: &[u8]) -> bool {
    mac::<M>(token, parts).verify_slice(signature).is_ok()
}

/// HMAC takes keys of any length.
#[allow(clippy::expect_used)]
fn mac<M: Mac + KeyInit>(token: &str, parts: &[&str]) -> M {
    let keyed = <M as Mac>::new_from_slice(token.as_bytes()).expect("HMAC takes keys of any length");
    parts.iter().fold(keyed, |mac, part| mac.chain_update(part))
}

fn in_order(pairs: &[(String, String)]) -> String {
    let mut pairs: Vec<&(String, String)> = pairs.iter().collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect()
}

fn has_hash(url: &str, body: &[u8]) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let told = form::parse(query.as_bytes()).into_iter().find(|(name, _)| name == BODY_SHA256);
    told.is_some_and(|(_, hash)| hash.eq_ignore_ascii_case(&hexadecimal(&Sha256::digest(body))))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The address without a port, and with one: the one that stands there, or the scheme's own.
fn spellings(url: &str) -> [String; 2] {
    let Some((scheme, rest)) = url.split_once("://") else { return [url.to_owned(), url.to_owned()] };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // The colons of an IPv6 address stand in brackets.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, if scheme.eq_ignore_ascii_case("https") { "443" } else { "80" }),
    };
    [format!("{scheme}://{host}{path}"), format!("{scheme}://{host}:{port}{path}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "12345";
    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

    fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn sign(token: &str, text: &str) -> String {
        STANDARD.encode(mac::<Hmac<Sha1>>(token, &[text]).finalize().into_bytes())
    }

    /// The example of Twilio's documentation.
    #[test]
    fn twilios_own_example_is_signed() {
        let call = pairs(&[
            ("To", "+18005551212"),
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675310"),
            ("From", "+14158675310"),
            ("Digits", "1234"),
        ]);
        let signature = "GvWf1cFY/Q7PnoempGyD5oXAezc=";
        assert!(is_signed(Algorithm::Sha1, TOKEN, URL, Params::Form(&call), signature));
        let with_port = URL.replace("mycompany.com", "mycompany.com:443");
        assert!(is_signed(Algorithm::Sha1, TOKEN, &with_port, Params::Form(&call), signature), "without the port of its scheme");
        for (token, url, signature) in [
            ("12346", URL, signature),
            (TOKEN, "https://mycompany.com/myapp.php?foo=1&bar=3", signature),
            (TOKEN, "http://mycompany.com/myapp.php?foo=1&bar=2", signature),
            (TOKEN, URL, "GvWf1cFY/Q7PnoempGyD5oXAezd="),
            (TOKEN, URL, "GvWf1cFY/Q7PnoempGyD5oXAez"),
            (TOKEN, URL, ""),
            (TOKEN, URL, "ñ"),
        ] {
            assert!(!is_signed(Algorithm::Sha1, token, url, Params::Form(&call), signature), "{token} {url} {signature}");
        }
        let mut more = call.clone();
        more.push(("Digits".into(), "12345".into()));
        assert!(!is_signed(Algorithm::Sha1, TOKEN, URL, Params::Form(&more), signature));
        assert!(!is_signed(Algorithm::Sha1, TOKEN, URL, Params::Form(&call[1..]), signature));
    }

    #[test]
    fn each_distinct_value_of_a_name_counts_once_in_order() {
        let signed = sign(TOKEN, &format!("{URL}A1A2B¿Sí?"));
        let call = pairs(&[("B", "¿Sí?"), ("A", "2"), ("A", "1"), ("A", "2")]);
        assert!(is_signed(Algorithm::Sha1, TOKEN, URL, Params::Form(&call), &signed));
    }

    #[test]
    fn the_address_is_tried_with_and_without_its_port() {
        for (signed, called) in [
            ("https://fv.example/x", "https://fv.example:443/x"),
            ("https://fv.example:443/x", "https://fv.example/x"),
            ("http://127.0.0.1:80/x?a=b:c", "http://127.0.0.1/x?a=b:c"),
            ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
            ("https://[::1]:443/x", "https://[::1]/x"),
            ("https://[::1]/x", "https://[::1]:443/x"),
        ] {
            assert!(is_signed(Algorithm::Sha1, TOKEN, called, Params::Form(&[]), &sign(TOKEN, signed)), "{signed} {called}");
        }
        assert!(!is_signed(Algorithm::Sha1, TOKEN, "https://fv.example/x", Params::Form(&[]), &sign(TOKEN, "https://fv.example:8443/x")));
    }

    #[test]
    fn a_body_that_is_no_form_is_proven_by_its_hash_in_the_address() {
        let body = br#"{"a":1}"#;
        let url = format!("https://fv.example/x?{BODY_SHA256}={}", hexadecimal(&Sha256::digest(body)));
        let signature = sign(TOKEN, &url);
        assert!(is_signed(Algorithm::Sha1, TOKEN, &url, Params::Body(body), &signature));
        assert!(!is_signed(Algorithm::Sha1, TOKEN, &url, Params::Body(br#"{"a":2}"#), &signature));
        let bare = "https://fv.example/x";
        assert!(!is_signed(Algorithm::Sha1, TOKEN, bare, Params::Body(body), &sign(TOKEN, bare)), "nothing proves the body");
    }

    #[test]
    fn the_settings_of_a_signature_name_its_algorithm_or_it_is_sha1() {
        for (settings, expected) in [
            ("", Some(Algorithm::Sha1)),
            ("key=webhooks_sharedkey_1", Some(Algorithm::Sha1)),
            ("algorithm=", Some(Algorithm::Sha1)),
            ("algorithm=HMAC_SHA1", Some(Algorithm::Sha1)),
            ("key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", Some(Algorithm::Sha256)),
            (" algorithm = hmac_sha256 , key=algorithm", Some(Algorithm::Sha256)),
            ("algorithm=,algorithm=HMAC_SHA256", Some(Algorithm::Sha256)),
            ("algorithm=HMAC_SHA512", None),
            ("algorithm=none", None),
            ("ALGORITHM=none", Some(Algorithm::Sha1)),
        ] {
            assert_eq!(Algorithm::named_in(settings), expected, "{settings}");
        }
    }

    #[test]
    fn a_signature_is_that_of_its_own_algorithm_alone() {
        let call = pairs(&[("Body", "¿Sí?")]);
        let text = format!("{URL}Body¿Sí?");
        let of_sha256 = STANDARD.encode(mac::<Hmac<Sha256>>(TOKEN, &[&text]).finalize().into_bytes());
        for (algorithm, own, other) in
            [(Algorithm::Sha1, sign(TOKEN, &text), &of_sha256), (Algorithm::Sha256, of_sha256.clone(), &sign(TOKEN, &text))]
        {
            assert!(is_signed(algorithm, TOKEN, URL, Params::Form(&call), &own), "{algorithm:?}");
            assert!(!is_signed(algorithm, TOKEN, URL, Params::Form(&call), other), "{algorithm:?}");
            assert!(!is_signed(algorithm, "another", URL, Params::Form(&call), &own), "{algorithm:?}");
        }
    }
}
