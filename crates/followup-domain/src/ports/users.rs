//! Local users.

use chrono::{DateTime, Utc};

use super::{Inserted, StoreError, Updated};
use crate::ids::UserId;
use crate::user::{Role, User};

/// A user to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// Sign-in name, lower case.
    pub username: String,
    /// E-mail.
    pub email: Option<String>,
    /// Roles.
    pub roles: Vec<Role>,
    /// argon2id hash in PHC string format.
    pub password_hash: String,
    /// Now (UTC).
    pub created_at: DateTime<Utc>,
}

/// What changes of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserChange {
    /// Another password: its argon2id hash in PHC string format.
    Password(String),
    /// Whether they may not sign in.
    Disabled(bool),
    /// Their roles; at least one.
    Roles(Vec<Role>),
}

/// Local users.
pub trait UserRepository {
    /// Stores a user; [`Inserted::Duplicate`] when the name is taken.
    fn insert(&mut self, user: &NewUser) -> Result<Inserted<UserId>, StoreError>;

    /// A user by sign-in name (lower case).
    fn find_by_username(&mut self, username: &str) -> Result<Option<User>, StoreError>;

    /// All users, by name.
    fn list(&mut self) -> Result<Vec<User>, StoreError>;

    /// How many there are.
    fn count(&mut self) -> Result<i64, StoreError>;

    /// Changes a user, and voids what was given to them at `at` (now, UTC) or before; [`Updated::Stale`] for an unknown user.
    fn change(&mut self, username: &str, change: &UserChange, at: DateTime<Utc>) -> Result<Updated, StoreError>;
}
