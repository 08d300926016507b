//! One look into a mailbox: what is new is stored, mail by mail in UID order.

use std::collections::HashMap;

use followup_app::Followup;
use followup_app::IngestReport;
use followup_domain::inbound::{MailboxCursor, MailboxPosition, NewInboundMail};
use followup_domain::ports::Inserted;

use crate::blocking::blocking;
use crate::config::ImapConfig;
use crate::error::{Cause, PollError, Stage};
use crate::session::{Envelope, MailSession, Part};
use crate::stop::Stop;

/// What a look found and did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PollReport {
    /// Mails stored.
    pub stored: u32,
    /// Mails that the store already held.
    pub known: u32,
    /// Mails that were gone before they could be fetched.
    pub gone: u32,
    /// Mails larger than the limit, of which the header section was stored (counted in `stored` or `known` too).
    pub oversized: u32,
    /// UIDVALIDITY had changed: everything was looked at anew.
    pub rescanned: bool,
    /// A stop was requested before the end.
    pub stopped: bool,
    /// What became of stored mail.
    pub ingested: IngestReport,
}

/// What one look works with.
pub(crate) struct Look<'a> {
    pub(crate) config: &'a ImapConfig,
    pub(crate) followup: &'a Followup,
    pub(crate) stop: &'a Stop,
    pub(crate) report: &'a mut PollReport,
}

/// Mails that wait in the mailbox.
pub(crate) struct News {
    validity: u32,
    uids: Vec<u32>,
}

impl Look<'_> {
    /// Understands what is stored: what an earlier run left, or what this one brought.
    pub(crate) async fn process(&mut self) -> Result<(), PollError> {
        let (followup, stop) = (self.followup.clone(), self.stop.clone());
        let ingested = blocking(move || followup.process_stored_mail(&|| stop.is_requested())).await?;
        let total = &mut self.report.ingested;
        total.matched += ingested.matched;
        total.unassigned += ingested.unassigned;
        total.quarantined += ingested.quarantined;
        Ok(())
    }

    /// Asks the server what is new since the cursor.
    pub(crate) async fn ask(&mut self, session: &mut MailSession) -> Result<News, PollError> {
        let validity = session.examine(&self.config.mailbox).await?;
        let last = self.last_uid(validity).await?;
        Ok(News { validity, uids: session.uids_after(last).await? })
    }

    async fn last_uid(&mut self, validity: u32) -> Result<u32, PollError> {
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        match blocking(move || followup.mailbox_cursor(&key)).await? {
            None => Ok(0),
            Some(cursor) if cursor.uid_validity == validity => Ok(cursor.last_uid),
            Some(cursor) => {
                tracing::warn!(was = cursor.uid_validity, is = validity, "UIDVALIDITY changed: the mailbox is read anew");
                self.report.rescanned = true;
                self.move_cursor(MailboxCursor { uid_validity: validity, last_uid: 0 }).await?;
                Ok(0)
            }
        }
    }

    async fn move_cursor(&self, cursor: MailboxCursor) -> Result<(), PollError> {
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        Ok(blocking(move || followup.set_mailbox_cursor(&key, cursor)).await?)
    }

    /// Fetches and stores what is new. Between two mails a stop ends it.
    pub(crate) async fn take(&mut self, session: &mut MailSession, news: &News) -> Result<(), PollError> {
        for batch in news.uids.chunks(self.config.limits.batch.max(1)) {
            let envelopes = session.envelopes(batch).await?;
            for &uid in batch {
                if self.stop.is_requested() {
                    self.report.stopped = true;
                    return Ok(());
                }
                self.take_one(session, news.validity, uid, &envelopes).await?;
            }
            self.process().await?;
        }
        Ok(())
    }

    async fn take_one(
        &mut self,
        session: &mut MailSession,
        validity: u32,
        uid: u32,
        envelopes: &HashMap<u32, Envelope>,
    ) -> Result<(), PollError> {
        let fetched = match envelopes.get(&uid) {
            Some(envelope) => session.fetch(uid, self.part(uid, envelope)).await.map(|raw| raw.map(|raw| (envelope, raw))),
            None => Ok(None),
        };
        match fetched {
            Ok(Some((envelope, raw))) => self.store(validity, uid, envelope, raw).await,
            Ok(None) => {
                self.pass_over(session, validity, uid, Cause::Protocol("the server lists this mail but does not send it".into())).await
            }
            Err(PollError { cause: cause @ Cause::Refused(_), .. }) => self.pass_over(session, validity, uid, cause).await,
            Err(error) => Err(error),
        }
    }

    fn part(&mut self, uid: u32, envelope: &Envelope) -> Part {
        let limit = self.config.limits.largest_mail;
        match envelope.size {
            Some(size) if size > limit => {
                tracing::warn!(uid, size, limit, "mail above the size limit: only its header section is stored; it stays on the server");
                self.report.oversized += 1;
                Part::Header
            }
            size => Part::Whole(size.unwrap_or(limit)),
        }
    }

    async fn store(&mut self, validity: u32, uid: u32, envelope: &Envelope, raw: Vec<u8>) -> Result<(), PollError> {
        let now = self.followup.clock.now();
        if envelope.arrived_at.is_none() {
            tracing::warn!(uid, "mail without a readable INTERNALDATE: taken as arrived now");
        }
        let mail = NewInboundMail {
            position: MailboxPosition { mailbox: self.config.mailbox_key(), uid: Some((validity, uid)) },
            arrived_at: envelope.arrived_at.unwrap_or(now),
            recorded_at: now,
            raw,
        };
        let followup = self.followup.clone();
        match blocking(move || followup.store_mail(&mail)).await? {
            Inserted::New(_) => self.report.stored += 1,
            Inserted::Duplicate(_) => self.report.known += 1,
        }
        Ok(())
    }

    /// Moves on past a mail that is gone. One that is still there stops the look: it must not be lost.
    async fn pass_over(&mut self, session: &mut MailSession, validity: u32, uid: u32, cause: Cause) -> Result<(), PollError> {
        if session.holds(uid).await? {
            return Err(Stage::Fetch(uid).failed(cause));
        }
        tracing::info!(uid, "mail gone before it was fetched");
        self.move_cursor(MailboxCursor { uid_validity: validity, last_uid: uid }).await?;
        self.report.gone += 1;
        Ok(())
    }
}
