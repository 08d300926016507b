//! What is asked, and answered, as a case changes: an automatic request when something is missing that no letter has asked for yet, and the
//! end of those that have got their answer.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use followup_domain::asking::gate::Verdict;
use followup_domain::asking::missing::FieldPath;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::{Because, StopReason};
use followup_domain::case::Case;
use followup_domain::message::{MessageContent, MessageKind, MessageStatus};
use followup_domain::ports::{AnsweredField, AskedItem, NewOutboundMessage, NewOutboundTiming, StoreError};

use crate::facts::asked::last_asked;
use crate::facts::gate::{self, AtGate};
use crate::facts::open_items::open_items;
use crate::facts::way::first_channel;
use crate::moves::{address, attempt, case as case_moves, field, message, queue};
use crate::step::Step;

/// Queues one automatic request for the case, not to be sent before `earliest`, if it is due one. The case is locked by the caller, so two
/// updates at the same instant give one letter; the unique key would see to it even without the lock. Its text is written when it is
/// claimed, so it never asks for what has come in meanwhile.
pub(super) fn queue_automatic(step: &mut Step<'_>, case: &Case, earliest: DateTime<Utc>) -> Result<(), StoreError> {
    let channel = first_channel(step, case)?;
    let known = gate::of(step, AtGate::queue(case, MessageKind::AutomaticRequest, channel))?;
    match (known.verdict(), &known.facts.held) {
        (Verdict::Stop { reason: StopReason::AddressFails(_), .. }, Some(held)) => {
            return address::wait(step, case.id, None, &held.address);
        }
        (Verdict::Stop { .. } | Verdict::Wait { .. }, _) => return Ok(()),
        (Verdict::Go, _) => {}
    }
    // Within the delay after another automatic letter it is put off, not lost. An instant that lies further ahead than the delay is
    // of a clock that ran ahead.
    let delay = step.policy().automatic_delay;
    let last = case.last_automatic.as_ref().filter(|last| last.at <= step.now + delay);
    let not_before = last.map_or(earliest, |last| (last.at + delay).max(earliest));
    let number = step.tx.automatics().count(case.id)? + 1;
    let message = NewOutboundMessage {
        case_id: case.id,
        channel,
        kind: MessageKind::AutomaticRequest,
        content: MessageContent::default(),
        external_id: step.deployment.ids.message_id(),
        unique_key: format!("auto:{}:{number}", case.id),
        attempt_id: None,
        resend_of: None,
        reminder_of: None,
        enclosures: Vec::new(),
        created_at: step.now,
        timing: NewOutboundTiming::NotBefore(not_before),
    };
    queue::enter(&mut step.by_itself(), &message, None).map(drop)
}

/// Looks at the open requests of a case that a person has just changed: when every field that a message asked for is answered or
/// documented, the message and its attempt complete themselves. The case is locked.
pub(super) fn complete_requests(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    let mut step = step.by_itself();
    let step = &mut step;
    let requests = step.tx.exchanges().list_open_requests(case.id)?;
    if requests.is_empty() && case.awaiting_since.is_none() {
        return Ok(());
    }
    let open: BTreeSet<FieldPath> = open_items(step, case)?.into_iter().map(|item| item.path).collect();
    // Nothing is waited for any more, however it came in.
    if open.is_empty() {
        case_moves::settle_waiting(step, case.id)?;
    }
    let asked = step.tx.requests().asked(case.id)?;
    for request in requests {
        let mut paths = asked.iter().filter(|asked| asked.message_id == request.id).map(|asked| &asked.item.path).peekable();
        if paths.peek().is_none() || paths.any(|path| open.contains(path)) {
            continue;
        }
        if message::set_status(step, &request, MessageStatus::Completed, Some(&Because::AllAnswered.into()))? {
            attempt::change_of(step, &request, AttemptStatus::Completed, Some(Because::AllAnswered.into()))?;
        }
    }
    case_moves::refresh_awaiting(step, case.id)
}

/// Keeps what a change of the case answered, by which message it was asked, and after which one it was answered; forgets what it no
/// longer answers. The case is locked.
pub(super) fn note_answers(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    let mut step = step.by_itself();
    let step = &mut step;
    let asked = last_asked(step, case)?;
    let known = step.tx.fields().answered(case.id)?;
    let is_answered = |field: &&AnsweredField| field.item.path_in(&case.record).is_some_and(|path| path.is_answered(&case.record));
    for gone in known.iter().filter(|field| !is_answered(field)) {
        field::unanswer(step, case.id, gone)?;
    }
    let is_known = |path: &FieldPath| known.iter().any(|field| field.item.path_in(&case.record).as_ref() == Some(path));
    let answered = asked.into_iter().filter(|(path, _)| path.is_answered(&case.record) && !is_known(path));
    let mut answered = answered.peekable();
    if answered.peek().is_none() {
        return Ok(());
    }
    let answered_by = step.tx.exchanges().last_answer(case.id)?;
    for (path, asked_by) in answered {
        let item = AskedItem::of(&case.record, path);
        field::answer(step, case.id, &AnsweredField { item, asked_by: Some(asked_by), answered_by, proof: None, at: step.now })?;
    }
    Ok(())
}
