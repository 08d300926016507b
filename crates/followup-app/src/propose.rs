//! What is proposed to the unit about a case, for a person to decide: another way to the reporter, another date, or to write no more.

use chrono::{DateTime, NaiveDate, Utc};
use followup_domain::asking::next_contact::{ProposedContact, after_return, next_contact};
use followup_domain::asking::plan::{Attempt, AttemptStatus};
use followup_domain::asking::waiting::Contact;
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{AttemptId, MessageId};
use followup_domain::message::{Channel, Classification};
use followup_domain::ports::{StoreError, Tx};

use crate::service::Followup;
use crate::stop_reason::StopReason;

/// The next attempt at another date, because the reporter is away until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RescheduleOffer {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// Its new date (UTC).
    pub due_at: DateTime<Utc>,
    /// From when on the reporter reads mail again, as he says.
    pub returns_on: NaiveDate,
    /// The automatic answer that says so.
    pub message_id: MessageId,
}

impl Followup {
    /// Another way to the reporter, where letters to his address came back.
    pub(crate) fn proposed_contact(&self, tx: &mut dyn Tx, case: &Case) -> Result<Option<ProposedContact>, StoreError> {
        if case.followup_status == FollowupStatus::Closed {
            return Ok(None);
        }
        let Some(held) = self.held_address(tx, case)? else { return Ok(None) };
        let channels = self.channels(&case.record);
        let mut free = Vec::new();
        for email in &channels.all_emails {
            let bounced = tx.addresses().find(email.as_str())?.is_some_and(|known| known.held);
            if !bounced && self.policy.redirect_to.is_none() && tx.contacts().find_blocked(email.as_str())?.is_none() {
                free.push(email.clone());
            }
        }
        let (channel, to) = next_contact(&channels, |email| free.contains(email), |channel| self.senders.of(channel).is_some());
        Ok(Some(ProposedContact { channel, to, reason: StopReason::bounced(&held).to_string() }))
    }

    /// The next letter at a later date, where the last automatic answer says when the reporter is back and the letter would be too early.
    pub(crate) fn reschedule_offer(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        attempts: &[Attempt],
        now: DateTime<Utc>,
    ) -> Result<Option<RescheduleOffer>, StoreError> {
        let is_next = |attempt: &&Attempt| attempt.status == AttemptStatus::Pending && attempt.channel == Channel::Email;
        let Some(next) = attempts.iter().filter(is_next).min_by_key(|attempt| (attempt.due_at, attempt.position)) else { return Ok(None) };
        let away = tx.messages().notices(case.id)?.into_iter().rev().find_map(|notice| Some((notice.message_id, notice.returns_on?)));
        let Some((message_id, returns_on)) = away else { return Ok(None) };
        let due_at = after_return(returns_on, self.policy.zone, self.policy.window.as_ref());
        let offer = due_at.filter(|due_at| *due_at > now && *due_at > next.due_at);
        Ok(offer.map(|due_at| RescheduleOffer { attempt_id: next.id, due_at, returns_on, message_id }))
    }

    /// The address that somebody complained at, unless it is not written to already.
    pub(crate) fn proposed_block(&self, tx: &mut dyn Tx, case: &Case, contacts: &[Contact]) -> Result<Option<EmailAddress>, StoreError> {
        let complained = contacts.iter().any(|contact| contact.classification == Some(Classification::Complaint));
        let Some(email) = self.channels(&case.record).email.filter(|_| complained) else { return Ok(None) };
        Ok(tx.contacts().find_blocked(email.as_str())?.is_none().then_some(email))
    }
}
