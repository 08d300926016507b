//! The queue of what is to be sent: a message enters it, waits in it, is taken out of it, or leaves.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, AttemptStatus};
use followup_domain::asking::reason::{WaitReason, Why};
use followup_domain::audit::{AuditFacts, facts};
use followup_domain::case::Case;
use followup_domain::ids::{CaseId, LeaseToken, MessageId};
use followup_domain::message::{Delivery, Message, MessageContent, MessageKind};
use followup_domain::ports::{
    AskedItem, Held, Inserted, Lease, NewOutboundMessage, NewOutboundTiming, Postponement, Reserved, StoreError, Updated, of_one,
};

use super::attempt::{AttemptChange, change};
use crate::facts::attempts::has_plan_letter;
use crate::step::{Depth, Step};
use crate::trail::{Subject, Told, tell};

/// Queues a message, once under its key; `reason` where a person gave one.
pub(crate) fn enter(step: &mut Step<'_>, message: &NewOutboundMessage, reason: Option<&str>) -> Result<Inserted<MessageId>, StoreError> {
    let inserted = step.tx.messages().insert_outbound(message)?;
    if let Inserted::New(id) = inserted {
        tell(step, Subject::Message(Some(message.case_id), id), Told::new("message.queued", queued(message)).because(reason))?;
    }
    Ok(inserted)
}

/// Sets what a queued message says, and what it asks for, while its lease is held.
pub(crate) fn write(
    step: &mut Step<'_>,
    (message_id, case_id): (MessageId, CaseId),
    token: &LeaseToken,
    (content, asks): (&MessageContent, &[AskedItem]),
) -> Result<(), StoreError> {
    step.tx.dispatch().set_content(&[(Held { id: message_id, token }, content)])?;
    step.tx.requests().set_asked(message_id, case_id, asks)
}

/// Sets what a queued message asks for.
pub(crate) fn set_asked(step: &mut Step<'_>, (message_id, case_id): (MessageId, CaseId), asks: &[AskedItem]) -> Result<(), StoreError> {
    step.tx.requests().set_asked(message_id, case_id, asks)
}

/// Takes the place of the case's last automatic letter, unless another letter holds it for as long as the delay lasts.
pub(crate) fn reserve(step: &mut Step<'_>, case: &Case, message_id: MessageId) -> Result<Reserved, StoreError> {
    let delay = step.policy().automatic_delay;
    step.tx.automatics().reserve(case.id, message_id, step.now, delay)
}

/// Takes a message that waits to be sent out of the queue, with its reason, and gives back the place that it took among the case's
/// automatic letters; says whether it could be stopped.
pub(crate) fn skip(step: &mut Step<'_>, case_id: CaseId, message_id: MessageId, why: &Why<'_>) -> Result<bool, StoreError> {
    if step.tx.deliveries().skip(message_id, &why.stored(), step.now)? == Updated::Stale {
        return Ok(false);
    }
    tell_skipped(step, case_id, message_id, why)?;
    Ok(true)
}

/// Takes everything of a case that waits to be sent out of the queue.
pub(crate) fn skip_all(step: &mut Step<'_>, case_id: CaseId, why: &Why<'_>) -> Result<(), StoreError> {
    for message_id in step.tx.deliveries().withdraw_queued(case_id, &why.stored(), step.now)? {
        tell_skipped(step, case_id, message_id, why)?;
    }
    Ok(())
}

/// Takes a claimed message out of the queue; says whether the lease was held still.
pub(crate) fn withdraw(step: &mut Step<'_>, message: &Message, token: &LeaseToken, why: &Why<'_>) -> Result<bool, StoreError> {
    let held = Held { id: message.id, token };
    if of_one(step.tx.dispatch().withdraw(&[(held, &why.stored())], step.now)?)? == Updated::Stale {
        return Ok(false);
    }
    if let Some(case_id) = message.case_id {
        tell_skipped(step, case_id, message.id, why)?;
    }
    Ok(true)
}

/// Takes a plan's letter that waits to be sent out of the queue, and settles its attempt; says whether it could be stopped. One
/// that is leaving cannot, and one that a person is sending at this moment is not.
pub(crate) fn stop_letter_of(step: &mut Step<'_>, attempt: &Attempt, to: AttemptStatus, why: &Why<'_>) -> Result<bool, StoreError> {
    let mut step = step.by_itself();
    let Some(message_id) = attempt.message_id else { return Ok(false) };
    if !has_plan_letter(&mut step, attempt)? || !skip(&mut step, attempt.case_id, message_id, why)? {
        return Ok(false);
    }
    change(&mut step, attempt, to, &AttemptChange::because(why.clone()))?;
    Ok(true)
}

/// Takes the automatic request that waits, if one does, out of the queue.
pub(crate) fn skip_automatic(step: &mut Step<'_>, case_id: CaseId, why: &Why<'_>) -> Result<(), StoreError> {
    let Some(id) = step.tx.automatics().queued(case_id)? else { return Ok(()) };
    skip(&mut step.by_itself(), case_id, id, why).map(drop)
}

/// Until when a claimed message waits, and why.
#[derive(Debug, Clone)]
pub(crate) struct Pause<'a> {
    /// When it may be claimed again (UTC).
    pub(crate) until: DateTime<Utc>,
    /// Whether the transport turned it down.
    pub(crate) tried: bool,
    /// Why.
    pub(crate) why: Why<'a>,
}

/// Puts a claimed message off: the gate lets it through later, or the transport would not take it now. An address that had enough is looked
/// at again every hour, and that is told once while it lasts.
pub(crate) fn put_off(step: &mut Step<'_>, message: &Message, token: &LeaseToken, pause: &Pause<'_>) -> Result<(), StoreError> {
    let why = pause.why.stored();
    let pause_of_it = Postponement { not_before: pause.until, tried: pause.tried, error: Some(&why) };
    if of_one(step.tx.dispatch().postpone(&[(Held { id: message.id, token }, pause_of_it)])?)? == Updated::Stale {
        return Ok(());
    }
    if let Some(case_id) = message.case_id {
        step.touched.note(case_id, Depth::Dates);
    }
    if pause.why == WaitReason::EnoughForTheDay.into() && message.error.as_ref() == Some(&why) {
        return Ok(());
    }
    let new = facts([("delivery", "queued".into()), ("not_before", pause.until.into())]);
    let old = facts([("delivery", message.delivery.map(Delivery::as_str).into())]);
    tell(step, Subject::Message(message.case_id, message.id), Told::new("message.put_off", new).from(old).why(Some(&pause.why)))
}

/// Commits that a message may leave from now on, with its exact bytes; says whether the lease was held still.
pub(crate) fn start_transmitting(step: &mut Step<'_>, message: &Message, lease: &Lease, bytes: &[u8]) -> Result<bool, StoreError> {
    let held = Held { id: message.id, token: &lease.token };
    if of_one(step.tx.dispatch().start_transmitting(&[(held, bytes)], lease.until, step.now)?)? == Updated::Stale {
        return Ok(false);
    }
    let told = Told::new("message.transmitting", facts([("delivery", "transmitting".into())]));
    tell(step, Subject::Leaving(message.case_id, message.id), told)?;
    Ok(true)
}

fn tell_skipped(step: &mut Step<'_>, case_id: CaseId, message_id: MessageId, why: &Why<'_>) -> Result<(), StoreError> {
    let told = Told::new("message.skipped", facts([("status", "skipped".into())])).why(Some(why));
    tell(step, Subject::Message(Some(case_id), message_id), told)?;
    step.tx.automatics().release(case_id, message_id)
}

fn queued(message: &NewOutboundMessage) -> AuditFacts {
    let mut new = facts([("kind", message.kind.as_str().into())]);
    if message.kind != MessageKind::Notification {
        new.insert("channel".into(), message.channel.as_str().into());
    }
    if let (MessageKind::AutomaticRequest, NewOutboundTiming::NotBefore(at)) = (message.kind, &message.timing) {
        new.insert("not_before".into(), (*at).into());
    }
    if let Some(template) = &message.content.template {
        new.insert("template".into(), template.name.as_str().into());
    }
    if let Some(id) = message.attempt_id {
        new.insert("attempt_id".into(), id.0.into());
    }
    if let Some(id) = message.resend_of {
        new.insert("resend_of".into(), id.0.into());
    }
    if let Some(id) = message.reminder_of {
        new.insert("reminder_of".into(), id.0.into());
    }
    for (n, enclosure) in (1..).zip(&message.enclosures) {
        let file = &enclosure.file;
        let size = i64::try_from(file.size).unwrap_or(i64::MAX);
        new.insert(format!("attachment_{n}_name"), file.name.as_deref().into());
        new.insert(format!("attachment_{n}_size"), size.into());
        new.insert(format!("attachment_{n}_sha256"), file.sha256.as_str().into());
    }
    new
}
