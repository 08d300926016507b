//! One token for "finish what you are doing and end".

use std::io;
use std::process;
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Triggered once and for all, by SIGTERM, by SIGINT or by hand. Clones are the same token; async code awaits
/// [`Self::triggered`], blocking code asks [`Self::is_triggered`] or waits by [`Self::wait_timeout`].
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<State>);

#[derive(Debug)]
struct State {
    asynchronous: watch::Sender<bool>,
    blocking: Mutex<bool>,
    changed: Condvar,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

impl Shutdown {
    /// A token that only [`Self::trigger`] triggers.
    pub fn new() -> Self {
        Self(Arc::new(State { asynchronous: watch::Sender::new(false), blocking: Mutex::new(false), changed: Condvar::new() }))
    }

    /// A token that the first SIGTERM or SIGINT triggers. The second one ends the process at once, with code 128 plus
    /// the signal's number. Needs no async runtime; the signals are caught when this returns.
    ///
    /// # Errors
    /// The signals cannot be caught.
    pub fn on_signals() -> io::Result<Self> {
        let token = Self::new();
        let (ready, is_ready) = mpsc::channel();
        let listener = token.clone();
        // A thread of its own: it must answer also while every worker of the process is blocked.
        thread::Builder::new().name("signals".into()).spawn(move || listener.listen(&ready))?;
        is_ready.recv().map_err(io::Error::other)??;
        Ok(token)
    }

    /// Triggers the token.
    pub fn trigger(&self) {
        *self.0.blocking.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
        self.0.asynchronous.send_replace(true);
    }

    /// Whether it was triggered.
    pub fn is_triggered(&self) -> bool {
        *self.0.asynchronous.borrow()
    }

    /// Returns when it is triggered, at once if it was. Safe to drop and await again, as in `select!`.
    pub async fn triggered(&self) {
        let mut state = self.0.asynchronous.subscribe();
        // The sender lives as long as `self`, so this cannot end otherwise.
        let _ = state.wait_for(|triggered| *triggered).await;
    }

    /// Blocks until it is triggered, at most for this time; says whether it was.
    pub fn wait_timeout(&self, longest: Duration) -> bool {
        let state = self.0.blocking.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.changed.wait_timeout_while(state, longest, |triggered| !*triggered);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn listen(&self, ready: &mpsc::Sender<io::Result<()>>) {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_io().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(ready.send(Err(error))),
        };
        runtime.block_on(async {
            let signals = signal(SignalKind::terminate()).and_then(|terminate| Ok((terminate, signal(SignalKind::interrupt())?)));
            let (mut terminate, mut interrupt) = match signals {
                Ok(signals) => signals,
                Err(error) => return drop(ready.send(Err(error))),
            };
            // The receiver waits for exactly this message.
            let _ = ready.send(Ok(()));
            loop {
                let (name, kind) = tokio::select! {
                    _ = terminate.recv() => ("SIGTERM", SignalKind::terminate()),
                    _ = interrupt.recv() => ("SIGINT", SignalKind::interrupt()),
                };
                if self.is_triggered() {
                    tracing::warn!(signal = name, "second signal: ending at once");
                    process::exit(128 + kind.as_raw_value());
                }
                tracing::info!(signal = name, "finishing; a second signal ends the process at once");
                self.trigger();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Far longer than any test takes: it is never waited out.
    const LONG: Duration = Duration::from_secs(600);

    #[tokio::test]
    async fn a_trigger_wakes_everybody_who_waits_and_everybody_who_comes_later() {
        let token = Shutdown::new();
        assert!(!token.is_triggered());
        let asynchronous = tokio::spawn({
            let token = token.clone();
            async move { token.triggered().await }
        });
        let blocking = thread::spawn({
            let token = token.clone();
            move || token.wait_timeout(LONG)
        });
        token.clone().trigger();
        asynchronous.await.unwrap();
        assert!(blocking.join().unwrap());
        token.triggered().await;
        assert!(token.is_triggered() && token.wait_timeout(Duration::ZERO));
    }

    #[test]
    fn a_wait_that_runs_out_says_that_nothing_happened() {
        assert!(!Shutdown::new().wait_timeout(Duration::from_millis(1)));
    }
}
