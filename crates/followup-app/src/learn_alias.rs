//! The ids under which relays pass our messages on: replies name those.

use chrono::{DateTime, Utc};
use followup_domain::audit::facts;
use followup_domain::ids::MessageId;
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::message::alias::alias_key;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{Classification, Delivery, Message};
use followup_domain::ports::{Outcome, StoreError, Tx, Updated};

use crate::audit_facts::message_entry;
use crate::match_mail::Matched;
use crate::service::Followup;

impl Followup {
    /// The server that accepted a message may have said under which id it goes on.
    pub(crate) fn learn_alias_of_answer(&self, tx: &mut dyn Tx, message: &Message, outcome: &Outcome) -> Result<(), StoreError> {
        let named = outcome.provider_id.as_ref().filter(|_| outcome.delivery == Delivery::Accepted);
        match named.and_then(|named| InternetMessageId::parse(&named.name)) {
            Some(alias) => tx.messages().insert_alias(&alias_key(&alias), message.id).map(drop),
            None => Ok(()),
        }
    }

    /// A copy of our own mail that came back under another id tells that id. Whoever was shown the letter can write such a copy, and
    /// no signature in it would tell his from ours: so the id of a mail that is stored already is never taken over, and the trail of
    /// the letter's case says from which mail the id was learnt.
    pub(crate) fn learn_alias_of_copy(
        &self,
        tx: &mut dyn Tx,
        (mail, copy): (&ParsedMail, MessageId),
        matched: &Matched,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let copied = matched.proves.filter(|_| matched.classification == Classification::Echo && matched.duplicate_of.is_none());
        let (Some(copied), Some(left_as), Some(id)) = (copied, &mail.left_as, &mail.message_id) else { return Ok(()) };
        if left_as == id || tx.messages().insert_alias(&alias_key(id), copied)? == Updated::Stale {
            return Ok(());
        }
        let case_id = tx.messages().find(copied)?.and_then(|letter| letter.case_id);
        let new = facts([("alias", alias_key(id).as_str().into()), ("learnt_from", copy.0.into())]);
        tx.audit().append(&message_entry(case_id, copied, &self.itself(), now, "message.alias", new, None))
    }
}
