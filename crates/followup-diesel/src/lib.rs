//! The store port on diesel: SQLite and Postgres from one body of code.
//!
//! The files in `tables/` are plain diesel; `postgres.rs` and `sqlite.rs` each mount them as a module of their own, with
//! their own connection and SQL types. Only claiming, locking, searching and triggers differ.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

#[cfg(feature = "sqlite")]
mod database_file;
mod error;
mod migrate;
mod nesting;
mod record_json;
mod url;

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod postgres_pool;
#[cfg(feature = "postgres")]
mod postgres_standbys;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
mod writer_turns;

use std::sync::Arc;
use std::thread::ThreadId;
use std::time::Duration;

use followup_domain::ports::{Salts, Store};

pub use migrate::{MigrateError, MigrationReport};
pub use url::{DatabaseUrl, DatabaseUrlError};

#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
#[cfg(feature = "postgres")]
pub use postgres_pool::PostgresOptions;
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStore};

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
const BACKGROUND_CONNECTIONS: u32 = 4;

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

/// As [`open_within`], with the usual timeout.
///
/// # Errors
/// The same.
pub fn open(database_url: &str, pool_size: u32, salts: Arc<dyn Salts>) -> Result<Arc<dyn MigratingStore>, OpenError> {
    open_within(database_url, pool_size, DEFAULT_TIMEOUT, salts)
}

/// Opens the store that `DATABASE_URL` names (`postgres://…`, `postgresql://…` or `sqlite:path`), with at most `pool_size`
/// connections; a statement on Postgres may take `timeout`, and `salts` give those of the audit trail. Neither migrates nor checks the schema; a Postgres that is down is found
/// out by the first use.
///
/// # Errors
/// A URL that cannot work, or a SQLite file that cannot be opened. No text contains the password.
#[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "SQLite's statements have no limit"))]
pub fn open_within(
    database_url: &str,
    pool_size: u32,
    timeout: Duration,
    salts: Arc<dyn Salts>,
) -> Result<Arc<dyn MigratingStore>, OpenError> {
    match DatabaseUrl::parse(database_url)? {
        #[cfg(feature = "sqlite")]
        DatabaseUrl::Sqlite(path) if path.as_os_str() == ":memory:" => {
            tracing::warn!("DATABASE_URL names a database in memory: what it holds ends with this process");
            Ok(Arc::new(SqliteStore::in_memory(salts)?))
        }
        #[cfg(feature = "sqlite")]
        DatabaseUrl::Sqlite(path) => {
            Ok(Arc::new(SqliteStore::open(&path, SqliteOptions { pool_size, ..SqliteOptions::default() }, salts)?))
        }
        #[cfg(not(feature = "sqlite"))]
        DatabaseUrl::Sqlite(_) => Err(OpenError::NotBuilt("SQLite")),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(_) => Ok(Arc::new(PostgresStore::open(database_url, PostgresOptions { pool_size, timeout }, salts)?)),
        #[cfg(not(feature = "postgres"))]
        DatabaseUrl::Postgres(_) => Err(OpenError::NotBuilt("Postgres")),
    }
}
