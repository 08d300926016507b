//! Whether it was Twilio who called.

use std::fmt;

use followup_domain::ports::{CallbackDoor, ProviderCall};

use crate::signature::{Algorithm, Params, is_signed};
use crate::{SCOPE, WHATSAPP_SCOPE, form};

const SIGNATURE: &str = "x-twilio-signature";
/// What a call says of its signature where it is not of the plain kind.
const SETTINGS: &str = "x-twilio-webhooks-signature-settings";
const FORM: &str = "application/x-www-form-urlencoded";

/// Lets Twilio's calls in.
#[derive(Clone)]
pub struct TwilioDoor {
    scope: &'static str,
    token: String,
    public_url: String,
}

impl TwilioDoor {
    /// `token`: the account's auth token, with which Twilio signs also where an API key sends, or the secret of a shared key, where one signs.
    /// `public_url`: the address before the path, as
    /// Twilio calls it.
    pub fn new(token: impl Into<String>, public_url: impl Into<String>) -> Self {
        Self { scope: SCOPE, token: token.into(), public_url: public_url.into().trim_end_matches('/').to_owned() }
    }

    /// The same of calls about WhatsApp.
    #[must_use]
    pub fn of_whatsapp(self) -> Self {
        Self { scope: WHATSAPP_SCOPE, ..self }
    }
}

impl CallbackDoor for TwilioDoor {
    fn scope(&self) -> &str {
        self.scope
    }

    /// The path and query that were called, a line break, and the body: our own name of the message stands in the query.
    fn admit(&self, call: &ProviderCall<'_>) -> Option<Vec<u8>> {
        let signature = call.header(SIGNATURE)?;
        let url = format!("{}{}", self.public_url, call.path_and_query);
        let kind = call.header("content-type").unwrap_or_default();
        let is_form = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM));
        let pairs = if is_form { form::parse(call.body) } else { Vec::new() };
        let params = if is_form { Params::Form(&pairs) } else { Params::Body(call.body) };
        let algorithm = Algorithm::named_in(call.header(SETTINGS).unwrap_or_default())?;
        let proven = is_signed(algorithm, &self.token, &url, params, signature);
        proven.then(|| [call.path_and_query.as_bytes(), b"\n", call.body].concat())
    }

    /// An empty TwiML document: Twilio sends no answer of its own.
    fn answer(&self) -> (&'static str, &'static str) {
        ("text/xml; charset=utf-8", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>")
    }
}

/// Not the token.
impl fmt::Debug for TwilioDoor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TwilioDoor").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both signatures are those of Twilio's own library.
    #[test]
    fn a_call_is_let_in_by_the_algorithm_that_its_settings_name() {
        let (sha1, sha256) = ("ojw1j0xU/yPJKqFgGCL91+Lp+Yo=", "pRzoxNVMO6mkQUB2g6xmqh2wYRGwHzHYMRA4AgzAJwA=");
        let named = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256";
        for (signature, settings, is_let_in) in [
            (sha1, None, true),
            (sha256, Some(named), true),
            (sha256, None, false),
            (sha1, Some(named), false),
            (sha1, Some("algorithm=HMAC_MD5"), false),
        ] {
            let mut headers = vec![("X-Twilio-Signature", signature), ("Content-Type", FORM)];
            headers.extend(settings.map(|settings| ("X-Twilio-Webhooks-Signature-Settings", settings)));
            let body = b"Body=%C2%BFS%C3%AD%3F";
            let call = ProviderCall { method: "POST", peer: None, path_and_query: "/x?ref=1", headers: &headers, body };
            let kept = TwilioDoor::new("12345", "https://fv.example").admit(&call);
            assert_eq!(kept.is_some(), is_let_in, "{signature} {settings:?}");
        }
    }
}
