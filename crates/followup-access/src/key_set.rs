//! An issuer's key set as it was read last, and when it is read again.
//!
//! Nothing runs by itself: a token that comes when the set is due, or that names a key the set does not hold, has it read
//! first. So the pace follows the service's own clock, and whoever sends made-up tokens causes one reading in a while.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

use crate::jwks_source::{JwksSource, Reader};
use crate::public_key::{IssuerKeyError, PublicKey};

pub(crate) struct KeySet {
    reader: Reader,
    keys: RwLock<Arc<Vec<PublicKey>>>,
    last: Mutex<Option<Reading>>,
    /// One reading at a time; who waits for it waits without a thread.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy)]
struct Reading {
    at: DateTime<Utc>,
    failed: bool,
}

/// Sets are small; so many keys are the most that are looked at.
const MOST_KEYS: usize = 100;

impl KeySet {
    /// Reads the set for the first time. A server that is away is no error: tokens are refused until it answers.
    ///
    /// # Errors
    /// A file that cannot be used, or authorities that cannot be read.
    pub(crate) fn start(source: JwksSource, now: DateTime<Utc>) -> Result<Self, IssuerKeyError> {
        let reader = Reader::new(source)?;
        let set = Self { reader, keys: RwLock::default(), last: Mutex::default(), turn: tokio::sync::Mutex::default() };
        match set.read(now) {
            Err(error) if !set.reader.may_come_later() => Err(error),
            _ => Ok(set),
        }
    }

    /// The keys of now.
    pub(crate) fn keys(&self) -> Arc<Vec<PublicKey>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the set again when it is due. While somebody else is at it, the keys at hand are good enough.
    pub(crate) async fn refresh_when_due(self: &Arc<Self>, now: DateTime<Utc>) {
        if !self.is_due(now) {
            return;
        }
        let Ok(_turn) = self.turn.try_lock() else { return };
        self.read_elsewhere(now).await;
    }

    /// Reads the set again because a token names a key that is not in it, unless that was just done. True when there are
    /// keys to be tried that were not there before.
    pub(crate) async fn refresh_for_unknown_key(self: &Arc<Self>, known: &Arc<Vec<PublicKey>>, now: DateTime<Utc>) -> bool {
        let _turn = self.turn.lock().await;
        if self.is_older_than(self.reader.pace().unknown_key_after, now) {
            self.read_elsewhere(now).await;
        }
        !Arc::ptr_eq(&self.keys(), known)
    }

    fn is_due(&self, now: DateTime<Utc>) -> bool {
        let failed = self.last().is_none_or(|last| last.failed);
        let pace = self.reader.pace();
        self.is_older_than(if failed { pace.retry_after } else { pace.refresh_every }, now)
    }

    /// Since the last reading so much time went by, or the clock was set back.
    fn is_older_than(&self, age: Duration, now: DateTime<Utc>) -> bool {
        self.last().is_none_or(|last| now < last.at || now - last.at >= age)
    }

    fn last(&self) -> Option<Reading> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read_elsewhere(self: &Arc<Self>, now: DateTime<Utc>) {
        let set = self.clone();
        // Failures are logged where they happen; a server that is stopping needs no keys.
        let _ = tokio::task::spawn_blocking(move || set.read(now).is_ok()).await;
    }

    /// Reads the set; when that fails, the last keys stay.
    fn read(&self, now: DateTime<Utc>) -> Result<(), IssuerKeyError> {
        let read = self.reader.read().and_then(|bytes| parse(&bytes));
        let failed_before = self.last().is_some_and(|last| last.failed);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Reading { at: now, failed: read.is_err() });
        match read {
            Ok(keys) => {
                if failed_before {
                    tracing::info!(keys = keys.len(), "the issuer's key set can be read again");
                }
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(kept = self.keys().len(), "the issuer's key set {error}");
                Err(error)
            }
        }
    }
}

/// The usable keys of a set. Those of other kinds and uses are passed over (RFC 7517 §5); a set without any usable one is
/// taken for a mistake, for it would lock everybody out.
fn parse(bytes: &[u8]) -> Result<Vec<PublicKey>, IssuerKeyError> {
    let set: Value = serde_json::from_slice(bytes).map_err(|error| IssuerKeyError::NotASet(format!("no JSON (line {})", error.line())))?;
    let members = set.get("keys").and_then(Value::as_array).ok_or_else(|| IssuerKeyError::NotASet("there is no list `keys`".into()))?;
    let keys: Vec<PublicKey> = members.iter().take(MOST_KEYS).filter_map(PublicKey::from_jwk).collect();
    if keys.is_empty() { Err(IssuerKeyError::NoUsableKey) } else { Ok(keys) }
}
