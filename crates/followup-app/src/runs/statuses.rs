//! What providers tell of our messages is kept, and told of those that are known: many events in one step as one. What each step locks it locks in
//! one order: the calls, the cases, the names under which events wait.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use followup_domain::ids::{MessageId, RawId};
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::{NewProviderEvent, StoreError};
use followup_domain::sending::{ExternalName, StatusEvent, StoredEvent};

use crate::consequences::{Event, Told, follow};
use crate::moves::provider_event;
use crate::step::Step;

/// An event as it came.
#[derive(Clone, Copy)]
pub(super) struct Came<'e> {
    /// Its provider.
    pub(super) scope: &'e str,
    /// What it says.
    pub(super) event: &'e StatusEvent,
    /// When it came (UTC).
    pub(super) received_at: DateTime<Utc>,
    /// The bytes in which it stood.
    pub(super) raw_id: RawId,
}

/// Keeps events of messages, and lets them tell what they say of those that are known here.
///
/// # Errors
/// The store's; and when one of several became known at this very moment, whose case would be locked after the others.
pub(super) fn take(step: &mut Step<'_>, came: &[Came<'_>]) -> Result<(), StoreError> {
    let found = letters_of(step, came)?;
    let letters = lock(step, &found)?;
    let known: Vec<Option<&Message>> = found.iter().map(|id| letters.get(&(*id)?)).collect();
    let new: Vec<NewProviderEvent> = came.iter().zip(&known).map(|(came, letter)| new_event(came, *letter)).collect();
    let kept = provider_event::keep(step, &new)?;
    let mut told = Vec::with_capacity(came.len());
    let mut waits = Vec::new();
    for ((came, letter), id) in came.iter().zip(&known).zip(kept) {
        let Some(id) = id else { continue };
        let event = StoredEvent { id, event: came.event.clone(), received_at: came.received_at };
        match letter {
            Some(letter) if !is_leaving(letter) => told.push(Told { scope: came.scope, letter: letter.id, event }),
            Some(_) => {}
            None => waits.push(*came),
        }
    }
    follow(step, Event::ProvidersTold(&letters, &told))?;
    take_late(step, &waits, &letters)
}

/// What waits although its message became known meanwhile: whoever keeps an event and whoever learns its name wait for each other, and the second
/// tells it.
fn take_late(step: &mut Step<'_>, waits: &[Came<'_>], locked: &BTreeMap<MessageId, Message>) -> Result<(), StoreError> {
    let found = if waits.is_empty() { Vec::new() } else { letters_of(step, waits)? };
    if !locked.is_empty() && found.iter().flatten().any(|letter| !locked.contains_key(letter)) {
        return Err(StoreError::Unavailable("a message became known while what is told of it was kept".to_owned()));
    }
    let letters = lock(step, &found)?;
    for (came, letter) in waits.iter().zip(&found) {
        if let Some(letter) = letter.and_then(|id| letters.get(&id)) {
            let named = came.event.provider_id.as_ref().map(|id| ExternalName::new(came.scope, id));
            follow(step, Event::ProviderWaits(letter, named.as_ref()))?;
        }
    }
    Ok(())
}

/// A message that is being handed over is told of nothing: what comes waits for the transport's answer.
fn is_leaving(letter: &Message) -> bool {
    letter.delivery == Some(Delivery::Transmitting)
}

fn new_event(came: &Came<'_>, letter: Option<&Message>) -> NewProviderEvent {
    NewProviderEvent {
        provider: came.scope.to_owned(),
        event: came.event.clone(),
        received_at: came.received_at,
        raw_id: came.raw_id,
        told_of: letter.filter(|letter| !is_leaving(letter)).map(|letter| letter.id),
    }
}

/// The messages, each with its case locked.
fn lock(step: &mut Step<'_>, found: &[Option<MessageId>]) -> Result<BTreeMap<MessageId, Message>, StoreError> {
    let ids: Vec<MessageId> = found.iter().flatten().copied().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let letters = step.tx.deliveries().find_for_update(&ids)?;
    Ok(letters.into_iter().map(|letter| (letter.id, letter)).collect())
}

/// The message of ours that each event is about, by our own name of it, else by the provider's.
fn letters_of(step: &mut Step<'_>, came: &[Came<'_>]) -> Result<Vec<Option<MessageId>>, StoreError> {
    let reference = |came: &Came<'_>| came.event.reference.as_deref().and_then(InternetMessageId::parse);
    let references: Vec<InternetMessageId> = came.iter().filter_map(reference).collect();
    let mut ours: HashMap<InternetMessageId, MessageId> = HashMap::new();
    for known in step.tx.names().find(&references)?.into_iter().filter(|known| !known.inbound) {
        ours.entry(known.external_id).or_insert(known.message_id);
    }
    let mut found: Vec<Option<MessageId>> = came.iter().map(|came| ours.get(&reference(came)?).copied()).collect();
    let by_id = |(came, found): (&Came<'_>, &Option<MessageId>)| match (&came.event.provider_id, found) {
        (Some(id), None) => Some(ExternalName::new(came.scope, id)),
        _ => None,
    };
    let names: Vec<Option<ExternalName>> = came.iter().zip(&found).map(by_id).collect();
    let asked: Vec<ExternalName> = names.iter().flatten().cloned().collect();
    let mut named = step.tx.names().find_providers(&asked)?.into_iter();
    for (place, _) in found.iter_mut().zip(&names).filter(|(_, name)| name.is_some()) {
        *place = named.next().flatten();
    }
    Ok(found)
}
