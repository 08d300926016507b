//! The store port on SQLite: the embedded default. `followup-diesel` says how it is put together.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod database_file;
mod writer_turns;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Datelike, Utc};
use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql};
use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Bool, TimestamptzSqlite};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use followup_domain::ports::{Salts, Store, StoreError, Tx, TxMode, TxVerdict};

use crate::database_file::{DatabaseFile, open_private};
use crate::error::{Done, Failure};
use crate::migrate::{MigrateError, MigrationReport};
use crate::nesting::NestingGuard;
use crate::writer_turns::{Class, WriterTurns};
use followup_diesel_shared::{BACKGROUND_CONNECTIONS, MigratingStore, OpenError, error, migrate, nesting, record_json};

/// In SQLite a writing transaction holds the one writer's lock from its beginning: there is nothing else to lock.
macro_rules! lock_rows {
    ($query:expr) => {
        $query
    };
}
/// As above: another writer is waited for, never met.
macro_rules! skip_locked_rows {
    ($query:expr) => {
        $query
    };
}

/// The whole seconds of an instant since 1970: SQL, for a column by its name.
macro_rules! seconds_of {
    ($column:literal) => {
        concat!("CAST(strftime('%s', ", $column, ") AS bigint)")
    };
}

/// The first bytes of a text, one more than are shown: SQL, for a column by its name.
macro_rules! first_bytes {
    ($column:literal) => {
        // Of no bytes, `substr` gives NULL.
        concat!("CASE WHEN ", $column, " = '' THEN X'' ELSE substr(CAST(", $column, " AS BLOB), 1, 32769) END")
    };
}

// One body of code for both databases.
#[path = "../../followup-diesel-shared/tables/mod.rs"]
mod tables;

use tables::{At, Pool, Terms};

/// The connection.
pub(crate) type Conn = SqliteConnection;
/// The backend.
pub(crate) type Db = Sqlite;

/// The SQL types of the columns.
pub(crate) mod sql {
    pub(crate) use diesel::sql_types::{
        BigInt, Binary, Bool, Date, Integer, Json as Document, Nullable, Text, TimestamptzSqlite as Instant,
    };
}

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Whether a connection keeps the memory of the largest value that it carried.
const KEEPS_WHAT_IT_CARRIED: bool = false;

/// What every connection is set to.
///
/// WAL lets readers read while one writes; FULL makes a commit survive a power failure; recursive triggers make REPLACE fire
/// the triggers that refuse deletions.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; \
                        PRAGMA trusted_schema = OFF;";

/// How a SQLite file is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqliteOptions {
    /// At most so many connections; at least one.
    pub pool_size: u32,
    /// How long to wait for other writers, and for a free connection.
    pub patience: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { pool_size: 8, patience: Duration::from_secs(5) }
    }
}

/// The store on a SQLite file, or in memory.
#[derive(Debug)]
pub struct SqliteStore {
    pool: Pool,
    class: Class,
    database: Arc<Database>,
}

/// What all who work on one database share.
#[derive(Debug)]
struct Database {
    turns: WriterTurns,
    patience: Duration,
    /// None in memory.
    file: Option<(String, DatabaseFile)>,
    salts: Arc<dyn Salts>,
}

impl SqliteStore {
    /// Opens a file, and creates it where there is none, readable by its owner only. Its folder must exist. A disk that is full now is found
    /// out by the first use, and recovered from when it has room.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: &Path, options: SqliteOptions, salts: Arc<dyn Salts>) -> Result<Self, OpenError> {
        let cannot = |path: &Path, why: &dyn std::fmt::Display| OpenError::Database(format!("cannot open {}: {why}", path.display()));
        let path = std::path::absolute(path).map_err(|error| OpenError::Database(error.to_string()))?;
        open_private(&path).map_err(|error| cannot(&path, &error))?;
        let name = path.to_str().ok_or_else(|| OpenError::Database("the path of the database is not UTF-8".to_owned()))?.to_owned();
        let file = DatabaseFile::at(&path).map_err(|error| cannot(&path, &error))?;
        let turns = WriterTurns::beside(&path).map_err(|error| cannot(&path, &error))?;
        let settings = Settings { busy_timeout: options.patience };
        match settings.establish(&name) {
            Ok(()) => {}
            Err(text) if crate::error::is_passing_text(&text) => {
                tracing::warn!(path = %path.display(), error = text, "the database cannot be used yet")
            }
            Err(text) => return Err(cannot(&path, &text)),
        }
        let pool = pool(options).build_unchecked(ConnectionManager::new(&name));
        Ok(Self {
            pool,
            class: Class::Request,
            database: Arc::new(Database { turns, patience: options.patience, file: Some((name, file)), salts }),
        })
    }

    /// An empty database in memory, on one connection; gone with the store.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn in_memory(salts: Arc<dyn Salts>) -> Result<Self, OpenError> {
        let options = SqliteOptions { pool_size: 1, ..SqliteOptions::default() };
        let pool = pool(options).build(ConnectionManager::new(":memory:")).map_err(|error| OpenError::Database(error.to_string()))?;
        let database = Database { turns: WriterTurns::default(), patience: options.patience, file: None, salts };
        Ok(Self { pool, class: Class::Request, database: Arc::new(database) })
    }

    /// Reverts every migration: for tests of migrations.
    ///
    /// # Errors
    /// A migration cannot be reverted; then none is.
    pub fn revert_all(&self) -> Result<(), MigrateError> {
        self.exclusively(|conn| conn.revert_all_migrations(MIGRATIONS).map(|_| ()).map_err(|error| failed(&*error)))
    }

    /// Runs `work` in a writing transaction of its own.
    fn exclusively<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, MigrateError>) -> Result<T, MigrateError> {
        self.require_file()?;
        let _writing = self.database.turns.enter(self.class, self.database.patience)?;
        let mut conn = self.pool.get().map_err(|error| MigrateError::Unavailable(error.to_string()))?;
        conn.batch_execute("PRAGMA query_only = OFF").map_err(told)?;
        let mut refusal = None;
        let outcome = conn.immediate_transaction(|conn| {
            work(conn).map_err(|error| {
                refusal = Some(error);
                diesel::result::Error::RollbackTransaction
            })
        });
        outcome.map_err(|error| refusal.unwrap_or_else(|| told(error)))
    }

    /// The file that was opened must still be the one of that name: SQLite would go on writing into one that nobody finds again.
    fn require_file(&self) -> Result<(), StoreError> {
        self.database.file.as_ref().map_or(Ok(()), |(_, file)| file.require())
    }
}

fn told(error: diesel::result::Error) -> MigrateError {
    MigrateError::from(StoreError::from(&Failure::from(error)))
}

/// diesel_migrations wraps what the database said.
fn failed(error: &(dyn std::error::Error + 'static)) -> MigrateError {
    let text = error.to_string();
    match crate::error::is_passing_text(&text) {
        true => MigrateError::Unavailable(text),
        false => MigrateError::Failed(text),
    }
}

impl Store for SqliteStore {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        let inside = NestingGuard::enter()?;
        let _writing = match mode {
            TxMode::Write => Some(self.database.turns.enter(self.class, self.database.patience)?),
            TxMode::Read => None,
        };
        self.require_file()?;
        // SQLite speaks English, so nothing needs to be told by how long it took.
        let terms = Terms { mode, waits: Duration::MAX, salts: &*self.database.salts, heard: &|| () };
        tables::transact(&inside, &self.pool, terms, work)
    }

    fn check(&self) -> Result<(), StoreError> {
        self.require_file()?;
        let applied = tables::on_connection(&self.pool, tables::applied_migrations)?;
        migrate::check(&migrate::known::<Db>(&MIGRATIONS)?, &applied)
    }
}

impl MigratingStore for SqliteStore {
    fn migrate(&self) -> Result<MigrationReport, MigrateError> {
        self.exclusively(|conn| {
            let applied = tables::applied_migrations(conn).map_err(|failure| MigrateError::from(StoreError::from(&failure)))?;
            migrate::refuse_unknown(&migrate::known::<Db>(&MIGRATIONS)?, &applied)?;
            let applied = conn.run_pending_migrations(MIGRATIONS).map_err(|error| failed(&*error))?;
            Ok(MigrationReport { applied: applied.iter().map(ToString::to_string).collect() })
        })
    }

    fn for_background(&self) -> Result<Arc<dyn MigratingStore>, OpenError> {
        let options = SqliteOptions { pool_size: BACKGROUND_CONNECTIONS, patience: self.database.patience };
        let pool = match &self.database.file {
            Some((name, _)) => pool(options).build_unchecked(ConnectionManager::new(name)),
            // It has one connection.
            None => self.pool.clone(),
        };
        Ok(Arc::new(Self { pool, class: Class::Background, database: Arc::clone(&self.database) }))
    }
}

fn pool(options: SqliteOptions) -> diesel::r2d2::Builder<ConnectionManager<Conn>> {
    Pool::builder()
        .max_size(options.pool_size.max(1))
        .min_idle(Some(1))
        // A database in memory ends with its connection; one in a file does not age either.
        .max_lifetime(None)
        .idle_timeout(None)
        .test_on_check_out(false)
        .connection_timeout(options.patience)
        .connection_customizer(Box::new(Settings { busy_timeout: options.patience }))
}

/// What a transaction begins with. IMMEDIATE, because a transaction that begins by reading and then writes fails at once
/// when another has written meanwhile.
fn begin_sql(mode: TxMode) -> &'static str {
    match mode {
        TxMode::Write => "PRAGMA query_only = OFF; BEGIN IMMEDIATE",
        TxMode::Read => "PRAGMA query_only = ON; BEGIN DEFERRED",
    }
}

diesel::define_sql_function! {
    /// Position of a text within another, from 1; 0 where it is not.
    fn instr(text: diesel::sql_types::Text, part: diesel::sql_types::Text) -> diesel::sql_types::Integer;
}

/// Whether a case's search text has this word. `instr` takes every character literally and, unlike LIKE, any length.
fn has_word(word: &str) -> Box<dyn BoxableExpression<tables::icsr::table, Db, SqlType = Bool>> {
    Box::new(instr(tables::icsr::search_text, word.to_owned()).gt(0))
}

/// A writing transaction holds the one writer's lock already.
#[allow(clippy::unnecessary_wraps)] // Postgres may refuse.
fn lock_name(_conn: &mut Conn, _name: &str) -> Done<()> {
    Ok(())
}

/// A COMMIT that went well is on the disk.
#[allow(clippy::unnecessary_wraps)] // Postgres may not be sure.
fn confirm_commit(_conn: &mut Conn, _took: Duration) -> Done<()> {
    Ok(())
}

fn has_table(conn: &mut Conn, name: &str) -> Done<bool> {
    diesel::table! {
        sqlite_master (name) {
            name -> Text,
        }
    }
    Ok(diesel::select(diesel::dsl::exists(sqlite_master::table.find(name))).get_result(conn)?)
}

/// Always 32 characters, so that the order of texts is the order of instants.
impl ToSql<TimestamptzSqlite, Sqlite> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        if !(0..=9999).contains(&self.0.year()) {
            return Err("the year has no four digits".into());
        }
        out.set_value(self.0.format("%Y-%m-%d %H:%M:%S%.6f+00:00").to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<TimestamptzSqlite, Sqlite> for At {
    fn from_sql(value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(<DateTime<Utc> as FromSql<TimestamptzSqlite, Sqlite>>::from_sql(value)?))
    }
}

#[derive(Debug)]
struct Settings {
    busy_timeout: Duration,
}

impl Settings {
    /// Whether the database can be used now; the database's words, if not.
    fn establish(&self, name: &str) -> Result<(), String> {
        let mut conn = Conn::establish(name).map_err(|error| error.to_string())?;
        self.on_acquire(&mut conn).map_err(|error| error.to_string())
    }
}

impl CustomizeConnection<Conn, diesel::r2d2::Error> for Settings {
    fn on_acquire(&self, conn: &mut Conn) -> Result<(), diesel::r2d2::Error> {
        // First: setting WAL takes a lock itself.
        conn.batch_execute(&format!("PRAGMA busy_timeout = {}", self.busy_timeout.as_millis()))?;
        Ok(conn.batch_execute(SETTINGS)?)
    }
}
