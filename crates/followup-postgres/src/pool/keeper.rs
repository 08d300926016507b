//! The thread that looks after a pool: it tries a new connection when somebody waits too long on an old one, and makes the pool anew when the
//! old one is seen to be silent, or its server to be no longer the primary.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Generation, Shared};

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// With several hosts, whoever waits longer may wait for one that was replaced: a new connection would tell.
const LONG_WAIT: Duration = Duration::from_secs(5);
/// How long to leave it after a look that changed nothing.
const PAUSE: Duration = Duration::from_secs(2);
/// The same, while COMMITs wait for a standby.
const STANDBY_PAUSE: Duration = Duration::from_secs(30);
/// How often an outage is logged.
const TELL_EVERY: Duration = Duration::from_secs(60);
/// What hangs in libpq costs a thread and a socket until the peer speaks again; where so many do, another one would too.
const MOST_HANGING: usize = 8;

/// Starts the thread; it ends with the pool.
///
/// # Errors
/// It cannot be started.
pub(super) fn start(shared: &Arc<Shared>) -> std::io::Result<()> {
    let shared = Arc::downgrade(shared);
    thread::Builder::new().name("store-keeper".into()).spawn(move || keep(&shared))?;
    Ok(())
}

fn keep(shared: &Weak<Shared>) {
    let mut told = None;
    loop {
        thread::sleep(LOOK_EVERY);
        let Some(shared) = shared.upgrade() else { return };
        let pause = shared.look(&mut told);
        drop(shared);
        thread::sleep(pause);
    }
}

/// Why a new connection is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// A new connection has led to a server that was promoted since the pool was made.
    Moved,
    /// A connection was silent for longer than the server lets anything take.
    Silent,
    /// Somebody waits long, and there are other hosts.
    Slow,
}

/// What a look at the sessions of our own role tells.
#[derive(QueryableByName)]
struct Sessions {
    #[diesel(sql_type = Bool)]
    wait_for_standby: bool,
}

impl Shared {
    /// Looks once, and says how long to leave it then.
    fn look(&self, told: &mut Option<Instant>) -> Duration {
        let Some(doubt) = self.doubt() else { return Duration::ZERO };
        if self.under_way.load(Ordering::SeqCst) > MOST_HANGING {
            return PAUSE;
        }
        let fresh = self.fresh();
        // It is made and set up by a thread of its own, so this wait ends whatever the server does.
        let Ok(mut conn) = fresh.pool.get_timeout(self.connect_limit + LOOK_EVERY) else {
            if told.is_none_or(|told| told.elapsed() > TELL_EVERY) {
                *told = Some(Instant::now());
                tracing::warn!("connections to the database do not answer, and a new one does not either");
            }
            return PAUSE;
        };
        let has_moved = self.lineage.has_left(&self.lock().current.born);
        if !has_moved && doubt != Doubt::Silent {
            return PAUSE;
        }
        if !has_moved && wait_for_standby(&mut conn) {
            tracing::error!("COMMITs wait for a synchronous standby that does not answer: nothing can be written until it does");
            return STANDBY_PAUSE;
        }
        drop(conn);
        self.replace(fresh, has_moved);
        Duration::ZERO
    }

    fn doubt(&self) -> Option<Doubt> {
        let state = self.lock();
        if self.lineage.has_left(&state.current.born) {
            return Some(Doubt::Moved);
        }
        let of_now = state.visits.values().filter(|visitor| visitor.generation == state.generation);
        let longest = of_now.map(|visitor| visitor.since.elapsed()).max()?;
        if longest > self.options.silence_limit() {
            return Some(Doubt::Silent);
        }
        (self.several_hosts && longest > LONG_WAIT).then_some(Doubt::Slow)
    }

    fn replace(&self, fresh: Generation, has_moved: bool) {
        let mut state = self.lock();
        state.generation += 1;
        let old = std::mem::replace(&mut state.current, fresh);
        let given_up = state.visits.len();
        drop(state);
        match has_moved {
            true => tracing::error!(given_up, "another server was promoted: connections to the old one are given up; new ones work"),
            false => tracing::error!(given_up, "connections to the database did not answer and are given up; new ones work"),
        }
        drop(old);
    }
}

/// Whether the silence is a COMMIT's that waits for a standby: the server lives, and its answer will come. Unknown is no.
fn wait_for_standby(conn: &mut PgConnection) -> bool {
    let sql = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = current_user AND wait_event = 'SyncRep') AS wait_for_standby";
    diesel::sql_query(sql).get_result(conn).is_ok_and(|sessions: Sessions| sessions.wait_for_standby)
}
