//! The store port on Postgres. `followup-diesel` says how it is put together.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod functions;
mod pool;
mod standbys;

use std::fmt;
use std::sync::Arc;
use std::thread::ThreadId;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql};
use diesel::expression::BoxableExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Bool, Timestamptz};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use followup_domain::ports::{Salts, Standbys, Store, StoreError, Tx, TxMode, TxVerdict};
use sha2::{Digest, Sha256};

use crate::error::{Done, Failure};
use crate::functions::{pg_advisory_lock, pg_advisory_unlock, pg_advisory_xact_lock, to_regclass};
use crate::migrate::{MigrateError, MigrationReport};
use crate::nesting::NestingGuard;
pub use crate::pool::PostgresOptions;
use crate::pool::{Lineage, PostgresPool};
use crate::standbys::confirm_commit;
use crate::url::DatabaseUrl;
use followup_diesel_shared::{BACKGROUND_CONNECTIONS, MigratingStore, OpenError, error, migrate, nesting, record_json, url};

/// Locks rows until the transaction ends. NO KEY, so that rows which refer to them can be inserted meanwhile.
macro_rules! lock_rows {
    ($query:expr) => {
        $query.for_no_key_update()
    };
}
/// Locks rows, and passes over those that another transaction holds.
macro_rules! skip_locked_rows {
    ($query:expr) => {
        $query.for_no_key_update().skip_locked()
    };
}

/// The whole seconds of an instant since 1970: SQL, for a column by its name.
macro_rules! seconds_of {
    ($column:literal) => {
        concat!("CAST(floor(extract(epoch FROM ", $column, ")) AS bigint)")
    };
}

/// The first bytes of a text, one more than are shown: SQL, for a column by its name.
macro_rules! first_bytes {
    ($column:literal) => {
        concat!("substring(convert_to(", $column, ", 'UTF8') FROM 1 FOR 32769)")
    };
}

// One body of code for both databases.
#[path = "../../followup-diesel-shared/tables/mod.rs"]
mod tables;

use tables::{At, Pool, Terms};

/// The connection.
pub(crate) type Conn = PgConnection;
/// The backend.
pub(crate) type Db = Pg;

/// The SQL types of the columns.
pub(crate) mod sql {
    pub(crate) use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Jsonb as Document, Nullable, Text, Timestamptz as Instant};
}

/// Whether a connection keeps the memory of the largest value that it carried: libpq never gives its buffers back.
const KEEPS_WHAT_IT_CARRIED: bool = true;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Transactions that wait for the disk wait together; more than a few gain nothing, and take connections from others.
const COMMITS_AT_ONCE: usize = 4;

/// How long another process that migrates is waited for, at each of so many times.
const MIGRATION_WAIT: (&str, u32) = ("15s", 20);

/// Serialises migrations of all processes: "followup" in ASCII.
const MIGRATION_LOCK: i64 = 0x666f_6c6c_6f77_7570;

/// The store on a Postgres.
pub struct PostgresStore {
    url: String,
    pool: PostgresPool,
    options: PostgresOptions,
    lineage: Lineage,
    salts: Arc<dyn Salts>,
}

/// Never the URL: it may hold the password.
impl fmt::Debug for PostgresStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PostgresStore").field("options", &self.options).finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// As [`PostgresStore::open`], with the usual limits.
    ///
    /// # Errors
    /// The same.
    pub fn connect(url: &str, pool_size: u32, salts: Arc<dyn Salts>) -> Result<Self, OpenError> {
        Self::open(url, PostgresOptions { pool_size, ..PostgresOptions::default() }, salts)
    }

    /// Opens a pool. A server that is down is found out by the first use, and recovered from when it is back.
    ///
    /// # Errors
    /// A URL that cannot work. No text contains the password.
    pub fn open(url: &str, options: PostgresOptions, salts: Arc<dyn Salts>) -> Result<Self, OpenError> {
        Self::open_on(url, options, salts, Lineage::default())
    }

    fn open_on(url: &str, options: PostgresOptions, salts: Arc<dyn Salts>, lineage: Lineage) -> Result<Self, OpenError> {
        let DatabaseUrl::Postgres(target) = DatabaseUrl::parse(url)? else {
            return Err(OpenError::Database("this is not the URL of a Postgres".to_owned()));
        };
        if !target.local && target.sslmode.as_deref() == Some("disable") {
            tracing::warn!("DATABASE_URL accepts clear text to a remote Postgres (sslmode=disable)");
        }
        let pool = PostgresPool::new(url, &target, options, lineage.clone()).map_err(|error| OpenError::Database(error.to_string()))?;
        Ok(Self { url: url.to_owned(), pool, options, lineage, salts })
    }

    /// Reverts every migration: for tests of migrations.
    ///
    /// # Errors
    /// A migration cannot be reverted.
    pub fn revert_all(&self) -> Result<(), MigrateError> {
        self.exclusively(|conn| conn.revert_all_migrations(MIGRATIONS).map(|_| ()).map_err(|error| failed(&*error)))
    }

    /// Runs `work` while no other process migrates.
    fn exclusively<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, MigrateError>) -> Result<T, MigrateError> {
        let pool: Pool = self.pool.unwatched();
        let mut conn = pool.get().map_err(|error| MigrateError::Unavailable(first_line(&error)))?;
        // A migration may take long; whoever is in its way, or in front of it, is not waited for without end.
        conn.batch_execute(&format!("SET statement_timeout = 0; SET lock_timeout = '{}'", MIGRATION_WAIT.0)).map_err(told)?;
        lock(&mut conn)?;
        let outcome = work(&mut conn);
        let unlocked = unlock(&mut conn).and_then(|()| conn.batch_execute(&self.options.settings()));
        outcome.and_then(|value| unlocked.map(|()| value).map_err(told))
    }
}

/// Locks a name until the transaction ends. Names whose hashes meet wait for each other, and for nothing else.
fn lock_name(conn: &mut Conn, name: &str) -> Done<()> {
    let hash = Sha256::digest(name.as_bytes());
    let key = hash.iter().take(8).fold(0_i64, |key, byte| (key << 8) | i64::from(*byte));
    diesel::select(pg_advisory_xact_lock(key)).execute(conn)?;
    Ok(())
}

/// Takes the migrations' lock. It ends with the connection, so a process that died does not hold it.
fn lock(conn: &mut Conn) -> Result<(), MigrateError> {
    for tried in 1..=MIGRATION_WAIT.1 {
        match diesel::select(pg_advisory_lock(MIGRATION_LOCK)).execute(conn) {
            Ok(_) => return Ok(()),
            Err(error) => match told(error) {
                MigrateError::Unavailable(text) if text.contains("timeout") => {
                    tracing::warn!(tried, "another process migrates; waiting for it")
                }
                error => return Err(error),
            },
        }
    }
    Err(MigrateError::Unavailable("another process has been migrating it for minutes: look for it in pg_stat_activity".to_owned()))
}

fn unlock(conn: &mut Conn) -> QueryResult<()> {
    diesel::select(pg_advisory_unlock(MIGRATION_LOCK)).execute(conn).map(|_| ())
}

fn told(error: diesel::result::Error) -> MigrateError {
    MigrateError::from(StoreError::from(&Failure::from(error)))
}

/// diesel_migrations wraps what the database said.
fn failed(error: &(dyn std::error::Error + 'static)) -> MigrateError {
    let text = first_line(&error);
    match crate::error::is_passing_text(&text) {
        true => MigrateError::Unavailable(text),
        false => MigrateError::Failed(text),
    }
}

fn first_line(error: &impl ToString) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

impl Store for PostgresStore {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        let inside = NestingGuard::enter()?;
        let visit = self.pool.visit();
        let terms = Terms { mode, waits: self.options.lock_limit(), salts: &*self.salts, heard: &|| visit.heard() };
        tables::transact(&inside, &visit.pool, terms, work)
    }

    fn check(&self) -> Result<(), StoreError> {
        let applied = tables::on_connection(&self.pool.visit().pool, tables::applied_migrations)?;
        migrate::check(&migrate::known::<Db>(&MIGRATIONS)?, &applied)
    }

    fn commits_at_once(&self) -> usize {
        COMMITS_AT_ONCE
    }

    fn notices_promotions(&self) -> bool {
        self.pool.notices_promotions()
    }

    fn standbys(&self) -> Result<Standbys, StoreError> {
        tables::on_connection(&self.pool.visit().pool, |conn| standbys::standbys(conn, self.pool.has_several_hosts()))
    }
}

impl MigratingStore for PostgresStore {
    fn migrate(&self) -> Result<MigrationReport, MigrateError> {
        self.exclusively(|conn| {
            let applied = tables::applied_migrations(conn).map_err(|failure| MigrateError::from(StoreError::from(&failure)))?;
            migrate::refuse_unknown(&migrate::known::<Db>(&MIGRATIONS)?, &applied)?;
            let applied = conn.run_pending_migrations(MIGRATIONS).map_err(|error| failed(&*error))?;
            Ok(MigrationReport { applied: applied.iter().map(ToString::to_string).collect() })
        })
    }

    fn for_background(&self) -> Result<Arc<dyn MigratingStore>, OpenError> {
        let options = PostgresOptions { pool_size: BACKGROUND_CONNECTIONS, ..self.options };
        Ok(Arc::new(Self::open_on(&self.url, options, Arc::clone(&self.salts), self.lineage.clone())?))
    }

    fn longest_wait(&self) -> Duration {
        self.pool.longest_wait()
    }

    fn is_lost(&self, thread: ThreadId) -> bool {
        self.pool.is_lost(thread)
    }

    fn has_lost(&self) -> bool {
        self.pool.has_lost()
    }
}

/// What a transaction begins with: a reading one sees one state throughout.
///
/// A writing one takes what the server gives: one that was set to read only refuses the first write. A reading one asks for the right to
/// write first, which a standby refuses: what it shows may be old.
fn begin_sql(mode: TxMode) -> &'static str {
    match mode {
        TxMode::Write => "BEGIN ISOLATION LEVEL READ COMMITTED",
        TxMode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE; SET TRANSACTION READ ONLY",
    }
}

/// Whether a case's search text has this word, taken literally.
fn has_word(word: &str) -> Box<dyn BoxableExpression<tables::icsr::table, Db, SqlType = Bool>> {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for character in word.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    Box::new(tables::icsr::search_text.like(pattern).escape('\\'))
}

fn has_table(conn: &mut Conn, name: &str) -> Done<bool> {
    let found: Option<u32> = diesel::select(to_regclass(name)).get_result(conn)?;
    Ok(found.is_some())
}

impl ToSql<Timestamptz, Pg> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <DateTime<Utc> as ToSql<Timestamptz, Pg>>::to_sql(&self.0, &mut out.reborrow())
    }
}

impl FromSql<Timestamptz, Pg> for At {
    fn from_sql(value: <Pg as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(<DateTime<Utc> as FromSql<Timestamptz, Pg>>::from_sql(value)?))
    }
}
