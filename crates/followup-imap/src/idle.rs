//! Waiting for the server's word that there is mail (IDLE, RFC 2177).
//!
//! The library's own handle takes the end of the connection for an interruption by the caller and waits for ever upon a
//! tagged NO, so the few answers are read here.

use std::time::Duration;

use async_imap::imap_proto::{Capability, RequestId, Response, Status};
use tokio::time::{Instant, sleep_until, timeout};

use crate::error::{Cause, PollError, Stage, network_cause};
use crate::login::server_words;
use crate::session::{MailSession, finish, words};
use crate::stop::Stop;

/// How a wait went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Idled {
    /// There is news, the time is over, or a stop was requested.
    Waited,
    /// The server ended the wait by itself, without news.
    Ended,
    /// The server does not know IDLE, or refuses it: look again by the clock.
    NotOffered,
}

impl MailSession {
    /// Waits until the server announces mail, `renewal` is over, or a stop is requested. The mailbox must be open.
    ///
    /// Nothing that the server says is relied on for long: after `renewal` the wait ends by DONE, which a dead connection does
    /// not answer, and the caller looks into the mailbox.
    pub(crate) async fn idle(&mut self, renewal: Duration, stop: &Stop) -> Result<Idled, PollError> {
        if !self.offers_idle().await? {
            return Ok(Idled::NotOffered);
        }
        if self.watch.has_news() {
            return Ok(Idled::Waited);
        }
        let Some(tag) = self.begin_idle().await? else {
            self.can_idle = Some(false);
            return Ok(Idled::NotOffered);
        };
        // Silence is what is waited for.
        self.patience.set(renewal + self.timeouts.idle);
        let waited = self.await_news(&tag, renewal, stop).await;
        self.patience.set(self.timeouts.idle);
        if !waited? {
            return Ok(Idled::Ended);
        }
        self.end_idle(&tag).await?;
        Ok(Idled::Waited)
    }

    /// Asks for the capabilities once: they may differ before and after signing in (RFC 9051 §6.1.1).
    async fn offers_idle(&mut self) -> Result<bool, PollError> {
        if let Some(known) = self.can_idle {
            return Ok(known);
        }
        let mut offered = false;
        self.command(Stage::Idle, "CAPABILITY", self.timeouts.command, |answer| {
            if let Response::Capabilities(capabilities) = answer {
                offered |=
                    capabilities.iter().any(|capability| matches!(capability, Capability::Atom(name) if name.eq_ignore_ascii_case("IDLE")));
            }
        })
        .await?;
        self.can_idle = Some(offered);
        Ok(offered)
    }

    /// Sends IDLE and waits for the server's consent; `None` when it refuses.
    async fn begin_idle(&mut self) -> Result<Option<RequestId>, PollError> {
        let (patience, failed) = (self.timeouts.command, |cause| Stage::Idle.failed(cause));
        let begun = timeout(patience, async {
            let tag = self.session.run_command("IDLE").await.map_err(|error| failed(server_words(error, self.timeouts.idle)))?;
            loop {
                let read = self.session.read_response().await;
                let answer = read.map_err(|error| failed(network_cause(&error, self.timeouts.idle)))?.ok_or_else(|| failed(Cause::Lost))?;
                match answer.parsed() {
                    Response::Continue { .. } => return Ok(Some(tag)),
                    Response::Done { tag: answered, .. } if *answered == tag => return Ok(None),
                    answer => self.take_in(answer)?,
                }
            }
        });
        begun.await.unwrap_or_else(|_| Err(failed(Cause::TimedOut(patience))))
    }

    /// True when the wait is over and DONE is due; false when the server ended IDLE by itself.
    async fn await_news(&mut self, tag: &RequestId, renewal: Duration, stop: &Stop) -> Result<bool, PollError> {
        let renew_at = Instant::now() + renewal;
        while !self.watch.has_news() {
            let answer = tokio::select! {
                biased;
                () = stop.requested() => return Ok(true),
                () = sleep_until(renew_at) => return Ok(true),
                answer = self.session.read_response() => answer,
            };
            let answer = answer.map_err(|error| network_cause(&error, renewal)).and_then(|answer| answer.ok_or(Cause::Lost));
            let answer = answer.map_err(|cause| Stage::Idle.failed(cause))?;
            match answer.parsed() {
                Response::Done { tag: answered, .. } if answered == tag => return Ok(false),
                answer => self.take_in(answer)?,
            }
        }
        Ok(true)
    }

    async fn end_idle(&mut self, tag: &RequestId) -> Result<(), PollError> {
        let (idle, watch) = (self.timeouts.idle, &mut self.watch);
        let ended = async {
            self.session.run_command_untagged("DONE").await.map_err(|error| server_words(error, idle))?;
            finish(&mut self.session, tag, idle, |answer| watch.note(answer)).await
        };
        // Nothing is asked of the server but to stop: an answer that takes longer shows that there is nobody.
        match timeout(idle, ended).await {
            Ok(answer) => answer.map_err(|cause| Stage::Idle.failed(cause)),
            Err(_) => Err(Stage::Idle.failed(Cause::TimedOut(idle))),
        }
    }

    fn take_in(&mut self, answer: &Response<'_>) -> Result<(), PollError> {
        if let Response::Data { status: Status::Bye, outcome } = answer {
            return Err(Stage::Idle.failed(Cause::Farewell(words(outcome.information.as_deref()))));
        }
        self.watch.note(answer);
        Ok(())
    }
}
