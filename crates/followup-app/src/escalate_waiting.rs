//! Cases whose reporter does not answer: told of once in each wait; after the plan's end proposed for closing.

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::closing::unmet_checks;
use followup_domain::asking::plan::Attempt;
use followup_domain::asking::waiting::{closing_from, may_be_answered};
use followup_domain::audit::facts;
use followup_domain::case::ClosureReason;
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::CaseId;
use followup_domain::ports::{CaseQuery, CaseSort, PageRequest, StoreError, StoreExt, Tx, Updated};

use crate::audit_facts::case_entry;
use crate::close_followup::CloseRequest;
use crate::service::Followup;

const PAGE: i64 = 200;

impl Followup {
    /// Escalates every case that waits longer than configured and was not escalated in this wait.
    pub(crate) fn escalate_waiting(&self, stop: &dyn Fn() -> bool, errors: &mut u32) -> Result<u32, StoreError> {
        let Some(escalation) = self.policy.escalation.clone() else { return Ok(0) };
        let mut escalated = 0;
        let mut after = None;
        while !stop() {
            let now = self.now();
            let since = now - Duration::days(escalation.after_days);
            let cases = self.store.read::<_, StoreError>(|tx| tx.cases().list_to_escalate(since, after, PAGE))?;
            let Some(last) = cases.last() else { break };
            after = Some(*last);
            for case_id in cases {
                escalated += u32::from(tolerated(self.store.write(|tx| self.escalate(tx, case_id, since, now)), case_id, errors)?);
            }
        }
        Ok(escalated)
    }

    pub(crate) fn escalate(&self, tx: &mut dyn Tx, case_id: CaseId, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let Some(case) = tx.cases().find_for_update(case_id)? else { return Ok(false) };
        let Some(waiting) = case.awaiting_since.filter(|waiting| *waiting <= since) else { return Ok(false) };
        // Somebody wrote, though nobody has read it and said who that is.
        if tx.messages().count_unread(case_id)? > 0 && may_be_answered(&tx.messages().contacts(case_id)?, waiting) {
            return Ok(false);
        }
        if case.followup_status == FollowupStatus::Closed || tx.cases().record_escalated(case_id, now)? == Updated::Stale {
            return Ok(false);
        }
        let new = facts([("awaiting_since", waiting.into())]);
        tx.audit().append(&case_entry(case_id, &self.itself(), now, "followup.escalated", Default::default(), new))?;
        if let Some(to) = self.policy.escalation.as_ref().and_then(|escalation| escalation.to.as_ref()) {
            self.notify_of_wait(tx, &case, to, (now - waiting).num_days(), now)?;
        }
        Ok(true)
    }

    /// Whether closing as `max_attempts` is to be proposed: no attempt ahead, nothing unread, and nobody answered for as long as
    /// [`closing_from`] says.
    pub(crate) fn closing_is_due(&self, tx: &mut dyn Tx, case: &Case, now: DateTime<Utc>) -> Result<bool, StoreError> {
        if case.followup_status == FollowupStatus::Closed || case.awaiting_since.is_none() {
            return Ok(false);
        }
        // Somebody wrote, and nobody has looked at it.
        if tx.messages().count_unread(case.id)? > 0 {
            return Ok(false);
        }
        let plan_base = tx.plans().find_latest(case.id)?.map(|plan| plan.base_at);
        let days = self.policy.propose_closing_after_days;
        let due_from = closing_from(&tx.messages().contacts(case.id)?, case.awaiting_since, plan_base, days);
        if due_from.is_none_or(|from| now < from) {
            return Ok(false);
        }
        // A call that is due and that nobody makes keeps nothing open.
        let is_ahead = |attempt: &Attempt| !attempt.status.is_settled() && (!attempt.waits_for_a_person() || attempt.due_at > now);
        let open = tx.attempts().list(case.id)?.iter().any(is_ahead);
        Ok(!open)
    }

    /// Where the deployment wants it, closes what is proposed and passes the checks.
    pub(crate) fn close_unanswered(&self, stop: &dyn Fn() -> bool, errors: &mut u32) -> Result<u32, StoreError> {
        if !self.policy.close_by_itself {
            return Ok(0);
        }
        let now = self.now();
        let mut closed = 0;
        let mut offset = 0;
        while !stop() {
            // Looked at first without locking anything: few of those that wait are due.
            let (seen, due) = self.list_to_close(offset, now)?;
            if seen == 0 {
                break;
            }
            offset += seen;
            for case_id in due {
                if tolerated(self.store.write(|tx| self.close_if_due(tx, case_id, now)), case_id, errors)? {
                    closed += 1;
                    // What was closed is no longer listed.
                    offset -= 1;
                }
            }
        }
        Ok(closed)
    }

    /// Of a page of the cases that wait for long enough, those that the service closes itself; and how many it looked at.
    pub(crate) fn list_to_close(&self, offset: i64, now: DateTime<Utc>) -> Result<(i64, Vec<CaseId>), StoreError> {
        // Nothing is due earlier ([`closing_from`]).
        let days = Duration::try_days(self.policy.propose_closing_after_days);
        let Some(since) = days.and_then(|days| now.checked_sub_signed(days)) else { return Ok((0, Vec::new())) };
        let query = CaseQuery {
            awaiting_since: Some(since),
            followup_status: Some(FollowupStatus::Open),
            sort: CaseSort::OldestFirst,
            ..CaseQuery::default()
        };
        self.store.read(|tx| {
            let cases = tx.cases().list(&query, PageRequest { offset, limit: PAGE })?.items;
            let mut due = Vec::new();
            for case in &cases {
                if self.closes_by_itself(tx, case, now)?.is_some() {
                    due.push(case.id);
                }
            }
            Ok((i64::try_from(cases.len()).unwrap_or(PAGE), due))
        })
    }

    fn close_if_due(&self, tx: &mut dyn Tx, case_id: CaseId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let Some(case) = tx.cases().find_for_update(case_id)? else { return Ok(false) };
        let Some(request) = self.closes_by_itself(tx, &case, now)? else { return Ok(false) };
        self.close(tx, &self.itself(), &case, &request, None, now)?;
        Ok(true)
    }

    /// With what the service closes a case itself, if it is due and passes the checks.
    fn closes_by_itself(&self, tx: &mut dyn Tx, case: &Case, now: DateTime<Utc>) -> Result<Option<CloseRequest>, StoreError> {
        if !self.closing_is_due(tx, case, now)? {
            return Ok(None);
        }
        let notes = format!("Sin respuesta del reportante en {} días.", self.policy.propose_closing_after_days);
        let request = CloseRequest { reason: ClosureReason::MaxAttempts, notes, override_reason: None };
        let unmet = unmet_checks(&self.closure_facts(tx, case, &request)?);
        Ok(unmet.is_empty().then_some(request))
    }
}

/// One case that the store refuses must not keep the others from being handled, nor the queue from being sent.
fn tolerated(outcome: Result<bool, StoreError>, case_id: CaseId, errors: &mut u32) -> Result<bool, StoreError> {
    match outcome {
        Err(StoreError::Refused(reason)) => {
            tracing::error!(icsr_id = case_id.0, reason, "a waiting case could not be handled");
            *errors += 1;
            Ok(false)
        }
        other => other,
    }
}
