//! Recording what became of a message: the transport's answer, its attempt, and what a dead process left behind.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::case::Estado;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Delivery, Message, MessageKind};
use followup_domain::ports::{Lease, Outcome, StoreError, StoreExt, Tx, Updated};
use followup_domain::sending::refusal::refusal;

use crate::audit_facts::{estado_entry, outcome_entry};
use crate::deliver::Fate;
use crate::failed_address::Learned;
use crate::retry_policy::Patience;
use crate::service::Followup;

impl Followup {
    /// Records an outcome; an answer of the transport in our hands is not given up while the store may come back.
    pub(crate) fn record(&self, message: &Message, lease: &Lease, outcome: &Outcome, patience: Patience) -> Result<Fate, StoreError> {
        self.insist(message.id, patience, |tx| self.store_outcome(tx, message, lease, outcome))?;
        if outcome.delivery == Delivery::Accepted && message.kind != MessageKind::Notification {
            self.mark_in_progress(message.case_id);
        }
        Ok(match outcome.delivery {
            Delivery::Accepted => Fate::Accepted,
            Delivery::Uncertain => Fate::Uncertain,
            _ => Fate::Rejected,
        })
    }

    /// Stores what is known of a message, again and again with pauses while the store is away. What could not be stored is found by its
    /// lease, and a message that was handed over is uncertain then.
    pub(crate) fn insist(
        &self,
        message_id: MessageId,
        patience: Patience,
        mut work: impl FnMut(&mut dyn Tx) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut tried = 1;
        loop {
            let Err(error) = self.store.write(&mut work) else { return Ok(()) };
            let Some(pause) = patience.pause(tried, &error) else {
                tracing::error!(message_id = message_id.0, tried, %error, "what became of a message could not be recorded");
                return Err(error);
            };
            tracing::warn!(message_id = message_id.0, tried, %error, "recording what became of a message is tried again");
            self.clock.pause(pause);
            tried += 1;
        }
    }

    pub(crate) fn store_outcome(&self, tx: &mut dyn Tx, message: &Message, lease: &Lease, outcome: &Outcome) -> Result<(), StoreError> {
        self.lock_case(tx, message.case_id)?;
        let current = existing(tx.messages().find(message.id)?)?;
        if tx.messages().record_outcome(message.id, &lease.token, outcome)? == Updated::Stale {
            return Ok(());
        }
        let from = current.delivery.unwrap_or(Delivery::Queued);
        tx.audit().append(&outcome_entry(&current, from, outcome, &self.itself()))?;
        self.learn_alias_of_answer(tx, &current, outcome)?;
        if let (Delivery::Accepted, Some(case_id)) = (outcome.delivery, current.case_id) {
            self.refresh_awaiting(tx, case_id)?;
        }
        if let (Delivery::Rejected, Some(case_id)) = (outcome.delivery, current.case_id) {
            tx.requests().release_automatic(case_id, current.id)?;
        }
        let (status, reason) = match outcome.delivery {
            Delivery::Accepted => (AttemptStatus::Sent, None),
            Delivery::Uncertain => (AttemptStatus::Uncertain, Some("resultado incierto")),
            _ => (AttemptStatus::Failed, outcome.error.as_deref()),
        };
        self.move_attempt_of(tx, &current, status, reason, outcome.at)?;
        match outcome.delivery {
            Delivery::Accepted => self.apply_earlier_reports(tx, &current, outcome.at),
            Delivery::Uncertain => {
                self.apply_earlier_reports(tx, &current, outcome.at)?;
                self.settle_by_earlier_mail(tx, &current, outcome.at)
            }
            _ => self.learn_from_refusal(tx, &current, outcome),
        }
    }

    /// A server that refuses the recipient for good says of the address what a bounce says; the unit is told where nothing goes to it any
    /// more.
    fn learn_from_refusal(&self, tx: &mut dyn Tx, message: &Message, outcome: &Outcome) -> Result<(), StoreError> {
        let failure = outcome.transport_response.as_deref().and_then(refusal);
        let (Some(failure), Some(case_id)) = (failure, message.case_id) else { return Ok(()) };
        let Some(case) = tx.cases().find(case_id)? else { return Ok(()) };
        let by = &self.itself();
        let learned = Learned { failure: &failure, reported: None, at: outcome.at, by };
        if self.address_failed(tx, &case, message, &learned, outcome.at)? && message.kind != MessageKind::Notification {
            self.notify_of_held(tx, &case, message.id, &failure.to_string(), outcome.at)?;
        }
        Ok(())
    }

    pub(crate) fn lock_case(&self, tx: &mut dyn Tx, case_id: Option<CaseId>) -> Result<(), StoreError> {
        if let Some(case_id) = case_id {
            tx.cases().find_for_update(case_id)?;
        }
        Ok(())
    }

    /// Sending moves a pending case on. It must not undo the sending, so it is a transaction of its own and its failure is only logged.
    pub(crate) fn mark_in_progress(&self, case_id: Option<CaseId>) {
        let Some(case_id) = case_id else { return };
        let now = self.now();
        let moved = self.store.write::<(), StoreError>(|tx| {
            let pending = tx.cases().find_for_update(case_id)?.is_some_and(|case| case.record.estado == Estado::Pendiente);
            if pending && tx.cases().update_estado(case_id, Estado::Pendiente, Estado::EnProgreso, now)? == Updated::Yes {
                tx.audit().append(&estado_entry(case_id, Estado::Pendiente, Estado::EnProgreso, &self.itself(), now))?;
            }
            Ok(())
        });
        if let Err(error) = moved {
            tracing::error!(icsr_id = case_id.0, %error, "estado could not be updated after sending");
        }
    }

    /// Messages whose process died while they were handed over are uncertain from now on.
    pub(crate) fn settle_abandoned(&self) -> Result<u32, StoreError> {
        let now = self.now();
        let abandoned = self.store.read::<_, StoreError>(|tx| tx.messages().list_abandoned(now, 100))?;
        let mut settled = 0;
        for (claimed, token) in abandoned {
            let lease = Lease { token, until: now };
            let done = self.store.write(|tx| {
                let message = existing(tx.messages().find(claimed.message_id)?)?;
                self.store_outcome(tx, &message, &lease, &uncertain(None, now))
            });
            match done {
                Ok(()) => settled += 1,
                Err(error) if error.may_pass() => return Err(error),
                Err(error) => tracing::error!(message_id = claimed.message_id.0, %error, "an abandoned message could not be settled"),
            }
        }
        Ok(settled)
    }
}

pub(crate) fn existing(message: Option<Message>) -> Result<Message, StoreError> {
    message.ok_or_else(|| StoreError::Refused("a queued message cannot be found".into()))
}

pub(crate) fn rejected(transport_response: Option<String>, error: String, at: DateTime<Utc>) -> Outcome {
    Outcome { delivery: Delivery::Rejected, transport_response, error: Some(error), at }
}

pub(crate) fn uncertain(transport_response: Option<String>, at: DateTime<Utc>) -> Outcome {
    Outcome { delivery: Delivery::Uncertain, transport_response, error: Some("resultado incierto".into()), at }
}
