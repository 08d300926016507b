//! What providers tell of our messages goes the way of every report, in whatever order it comes.

use followup_domain::asking::reason::Because;
use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::mail::bounce::LetterReport;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::StoreError;
use followup_domain::sending::{EventKind, ExternalName, StoredEvent};

use super::outcomes::settle_by_proof;
use super::reports::apply_report;
use crate::facts::reports::Reported;
use crate::moves::provider_event;
use crate::step::Step;

/// What a provider tells of a message; and what it told before under a name that is known since. The case is locked.
pub(super) fn tell(step: &mut Step<'_>, scope: &str, letter: &Message, event: &StoredEvent) -> Result<(), StoreError> {
    take(step, scope, letter, event)?;
    let named = event.event.provider_id.as_ref().map(|id| ExternalName::new(scope, id));
    take_waiting(step, letter, named.as_ref())
}

/// What a provider tells of a message. While the message is being handed over it waits for the answer; what is known better changes
/// nothing. The case is locked.
fn take(step: &mut Step<'_>, scope: &str, letter: &Message, event: &StoredEvent) -> Result<(), StoreError> {
    if letter.delivery == Some(Delivery::Transmitting) || !provider_event::told_of(step, scope, event, letter)? {
        return Ok(());
    }
    let kind = event.event.kind;
    if !letter.delivery.is_some_and(|known| known.is_overruled_by(kind.delivery())) {
        return Ok(());
    }
    // Whatever the provider says of it, it took the message.
    let is_in_doubt = letter.delivery == Some(Delivery::Uncertain) && kind != EventKind::Failed;
    if is_in_doubt || letter.delivery == Some(Delivery::Queued) {
        settle_by_proof(step, letter, Delivery::Accepted, Because::ProviderTold)?;
    }
    let Some(action) = kind.report() else { return Ok(()) };
    let Some(case_id) = letter.case_id else { return Ok(()) };
    let (Some(case), Some(letter)) = (step.tx.cases().find(case_id)?, step.tx.messages().find(letter.id)?) else { return Ok(()) };
    let unknown = || Failure { permanence: Permanence::Soft, reason: FailureReason::Other, status: None };
    let failure = (kind == EventKind::Failed).then(|| event.event.failure.clone().unwrap_or_else(unknown));
    let report = LetterReport { action, address: None, failure };
    let arrived_at = event.event.at.map_or(event.received_at, |at| at.min(event.received_at));
    apply_report(step, &case, &letter, Reported { report: &report, arrived_at })
}

/// What providers told of a message before its name was known, or while it was being handed over. The case is locked.
pub(super) fn take_waiting(step: &mut Step<'_>, letter: &Message, named: Option<&ExternalName>) -> Result<(), StoreError> {
    let readers = step.deployment.events;
    let reference = letter.external_id.as_ref().map(InternetMessageId::inner);
    for scope in readers.scopes_of(letter.channel) {
        let mut names = vec![named.filter(|named| named.scope == scope).map(|named| named.name.clone())];
        let mut next = 0;
        while let Some(name) = names.get(next).cloned() {
            next += 1;
            for event in step.tx.provider_events().list_waiting(scope, name.as_deref(), reference)? {
                // One that speaks of our own reference may tell the provider's name, under which others wait.
                let told = event.event.provider_id.clone();
                names.extend((told.is_some() && !names.contains(&told)).then_some(told));
                if let Some(letter) = step.tx.messages().find(letter.id)? {
                    take(step, scope, &letter, &event)?;
                }
            }
        }
    }
    Ok(())
}
