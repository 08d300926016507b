//! The one place where an attempt changes its state: legal, audited, and its plan ended with the last open attempt.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlanStatus};
use followup_domain::audit::{Actor, facts};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Message, MessageKind};
use followup_domain::ports::{AttemptUpdate, StoreError, Tx, Updated};

use crate::audit_facts::{attempt_entry, message_entry, plan_entry};
use crate::service::Followup;

/// What an attempt becomes.
#[derive(Debug, Clone, Default)]
pub(crate) struct AttemptChange<'a> {
    /// Why, where it was not sent.
    pub(crate) reason: Option<&'a str>,
    /// The message it produced.
    pub(crate) message_id: Option<MessageId>,
    /// A new due date.
    pub(crate) due_at: Option<DateTime<Utc>>,
    /// A person brings it back.
    pub(crate) reactivated: bool,
}

impl Followup {
    /// Moves the attempt that a message carries out, if any.
    pub(crate) fn move_attempt_of(
        &self,
        tx: &mut dyn Tx,
        message: &Message,
        to: AttemptStatus,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        match self.attempt_of(tx, message)? {
            Some(attempt) => self.move_attempt(tx, &attempt, to, reason, None, now),
            None => Ok(()),
        }
    }

    /// The attempt that a message was written for, or that counts it as its own.
    pub(crate) fn attempt_of(&self, tx: &mut dyn Tx, message: &Message) -> Result<Option<Attempt>, StoreError> {
        if let Some(attempt_id) = message.attempt_id {
            // A message that another one was sent in place of no longer speaks for the attempt.
            return Ok(tx.attempts().find(attempt_id)?.filter(|attempt| attempt.message_id == Some(message.id)));
        }
        let Some(case_id) = message.case_id else { return Ok(None) };
        Ok(tx.attempts().list(case_id)?.into_iter().find(|attempt| attempt.message_id == Some(message.id)))
    }

    /// The reporter was heard: what is scheduled waits for a person, who may bring it back.
    pub(crate) fn hold_attempts(&self, tx: &mut dyn Tx, case_id: CaseId, reason: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.forget_held(tx, case_id)?;
        for attempt in tx.attempts().list(case_id)? {
            match attempt.status {
                AttemptStatus::Pending => self.move_attempt(tx, &attempt, AttemptStatus::Cancelled, Some(reason), None, now)?,
                AttemptStatus::Sending => drop(self.stop_letter_of(tx, &attempt, AttemptStatus::Cancelled, reason, now)?),
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes a plan's letter that waits to be sent out of the queue, and settles its attempt; says whether it could be stopped. One
    /// that is leaving cannot, and one that a person is sending at this moment is not.
    pub(crate) fn stop_letter_of(
        &self,
        tx: &mut dyn Tx,
        attempt: &Attempt,
        to: AttemptStatus,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let Some(message_id) = attempt.message_id else { return Ok(false) };
        let by_itself = tx.messages().find(message_id)?.is_some_and(|message| message.kind == MessageKind::PlanLetter);
        if !by_itself || !self.skip_queued(tx, &self.itself(), attempt.case_id, message_id, reason, now)? {
            return Ok(false);
        }
        self.move_attempt(tx, attempt, to, Some(reason), None, now)?;
        Ok(true)
    }

    /// Takes a message that waits to be sent out of the queue, with its reason, and gives back the place that it took among the case's
    /// automatic letters; says whether it could be stopped.
    pub(crate) fn skip_queued(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        case_id: CaseId,
        message_id: MessageId,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        if tx.messages().skip(message_id, reason, now)? == Updated::Stale {
            return Ok(false);
        }
        self.tell_skipped(tx, actor, case_id, message_id, reason, now)?;
        Ok(true)
    }

    /// What follows when a message was taken out of the queue.
    pub(crate) fn tell_skipped(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        case_id: CaseId,
        message_id: MessageId,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let new = facts([("status", "skipped".into())]);
        tx.audit().append(&message_entry(Some(case_id), message_id, actor, now, "message.skipped", new, Some(reason)))?;
        tx.requests().release_automatic(case_id, message_id)
    }

    /// Moves an attempt by the service itself; what is not legal changes nothing.
    pub(crate) fn move_attempt(
        &self,
        tx: &mut dyn Tx,
        attempt: &Attempt,
        to: AttemptStatus,
        reason: Option<&str>,
        message_id: Option<MessageId>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let change = AttemptChange { reason, message_id, ..AttemptChange::default() };
        self.change_attempt(tx, &self.itself(), attempt, to, &change, now).map(drop)
    }

    /// Moves an attempt; says whether it was legal and done.
    pub(crate) fn change_attempt(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        attempt: &Attempt,
        to: AttemptStatus,
        change: &AttemptChange<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        // A new date leaves it pending; every other change is a move.
        let is_legal = attempt.status.may_become(to) || (attempt.status == to && to == AttemptStatus::Pending && change.due_at.is_some());
        if !is_legal {
            return Ok(false);
        }
        let update = AttemptUpdate {
            id: attempt.id,
            from: attempt.status,
            to,
            reason: change.reason.map(str::to_owned),
            message_id: change.message_id,
            due_at: change.due_at,
            reactivated: change.reactivated,
            at: now,
        };
        if tx.attempts().update(&update)? == Updated::Stale {
            return Ok(false);
        }
        tx.audit().append(&attempt_entry(attempt, &update, actor))?;
        // Whoever brings back what is held decides about it.
        if attempt.status == AttemptStatus::Cancelled {
            tx.addresses().release(attempt.case_id, Some(attempt.id))?;
        }
        if to.is_settled() {
            self.finish_plan_if_settled(tx, attempt, now)?;
        }
        Ok(true)
    }

    fn finish_plan_if_settled(&self, tx: &mut dyn Tx, attempt: &Attempt, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(plan_id) = attempt.plan_id else { return Ok(()) };
        let open = tx.attempts().list(attempt.case_id)?.iter().any(|other| other.plan_id == Some(plan_id) && !other.status.is_settled());
        if !open && tx.plans().end(plan_id, PlanStatus::Finished, now)? == Updated::Yes {
            let (old, new) = (facts([("status", "active".into())]), facts([("status", "finished".into())]));
            tx.audit().append(&plan_entry(attempt.case_id, plan_id, &self.itself(), now, "plan.finished", old, new))?;
        }
        Ok(())
    }
}
