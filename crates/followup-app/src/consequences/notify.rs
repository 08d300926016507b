//! Word to the unit itself, by e-mail, through the same queue: a reply came, a case waits too long. Each once.

use followup_domain::asking::plan::{Attempt, AttemptStatus};
use followup_domain::case::Case;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Message, MessageContent, MessageKind};
use followup_domain::ports::{NewOutboundMessage, NewOutboundTiming, StoreError};
use followup_words::to_the_unit::{self, Notice, WhatFollows};

use crate::facts::offers::proposed_contact;
use crate::facts::reach::{in_the_unit, told_of};
use crate::moves::queue;
use crate::step::Step;

/// The evaluator (else `NOTIFY_EMAIL`) is told of a reply, once for each.
pub(super) fn of_reply(step: &mut Step<'_>, case: &Case, reply: MessageId) -> Result<(), StoreError> {
    let Some(to) = told_of(step, case)? else { return Ok(()) };
    tell(step, case, &to, to_the_unit::reply(case), format!("notify:reply:{reply}"))
}

/// The evaluator (else `NOTIFY_EMAIL`) is told to look at a mail that says of itself that it is automatic and does not read so, once for each. It
/// is no answer: nothing is held for it.
pub(super) fn of_label(step: &mut Step<'_>, case: &Case, mail: MessageId) -> Result<(), StoreError> {
    let Some(to) = told_of(step, case)? else { return Ok(()) };
    tell(step, case, &to, to_the_unit::doubtful_label(case), format!("notify:label:{mail}"))
}

/// The escalation address is told of a case that waits too long, once in each wait.
pub(super) fn of_wait(step: &mut Step<'_>, case: &Case) -> Result<(), StoreError> {
    let Some(since) = case.awaiting_since else { return Ok(()) };
    let Some(to) = step.policy().escalation.as_ref().and_then(|escalation| escalation.to.as_ref()) else { return Ok(()) };
    let to = in_the_unit(step, to)?;
    let days = (step.now - since).num_days();
    let key = format!("notify:wait:{}:{}", case.id, since.timestamp_micros());
    tell(step, case, &to, to_the_unit::long_wait(case, days), key)
}

/// The evaluator (else `NOTIFY_EMAIL`) is told of a letter that came back, once for each.
pub(super) fn of_bounce(step: &mut Step<'_>, case: &Case, letter: MessageId, why: &str) -> Result<(), StoreError> {
    of_failure(step, case, why, format!("notify:bounce:{letter}"))
}

/// The evaluator (else `NOTIFY_EMAIL`) is told that nothing goes to an address any more, once for the letter that showed it.
pub(super) fn of_held(step: &mut Step<'_>, case: &Case, letter: MessageId, why: &str) -> Result<(), StoreError> {
    of_failure(step, case, why, format!("notify:held:{letter}"))
}

fn of_failure(step: &mut Step<'_>, case: &Case, why: &str, key: String) -> Result<(), StoreError> {
    let Some(to) = told_of(step, case)? else { return Ok(()) };
    let then = match proposed_contact(step, case)? {
        Some(proposed) => WhatFollows::Proposed(proposed.channel),
        None => what_follows(step, case)?,
    };
    tell(step, case, &to, to_the_unit::not_delivered(case, why, then), key)
}

/// The evaluator (else `NOTIFY_EMAIL`) is told that the reporter complained of a letter, once for each.
pub(super) fn of_complaint(step: &mut Step<'_>, case: &Case, letter: MessageId) -> Result<(), StoreError> {
    let Some(to) = told_of(step, case)? else { return Ok(()) };
    tell(step, case, &to, to_the_unit::complaint(case), format!("notify:complaint:{letter}"))
}

/// `key` says under which it is told once.
fn tell(step: &mut Step<'_>, case: &Case, to: &EmailAddress, notice: Notice, key: String) -> Result<(), StoreError> {
    if step.deployment.senders.of(Channel::Email).is_none() {
        return Ok(());
    }
    let policy = step.policy();
    let to = policy.redirect_to.as_ref().unwrap_or(to);
    let content = MessageContent {
        subject: Some(format!("{} {}", policy.letterhead.subject_prefix, notice.subject).trim().to_owned()),
        body: notice.body,
        from: Some(policy.sender.as_str().to_owned()),
        to: Some(to.as_str().to_owned()),
        ..MessageContent::default()
    };
    enter(step, case.id, content, key)
}

/// Word that somebody of the unit does not get goes to another one.
pub(super) fn elsewhere(step: &mut Step<'_>, word: &Message, to: &EmailAddress) -> Result<(), StoreError> {
    let Some(case_id) = word.case_id else { return Ok(()) };
    let content = MessageContent { to: Some(to.as_str().to_owned()), ..word.content.clone() };
    enter(step, case_id, content, format!("notify:elsewhere:{}", word.id))
}

fn enter(step: &mut Step<'_>, case_id: CaseId, content: MessageContent, unique_key: String) -> Result<(), StoreError> {
    let message = NewOutboundMessage {
        case_id,
        channel: Channel::Email,
        kind: MessageKind::Notification,
        content,
        external_id: step.deployment.ids.message_id(),
        unique_key,
        attempt_id: None,
        resend_of: None,
        reminder_of: None,
        enclosures: Vec::new(),
        created_at: step.now,
        timing: NewOutboundTiming::NotBefore(step.now),
    };
    queue::enter(&mut step.by_itself(), &message, None).map(drop)
}

fn what_follows(step: &mut Step<'_>, case: &Case) -> Result<WhatFollows, StoreError> {
    if step.tx.automatics().queued(case.id)?.is_some() {
        return Ok(WhatFollows::Repeated);
    }
    let is_letter = |attempt: &Attempt| !attempt.waits_for_a_person() && attempt.status == AttemptStatus::Pending;
    let plan_goes_on = step.tx.attempts().list(case.id)?.iter().any(is_letter);
    Ok(if plan_goes_on { WhatFollows::PlanGoesOn } else { WhatFollows::Nothing })
}
