//! Postgres.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql};
use diesel::expression::BoxableExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Bool, Text, Timestamptz};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use followup_domain::ports::{Store, StoreError, Tx, TxMode, TxVerdict};
use sha2::{Digest, Sha256};

use crate::error::Done;
use crate::migrate::{self, MigrateError, MigrationReport};
use crate::nesting::NestingGuard;
use crate::url::DatabaseUrl;
use crate::{MigratingStore, OpenError};

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

// One body of code for both databases: see the crate's documentation.
#[allow(clippy::duplicate_mod)]
#[path = "tables/mod.rs"]
mod tables;

use tables::{At, Pool};

/// The connection.
pub(crate) type Conn = PgConnection;
/// The backend.
pub(crate) type Db = Pg;

/// The SQL types of the columns.
pub(crate) mod sql {
    pub(crate) use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Jsonb as Document, Nullable, Text, Timestamptz as Instant};
}

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// How long to wait for a connection of the pool.
const CHECKOUT_LIMIT: Duration = Duration::from_secs(3);

/// What every connection is set to. The limits end waiting for a lock and statements that hang; no transaction of this
/// program takes as long.
const SETTINGS: &str = "SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET statement_timeout = '30s'; \
                        SET idle_in_transaction_session_timeout = '60s';";

/// Serialises migrations of all processes: "followup" in ASCII.
const MIGRATION_LOCK: i64 = 0x666f_6c6c_6f77_7570;

/// The store on a Postgres.
#[derive(Debug)]
pub struct PostgresStore {
    pool: Pool,
}

impl PostgresStore {
    /// Opens a pool of at most `pool_size` connections. A server that is down is found out by the first use, and recovered
    /// from when it is back.
    ///
    /// # Errors
    /// A URL that cannot work. No text contains the password.
    pub fn connect(url: &str, pool_size: u32) -> Result<Self, OpenError> {
        let DatabaseUrl::Postgres(target) = DatabaseUrl::parse(url)? else {
            return Err(OpenError::Database("this is not the URL of a Postgres".to_owned()));
        };
        if !target.local && target.sslmode.as_deref() == Some("disable") {
            tracing::warn!("DATABASE_URL accepts clear text to a remote Postgres (sslmode=disable)");
        }
        let pool = Pool::builder()
            .max_size(pool_size.max(1))
            .min_idle(Some(1))
            // A connection that died while idle is found out when a transaction begins on it.
            .test_on_check_out(false)
            .connection_timeout(CHECKOUT_LIMIT)
            .connection_customizer(Box::new(Settings))
            .build_unchecked(ConnectionManager::<Conn>::new(with_limits(url)));
        Ok(Self { pool })
    }

    /// Reverts every migration: for tests of migrations.
    ///
    /// # Errors
    /// A migration cannot be reverted.
    pub fn revert_all(&self) -> Result<(), MigrateError> {
        self.exclusively(|conn| conn.revert_all_migrations(MIGRATIONS).map(|_| ()).map_err(|error| failed(&error)))
    }

    /// Runs `work` while no other process migrates.
    fn exclusively<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, MigrateError>) -> Result<T, MigrateError> {
        let mut conn = self.pool.get().map_err(|error| failed(&error))?;
        // A migration may take long, and so may waiting for another process that migrates.
        conn.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0").map_err(|error| failed(&error))?;
        lock(&mut conn).map_err(|error| failed(&error))?;
        let outcome = work(&mut conn);
        let unlocked = unlock(&mut conn).and_then(|()| conn.batch_execute(SETTINGS));
        outcome.and_then(|value| unlocked.map(|()| value).map_err(|error| failed(&error)))
    }
}

diesel::define_sql_function! { fn pg_advisory_lock(key: diesel::sql_types::BigInt); }
diesel::define_sql_function! { fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt); }
diesel::define_sql_function! { fn pg_advisory_unlock(key: diesel::sql_types::BigInt) -> Bool; }
diesel::define_sql_function! { fn to_regclass(name: Text) -> diesel::sql_types::Nullable<diesel::sql_types::Oid>; }

/// Locks a name until the transaction ends. Names whose hashes meet wait for each other, and for nothing else.
fn lock_name(conn: &mut Conn, name: &str) -> Done<()> {
    let hash = Sha256::digest(name.as_bytes());
    let key = hash.iter().take(8).fold(0_i64, |key, byte| (key << 8) | i64::from(*byte));
    diesel::select(pg_advisory_xact_lock(key)).execute(conn)?;
    Ok(())
}

fn lock(conn: &mut Conn) -> QueryResult<()> {
    diesel::select(pg_advisory_lock(MIGRATION_LOCK)).execute(conn).map(|_| ())
}

fn unlock(conn: &mut Conn) -> QueryResult<()> {
    diesel::select(pg_advisory_unlock(MIGRATION_LOCK)).execute(conn).map(|_| ())
}

fn failed(error: &impl ToString) -> MigrateError {
    MigrateError::Failed(error.to_string())
}

/// Adds libpq's limits where the URL has none: connecting, and waiting for a peer that no longer answers.
fn with_limits(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in [("connect_timeout", "5"), ("tcp_user_timeout", "40000")] {
        if !url.contains(&format!("{name}=")) {
            let separator = if url.contains('?') { '&' } else { '?' };
            url.push_str(&format!("{separator}{name}={value}"));
        }
    }
    url
}

impl Store for PostgresStore {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        let inside = NestingGuard::enter()?;
        tables::transact(&inside, &self.pool, mode, work)
    }

    fn check(&self) -> Result<(), StoreError> {
        let applied = tables::on_connection(&self.pool, tables::applied_migrations)?;
        migrate::check(&migrate::known::<Db>(&MIGRATIONS)?, &applied)
    }
}

impl MigratingStore for PostgresStore {
    fn migrate(&self) -> Result<MigrationReport, MigrateError> {
        self.exclusively(|conn| {
            let applied = tables::applied_migrations(conn).map_err(|failure| failed(&StoreError::from(&failure)))?;
            migrate::refuse_unknown(&migrate::known::<Db>(&MIGRATIONS)?, &applied)?;
            let applied = conn.run_pending_migrations(MIGRATIONS).map_err(|error| failed(&error))?;
            Ok(MigrationReport { applied: applied.iter().map(ToString::to_string).collect() })
        })
    }
}

/// What a transaction begins with: a reading one sees one state throughout.
fn begin_sql(mode: TxMode) -> &'static str {
    match mode {
        TxMode::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        TxMode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
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

#[derive(Debug)]
struct Settings;

impl CustomizeConnection<Conn, diesel::r2d2::Error> for Settings {
    fn on_acquire(&self, conn: &mut Conn) -> Result<(), diesel::r2d2::Error> {
        Ok(conn.batch_execute(SETTINGS)?)
    }
}
