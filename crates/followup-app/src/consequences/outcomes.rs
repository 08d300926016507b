//! What the transport's answer, or the end of a doubt, brings for attempt, case and address.

use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::reason::{Because, Why};
use followup_domain::ids::MessageId;
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::message::alias::alias_key;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{Classification, Delivery, Direction, MatchKind, Message, MessageHeader, MessageKind};
use followup_domain::ports::{Outcome, StoreError};
use followup_domain::sending::ExternalName;

use super::notify;
use super::reports::{CameIn, address_failed, apply_earlier_reports};
use crate::moves::address::Learned;
use crate::moves::{attempt, case as case_moves, delivery, provider_event, received};
use crate::step::Step;

/// The transport took the message.
pub(super) fn left(step: &mut Step<'_>, letter: &Message, outcome: &Outcome) -> Result<(), StoreError> {
    // Whoever accepted a message may have said under which id it goes on.
    match &outcome.provider_id {
        Some(named) if named.scope == ExternalName::RFC5322 => {
            if let Some(alias) = InternetMessageId::parse(&named.name) {
                received::learn_alias(step, &alias_key(&alias), letter.id, None)?;
            }
        }
        Some(named) => provider_event::learn_name(step, named, letter.id)?,
        None => {}
    }
    if let Some(case_id) = letter.case_id {
        case_moves::refresh_awaiting(step, case_id)?;
    }
    attempt::change_of(step, letter, AttemptStatus::Sent, None)?;
    apply_earlier_reports(step, letter)?;
    case_moves::begin_progress(step, letter)
}

/// Nobody knows whether the transport took the message.
pub(super) fn in_doubt(step: &mut Step<'_>, letter: &Message) -> Result<(), StoreError> {
    attempt::change_of(step, letter, AttemptStatus::Uncertain, Some(Because::Uncertain.into()))?;
    apply_earlier_reports(step, letter)?;
    settle_by_earlier_mail(step, letter)
}

/// The transport refused the message. A server that refuses the recipient for good says of the address what a bounce says; the unit is told
/// where nothing goes to it any more.
pub(super) fn refused(step: &mut Step<'_>, letter: &Message, outcome: &Outcome) -> Result<(), StoreError> {
    if let (Delivery::Rejected, Some(case_id)) = (outcome.delivery, letter.case_id) {
        delivery::release_automatic(step, case_id, letter.id)?;
    }
    attempt::change_of(step, letter, AttemptStatus::Failed, outcome.error.as_deref().map(Why::read))?;
    let (Some(failure), Some(case_id)) = (&outcome.failure, letter.case_id) else { return Ok(()) };
    let Some(case) = step.tx.cases().find(case_id)? else { return Ok(()) };
    let learned = Learned { failure, reported: None, at: outcome.at };
    if address_failed(step, &case, letter, &learned)? && letter.kind != MessageKind::Notification {
        notify::of_held(step, &case, letter.id, &followup_words::failures::told(failure))?;
    }
    Ok(())
}

/// Settles an uncertain message, with its attempt; says whether it was uncertain. `why`: a person's reason.
pub(super) fn settle(step: &mut Step<'_>, letter: &Message, outcome: &Outcome, why: Option<&Why<'_>>) -> Result<bool, StoreError> {
    if !delivery::settle(step, letter, outcome, why)? {
        return Ok(false);
    }
    let status = if outcome.delivery.reached_the_transport() { AttemptStatus::Sent } else { AttemptStatus::Failed };
    attempt::change_of(step, letter, status, outcome.error.as_deref().map(Why::read))?;
    Ok(true)
}

/// What a mail that belongs to a message proves about it, and why. What a report says of a message is `reports`' matter, a
/// person's reply `replies`'.
fn proof(classification: Classification) -> Option<(Delivery, Because)> {
    match classification {
        // Whoever wrote it may be a stranger until a person says otherwise; what a report of failure says depends on its recipients.
        Classification::Human | Classification::Bounce => None,
        Classification::Echo => Some((Delivery::Accepted, Because::CopyFound)),
        // Also one of a delay: some server took it.
        Classification::DeliveryNotice => Some((Delivery::Accepted, Because::ServerTold)),
        Classification::AutoReply => Some((Delivery::Delivered, Because::MailboxAnswered)),
        Classification::Complaint => Some((Delivery::Delivered, Because::MarkedUnwanted)),
    }
}

/// Settles a message that is uncertain, or waits to be sent, with its attempt, by a mail that belongs to it. The case is locked.
pub(super) fn settle_by_mail(step: &mut Step<'_>, about: Option<MessageId>, classification: Classification) -> Result<(), StoreError> {
    let (Some(id), Some((delivery, because))) = (about, proof(classification)) else { return Ok(()) };
    let Some(letter) = step.tx.messages().find(id)? else { return Ok(()) };
    settle_by_proof(step, &letter, delivery, because)?;
    // What the mail says beyond that could not be said of a letter that was queued.
    if letter.delivery == Some(Delivery::Queued) { apply_earlier_reports(step, &letter) } else { Ok(()) }
}

/// Settles a message that is uncertain, or waits to be sent, with its attempt: something proves that the transport took it. The case is locked.
pub(super) fn settle_by_proof(step: &mut Step<'_>, letter: &Message, delivery: Delivery, because: Because) -> Result<(), StoreError> {
    let outcome = Outcome::of(delivery, step.now);
    if !delivery::settle_by_proof(step, letter, &outcome, &because.into())? {
        return Ok(());
    }
    case_moves::begin_progress(step, letter)?;
    attempt::change_of(step, letter, AttemptStatus::Sent, Some(because.into()))?;
    match letter.case_id {
        Some(case_id) => case_moves::refresh_awaiting(step, case_id),
        None => Ok(()),
    }
}

/// A message whose fate nobody knows from now on may have been told of before: the mail was quicker than the record.
fn settle_by_earlier_mail(step: &mut Step<'_>, message: &Message) -> Result<(), StoreError> {
    let Some(case_id) = message.case_id else { return Ok(()) };
    let thread = step.tx.threads().headers(case_id)?;
    let proves = |mail: &&MessageHeader| match mail.classification {
        Some(Classification::Echo) => mail.external_id == message.external_id,
        _ => mail.case_match.is_some_and(|found| found.kind != MatchKind::References),
    };
    let about_it = |mail: &&MessageHeader| mail.direction == Direction::In && mail.parent_id == Some(message.id) && proves(mail);
    for classification in thread.iter().filter(about_it).filter_map(|mail| mail.classification) {
        settle_by_mail(step, Some(message.id), classification)?;
    }
    Ok(())
}

/// A copy of our own mail that came back under another id tells that id. Whoever was shown the letter can write such a copy, and
/// no signature in it would tell his from ours: so the id of a mail that is stored already is never taken over, and the trail of
/// the letter's case says from which mail the id was learnt.
pub(super) fn learn_alias_of_copy(step: &mut Step<'_>, came: CameIn<'_>) -> Result<(), StoreError> {
    let CameIn { matched, mail, message_id, .. } = came;
    let copied = matched.proves.filter(|_| matched.classification == Classification::Echo && matched.duplicate_of.is_none());
    let (Some(copied), ParsedMail { left_as: Some(left_as), message_id: Some(id), .. }) = (copied, mail) else { return Ok(()) };
    if left_as == id { Ok(()) } else { received::learn_alias(step, &alias_key(id), copied, Some(message_id)) }
}
