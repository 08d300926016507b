//! Runs one unit of work: checkout, begin, work, commit or rollback, and again after a deadlock.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, PooledConnection};
use followup_domain::ports::{Salts, StoreError, Tx, TxMode, TxVerdict};

use super::super::{Conn, KEEPS_WHAT_IT_CARRIED, begin_sql, confirm_commit, has_table};
use super::schema::__diesel_schema_migrations;
use super::work::{Doom, Work};
use crate::error::{Done, Failure};
use crate::nesting::NestingGuard;

/// The pool of this database's connections.
pub(in super::super) type Pool = diesel::r2d2::Pool<ConnectionManager<Conn>>;
type Pooled = PooledConnection<ConnectionManager<Conn>>;

/// So often a transaction is run that meets deadlocks, before the caller is told.
const TRIES: u32 = 5;

/// Whoever was ended in a deadlock lets the other go first, or takes what the other waits for once more.
const PAUSE: Duration = Duration::from_millis(20);

/// What a transaction runs under.
#[derive(Clone, Copy)]
pub(in super::super) struct Terms<'s> {
    /// Whether it writes.
    pub(in super::super) mode: TxMode,
    /// A statement that failed after so long was ended by a limit on waiting.
    pub(in super::super) waits: Duration,
    /// Those of the audit trail.
    pub(in super::super) salts: &'s dyn Salts,
    /// Told of each answer of the database.
    pub(in super::super) heard: &'s dyn Fn(),
}

/// Runs `work` in one transaction, as [`followup_domain::ports::Store::transact`] promises.
pub(in super::super) fn transact(
    _inside: &NestingGuard,
    pool: &Pool,
    terms: Terms<'_>,
    work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict,
) -> Result<(), StoreError> {
    for tried in 1.. {
        match once(pool, terms, work) {
            Err(Doom { may_pass: true, .. }) if tried < TRIES => {
                tracing::debug!(tried, "transaction is run again after a lock conflict");
                std::thread::sleep(PAUSE * tried);
            }
            Err(doom) => return Err(doom.error),
            Ok(()) => return Ok(()),
        }
    }
    Ok(())
}

fn once(pool: &Pool, terms: Terms<'_>, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), Doom> {
    let mut conn = begin(pool, terms.mode)?;
    (terms.heard)();
    let mut unit = Work::new(&mut conn, terms);
    // The connection is given back before the panic goes on: the pool throws away what it gets while a thread panics, and an
    // in-memory database with it.
    let outcome = catch_unwind(AssertUnwindSafe(|| unit.run(work)));
    let is_swollen = KEEPS_WHAT_IT_CARRIED && unit.is_swollen();
    let doom = unit.into_doom();
    let commits = matches!(outcome, Ok(TxVerdict::Commit)) && doom.is_none();
    let ended = end(&mut conn, terms.mode, commits);
    if is_swollen || doom.as_ref().is_some_and(|doom| doom.spoilt) || ended.as_ref().is_err_and(Failure::spoils_connection) {
        discard(&mut conn);
    }
    drop(conn);
    match (outcome, doom) {
        (Err(panic), _) => resume_unwind(panic),
        // The work has its own error to tell, unless running it again may help.
        (Ok(TxVerdict::Rollback), Some(doom)) if doom.may_pass => Err(doom),
        (Ok(TxVerdict::Rollback), _) => Ok(()),
        (Ok(TxVerdict::Commit), Some(doom)) => Err(doom),
        (Ok(TxVerdict::Commit), None) => ended.map_err(|failure| Doom::of(&failure)),
    }
}

/// Runs queries that are no use case's: of the store itself.
pub(in super::super) fn on_connection<T>(pool: &Pool, queries: impl FnOnce(&mut Conn) -> Done<T>) -> Result<T, StoreError> {
    let mut conn = begin(pool, TxMode::Read).map_err(|doom| doom.error)?;
    let outcome = queries(&mut conn);
    let ended = end(&mut conn, TxMode::Read, false);
    if outcome.as_ref().is_err_and(Failure::spoils_connection) {
        discard(&mut conn);
    }
    ended.map_err(|failure| StoreError::from(&failure))?;
    outcome.map_err(|failure| StoreError::from(&failure))
}

/// A connection on which a transaction has begun. Connections that died while they were idle, or lead to a server that has become a standby, are
/// thrown away.
fn begin(pool: &Pool, mode: TxMode) -> Result<Pooled, Doom> {
    let mut last = None;
    for _ in 0..=pool.max_size() {
        let mut conn = pool.get().map_err(|error| unavailable(error.to_string().lines().next().unwrap_or_default()))?;
        match AnsiTransactionManager::begin_transaction_sql(&mut *conn, begin_sql(mode)).map_err(Failure::from) {
            Ok(()) => return Ok(conn),
            Err(failure) => {
                // To begin asks for nothing that could be refused, so it is the database that is not ready; and it has waited for its
                // locks already.
                let (StoreError::Unavailable(text) | StoreError::Unknown(text) | StoreError::Refused(text)) = StoreError::from(&failure);
                let doom = unavailable(&text);
                let dead = failure.is_disconnection() || failure.is_of_standby();
                if dead || failure.spoils_connection() {
                    discard(&mut conn);
                }
                if !dead {
                    return Err(doom);
                }
                last = Some(doom);
            }
        }
    }
    Err(last.unwrap_or_else(|| unavailable("no connection")))
}

fn unavailable(text: &str) -> Doom {
    Doom { error: StoreError::Unavailable(text.to_owned()), may_pass: false, spoilt: false }
}

/// The pool throws the connection away when it gets it back.
fn discard(conn: &mut Conn) {
    AnsiTransactionManager::transaction_manager_status_mut(conn).set_in_error();
}

fn end(conn: &mut Conn, mode: TxMode, commits: bool) -> Done<()> {
    if !commits {
        return Ok(AnsiTransactionManager::rollback_transaction(conn)?);
    }
    let begun = Instant::now();
    let ended = AnsiTransactionManager::commit_transaction(conn);
    if let Err(error) = &ended
        && AnsiTransactionManager::transaction_manager_status_mut(conn).transaction_depth().is_ok_and(|depth| depth.is_some())
    {
        tracing::debug!(%error, "commit failed; rolling back");
        AnsiTransactionManager::rollback_transaction(conn)?;
    }
    match mode {
        TxMode::Read => Ok(ended?),
        TxMode::Write => {
            ended.map_err(|error| Failure::from(error).of_commit())?;
            confirm_commit(conn, begun.elapsed())
        }
    }
}

/// The versions of the migrations that the database has; none when it was never migrated.
pub(in super::super) fn applied_migrations(conn: &mut Conn) -> Done<Vec<String>> {
    if !has_table(conn, "__diesel_schema_migrations")? {
        return Ok(Vec::new());
    }
    let versions = __diesel_schema_migrations::table.order(__diesel_schema_migrations::version);
    Ok(versions.select(__diesel_schema_migrations::version).load(conn)?)
}
