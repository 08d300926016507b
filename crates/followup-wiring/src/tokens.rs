//! One source of access tokens for each account, whoever signs in with them.

use std::sync::{Arc, Mutex, PoisonError};

use followup_domain::ports::{AccessTokens, Clock};
use followup_oauth::{CurrentSecret, GivenToken, Grant, OauthConfig, TokenSource};
use followup_runtime::settings::{OauthGrant, OauthTarget, SecretSource};

/// The sources of this process. Two that would ask for the same are one, or each would spend the other's refresh token.
pub(crate) struct TokenSources {
    clock: Arc<dyn Clock>,
    known: Mutex<Vec<(OauthTarget, Arc<TokenSource>)>>,
}

impl TokenSources {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, known: Mutex::default() }
    }

    /// The source of these settings.
    ///
    /// # Errors
    /// A setting that cannot work.
    pub(crate) fn of(&self, target: &OauthTarget) -> anyhow::Result<Arc<dyn AccessTokens>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, source)) = known.iter().find(|(other, _)| other == target) {
            return Ok(source.clone());
        }
        let source = Arc::new(TokenSource::new(config(target), Arc::clone(&self.clock))?);
        known.push((target.clone(), Arc::clone(&source)));
        Ok(source)
    }

    /// A token that somebody else renews.
    pub(crate) fn given(token: &SecretSource) -> Arc<dyn AccessTokens> {
        Arc::new(GivenToken::new(current(token)))
    }
}

fn config(target: &OauthTarget) -> OauthConfig {
    OauthConfig {
        token_url: target.token_url.clone(),
        ca_pem: target.ca.as_ref().map(|ca| ca.pem.clone()),
        client_id: target.client_id.clone(),
        client_secret: target.client_secret.as_ref().map(current),
        scope: target.scope.clone(),
        grant: match &target.grant {
            OauthGrant::ClientCredentials => Grant::ClientCredentials,
            OauthGrant::RefreshToken { token, store } => Grant::RefreshToken { token: current(token), keep_in: store.clone() },
        },
    }
}

fn current(secret: &SecretSource) -> CurrentSecret {
    let secret = secret.clone();
    CurrentSecret::new(move || secret.now().expose().to_owned())
}
