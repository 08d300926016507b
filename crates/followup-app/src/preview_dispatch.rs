//! What a run of the dispatcher would do, by the run's own code, in transactions that are always rolled back.

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::case::FollowupStatus;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Message, MessageKind};
use followup_domain::ports::{Claimed, StoreError, StoreExt, Tx};

use crate::claim_checks::Decision;
use crate::dispatch_due::{DispatchedAttempt, after_the_run};
use crate::service::Followup;

/// So many cases, or letters, are listed at a time.
const PAGE: i64 = 200;

/// What a run would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DispatchPreview {
    /// With every attempt that is due; `sending` is a letter that would go, or would be put off for the reason told.
    pub attempts: Vec<DispatchedAttempt>,
    /// With the letters that wait in the queue and are due, up to 200 of them.
    pub letters: Vec<PreviewedLetter>,
    /// Cases whose held letters would go on, since their address works again.
    pub restored: Vec<CaseId>,
    /// Cases of which the unit would be told that they wait too long.
    pub escalated: Vec<CaseId>,
    /// Cases that would be closed for lack of an answer.
    pub closed: Vec<CaseId>,
}

/// One letter of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewedLetter {
    /// The letter.
    pub message_id: MessageId,
    /// Its case.
    pub case_id: CaseId,
    /// What would be done with it.
    pub fate: PreviewedFate,
}

/// What would be done with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviewedFate {
    /// It would be handed to the transport.
    Send,
    /// It would wait, for this reason (in Spanish).
    PutOff(String),
    /// It would be taken out of the queue, for this reason (in Spanish).
    Withdraw(String),
}

/// Carries what was seen out of its transaction, so that nothing is kept.
enum Seen<T> {
    This(T),
    Store(StoreError),
}

impl<T> From<StoreError> for Seen<T> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Followup {
    /// What a run would do now. A letter that would go is not shown to the transport, which may still refuse it.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub fn preview_dispatch(&self) -> Result<DispatchPreview, StoreError> {
        let now = self.now();
        let (restored, mut attempts) = self.preview_restored(now)?;
        attempts.extend(self.preview_attempts(&restored, now)?);
        Ok(DispatchPreview {
            letters: self.preview_queue(now)?,
            attempts,
            restored,
            escalated: self.preview_escalations(now)?,
            closed: self.preview_closings(now)?,
        })
    }

    /// Cases in which something would go on that waited for an address, and what of theirs is due then.
    fn preview_restored(&self, now: DateTime<Utc>) -> Result<(Vec<CaseId>, Vec<DispatchedAttempt>), StoreError> {
        let (mut restored, mut attempts) = (Vec::new(), Vec::new());
        let mut after = None;
        loop {
            let cases = self.store.read::<_, StoreError>(|tx| tx.addresses().list_restorable_cases(after, PAGE))?;
            let Some(last) = cases.last() else { return Ok((restored, attempts)) };
            after = Some(*last);
            for case_id in cases {
                let due = self.without_a_trace(|tx| {
                    let Some(case) = tx.cases().find_for_update(case_id)? else { return Ok(None) };
                    self.restore_case(tx, &case, now)?;
                    // What goes on with nothing left that waits.
                    let goes_on = case.followup_status == FollowupStatus::Open && tx.addresses().held(case_id)?.is_empty();
                    if goes_on { self.due_attempts(tx, case_id, now).map(Some) } else { Ok(None) }
                })?;
                restored.extend(due.is_some().then_some(case_id));
                attempts.extend(due.into_iter().flatten());
            }
        }
    }

    /// The due attempts of the other cases.
    fn preview_attempts(&self, seen: &[CaseId], now: DateTime<Utc>) -> Result<Vec<DispatchedAttempt>, StoreError> {
        let mut attempts = Vec::new();
        let mut after = None;
        loop {
            let cases = self.store.read::<_, StoreError>(|tx| tx.attempts().list_due_cases(now, after, PAGE))?;
            let Some(last) = cases.last() else { return Ok(attempts) };
            after = Some(*last);
            for case_id in cases.into_iter().filter(|case_id| seen.binary_search(case_id).is_err()) {
                attempts.extend(self.without_a_trace(|tx| self.due_attempts(tx, case_id, now))?);
            }
        }
    }

    /// What would become of a case's due attempts; to be rolled back.
    fn due_attempts(&self, tx: &mut dyn Tx, case_id: CaseId, now: DateTime<Utc>) -> Result<Vec<DispatchedAttempt>, StoreError> {
        let touched = self.queue_due_attempts(tx, case_id, now)?;
        let mut seen = after_the_run(tx, &touched)?;
        for attempt in seen.iter_mut().filter(|attempt| attempt.status == AttemptStatus::Sending) {
            self.foresee(tx, attempt, now)?;
        }
        Ok(seen)
    }

    /// What the claim would say of the letter that was queued just now.
    fn foresee(&self, tx: &mut dyn Tx, attempt: &mut DispatchedAttempt, now: DateTime<Utc>) -> Result<(), StoreError> {
        let message_id = tx.attempts().find(attempt.attempt_id)?.and_then(|attempt| attempt.message_id);
        let Some(message_id) = message_id else { return Ok(()) };
        let (Some(case), Some(message)) = (tx.cases().find(attempt.case_id)?, tx.messages().find(message_id)?) else { return Ok(()) };
        match self.decide(tx, &case, &message, now)? {
            Decision::Send { .. } => {}
            Decision::PutOff { reason, .. } => attempt.reason = Some(reason.to_owned()),
            Decision::Withdraw(withdrawal) => (attempt.status, attempt.reason) = (withdrawal.attempt, Some(withdrawal.reason)),
        }
        Ok(())
    }

    fn preview_queue(&self, now: DateTime<Utc>) -> Result<Vec<PreviewedLetter>, StoreError> {
        let lease = self.new_lease();
        let waiting = self.without_a_trace(|tx| tx.messages().claim_due(now, &lease, PAGE))?;
        let mut letters = Vec::with_capacity(waiting.len());
        // Each in a transaction of its own, as in a run: no two cases are locked at once.
        for Claimed { message_id, case_id, .. } in waiting {
            let fate = self.without_a_trace(|tx| {
                let (Some(case), Some(message)) = (tx.cases().find_for_update(case_id)?, tx.messages().find(message_id)?) else {
                    return Ok(None);
                };
                Ok(match message.kind {
                    MessageKind::Manual | MessageKind::SentNow => None,
                    MessageKind::Notification => Some(PreviewedFate::Send),
                    _ => Some(self.foreseen(tx, &case, &message, now)?),
                })
            })?;
            letters.extend(fate.map(|fate| PreviewedLetter { message_id, case_id, fate }));
        }
        Ok(letters)
    }

    fn foreseen(
        &self,
        tx: &mut dyn Tx,
        case: &followup_domain::case::Case,
        message: &Message,
        now: DateTime<Utc>,
    ) -> Result<PreviewedFate, StoreError> {
        Ok(match self.decide(tx, case, message, now)? {
            Decision::Send { .. } => PreviewedFate::Send,
            Decision::PutOff { reason, .. } => PreviewedFate::PutOff(reason.to_owned()),
            Decision::Withdraw(withdrawal) => PreviewedFate::Withdraw(withdrawal.reason),
        })
    }

    fn preview_escalations(&self, now: DateTime<Utc>) -> Result<Vec<CaseId>, StoreError> {
        let Some(escalation) = &self.policy.escalation else { return Ok(Vec::new()) };
        let since = now - Duration::days(escalation.after_days);
        let mut escalated = Vec::new();
        let mut after = None;
        loop {
            let cases = self.store.read::<_, StoreError>(|tx| tx.cases().list_to_escalate(since, after, PAGE))?;
            let Some(last) = cases.last() else { return Ok(escalated) };
            after = Some(*last);
            for case_id in cases {
                if self.without_a_trace(|tx| self.escalate(tx, case_id, since, now))? {
                    escalated.push(case_id);
                }
            }
        }
    }

    fn preview_closings(&self, now: DateTime<Utc>) -> Result<Vec<CaseId>, StoreError> {
        let mut closed = Vec::new();
        if !self.policy.close_by_itself {
            return Ok(closed);
        }
        let mut offset = 0;
        loop {
            let (seen, due) = self.list_to_close(offset, now)?;
            if seen == 0 {
                return Ok(closed);
            }
            closed.extend(due);
            offset += seen;
        }
    }

    /// Does something in a transaction, tells what came of it, and rolls it back.
    fn without_a_trace<T>(&self, mut what: impl FnMut(&mut dyn Tx) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let outcome = self.store.write::<(), Seen<T>>(|tx| Err(Seen::This(what(tx)?)));
        match outcome {
            Err(Seen::This(seen)) => Ok(seen),
            Err(Seen::Store(error)) => Err(error),
            // The transaction never succeeds.
            Ok(()) => Err(StoreError::Refused("a preview was kept".into())),
        }
    }
}
