//! What providers tell of our messages goes the way of every report, in whatever order it comes.

use std::collections::{BTreeMap, BTreeSet};

use followup_domain::asking::reason::Because;
use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::ids::MessageId;
use followup_domain::mail::bounce::LetterReport;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{Channel, Delivery, Message};
use followup_domain::ports::StoreError;
use followup_domain::sending::{EventKind, ExternalName, StoredEvent};

use super::outcomes::settle_by_proof;
use super::reports::apply_report;
use crate::facts::reports::Reported;
use crate::moves::provider_event;
use crate::step::Step;

/// So many events that wait are listed at a time.
const MOST_LISTED: usize = 1000;

/// An event that is told of a message, as it is kept.
pub(crate) struct Told<'e> {
    /// Its provider.
    pub(crate) scope: &'e str,
    /// The message.
    pub(crate) letter: MessageId,
    /// The event.
    pub(crate) event: StoredEvent,
}

impl Told<'_> {
    /// The provider's name of the message, if the event tells it.
    fn named(&self) -> Option<ExternalName> {
        self.event.event.provider_id.as_ref().map(|id| ExternalName::new(self.scope, id))
    }
}

/// What providers tell of messages, in this order; and what they told before under names that are known since. The messages are as they were before,
/// and their cases are locked.
pub(super) fn tell(step: &mut Step<'_>, letters: &BTreeMap<MessageId, Message>, told: &[Told<'_>]) -> Result<(), StoreError> {
    learn_names(step, told)?;
    let mut changed: BTreeMap<MessageId, Message> = BTreeMap::new();
    for (told, is_last) in by_address(letters, told) {
        let Some(letter) = changed.get(&told.letter).or(letters.get(&told.letter)) else { continue };
        if say(step, letter, &told.event)?
            && !is_last
            && let Some(letter) = step.tx.messages().find(told.letter)?
        {
            changed.insert(letter.id, letter);
        }
    }
    tell_waiting(step, letters, told)
}

/// In the order of the addresses, and of the messages to each, because an address that works again is locked; each with whether it is the last
/// of its message. In which order messages are told of changes nothing.
fn by_address<'t, 'e>(letters: &BTreeMap<MessageId, Message>, told: &'t [Told<'e>]) -> Vec<(&'t Told<'e>, bool)> {
    let address = |told: &Told<'_>| Some(letters.get(&told.letter)?.content.to.as_deref()?.to_lowercase());
    let mut sorted: Vec<&Told<'_>> = told.iter().collect();
    sorted.sort_by_cached_key(|told| (address(told), told.letter));
    let next = sorted.iter().skip(1).map(|told| Some(told.letter)).chain([None]);
    sorted.iter().zip(next).map(|(told, next)| (*told, next != Some(told.letter))).collect()
}

/// What waits for messages whose names are known since. It may say anything, so that it is one message's: of several each is told alone.
fn tell_waiting(step: &mut Step<'_>, letters: &BTreeMap<MessageId, Message>, told: &[Told<'_>]) -> Result<(), StoreError> {
    let waiting = with_waiting(step, letters, told)?;
    if !waiting.is_empty() && told.iter().any(|other| Some(other.letter) != told.first().map(|first| first.letter)) {
        return Err(StoreError::Unavailable("for one of several messages something waits".to_owned()));
    }
    for told in waiting {
        if let Some(letter) = step.tx.messages().find(told.letter)? {
            take_waiting(step, &letter, told.named().as_ref())?;
        }
    }
    Ok(())
}

/// The ids under which providers know the messages are learnt with what they tell.
fn learn_names(step: &mut Step<'_>, told: &[Told<'_>]) -> Result<(), StoreError> {
    let names: BTreeMap<ExternalName, MessageId> = told.iter().filter_map(|told| Some((told.named()?, told.letter))).collect();
    let asked: Vec<ExternalName> = names.keys().cloned().collect();
    let known = step.tx.names().find_providers(&asked)?;
    for ((name, letter), _) in names.iter().zip(known).filter(|(_, known)| known.is_none()) {
        provider_event::learn_name(step, name, *letter)?;
    }
    Ok(())
}

/// Those that tell of messages for which something waits.
fn with_waiting<'t, 'e>(
    step: &mut Step<'_>,
    letters: &BTreeMap<MessageId, Message>,
    told: &'t [Told<'e>],
) -> Result<Vec<&'t Told<'e>>, StoreError> {
    let letter_of = |told: &Told<'_>| letters.get(&told.letter);
    let reference_of = |told: &Told<'_>| letter_of(told)?.external_id.as_ref().map(|id| id.inner().to_owned());
    let channels: BTreeSet<Channel> = told.iter().filter_map(|told| Some(letter_of(told)?.channel)).collect();
    let references: BTreeSet<String> = told.iter().filter_map(reference_of).collect();
    let references: Vec<&str> = references.iter().map(String::as_str).collect();
    let readers = step.deployment.events;
    let mut waiting = Vec::new();
    for scope in channels.into_iter().flat_map(|channel| readers.scopes_of(channel)) {
        let ids: BTreeSet<&str> =
            told.iter().filter(|told| told.scope == scope).filter_map(|told| told.event.event.provider_id.as_deref()).collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        waiting.extend(step.tx.provider_events().list_waiting(scope, &ids, &references)?.into_iter().map(|event| event.event));
    }
    let waits_for = |told: &&Told<'_>| {
        let (id, reference) = (&told.event.event.provider_id, reference_of(told));
        waiting.iter().any(|event| (id.is_some() && event.provider_id == *id) || (reference.is_some() && event.reference == reference))
    };
    // Of more than are listed at once nobody knows for which they wait.
    Ok(if waiting.len() < MOST_LISTED { told.iter().filter(waits_for).collect() } else { told.iter().collect() })
}

/// An event that waited is told of its message. While the message is being handed over it waits for the answer. The case is locked.
fn take(step: &mut Step<'_>, scope: &str, letter: &Message, event: &StoredEvent) -> Result<(), StoreError> {
    if letter.delivery == Some(Delivery::Transmitting) || !provider_event::told_of(step, scope, event, letter)? {
        return Ok(());
    }
    say(step, letter, event).map(drop)
}

/// An event says what became of its message; whether that is news. What is known better changes nothing. The case is locked.
fn say(step: &mut Step<'_>, letter: &Message, event: &StoredEvent) -> Result<bool, StoreError> {
    let kind = event.event.kind;
    if !letter.delivery.is_some_and(|known| known.is_overruled_by(kind.delivery())) {
        return Ok(false);
    }
    // Whatever the provider says of it, it took the message.
    let is_in_doubt = letter.delivery == Some(Delivery::Uncertain) && kind != EventKind::Failed;
    let mut settled = None;
    if is_in_doubt || letter.delivery == Some(Delivery::Queued) {
        settle_by_proof(step, letter, Delivery::Accepted, Because::ProviderTold)?;
        settled = step.tx.messages().find(letter.id)?;
    }
    let letter = settled.as_ref().unwrap_or(letter);
    let (Some(action), Some(case_id)) = (kind.report(), letter.case_id) else { return Ok(true) };
    let unknown = || Failure { permanence: Permanence::Soft, reason: FailureReason::Other, status: None };
    let failure = (kind == EventKind::Failed).then(|| event.event.failure.clone().unwrap_or_else(unknown));
    let report = LetterReport { action, address: None, failure };
    let arrived_at = event.event.at.map_or(event.received_at, |at| at.min(event.received_at));
    apply_report(step, case_id, letter, Reported { report: &report, arrived_at })?;
    Ok(true)
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
            let named: Vec<&str> = name.as_deref().into_iter().collect();
            for event in step.tx.provider_events().list_waiting(scope, &named, &reference.into_iter().collect::<Vec<_>>())? {
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
