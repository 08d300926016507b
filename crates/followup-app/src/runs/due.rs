//! What a case's due attempts become: a letter in the queue, or a reason why not.

use followup_domain::asking::plan::{Attempt, AttemptStatus, collapse_overdue};
use followup_domain::case::Case;
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::message::{Channel, MessageContent, MessageKind};
use followup_domain::ports::{Inserted, NewOutboundMessage, NewOutboundTiming, StoreError};

use crate::consequences::{Event, follow};
use crate::facts::reach::held_address;
use crate::facts::stops::{why_not_send, why_nothing_is_asked};
use crate::moves::attempt::{self, AttemptChange};
use crate::moves::queue;
use crate::step::Step;

/// Why an attempt was passed over for a later one.
const OVERDUE: &str = "vencido";
/// Why a call that is due was not made.
const WAITS_FOR_A_CALL: &str = "espera la llamada de una persona";

/// Of a case's due attempts the latest is queued and the earlier ones are overtaken; or all are settled with their reason.
pub(crate) fn queue_due_attempts(step: &mut Step<'_>, case_id: CaseId) -> Result<Vec<AttemptId>, StoreError> {
    let Some(case) = step.tx.cases().find_for_update(case_id)? else { return Ok(Vec::new()) };
    if let Some(plan) = step.tx.plans().find_active(case_id)? {
        follow(step, Event::PlanLookedAt(&plan))?;
    }
    let attempts = step.tx.attempts().list(case_id)?;
    let now = step.now;
    let is_due = |attempt: &&Attempt| attempt.status == AttemptStatus::Pending && attempt.due_at <= now;
    let (tasks, due): (Vec<_>, Vec<_>) = attempts.iter().filter(is_due).cloned().partition(Attempt::waits_for_a_person);
    let mut touched = remind_of_tasks(step, &case, &tasks)?;
    let Some((latest, overtaken)) = collapse_overdue(due) else { return Ok(touched) };
    if let Some((status, reason)) = why_not_send(step, &case, &latest)? {
        for attempt in overtaken.iter().chain([&latest]) {
            attempt::change(step, attempt, status, &AttemptChange::because(reason))?;
            touched.push(attempt.id);
        }
        return Ok(touched);
    }
    if let Some(held) = held_address(step, &case)?.filter(|_| latest.channel == Channel::Email) {
        for attempt in overtaken.iter().chain([&latest]) {
            follow(step, Event::AttemptUndeliverable(attempt, &held))?;
            touched.push(attempt.id);
        }
        return Ok(touched);
    }
    // The letter of an earlier attempt that still waits for the transport is overdue too; one that is leaving is not stopped.
    for waiting in attempts.iter().filter(|attempt| attempt.status == AttemptStatus::Sending) {
        if !queue::stop_letter_of(step, waiting, AttemptStatus::Skipped, OVERDUE)? {
            return Ok(touched);
        }
        touched.push(waiting.id);
    }
    for attempt in &overtaken {
        attempt::change(step, attempt, AttemptStatus::Skipped, &AttemptChange::because(OVERDUE))?;
        touched.push(attempt.id);
    }
    queue_letter(step, &case, &latest)?;
    touched.push(latest.id);
    Ok(touched)
}

/// What a person has to do stays due, and says so once; unless there is nothing left to do.
fn remind_of_tasks(step: &mut Step<'_>, case: &Case, tasks: &[Attempt]) -> Result<Vec<AttemptId>, StoreError> {
    let mut touched = Vec::new();
    if tasks.is_empty() {
        return Ok(touched);
    }
    let ended = why_nothing_is_asked(step, case)?;
    for task in tasks {
        let (status, change) = match ended {
            Some((status, reason)) => (status, AttemptChange::because(reason)),
            None if task.reason.as_deref() == Some(WAITS_FOR_A_CALL) => continue,
            None => (AttemptStatus::Pending, AttemptChange { due_at: Some(task.due_at), ..AttemptChange::because(WAITS_FOR_A_CALL) }),
        };
        attempt::change(step, task, status, &change)?;
        touched.push(task.id);
    }
    Ok(touched)
}

fn queue_letter(step: &mut Step<'_>, case: &Case, attempt: &Attempt) -> Result<(), StoreError> {
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
        external_id: step.deployment.ids.message_id(),
        unique_key,
        attempt_id: Some(attempt.id),
        resend_of: None,
        created_at: step.now,
        timing: NewOutboundTiming::NotBefore(step.now),
    };
    let (status, change) = match queue::enter(step, &message, None)? {
        Inserted::New(id) => (AttemptStatus::Sending, AttemptChange { message_id: Some(id), ..AttemptChange::default() }),
        Inserted::Duplicate(_) => (AttemptStatus::Failed, AttemptChange::because("su carta ya existe")),
    };
    attempt::change(step, attempt, status, &change).map(drop)
}
