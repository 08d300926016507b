//! Sessions: how somebody who signed in at a page is known at their next request.
//!
//! A browser holds 256 random bits and nothing else; the store holds their hash. Whoever reads the one cannot make the other.

use std::fmt;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use followup_domain::ports::StoreError;
use followup_domain::session::{Session, SessionKey, latest_end};
use followup_domain::user::User;
use sha2::{Digest, Sha256};

use crate::access::Access;
use crate::caller::Caller;
use crate::claims::{Claims, TokenRefused};

/// Bytes of an identifier.
const LENGTH: usize = 32;
/// So much of a program's name of itself is kept.
const LONGEST_PROGRAM: usize = 120;

/// The cookie of a session. Browsers give one of this prefix to HTTPS alone, and take it from no other host (RFC 6265bis §4.1.3.2).
pub const SECURE_COOKIE: &str = "__Host-followup";
/// The cookie of a session on plain HTTP, which is for this machine alone.
pub const PLAIN_COOKIE: &str = "followup";

/// A session's identifier, for the one cookie that carries it. It does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId(String);

impl SessionId {
    /// What a cookie says, if it may be an identifier.
    pub fn of_cookie(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == LENGTH).then(|| Self(text.to_owned()))
    }

    /// The identifier itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// By which the store knows it.
    pub fn key(&self) -> SessionKey {
        SessionKey(Sha256::digest(&self.0).into())
    }

    fn draw() -> Result<Self, SessionError> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).map_err(|_| SessionError::NoRandomness)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// From where a session is begun.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The network address.
    pub address: Option<IpAddr>,
    /// The program's name of itself (`User-Agent`).
    pub program: Option<String>,
}

/// Why no session was begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The work ended without an outcome: it panicked, or the process is ending.
    #[error("the session's beginning broke off")]
    BrokenOff,
}

impl Access {
    /// Begins the session of a local user who signed in; it ends with whatever changed of them after `since`: before they were looked up.
    ///
    /// # Errors
    /// None was begun.
    pub async fn begin_session(&self, user: &User, since: DateTime<Utc>, place: Place) -> Result<SessionId, SessionError> {
        let caller = Caller {
            user_id: Some(user.id),
            username: user.username.clone(),
            email: user.email.clone(),
            roles: user.roles.clone(),
            tenant: self.tenant().map(str::to_owned),
        };
        self.begin(caller, Some(since), None, place).await
    }

    /// Begins the session of whoever this token is of: it ends with the token at the latest.
    ///
    /// # Errors
    /// The token is not accepted ([`TokenRefused`]), or no session was begun.
    pub async fn begin_session_by_token(&self, token: &str, place: Place) -> Result<Result<SessionId, SessionError>, TokenRefused> {
        let now = self.followup.clock.now();
        let Claims { caller, own_since, ends_at } = self.verify(token, now).await?;
        if let Some(since) = own_since {
            self.check_standing(&caller, since, now).await?;
        }
        Ok(self.begin(caller, own_since, ends_at, place).await)
    }

    /// Whoever's session this is; none where it does not hold. `is_used`: by a person, so that it goes on.
    ///
    /// # Errors
    /// The store cannot tell.
    pub async fn session(&self, id: &SessionId, is_used: bool) -> Result<Option<Caller>, SessionError> {
        let (followup, key) = (self.followup.clone(), id.key());
        let found = tokio::task::spawn_blocking(move || followup.session(&key, is_used)).await.map_err(|_| SessionError::BrokenOff)??;
        let Some(session) = found else { return Ok(None) };
        let caller = Caller {
            user_id: session.user_id,
            username: session.username,
            email: session.email,
            roles: session.roles,
            tenant: session.tenant,
        };
        if !session.is_own {
            return Ok(Some(caller));
        }
        match self.check_standing(&caller, session.began_at, self.followup.clock.now()).await {
            Ok(()) => Ok(Some(caller)),
            Err(TokenRefused::Store(error)) => Err(error.into()),
            Err(TokenRefused::BrokenOff) => Err(SessionError::BrokenOff),
            Err(_) => Ok(None),
        }
    }

    async fn begin(
        &self,
        caller: Caller,
        own_since: Option<DateTime<Utc>>,
        token_ends_at: Option<DateTime<Utc>>,
        place: Place,
    ) -> Result<SessionId, SessionError> {
        let id = SessionId::draw()?;
        let now = self.followup.clock.now();
        let actor = caller.actor();
        let session = Session {
            key: id.key(),
            user_id: caller.user_id,
            username: caller.username,
            email: caller.email,
            roles: caller.roles,
            tenant: caller.tenant,
            is_own: own_since.is_some(),
            began_at: own_since.unwrap_or(now),
            seen_at: now,
            ends_at: latest_end(now, token_ends_at),
            address: place.address.map(|address| address.to_canonical().to_string()),
            program: place.program.map(|text| text.chars().filter(|c| !c.is_control()).take(LONGEST_PROGRAM).collect()),
        };
        let followup = self.followup.clone();
        let begin = move || followup.begin_session(&actor, &session);
        tokio::task::spawn_blocking(begin).await.map_err(|_| SessionError::BrokenOff)??;
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_drawn_anew_and_known_by_its_hash_alone() {
        let (one, other) = (SessionId::draw().unwrap(), SessionId::draw().unwrap());
        assert_ne!(one, other);
        assert_eq!(SessionId::of_cookie(one.expose()), Some(one.clone()));
        assert_ne!(one.key(), other.key());
        assert_eq!(format!("{one:?} {:?}", one.key()), "… …");
    }

    #[test]
    fn what_is_no_identifier_is_none() {
        for text in ["", "a", "AAAA", &"A".repeat(42), &"A".repeat(44), &"á".repeat(43), "../../etc"] {
            assert_eq!(SessionId::of_cookie(text), None, "{text}");
        }
    }
}
