//! Mail that is set aside: nothing of it is lost, and it does not stand in the way of the next.

use followup_domain::audit::{AuditChain, AuditEntry, AuditFacts, facts};
use followup_domain::ids::InboundMailId;
use followup_domain::inbound::{MailboxCursor, MailboxPosition, NewInboundMail, UnfetchedMail};
use followup_domain::ports::{Inserted, StoreError, StoreExt, Tx, Updated};

use crate::service::Followup;

impl Followup {
    /// Stores the part of a mail that was fetched and puts it into the quarantine: for people to look at the rest on the server.
    ///
    /// # Errors
    /// The store's; then the mail must be fetched again.
    pub fn store_part_of_mail(&self, mail: &NewInboundMail, reason: &str) -> Result<Inserted<InboundMailId>, StoreError> {
        self.store.write(|tx| {
            let inserted = tx.inbox().insert(mail)?;
            if let Inserted::New(id) = inserted {
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
        tx.audit().append(&AuditEntry {
            chain: AuditChain::System,
            at: self.now(),
            actor: self.itself(),
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
