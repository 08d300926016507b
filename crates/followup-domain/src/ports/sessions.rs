//! Sessions of the page.

use chrono::{DateTime, Utc};

use super::{StoreError, Updated};
use crate::session::{Session, SessionKey};

/// Sessions of people who signed in at the page.
pub trait SessionRepository {
    /// Stores a new one.
    fn insert(&mut self, session: &Session) -> Result<(), StoreError>;

    /// The one of this key, whether it still holds or not.
    fn find(&mut self, key: &SessionKey) -> Result<Option<Session>, StoreError>;

    /// It was used at `at` (UTC).
    fn note_use(&mut self, key: &SessionKey, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Ends it; [`Updated::Stale`] where there is none.
    fn end(&mut self, key: &SessionKey) -> Result<Updated, StoreError>;

    /// Ends all of a local user.
    fn end_of(&mut self, username: &str) -> Result<(), StoreError>;

    /// Those that hold at `at` (UTC), the one seen last first, so many at most.
    fn list(&mut self, at: DateTime<Utc>, limit: i64) -> Result<Vec<Session>, StoreError>;

    /// Forgets those that hold no more at `at` (UTC), so many of either kind at most; says how many.
    fn forget_ended(&mut self, at: DateTime<Utc>, limit: i64) -> Result<usize, StoreError>;
}
