//! The ids under which relays pass our messages on: replies name those.

use followup_domain::ids::MessageId;
use followup_domain::inbound::ParsedMail;
use followup_domain::message::{Classification, Delivery, Message};
use followup_domain::message_alias::{alias_in_answer, alias_key};
use followup_domain::ports::{Outcome, StoreError, Tx};

use crate::match_mail::Matched;
use crate::service::Followup;

impl Followup {
    /// The server that accepted a message may have said under which id it goes on.
    pub(crate) fn learn_alias_of_answer(&self, tx: &mut dyn Tx, message: &Message, outcome: &Outcome) -> Result<(), StoreError> {
        let response = outcome.transport_response.as_deref().filter(|_| outcome.delivery == Delivery::Accepted);
        match response.and_then(|words| alias_in_answer(words, message.external_id.as_ref())) {
            Some(alias) => tx.messages().insert_alias(&alias_key(&alias), message.id),
            None => Ok(()),
        }
    }

    /// A copy of our own mail that came back under another id tells that id.
    pub(crate) fn learn_alias_of_copy(&self, tx: &mut dyn Tx, mail: &ParsedMail, matched: &Matched) -> Result<(), StoreError> {
        let copied: Option<MessageId> = matched.proves.filter(|_| matched.classification == Classification::Echo);
        let (Some(copied), Some(left_as), Some(id)) = (copied, &mail.left_as, &mail.message_id) else { return Ok(()) };
        if left_as == id { Ok(()) } else { tx.messages().insert_alias(&alias_key(id), copied) }
    }
}
