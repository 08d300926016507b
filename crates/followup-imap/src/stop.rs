//! "Finish what you are doing and end."

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;

/// Requested once and for all; clones are the same request. After it, a mail that is being fetched is still stored, and
/// nothing further is begun.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

impl Stop {
    /// A stop that only [`Self::request`] requests.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// A stop that is requested when `event` is over, for instance the process's shutdown. Needs a tokio runtime.
    pub fn when(event: impl Future<Output = ()> + Send + 'static) -> Self {
        let stop = Self::new();
        let requested = stop.clone();
        tokio::spawn(async move {
            event.await;
            requested.request();
        });
        stop
    }

    /// Requests it.
    pub fn request(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was requested.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when it is requested, at once if it was. Safe to drop and await again.
    pub async fn requested(&self) {
        // The sender lives as long as `self`, so this cannot end otherwise.
        let _ = self.0.subscribe().wait_for(|requested| *requested).await;
    }
}
