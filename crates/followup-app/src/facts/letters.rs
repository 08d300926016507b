//! Which letter an answer without headers answers, and which one a row of those sent again began with.

use chrono::{DateTime, Utc};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Delivery, Direction, Message, MessageHeader, MessageKind};
use followup_domain::ports::StoreError;

use super::mail_hits::Answered;
use crate::step::Step;

/// The last letter of a case that the transport took before an instant, to the second: a mailbox tells no more. One that came back
/// is answered by nobody.
pub(crate) fn last_letter(step: &mut Step<'_>, case_id: CaseId, before: DateTime<Utc>) -> Result<Option<MessageId>, StoreError> {
    Ok(last_before(&taken(&step.tx.threads().headers(case_id)?), before))
}

/// The letter that an answer to its signed address answers: some letter arrived, for that gave the address out. The last that
/// left before, else, where clocks differ, the first one; else the only one of which nobody knows whether it left.
pub(crate) fn letter_with_address(step: &mut Step<'_>, case_id: CaseId, before: DateTime<Utc>) -> Result<Option<Answered>, StoreError> {
    let thread = step.tx.threads().headers(case_id)?;
    let taken = taken(&thread);
    if let Some(message_id) = last_before(&taken, before).or_else(|| taken.first().map(|(_, id)| *id)) {
        return Ok(Some(Answered { message_id, named: false }));
    }
    let uncertain = thread.iter().filter(|message| is_letter(message) && message.delivery == Some(Delivery::Uncertain));
    let uncertain: Vec<MessageId> = uncertain.map(|message| message.id).collect();
    Ok(match uncertain.as_slice() {
        [only] => Some(Answered { message_id: *only, named: true }),
        _ => None,
    })
}

/// The message at the beginning of a row of those sent again.
pub(crate) fn first_of(step: &mut Step<'_>, message: &Message) -> Result<Message, StoreError> {
    let mut first = message.clone();
    while let Some(earlier) = first.resend_of {
        let Some(earlier) = step.tx.messages().find(earlier)? else { break };
        first = earlier;
    }
    Ok(first)
}

fn is_letter(message: &MessageHeader) -> bool {
    message.direction == Direction::Out && message.channel == Channel::Email && message.kind != MessageKind::Notification
}

/// The letters that the transport took and that did not come back, in the order in which it took them.
fn taken(thread: &[MessageHeader]) -> Vec<(DateTime<Utc>, MessageId)> {
    let letters = thread.iter().filter(|message| is_letter(message) && message.delivery != Some(Delivery::Bounced));
    let mut taken: Vec<_> = letters.filter_map(|message| Some((message.sent_at?, message.id))).collect();
    taken.sort_unstable();
    taken
}

fn last_before(taken: &[(DateTime<Utc>, MessageId)], before: DateTime<Utc>) -> Option<MessageId> {
    taken.iter().rfind(|(at, _)| at.timestamp() <= before.timestamp()).map(|(_, id)| *id)
}
