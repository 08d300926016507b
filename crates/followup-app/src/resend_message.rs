//! A person sends a failed or uncertain message again: a new message with its own Message-ID, in its place.

use std::time::Duration as Budget;

use chrono::{DateTime, Utc};
use followup_domain::audit::{Actor, facts};
use followup_domain::case::FollowupStatus;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Direction, Message, MessageKind, MessageStatus};
use followup_domain::plan::AttemptStatus;
use followup_domain::ports::{Inserted, Lease, NewOutboundMessage, NewOutboundTiming, StoreError, StoreExt, Tx};

use crate::audit_facts::message_entry;
use crate::change_message::{MessageError, locked};
use crate::deliver::{Fate, Retry};
use crate::move_attempt::AttemptChange;
use crate::send_message::SendMessageError;
use crate::service::Followup;

const BUDGET: Budget = Budget::from_secs(20);

/// Why a message was not sent again.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ResendError {
    /// The message may not be sent again.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The transport, or a condition of sending.
    #[error(transparent)]
    Send(#[from] SendMessageError),
}

impl From<StoreError> for ResendError {
    fn from(error: StoreError) -> Self {
        Self::Message(error.into())
    }
}

impl Followup {
    /// Sends a failed or uncertain message again, to the reporter's address as the case has it now. Tried once.
    ///
    /// # Errors
    /// [`ResendError`]. From [`SendMessageError::Failed`] on, the new message stands in the thread.
    pub fn resend_message(&self, actor: &Actor, case_id: CaseId, id: MessageId) -> Result<Message, ResendError> {
        let lease = self.new_lease();
        let now = self.now();
        let message = self.store.write(|tx| self.queue_again(tx, actor, case_id, id, &lease, now))?;
        let fate = self.hand_over(&message, 0, &lease, BUDGET, Retry::Never)?;
        let message = self.store.read::<_, StoreError>(|tx| tx.messages().find(message.id))?.unwrap_or(message);
        let (channel, message_id) = (message.channel, message.id);
        match fate {
            Fate::Accepted => {
                self.store.write(|tx| self.settle_doubt(tx, actor, &message))?;
                Ok(message)
            }
            Fate::Uncertain => Err(SendMessageError::Uncertain { channel, message_id }.into()),
            _ => Err(SendMessageError::Failed { channel, text: message.error.unwrap_or_default(), message_id }.into()),
        }
    }

    /// The attempt whose letter may have left is sent now, whatever became of that letter.
    fn settle_doubt(&self, tx: &mut dyn Tx, actor: &Actor, resent: &Message) -> Result<(), StoreError> {
        let (Some(case_id), Some(attempt_id)) = (resent.case_id, resent.attempt_id) else { return Ok(()) };
        tx.cases().find_for_update(case_id)?;
        let attempt = tx.attempts().find(attempt_id)?.filter(|attempt| attempt.status == AttemptStatus::Uncertain);
        if let Some(attempt) = attempt {
            let change = AttemptChange { message_id: Some(resent.id), reason: Some("reenviado"), ..AttemptChange::default() };
            self.change_attempt(tx, actor, &attempt, AttemptStatus::Sent, &change, self.now())?;
        }
        Ok(())
    }

    fn queue_again(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        case_id: CaseId,
        id: MessageId,
        lease: &Lease,
        now: DateTime<Utc>,
    ) -> Result<Message, ResendError> {
        let (case, failed) = locked(tx, case_id, id)?;
        let may = failed.direction == Direction::Out
            && matches!(failed.status, Some(MessageStatus::Failed | MessageStatus::Uncertain))
            && !failed.content.body.is_empty();
        if !may {
            return Err(MessageError::Illegal(failed.status.map(|status| status.to_string()).unwrap_or_default()).into());
        }
        let was_replaced = |other: &Message| other.resend_of == Some(id) && other.status != Some(MessageStatus::Failed);
        if tx.messages().thread(case_id)?.iter().any(was_replaced) {
            return Err(MessageError::Illegal("reenviado".into()).into());
        }
        if case.followup_status == FollowupStatus::Closed {
            return Err(SendMessageError::Closed.into());
        }
        if self.senders.of(failed.channel).is_none() {
            return Err(SendMessageError::NotConfigured.into());
        }
        let to = self.channels(&case.record).email.ok_or(SendMessageError::NoContact(failed.channel))?;
        self.refuse_blocked(tx, to.as_str())?;
        let subject = failed.content.subject.clone().unwrap_or_default();
        let content = self.addressed(tx, &case, subject, failed.content.body.clone(), &to)?;
        let attempt = self.attempt_of(tx, &failed)?;
        let external_id = self.ids.message_id();
        let new = NewOutboundMessage {
            case_id,
            channel: failed.channel,
            kind: MessageKind::Manual,
            content,
            unique_key: format!("resend:{external_id}"),
            external_id,
            attempt_id: attempt.as_ref().map(|attempt| attempt.id),
            resend_of: Some(id),
            created_at: now,
            timing: NewOutboundTiming::Leased(lease.clone()),
        };
        let Inserted::New(new_id) = tx.messages().insert_outbound(&new)? else {
            return Err(StoreError::Refused("a new Message-ID was used before".into()).into());
        };
        let asked: Vec<_> =
            tx.requests().asked(case_id)?.into_iter().filter(|asked| asked.message_id == id).map(|asked| asked.item).collect();
        tx.requests().set_asked(new_id, case_id, &asked)?;
        let facts = facts([("kind", new.kind.as_str().into()), ("channel", new.channel.as_str().into()), ("resend_of", id.0.into())]);
        tx.audit().append(&message_entry(Some(case_id), new_id, actor, now, "message.queued", facts, None))?;
        // A failed attempt is carried out by the new letter. One whose letter may have left keeps that letter's fate until the new one
        // is accepted.
        if let Some(attempt) = attempt.filter(|attempt| attempt.status == AttemptStatus::Failed) {
            let change = AttemptChange { message_id: Some(new_id), reason: Some("reenviado"), ..AttemptChange::default() };
            self.change_attempt(tx, actor, &attempt, AttemptStatus::Sending, &change, now)?;
        }
        tx.messages().find(new_id)?.ok_or_else(|| MessageError::NotFound.into())
    }
}
