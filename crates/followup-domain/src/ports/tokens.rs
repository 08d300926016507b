//! Access tokens, by which a mail server knows us in place of a password.

use std::fmt;
use std::time::Duration;

/// An OAuth 2.0 access token (RFC 6749 §1.4). It does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(String);

impl AccessToken {
    /// Wraps a token.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token itself, for the one place that presents it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// A token, and whether another one could be had at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The token.
    pub token: AccessToken,
    /// It was given before, and kept: a server that refuses it may take a new one.
    pub is_kept: bool,
}

/// Why there is no token. For people; without secrets and addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is refused, and will be until a person does something: the text says what.
    #[error("{0}")]
    Refused(String),
    /// There is none now; asking again later may help.
    #[error("{0}")]
    Unavailable(String),
}

/// Gives the access tokens of one account. One serves all threads of a process.
pub trait AccessTokens: Send + Sync {
    /// A token that is good for now. Blocks while a new one is fetched, no longer than `within`; of several who ask at once, one
    /// fetches it.
    ///
    /// # Errors
    /// [`TokenError`].
    fn token(&self, within: Duration) -> Result<Granted, TokenError>;

    /// A server did not take this token: it is not given again. Does nothing when another one has taken its place.
    fn discard(&self, token: &AccessToken);
}
