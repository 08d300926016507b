//! A person decides about a message: move its status, settle its fate, confirm its sender, say what it answers.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::audit::{Actor, AuditFacts, facts};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Classification, Delivery, Direction, MatchKind, Message, MessageKind, MessageStatus};
use followup_domain::ports::{Outcome, StoreError, StoreExt, Tx, Updated};

use crate::audit_facts::{message_entry, outcome_entry};
use crate::match_mail::Answered;
use crate::service::Followup;

/// Why a message was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// There is no such case.
    #[error("case not found")]
    CaseNotFound,
    /// The case has no such message.
    #[error("message not found")]
    NotFound,
    /// An inbound message is not changed like that.
    #[error("the message came in")]
    Inbound,
    /// Only an inbound message answers another one.
    #[error("the message went out")]
    Outbound,
    /// The message waits for no confirmation.
    #[error("the message waits for no confirmation")]
    NotFlagged,
    /// It answers another message already.
    #[error("the message is linked already")]
    Linked,
    /// A message answers an earlier one only.
    #[error("the other message is not earlier")]
    NotEarlier,
    /// Another message was sent in its place.
    #[error("another message was sent in its place")]
    Replaced,
    /// Not from this state.
    #[error("a message that is {0} cannot be changed like that")]
    Illegal(MessageStatus),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// Moves a message's status, with its attempt: completed, responded, skipped.
    ///
    /// # Errors
    /// [`MessageError`]; nothing is changed then.
    pub fn set_message_status(
        &self,
        actor: &Actor,
        case_id: CaseId,
        id: MessageId,
        to: MessageStatus,
        reason: Option<&str>,
    ) -> Result<Message, MessageError> {
        let now = self.now();
        let reason = given(reason);
        self.store.write(|tx| {
            let (_, message) = locked(tx, case_id, id)?;
            let from = message.status.ok_or(MessageError::Inbound)?;
            // Only the transport says that a message was sent, failed or is uncertain.
            let is_persons = matches!(to, MessageStatus::Completed | MessageStatus::Responded | MessageStatus::Skipped);
            if !is_persons || !from.may_become(to) || (from == MessageStatus::Pending && to == MessageStatus::Responded) {
                return Err(MessageError::Illegal(from));
            }
            if (from, to) == (MessageStatus::Pending, MessageStatus::Skipped) {
                if !self.skip_queued(tx, actor, case_id, id, reason.unwrap_or("a mano"), now)? {
                    return Err(MessageError::Illegal(from));
                }
            } else if tx.messages().update_status(id, from, to, now)? == Updated::Stale {
                return Err(MessageError::Illegal(from));
            } else {
                self.audit_status(tx, actor, &message, from, to, reason, now)?;
            }
            let attempt = match to {
                MessageStatus::Completed => AttemptStatus::Completed,
                MessageStatus::Responded => AttemptStatus::Responded,
                _ => AttemptStatus::Skipped,
            };
            self.move_attempt_of(tx, &message, attempt, Some(reason.unwrap_or("a mano")), now)?;
            // The reporter answered by another way.
            if to == MessageStatus::Responded {
                self.hold_attempts(tx, case_id, "respuesta recibida", now)?;
            }
            self.refresh_awaiting(tx, case_id)?;
            stored(tx, id)
        })
    }

    /// Settles a message whose fate nobody knew: a person found out whether it was sent.
    ///
    /// # Errors
    /// [`MessageError`]; nothing is changed then.
    pub fn resolve_message(
        &self,
        actor: &Actor,
        case_id: CaseId,
        id: MessageId,
        was_sent: bool,
        reason: Option<&str>,
    ) -> Result<Message, MessageError> {
        let now = self.now();
        let delivery = if was_sent { Delivery::Accepted } else { Delivery::Rejected };
        self.store.write(|tx| {
            let (_, message) = locked(tx, case_id, id)?;
            let error = (!was_sent).then(|| "una persona comprobó que no se envió".to_owned());
            let outcome = Outcome { transport_response: message.transport_response.clone(), error, ..Outcome::of(delivery, now) };
            let status = message.status.ok_or(MessageError::Inbound)?;
            if !self.settle_uncertain_because(tx, actor, &message, &outcome, given(reason))? {
                return Err(MessageError::Illegal(status));
            }
            self.refresh_awaiting(tx, case_id)?;
            stored(tx, id)
        })
    }

    /// Settles an uncertain message, with its attempt; says whether it was uncertain.
    pub(crate) fn settle_uncertain(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        message: &Message,
        outcome: &Outcome,
    ) -> Result<bool, StoreError> {
        self.settle_uncertain_because(tx, actor, message, outcome, None)
    }

    fn settle_uncertain_because(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        message: &Message,
        outcome: &Outcome,
        reason: Option<&str>,
    ) -> Result<bool, StoreError> {
        if message.delivery != Some(Delivery::Uncertain) || tx.messages().settle_uncertain(message.id, outcome)? == Updated::Stale {
            return Ok(false);
        }
        let mut entry = outcome_entry(message, Delivery::Uncertain, outcome, actor);
        entry.reason = reason.map(str::to_owned).or(entry.reason);
        tx.audit().append(&entry)?;
        let attempt = if outcome.delivery.reached_the_transport() { AttemptStatus::Sent } else { AttemptStatus::Failed };
        self.move_attempt_of(tx, message, attempt, outcome.error.as_deref(), outcome.at)?;
        Ok(true)
    }

    /// A person accepts the sender of a flagged reply: it counts from now on.
    ///
    /// # Errors
    /// [`MessageError`]; nothing is changed then.
    pub fn confirm_sender(&self, actor: &Actor, case_id: CaseId, id: MessageId) -> Result<Message, MessageError> {
        let now = self.now();
        self.store.write(|tx| {
            let (case, message) = locked(tx, case_id, id)?;
            if tx.messages().confirm(id)? == Updated::Stale {
                return Err(MessageError::NotFlagged);
            }
            let mut entry = message_entry(Some(case_id), id, actor, now, "message.confirmed", facts([("confirmed", true.into())]), None);
            entry.old = facts([("confirmed", false.into())]);
            tx.audit().append(&entry)?;
            if message.classification == Some(Classification::Human) {
                let named = message.case_match.is_some_and(|found| found.kind != MatchKind::References);
                self.count_reply(tx, &case, message.parent_id.map(|message_id| Answered { message_id, named }), now)?;
                self.clear_by_reply(tx, message.content.from.as_deref(), message.created_at, now)?;
            }
            stored(tx, id)
        })
    }

    /// A person says which message of the case an unthreaded one answers.
    ///
    /// # Errors
    /// [`MessageError`]; nothing is changed then.
    pub fn link_message(&self, actor: &Actor, case_id: CaseId, id: MessageId, parent_id: MessageId) -> Result<Message, MessageError> {
        let now = self.now();
        let text = self.whole_text(id)?;
        self.store.write(|tx| {
            let (case, message) = locked(tx, case_id, id)?;
            let (_, parent) = locked(tx, case_id, parent_id)?;
            if message.direction == Direction::Out {
                return Err(MessageError::Outbound);
            }
            if message.parent_id.is_some() {
                return Err(MessageError::Linked);
            }
            // An answer comes after what it answers, so no circle can arise.
            if (parent.created_at, parent.id) >= (message.created_at, message.id) {
                return Err(MessageError::NotEarlier);
            }
            if tx.messages().link(id, parent_id)? == Updated::Stale {
                return Err(MessageError::NotFound);
            }
            let mut entry =
                message_entry(Some(case_id), id, actor, now, "message.linked", facts([("parent_id", parent_id.0.into())]), None);
            entry.old = facts([("parent_id", message.parent_id.map(|parent| parent.0).into())]);
            tx.audit().append(&entry)?;
            self.read_again(tx, id, text.as_deref(), parent_id)?;
            if message.is_human_reply() {
                self.count_reply(tx, &case, Some(Answered { message_id: parent_id, named: true }), now)?;
            }
            self.take_named_report(tx, actor, &case, &message, parent_id, now)?;
            stored(tx, id)
        })
    }

    /// A reply that counts: a closed follow-up opens, what it answers is `responded`, and what left before it waits no more.
    pub(crate) fn count_reply(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        answers: Option<Answered>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if case.followup_status == FollowupStatus::Closed {
            self.reopen(tx, &self.itself(), case, "respuesta tardía", now)?;
        }
        self.mark_responded(tx, answers, now)?;
        self.refresh_awaiting(tx, case.id)
    }

    fn mark_responded(&self, tx: &mut dyn Tx, answers: Option<Answered>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(Answered { message_id, named }) = answers else { return Ok(()) };
        let Some(message) = tx.messages().find(message_id)?.filter(|message| message.direction == Direction::Out) else { return Ok(()) };
        // What still waits cannot have been answered: it would be said to be sent once more when it leaves.
        if message.delivery == Some(Delivery::Queued) {
            return Ok(());
        }
        // Our References name letters of unknown fate too, so that they return in every answer to a later one.
        if !named && message.delivery == Some(Delivery::Uncertain) {
            return Ok(());
        }
        // Whoever answers a message has got it.
        let arrived = Outcome { transport_response: message.transport_response.clone(), ..Outcome::of(Delivery::Delivered, now) };
        self.settle_uncertain(tx, &self.itself(), &message, &arrived)?;
        let message = tx.messages().find(message_id)?.unwrap_or(message);
        let Some(status) = message.status.filter(|status| status.may_become(MessageStatus::Responded)) else { return Ok(()) };
        if tx.messages().update_status(message_id, status, MessageStatus::Responded, now)? == Updated::Stale {
            return Ok(());
        }
        self.audit_status(tx, &self.itself(), &message, status, MessageStatus::Responded, None, now)?;
        self.move_attempt_of(tx, &message, AttemptStatus::Responded, None, now)
    }

    #[allow(clippy::too_many_arguments)] // One row's columns.
    pub(crate) fn audit_status(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        message: &Message,
        from: MessageStatus,
        to: MessageStatus,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let status = |status: MessageStatus| -> AuditFacts { facts([("status", status.as_str().into())]) };
        let mut entry = message_entry(message.case_id, message.id, actor, now, "message.status", status(to), reason);
        entry.old = status(from);
        tx.audit().append(&entry)
    }
}

pub(crate) fn locked(tx: &mut dyn Tx, case_id: CaseId, id: MessageId) -> Result<(Case, Message), MessageError> {
    let case = tx.cases().find_for_update(case_id)?.ok_or(MessageError::CaseNotFound)?;
    let message = tx.messages().find(id)?.filter(|message| message.case_id == Some(case_id) && message.kind != MessageKind::Notification);
    Ok((case, message.ok_or(MessageError::NotFound)?))
}

/// A reason that says something.
pub(crate) fn given(reason: Option<&str>) -> Option<&str> {
    reason.map(str::trim).filter(|reason| !reason.is_empty())
}

fn stored(tx: &mut dyn Tx, id: MessageId) -> Result<Message, MessageError> {
    tx.messages().find(id)?.ok_or(MessageError::NotFound)
}
