//! One mail about several cases: it stands in the thread of each, so that none waits for an answer that has come.

use chrono::{DateTime, Utc};
use followup_domain::audit::facts;
use followup_domain::ids::MessageId;
use followup_domain::ports::{NewInboundMessage, ReplyReading, StoreError, Tx};

use crate::audit_facts::message_entry;
use crate::match_mail::Matched;
use crate::service::Followup;

impl Followup {
    /// Puts a person's answer into the threads of the further cases too, with its effects there. The rows share the bytes, and name
    /// the first one as the mail that they repeat; each is read beside the letter that it answers in its own case. `text`: all of it.
    pub(crate) fn file_copies(
        &self,
        tx: &mut dyn Tx,
        first: MessageId,
        (message, text): (&NewInboundMessage, &str),
        matched: &Matched,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        for other in &matched.also {
            let reading = match other.answers {
                Some(answered) => self.reading_of(tx, text, answered.message_id)?,
                None => None,
            };
            let mut copy = NewInboundMessage {
                case_id: Some(other.case.id),
                parent_id: other.answers.map(|answered| answered.message_id),
                duplicate_of: Some(first),
                // A case of which it repeats something is not among them.
                is_repeated: false,
                case_match: Some(other.case_match),
                ..message.clone()
            };
            if let Some(ReplyReading { reply, quoted, .. }) = reading {
                (copy.content.body, copy.content.body_quoted) = (reply, quoted);
            }
            let id = tx.messages().insert_inbound(&copy)?;
            for flag in matched.flags() {
                tx.messages().insert_flag(id, flag)?;
            }
            let new = facts([
                ("classification", copy.classification.as_str().into()),
                ("arrived_at", copy.created_at.into()),
                ("match", other.case_match.kind.as_str().into()),
                ("confirmed", other.case_match.confirmed.into()),
                ("copy_of", first.0.into()),
            ]);
            tx.audit().append(&message_entry(copy.case_id, id, &self.itself(), now, "message.received", new, None))?;
            self.take_human_reply(tx, &other.case, id, other.case_match.confirmed, other.answers, now)?;
        }
        Ok(())
    }
}
