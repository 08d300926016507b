//! The poller: one look, or one after another until a stop.

use std::sync::Arc;
use std::time::Duration;

use followup_app::App;
use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_domain::ports::StoreError;
use tokio::time::sleep;
use tokio_rustls::TlsConnector;

use crate::blocking::blocking;
use crate::config::ImapConfig;
use crate::error::{Cause, PollError};
use crate::poll::{Look, Memory, News, PollReport};
use crate::session::MailSession;
use crate::stop::Stop;

/// Reads one mailbox into the store.
#[derive(Clone)]
pub struct ImapPoller {
    pub(crate) config: ImapConfig,
    pub(crate) followup: App,
    tls: TlsConnector,
    pub(crate) memory: Arc<Memory>,
    observer: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl ImapPoller {
    /// A poller. Nothing is connected yet.
    ///
    /// # Errors
    /// The certificate authority given cannot be used.
    pub fn new(config: ImapConfig, followup: App) -> Result<Self, PollError> {
        let tls = crate::tls::connector(config.ca_pem.as_deref())?;
        Ok(Self { config, followup, tls, memory: Arc::default(), observer: None })
    }

    /// Calls `observer` after each look and each comparison, whether it went well or not. It may block.
    pub fn observed_by(mut self, observer: impl Fn() + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
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

    /// The name under which the store knows the mailbox.
    pub fn mailbox_key(&self) -> String {
        self.config.mailbox_key()
    }

    pub(crate) async fn open(&self) -> Result<MailSession, PollError> {
        MailSession::open(&self.config, &self.tls).await
    }

    pub(crate) fn new_look<'a>(&'a self, stop: &'a Stop, report: &'a mut PollReport) -> Look<'a> {
        Look { config: &self.config, followup: &self.followup, memory: &self.memory, stop, report }
    }

    /// One look, by the kept session if there is one, and a word to those who watch over the mailbox. Returns the session for
    /// the next look.
    pub(crate) async fn look(
        &self,
        kept: Option<MailSession>,
        stop: &Stop,
        report: &mut PollReport,
    ) -> Result<Option<MailSession>, PollError> {
        let looked = self.look_into(kept, stop, report).await;
        match &looked {
            // It says nothing about the mailbox.
            Ok(_) if report.stopped => {}
            // Everything is read, and yet a person should know: the alarm stands until a comparison agrees.
            Ok(_) if report.set_back => self.tell(Some(MailboxTrouble::SetBack)).await,
            Ok(_) => self.tell(None).await,
            Err(error) => self.tell(Some(error.trouble())).await,
        }
        looked
    }

    /// Keeps how a look went. That this fails is told in the log alone: the look itself went as it went.
    async fn tell(&self, trouble: Option<MailboxTrouble>) {
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        let told = blocking(move || match trouble {
            None => followup.record_mailbox_read(&key),
            Some(trouble) => followup.record_mailbox_trouble(&key, trouble),
        });
        if let Err(error) = told.await {
            tracing::warn!(%error, "how the mailbox was read could not be kept");
        }
        self.show().await;
    }

    /// Lets the observer look.
    pub(crate) async fn show(&self) {
        let Some(observer) = self.observer.clone() else { return };
        let shown = blocking(move || {
            observer();
            Ok::<_, StoreError>(())
        });
        if let Err(error) = shown.await {
            tracing::warn!(%error, "the observer failed");
        }
    }

    async fn look_into(&self, kept: Option<MailSession>, stop: &Stop, report: &mut PollReport) -> Result<Option<MailSession>, PollError> {
        let mut look = self.new_look(stop, report);
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
        let mut session = self.open().await?;
        let news = look.ask(&mut session).await?;
        Ok((session, news))
    }
}

/// Returns some time after a stop was requested.
pub(crate) async fn overdue(stop: &Stop, grace: Duration) {
    stop.requested().await;
    sleep(grace).await;
}
