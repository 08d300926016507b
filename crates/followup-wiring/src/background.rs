//! What `api-server` does besides answering: send what is queued, and, when it is alone, run the plans.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use followup_app::{AnswersReport, App, DeliveryReport, IngestReport, Listing, MediaReport};
use followup_diesel::MigratingStore;
use followup_domain::ports::StoreError;
use followup_runtime::shutdown::Shutdown;

/// Queued mail goes out within this time.
const SEND_EVERY: Duration = Duration::from_secs(2);
/// Mail that was handed over is understood within this time.
const UNDERSTAND_EVERY: Duration = Duration::from_secs(2);
/// A file that came with a message is asked for within this time.
const FETCH_EVERY: Duration = Duration::from_secs(2);
/// Due attempts are looked for this often.
const DISPATCH_EVERY: Duration = Duration::from_secs(60);
/// WhatsApp's templates are asked for once in so many minutes; after a list that was not given, after one, then two, four, eight …
const LIST_TEMPLATES_AFTER: u32 = 60;
const MINUTE: Duration = Duration::from_secs(60);
/// The longest pause after the store failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// How often a job's worker is looked after.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The same, once the process ends.
const FINISH_LOOK: Duration = Duration::from_millis(20);

/// Starts sending queued mail, until shutdown; the message that is being sent is finished.
///
/// # Errors
/// No thread can be started.
pub fn start_sending(followup: App, store: Arc<dyn MigratingStore>, shutdown: Shutdown) -> std::io::Result<JoinHandle<()>> {
    repeat("send", SEND_EVERY, store, shutdown, move |stop| {
        let report = followup.deliver_queued(stop)?;
        // What is held is told of when the provider's breaker opens, what nobody serves in /readyz: not every two seconds.
        if (DeliveryReport { held: BTreeMap::new(), unserved: BTreeMap::new(), ..report.clone() }) != DeliveryReport::default() {
            log_delivery(&report);
        }
        Ok(())
    })
}

/// Starts running the plans, until shutdown.
///
/// # Errors
/// No thread can be started.
pub fn start_dispatching(followup: App, store: Arc<dyn MigratingStore>, shutdown: Shutdown) -> std::io::Result<JoinHandle<()>> {
    repeat("dispatch", DISPATCH_EVERY, store, shutdown, move |stop| {
        let report = followup.dispatch_due(stop)?;
        let (attempts, escalated, closed, errors) = (report.attempts.len(), report.escalated, report.closed, report.errors);
        if attempts > 0 || escalated > 0 || closed > 0 || errors > 0 {
            tracing::info!(attempts, escalated, closed, errors, "due attempts handled");
        }
        Ok(())
    })
}

/// Starts understanding mail that was handed over (webhook, pipe) and is not understood yet, until shutdown.
///
/// # Errors
/// No thread can be started.
pub fn start_understanding(followup: App, store: Arc<dyn MigratingStore>, shutdown: Shutdown) -> std::io::Result<JoinHandle<()>> {
    repeat("understand", UNDERSTAND_EVERY, store, shutdown, move |stop| {
        let report = followup.process_stored_mail(stop)?;
        if report != IngestReport::default() {
            let IngestReport { matched, unassigned, quarantined } = report;
            tracing::info!(matched, unassigned, quarantined, "stored mail understood");
        }
        let report = followup.read_answers(stop)?;
        if report != AnswersReport::default() {
            let AnswersReport { read, proposals, failed } = report;
            tracing::info!(read, proposals, failed, "answers read for values");
        }
        Ok(())
    })
}

/// Starts fetching the files that providers keep apart from their messages, until shutdown.
///
/// # Errors
/// No thread can be started.
pub fn start_fetching(followup: App, store: Arc<dyn MigratingStore>, shutdown: Shutdown) -> std::io::Result<JoinHandle<()>> {
    repeat("fetch", FETCH_EVERY, store, shutdown, move |stop| {
        let report = followup.fetch_media(stop)?;
        if report != MediaReport::default() {
            let MediaReport { fetched, absent, put_off } = report;
            tracing::info!(fetched, absent, put_off, "files of messages fetched");
        }
        Ok(())
    })
}

/// Starts keeping the list of WhatsApp's templates true, until shutdown.
///
/// # Errors
/// No thread can be started.
pub fn start_listing_templates(followup: App, store: Arc<dyn MigratingStore>, shutdown: Shutdown) -> std::io::Result<JoinHandle<()>> {
    // Minutes to wait, and the next wait after a failure.
    let (wait, after_failure) = (AtomicU32::new(0), AtomicU32::new(1));
    repeat("templates", MINUTE, store, shutdown, move |_| {
        if wait.load(Ordering::Relaxed) > 0 {
            wait.fetch_sub(1, Ordering::Relaxed);
            return Ok(());
        }
        let listing = followup.keep_whatsapp_templates()?;
        if listing == Listing::News {
            tracing::info!("WhatsApp's templates changed");
        }
        let (minutes, next) = minutes_after(listing, after_failure.load(Ordering::Relaxed));
        wait.store(minutes - 1, Ordering::Relaxed);
        after_failure.store(next, Ordering::Relaxed);
        Ok(())
    })
}

/// How long it is until the list is asked for again, and how long it would be after the next failure, in minutes.
fn minutes_after(listing: Listing, after_failure: u32) -> (u32, u32) {
    match listing {
        Listing::News | Listing::Same => (LIST_TEMPLATES_AFTER, 1),
        Listing::NotGiven => (after_failure, (after_failure * 2).min(LIST_TEMPLATES_AFTER)),
    }
}

fn log_delivery(report: &DeliveryReport) {
    let DeliveryReport { accepted, rejected, uncertain, put_off, withdrawn, errors, .. } = *report;
    tracing::info!(accepted, rejected, uncertain, put_off, withdrawn, errors, "queued mail handled");
}

type Work = dyn Fn(&dyn Fn() -> bool) -> Result<(), StoreError> + Send + Sync;

/// Keeps one worker at work. One that waits on a connection that was given up is replaced: it may wait for ever.
fn repeat(
    name: &'static str,
    every: Duration,
    store: Arc<dyn MigratingStore>,
    shutdown: Shutdown,
    work: impl Fn(&dyn Fn() -> bool) -> Result<(), StoreError> + Send + Sync + 'static,
) -> std::io::Result<JoinHandle<()>> {
    let work: Arc<Work> = Arc::new(work);
    let mut worker = Worker::start(name, every, shutdown.clone(), Arc::clone(&work))?;
    thread::Builder::new().name(format!("{name}-keeper")).spawn(move || {
        while !shutdown.wait_timeout(LOOK_EVERY) {
            if store.is_lost(worker.thread.thread().id()) {
                tracing::error!(job = name, "background job waits on a connection that was given up; another one takes its place");
                worker.dismissed.store(true, Ordering::SeqCst);
                match Worker::start(name, every, shutdown.clone(), Arc::clone(&work)) {
                    Ok(next) => worker = next,
                    Err(error) => tracing::error!(job = name, %error, "background job cannot be started again yet"),
                }
            }
        }
        while !worker.thread.is_finished() {
            if store.is_lost(worker.thread.thread().id()) {
                return;
            }
            thread::sleep(FINISH_LOOK);
        }
    })
}

struct Worker {
    thread: JoinHandle<()>,
    dismissed: Arc<AtomicBool>,
}

impl Worker {
    fn start(name: &'static str, every: Duration, shutdown: Shutdown, work: Arc<Work>) -> std::io::Result<Self> {
        let dismissed = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&dismissed);
        let token = shutdown.clone();
        let stop = move || ends.load(Ordering::SeqCst) || token.is_triggered();
        let thread = thread::Builder::new().name(name.into()).spawn(move || {
            let mut pause = every;
            while !stop() {
                // A panic must not end the job for good: what it was at is found again by its lease.
                let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&stop)));
                pause = pause_after(name, &outcome, pause, every);
                shutdown.wait_timeout(pause);
            }
        })?;
        Ok(Self { thread, dismissed })
    }
}

fn pause_after(name: &str, outcome: &thread::Result<Result<(), StoreError>>, pause: Duration, every: Duration) -> Duration {
    match outcome {
        Ok(Ok(())) => every,
        Ok(Err(error)) => {
            tracing::warn!(job = name, %error, "background job will try again");
            (pause * 2).min(LONGEST_PAUSE)
        }
        Err(_) => {
            tracing::error!(job = name, "background job panicked and will try again");
            LONGEST_PAUSE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_not_given_is_asked_for_again_soon_and_then_less_often() {
        let mut next = 1;
        let mut waits = Vec::new();
        for listing in [vec![Listing::NotGiven; 8], vec![Listing::Same, Listing::NotGiven, Listing::News]].concat() {
            let minutes;
            (minutes, next) = minutes_after(listing, next);
            waits.push(minutes);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60, 1, 60]);
    }
}
