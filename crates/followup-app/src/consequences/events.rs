//! What providers tell of our messages goes the way of every report, in whatever order it comes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use followup_domain::asking::reason::Because;
use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::ids::MessageId;
use followup_domain::mail::bounce::LetterReport;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{Channel, Delivery, Message};
use followup_domain::ports::StoreError;
use followup_domain::sending::{EventKind, ExternalName, StoredEvent};

use super::outcomes::settle_by_proof;
use super::reports::{Arrival, apply_report, is_waited_for, take_arrivals};
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
    let rounds = rounds(told);
    for (number, round) in rounds.iter().enumerate() {
        let as_they_are = round.iter().filter_map(|told| Some((changed.get(&told.letter).or(letters.get(&told.letter))?, &told.event)));
        let news: Vec<(&Message, &StoredEvent)> = as_they_are.filter(|(letter, event)| is_news(letter, event)).collect();
        let (arrivals, others): (Vec<_>, Vec<_>) = news.iter().copied().partition(|(letter, event)| arrived(letter, event));
        take_arrivals(step, &arrivals.into_iter().map(|(letter, event)| arrival(letter, event)).collect::<Vec<_>>())?;
        for (letter, event) in others {
            say(step, letter, event)?;
        }
        let is_told_more = |id: &MessageId| rounds.get(number + 1).is_some_and(|next| next.iter().any(|told| told.letter == *id));
        let again: Vec<MessageId> = news.iter().map(|(letter, _)| letter.id).filter(is_told_more).collect();
        if !again.is_empty() {
            changed.extend(step.tx.deliveries().find_for_update(&again)?.into_iter().map(|letter| (letter.id, letter)));
        }
    }
    tell_waiting(step, letters, told)
}

/// The first events of each message, then the second ones, and so on: in which order messages are told of changes nothing.
fn rounds<'t, 'e>(told: &'t [Told<'e>]) -> Vec<Vec<&'t Told<'e>>> {
    let (mut rounds, mut count) = (Vec::new(), BTreeMap::new());
    for told in told {
        let number: &mut usize = count.entry(told.letter).or_default();
        if rounds.len() == *number {
            rounds.push(Vec::new());
        }
        rounds[*number].push(told);
        *number += 1;
    }
    rounds
}

/// Whether an event tells more of its message than is known.
fn is_news(letter: &Message, event: &StoredEvent) -> bool {
    letter.delivery.is_some_and(|known| known.is_overruled_by(event.event.kind.delivery()))
}

/// Whether it tells no more than that a letter arrived which is known to have left: of that little follows, for many at once.
fn arrived(letter: &Message, event: &StoredEvent) -> bool {
    matches!(event.event.kind, EventKind::Delivered | EventKind::Read) && is_waited_for(letter)
}

fn arrival<'m>(letter: &'m Message, event: &StoredEvent) -> (Arrival<'m>, DateTime<Utc>) {
    (Arrival { letter, is_read: event.event.kind == EventKind::Read }, told_at(event))
}

/// When an event is told of: never later than it came.
fn told_at(event: &StoredEvent) -> DateTime<Utc> {
    event.event.at.map_or(event.received_at, |at| at.min(event.received_at))
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
    say(step, letter, event)
}

/// An event says what became of its message. What is known better changes nothing. The case is locked.
fn say(step: &mut Step<'_>, letter: &Message, event: &StoredEvent) -> Result<(), StoreError> {
    let kind = event.event.kind;
    if !is_news(letter, event) {
        return Ok(());
    }
    // Whatever the provider says of it, it took the message.
    let is_in_doubt = letter.delivery == Some(Delivery::Uncertain) && kind != EventKind::Failed;
    let mut settled = None;
    if is_in_doubt || letter.delivery == Some(Delivery::Queued) {
        settle_by_proof(step, letter, Delivery::Accepted, Because::ProviderTold)?;
        settled = step.tx.messages().find(letter.id)?;
    }
    let letter = settled.as_ref().unwrap_or(letter);
    let (Some(action), Some(case_id)) = (kind.report(), letter.case_id) else { return Ok(()) };
    let unknown = || Failure { permanence: Permanence::Soft, reason: FailureReason::Other, status: None };
    let failure = (kind == EventKind::Failed).then(|| event.event.failure.clone().unwrap_or_else(unknown));
    let report = LetterReport { action, address: None, failure };
    apply_report(step, case_id, letter, Reported { report: &report, arrived_at: told_at(event) })
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
