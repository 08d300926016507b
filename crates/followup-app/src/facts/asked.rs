//! What letters asked for, and which of it the case answers.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::missing::{FieldPath, MissingItem};
use followup_domain::asking::plan::Plan;
use followup_domain::case::{Case, CaseRecord};
use followup_domain::ids::MessageId;
use followup_domain::message::{Delivery, Message, MessageHeader, MessageKind};
use followup_domain::ports::{AnsweredField, AskedField, AskedItem, StoreError};

use crate::step::Step;

/// How long a letter waits while a person's is on its way: no longer than that one is held.
const WHILE_IT_LEAVES: Duration = Duration::minutes(5);

/// Whether a missing item was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskState {
    /// By no accepted message.
    NotAsked,
    /// By this message, accepted at this instant (UTC): the dated proof.
    Asked {
        /// The last message that asked.
        message_id: MessageId,
        /// When it was accepted.
        at: DateTime<Utc>,
    },
}

/// The fields that some letter has asked for, as far as anyone can know. One of unknown fate counts: asking twice annoys, and the unit sees
/// the uncertain one.
pub(crate) fn asked_paths(step: &mut Step<'_>, case: &Case) -> Result<BTreeSet<FieldPath>, StoreError> {
    let may_have_left =
        |delivery: Delivery| delivery.reached_the_transport() || matches!(delivery, Delivery::Uncertain | Delivery::Transmitting);
    let asked = step.tx.requests().asked(case.id)?;
    let asked = asked.into_iter().filter(|asked| asked.delivery.is_some_and(may_have_left));
    Ok(asked.filter_map(|asked| asked.item.path_in(&case.record)).collect())
}

/// What a letter asks for, with the products that it asks about.
pub(crate) fn asked_items(record: &CaseRecord, paths: impl IntoIterator<Item = FieldPath>) -> Vec<AskedItem> {
    paths.into_iter().map(|path| AskedItem::of(record, path)).collect()
}

/// What missing items are as a letter asks for them.
pub(crate) fn items_of(record: &CaseRecord, asks: Vec<MissingItem>) -> Vec<AskedItem> {
    asked_items(record, asks.into_iter().map(|item| item.path))
}

/// The fields that a message which left asked for, each with the last one.
pub(crate) fn last_asked(step: &mut Step<'_>, case: &Case) -> Result<BTreeMap<FieldPath, MessageId>, StoreError> {
    let left = step.tx.requests().asked(case.id)?.into_iter().filter(left);
    Ok(left.filter_map(|asked| Some((asked.item.path_in(&case.record)?, asked.message_id))).collect())
}

/// The answered fields of the case as it is now.
pub(crate) fn answered_fields(step: &mut Step<'_>, case: &Case) -> Result<Vec<AnsweredField>, StoreError> {
    let answered = step.tx.fields().answered(case.id)?.into_iter();
    Ok(answered.filter_map(|field| Some(AnsweredField { item: field.item.in_record(&case.record)?, ..field })).collect())
}

/// Whether an item was asked for.
pub(crate) fn ask_state(item: &MissingItem, asked: &[AskedField], case: &Case) -> AskState {
    let asks_for_it = |asked: &&AskedField| asked.item.path_in(&case.record).as_ref() == Some(&item.path) && left(asked);
    let last = asked.iter().filter(asks_for_it).filter_map(|asked| asked.sent_at.map(|at| (at, asked.message_id))).max();
    last.map_or(AskState::NotAsked, |(at, message_id)| AskState::Asked { message_id, at })
}

/// The earliest request that was accepted since the plan's base and is no letter of the plan itself: those of later attempts are not
/// its first.
pub(crate) fn request_before_plan(step: &mut Step<'_>, plan: &Plan) -> Result<Option<MessageId>, StoreError> {
    let accepted = step.tx.requests().asked(plan.case_id)?.into_iter().filter(left);
    let since_then = accepted.filter_map(|asked| asked.sent_at.filter(|at| *at >= plan.base_at).map(|at| (at, asked.message_id)));
    for (_, message_id) in since_then.collect::<BTreeSet<_>>() {
        let attempt_id = step.tx.messages().find(message_id)?.and_then(|message| message.attempt_id);
        let attempt = match attempt_id {
            Some(attempt_id) => step.tx.attempts().find(attempt_id)?,
            None => None,
        };
        if attempt.is_none_or(|attempt| attempt.plan_id != Some(plan.id)) {
            return Ok(Some(message_id));
        }
    }
    Ok(None)
}

/// For the letter of a plan's first attempt: the request that somebody sent since the plan's base date.
pub(crate) fn request_in_place_of(step: &mut Step<'_>, case: &Case, letter: &Message) -> Result<Option<MessageId>, StoreError> {
    let Some(attempt_id) = letter.attempt_id else { return Ok(None) };
    let attempt = step.tx.attempts().find(attempt_id)?.filter(|attempt| attempt.position == 1 && attempt.reactivated_at.is_none());
    let plan = step.tx.plans().find_active(case.id)?.filter(|plan| attempt.is_some_and(|attempt| attempt.plan_id == Some(plan.id)));
    match plan {
        Some(plan) => request_before_plan(step, &plan),
        None => Ok(None),
    }
}

/// Until when a letter that goes by itself waits since a person's letter asked one of the same things less than a delay ago, or may be asking
/// it at this moment. One in whose text no question of the service is found may ask anything. An instant that lies further ahead than the
/// delay is of a clock that ran ahead. `letter`: the letter itself, once it is stored; `asks`: what it would ask for.
pub(crate) fn asked_lately(
    step: &mut Step<'_>,
    case: &Case,
    letter: Option<&Message>,
    asks: &BTreeSet<FieldPath>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (now, delay) = (step.now, step.policy().automatic_delay);
    if delay <= Duration::zero() {
        return Ok(None);
    }
    let lasts_until = |message: &MessageHeader| match message.delivery? {
        Delivery::Queued | Delivery::Transmitting => Some(now + WHILE_IT_LEAVES.min(delay)),
        Delivery::Accepted | Delivery::Delivered | Delivery::Read | Delivery::Uncertain => {
            let at = message.sent_at.unwrap_or(message.created_at);
            (at > now - delay && at <= now + delay).then(|| at + delay)
        }
        Delivery::Bounced | Delivery::Rejected => None,
    };
    let by_a_person = |message: &&MessageHeader| {
        matches!(message.kind, MessageKind::Manual | MessageKind::SentNow) && letter.is_none_or(|letter| letter.id != message.id)
    };
    let thread = step.tx.threads().headers(case.id)?;
    let lately: Vec<(MessageId, DateTime<Utc>)> =
        thread.iter().filter(by_a_person).filter_map(|message| Some((message.id, lasts_until(message)?))).collect();
    if lately.is_empty() {
        return Ok(None);
    }
    let asked = step.tx.requests().asked(case.id)?;
    let asks_the_same = |id: MessageId| {
        let mut its_own = asked.iter().filter(|asked| asked.message_id == id).peekable();
        its_own.peek().is_none() || its_own.any(|asked| asked.item.path_in(&case.record).is_some_and(|path| asks.contains(&path)))
    };
    Ok(lately.into_iter().filter(|(id, _)| asks_the_same(*id)).map(|(_, until)| until).max())
}

/// What a message asks for.
pub(crate) fn asked_by(step: &mut Step<'_>, case: &Case, message: MessageId) -> Result<Vec<AskedItem>, StoreError> {
    let asked = step.tx.requests().asked(case.id)?.into_iter().filter(|asked| asked.message_id == message);
    Ok(asked.map(|asked| asked.item).collect())
}

/// The message that asked for it left.
fn left(asked: &AskedField) -> bool {
    asked.delivery.is_some_and(Delivery::reached_the_transport)
}
