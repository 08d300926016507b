//! A person decides about an attempt: skip, reschedule, complete, reactivate, schedule one more, send now.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, AttemptStatus, due_at};
use followup_domain::audit::{Actor, AuditChain, AuditEntry, AuditFacts, facts};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::message::{Channel, Message, MessageContent, MessageKind};
use followup_domain::ports::{Lease, NewAttempt, NewOutboundMessage, NewOutboundTiming, StoreError, StoreExt, Tx};

use crate::audit_facts::{message_entry, plan_entry};
use crate::automatic_request::asked_items;
use crate::change_message::given;
use crate::claim_checks::Decision;
use crate::move_attempt::AttemptChange;
use crate::send_message::SendMessageError;
use crate::service::Followup;
use crate::stop_reason::StopReason;

/// What is done with an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptAction {
    /// Passes it over.
    Skip {
        /// Why.
        reason: Option<String>,
    },
    /// Gives it another date.
    Reschedule {
        /// The new date (UTC).
        due_at: DateTime<Utc>,
        /// Why.
        reason: Option<String>,
    },
    /// What it was for came in by another way.
    Complete {
        /// How.
        reason: Option<String>,
    },
    /// Brings back what was skipped, held or failed; earlier replies no longer hold it.
    Reactivate {
        /// Its date from now on (UTC); without one, the one it had.
        due_at: Option<DateTime<Utc>>,
        /// Why.
        reason: Option<String>,
    },
}

/// Why an attempt was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttemptError {
    /// There is no such case.
    #[error("case not found")]
    CaseNotFound,
    /// The case has no such attempt.
    #[error("attempt not found")]
    NotFound,
    /// The follow-up is closed.
    #[error("follow-up is closed")]
    Closed,
    /// Not from this state.
    #[error("an attempt that is {0} cannot be changed like that")]
    Illegal(AttemptStatus),
    /// The date lies outside what can be kept.
    #[error("date out of range")]
    DateOutOfRange,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A contact to be scheduled besides a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContact {
    /// When (UTC).
    pub due_at: DateTime<Utc>,
    /// What the unit calls it.
    pub label: String,
    /// How.
    pub channel: Channel,
    /// Why.
    pub reason: Option<String>,
}

impl Followup {
    /// Changes an attempt.
    ///
    /// # Errors
    /// [`AttemptError`]; nothing is changed then.
    pub fn override_attempt(&self, actor: &Actor, case_id: CaseId, id: AttemptId, action: &AttemptAction) -> Result<Attempt, AttemptError> {
        let now = self.now();
        self.store.write(|tx| {
            let (case, attempt) = locked(tx, case_id, id)?;
            let (to, change) = match action {
                AttemptAction::Skip { reason } => (AttemptStatus::Skipped, change(reason, "omitido a mano")),
                AttemptAction::Complete { reason } => (AttemptStatus::Completed, change(reason, "completado a mano")),
                AttemptAction::Reschedule { due_at, reason } => {
                    (AttemptStatus::Pending, AttemptChange { due_at: Some(*due_at), ..change(reason, "reprogramado") })
                }
                AttemptAction::Reactivate { due_at, reason } => {
                    (AttemptStatus::Pending, AttemptChange { due_at: *due_at, reactivated: true, ..change(reason, "reactivado") })
                }
            };
            check_action(action, &case, &attempt)?;
            self.withdraw_letter_of(tx, actor, &attempt, to, now)?;
            if !self.change_attempt(tx, actor, &attempt, to, &change, now)? {
                return Err(AttemptError::Illegal(attempt.status));
            }
            if change.reactivated {
                self.reopen_plan(tx, actor, &attempt, now)?;
            }
            tx.attempts().find(id)?.ok_or(AttemptError::NotFound)
        })
    }

    /// Schedules one more contact, besides any plan.
    ///
    /// # Errors
    /// [`AttemptError`]; nothing is stored then.
    pub fn schedule_attempt(&self, actor: &Actor, case_id: CaseId, contact: &NewContact) -> Result<Attempt, AttemptError> {
        let now = self.now();
        let due_at = due_at(contact.due_at, 0).ok_or(AttemptError::DateOutOfRange)?;
        self.store.write(|tx| {
            let case = tx.cases().find_for_update(case_id)?.ok_or(AttemptError::CaseNotFound)?;
            if case.followup_status == FollowupStatus::Closed {
                return Err(AttemptError::Closed);
            }
            let position = tx.attempts().list(case_id)?.iter().map(|attempt| attempt.position).max().unwrap_or(0).saturating_add(1);
            let new = NewAttempt {
                case_id,
                plan_id: None,
                position,
                label: contact.label.clone(),
                due_at,
                channel: contact.channel,
                created_at: now,
            };
            let id = tx.attempts().insert_all(&[new])?.first().copied().ok_or(AttemptError::NotFound)?;
            tx.audit().append(&AuditEntry {
                chain: AuditChain::Case(case_id),
                at: now,
                actor: actor.clone(),
                action: "attempt.scheduled",
                entity: "attempt",
                entity_id: id.0,
                old: AuditFacts::new(),
                new: facts([("status", "pending".into()), ("due_at", due_at.into()), ("channel", contact.channel.as_str().into())]),
                reason: given(contact.reason.as_deref()).map(str::to_owned),
            })?;
            tx.attempts().find(id)?.ok_or(AttemptError::NotFound)
        })
    }

    /// Sends an attempt's letter now, whatever the schedule, the delay and earlier replies say; tried once.
    ///
    /// # Errors
    /// [`SendNowError`]. From [`SendMessageError::Stopped`] on, the message stands in the thread.
    pub fn send_attempt_now(&self, actor: &Actor, case_id: CaseId, id: AttemptId, reason: Option<&str>) -> Result<Message, SendNowError> {
        self.send_attempt_overriding(actor, case_id, id, reason, None)
    }

    /// As [`Followup::send_attempt_now`]; with a reason also to an address at which letters failed.
    ///
    /// # Errors
    /// [`SendNowError`].
    pub fn send_attempt_overriding(
        &self,
        actor: &Actor,
        case_id: CaseId,
        id: AttemptId,
        reason: Option<&str>,
        overriding: Option<&str>,
    ) -> Result<Message, SendNowError> {
        let lease = self.new_lease();
        let now = self.now();
        let message = self.store.write(|tx| self.queue_now(tx, actor, case_id, id, (given(reason), given(overriding)), &lease, now))?;
        Ok(self.try_once(&message, &lease)?)
    }

    #[allow(clippy::too_many_arguments)] // One transaction's inputs; they have nothing else in common.
    fn queue_now(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        case_id: CaseId,
        id: AttemptId,
        (reason, overriding): (Option<&str>, Option<&str>),
        lease: &Lease,
        now: DateTime<Utc>,
    ) -> Result<Message, SendNowError> {
        let (case, attempt) = locked(tx, case_id, id)?;
        let to = self.contact_of(&case, attempt.channel)?;
        if case.followup_status == FollowupStatus::Closed {
            return Err(AttemptError::Closed.into());
        }
        // What is being sent already is not sent besides.
        if !matches!(attempt.status, AttemptStatus::Pending | AttemptStatus::Skipped | AttemptStatus::Cancelled | AttemptStatus::Failed) {
            return Err(AttemptError::Illegal(attempt.status).into());
        }
        // Letters are written by e-mail only.
        if attempt.channel != Channel::Email {
            return Err(SendMessageError::NotConfigured.into());
        }
        if let Some(to) = &to {
            self.refuse_bounced(tx, to, overriding)?;
        }
        let reason = reason.or(overriding);
        let external_id = self.ids.message_id();
        let new = NewOutboundMessage {
            case_id,
            channel: attempt.channel,
            kind: MessageKind::SentNow,
            content: MessageContent::default(),
            unique_key: format!("attempt:{id}:now:{external_id}"),
            external_id,
            attempt_id: Some(id),
            resend_of: None,
            created_at: now,
            timing: NewOutboundTiming::Leased(lease.clone()),
        };
        let message_id = tx.messages().insert_outbound(&new)?.id();
        let message = tx.messages().find(message_id)?.ok_or(AttemptError::NotFound)?;
        let (content, asks) = match self.decide(tx, &case, &message, now)? {
            Decision::Send { content, asks } => (content, asks),
            Decision::Withdraw(withdrawal) => return Err(SendMessageError::NotSent(withdrawal.why).into()),
            Decision::PutOff { reason, .. } => return Err(SendMessageError::NotSent(StopReason::Other(reason.to_owned())).into()),
        };
        if self.senders.of(attempt.channel).is_none() {
            return Err(SendMessageError::NotConfigured.into());
        }
        tx.messages().set_content(message_id, &lease.token, &content)?;
        let items = asked_items(&case.record, asks.into_iter().map(|item| item.path));
        tx.requests().set_asked(message_id, case_id, &items)?;
        let new = facts([("kind", new.kind.as_str().into()), ("channel", new.channel.as_str().into()), ("attempt_id", id.0.into())]);
        tx.audit().append(&message_entry(Some(case_id), message_id, actor, now, "message.queued", new, reason))?;
        let reason = Some(reason.unwrap_or("enviado a mano"));
        let change = AttemptChange { message_id: Some(message_id), reason, ..AttemptChange::default() };
        if !self.change_attempt(tx, actor, &attempt, AttemptStatus::Sending, &change, now)? {
            return Err(AttemptError::Illegal(attempt.status).into());
        }
        Ok(Message { content, ..message })
    }

    /// The plan of an attempt that was brought back is active again.
    pub(crate) fn reopen_plan(&self, tx: &mut dyn Tx, actor: &Actor, attempt: &Attempt, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(plan_id) = attempt.plan_id else { return Ok(()) };
        if let Some(ended) = tx.plans().reopen(plan_id)? {
            let (old, new) = (facts([("status", ended.as_str().into())]), facts([("status", "active".into())]));
            tx.audit().append(&plan_entry(attempt.case_id, plan_id, actor, now, "plan.reopened", old, new))?;
        }
        Ok(())
    }

    /// A letter that waits in the queue for an attempt that a person settles is taken out of it. One that is being handed over
    /// at this moment can no longer be stopped.
    fn withdraw_letter_of(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        attempt: &Attempt,
        to: AttemptStatus,
        now: DateTime<Utc>,
    ) -> Result<(), AttemptError> {
        let Some(message_id) = attempt.message_id.filter(|_| attempt.status == AttemptStatus::Sending && to.is_settled()) else {
            return Ok(());
        };
        if !self.skip_queued(tx, actor, attempt.case_id, message_id, "el intento fue resuelto a mano", now)? {
            return Err(AttemptError::Illegal(attempt.status));
        }
        Ok(())
    }
}

/// Why an attempt's letter was not sent now.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SendNowError {
    /// The attempt may not be sent.
    #[error(transparent)]
    Attempt(#[from] AttemptError),
    /// The transport, or a condition of sending.
    #[error(transparent)]
    Send(#[from] SendMessageError),
}

impl From<StoreError> for SendNowError {
    fn from(error: StoreError) -> Self {
        Self::Attempt(error.into())
    }
}

fn locked(tx: &mut dyn Tx, case_id: CaseId, id: AttemptId) -> Result<(Case, Attempt), AttemptError> {
    let case = tx.cases().find_for_update(case_id)?.ok_or(AttemptError::CaseNotFound)?;
    let attempt = tx.attempts().find(id)?.filter(|attempt| attempt.case_id == case_id).ok_or(AttemptError::NotFound)?;
    Ok((case, attempt))
}

fn check_action(action: &AttemptAction, case: &Case, attempt: &Attempt) -> Result<(), AttemptError> {
    let (new_date, from) = match action {
        AttemptAction::Reschedule { due_at, .. } => (Some(*due_at), &[AttemptStatus::Pending][..]),
        AttemptAction::Reactivate { due_at, .. } => {
            (*due_at, &[AttemptStatus::Skipped, AttemptStatus::Cancelled, AttemptStatus::Failed][..])
        }
        AttemptAction::Skip { .. } | AttemptAction::Complete { .. } => return Ok(()),
    };
    if case.followup_status == FollowupStatus::Closed {
        return Err(AttemptError::Closed);
    }
    if !from.contains(&attempt.status) {
        return Err(AttemptError::Illegal(attempt.status));
    }
    match new_date {
        Some(date) if due_at(date, 0).is_none() => Err(AttemptError::DateOutOfRange),
        _ => Ok(()),
    }
}

fn change<'a>(reason: &'a Option<String>, otherwise: &'static str) -> AttemptChange<'a> {
    AttemptChange { reason: Some(given(reason.as_deref()).unwrap_or(otherwise)), ..AttemptChange::default() }
}
