//! Look after look until a stop.

use std::time::Duration;

use tokio::time::sleep;

use crate::idle::Idled;
use crate::poll::PollReport;
use crate::poller::ImapPoller;
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
        while !stop.is_requested() {
            let mut report = PollReport::default();
            match self.look(session.take(), stop, &mut report).await {
                Ok(kept) => {
                    if failures > 0 {
                        tracing::info!(failures, "the mailbox can be read again");
                    }
                    failures = 0;
                    log(&report);
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

    /// Waits for the next look; gives the session back if it is still of use. `drops` counts the sessions in a row that were
    /// lost while they waited: a server that hangs up at once must not be signed in to without end.
    async fn rest(&self, session: Option<MailSession>, found_nothing: bool, drops: &mut u32, stop: &Stop) -> Option<MailSession> {
        let mut session = session?;
        let Some(renewal) = self.config.idle_renewal else {
            pause(self.config.poll_interval, stop).await;
            return Some(session);
        };
        if found_nothing && session.watch.has_news() {
            pause(AFTER_FALSE_NEWS.min(self.config.poll_interval), stop).await;
        }
        match session.idle(renewal, stop).await {
            Ok(Idled::Waited) => *drops = 0,
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

fn log(report: &PollReport) {
    if *report != PollReport::default() {
        tracing::info!(
            stored = report.stored,
            known = report.known,
            gone = report.gone,
            oversized = report.oversized,
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
