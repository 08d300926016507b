//! Idempotency keys.

use chrono::{DateTime, Utc};

use super::StoreError;

/// What is known of an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remembered {
    /// It is new; it now stands for the resource given to [`IdempotencyRepository::complete`].
    New,
    /// The same request was made before, and made this resource.
    Same(i64),
    /// Another request was made with it.
    Different,
}

/// Idempotency keys of requests.
pub trait IdempotencyRepository {
    /// Takes a key for a request. `scope` holds user, route and key; `fingerprint` is a hash of the request.
    /// Of two at the same instant the second waits for the first.
    fn begin(&mut self, scope: &str, fingerprint: &str, now: DateTime<Utc>) -> Result<Remembered, StoreError>;

    /// Says which resource the request made, in the same transaction as [`IdempotencyRepository::begin`].
    fn complete(&mut self, scope: &str, resource: i64) -> Result<(), StoreError>;

    /// Forgets keys that were taken before an instant, the oldest first, so many at most; says how many.
    fn forget_before(&mut self, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError>;
}
