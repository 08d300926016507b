//! Idempotency keys of requests.

use chrono::{DateTime, Utc};
use followup_domain::ports::{Remembered, StoreError};

use crate::step::Step;

/// A client's `Idempotency-Key`, with what makes the same request the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// User, route and key.
    pub scope: String,
    /// A hash of the request.
    pub fingerprint: String,
}

/// Whether a request was made before under its key; new where it has none.
pub(crate) fn begin(step: &mut Step<'_>, key: Option<&IdempotencyKey>) -> Result<Remembered, StoreError> {
    match key {
        Some(key) => step.tx.idempotency().begin(&key.scope, &key.fingerprint, step.now),
        None => Ok(Remembered::New),
    }
}

/// Keeps what the request made.
pub(crate) fn complete(step: &mut Step<'_>, key: Option<&IdempotencyKey>, resource: i64) -> Result<(), StoreError> {
    match key {
        Some(key) => step.tx.idempotency().complete(&key.scope, resource),
        None => Ok(()),
    }
}

/// Forgets keys of before an instant, so many at a time; says how many.
pub(crate) fn forget(step: &mut Step<'_>, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    step.tx.idempotency().forget_before(before, limit)
}
