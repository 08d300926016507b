//! What `api-server` does besides answering: send what is queued, and, when it is alone, run the plans.

use std::thread::{self, JoinHandle};
use std::time::Duration;

use followup_app::{DeliveryReport, Followup};
use followup_domain::ports::StoreError;
use followup_runtime::shutdown::Shutdown;

/// Queued mail goes out within this time.
const SEND_EVERY: Duration = Duration::from_secs(2);
/// Due attempts are looked for this often.
const DISPATCH_EVERY: Duration = Duration::from_secs(60);
/// The longest pause after the store failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Starts sending queued mail, until shutdown; the message that is being sent is finished.
///
/// # Errors
/// No thread can be started.
pub fn start_sending(followup: Followup, shutdown: Shutdown) -> std::io::Result<JoinHandle<()>> {
    repeat("send", SEND_EVERY, shutdown, move |stop| {
        let report = followup.deliver_queued(stop)?;
        // What is held is told of when the provider's breaker opens, not every two seconds.
        if (DeliveryReport { held_until: None, ..report.clone() }) != DeliveryReport::default() {
            log_delivery(&report);
        }
        Ok(())
    })
}

/// Starts running the plans, until shutdown.
///
/// # Errors
/// No thread can be started.
pub fn start_dispatching(followup: Followup, shutdown: Shutdown) -> std::io::Result<JoinHandle<()>> {
    repeat("dispatch", DISPATCH_EVERY, shutdown, move |stop| {
        let report = followup.dispatch_due(stop)?;
        let (attempts, escalated, closed, errors) = (report.attempts.len(), report.escalated, report.closed, report.errors);
        if attempts > 0 || escalated > 0 || closed > 0 || errors > 0 {
            tracing::info!(attempts, escalated, closed, errors, "due attempts handled");
        }
        Ok(())
    })
}

fn log_delivery(report: &DeliveryReport) {
    let DeliveryReport { accepted, rejected, uncertain, put_off, withdrawn, errors, .. } = *report;
    tracing::info!(accepted, rejected, uncertain, put_off, withdrawn, errors, "queued mail handled");
}

fn repeat(
    name: &'static str,
    every: Duration,
    shutdown: Shutdown,
    work: impl Fn(&dyn Fn() -> bool) -> Result<(), StoreError> + Send + 'static,
) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.into()).spawn(move || {
        let mut pause = every;
        while !shutdown.is_triggered() {
            let token = shutdown.clone();
            // A panic must not end the job for good: what it was at is found again by its lease.
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&|| token.is_triggered())));
            pause = match outcome {
                Ok(Ok(())) => every,
                Ok(Err(error)) => {
                    tracing::warn!(job = name, %error, "background job will try again");
                    (pause * 2).clamp(every, LONGEST_PAUSE)
                }
                Err(_) => {
                    tracing::error!(job = name, "background job panicked and will try again");
                    LONGEST_PAUSE
                }
            };
            shutdown.wait_timeout(pause);
        }
    })
}
