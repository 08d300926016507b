//! Mail that is set aside: nothing of it is lost, and it does not stand in the way of the next.

use followup_domain::audit::{Actor, AuditChain, AuditEntry, AuditFacts, facts};
use followup_domain::ids::{CaseId, InboundMailId, MessageId};
use followup_domain::mail::inbound::{InboundMail, InboundState, MailboxCursor, MailboxPosition, NewInboundMail, UnfetchedMail};
use followup_domain::ports::{Discard, InTray, Inserted, Page, PageRequest, StoreError, StoreExt, TrayState, Tx, Updated};

use crate::change_message::given;
use crate::service::Followup;

/// What came of trying a quarantined mail again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retried {
    /// It is a message now.
    Understood {
        /// The message.
        message_id: MessageId,
        /// Its case; none for the unassigned tray.
        case_id: Option<CaseId>,
    },
    /// It still cannot be understood.
    StillQuarantined {
        /// Why.
        reason: String,
    },
    /// It has no bytes: the mail server is asked for it again at the next look.
    Requested,
}

/// Why nothing was done with a quarantined mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuarantineError {
    /// There is no such mail, or it has no bytes.
    #[error("mail not found")]
    NotFound,
    /// It is not in the quarantine.
    #[error("not in the quarantine")]
    NotQuarantined,
    /// Only its beginning is stored: to read it as a whole mail would lose the rest unseen.
    #[error("only the beginning of the mail is stored")]
    Partial,
    /// A reason is needed.
    #[error("a reason is needed")]
    NoReason,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// Stores the part of a mail that was fetched and puts it into the quarantine: for people to look at the rest on the server.
    ///
    /// # Errors
    /// The store's; then the mail must be fetched again.
    pub fn store_part_of_mail(&self, mail: &NewInboundMail, reason: &str) -> Result<Inserted<InboundMailId>, StoreError> {
        self.store.write(|tx| {
            let inserted = tx.inbox().insert(mail)?;
            if let Inserted::New(id) = inserted {
                tx.trays().record_partial(id)?;
                self.quarantine(tx, id, reason)?;
            }
            Ok(inserted)
        })
    }

    /// Puts a mail that the server names but does not give into the quarantine, and moves the cursor past it.
    ///
    /// # Errors
    /// The store's.
    pub fn quarantine_unfetched(&self, mail: &UnfetchedMail) -> Result<Inserted<InboundMailId>, StoreError> {
        self.store.write(|tx| {
            let inserted = tx.inbox().insert_unfetched(mail)?;
            if let Inserted::New(id) = inserted {
                self.audit_quarantine(tx, id, &mail.reason)?;
            }
            Ok(inserted)
        })
    }

    /// Counts that the mail at a place could not be fetched; gives how often that was in a row.
    ///
    /// # Errors
    /// The store's.
    pub fn count_refusal(&self, mailbox: &str, place: MailboxCursor) -> Result<u32, StoreError> {
        self.store.write(|tx| tx.inbox().count_refusal(mailbox, place))
    }

    /// UIDs behind a place of mails that are in the quarantine without bytes, so that they can be asked for again.
    ///
    /// # Errors
    /// The store's.
    pub fn unfetched_mail(&self, mailbox: &str, after: MailboxCursor, limit: i64) -> Result<Vec<u32>, StoreError> {
        self.store.read(|tx| tx.inbox().list_unfetched(mailbox, after, limit))
    }

    /// Mail that could not be understood, newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn quarantined(&self, state: TrayState, page: PageRequest) -> Result<Page<InTray<InboundMail>>, StoreError> {
        self.store.read(|tx| tx.trays().list_quarantined(state, page))
    }

    /// The bytes of a mail of the quarantine, set aside or not, or of one that was there and was understood since.
    ///
    /// # Errors
    /// There is no such mail, it stands without bytes, or the store failed.
    pub fn quarantined_raw(&self, id: InboundMailId) -> Result<Vec<u8>, QuarantineError> {
        self.store.read(|tx| tx.inbox().raw(id)?.ok_or(QuarantineError::NotFound))
    }

    /// A quarantined mail, or one that was set aside, is understood anew, as after an upgrade; one without bytes is asked for again
    /// at the mailbox's next look.
    ///
    /// # Errors
    /// [`QuarantineError`].
    pub fn retry_mail(&self, actor: &Actor, id: InboundMailId) -> Result<Retried, QuarantineError> {
        let now = self.now();
        let asks = self.store.write(|tx| {
            let mail = tx.inbox().find_for_update(id)?.ok_or(QuarantineError::NotFound)?;
            if tx.trays().is_partial(id)? {
                return Err(QuarantineError::Partial);
            }
            let was_discarded = tx.trays().find_quarantine_discard(id)?.is_some();
            let asks = mail.raw_id.is_none() && (was_discarded || mail.state == InboundState::Quarantined);
            if tx.trays().requeue(id)? == Updated::Stale && !asks {
                return Err(QuarantineError::NotQuarantined);
            }
            if asks {
                tx.trays().request_retry(&mail.position.mailbox, now)?;
            }
            let state = |text: &'static str| facts([("state", text.into())]);
            let old = state(if was_discarded { "discarded" } else { "quarantined" });
            self.audit_decision(tx, actor, id, "inbound_mail.retried", old, state(if asks { "quarantined" } else { "stored" }), None)?;
            Ok(asks)
        })?;
        if asks {
            return Ok(Retried::Requested);
        }
        self.process_one(id)?;
        self.store.write(|tx| {
            let mail = tx.inbox().find_for_update(id)?.ok_or(QuarantineError::NotFound)?;
            Ok(match (mail.state, mail.message_id) {
                (InboundState::Processed, Some(message_id)) => {
                    Retried::Understood { message_id, case_id: tx.messages().find(message_id)?.and_then(|message| message.case_id) }
                }
                _ => Retried::StillQuarantined { reason: mail.reason.unwrap_or_default() },
            })
        })
    }

    /// A quarantined mail is set aside: it is kept. Once is enough.
    ///
    /// # Errors
    /// [`QuarantineError`]; nothing is changed then.
    pub fn discard_quarantined(&self, actor: &Actor, id: InboundMailId, reason: &str) -> Result<InTray<InboundMail>, QuarantineError> {
        let now = self.now();
        let reason = given(Some(reason)).filter(|reason| !reason.contains('\0')).ok_or(QuarantineError::NoReason)?;
        let discard = Discard { reason: reason.to_owned(), actor: actor.to_string(), at: now };
        self.store.write(|tx| {
            let mail = tx.inbox().find_for_update(id)?.ok_or(QuarantineError::NotFound)?;
            if let Some(earlier) = tx.trays().find_quarantine_discard(id)? {
                return Ok(InTray { mail, discard: Some(earlier) });
            }
            if tx.trays().discard_quarantined(id, &discard)? == Updated::Stale {
                return Err(QuarantineError::NotQuarantined);
            }
            let state = |text: &'static str| facts([("state", text.into())]);
            self.audit_decision(tx, actor, id, "inbound_mail.discarded", state("quarantined"), state("discarded"), Some(reason))?;
            Ok(InTray { mail, discard: Some(discard.clone()) })
        })
    }

    /// Whether a person wants the mails that a mailbox did not give to be asked for again now.
    ///
    /// # Errors
    /// The store's.
    pub fn take_retry_request(&self, mailbox: &str) -> Result<bool, StoreError> {
        self.store.write(|tx| tx.trays().take_retry_request(mailbox))
    }

    pub(crate) fn quarantine(&self, tx: &mut dyn Tx, id: InboundMailId, reason: &str) -> Result<(), StoreError> {
        if tx.inbox().record_quarantined(id, reason)? == Updated::Stale {
            return Ok(());
        }
        self.audit_quarantine(tx, id, reason)
    }

    fn audit_quarantine(&self, tx: &mut dyn Tx, id: InboundMailId, reason: &str) -> Result<(), StoreError> {
        self.audit_mail(tx, id, "inbound_mail.quarantined", AuditFacts::new(), facts([("state", "quarantined".into())]), Some(reason))
    }

    /// A mail without bytes has got them.
    pub(crate) fn audit_release(&self, tx: &mut dyn Tx, id: InboundMailId) -> Result<(), StoreError> {
        let state = |text: &'static str| facts([("state", text.into())]);
        self.audit_mail(tx, id, "inbound_mail.fetched", state("quarantined"), state("stored"), None)
    }

    fn audit_mail(
        &self,
        tx: &mut dyn Tx,
        id: InboundMailId,
        action: &'static str,
        old: AuditFacts,
        new: AuditFacts,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        self.audit_decision(tx, &self.itself(), id, action, old, new, reason)
    }

    #[allow(clippy::too_many_arguments)] // One row's columns.
    fn audit_decision(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        id: InboundMailId,
        action: &'static str,
        old: AuditFacts,
        new: AuditFacts,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        tx.audit().append(&AuditEntry {
            chain: AuditChain::System,
            at: self.now(),
            actor: actor.clone(),
            action,
            entity: "inbound_mail",
            entity_id: id.0,
            old,
            new,
            reason: reason.map(str::to_owned),
        })
    }
}

/// Whether the mail at this position is in the quarantine without bytes.
pub(crate) fn stands_without_bytes(tx: &mut dyn Tx, position: &MailboxPosition) -> Result<bool, StoreError> {
    let Some((uid_validity, uid)) = position.uid else { return Ok(false) };
    let before = MailboxCursor { uid_validity, last_uid: uid.saturating_sub(1) };
    Ok(tx.inbox().list_unfetched(&position.mailbox, before, 1)? == [uid])
}
