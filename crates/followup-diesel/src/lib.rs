//! The store port on diesel: SQLite and Postgres from one body of code.
//!
//! The files in `followup-diesel-shared/tables` are plain diesel; `followup-postgres` and `followup-sqlite` each mount them as a module of
//! their own, with their own connection and SQL types, and are compiled side by side. Only claiming, locking, searching and triggers differ.
//! Here is the one way in: a URL says which of them it is.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

use std::sync::Arc;
use std::time::Duration;

use followup_domain::ports::Salts;

pub use followup_diesel_shared::migrate::{MigrateError, MigrationReport};
pub use followup_diesel_shared::url::{DatabaseUrl, DatabaseUrlError};
pub use followup_diesel_shared::{DEFAULT_TIMEOUT, MigratingStore, OpenError};

#[cfg(feature = "postgres")]
pub use followup_postgres::{PostgresOptions, PostgresStore};
#[cfg(feature = "sqlite")]
pub use followup_sqlite::{SqliteOptions, SqliteStore};

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
