//! Time, identifiers and salts, which the rules never make themselves.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::audit::Salt;
use crate::ids::LeaseToken;
use crate::message::threading::InternetMessageId;

/// The time.
pub trait Clock: Send + Sync {
    /// Now (UTC), to the microsecond: what the databases keep.
    fn now(&self) -> DateTime<Utc>;

    /// Lets so much time pass before it returns.
    fn pause(&self, time: Duration);
}

/// Identifiers that nobody can guess.
pub trait IdGen: Send + Sync {
    /// A new Message-ID, unique in the world.
    fn message_id(&self) -> InternetMessageId;

    /// A new lease token.
    fn lease_token(&self) -> LeaseToken;
}

/// The salts of audit facts.
pub trait Salts: Send + Sync + fmt::Debug {
    /// So many new salts: nobody can guess one, and none comes twice.
    fn draw(&self, count: usize) -> Vec<Salt>;
}
