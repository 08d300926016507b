//! A store that is away, or silent: waiting for it at the start, and ending a process that waits for an answer that does not come.

use std::io::Write;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use followup_diesel::{MigrateError, MigratingStore};
use followup_domain::ports::StoreError;
use followup_runtime::shutdown::Shutdown;

/// A start waits so long for the store. Then the service manager decides.
const START_PATIENCE: Duration = Duration::from_secs(120);
const START_PAUSE: Duration = Duration::from_secs(1);
/// How often a watched process looks whether it still gets answers.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Runs `work` again until the store is there, for two minutes at most or until shutdown. What the store refuses is told at once.
///
/// # Errors
/// Those of `work`.
pub fn when_store_is_there<T>(shutdown: &Shutdown, mut work: impl FnMut() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let begun = Instant::now();
    loop {
        match work() {
            Err(error) if is_unavailable(&error) && begun.elapsed() < START_PATIENCE => {
                tracing::warn!(error = format!("{error:#}"), "the database is not there yet; trying again");
                if shutdown.wait_timeout(START_PAUSE) {
                    return Err(error);
                }
            }
            outcome => return outcome,
        }
    }
}

/// Seen through whatever context it was given.
fn is_unavailable(error: &anyhow::Error) -> bool {
    let by_store = error.downcast_ref().is_some_and(StoreError::may_pass);
    by_store || matches!(error.downcast_ref(), Some(MigrateError::Unavailable(_)))
}

/// For processes that are started again (by a timer or a service manager): when the store has not answered for four times `timeout`,
/// which no limit on the server's side allows, or a connection was given up on which somebody waits, the process ends with exit code 1 and a
/// sentence. What it was at is found by its lease, as after a crash.
///
/// # Errors
/// No thread can be started.
pub fn end_when_store_is_silent(store: Arc<dyn MigratingStore>, timeout: Duration) -> std::io::Result<()> {
    let limit = timeout * 4;
    thread::Builder::new().name("store-watch".into()).spawn(move || {
        while store.longest_wait() < limit && !store.has_lost() {
            thread::sleep(LOOK_EVERY);
        }
        let seconds = store.longest_wait().as_secs();
        // With standard error closed there is nobody left to tell.
        let _ =
            writeln!(std::io::stderr(), "error: the database has not answered for {seconds} s: this process ends and can be started again");
        std::process::exit(1);
    })?;
    Ok(())
}
