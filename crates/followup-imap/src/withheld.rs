//! Mail that the server names and does not give: tried again, then set aside, so that it does not stop the next.

use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use followup_domain::mail::inbound::{MailboxCursor, UnfetchedMail, arrival};
use followup_domain::ports::{Inserted, StoreError};

use crate::blocking::blocking;
use crate::error::{Cause, PollError, Stage};
use crate::poll::{Look, News};
use crate::session::MailSession;

/// So many mails without bytes are asked for again at a time.
const ASK_AGAIN: i64 = 100;

/// Where a mail stands in the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) validity: u32,
    pub(crate) uid: u32,
}

impl Place {
    fn cursor(self) -> MailboxCursor {
        MailboxCursor { uid_validity: self.validity, last_uid: self.uid }
    }
}

impl Look<'_> {
    /// Moves on past a mail that is gone. One that is still there ends the look, so that it is tried again; after so many
    /// times in a row it is quarantined without bytes, and the next one is read.
    pub(crate) async fn withhold(
        &mut self,
        session: &mut MailSession,
        place: Place,
        arrived_at: Option<DateTime<Utc>>,
        cause: Cause,
    ) -> Result<(), PollError> {
        if !session.holds(place.uid).await? {
            tracing::info!(uid = place.uid, "mail gone before it was fetched");
            self.report.gone += 1;
            return self.pass(place).await;
        }
        if self.count(place).await? < self.config.limits.refusals {
            return Err(Stage::Fetch(place.uid).failed(cause));
        }
        self.quarantine(place, arrived_at, &cause).await
    }

    /// The session ended over a mail. After so many times in a row the mail is to blame, sooner when the server ended it by
    /// its own word: it is quarantined without bytes. Gives the error that ends the look.
    pub(crate) async fn count_loss(&mut self, news: &News, uid: u32, arrived_at: Option<DateTime<Utc>>, error: PollError) -> PollError {
        let place = Place { validity: news.validity, uid };
        let limits = self.config.limits;
        let limit = match error.cause {
            Cause::Farewell(_) | Cause::Protocol(_) => limits.refusals,
            // Others wait behind it: they are read first, and then it is asked for again.
            _ if news.uids.last() != Some(&uid) => limits.refusals.min(limits.losses),
            _ => limits.losses,
        };
        let counted = match self.count(place).await {
            Ok(times) if times >= limit => {
                self.memory.ask_again_soon.store(true, Ordering::Relaxed);
                self.quarantine(place, arrived_at, &error.cause).await
            }
            counted => counted.map(|_| ()),
        };
        counted.err().unwrap_or(error)
    }

    async fn count(&self, place: Place) -> Result<u32, PollError> {
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        Ok(blocking(move || followup.count_refusal(&key, place.cursor())).await?)
    }

    /// Without going back: a mail that is asked for again stands behind the cursor.
    async fn pass(&self, place: Place) -> Result<(), PollError> {
        if self.cursor().await?.is_some_and(|known| known.uid_validity == place.validity && known.last_uid >= place.uid) {
            return Ok(());
        }
        self.move_cursor(place.cursor()).await
    }

    pub(crate) async fn quarantine(&mut self, place: Place, arrived_at: Option<DateTime<Utc>>, cause: &Cause) -> Result<(), PollError> {
        let now = self.followup.clock.now();
        let mail = UnfetchedMail {
            mailbox: self.config.mailbox_key(),
            uid: (place.validity, place.uid),
            arrived_at: arrival(arrived_at, now),
            recorded_at: now,
            reason: reason(cause),
        };
        let followup = self.followup.clone();
        if let Inserted::New(id) = blocking(move || followup.quarantine_unfetched(&mail)).await? {
            tracing::error!(uid = place.uid, inbound_mail_id = id.0, "mail quarantined without bytes: the server does not give it");
            self.report.withheld += 1;
        }
        Ok(())
    }

    /// Asks again for some of the mail that stands without bytes; gives whether more of it waits for its turn. What is still not
    /// given stays where it is.
    pub(crate) async fn ask_again(&mut self, session: &mut MailSession, validity: u32) -> Result<bool, PollError> {
        let start = self.memory.ask_again_after.load(Ordering::Relaxed);
        let (followup, key) = (self.followup.clone(), self.config.mailbox_key());
        let after = MailboxCursor { uid_validity: validity, last_uid: start };
        let uids = blocking(move || followup.unfetched_mail(&key, after, ASK_AGAIN)).await?;
        let more = i64::try_from(uids.len()).is_ok_and(|count| count >= ASK_AGAIN);
        for uid in uids {
            if self.stop.is_requested() {
                self.report.stopped = true;
                return Ok(false);
            }
            // Whatever comes of it, the next time the next one is asked for.
            self.memory.ask_again_after.store(uid, Ordering::Relaxed);
            match self.try_again(session, Place { validity, uid }).await {
                Ok(_) | Err(PollError { cause: Cause::Refused(_) | Cause::Store(StoreError::Refused(_)), .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if !more {
            self.memory.ask_again_after.store(0, Ordering::Relaxed);
        }
        self.process().await.map(|()| more)
    }

    async fn try_again(&mut self, session: &mut MailSession, place: Place) -> Result<bool, PollError> {
        let envelopes = session.envelopes(&[place.uid]).await?;
        self.fetch(session, place, envelopes.get(&place.uid)).await
    }
}

/// Why a mail stands without bytes, for people.
fn reason(cause: &Cause) -> String {
    match cause {
        Cause::Refused(words) | Cause::Farewell(words) => format!("el servidor de correo nombra este mensaje pero no lo entrega: {words}"),
        Cause::Store(_) => "la base de datos no aceptó este mensaje; está en el buzón".into(),
        Cause::TimedOut(_) | Cause::Lost | Cause::Network(_) | Cause::Tls(_) | Cause::Token(_) => {
            "la conexión con el servidor de correo se pierde cada vez que se pide este mensaje; está en el buzón".into()
        }
        Cause::Protocol(_) | Cause::Setting(_) => {
            "el servidor de correo nombra este mensaje pero su respuesta no lo contiene o no se puede leer; está en el buzón".into()
        }
    }
}
