//! What a case's due attempts become: a letter in the queue, or a reason why not.

use followup_domain::asking::gate::Verdict;
use followup_domain::asking::plan::{Attempt, AttemptStatus, collapse_overdue};
use followup_domain::asking::reason::{Because, StopReason, Why};
use followup_domain::case::Case;
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::message::{Channel, MessageContent, MessageKind};
use followup_domain::ports::{Inserted, NewOutboundMessage, NewOutboundTiming, StoreError};

use crate::consequences::{Event, follow};
use crate::facts::gate::{self, AtGate};
use crate::facts::way::channel_of;
use crate::moves::attempt::{self, AttemptChange};
use crate::moves::queue;
use crate::step::Step;

/// Of a case's due attempts the latest that may go is queued and the earlier ones are overtaken; or all are settled with their reason.
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
    let Some((latest, overtaken, channel)) = latest_that_goes(step, &case, due, &mut touched)? else { return Ok(touched) };
    // The letter of an earlier attempt that still waits for the transport is overdue too; one that is leaving is not stopped.
    for waiting in attempts.iter().filter(|attempt| attempt.status == AttemptStatus::Sending) {
        if !queue::stop_letter_of(step, waiting, AttemptStatus::Skipped, &Because::Overdue.into())? {
            return Ok(touched);
        }
        touched.push(waiting.id);
    }
    for attempt in &overtaken {
        attempt::change(step, attempt, AttemptStatus::Skipped, &AttemptChange::because(Because::Overdue))?;
        touched.push(attempt.id);
    }
    queue_letter(step, &case, (&latest, channel))?;
    touched.push(latest.id);
    Ok(touched)
}

/// The latest of due attempts that may go, with those that it overtakes and its channel. What speaks against a channel settles the attempt that
/// is bound to it, and the one before is looked at; everything else settles all.
fn latest_that_goes(
    step: &mut Step<'_>,
    case: &Case,
    mut due: Vec<Attempt>,
    touched: &mut Vec<AttemptId>,
) -> Result<Option<(Attempt, Vec<Attempt>, Channel)>, StoreError> {
    while let Some((latest, overtaken)) = collapse_overdue(due) {
        let channel = channel_of(step, case, latest.channel)?;
        let known = gate::of(step, AtGate::queue(case, MessageKind::PlanLetter, channel))?;
        let Verdict::Stop { reason, attempt: status } = known.verdict() else { return Ok(Some((latest, overtaken, channel))) };
        let (settled, left) =
            if reason.is_of_the_way() { (vec![latest], overtaken) } else { ([overtaken, vec![latest]].concat(), Vec::new()) };
        for attempt in &settled {
            match (&reason, &known.facts.held) {
                (StopReason::AddressFails(_), Some(held)) => follow(step, Event::AttemptUndeliverable(attempt, held))?,
                _ => drop(attempt::change(step, attempt, status, &AttemptChange::because(reason.clone()))?),
            }
            touched.push(attempt.id);
        }
        due = left;
    }
    Ok(None)
}

/// What a person has to do stays due, and says so once; unless there is nothing left to do.
fn remind_of_tasks(step: &mut Step<'_>, case: &Case, tasks: &[Attempt]) -> Result<Vec<AttemptId>, StoreError> {
    let mut touched = Vec::new();
    if tasks.is_empty() {
        return Ok(touched);
    }
    let verdict = gate::of(step, AtGate::queue(case, MessageKind::Call, Channel::Call))?.verdict();
    for task in tasks {
        let told = [Because::WaitsForACall, Because::NothingElseReaches].map(Why::from);
        let is_told = task.reason.as_deref().is_some_and(|reason| told.contains(&Why::read(reason)));
        let (status, change) = match &verdict {
            Verdict::Stop { reason, attempt } => (*attempt, AttemptChange::because(reason.clone())),
            _ if is_told => continue,
            _ => {
                let change = AttemptChange::because(Because::WaitsForACall);
                (AttemptStatus::Pending, AttemptChange { due_at: Some(task.due_at), ..change })
            }
        };
        attempt::change(step, task, status, &change)?;
        touched.push(task.id);
    }
    Ok(touched)
}

fn queue_letter(step: &mut Step<'_>, case: &Case, (attempt, channel): (&Attempt, Channel)) -> Result<(), StoreError> {
    // An attempt that was brought back gets a letter of its own, and one that goes another way than its last letter.
    let mut unique_key = match attempt.reactivated_at {
        None => format!("attempt:{}", attempt.id),
        Some(at) => format!("attempt:{}:{}", attempt.id, at.timestamp_micros()),
    };
    if let Some(last) = attempt.message_id {
        unique_key = format!("{unique_key}:after:{last}");
    }
    let message = NewOutboundMessage {
        case_id: case.id,
        channel,
        kind: MessageKind::PlanLetter,
        content: MessageContent::default(),
        external_id: step.deployment.ids.message_id(),
        unique_key,
        attempt_id: Some(attempt.id),
        resend_of: None,
        reminder_of: None,
        enclosures: Vec::new(),
        created_at: step.now,
        timing: NewOutboundTiming::NotBefore(step.now),
    };
    let (status, change) = match queue::enter(step, &message, None)? {
        Inserted::New(id) => (AttemptStatus::Sending, AttemptChange { message_id: Some(id), ..AttemptChange::default() }),
        Inserted::Duplicate(_) => (AttemptStatus::Failed, AttemptChange::because(Because::LetterExists)),
    };
    attempt::change(step, attempt, status, &change).map(drop)
}
