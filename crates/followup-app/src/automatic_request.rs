//! The automatic request: queued when something is missing that no letter has asked for yet.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use followup_domain::asking::missing::{FieldPath, MissingItem};
use followup_domain::audit::facts;
use followup_domain::case::{Case, CaseRecord};
use followup_domain::ids::CaseId;
use followup_domain::message::{Channel, Delivery, MessageContent, MessageKind};
use followup_domain::ports::{AskedItem, Inserted, NewOutboundMessage, NewOutboundTiming, StoreError, Tx};

use crate::audit_facts::message_entry;
use crate::service::Followup;

impl Followup {
    /// Queues one automatic request for the case, if it is due one. The case is locked by the caller, so two updates at the
    /// same instant give one letter; the unique key would see to it even without the lock. Its text is written when it is
    /// claimed, so it never asks for what has come in meanwhile.
    pub(crate) fn queue_automatic_request(&self, tx: &mut dyn Tx, case: &Case, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.queue_automatic_after(tx, case, now, now)
    }

    /// The same, to be sent not before `earliest`.
    pub(crate) fn queue_automatic_after(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        earliest: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if self.senders.email.is_none() || !self.asks_by_itself(tx, case)? {
            return Ok(());
        }
        let Some(to) = self.channels(&case.record).email else { return Ok(()) };
        if tx.contacts().find_blocked(to.as_str())?.is_some() {
            return Ok(());
        }
        if self.missing_and_not_asked(tx, case)?.is_empty() {
            return Ok(());
        }
        if tx.requests().queued_automatic(case.id)?.is_some() {
            return Ok(());
        }
        if let Some(held) = self.held_address(tx, case)? {
            return self.wait_for_address(tx, case.id, None, &held.address);
        }
        // Within the delay after another automatic letter it is put off, not lost. An instant that lies further ahead than the delay is
        // of a clock that ran ahead.
        let delay = self.policy.automatic_delay;
        let last = case.last_automatic.as_ref().filter(|last| last.at <= now + delay);
        let not_before = last.map_or(earliest, |last| (last.at + delay).max(earliest));
        let number = tx.requests().count_automatic(case.id)? + 1;
        let message = NewOutboundMessage {
            case_id: case.id,
            channel: Channel::Email,
            kind: MessageKind::AutomaticRequest,
            content: MessageContent::default(),
            external_id: self.ids.message_id(),
            unique_key: format!("auto:{}:{number}", case.id),
            attempt_id: None,
            resend_of: None,
            created_at: now,
            timing: NewOutboundTiming::NotBefore(not_before),
        };
        if let Inserted::New(id) = tx.messages().insert_outbound(&message)? {
            let new = facts([
                ("kind", message.kind.as_str().into()),
                ("channel", message.channel.as_str().into()),
                ("not_before", not_before.into()),
            ]);
            tx.audit().append(&message_entry(Some(case.id), id, &self.itself(), now, "message.queued", new, None))?;
        }
        Ok(())
    }

    /// Takes the automatic request that waits, if one does, out of the queue.
    pub(crate) fn withdraw_automatic(&self, tx: &mut dyn Tx, case_id: CaseId, reason: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(id) = tx.requests().queued_automatic(case_id)? else { return Ok(()) };
        self.skip_queued(tx, &self.itself(), case_id, id, reason, now).map(drop)
    }

    /// Whether automatic requests are wanted for this case now (product rules; the delay and the caps come at claim).
    pub(crate) fn asks_by_itself(&self, tx: &mut dyn Tx, case: &Case) -> Result<bool, StoreError> {
        Ok(self.why_not_by_itself(tx, case)?.is_none())
    }

    /// Why no automatic request may go for this case now, in Spanish.
    pub(crate) fn why_not_by_itself(&self, tx: &mut dyn Tx, case: &Case) -> Result<Option<&'static str>, StoreError> {
        if !self.policy.automatic_requests {
            return Ok(Some("solicitudes automáticas desactivadas"));
        }
        if !case.accepts_automatic_requests() {
            return Ok(Some("el caso no admite solicitudes automáticas"));
        }
        if tx.plans().find_active(case.id)?.is_some() {
            return Ok(Some("el plan activo hace las solicitudes"));
        }
        if tx.messages().count_unread(case.id)? > 0 {
            return Ok(Some("hay una respuesta sin leer"));
        }
        Ok(None)
    }

    /// What is missing and stands in no letter that was accepted. A letter of unknown fate counts as one that asked:
    /// asking twice annoys, and the unit sees the uncertain one.
    pub(crate) fn missing_and_not_asked(&self, tx: &mut dyn Tx, case: &Case) -> Result<Vec<MissingItem>, StoreError> {
        let asked = asked_paths(tx, case)?;
        let missing = self.open_items(tx, case)?;
        Ok(missing.into_iter().filter(|item| !asked.contains(&item.path)).collect())
    }
}

/// The fields that some letter has asked for, as far as anyone can know.
pub(crate) fn asked_paths(tx: &mut dyn Tx, case: &Case) -> Result<BTreeSet<FieldPath>, StoreError> {
    let may_have_left =
        |delivery: Delivery| delivery.reached_the_transport() || matches!(delivery, Delivery::Uncertain | Delivery::Transmitting);
    let asked = tx.requests().asked(case.id)?;
    let asked = asked.into_iter().filter(|asked| asked.delivery.is_some_and(may_have_left));
    Ok(asked.filter_map(|asked| asked.item.path_in(&case.record)).collect())
}

/// What a letter asks for, with the products that it asks about.
pub(crate) fn asked_items(record: &CaseRecord, paths: impl IntoIterator<Item = FieldPath>) -> Vec<AskedItem> {
    paths.into_iter().map(|path| AskedItem::of(record, path)).collect()
}
