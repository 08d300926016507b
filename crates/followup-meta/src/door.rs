//! Whether it was Meta who called (<https://developers.facebook.com/docs/graph-api/webhooks/getting-started>).

use std::fmt;

use followup_domain::ports::{CallbackDoor, ProviderCall};
use followup_https::form;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::SCOPE;

const SIGNATURE: &str = "x-hub-signature-256";
/// Bytes of Meta's largest call.
const LARGEST_CALL: usize = 3 * 1024 * 1024;
/// Characters of the longest challenge: Meta's have ten.
const LONGEST_CHALLENGE: usize = 200;

/// Lets Meta's calls in.
#[derive(Clone)]
pub struct MetaDoor {
    app_secret: String,
    verify_token: String,
}

impl MetaDoor {
    /// `app_secret`: what Meta signs with. `verify_token`: what was typed in at Meta beside our address.
    pub fn new(app_secret: impl Into<String>, verify_token: impl Into<String>) -> Self {
        Self { app_secret: app_secret.into(), verify_token: verify_token.into() }
    }
}

impl CallbackDoor for MetaDoor {
    fn scope(&self) -> &str {
        SCOPE
    }

    /// The body as it came: the signature covers its bytes.
    fn admit(&self, call: &ProviderCall<'_>) -> Option<Vec<u8>> {
        let signature = call.header(SIGNATURE)?.trim().strip_prefix("sha256=").and_then(bytes_of)?;
        mac(&self.app_secret).chain_update(call.body).verify_slice(&signature).is_ok().then(|| call.body.to_vec())
    }

    fn answer(&self) -> (&'static str, &'static str) {
        ("text/plain; charset=utf-8", "")
    }

    fn largest_call(&self) -> usize {
        LARGEST_CALL
    }

    /// The challenge that Meta sent, to who knows the token.
    fn greeting(&self, path_and_query: &str) -> Option<String> {
        let (_, query) = path_and_query.split_once('?')?;
        let pairs = form::parse(query.as_bytes());
        let told = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let (token, challenge) = (told("hub.verify_token")?, told("hub.challenge")?);
        // By their hashes, so that nothing shows how much of it is right.
        let ours = mac(&self.app_secret).chain_update(&self.verify_token).finalize().into_bytes();
        let is_ours = mac(&self.app_secret).chain_update(token).verify_slice(&ours).is_ok();
        let is_plain =
            challenge.len() <= LONGEST_CHALLENGE && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        (is_ours && !self.verify_token.is_empty() && is_plain && told("hub.mode")? == "subscribe").then(|| challenge.to_owned())
    }
}

/// HMAC takes keys of any length.
#[allow(clippy::expect_used)]
fn mac(key: &str) -> Hmac<Sha256> {
    Hmac::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length")
}

/// Hexadecimal digits as bytes.
fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?)).collect()
}

/// Neither secret.
impl fmt::Debug for MetaDoor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MetaDoor").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door() -> MetaDoor {
        MetaDoor::new("an app secret", "a verify token & more")
    }

    fn admitted(body: &[u8], signature: &str) -> Option<Vec<u8>> {
        let headers = [("X-Hub-Signature-256", signature)];
        door().admit(&ProviderCall { method: "POST", peer: None, path_and_query: "/x", headers: &headers, body })
    }

    #[test]
    fn the_signature_is_that_of_the_bytes() {
        // openssl dgst -sha256 -hmac 'an app secret'
        let signed = mac("an app secret").chain_update(b"{\"a\":1}").finalize().into_bytes();
        let hex: String = signed.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(admitted(b"{\"a\":1}", &format!("sha256={hex}")).as_deref(), Some(&b"{\"a\":1}"[..]));
        assert!(admitted(b"{\"a\":1}", &format!("sha256={}", hex.to_uppercase())).is_some());
        for wrong in [
            format!("sha256={}", &hex[..62]),
            format!("sha1={hex}"),
            hex.clone(),
            String::new(),
            "sha256=".into(),
            "sha256=zz".into(),
            format!("sha256={hex}0"),
            format!("sha256={hex}é"),
        ] {
            assert_eq!(admitted(b"{\"a\":1}", &wrong), None, "{wrong}");
        }
        assert_eq!(admitted(b"{\"a\":2}", &format!("sha256={hex}")), None);
        assert_eq!(
            door().admit(&ProviderCall { method: "POST", peer: None, path_and_query: "/x", headers: &[], body: b"{\"a\":1}" }),
            None
        );
    }

    #[test]
    fn the_published_example_of_hmac_sha256_is_ours() {
        // RFC 4231 §4.3.
        let expected = bytes_of("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843").unwrap();
        assert!(mac("Jefe").chain_update(b"what do ya want for nothing?").verify_slice(&expected).is_ok());
    }

    #[test]
    fn who_knows_the_token_gets_the_bare_challenge_and_nobody_else() {
        let greeted = |query: &str| door().greeting(&format!("/api/v1/webhooks/whatsapp?{query}"));
        let right = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a+verify+token+%26+more";
        assert_eq!(greeted(right).as_deref(), Some("1158201444"));
        for wrong in [
            "",
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=another",
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
            "hub.mode=subscribe&hub.challenge=1",
            "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=a+verify+token+%26+more",
            "hub.challenge=1&hub.verify_token=a+verify+token+%26+more",
            "hub.mode=subscribe&hub.verify_token=a+verify+token+%26+more",
            "hub.mode=subscribe&hub.challenge=%3Cscript%3E&hub.verify_token=a+verify+token+%26+more",
        ] {
            assert_eq!(greeted(wrong), None, "{wrong}");
        }
        assert_eq!(door().greeting("/api/v1/webhooks/whatsapp"), None);
        assert_eq!(MetaDoor::new("s", "").greeting("/x?hub.mode=subscribe&hub.challenge=1&hub.verify_token="), None);
    }

    #[test]
    fn no_secret_is_shown() {
        let shown = format!("{:?}", door());
        assert!(!shown.contains("secret") && !shown.contains("token"), "{shown}");
    }
}
