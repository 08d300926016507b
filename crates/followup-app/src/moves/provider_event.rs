//! What a provider hands over: stored as it came, and once it was understood, kept with the message that it is about.

use followup_domain::audit::facts;
use followup_domain::ids::{InboundMailId, MessageId, ProviderEventId};
use followup_domain::message::Message;
use followup_domain::ports::{Inserted, NewCallback, NewInboundMessage, NewProviderEvent, StoreError, Updated};
use followup_domain::sending::{ExternalName, StoredEvent};

use crate::facts::incoming::Incoming;
use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Stores the bytes of calls; an answer for each.
pub(crate) fn store(step: &mut Step<'_>, batch: &[NewCallback]) -> Result<Vec<Inserted<InboundMailId>>, StoreError> {
    step.tx.provider_events().insert_callbacks(batch)
}

/// Keeps events, told at once or waiting; none for one that the provider told before.
pub(crate) fn keep(step: &mut Step<'_>, batch: &[NewProviderEvent]) -> Result<Vec<Option<ProviderEventId>>, StoreError> {
    let kept = step.tx.provider_events().insert(batch)?;
    let new = |kept| match kept {
        Inserted::New(id) => Some(id),
        Inserted::Duplicate(_) => None,
    };
    Ok(kept.into_iter().map(new).collect())
}

/// An event that waited is told of its message from now on; says whether it was not before. The id under which the provider knows the message is
/// learnt with it.
pub(crate) fn told_of(step: &mut Step<'_>, scope: &str, event: &StoredEvent, letter: &Message) -> Result<bool, StoreError> {
    if step.tx.provider_events().record_told(event.id, letter.id)? == Updated::Stale {
        return Ok(false);
    }
    if let Some(id) = &event.event.provider_id {
        learn_name(step, &ExternalName::new(scope, id), letter.id)?;
    }
    Ok(true)
}

/// An id under which a provider knows a message of ours.
pub(crate) fn learn_name(step: &mut Step<'_>, name: &ExternalName, of: MessageId) -> Result<(), StoreError> {
    if step.tx.names().insert_provider(name, of)? == Updated::Stale {
        return Ok(());
    }
    let case_id = step.tx.messages().find(of)?.and_then(|letter| letter.case_id);
    let new = facts([("provider", name.scope.as_str().into()), ("provider_id", name.name.as_str().into())]);
    tell(step, Subject::Message(case_id, of), Told::new("message.named", new))
}

/// A message that came in through a provider is stored under the provider's id.
pub(crate) fn receive(step: &mut Step<'_>, message: &NewInboundMessage, found: &Incoming) -> Result<MessageId, StoreError> {
    let id = step.tx.messages().insert_inbound(message)?;
    if step.tx.names().insert_provider(&found.name, id)? == Updated::Stale {
        return Err(StoreError::Unavailable("another process stores this message at this moment".into()));
    }
    let new = facts([
        ("classification", message.classification.as_str().into()),
        ("channel", message.channel.as_str().into()),
        ("arrived_at", message.created_at.into()),
        ("provider", found.name.scope.as_str().into()),
        ("provider_id", found.name.name.as_str().into()),
        ("match", message.case_match.map(|found| found.kind.as_str()).into()),
        ("confirmed", message.case_match.map(|found| found.confirmed).into()),
    ]);
    tell(step, Subject::Message(message.case_id, id), Told::new("message.received", new))?;
    Ok(id)
}

/// Takes calls whose events are all kept in this step; gives those that nobody had taken.
pub(crate) fn take(step: &mut Step<'_>, ids: &[InboundMailId]) -> Result<Vec<InboundMailId>, StoreError> {
    step.tx.provider_events().take_calls(ids)
}

/// Everything in the bytes was understood and kept.
pub(crate) fn done(step: &mut Step<'_>, id: InboundMailId) -> Result<(), StoreError> {
    step.tx.inbox().record_processed(id, None).map(drop)
}
