//! The poller: one look, or one after another until a stop.

use std::time::Duration;

use followup_app::Followup;
use tokio::time::sleep;
use tokio_rustls::TlsConnector;

use crate::config::ImapConfig;
use crate::error::{Cause, PollError};
use crate::poll::{Look, News, PollReport};
use crate::session::MailSession;
use crate::stop::Stop;

/// Reads one mailbox into the store.
#[derive(Clone)]
pub struct ImapPoller {
    config: ImapConfig,
    followup: Followup,
    tls: TlsConnector,
}

impl ImapPoller {
    /// A poller. Nothing is connected yet.
    ///
    /// # Errors
    /// The certificate authority given cannot be used.
    pub fn new(config: ImapConfig, followup: Followup) -> Result<Self, PollError> {
        let tls = crate::tls::connector(config.ca_pem.as_deref())?;
        Ok(Self { config, followup, tls })
    }

    /// Connects, stores and processes every new mail, and signs out. After a stop the mail that is being fetched is still
    /// stored; what is not processed then is processed by the next look.
    ///
    /// # Errors
    /// The stage and its cause. What was stored before stays stored, and the cursor stands at it.
    pub async fn poll_once(&self, stop: &Stop) -> Result<PollReport, PollError> {
        let mut report = PollReport::default();
        let session = self.look(None, stop, &mut report).await?;
        if let Some(session) = session {
            session.close().await;
        }
        Ok(report)
    }

    /// Looks each [`ImapConfig::poll_interval`] until a stop, whatever happens; after failures the waits grow.
    ///
    /// The session is kept between looks, because signing in each minute is what providers throttle; each look begins by
    /// EXAMINE, which keeps the session alive, shows whether it still is, and tells a changed UIDVALIDITY. A kept session that
    /// turns out dead is replaced at once.
    pub async fn run(&self, stop: &Stop) {
        let mut session = None;
        let mut failures: u32 = 0;
        while !stop.is_requested() {
            let mut report = PollReport::default();
            let wait = match self.look(session.take(), stop, &mut report).await {
                Ok(kept) => {
                    if failures > 0 {
                        tracing::info!(failures, "the mailbox can be read again");
                    }
                    failures = 0;
                    session = kept;
                    log(&report);
                    self.config.poll_interval
                }
                Err(error) => {
                    failures = if report.stored > 0 { 1 } else { failures.saturating_add(1) };
                    let wait = self.config.backoff.wait(failures);
                    tracing::warn!(%error, failures, retry_in_seconds = wait.as_secs_f32(), "the mailbox could not be read");
                    wait
                }
            };
            pause(wait, stop).await;
        }
        if let Some(session) = session {
            session.close().await;
        }
    }

    /// One look, by the kept session if there is one. Returns the session for the next look.
    async fn look(&self, kept: Option<MailSession>, stop: &Stop, report: &mut PollReport) -> Result<Option<MailSession>, PollError> {
        let mut look = Look { config: &self.config, followup: &self.followup, stop, report };
        look.process().await?;
        let (mut session, news) = tokio::select! {
            biased;
            () = stop.requested() => {
                look.report.stopped = true;
                return Ok(None);
            }
            asked = self.ask(kept, &mut look) => asked?,
        };
        // A mail that is being fetched may be finished, but not wait for a slow server as long as it likes.
        tokio::select! {
            biased;
            taken = look.take(&mut session, &news) => taken.map(|()| Some(session)),
            () = overdue(stop, self.config.timeouts.grace) => {
                look.report.stopped = true;
                Ok(None)
            }
        }
    }

    async fn ask(&self, kept: Option<MailSession>, look: &mut Look<'_>) -> Result<(MailSession, News), PollError> {
        if let Some(mut session) = kept {
            match look.ask(&mut session).await {
                Ok(news) => return Ok((session, news)),
                Err(error @ PollError { cause: Cause::Store(_), .. }) => return Err(error),
                Err(error) => tracing::info!(%error, "the session has ended: signing in anew"),
            }
        }
        let mut session = MailSession::open(&self.config, &self.tls).await?;
        let news = look.ask(&mut session).await?;
        Ok((session, news))
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

async fn overdue(stop: &Stop, grace: Duration) {
    stop.requested().await;
    sleep(grace).await;
}

/// Waits, but no longer than until a stop.
pub(crate) async fn pause(wait: Duration, stop: &Stop) {
    tokio::select! {
        () = stop.requested() => {}
        () = sleep(wait) => {}
    }
}
