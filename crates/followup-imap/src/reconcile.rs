//! What the mailbox holds, compared with what is stored of it.

use std::sync::atomic::Ordering;

use followup_domain::mail::mailbox_health::Reconciliation;

use crate::blocking::blocking;
use crate::error::{Cause, PollError, Stage};
use crate::poll::{Look, PollReport};
use crate::poller::ImapPoller;
use crate::session::MailSession;
use crate::stop::Stop;
use crate::withheld::Place;

/// What a comparison found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// UIDVALIDITY of the mailbox.
    pub uid_validity: u32,
    /// UIDs that the mailbox held and the store did not, before they were fetched.
    pub was_missing: Vec<u32>,
    /// Those that could not be fetched.
    pub still_missing: Vec<u32>,
    /// The counts in the end.
    pub found: Reconciliation,
    /// What was fetched.
    pub report: PollReport,
}

impl ImapPoller {
    /// Reads what is new, compares what the mailbox holds with what is stored, and fetches what is missing.
    ///
    /// # Errors
    /// The stage and its cause; a stop that came before the end is [`Cause::Lost`].
    pub async fn reconcile_once(&self, stop: &Stop) -> Result<Comparison, PollError> {
        let mut report = PollReport::default();
        let session = self.look(None, stop, &mut report).await?;
        let session = session.filter(|_| !report.stopped);
        let Some(mut session) = session else { return Err(Stage::Search.failed(Cause::Lost)) };
        let compared = self.compare(&mut session, stop, report).await?;
        session.close().await;
        Ok(compared)
    }

    /// Compares over a session that has just looked. A stop before the end is [`Cause::Lost`], and nothing is kept of it.
    pub(crate) async fn compare(&self, session: &mut MailSession, stop: &Stop, mut report: PollReport) -> Result<Comparison, PollError> {
        let mut look = self.new_look(stop, &mut report);
        let uid_validity = session.examine(&self.config.mailbox).await?;
        let mut losses = Losses(0);
        let stopped = || Stage::Search.failed(Cause::Lost);
        look.memory.ask_again_after.store(0, Ordering::Relaxed);
        loop {
            match look.ask_again(session, uid_validity).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => *session = self.replace(&mut losses, uid_validity, error).await?,
            }
        }
        if stop.is_requested() {
            return Err(stopped());
        }
        let mut held = session.uids_after(0).await?;
        // What arrived since the look is the next look's: to store it here would move the cursor past what failed here.
        let last = look.read_up_to(uid_validity).await?;
        if held.iter().any(|uid| *uid > last) {
            session.watch.announce();
        }
        held.retain(|uid| *uid <= last);
        let was_missing = look.missing(uid_validity, held.clone()).await?;
        for &uid in &was_missing {
            // Half a comparison says nothing: what was not asked for would be told as missing, and the next one be put off.
            if stop.is_requested() {
                return Err(stopped());
            }
            if let Err(error) = look.fetch_missing(session, Place { validity: uid_validity, uid }).await {
                *session = self.replace(&mut losses, uid_validity, error).await?;
            }
        }
        look.process().await?;
        // Those that were gone meanwhile are neither held nor missing.
        let mut still_missing = Vec::new();
        let mut in_mailbox = held.len() as u64;
        for uid in look.missing(uid_validity, held).await? {
            if session.holds(uid).await? {
                still_missing.push(uid);
            } else {
                in_mailbox -= 1;
            }
        }
        let (followup, key, missing) = (self.followup.clone(), self.config.mailbox_key(), still_missing.len() as u64);
        let found = blocking(move || followup.record_reconciliation(&key, in_mailbox, missing)).await?;
        self.show().await;
        Ok(Comparison { uid_validity, was_missing, still_missing, found, report })
    }
}

/// Sessions that were lost over one mail or another: a single one must not end the comparison, many are an outage.
struct Losses(u32);

const MOST_LOSSES: u32 = 10;

impl ImapPoller {
    /// A session in place of the one that this error ended.
    async fn replace(&self, losses: &mut Losses, uid_validity: u32, error: PollError) -> Result<MailSession, PollError> {
        losses.0 += 1;
        if losses.0 > MOST_LOSSES || matches!(error.cause, Cause::Store(_)) {
            return Err(error);
        }
        tracing::warn!(%error, "the session ended over a mail: the comparison goes on in another");
        let mut session = self.open().await?;
        if session.examine(&self.config.mailbox).await? == uid_validity { Ok(session) } else { Err(error) }
    }
}

impl Look<'_> {
    /// The cursor, after a look into the mailbox of this UIDVALIDITY.
    async fn read_up_to(&self, validity: u32) -> Result<u32, PollError> {
        match self.cursor().await? {
            None => Ok(0),
            Some(cursor) if cursor.uid_validity == validity => Ok(cursor.last_uid),
            Some(_) => Err(Stage::Examine.failed(Cause::Protocol("UIDVALIDITY changed since the mailbox was looked into".into()))),
        }
    }

    async fn missing(&self, validity: u32, held: Vec<u32>) -> Result<Vec<u32>, PollError> {
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        Ok(blocking(move || followup.missing_mail(&key, validity, &held)).await?)
    }

    /// A mail that is missing and is not given stands in the quarantine from now on, for everybody to see.
    async fn fetch_missing(&mut self, session: &mut MailSession, place: Place) -> Result<(), PollError> {
        let envelope = match session.envelopes(&[place.uid]).await {
            Ok(mut found) => found.remove(&place.uid),
            Err(PollError { cause: Cause::Refused(_), .. }) => None,
            Err(error) => return Err(error),
        };
        let arrived_at = envelope.and_then(|envelope| envelope.arrived_at);
        match self.fetch(session, place, envelope.as_ref()).await {
            Ok(true) => Ok(()),
            Ok(false) if !session.holds(place.uid).await? => Ok(()),
            Ok(false) => self.quarantine(place, arrived_at, &Cause::Protocol("not given".into())).await,
            Err(PollError { cause: cause @ Cause::Refused(_), .. }) => self.quarantine(place, arrived_at, &cause).await,
            Err(error) => Err(error),
        }
    }
}
