//! What a mail tells of a message of ours whose fate nobody knew: a copy of it, a notice, an automatic answer. What a report says of
//! a message is `bounced`'s matter, a person's reply `change_message`'s.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::ids::MessageId;
use followup_domain::message::{Classification, Delivery, Direction, MatchKind, Message};
use followup_domain::ports::{Outcome, StoreError, Tx, Updated};

use crate::audit_facts::outcome_entry;
use crate::service::Followup;

/// What a mail that belongs to a message proves about it, and in which words.
fn proof(classification: Classification) -> Option<(Delivery, &'static str)> {
    match classification {
        // Whoever wrote it may be a stranger until a person says otherwise; what a report of failure says depends on its recipients.
        Classification::Human | Classification::Bounce => None,
        Classification::Echo => Some((Delivery::Accepted, "copia encontrada en el buzón")),
        // Also one of a delay: some server took it.
        Classification::DeliveryNotice => Some((Delivery::Accepted, "un servidor de correo avisó de su entrega")),
        Classification::AutoReply => Some((Delivery::Delivered, "respuesta automática recibida")),
        Classification::Complaint => Some((Delivery::Delivered, "el destinatario lo marcó como no deseado")),
    }
}

impl Followup {
    /// Settles an uncertain message, with its attempt, by a mail that belongs to it. The case is locked.
    pub(crate) fn settle_by_mail(
        &self,
        tx: &mut dyn Tx,
        about: Option<MessageId>,
        classification: Classification,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (Some(id), Some((delivery, words))) = (about, proof(classification)) else { return Ok(()) };
        let Some(message) = tx.messages().find(id)?.filter(|message| message.delivery == Some(Delivery::Uncertain)) else { return Ok(()) };
        let outcome = Outcome::of(delivery, now);
        if tx.messages().settle_uncertain(id, &outcome)? == Updated::Stale {
            return Ok(());
        }
        let mut entry = outcome_entry(&message, Delivery::Uncertain, &outcome, &self.itself());
        entry.reason = Some(words.to_owned());
        tx.audit().append(&entry)?;
        self.move_attempt_of(tx, &message, AttemptStatus::Sent, Some(words), now)?;
        match message.case_id {
            Some(case_id) => self.refresh_awaiting(tx, case_id),
            None => Ok(()),
        }
    }

    /// A message whose fate nobody knows from now on may have been told of before: the mail was quicker than the record.
    pub(crate) fn settle_by_earlier_mail(&self, tx: &mut dyn Tx, message: &Message, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(case_id) = message.case_id else { return Ok(()) };
        let thread = tx.messages().thread(case_id)?;
        let proves = |mail: &&Message| match mail.classification {
            Some(Classification::Echo) => mail.external_id == message.external_id,
            _ => mail.case_match.is_some_and(|found| found.kind != MatchKind::References),
        };
        let about_it = |mail: &&Message| mail.direction == Direction::In && mail.parent_id == Some(message.id) && proves(mail);
        for classification in thread.iter().filter(about_it).filter_map(|mail| mail.classification) {
            self.settle_by_mail(tx, Some(message.id), classification, now)?;
        }
        Ok(())
    }
}
