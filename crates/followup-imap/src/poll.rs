//! One look into a mailbox: what is new is stored, mail by mail in UID order.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use followup_app::App;
use followup_app::IngestReport;
use followup_domain::mail::inbound::{MailboxCursor, MailboxPosition, NewInboundMail, arrival};
use followup_domain::mail::mailbox_health::MailboxTrouble;
use followup_domain::ports::{Inserted, StoreError};

use crate::blocking::blocking;
use crate::config::ImapConfig;
use crate::error::{Cause, PollError};
use crate::session::{Envelope, MailSession, Opened, Part};
use crate::stop::Stop;
use crate::withheld::Place;

/// What a look found and did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PollReport {
    /// Mails stored.
    pub stored: u32,
    /// Mails that the store already held.
    pub known: u32,
    /// Mails that were gone before they could be fetched.
    pub gone: u32,
    /// Mails larger than the limit, of which the header section was quarantined (counted in `stored` or `known` too).
    pub oversized: u32,
    /// Mails that the server names and does not give, which were quarantined without bytes.
    pub withheld: u32,
    /// The mailbox was set back to an older state, with the same UIDVALIDITY.
    pub set_back: bool,
    /// UIDVALIDITY had changed, or the mailbox was set back: everything was looked at anew.
    pub rescanned: bool,
    /// A stop was requested before the end.
    pub stopped: bool,
    /// What became of stored mail.
    pub ingested: IngestReport,
}

/// What one look works with.
pub(crate) struct Look<'a> {
    pub(crate) config: &'a ImapConfig,
    pub(crate) followup: &'a App,
    pub(crate) memory: &'a Memory,
    pub(crate) stop: &'a Stop,
    pub(crate) report: &'a mut PollReport,
}

/// Mails that wait in the mailbox.
pub(crate) struct News {
    pub(crate) validity: u32,
    pub(crate) uids: Vec<u32>,
}

/// What a poller remembers from look to look.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// An answer about several mails could not be read: they are asked for one by one, to find out which it is.
    pub(crate) one_by_one: AtomicBool,
    /// Behind this UID the mails without bytes are asked for again: so many at a time, and none stands in front of the others
    /// for ever.
    pub(crate) ask_again_after: AtomicU32,
    /// A mail was set aside because the connection was lost over it: it is asked for again as soon as the others are read.
    pub(crate) ask_again_soon: AtomicBool,
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
        // Before the server's word: another process may move it meanwhile, and the server would seem to have fallen behind.
        let known = self.cursor().await?;
        let opened = session.open_mailbox(&self.config.mailbox).await?;
        let last = self.last_uid(session, opened, known).await?;
        Ok(News { validity: opened.validity, uids: session.uids_after(last).await? })
    }

    async fn last_uid(&mut self, session: &mut MailSession, opened: Opened, known: Option<MailboxCursor>) -> Result<u32, PollError> {
        let Some(cursor) = known else { return Ok(0) };
        if cursor.uid_validity != opened.validity {
            tracing::warn!(was = cursor.uid_validity, is = opened.validity, "UIDVALIDITY changed: the mailbox is read anew");
        } else if self.was_set_back(session, opened, cursor).await? {
            tracing::error!(uid_next = opened.next, last_uid = cursor.last_uid, "UIDNEXT fell: the mailbox was set back and is read anew");
            self.report.set_back = true;
            let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
            blocking(move || followup.record_mailbox_trouble(&key, MailboxTrouble::SetBack)).await?;
        } else {
            return Ok(cursor.last_uid);
        }
        self.report.rescanned = true;
        self.move_cursor(MailboxCursor { uid_validity: opened.validity, last_uid: 0 }).await?;
        Ok(0)
    }

    /// Whether UIDs that were given are free again, as after a restore of an older state: UIDNEXT never falls otherwise
    /// (RFC 9051 §2.3.1.1). A server whose UIDNEXT is not even greater than the UIDs in its mailbox is not believed: it would be
    /// read anew for ever.
    async fn was_set_back(&self, session: &mut MailSession, opened: Opened, cursor: MailboxCursor) -> Result<bool, PollError> {
        if opened.next.is_none_or(|next| next > cursor.last_uid) {
            return Ok(false);
        }
        let greatest = session.uids_after(0).await?.last().copied().unwrap_or(0);
        // Asked again, because a mail may have arrived between the two answers.
        let next = session.open_mailbox(&self.config.mailbox).await?.next;
        Ok(next.is_some_and(|next| next > greatest))
    }

    pub(crate) async fn cursor(&self) -> Result<Option<MailboxCursor>, PollError> {
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        Ok(blocking(move || followup.mailbox_cursor(&key)).await?)
    }

    pub(crate) async fn move_cursor(&self, cursor: MailboxCursor) -> Result<(), PollError> {
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        Ok(blocking(move || followup.set_mailbox_cursor(&key, cursor)).await?)
    }

    /// Fetches and stores what is new. Between two mails a stop ends it.
    pub(crate) async fn take(&mut self, session: &mut MailSession, news: &News) -> Result<(), PollError> {
        let size = if self.memory.one_by_one.load(Ordering::Relaxed) { 1 } else { self.config.limits.batch.max(1) };
        for batch in news.uids.chunks(size) {
            let envelopes = self.list(session, news, batch).await?;
            for &uid in batch {
                if self.stop.is_requested() {
                    self.report.stopped = true;
                    return Ok(());
                }
                self.take_one(session, news, uid, envelopes.get(&uid)).await?;
            }
            self.process().await?;
        }
        self.memory.one_by_one.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Dates and sizes. A single odd mail must not hide the others: they are asked for one by one then.
    async fn list(&mut self, session: &mut MailSession, news: &News, batch: &[u32]) -> Result<HashMap<u32, Envelope>, PollError> {
        match (session.envelopes(batch).await, batch) {
            (Err(PollError { cause: Cause::Refused(_), .. }), [_]) => Ok(HashMap::new()),
            (Err(PollError { cause: Cause::Refused(_), .. }), batch) => {
                let mut envelopes = HashMap::new();
                for uid in batch {
                    match session.envelopes(&[*uid]).await {
                        Ok(found) => envelopes.extend(found),
                        Err(PollError { cause: Cause::Refused(_), .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(envelopes)
            }
            (Err(error), [uid]) => Err(self.count_loss(news, *uid, None, error).await),
            (Err(error), _) => {
                self.memory.one_by_one.store(matches!(error.cause, Cause::Protocol(_)), Ordering::Relaxed);
                Err(error)
            }
            (Ok(envelopes), _) => Ok(envelopes),
        }
    }

    /// Stores one mail, or finds out why it cannot be had.
    pub(crate) async fn take_one(
        &mut self,
        session: &mut MailSession,
        news: &News,
        uid: u32,
        envelope: Option<&Envelope>,
    ) -> Result<(), PollError> {
        let place = Place { validity: news.validity, uid };
        let arrived_at = envelope.and_then(|envelope| envelope.arrived_at);
        match self.fetch(session, place, envelope).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                let cause = Cause::Protocol("the server lists this mail but does not send it".into());
                self.withhold(session, place, arrived_at, cause).await
            }
            Err(PollError { cause: cause @ (Cause::Refused(_) | Cause::Store(StoreError::Refused(_))), .. }) => {
                self.withhold(session, place, arrived_at, cause).await
            }
            Err(error @ PollError { cause: Cause::Store(_), .. }) => Err(error),
            Err(error) => Err(self.count_loss(news, uid, arrived_at, error).await),
        }
    }

    /// Fetches and stores a mail; false when the server gives none.
    pub(crate) async fn fetch(&mut self, session: &mut MailSession, place: Place, envelope: Option<&Envelope>) -> Result<bool, PollError> {
        let Some(envelope) = envelope else { return Ok(false) };
        let part = self.part(place.uid, envelope);
        let Some(raw) = session.fetch(place.uid, part).await?.filter(|raw| is_given(raw, part)) else { return Ok(false) };
        if part == Part::Header {
            self.report.oversized += 1;
        }
        self.store(place, envelope, part, raw).await.map(|()| true)
    }

    fn part(&self, uid: u32, envelope: &Envelope) -> Part {
        let limit = self.config.limits.largest_mail;
        match envelope.size {
            Some(size) if size > limit => {
                tracing::warn!(uid, size, limit, "mail above the size limit: only its header section is stored; it stays on the server");
                Part::Header
            }
            size => Part::Whole { size, at_most: limit },
        }
    }

    async fn store(&mut self, place: Place, envelope: &Envelope, part: Part, raw: Vec<u8>) -> Result<(), PollError> {
        let now = self.followup.clock.now();
        if envelope.arrived_at.is_none() {
            tracing::warn!(uid = place.uid, "mail without a readable INTERNALDATE: taken as arrived now");
        }
        let mail = NewInboundMail {
            position: MailboxPosition { mailbox: self.config.mailbox_key(), uid: Some((place.validity, place.uid)) },
            arrived_at: arrival(envelope.arrived_at, now),
            recorded_at: now,
            raw,
        };
        let followup = self.followup.clone();
        let too_large = (part == Part::Header).then(|| too_large(envelope.size.unwrap_or(0), self.config.limits.largest_mail));
        let stored = move || match too_large {
            Some(reason) => followup.store_part_of_mail(&mail, &reason),
            None => followup.store_mail(&mail),
        };
        match blocking(stored).await? {
            Inserted::New(_) => self.report.stored += 1,
            Inserted::Duplicate(_) => self.report.known += 1,
        }
        Ok(())
    }
}

/// Whether these bytes are the mail that was asked for. No mail is empty, and a server whose storage fails may answer with
/// nothing, or with a beginning, as if that were all. Sizes are off by their line ends or by what a server adds in between, on
/// some servers for every mail, so that only far too few bytes tell.
fn is_given(raw: &[u8], part: Part) -> bool {
    let least = match part {
        Part::Whole { size: Some(size), .. } => size / 2,
        Part::Whole { size: None, .. } | Part::Header => 0,
    };
    !raw.is_empty() && raw.len() as u64 >= least
}

/// Why a mail is in the quarantine with its header section alone, for people.
fn too_large(size: u64, limit: u64) -> String {
    let megabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1_000_000.0).replace('.', ",");
    format!(
        "el mensaje mide {} MB y supera el límite de {} MB: se guardó solo su cabecera; está completo en el buzón",
        megabytes(size),
        megabytes(limit)
    )
}
