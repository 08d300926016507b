//! Whether it was Twilio who called.

use std::fmt;

use followup_domain::ports::{CallbackDoor, ProviderCall};

use crate::signature::{Params, is_signed};
use crate::{SCOPE, WHATSAPP_SCOPE, form};

const SIGNATURE: &str = "x-twilio-signature";
const FORM: &str = "application/x-www-form-urlencoded";

/// Lets Twilio's calls in.
#[derive(Clone)]
pub struct TwilioDoor {
    scope: &'static str,
    token: String,
    public_url: String,
}

impl TwilioDoor {
    /// `token`: the account's auth token, with which Twilio signs also where an API key sends. `public_url`: the address before the path, as
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
        let proven = if is_form {
            is_signed(&self.token, &url, Params::Form(&form::parse(call.body)), signature)
        } else {
            is_signed(&self.token, &url, Params::Body(call.body), signature)
        };
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
