//! What the stores on SQLite and on Postgres share: how a store is opened and brought up to date, what diesel's errors mean, how a case is
//! written down. The repositories, which are one body of code for both, lie beside it in `tables/`; each store mounts them.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod error;
pub mod migrate;
pub mod nesting;
pub mod record_json;
pub mod url;

use std::sync::Arc;
use std::thread::ThreadId;
use std::time::Duration;

use followup_domain::ports::Store;

use migrate::{MigrateError, MigrationReport};
use url::DatabaseUrlError;

/// A store whose schema this program can bring up to date.
pub trait MigratingStore: Store {
    /// Applies the migrations that are pending. Several processes may do so at once: one does, the others wait and find
    /// nothing to do.
    ///
    /// # Errors
    /// The database cannot be reached, refuses a migration (which is then undone), or has migrations that this program does
    /// not know.
    fn migrate(&self) -> Result<MigrationReport, MigrateError>;

    /// The same database for what nobody waits for: with connections of its own and, on SQLite, a turn of its own at writing, so that a
    /// flood of requests does not stop it.
    ///
    /// # Errors
    /// It cannot be opened once more.
    fn for_background(&self) -> Result<Arc<dyn MigratingStore>, OpenError>;

    /// For how long the slowest transaction has been going on: far longer than the limits allow when the database is silent.
    fn longest_wait(&self) -> Duration {
        Duration::ZERO
    }

    /// Whether this thread waits on a connection that was given up: it may wait for ever.
    fn is_lost(&self, _thread: ThreadId) -> bool {
        false
    }

    /// Whether any thread does.
    fn has_lost(&self) -> bool {
        false
    }
}

/// How long a statement may take on Postgres, unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// The most connections for background work: sending, dispatching, understanding and reading mail.
pub const BACKGROUND_CONNECTIONS: u32 = 4;

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The setting cannot work.
    #[error(transparent)]
    Url(#[from] DatabaseUrlError),
    /// This program was built without that database.
    #[error("DATABASE_URL: this program was built without {0}")]
    NotBuilt(&'static str),
    /// The database cannot be opened.
    #[error("DATABASE_URL: {0}")]
    Database(String),
}
