//! A token that somebody else renews.

use std::time::Duration;

use followup_domain::ports::{AccessToken, AccessTokens, Granted, TokenError};

use crate::config::CurrentSecret;

/// Presents the token as it stands in its setting or file at each sign-in.
#[derive(Debug, Clone)]
pub struct GivenToken(CurrentSecret);

impl GivenToken {
    /// The token that is read like this.
    pub fn new(token: CurrentSecret) -> Self {
        Self(token)
    }
}

impl AccessTokens for GivenToken {
    fn token(&self, _: Duration) -> Result<Granted, TokenError> {
        Ok(Granted { token: AccessToken::new(self.0.read()), is_kept: false })
    }

    fn discard(&self, _: &AccessToken) {}
}
