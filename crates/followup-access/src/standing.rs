//! Whether a local user still stands as when their token was made.
//!
//! A token says what its user might at its making. A user who was disabled since, or got another password or other roles, is looked up
//! again at most every few seconds, so that every request may ask.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};
use followup_domain::user::User;

use crate::access::Access;
use crate::caller::Caller;
use crate::claims::TokenRefused;

/// So long what was read is believed: what ends a token is felt within this time.
const KEPT_FOR: Duration = Duration::seconds(5);
/// So many users are remembered at most.
const MOST_ENTRIES: usize = 10_000;

/// What was read of local users, by name.
#[derive(Default)]
pub(crate) struct Standings(Mutex<HashMap<String, Standing>>);

#[derive(Clone)]
struct Standing {
    read_at: DateTime<Utc>,
    /// None: there is no such user.
    user: Option<User>,
}

impl Standings {
    /// What was read last is forgotten: the user just signed in.
    pub(crate) fn forget(&self, username: &str) {
        self.lock().remove(username);
    }

    fn known(&self, username: &str, now: DateTime<Utc>) -> Option<Standing> {
        self.lock().get(username).filter(|standing| standing.is_fresh(now)).cloned()
    }

    fn keep(&self, username: &str, standing: Standing) {
        let mut known = self.lock();
        if known.len() >= MOST_ENTRIES {
            known.retain(|_, other| other.is_fresh(standing.read_at));
        }
        if known.len() < MOST_ENTRIES {
            known.insert(username.to_owned(), standing);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Standing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Standing {
    /// A clock that was set back says nothing of what was read after it.
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.read_at <= now && now - self.read_at < KEPT_FOR
    }

    fn allows(&self, caller: &Caller, since: DateTime<Utc>) -> bool {
        self.user.as_ref().is_some_and(|user| {
            let is_valid = user.tokens_valid_from.is_none_or(|valid_from| since > valid_from);
            Some(user.id) == caller.user_id && !user.disabled && is_valid
        })
    }
}

impl Access {
    /// Whether what was given to this user at `since` still lets them in.
    ///
    /// # Errors
    /// It does not, or the store cannot tell.
    pub(crate) async fn check_standing(&self, caller: &Caller, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), TokenRefused> {
        let standing = match self.standings.known(&caller.username, now) {
            Some(standing) => standing,
            None => self.read_standing(&caller.username, now).await?,
        };
        if standing.allows(caller, since) { Ok(()) } else { Err(TokenRefused::Ended) }
    }

    async fn read_standing(&self, username: &str, now: DateTime<Utc>) -> Result<Standing, TokenRefused> {
        let (followup, name) = (self.followup.clone(), username.to_owned());
        let read = tokio::task::spawn_blocking(move || followup.find_user(&name)).await.map_err(|_| TokenRefused::BrokenOff)?;
        let standing = Standing { read_at: now, user: read.map_err(TokenRefused::Store)? };
        self.standings.keep(username, standing.clone());
        Ok(standing)
    }
}
