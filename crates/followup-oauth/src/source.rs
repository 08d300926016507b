//! The tokens of one account: kept, renewed before they expire, fetched by one thread for all.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use followup_domain::ports::{AccessToken, AccessTokens, Clock, Granted, TokenError};

use crate::answer::NewToken;
use crate::config::{CurrentSecret, Grant, OauthConfig};
use crate::endpoint::{Endpoint, OauthConfigError};
use crate::refresh::RefreshToken;

/// A token is renewed so many seconds before its end; a short-lived one when a quarter of its life is left.
const MARGIN: i64 = 300;
/// While a token is still good, an endpoint that gave no other one is asked again after this.
const ASK_AGAIN_AFTER: TimeDelta = TimeDelta::seconds(30);
/// A token so close to its end is not presented any more.
const LAST_MOMENT: TimeDelta = TimeDelta::seconds(5);

/// Gives the tokens of one account.
pub struct TokenSource {
    endpoint: Endpoint,
    client_id: String,
    client_secret: Option<CurrentSecret>,
    scope: Option<String>,
    /// None: the client's own credentials are the ground.
    refresh: Option<RefreshToken>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    landed: Condvar,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    /// A thread is asking the endpoint.
    is_asking: bool,
    /// How many questions were answered.
    flights: u64,
    /// What the last one brought.
    last: Option<Result<AccessToken, TokenError>>,
}

#[derive(Clone)]
struct Kept {
    token: AccessToken,
    /// The clock's word when it was fetched; a clock that was set back before it says nothing about the token's age.
    since: DateTime<Utc>,
    renew_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl TokenSource {
    /// A source; asks nothing yet.
    ///
    /// # Errors
    /// A setting that cannot work.
    pub fn new(config: OauthConfig, clock: Arc<dyn Clock>) -> Result<Self, OauthConfigError> {
        Ok(Self {
            endpoint: Endpoint::new(&config.token_url, config.ca_pem.as_deref())?,
            client_id: config.client_id,
            client_secret: config.client_secret,
            scope: config.scope,
            refresh: match config.grant {
                Grant::ClientCredentials => None,
                Grant::RefreshToken { token, keep_in } => Some(RefreshToken::new(token, keep_in)),
            },
            clock,
            state: Mutex::default(),
            landed: Condvar::new(),
        })
    }

    /// Asks the endpoint for all threads, and tells them.
    fn fly(&self, within: Duration) -> Result<Granted, TokenError> {
        // Told also when something panics, or the others would wait for nothing.
        let mut flight = Flight { source: self, outcome: None };
        let fetched = self.fetch(within);
        let now = self.clock.now();
        let kept = fetched.map(|new| Kept::new(new, now));
        flight.outcome = Some(kept.clone());
        drop(flight);
        match kept {
            Ok(kept) => Ok(Granted { token: kept.token, is_kept: false }),
            // Renewing was early; what is at hand is good to its end, also when the endpoint refuses: a secret may just be changing.
            Err(error) => match self.last_good(now) {
                Some(token) => {
                    tell_of_early(&error);
                    Ok(Granted { token, is_kept: true })
                }
                None => Err(error),
            },
        }
    }

    /// The token at hand.
    fn last_good(&self, now: DateTime<Utc>) -> Option<AccessToken> {
        let state = self.lock();
        state.kept.as_ref().filter(|kept| kept.is_good(now)).map(|kept| kept.token.clone())
    }

    fn fetch(&self, within: Duration) -> Result<NewToken, TokenError> {
        let begun = Instant::now();
        let Some(refresh) = &self.refresh else { return self.ask(&[("grant_type", "client_credentials")], within) };
        let held = refresh.hold(begun + within).map_err(|error| {
            // Its folder, its owner or a process that keeps the lock: the operating system's word on it.
            tracing::error!(%error, "the OAuth refresh token cannot be read");
            TokenError::Unavailable("OAUTH_REFRESH_TOKEN_STORE no se puede leer ni bloquear".into())
        })?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", &held.token)];
        let new = self.ask(&form, within.saturating_sub(begun.elapsed()))?;
        if let Some(next) = &new.refresh_token {
            held.replace(next.clone());
        }
        Ok(new)
    }

    fn ask(&self, grant: &[(&str, &str)], within: Duration) -> Result<NewToken, TokenError> {
        let secret = self.client_secret.as_ref().map(CurrentSecret::read);
        let mut form = grant.to_vec();
        form.push(("client_id", &self.client_id));
        form.extend(secret.as_deref().map(|secret| ("client_secret", secret)));
        form.extend(self.scope.as_deref().map(|scope| ("scope", scope)));
        self.endpoint.ask(&form, within)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AccessTokens for TokenSource {
    fn token(&self, within: Duration) -> Result<Granted, TokenError> {
        let now = self.clock.now();
        let mut state = self.lock();
        if let Some(kept) = state.kept.as_ref().filter(|kept| kept.is_fresh(now)) {
            return Ok(Granted { token: kept.token.clone(), is_kept: true });
        }
        if !state.is_asking {
            state.is_asking = true;
            drop(state);
            return self.fly(within);
        }
        // Somebody is at it. Meanwhile the one at hand serves, if it is good.
        if let Some(kept) = state.kept.as_ref().filter(|kept| kept.is_good(now)) {
            return Ok(Granted { token: kept.token.clone(), is_kept: true });
        }
        let flight = state.flights;
        let waited = self.landed.wait_timeout_while(state, within, |state| state.flights == flight);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match &state.last {
            Some(outcome) if state.flights != flight => outcome.clone().map(|token| Granted { token, is_kept: false }),
            _ => Err(TokenError::Unavailable("el servidor de autorización no respondió a tiempo".into())),
        }
    }

    fn discard(&self, token: &AccessToken) {
        let mut state = self.lock();
        if state.kept.as_ref().is_some_and(|kept| kept.token == *token) {
            state.kept = None;
        }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TokenSource").finish_non_exhaustive()
    }
}

/// A question that is being asked. When it is dropped, whoever waited for it is told.
struct Flight<'a> {
    source: &'a TokenSource,
    outcome: Option<Result<Kept, TokenError>>,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let broken = || Err(TokenError::Unavailable("la petición del token se interrumpió".into()));
        let outcome = self.outcome.take().unwrap_or_else(broken);
        let mut state = self.source.lock();
        state.is_asking = false;
        state.flights += 1;
        state.last = Some(outcome.as_ref().map(|kept| kept.token.clone()).map_err(Clone::clone));
        match (outcome, state.kept.as_mut()) {
            (Ok(kept), _) => state.kept = Some(kept),
            // Here and not by the asker, so that nobody asks in between.
            (Err(_), Some(kept)) => kept.serve_on(self.source.clock.now()),
            (Err(_), None) => {}
        }
        drop(state);
        self.source.landed.notify_all();
    }
}

impl Kept {
    fn new(new: NewToken, now: DateTime<Utc>) -> Self {
        let margin = MARGIN.min(new.lifetime / 4);
        // Processes that began together do not renew together.
        let jitter = spread(&new.access_token) % (margin / 2 + 1);
        let expires_at = now + TimeDelta::seconds(new.lifetime);
        let renew_at = expires_at - TimeDelta::seconds(margin + jitter);
        Self { token: AccessToken::new(new.access_token), since: now, renew_at, expires_at }
    }

    /// Puts the next question off, but not beyond the token's last moment.
    fn serve_on(&mut self, now: DateTime<Utc>) {
        self.renew_at = self.renew_at.max((now + ASK_AGAIN_AFTER).min(self.expires_at - LAST_MOMENT));
    }

    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.since <= now && now < self.renew_at
    }

    fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.since <= now && now < self.expires_at - LAST_MOMENT
    }
}

/// A refusal is a person's work, and there is little time for it.
fn tell_of_early(error: &TokenError) {
    match error {
        TokenError::Refused(_) => {
            tracing::error!(%error, "the OAuth token is not renewed: what is at hand serves to its end, within minutes, and then mail stops");
        }
        TokenError::Unavailable(_) => tracing::warn!(%error, "the OAuth token could not be renewed yet"),
    }
}

/// A number that differs from token to token.
fn spread(token: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    i64::from(u32::try_from(hasher.finish() >> 33).unwrap_or(0))
}
