//! The dispatcher: every attempt that is due gets its letter queued, or a reason why not; then what is queued is sent.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, AttemptStatus, collapse_overdue};
use followup_domain::audit::facts;
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::message::{Channel, MessageContent, MessageKind};
use followup_domain::ports::{Inserted, NewOutboundMessage, NewOutboundTiming, StoreError, StoreExt, Tx};

use crate::audit_facts::message_entry;
use crate::deliver::DeliveryReport;
use crate::move_attempt::AttemptChange;
use crate::queries::say_what_it_waits_for;
use crate::service::Followup;

/// Why an attempt was passed over for a later one.
const OVERDUE: &str = "vencido";
/// Why a call that is due was not made.
const WAITS_FOR_A_CALL: &str = "espera la llamada de una persona";

/// So many cases are listed at a time.
const PAGE: i64 = 200;

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DispatchReport {
    /// Every attempt that was due and looked at, or whose letter was taken up.
    pub attempts: Vec<DispatchedAttempt>,
    /// What became of the queue: these attempts' letters, and automatic requests.
    pub delivery: DeliveryReport,
    /// Cases of which the unit was told that they wait too long.
    pub escalated: u32,
    /// Cases that were closed for lack of an answer, where the deployment wants it.
    pub closed: u32,
    /// Cases that could not be handled, which stay due; and what could not be done after the letters were sent.
    pub errors: u32,
}

/// One attempt after the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchedAttempt {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its case.
    pub case_id: CaseId,
    /// Its state.
    pub status: AttemptStatus,
    /// Why, where it was not sent.
    pub reason: Option<String>,
}

impl Followup {
    /// One run. Several may run at once: a case is handled under its lock, a letter is queued under a unique key.
    ///
    /// # Errors
    /// The store cannot be reached. Messages that fail are data, not errors.
    pub fn dispatch_due(&self, stop: &dyn Fn() -> bool) -> Result<DispatchReport, StoreError> {
        let mut report = DispatchReport::default();
        self.restore_held(stop, &mut report.errors)?;
        let mut touched = Vec::new();
        let mut after = None;
        while !stop() {
            let now = self.now();
            let cases = self.store.read::<_, StoreError>(|tx| tx.attempts().list_due_cases(now, after, PAGE))?;
            let Some(last) = cases.last() else { break };
            after = Some(*last);
            for case_id in cases {
                match self.store.write(|tx| self.queue_due_attempts(tx, case_id, now)) {
                    Ok(attempts) => touched.extend(attempts),
                    Err(error) if error.may_pass() => return Err(error),
                    Err(error) => {
                        tracing::error!(icsr_id = case_id.0, %error, "due attempts could not be handled");
                        report.errors += 1;
                    }
                }
            }
        }
        report.escalated = self.escalate_waiting(stop, &mut report.errors)?;
        report.closed = self.close_unanswered(stop, &mut report.errors)?;
        report.delivery = self.deliver_queued(stop)?;
        // What was done is told, whatever becomes of the rest.
        if let Err(error) = self.forget_old_keys(stop) {
            tracing::error!(%error, "old idempotency keys could not be forgotten");
            report.errors += 1;
        }
        match self.look_at(&touched, &report.delivery) {
            Ok(attempts) => report.attempts = attempts,
            Err(error) => {
                tracing::error!(%error, "what became of the attempts could not be read");
                report.errors += 1;
            }
        }
        Ok(report)
    }

    /// The attempts that a run touched, and those whose letters it took up.
    fn look_at(&self, touched: &[AttemptId], delivery: &DeliveryReport) -> Result<Vec<DispatchedAttempt>, StoreError> {
        self.store.read(|tx| {
            let mut all = touched.to_vec();
            for message_id in &delivery.taken_up {
                let attempt = tx.messages().find(*message_id)?.and_then(|message| message.attempt_id);
                all.extend(attempt.filter(|attempt| !all.contains(attempt)));
            }
            after_the_run(tx, &all)
        })
    }

    /// Of a case's due attempts the latest is queued and the earlier ones are overtaken; or all are settled with their reason.
    pub(crate) fn queue_due_attempts(&self, tx: &mut dyn Tx, case_id: CaseId, now: DateTime<Utc>) -> Result<Vec<AttemptId>, StoreError> {
        let Some(case) = tx.cases().find_for_update(case_id)? else { return Ok(Vec::new()) };
        if let Some(plan) = tx.plans().find_active(case_id)? {
            self.count_earlier_request(tx, case_id, plan.id, plan.base_at, now)?;
        }
        let attempts = tx.attempts().list(case_id)?;
        let is_due = |attempt: &&Attempt| attempt.status == AttemptStatus::Pending && attempt.due_at <= now;
        let (tasks, due): (Vec<_>, Vec<_>) = attempts.iter().filter(is_due).cloned().partition(Attempt::waits_for_a_person);
        let mut touched = self.remind_of_tasks(tx, &case, &tasks, now)?;
        let Some((latest, overtaken)) = collapse_overdue(due) else { return Ok(touched) };
        if let Some((status, reason)) = self.why_not_send(tx, &case, &latest)? {
            for attempt in overtaken.iter().chain([&latest]) {
                self.move_attempt(tx, attempt, status, Some(reason), None, now)?;
                touched.push(attempt.id);
            }
            return Ok(touched);
        }
        if let Some(held) = self.held_address(tx, &case)?.filter(|_| latest.channel == Channel::Email) {
            for attempt in overtaken.iter().chain([&latest]) {
                self.hold_attempt(tx, attempt, &held, now)?;
                touched.push(attempt.id);
            }
            return Ok(touched);
        }
        // The letter of an earlier attempt that still waits for the transport is overdue too; one that is leaving is not stopped.
        for waiting in attempts.iter().filter(|attempt| attempt.status == AttemptStatus::Sending) {
            if !self.stop_letter_of(tx, waiting, AttemptStatus::Skipped, OVERDUE, now)? {
                return Ok(touched);
            }
            touched.push(waiting.id);
        }
        for attempt in &overtaken {
            self.move_attempt(tx, attempt, AttemptStatus::Skipped, Some(OVERDUE), None, now)?;
            touched.push(attempt.id);
        }
        self.queue_letter(tx, &case, &latest, now)?;
        touched.push(latest.id);
        Ok(touched)
    }

    /// What a person has to do stays due, and says so once; unless there is nothing left to do.
    fn remind_of_tasks(&self, tx: &mut dyn Tx, case: &Case, tasks: &[Attempt], now: DateTime<Utc>) -> Result<Vec<AttemptId>, StoreError> {
        let mut touched = Vec::new();
        if tasks.is_empty() {
            return Ok(touched);
        }
        let ended = self.why_nothing_is_asked(tx, case)?;
        for task in tasks {
            match ended {
                Some((status, reason)) => self.move_attempt(tx, task, status, Some(reason), None, now)?,
                None if task.reason.as_deref() == Some(WAITS_FOR_A_CALL) => continue,
                None => {
                    let change = AttemptChange { reason: Some(WAITS_FOR_A_CALL), due_at: Some(task.due_at), ..AttemptChange::default() };
                    self.change_attempt(tx, &self.itself(), task, AttemptStatus::Pending, &change, now)?;
                }
            }
            touched.push(task.id);
        }
        Ok(touched)
    }

    /// A reply needs no look here: it held, in its own transaction, everything that was scheduled then.
    fn why_not_send(&self, tx: &mut dyn Tx, case: &Case, attempt: &Attempt) -> Result<Option<(AttemptStatus, &'static str)>, StoreError> {
        if let Some(ended) = self.why_nothing_is_asked(tx, case)? {
            return Ok(Some(ended));
        }
        if self.senders.of(attempt.channel).is_none() {
            return Ok(Some((AttemptStatus::Failed, "canal no configurado")));
        }
        let has_address = attempt.channel != Channel::Email || self.channels(&case.record).email.is_some();
        Ok((!has_address).then_some((AttemptStatus::Failed, "Este ICSR no tiene email del reportante")))
    }

    fn why_nothing_is_asked(&self, tx: &mut dyn Tx, case: &Case) -> Result<Option<(AttemptStatus, &'static str)>, StoreError> {
        if case.followup_status == FollowupStatus::Closed {
            return Ok(Some((AttemptStatus::Cancelled, "seguimiento cerrado")));
        }
        let nothing_missing = self.open_items(tx, case)?.is_empty();
        Ok(nothing_missing.then_some((AttemptStatus::Completed, "sin datos faltantes")))
    }

    fn queue_letter(&self, tx: &mut dyn Tx, case: &Case, attempt: &Attempt, now: DateTime<Utc>) -> Result<(), StoreError> {
        // An attempt that was brought back gets a letter of its own.
        let unique_key = match attempt.reactivated_at {
            None => format!("attempt:{}", attempt.id),
            Some(at) => format!("attempt:{}:{}", attempt.id, at.timestamp_micros()),
        };
        let message = NewOutboundMessage {
            case_id: case.id,
            channel: attempt.channel,
            kind: MessageKind::PlanLetter,
            content: MessageContent::default(),
            external_id: self.ids.message_id(),
            unique_key,
            attempt_id: Some(attempt.id),
            resend_of: None,
            created_at: now,
            timing: NewOutboundTiming::NotBefore(now),
        };
        let Inserted::New(message_id) = tx.messages().insert_outbound(&message)? else {
            let reason = Some("su carta ya existe");
            return self.move_attempt(tx, attempt, AttemptStatus::Failed, reason, None, now);
        };
        let new = facts([
            ("kind", message.kind.as_str().into()),
            ("channel", message.channel.as_str().into()),
            ("attempt_id", attempt.id.0.into()),
        ]);
        tx.audit().append(&message_entry(Some(case.id), message_id, &self.itself(), now, "message.queued", new, None))?;
        self.move_attempt(tx, attempt, AttemptStatus::Sending, None, Some(message_id), now)
    }
}

/// The attempts as they are now.
pub(crate) fn after_the_run(tx: &mut dyn Tx, touched: &[AttemptId]) -> Result<Vec<DispatchedAttempt>, StoreError> {
    let mut attempts = Vec::with_capacity(touched.len());
    for id in touched {
        if let Some(mut attempt) = tx.attempts().find(*id)? {
            say_what_it_waits_for(tx, &mut attempt)?;
            attempts.push(DispatchedAttempt {
                attempt_id: attempt.id,
                case_id: attempt.case_id,
                status: attempt.status,
                reason: attempt.reason,
            });
        }
    }
    Ok(attempts)
}
