//! Which letter an answer without headers answers.

use chrono::{DateTime, Utc};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Delivery, Direction, Message, MessageKind};
use followup_domain::ports::{StoreError, Tx};

use crate::match_mail::Answered;
use crate::service::Followup;

impl Followup {
    /// The last letter of a case that the transport took before an instant, to the second: a mailbox tells no more. One that came back
    /// is answered by nobody.
    pub(crate) fn last_letter(&self, tx: &mut dyn Tx, case_id: CaseId, before: DateTime<Utc>) -> Result<Option<MessageId>, StoreError> {
        let taken = taken(&tx.messages().thread(case_id)?);
        Ok(taken.into_iter().rfind(|(at, _)| at.timestamp() <= before.timestamp()).map(|(_, id)| id))
    }

    /// The letter that an answer to its signed address answers: some letter arrived, for that gave the address out. The last that
    /// left before, else, where clocks differ, the first one; else the only one of which nobody knows whether it left.
    pub(crate) fn letter_with_address(
        &self,
        tx: &mut dyn Tx,
        case_id: CaseId,
        before: DateTime<Utc>,
    ) -> Result<Option<Answered>, StoreError> {
        let last = self.last_letter(tx, case_id, before)?;
        let thread = tx.messages().thread(case_id)?;
        let taken = last.or_else(|| taken(&thread).first().map(|(_, id)| *id));
        if let Some(message_id) = taken {
            return Ok(Some(Answered { message_id, named: false }));
        }
        let uncertain = thread.iter().filter(|message| is_letter(message) && message.delivery == Some(Delivery::Uncertain));
        let uncertain: Vec<MessageId> = uncertain.map(|message| message.id).collect();
        Ok(match uncertain.as_slice() {
            [only] => Some(Answered { message_id: *only, named: true }),
            _ => None,
        })
    }
}

fn is_letter(message: &Message) -> bool {
    message.direction == Direction::Out && message.channel == Channel::Email && message.kind != MessageKind::Notification
}

/// The letters that the transport took and that did not come back, in the order in which it took them.
fn taken(thread: &[Message]) -> Vec<(DateTime<Utc>, MessageId)> {
    let letters = thread.iter().filter(|message| is_letter(message) && message.delivery != Some(Delivery::Bounced));
    let mut taken: Vec<_> = letters.filter_map(|message| Some((message.sent_at?, message.id))).collect();
    taken.sort_unstable();
    taken
}
