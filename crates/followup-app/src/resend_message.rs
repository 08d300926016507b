//! A person sends a failed or uncertain message again: a new message with its own Message-ID, in its place. A letter that the service
//! writes is written anew, so it never asks for what has come in meanwhile.

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{Attempt, AttemptStatus};
use followup_domain::audit::{Actor, facts};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{Direction, Message, MessageContent, MessageKind, MessageStatus};
use followup_domain::ports::{AskedItem, Inserted, Lease, NewOutboundMessage, NewOutboundTiming, StoreError, StoreExt, Tx};

use crate::audit_facts::message_entry;
use crate::automatic_request::asked_items;
use crate::change_message::{MessageError, given, locked};
use crate::move_attempt::AttemptChange;
use crate::record_outcome::existing;
use crate::send_message::SendMessageError;
use crate::service::Followup;
use crate::stop_reason::StopReason;

/// Why a message was not sent again.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ResendError {
    /// The message may not be sent again.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The attempt that it was written for has been settled since.
    #[error("its attempt is {0}")]
    AttemptSettled(AttemptStatus),
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
    /// [`ResendError`]. From [`SendMessageError::Stopped`] on, the new message stands in the thread.
    pub fn resend_message(&self, actor: &Actor, case_id: CaseId, id: MessageId, reason: Option<&str>) -> Result<Message, ResendError> {
        self.resend_overriding(actor, case_id, id, reason, None)
    }

    /// As [`Followup::resend_message`]; with a reason also to an address at which letters failed.
    ///
    /// # Errors
    /// [`ResendError`].
    pub fn resend_overriding(
        &self,
        actor: &Actor,
        case_id: CaseId,
        id: MessageId,
        reason: Option<&str>,
        overriding: Option<&str>,
    ) -> Result<Message, ResendError> {
        let lease = self.new_lease();
        let now = self.now();
        let reason = given(reason);
        let message = self.store.write(|tx| self.queue_again(tx, actor, case_id, id, (reason, given(overriding)), &lease, now))?;
        let message = self.try_once(&message, &lease)?;
        // It was sent, whatever becomes of this.
        if let Err(error) = self.store.write(|tx| self.settle_doubt(tx, actor, &message, reason)) {
            tracing::error!(message_id = message.id.0, %error, "the attempt of a letter sent again could not be settled");
        }
        Ok(message)
    }

    /// The attempt whose letter may have left is sent now, whatever became of that letter.
    fn settle_doubt(&self, tx: &mut dyn Tx, actor: &Actor, resent: &Message, reason: Option<&str>) -> Result<(), StoreError> {
        let (Some(case_id), Some(attempt_id)) = (resent.case_id, resent.attempt_id) else { return Ok(()) };
        tx.cases().find_for_update(case_id)?;
        let attempt = tx.attempts().find(attempt_id)?.filter(|attempt| attempt.status == AttemptStatus::Uncertain);
        if let Some(attempt) = attempt {
            self.change_attempt(tx, actor, &attempt, AttemptStatus::Sent, &carried_on(resent.id, reason), self.now())?;
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)] // One transaction's inputs; they have nothing else in common.
    fn queue_again(
        &self,
        tx: &mut dyn Tx,
        actor: &Actor,
        case_id: CaseId,
        id: MessageId,
        (reason, overriding): (Option<&str>, Option<&str>),
        lease: &Lease,
        now: DateTime<Utc>,
    ) -> Result<Message, ResendError> {
        let (case, failed) = locked(tx, case_id, id)?;
        if failed.direction != Direction::Out {
            return Err(MessageError::Inbound.into());
        }
        let to = self.contact_of(&case, failed.channel)?;
        self.refuse_resend(tx, &case, &failed)?;
        if let Some(to) = &to {
            self.refuse_blocked(tx, to.as_str())?;
            self.refuse_bounced(tx, to, overriding)?;
        }
        let reason = reason.or(overriding);
        let written = match &to {
            Some(to) => Some(self.written_again(tx, &case, &failed, to)?),
            None => None,
        };
        let (content, asks) = written.filter(|_| self.senders.of(failed.channel).is_some()).ok_or(SendMessageError::NotConfigured)?;
        let attempt = self.attempt_of(tx, &failed)?;
        // What the service writes is its letter still, also for the robots that it meets.
        let is_letter = first_of(tx, &failed)?.kind.is_written_at_claim();
        let kind = if is_letter { MessageKind::SentNow } else { MessageKind::Manual };
        let message = insert(tx, &failed, kind, case_id, attempt.as_ref(), content, self.ids.message_id(), lease, now)?;
        tx.requests().set_asked(message.id, case_id, &asks)?;
        let mut new =
            facts([("kind", message.kind.as_str().into()), ("channel", message.channel.as_str().into()), ("resend_of", id.0.into())]);
        if let Some(attempt) = &attempt {
            new.insert("attempt_id".into(), attempt.id.0.into());
        }
        tx.audit().append(&message_entry(Some(case_id), message.id, actor, now, "message.queued", new, reason))?;
        // A failed attempt is carried out by the new letter. One whose letter may have left keeps that letter's fate until the new one
        // is accepted.
        if let Some(attempt) = attempt.filter(|attempt| attempt.status == AttemptStatus::Failed) {
            self.change_attempt(tx, actor, &attempt, AttemptStatus::Sending, &carried_on(message.id, reason), now)?;
        }
        Ok(message)
    }

    /// What stands against sending this message again, whatever it says.
    fn refuse_resend(&self, tx: &mut dyn Tx, case: &Case, failed: &Message) -> Result<(), ResendError> {
        if case.followup_status == FollowupStatus::Closed {
            return Err(SendMessageError::Closed.into());
        }
        let status = failed.status.ok_or(MessageError::Inbound)?;
        if !matches!(status, MessageStatus::Failed | MessageStatus::Uncertain) {
            return Err(MessageError::Illegal(status).into());
        }
        let replaces = |other: &Message| other.resend_of == Some(failed.id) && other.status != Some(MessageStatus::Failed);
        if tx.messages().thread(case.id)?.iter().any(replaces) {
            return Err(MessageError::Replaced.into());
        }
        let attempt = match failed.attempt_id {
            Some(attempt_id) => tx.attempts().find(attempt_id)?,
            None => None,
        };
        match attempt.map(|attempt| attempt.status) {
            Some(settled @ (AttemptStatus::Completed | AttemptStatus::Skipped | AttemptStatus::Cancelled)) => {
                Err(ResendError::AttemptSettled(settled))
            }
            _ => Ok(()),
        }
    }

    /// What a person wrote, as it was; a letter of the service, from the case as it is now. With what it asks for.
    fn written_again(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        failed: &Message,
        to: &EmailAddress,
    ) -> Result<(MessageContent, Vec<AskedItem>), ResendError> {
        if first_of(tx, failed)?.kind.is_written_at_claim() {
            let asks = self.open_items(tx, case)?;
            if asks.is_empty() {
                return Err(SendMessageError::NotSent(StopReason::NothingMissing).into());
            }
            let content = self.write_letter(tx, case, &asks, to)?.map_err(SendMessageError::NotSent)?;
            return Ok((content, asked_items(&case.record, asks.into_iter().map(|item| item.path))));
        }
        let subject = failed.content.subject.clone().unwrap_or_default();
        let content = self.addressed(tx, case, subject, failed.content.body.clone(), to)?;
        let asked = tx.requests().asked(case.id)?.into_iter().filter(|asked| asked.message_id == failed.id);
        Ok((content, asked.map(|asked| asked.item).collect()))
    }
}

/// The message at the beginning of a row of those sent again.
fn first_of(tx: &mut dyn Tx, message: &Message) -> Result<Message, StoreError> {
    let mut first = message.clone();
    while let Some(earlier) = first.resend_of {
        let Some(earlier) = tx.messages().find(earlier)? else { break };
        first = earlier;
    }
    Ok(first)
}

fn carried_on(message_id: MessageId, reason: Option<&str>) -> AttemptChange<'_> {
    AttemptChange { message_id: Some(message_id), reason: Some(reason.unwrap_or("reenviado")), ..AttemptChange::default() }
}

#[allow(clippy::too_many_arguments)] // One row's columns.
fn insert(
    tx: &mut dyn Tx,
    failed: &Message,
    kind: MessageKind,
    case_id: CaseId,
    attempt: Option<&Attempt>,
    content: MessageContent,
    external_id: InternetMessageId,
    lease: &Lease,
    now: DateTime<Utc>,
) -> Result<Message, StoreError> {
    let new = NewOutboundMessage {
        case_id,
        channel: failed.channel,
        kind,
        content,
        unique_key: format!("resend:{external_id}"),
        external_id,
        attempt_id: attempt.map(|attempt| attempt.id),
        resend_of: Some(failed.id),
        created_at: now,
        timing: NewOutboundTiming::Leased(lease.clone()),
    };
    let Inserted::New(id) = tx.messages().insert_outbound(&new)? else {
        return Err(StoreError::Refused("a new Message-ID was used before".into()));
    };
    existing(tx.messages().find(id)?)
}
