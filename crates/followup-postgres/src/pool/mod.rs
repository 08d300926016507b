//! The connections to a Postgres, and what happens when they no longer answer, or lead to a server that is no longer the primary.
//!
//! libpq waits for an answer for ever. Where the peer's machine is gone, TCP ends the wait; where the connection lives and nothing
//! comes (a frozen process, a middlebox that swallows), only the caller's clock can tell. Then the pool is made anew, once a new
//! connection is seen to work: whoever waits on an old one is lost to it, everybody else goes on. [`keeper`] sees to it.

mod keeper;
mod lineage;
mod options;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, Pool};

pub(crate) use lineage::Lineage;
use lineage::{Mark, SetUp};
pub use options::PostgresOptions;
use options::{connect_limit, with_limits};

use crate::url::PostgresTarget;

/// The pool in use, and who is inside a transaction.
pub(crate) struct PostgresPool(Arc<Shared>);

struct Shared {
    /// With libpq's limits.
    url: String,
    options: PostgresOptions,
    connect_limit: Duration,
    several_hosts: bool,
    lineage: Lineage,
    /// Connections that are being made ready, among them those that hang.
    under_way: Arc<AtomicUsize>,
    state: Mutex<State>,
}

struct State {
    current: Generation,
    generation: u64,
    visits: HashMap<u64, Visitor>,
    visits_made: u64,
}

/// A pool, and the line of history on which its connections began.
struct Generation {
    pool: Pool<ConnectionManager<PgConnection>>,
    born: Arc<OnceLock<Mark>>,
}

struct Visitor {
    /// When it came, or last had an answer: what takes long and is answered is no silence.
    since: Instant,
    generation: u64,
    thread: ThreadId,
}

/// One transaction's use of the pool.
pub(crate) struct Visit<'p> {
    pub(crate) pool: Pool<ConnectionManager<PgConnection>>,
    shared: &'p Shared,
    number: u64,
}

impl PostgresPool {
    /// A pool, and the thread that looks after it.
    ///
    /// # Errors
    /// No thread can be started.
    pub(crate) fn new(url: &str, target: &PostgresTarget, options: PostgresOptions, lineage: Lineage) -> std::io::Result<Self> {
        let (url, connect_limit, under_way) = (with_limits(target, url), connect_limit(target), Arc::default());
        let current = Generation::new(&url, options, connect_limit, &lineage, &under_way);
        let state = Mutex::new(State { current, generation: 0, visits: HashMap::new(), visits_made: 0 });
        let several_hosts = target.host_count > 1;
        let shared = Arc::new(Shared { url, options, connect_limit, several_hosts, lineage, under_way, state });
        keeper::start(&shared)?;
        Ok(Self(shared))
    }

    /// The pool, for work that has no limit.
    pub(crate) fn unwatched(&self) -> Pool<ConnectionManager<PgConnection>> {
        self.0.lock().current.pool.clone()
    }

    /// Begins to use the pool.
    pub(crate) fn visit(&self) -> Visit<'_> {
        let mut state = self.0.lock();
        state.visits_made += 1;
        let (number, generation) = (state.visits_made, state.generation);
        state.visits.insert(number, Visitor { since: Instant::now(), generation, thread: std::thread::current().id() });
        Visit { pool: state.current.pool.clone(), shared: &self.0, number }
    }

    /// Whether the servers tell their line of history.
    pub(crate) fn notices_promotions(&self) -> bool {
        !self.0.lineage.is_blind()
    }

    /// Whether the URL names more than one.
    pub(crate) fn has_several_hosts(&self) -> bool {
        self.0.several_hosts
    }

    /// For how long a transaction has had no answer, at most.
    pub(crate) fn longest_wait(&self) -> Duration {
        self.0.lock().visits.values().map(|visitor| visitor.since.elapsed()).max().unwrap_or_default()
    }

    /// Whether this thread waits on a connection that was given up.
    pub(crate) fn is_lost(&self, thread: ThreadId) -> bool {
        let state = self.0.lock();
        state.visits.values().any(|visitor| visitor.thread == thread && visitor.generation < state.generation)
    }

    /// Whether any thread does.
    pub(crate) fn has_lost(&self) -> bool {
        let state = self.0.lock();
        state.visits.values().any(|visitor| visitor.generation < state.generation)
    }
}

impl Shared {
    fn fresh(&self) -> Generation {
        Generation::new(&self.url, self.options, self.connect_limit, &self.lineage, &self.under_way)
    }

    /// No change of the state panics half-way.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generation {
    fn new(url: &str, options: PostgresOptions, connect_limit: Duration, lineage: &Lineage, under_way: &Arc<AtomicUsize>) -> Self {
        let born = Arc::default();
        let set_up =
            SetUp { settings: options.settings(), lineage: lineage.clone(), born: Arc::clone(&born), under_way: Arc::clone(under_way) };
        let pool = Pool::builder()
            .max_size(options.pool_size.max(1))
            .min_idle(Some(1))
            // A connection that died while idle is found out when a transaction begins on it.
            .test_on_check_out(false)
            .connection_timeout(connect_limit)
            .connection_customizer(Box::new(set_up))
            .build_unchecked(ConnectionManager::new(url));
        Self { pool, born }
    }
}

impl Visit<'_> {
    /// The database has answered.
    pub(crate) fn heard(&self) {
        if let Some(visitor) = self.shared.lock().visits.get_mut(&self.number) {
            visitor.since = Instant::now();
        }
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.shared.lock().visits.remove(&self.number);
    }
}

/// Never the URL: it may hold the password.
impl fmt::Debug for PostgresPool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PostgresPool").field("options", &self.0.options).finish_non_exhaustive()
    }
}
