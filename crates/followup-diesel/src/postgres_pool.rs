//! The connections to a Postgres, and what happens when one no longer answers.
//!
//! libpq waits for an answer for ever. Where the peer's machine is gone, TCP ends the wait; where the connection lives and nothing
//! comes (a frozen process, a middlebox that swallows), only the caller's clock can tell. Then the pool is made anew, once a new
//! connection is seen to work: whoever waits on an old one is lost to it, everybody else goes on.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};

/// How long to wait for a connection of the pool.
pub(crate) const CHECKOUT_LIMIT: Duration = Duration::from_secs(3);
/// After a new connection did not work either, it is tried again so much later; after each further one twice as long, up to a limit:
/// what hangs in libpq costs a thread and a socket until the peer speaks again.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_RENEWAL_PAUSE: Duration = Duration::from_secs(60);
/// When TCP asks a silent peer whether it lives (seconds; so often, before the connection is dead).
const KEEPALIVE: [(&str, u64); 3] = [("keepalives_idle", 20), ("keepalives_interval", 5), ("keepalives_count", 4)];

/// How a Postgres is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostgresOptions {
    /// At most so many connections; at least one.
    pub pool_size: u32,
    /// How long a statement may take. A lock is waited for a third of it; an answer, half as long again.
    pub timeout: Duration,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self { pool_size: 8, timeout: crate::DEFAULT_TIMEOUT }
    }
}

impl PostgresOptions {
    /// How long a lock is waited for.
    pub(crate) fn lock_limit(&self) -> Duration {
        self.timeout / 3
    }

    /// After so long without an answer a connection is given up. The server would have ended any statement.
    fn silence_limit(&self) -> Duration {
        self.timeout * 3 / 2
    }

    /// What every connection is set to. The limits end waiting for a lock and statements that hang; no transaction of this program
    /// takes as long. The server, too, is to notice that its client is gone.
    ///
    /// diesel does not tell SQLSTATE, so errors are told apart by their English texts: that is asked for where the role may.
    pub(crate) fn settings(&self) -> String {
        let (lock, statement) = (self.lock_limit().as_millis(), self.timeout.as_millis());
        format!(
            "SET TIME ZONE 'UTC'; SET lock_timeout = {lock}; SET statement_timeout = {statement}; \
             SET idle_in_transaction_session_timeout = {}; \
             SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4; \
             DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false); EXCEPTION WHEN insufficient_privilege THEN NULL; END $$",
            statement * 2
        )
    }
}

/// The pool in use, and who is inside a transaction.
pub(crate) struct PostgresPool {
    url: String,
    options: PostgresOptions,
    state: Mutex<State>,
}

struct State {
    pool: Pool<ConnectionManager<PgConnection>>,
    generation: u64,
    visits: HashMap<u64, Visitor>,
    visits_made: u64,
    next_renewal: Instant,
    renewal_pause: Duration,
}

struct Visitor {
    since: Instant,
    generation: u64,
    thread: ThreadId,
}

/// One transaction's use of the pool.
pub(crate) struct Visit<'p> {
    pub(crate) pool: Pool<ConnectionManager<PgConnection>>,
    keeper: &'p PostgresPool,
    number: u64,
}

impl PostgresPool {
    pub(crate) fn new(url: &str, options: PostgresOptions) -> Self {
        let url = with_limits(url, options.timeout);
        let pool = build(&url, options);
        let (next_renewal, renewal_pause) = (Instant::now(), RENEWAL_PAUSE);
        let state = State { pool, generation: 0, visits: HashMap::new(), visits_made: 0, next_renewal, renewal_pause };
        Self { url, options, state: Mutex::new(state) }
    }

    /// The pool, for work that has no limit.
    pub(crate) fn unwatched(&self) -> Pool<ConnectionManager<PgConnection>> {
        self.lock().pool.clone()
    }

    /// Begins to use the pool. The first that comes when somebody has waited too long makes it anew.
    pub(crate) fn visit(&self) -> Visit<'_> {
        self.give_up_silent();
        let mut state = self.lock();
        state.visits_made += 1;
        let (number, generation) = (state.visits_made, state.generation);
        state.visits.insert(number, Visitor { since: Instant::now(), generation, thread: std::thread::current().id() });
        Visit { pool: state.pool.clone(), keeper: self, number }
    }

    /// Makes the pool anew when somebody has waited too long on it and a new connection works.
    pub(crate) fn give_up_silent(&self) {
        if self.is_renewal_due() {
            self.renew();
        }
    }

    /// For how long the slowest transaction has been going on.
    pub(crate) fn longest_wait(&self) -> Duration {
        self.lock().visits.values().map(|visitor| visitor.since.elapsed()).max().unwrap_or_default()
    }

    /// Whether this thread waits on a connection that was given up.
    pub(crate) fn is_lost(&self, thread: ThreadId) -> bool {
        let state = self.lock();
        state.visits.values().any(|visitor| visitor.thread == thread && visitor.generation < state.generation)
    }

    fn is_renewal_due(&self) -> bool {
        let mut state = self.lock();
        let (generation, limit) = (state.generation, self.options.silence_limit());
        let silent = state.visits.values().any(|visitor| visitor.generation == generation && visitor.since.elapsed() > limit);
        let due = silent && Instant::now() >= state.next_renewal;
        if due {
            // Nobody else tries meanwhile.
            state.next_renewal = Instant::now() + CHECKOUT_LIMIT + state.renewal_pause;
        }
        due
    }

    /// Makes the pool anew if a new connection works.
    fn renew(&self) {
        let fresh = build(&self.url, self.options);
        // It is made and set up by a thread of the pool, so this wait ends whatever the server does.
        if fresh.get_timeout(CHECKOUT_LIMIT).is_err() {
            let pause = &mut self.lock().renewal_pause;
            *pause = (*pause * 2).min(LONGEST_RENEWAL_PAUSE);
            tracing::warn!(pause_s = pause.as_secs(), "connections to the database do not answer, and a new one does not either");
            return;
        }
        let mut state = self.lock();
        state.generation += 1;
        state.renewal_pause = RENEWAL_PAUSE;
        let old = std::mem::replace(&mut state.pool, fresh);
        let given_up = state.visits.len();
        drop(state);
        tracing::error!(given_up, "connections to the database did not answer and are given up; new ones work");
        drop(old);
    }

    fn leave(&self, number: u64) {
        self.lock().visits.remove(&number);
    }

    /// No change of the state panics half-way.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.keeper.leave(self.number);
    }
}

/// Never the URL: it may hold the password.
impl fmt::Debug for PostgresPool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PostgresPool").field("options", &self.options).finish_non_exhaustive()
    }
}

fn build(url: &str, options: PostgresOptions) -> Pool<ConnectionManager<PgConnection>> {
    Pool::builder()
        .max_size(options.pool_size.max(1))
        .min_idle(Some(1))
        // A connection that died while idle is found out when a transaction begins on it.
        .test_on_check_out(false)
        .connection_timeout(CHECKOUT_LIMIT)
        .connection_customizer(Box::new(Settings(options.settings())))
        .build_unchecked(ConnectionManager::new(url))
}

/// Adds libpq's limits where the URL has none: connecting, and waiting for a peer that no longer acknowledges.
fn with_limits(url: &str, timeout: Duration) -> String {
    let user_timeout = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX).saturating_add(10_000);
    let limits = [("connect_timeout", 5), ("tcp_user_timeout", user_timeout)];
    let mut url = url.to_owned();
    for (name, value) in limits.into_iter().chain(KEEPALIVE) {
        if !url.contains(&format!("{name}=")) {
            let separator = if url.contains('?') { '&' } else { '?' };
            url.push_str(&format!("{separator}{name}={value}"));
        }
    }
    url
}

#[derive(Debug)]
struct Settings(String);

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Settings {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        Ok(conn.batch_execute(&self.0)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_the_url_has_is_kept() {
        let url = with_limits("postgres://db/x?connect_timeout=1", Duration::from_secs(30));
        assert_eq!(
            url,
            "postgres://db/x?connect_timeout=1&tcp_user_timeout=40000&keepalives_idle=20&keepalives_interval=5&keepalives_count=4"
        );
        assert!(
            with_limits("postgres:///x", Duration::from_secs(4)).starts_with("postgres:///x?connect_timeout=5&tcp_user_timeout=14000&")
        );
    }
}
