//! The state of providers' circuit breakers, shared by all processes.

use chrono::{DateTime, Utc};

use super::StoreError;
use crate::sending::breaker::Breaker;

/// Circuit breakers, one for each provider that ever failed. Their rules are [`Breaker`]'s.
pub trait BreakerRepository {
    /// A provider's breaker; none while it never failed.
    fn find(&mut self, provider: &str) -> Result<Option<Breaker>, StoreError>;

    /// A provider's breaker, made closed where there is none, locked until the transaction ends. Locked before queue rows, and never
    /// together with a case.
    fn find_for_update(&mut self, provider: &str, now: DateTime<Utc>) -> Result<Breaker, StoreError>;

    /// Stores a breaker that [`BreakerRepository::find_for_update`] gave.
    fn update(&mut self, breaker: &Breaker) -> Result<(), StoreError>;

    /// Every breaker, by provider. There are as many as a deployment ever had providers.
    fn list(&mut self) -> Result<Vec<Breaker>, StoreError>;
}
