//! Mail as it arrived: stored, set into the quarantine, taken out of it; and the mailboxes that it comes from.

use followup_domain::audit::{AuditFacts, facts};
use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::{InboundMail, InboundState, MailboxCursor, MailboxPosition, NewInboundMail, UnfetchedMail};
use followup_domain::mail::mailbox_health::{MailboxTrouble, Reconciliation};
use followup_domain::ports::{Discard, Inserted, StoreError, Updated};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Stores a mail. One that stood in the quarantine without bytes leaves it.
pub(crate) fn store(step: &mut Step<'_>, mail: &NewInboundMail) -> Result<Inserted<InboundMailId>, StoreError> {
    let was_withheld = stands_without_bytes(step, &mail.position)?;
    let inserted = step.tx.inbox().insert(mail)?;
    if was_withheld {
        let told = Told::new("inbound_mail.fetched", state("stored")).from(state("quarantined"));
        tell(step, subject(inserted.id()), told)?;
    }
    settle_elsewhere(step, mail, inserted)?;
    Ok(inserted)
}

/// A mail that is stored for the first time may be one that stands without bytes under the mailbox's UIDVALIDITY of before.
fn settle_elsewhere(step: &mut Step<'_>, mail: &NewInboundMail, inserted: Inserted<InboundMailId>) -> Result<(), StoreError> {
    let (Inserted::New(id), Some((uid_validity, _))) = (inserted, mail.position.uid) else { return Ok(()) };
    match step.tx.unfetched().settle_elsewhere(id, uid_validity)? {
        Some(settled) => {
            let new = facts([("state", "processed".into()), ("stored_as", id.0.into())]);
            tell(step, subject(settled), Told::new("inbound_mail.fetched", new).from(state("quarantined")))
        }
        None => Ok(()),
    }
}

/// Stores the part of a mail that was fetched, in the quarantine.
pub(crate) fn store_part(step: &mut Step<'_>, mail: &NewInboundMail, reason: &str) -> Result<Inserted<InboundMailId>, StoreError> {
    let inserted = step.tx.inbox().insert(mail)?;
    if let Inserted::New(id) = inserted {
        step.tx.inbox().record_partial(id)?;
        quarantine(step, id, reason)?;
    }
    settle_elsewhere(step, mail, inserted)?;
    Ok(inserted)
}

/// Keeps in the quarantine that there is a mail that the server names but does not give.
pub(crate) fn store_unfetched(step: &mut Step<'_>, mail: &UnfetchedMail) -> Result<Inserted<InboundMailId>, StoreError> {
    let inserted = step.tx.unfetched().insert(mail)?;
    if let Inserted::New(id) = inserted {
        tell_quarantined(step, id, &mail.reason)?;
    }
    Ok(inserted)
}

/// Sets a stored mail into the quarantine.
pub(crate) fn quarantine(step: &mut Step<'_>, id: InboundMailId, reason: &str) -> Result<(), StoreError> {
    if step.tx.inbox().record_quarantined(id, reason)? == Updated::Stale {
        return Ok(());
    }
    tell_quarantined(step, id, reason)
}

/// What trying a quarantined mail again began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retrying {
    /// It is to be understood anew.
    Stored,
    /// Its mailbox is asked for it again.
    Requested,
    /// It is not in the quarantine.
    NotQuarantined,
}

/// Takes a mail out of the quarantine, to be tried again; one without bytes is asked for again.
pub(crate) fn retry(step: &mut Step<'_>, mail: &InboundMail) -> Result<Retrying, StoreError> {
    let was_discarded = step.tx.quarantine().find_discard(mail.id)?.is_some();
    let asks = mail.raw_id.is_none() && (was_discarded || mail.state == InboundState::Quarantined);
    if step.tx.quarantine().requeue(mail.id)? == Updated::Stale && !asks {
        return Ok(Retrying::NotQuarantined);
    }
    if asks {
        step.tx.unfetched().request_retry(&mail.position.mailbox, step.now)?;
    }
    let old = state(if was_discarded { "discarded" } else { "quarantined" });
    let new = state(if asks { "quarantined" } else { "stored" });
    tell(step, subject(mail.id), Told::new("inbound_mail.retried", new).from(old))?;
    Ok(if asks { Retrying::Requested } else { Retrying::Stored })
}

/// Sets a quarantined mail aside; says whether it was there.
pub(crate) fn discard(step: &mut Step<'_>, id: InboundMailId, discard: &Discard) -> Result<bool, StoreError> {
    if step.tx.quarantine().discard(id, discard)? == Updated::Stale {
        return Ok(false);
    }
    let told = Told::new("inbound_mail.discarded", state("discarded")).from(state("quarantined")).because(Some(&discard.reason));
    tell(step, subject(id), told)?;
    Ok(true)
}

/// Sets how far a mailbox has been read.
pub(crate) fn set_cursor(step: &mut Step<'_>, mailbox: &str, cursor: MailboxCursor) -> Result<(), StoreError> {
    step.tx.mailboxes().set_cursor(mailbox, cursor)
}

/// Counts that the mail at a place could not be fetched; gives how often that was in a row.
pub(crate) fn count_refusal(step: &mut Step<'_>, mailbox: &str, place: MailboxCursor) -> Result<u32, StoreError> {
    step.tx.unfetched().count_refusal(mailbox, place)
}

/// Takes a person's wish that a mailbox be asked again; says whether there was one.
pub(crate) fn take_retry_request(step: &mut Step<'_>, mailbox: &str) -> Result<bool, StoreError> {
    step.tx.unfetched().take_retry_request(mailbox)
}

/// A mailbox was read to its end.
pub(crate) fn mailbox_read(step: &mut Step<'_>, mailbox: &str) -> Result<(), StoreError> {
    step.tx.mailboxes().record_read(mailbox, step.now)
}

/// A mailbox could not be read.
pub(crate) fn mailbox_trouble(step: &mut Step<'_>, mailbox: &str, trouble: MailboxTrouble, alarm: bool) -> Result<(), StoreError> {
    step.tx.mailboxes().record_trouble(mailbox, step.now, trouble, alarm)
}

/// Keeps what a mailbox holds beside what is stored of it.
pub(crate) fn reconciled(step: &mut Step<'_>, mailbox: &str, found: Reconciliation) -> Result<(), StoreError> {
    step.tx.mailboxes().record_reconciliation(mailbox, found)
}

/// A person has seen that a mailbox was set back to an older state; false when it was not.
pub(crate) fn acknowledge_set_back(step: &mut Step<'_>, mailbox: &str) -> Result<bool, StoreError> {
    if step.tx.mailboxes().acknowledge_set_back(mailbox)? == Updated::Stale {
        return Ok(false);
    }
    let told = Told::new("mailbox.set_back_acknowledged", facts([("mailbox", mailbox.into())]));
    tell(step, Subject::System("mailbox", 0), told)?;
    Ok(true)
}

/// Whether the mail at this position is in the quarantine without bytes.
fn stands_without_bytes(step: &mut Step<'_>, position: &MailboxPosition) -> Result<bool, StoreError> {
    let Some((uid_validity, uid)) = position.uid else { return Ok(false) };
    let before = MailboxCursor { uid_validity, last_uid: uid.saturating_sub(1) };
    Ok(step.tx.unfetched().list(&position.mailbox, before, 1)? == [uid])
}

fn tell_quarantined(step: &mut Step<'_>, id: InboundMailId, reason: &str) -> Result<(), StoreError> {
    tell(step, subject(id), Told::new("inbound_mail.quarantined", state("quarantined")).because(Some(reason)))
}

fn subject(id: InboundMailId) -> Subject {
    Subject::System("inbound_mail", id.0)
}

fn state(text: &'static str) -> AuditFacts {
    facts([("state", text.into())])
}
