//! Look after look until a stop.

use std::sync::atomic::Ordering;
use std::time::Duration;

use followup_domain::ports::StoreError;
use tokio::time::{Instant, sleep};

use crate::blocking::blocking;
use crate::error::PollError;
use crate::idle::Idled;
use crate::poll::PollReport;
use crate::poller::{ImapPoller, overdue};
use crate::reconcile::Comparison;
use crate::session::MailSession;
use crate::stop::Stop;

/// After the server announced a mail that was not there, it is not believed again for so long.
const AFTER_FALSE_NEWS: Duration = Duration::from_secs(1);

impl ImapPoller {
    /// Looks until a stop, whatever happens: when the server announces mail (IDLE), or where it cannot, each
    /// [`ImapConfig::poll_interval`](crate::ImapConfig::poll_interval). After failures the waits grow.
    ///
    /// The session is kept between looks, because signing in each minute is what providers throttle; each look begins by
    /// EXAMINE, which keeps the session alive, shows whether it still is, and tells a changed UIDVALIDITY. A kept session that
    /// turns out dead is replaced at once.
    pub async fn run(&self, stop: &Stop) {
        let mut session = None;
        let mut failures: u32 = 0;
        let mut drops: u32 = 0;
        let mut chores = Chores::new();
        while !stop.is_requested() {
            let mut report = PollReport::default();
            match self.look(session.take(), stop, &mut report).await {
                Ok(kept) => {
                    if failures > 0 {
                        tracing::info!(failures, "the mailbox can be read again");
                    }
                    failures = 0;
                    log(&report);
                    let kept = self.do_chores(kept, &mut chores, stop).await;
                    session = self.rest(kept, report == PollReport::default(), &mut drops, stop).await;
                }
                Err(error) => {
                    failures = if report.stored > 0 { 1 } else { failures.saturating_add(1) };
                    let wait = self.config.backoff.wait(failures);
                    tracing::warn!(%error, failures, retry_in_seconds = wait.as_secs_f32(), "the mailbox could not be read");
                    pause(wait, stop).await;
                }
            }
        }
        if let Some(session) = session {
            session.close().await;
        }
    }

    /// What is done now and then over a session that has just looked. Gives it back if it is still of use.
    async fn do_chores(&self, session: Option<MailSession>, chores: &mut Chores, stop: &Stop) -> Option<MailSession> {
        let mut session = session?;
        let compares = self.reconciliation_is_due(chores).await;
        let is_wanted = self.retry_is_requested().await;
        if compares {
            chores.compared = Some(Instant::now());
        } else if is_wanted
            || self.memory.ask_again_soon.swap(false, Ordering::Relaxed)
            || chores.asked_again.is_none_or(|at| at.elapsed() >= self.config.ask_again_every)
        {
            chores.asked_again = Some(Instant::now());
        } else {
            return Some(session);
        }
        let work = async {
            if !compares {
                return self.ask_again(&mut session, stop).await;
            }
            self.compare(&mut session, stop, PollReport::default()).await.map(|compared| log_comparison(&compared))
        };
        let done = tokio::select! {
            biased;
            done = work => Some(done),
            () = overdue(stop, self.config.timeouts.grace) => None,
        };
        match done? {
            Ok(()) => Some(session),
            Err(error) => {
                tracing::warn!(%error, "the mailbox could not be compared with what is stored of it");
                None
            }
        }
    }

    /// Whether a person wants to have the mails that were not given asked for again now: from the first one on.
    async fn retry_is_requested(&self) -> bool {
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        let is_requested = blocking(move || followup.take_retry_request(&key)).await.unwrap_or_else(|error: StoreError| {
            tracing::warn!(%error, "whether mail is to be asked for again could not be read");
            false
        });
        if is_requested {
            self.memory.ask_again_after.store(0, Ordering::Relaxed);
        }
        is_requested
    }

    /// The store remembers the last comparison, so that a restart neither repeats nor forgets it. After one that failed,
    /// the next is tried after the time between two retries.
    async fn reconciliation_is_due(&self, chores: &Chores) -> bool {
        let Some(every) = self.config.reconcile_every else { return false };
        if chores.compared.is_some_and(|at| at.elapsed() < every.min(self.config.ask_again_every)) {
            return false;
        }
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        let known = blocking(move || followup.mailbox_health()).await;
        let known = known.map(|all| all.into_iter().find(|health| health.mailbox == key).and_then(|health| health.reconciliation));
        match known {
            Ok(Some(last)) => (self.followup.clock.now() - last.at).to_std().is_ok_and(|age| age >= every),
            Ok(None) => true,
            Err(StoreError::Unavailable(_) | StoreError::Unknown(_) | StoreError::Refused(_)) => false,
        }
    }

    async fn ask_again(&self, session: &mut MailSession, stop: &Stop) -> Result<(), PollError> {
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        // The look before has opened this mailbox.
        let Some(cursor) = blocking(move || followup.mailbox_cursor(&key)).await? else { return Ok(()) };
        let mut report = PollReport::default();
        self.new_look(stop, &mut report).ask_again(session, cursor.uid_validity).await?;
        log(&report);
        Ok(())
    }

    /// Waits for the next look; gives the session back if it is still of use. `drops` counts the waits in a row that the
    /// server cut short: one that hangs up at once must not be signed in to without end.
    async fn rest(&self, session: Option<MailSession>, found_nothing: bool, drops: &mut u32, stop: &Stop) -> Option<MailSession> {
        let mut session = session?;
        let Some(renewal) = self.config.idle_renewal else {
            pause(self.config.poll_interval, stop).await;
            return Some(session);
        };
        if found_nothing && session.watch.has_news() {
            pause(AFTER_FALSE_NEWS.min(self.config.poll_interval), stop).await;
        }
        let begun = Instant::now();
        match session.idle(renewal, stop).await {
            Ok(Idled::Ended) if begun.elapsed() < self.config.backoff.cap => {
                // A server that ends every wait at once must not be asked without end either.
                *drops = drops.saturating_add(1);
                pause(self.config.backoff.wait(*drops), stop).await;
            }
            Ok(Idled::Waited | Idled::Ended) => *drops = 0,
            Ok(Idled::NotOffered) => pause(self.config.poll_interval, stop).await,
            Err(error) => {
                *drops = drops.saturating_add(1);
                let wait = self.config.backoff.wait(*drops);
                tracing::info!(%error, retry_in_seconds = wait.as_secs_f32(), "the session ended while it waited for mail");
                pause(wait, stop).await;
                return None;
            }
        }
        Some(session)
    }
}

/// When the chores were last done by this process.
struct Chores {
    compared: Option<Instant>,
    asked_again: Option<Instant>,
}

impl Chores {
    fn new() -> Self {
        Self { compared: None, asked_again: None }
    }
}

fn log_comparison(compared: &Comparison) {
    log(&compared.report);
    let (in_mailbox, stored) = (compared.found.in_mailbox, compared.found.stored);
    if compared.still_missing.is_empty() {
        tracing::info!(in_mailbox, stored, were_missing = compared.was_missing.len(), "the mailbox was compared with what is stored");
    } else {
        tracing::error!(in_mailbox, stored, uids = ?compared.still_missing, "mail of the mailbox is not stored");
    }
}

fn log(report: &PollReport) {
    if *report != PollReport::default() {
        tracing::info!(
            stored = report.stored,
            known = report.known,
            gone = report.gone,
            oversized = report.oversized,
            withheld = report.withheld,
            matched = report.ingested.matched,
            unassigned = report.ingested.unassigned,
            quarantined = report.ingested.quarantined,
            "mailbox read"
        );
    }
}

/// Waits, but no longer than until a stop.
pub(crate) async fn pause(wait: Duration, stop: &Stop) {
    tokio::select! {
        () = stop.requested() => {}
        () = sleep(wait) => {}
    }
}
