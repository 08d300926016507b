//! The door that every face of the service shares.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use followup_app::App;
use followup_domain::user::User;
use tokio::sync::Semaphore;

use crate::caller::Caller;
use crate::claims::{Claims, TokenRefused};
use crate::password::absent_user_hash;
use crate::standing::Standings;
use crate::throttle::LoginThrottle;
use crate::token::{JwtSettings, TokenError, issue_token};
use crate::verifier::TokenVerifier;

/// So many passwords are checked at once: each takes 19 MiB and a core.
const PASSWORD_CHECKS: usize = 4;

/// Who may come in: tokens, and names with passwords. One for all faces of a process, so that whoever has to wait waits everywhere.
pub struct Access {
    pub(crate) followup: App,
    pub(crate) throttle: Arc<LoginThrottle>,
    pub(crate) password_checks: Arc<Semaphore>,
    pub(crate) standings: Standings,
    settings: JwtSettings,
    verifier: TokenVerifier,
}

impl Access {
    /// The door of this application.
    pub fn new(followup: App, settings: JwtSettings) -> Self {
        // Made now, or the first unknown name to sign in would be told by the time it takes.
        absent_user_hash();
        Self {
            followup,
            throttle: Arc::default(),
            standings: Standings::default(),
            password_checks: Arc::new(Semaphore::new(PASSWORD_CHECKS)),
            verifier: TokenVerifier::new(&settings),
            settings,
        }
    }

    /// Whoever this token is of. May read the issuer's key set before, and of our own tokens whether the user still stands as they did.
    ///
    /// # Errors
    /// The token is not accepted, or the store cannot tell.
    pub async fn caller(&self, token: &str) -> Result<Caller, TokenRefused> {
        let now = self.followup.clock.now();
        let Claims { caller, own_since, .. } = self.verify(token, now).await?;
        if let Some(since) = own_since {
            self.check_standing(&caller, since, now).await?;
        }
        Ok(caller)
    }

    /// What a token says, if its signature and its times are good.
    pub(crate) async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenRefused> {
        self.verifier.verify(token, now).await
    }

    /// Whether tokens are made here; else others make them, and nobody has a use for signing in.
    pub fn makes_tokens(&self) -> bool {
        self.settings.secret.is_some()
    }

    /// A token for somebody who signed in.
    ///
    /// # Errors
    /// None is made here.
    pub fn token(&self, user: &User) -> Result<String, TokenError> {
        let trace = self.followup.ids.lease_token().0;
        issue_token(&self.settings, user, self.followup.clock.now(), self.settings.lifetime, &trace)
    }

    /// The organisation that our own tokens name.
    pub fn tenant(&self) -> Option<&str> {
        self.settings.tenant.as_deref()
    }
}
