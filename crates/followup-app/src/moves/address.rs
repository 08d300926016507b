//! An address: letters failed at it, it works again, what waits for it, and whether it may be written to at all.

use chrono::{DateTime, Utc};
use followup_domain::audit::{AuditChain, AuditFacts, facts};
use followup_domain::contact::{Failure, failure_key};
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::mail::bounce::{FailedAddress, after_failure};
use followup_domain::message::{Channel, Message};
use followup_domain::ports::{DoNotContact, HeldLetter, StoreError, Updated};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

const CONTACT: Subject = Subject::System("contact", 0);

/// What is learned of an address by a letter to it.
pub(crate) struct Learned<'a> {
    /// Why the letter failed.
    pub(crate) failure: &'a Failure,
    /// The address that the report names, where it is another one.
    pub(crate) reported: Option<&'a str>,
    /// When the report arrived, or the server refused (UTC).
    pub(crate) at: DateTime<Utc>,
}

/// A letter to an address failed. Gives what is known of it since, and whether nothing goes to it that did before. It is locked.
pub(crate) fn fail(
    step: &mut Step<'_>,
    (channel, to): (Channel, &str),
    letter: &Message,
    learned: &Learned<'_>,
) -> Result<bool, StoreError> {
    let key = failure_key(channel, to);
    let before = step.tx.addresses().find(&key)?;
    let known = after_failure(before.as_ref(), &key, learned.failure, letter.id, learned.at);
    step.tx.addresses().mark(&known)?;
    let old = before.as_ref().map(known_facts).unwrap_or_default();
    let mut told =
        Told::new("contact.failed", known_facts(&known)).from(old).because(Some(&followup_words::failures::told(learned.failure)));
    if let Some(reported) = learned.reported {
        told = told.with("reported_address", reported.into());
    }
    tell(step, CONTACT, told)?;
    if known.held != before.as_ref().is_some_and(|before| before.held) {
        reach_changed(step, to)?;
    }
    Ok(known.held && before.is_none_or(|before| !before.held))
}

/// An address works again by a channel, if that may be said of what is known of it; says whether it was known to fail.
pub(crate) fn clear(
    step: &mut Step<'_>,
    (channel, address): (Channel, &str),
    reason: &str,
    may: &dyn Fn(&FailedAddress) -> bool,
) -> Result<bool, StoreError> {
    let key = failure_key(channel, address);
    if step.tx.addresses().find(&key)?.is_none() {
        return Ok(false);
    }
    step.tx.automatics().lock_address(address)?;
    let Some(known) = step.tx.addresses().find(&key)?.filter(may) else { return Ok(false) };
    if step.tx.addresses().clear(&key)? == Updated::Stale {
        return Ok(false);
    }
    reach_changed(step, address)?;
    let new = facts([("address", known.address.clone().into())]);
    tell(step, CONTACT, Told::new("contact.cleared", new).from(known_facts(&known)).because(Some(reason)))?;
    Ok(true)
}

/// Keeps that a letter waits for an address; the automatic request where there is no attempt.
pub(crate) fn wait(step: &mut Step<'_>, case_id: CaseId, attempt_id: Option<AttemptId>, address: &str) -> Result<(), StoreError> {
    step.tx.held_letters().hold(&HeldLetter { case_id, attempt_id, address: address.to_owned() })
}

/// A letter waits for its address no longer.
pub(crate) fn release(step: &mut Step<'_>, letter: &HeldLetter) -> Result<(), StoreError> {
    step.tx.held_letters().release(letter.case_id, letter.attempt_id)
}

/// Something else holds the case from now on, such as a reply: it does not go on by itself when the address works again.
pub(crate) fn forget_waiting(step: &mut Step<'_>, case_id: CaseId) -> Result<(), StoreError> {
    for letter in step.tx.held_letters().list(case_id)? {
        step.tx.held_letters().release(case_id, letter.attempt_id)?;
    }
    Ok(())
}

/// Another plan is applied: what an earlier one still had waits no more.
pub(crate) fn forget_waiting_of_plans(step: &mut Step<'_>, case_id: CaseId) -> Result<(), StoreError> {
    for attempt_id in step.tx.held_letters().list(case_id)?.into_iter().filter_map(|letter| letter.attempt_id) {
        if step.tx.attempts().find(attempt_id)?.is_some_and(|attempt| attempt.plan_id.is_some()) {
            step.tx.held_letters().release(case_id, Some(attempt_id))?;
        }
    }
    Ok(())
}

/// Nobody writes to an address any more.
pub(crate) fn block(step: &mut Step<'_>, contact: &DoNotContact) -> Result<(), StoreError> {
    step.tx.audit().hold(AuditChain::System)?;
    let before = step.tx.do_not_contact().find_blocked(&contact.address)?;
    step.tx.do_not_contact().block(contact)?;
    reach_changed(step, &contact.address)?;
    let old = before.as_ref().map(blocked_facts).unwrap_or_default();
    tell(step, CONTACT, Told::new("contact.blocked", blocked_facts(contact)).from(old).because(Some(&contact.reason)))
}

/// An address may be written to again, perhaps for a reason; says whether it was blocked.
pub(crate) fn unblock(step: &mut Step<'_>, address: &str, reason: Option<&str>) -> Result<bool, StoreError> {
    step.tx.audit().hold(AuditChain::System)?;
    let Some(before) = step.tx.do_not_contact().find_blocked(address)? else { return Ok(false) };
    if step.tx.do_not_contact().unblock(&before.address)? == Updated::Stale {
        return Ok(false);
    }
    reach_changed(step, &before.address)?;
    let new = facts([("address", before.address.clone().into())]);
    tell(step, CONTACT, Told::new("contact.unblocked", new).from(blocked_facts(&before)).because(reason))?;
    Ok(true)
}

/// Whether an address can be written to has changed: for this step's cases at once, for the others that have it as soon as they are looked at.
fn reach_changed(step: &mut Step<'_>, address: &str) -> Result<(), StoreError> {
    step.touched.deepen();
    step.tx.standings().record_address_changed(address)
}

fn blocked_facts(contact: &DoNotContact) -> AuditFacts {
    facts([("address", contact.address.clone().into()), ("reason", contact.reason.clone().into())])
}

fn known_facts(known: &FailedAddress) -> AuditFacts {
    facts([
        ("address", known.address.clone().into()),
        ("permanence", known.failure.permanence.as_str().into()),
        ("reason", known.failure.reason.as_str().into()),
        ("status", known.failure.status.clone().into()),
        ("in_a_row", i64::from(known.in_a_row).into()),
        ("held", known.held.into()),
        ("message_id", known.message_id.map(|id| id.0).into()),
    ])
}
