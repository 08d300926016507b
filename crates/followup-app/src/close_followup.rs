//! Closing and reopening a follow-up.

use chrono::{DateTime, Utc};
use followup_domain::asking::closing::{ClosureFacts, UnmetCheck, unmet_checks};
use followup_domain::asking::missing::compute_missing;
use followup_domain::asking::plan::{AttemptStatus, PlanStatus};
use followup_domain::audit::{Actor, facts};
use followup_domain::case::ClosureReason;
use followup_domain::case::{Case, Closure, Estado, FollowupStatus};
use followup_domain::ids::CaseId;
use followup_domain::message::Delivery;
use followup_domain::ports::{StoreError, StoreExt, Tx, Updated};

use crate::audit_facts::{case_entry, estado_entry, plan_entry};
use crate::errors::{InvalidReason, reason_of};
use crate::move_attempt::AttemptChange;
use crate::service::Followup;

/// What a person closes a follow-up with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseRequest {
    /// Why.
    pub reason: ClosureReason,
    /// The outcome and what stays open.
    pub notes: String,
    /// Why it is closed although a check does not hold.
    pub override_reason: Option<String>,
}

/// Why a follow-up was not closed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloseError {
    /// There is no such case.
    #[error("case not found")]
    NotFound,
    /// It is closed already, or open already.
    #[error("the follow-up is in that state already")]
    Already,
    /// Checks that do not hold, and no override.
    #[error("checks that do not hold")]
    Unmet(Vec<UnmetCheck>),
    /// A reopening needs a reason that can be kept.
    #[error(transparent)]
    Reason(#[from] InvalidReason),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// Closes the follow-up of a case: what is scheduled is cancelled, what is queued is not sent, `estado` becomes `Completado`
    /// if nothing required is missing.
    ///
    /// # Errors
    /// [`CloseError`]; nothing is changed then.
    pub fn close_followup(&self, actor: &Actor, case_id: CaseId, request: &CloseRequest) -> Result<Case, CloseError> {
        let now = self.now();
        self.store.write(|tx| {
            let case = tx.cases().find_for_update(case_id)?.ok_or(CloseError::NotFound)?;
            if case.followup_status == FollowupStatus::Closed {
                return Err(CloseError::Already);
            }
            let unmet = unmet_checks(&self.closure_facts(tx, &case, request)?);
            let overriding = request.override_reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
            // An override is about the case; notes are demanded all the same.
            if unmet.contains(&UnmetCheck::Notes) || (!unmet.is_empty() && overriding.is_none()) {
                return Err(CloseError::Unmet(unmet));
            }
            self.close(tx, actor, &case, request, overriding.filter(|_| !unmet.is_empty()), now)?;
            tx.cases().find(case_id)?.ok_or(CloseError::NotFound)
        })
    }

    /// Opens a closed follow-up again.
    ///
    /// # Errors
    /// [`CloseError`]; nothing is changed then.
    pub fn reopen_followup(&self, actor: &Actor, case_id: CaseId, reason: &str) -> Result<Case, CloseError> {
        let reason = reason_of(reason)?;
        let now = self.now();
        self.store.write(|tx| {
            let case = tx.cases().find_for_update(case_id)?.ok_or(CloseError::NotFound)?;
            if !self.reopen(tx, actor, &case, reason, now)? {
                return Err(CloseError::Already);
            }
            tx.cases().find(case_id)?.ok_or(CloseError::NotFound)
        })
    }

    /// Opens it, if it is closed; the case is locked.
    pub(crate) fn reopen(&self, tx: &mut dyn Tx, actor: &Actor, case: &Case, reason: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        if tx.cases().reopen(case.id, now)? == Updated::Stale {
            return Ok(false);
        }
        let (old, new) = (facts([("followup_status", "closed".into())]), facts([("followup_status", "open".into())]));
        let mut entry = case_entry(case.id, actor, now, "followup.reopened", old, new);
        entry.reason = Some(reason.to_owned());
        tx.audit().append(&entry)?;
        self.settle_waiting(tx, case.id, now)?;
        Ok(true)
    }

    pub(crate) fn closure_facts(&self, tx: &mut dyn Tx, case: &Case, request: &CloseRequest) -> Result<ClosureFacts, StoreError> {
        let attempts = tx.messages().count_contacts(case.id)?;
        Ok(ClosureFacts {
            reason: request.reason,
            notes: request.notes.clone(),
            undocumented: self.open_items(tx, case)?.into_iter().map(|item| item.path).collect(),
            attempts: usize::try_from(attempts).unwrap_or(0),
            serious: case.record.is_serious(),
        })
    }

    /// Closes it; the case is locked and the checks are done.
    pub(crate) fn close(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        case: &Case,
        request: &CloseRequest,
        overriding: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let closure = Closure { reason: request.reason, notes: request.notes.trim().to_owned(), at: now };
        if tx.cases().close(case.id, &closure)? == Updated::Stale {
            return Ok(());
        }
        self.refresh_awaiting(tx, case.id)?;
        let new = facts([
            ("followup_status", "closed".into()),
            ("reason", closure.reason.as_str().into()),
            ("notes", closure.notes.clone().into()),
            ("override_reason", overriding.into()),
        ]);
        let mut entry = case_entry(case.id, actor, now, "followup.closed", facts([("followup_status", "open".into())]), new);
        entry.reason = Some(closure.reason.as_str().to_owned());
        tx.audit().append(&entry)?;
        self.cancel_everything(tx, actor, case, now)?;
        self.complete_estado(tx, actor, case, now)
    }

    fn cancel_everything(&self, tx: &mut dyn Tx, actor: &Actor, case: &Case, now: DateTime<Utc>) -> Result<(), StoreError> {
        const REASON: &str = "seguimiento cerrado";
        self.forget_held(tx, case.id)?;
        // Before its attempts: with the last of them a plan that is still active ends as finished.
        if let Some(plan) = tx.plans().find_active(case.id)?
            && tx.plans().end(plan.id, PlanStatus::Cancelled, now)? == Updated::Yes
        {
            let (old, new) = (facts([("status", "active".into())]), facts([("status", "cancelled".into())]));
            tx.audit().append(&plan_entry(case.id, plan.id, actor, now, "plan.cancelled", old, new))?;
        }
        for message_id in tx.messages().withdraw_queued(case.id, REASON, now)? {
            self.tell_skipped(tx, actor, case.id, message_id, REASON, now)?;
        }
        for attempt in tx.attempts().list(case.id)? {
            // A letter that is being handed over at this moment records its own end.
            let is_leaving = match attempt.message_id.filter(|_| attempt.status == AttemptStatus::Sending) {
                Some(message_id) => tx.messages().find(message_id)?.is_some_and(|message| message.delivery == Some(Delivery::Transmitting)),
                None => false,
            };
            if !attempt.status.is_settled() && !is_leaving {
                let change = AttemptChange { reason: Some(REASON), ..AttemptChange::default() };
                self.change_attempt(tx, actor, &attempt, AttemptStatus::Cancelled, &change, now)?;
            }
        }
        Ok(())
    }

    fn complete_estado(&self, tx: &mut dyn Tx, actor: &Actor, case: &Case, now: DateTime<Utc>) -> Result<(), StoreError> {
        let from = case.record.estado;
        let is_complete = compute_missing(&case.record, &self.policy.required).is_empty();
        if !is_complete || !matches!(from, Estado::Pendiente | Estado::EnProgreso) {
            return Ok(());
        }
        if tx.cases().update_estado(case.id, from, Estado::Completado, now)? == Updated::Yes {
            tx.audit().append(&estado_entry(case.id, from, Estado::Completado, actor, now))?;
        }
        Ok(())
    }
}
