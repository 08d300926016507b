//! To which case a message belongs that came in through a provider: the case of the message that it answers, as the provider says, else as its
//! number tells. What answers none waits in the tray.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use followup_domain::case::Case;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{CaseMatch, Channel, Direction, MatchKind, Message, MessageKind};
use followup_domain::ports::StoreError;
use followup_domain::sending::{ExternalName, IncomingMessage};

use super::lookup::lock_case;
use super::mail_hits::Answered;
use super::reach::{knows_address, spellings};
use crate::step::Step;

/// Where a message belongs.
pub(crate) struct Incoming {
    /// Its own name.
    pub(crate) name: ExternalName,
    /// Its case, locked; none for the tray.
    pub(crate) case: Option<Case>,
    /// How it was found.
    pub(crate) case_match: Option<CaseMatch>,
    /// The message that it answers.
    pub(crate) answers: Option<Message>,
}

impl Incoming {
    /// The message of ours that it answers.
    pub(crate) fn answered(&self) -> Option<Answered> {
        let ours = self.answers.as_ref().filter(|message| message.direction == Direction::Out);
        ours.map(|message| Answered { message_id: message.id, named: true })
    }
}

/// Finds it; none when the message is stored already.
pub(crate) fn match_incoming(
    step: &mut Step<'_>,
    (scope, channel): (&str, Channel),
    incoming: &IncomingMessage,
) -> Result<Option<Incoming>, StoreError> {
    let name = ExternalName::new(scope, &incoming.provider_id);
    if step.tx.names().find_provider(&name)?.is_some() {
        return Ok(None);
    }
    let found = match named(step, scope, incoming)? {
        Some(message) => Some(Found { message, kind: MatchKind::InReplyTo, is_only: true }),
        None => by_number(step, channel, incoming)?,
    };
    let Some(Found { message, kind, is_only }) = found else {
        return Ok(Some(Incoming { name, case: None, case_match: None, answers: None }));
    };
    lock_case(step, message.case_id)?;
    let case = match message.case_id {
        Some(id) => step.tx.cases().find(id)?,
        None => None,
    };
    let case_match = match &case {
        Some(case) => Some(CaseMatch { kind, confirmed: is_only && knows_address(step, case, &incoming.from)? }),
        None => None,
    };
    Ok(Some(Incoming { name, case, case_match, answers: Some(message) }))
}

/// The message that one answers.
struct Found {
    message: Message,
    kind: MatchKind,
    /// It can be no other one.
    is_only: bool,
}

/// The message that its provider names.
fn named(step: &mut Step<'_>, scope: &str, incoming: &IncomingMessage) -> Result<Option<Message>, StoreError> {
    let Some(id) = &incoming.answers else { return Ok(None) };
    let Some(id) = step.tx.names().find_provider(&ExternalName::new(scope, id))? else { return Ok(None) };
    Ok(step.tx.messages().find(id)?.filter(|message| message.kind != MessageKind::Notification))
}

/// The last message that went to its number: of the case whose number stands in the text, or of the only open follow-up that wrote to it.
/// Of several the one that wrote last, and a person says whether that is right.
fn by_number(step: &mut Step<'_>, channel: Channel, incoming: &IncomingMessage) -> Result<Option<Found>, StoreError> {
    let written = written_to(step, channel, &incoming.from)?;
    let told = case_numbers(&incoming.body);
    let is_meant = |(case_id, _): &&(CaseId, MessageId)| told == [*case_id];
    let meant = written.iter().find(is_meant);
    let Some((_, id)) = meant.or(written.first()) else { return Ok(None) };
    let is_only = meant.is_some() || (written.len() == 1 && told.is_empty());
    let message = step.tx.messages().find(*id)?;
    Ok(message.map(|message| Found { message, kind: MatchKind::Number, is_only }))
}

/// The cases that wrote to a number, whichever way it is written, each with the last message that left, the latest first.
fn written_to(step: &mut Step<'_>, channel: Channel, number: &str) -> Result<Vec<(CaseId, MessageId)>, StoreError> {
    let mut written = Vec::new();
    for spelling in spellings(number) {
        written.extend(step.tx.exchanges().list_written_to(channel, &spelling)?);
    }
    written.sort_unstable_by_key(|(_, id)| Reverse(*id));
    let mut cases = BTreeSet::new();
    written.retain(|(case_id, _)| cases.insert(*case_id));
    Ok(written)
}

/// The other cases that a message may answer as well as the one whose thread it will join: open follow-ups that wrote to the number, where it does not
/// say which one it means. None of one that is stored already: a person may have decided since.
pub(crate) fn may_answer_too(
    step: &mut Step<'_>,
    (scope, channel): (&str, Channel),
    incoming: &IncomingMessage,
) -> Result<Vec<CaseId>, StoreError> {
    let name = ExternalName::new(scope, &incoming.provider_id);
    if step.tx.names().find_provider(&name)?.is_some() || named(step, scope, incoming)?.is_some() {
        return Ok(Vec::new());
    }
    let written = written_to(step, channel, &incoming.from)?;
    let told = case_numbers(&incoming.body);
    let says_which = written.iter().any(|(case_id, _)| told == [*case_id]);
    Ok(if says_which { Vec::new() } else { written.into_iter().skip(1).map(|(case_id, _)| case_id).collect() })
}

/// The cases that a text names, as our letters do: `#123`.
fn case_numbers(text: &str) -> Vec<CaseId> {
    let digits = text.split('#').skip(1).map(|after| &after[..after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())]);
    let mut numbers: Vec<CaseId> = digits.filter_map(|digits| digits.parse().ok()).map(CaseId).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
