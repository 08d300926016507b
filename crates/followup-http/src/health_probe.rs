//! Reading the service's health without hanging and without piling up.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use followup_app::{App, Health, NotReady};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::request_log::current_request_id;

/// `/readyz` and `/metrics` answer within this time, whatever the store does.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// One reading at a time: while the store hangs, monitors that ask again and again hold one thread between them.
#[derive(Clone)]
pub(crate) struct HealthProbe {
    turn: Arc<Mutex<()>>,
    within: Duration,
}

impl HealthProbe {
    /// A probe that gives up after this time.
    pub(crate) fn new(within: Duration) -> Self {
        Self { turn: Arc::default(), within }
    }

    /// How the service does, if this process can serve.
    ///
    /// # Errors
    /// Why it cannot; also that the store did not answer in time.
    pub(crate) async fn read(&self, followup: &App) -> Result<Health, NotReady> {
        let answer = timeout(self.within, self.take_turn(followup.clone())).await;
        let health = answer.unwrap_or_else(|_| Err(NotReady::Store(format!("no answer within {:?}", self.within))));
        if let Err(cause) = &health {
            tracing::error!(request_id = %current_request_id(), %cause, "not ready");
        }
        health
    }

    async fn take_turn(&self, followup: App) -> Result<Health, NotReady> {
        let turn = self.turn.clone().lock_owned().await;
        let reading = web::block(move || {
            let health = followup.readiness();
            // Not before: whoever asked may be gone, and the thread is still held.
            drop(turn);
            health
        });
        reading.await.unwrap_or_else(|_| Err(NotReady::Store("reading it panicked or the server is stopping".into())))
    }
}
