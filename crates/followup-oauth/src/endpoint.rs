//! One question to the token endpoint.

use std::time::Duration;

use followup_domain::ports::TokenError;
use followup_https::{Cause, Client, ClientError, Failure, Limits};

use crate::answer::{NewToken, understand};

/// The longest that one question takes.
const PATIENCE: Duration = Duration::from_secs(10);
/// An answer is some kilobytes.
const LARGEST_ANSWER: u64 = 64 * 1024;

/// A setting that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OauthConfigError {
    /// The authorities given are of no use.
    #[error("OAUTH_CA_FILE cannot be used: {0}")]
    Authorities(String),
    /// The machine trusts nobody.
    #[error("OAUTH_TOKEN_URL: this machine has no certificates of authorities to check the server by; install them or give OAUTH_CA_FILE")]
    NoAuthorities,
    /// The endpoint's address.
    #[error("OAUTH_TOKEN_URL {0}")]
    Address(ClientError),
}

/// A token endpoint.
pub(crate) struct Endpoint(Client);

impl Endpoint {
    /// # Errors
    /// The address or the authorities cannot be used.
    pub(crate) fn new(url: &str, ca_pem: Option<&[u8]>) -> Result<Self, OauthConfigError> {
        Client::new(url, ca_pem).map(Self).map_err(|error| match error {
            ClientError::Authorities(problem) => OauthConfigError::Authorities(problem),
            ClientError::NoAuthorities => OauthConfigError::NoAuthorities,
            ClientError::Address | ClientError::ClearText => OauthConfigError::Address(error),
        })
    }

    /// Asks, no longer than `within`.
    ///
    /// # Errors
    /// [`TokenError`]: no answer, or another one than a token.
    pub(crate) fn ask(&self, form: &[(&str, &str)], within: Duration) -> Result<NewToken, TokenError> {
        let limits = Limits { within: within.min(PATIENCE), largest_answer: LARGEST_ANSWER };
        let answer = self.0.post().wanting_json().form(form).send(limits).map_err(|failure| TokenError::Unavailable(words(&failure)))?;
        understand(answer.status, &answer.body)
    }
}

fn words(failure: &Failure) -> String {
    let what = failure.cause().unwrap_or(Cause::NotHttp).in_spanish();
    format!("el servidor de autorización {what}")
}
