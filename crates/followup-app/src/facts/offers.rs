//! What is offered to the unit about a case, for a person to decide: another way to the reporter, another date, or to write no more.

use chrono::{DateTime, NaiveDate, Utc};
use followup_domain::asking::next_contact::{ProposedContact, Way, after_return, next_contact};
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlannedChannel};
use followup_domain::asking::reason::{Reason, StopReason};
use followup_domain::asking::waiting::Exchange;
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::contact::{EmailAddress, failure_key};
use followup_domain::ids::{AttemptId, MessageId};
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::message::{Channel, Classification};
use followup_domain::ports::StoreError;

use super::reach::{channels, email_of, held, held_for, is_blocked};
use super::way::{channel_of, open_channel, way_by};
use crate::step::Step;

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

/// Another way to the reporter, where letters to his address came back.
pub(crate) fn proposed_contact(step: &mut Step<'_>, case: &Case) -> Result<Option<ProposedContact>, StoreError> {
    if case.followup_status == FollowupStatus::Closed {
        return Ok(None);
    }
    let Some(held_here) = first_held(step, case)? else { return Ok(None) };
    if goes_on_by_itself(step, case)? {
        return Ok(None);
    }
    let channels = channels(step.policy(), &case.record);
    let mut free = Vec::new();
    for email in &channels.all_emails {
        if held(step, &failure_key(Channel::Email, email.as_str()))?.is_none()
            && step.policy().redirect_to.is_none()
            && !is_blocked(step, email.as_str())?
        {
            free.push(email.clone());
        }
    }
    let mut open = Vec::new();
    for channel in [Channel::Whatsapp, Channel::Sms] {
        open.extend((way_by(step, case, channel)? == Way::Open).then_some(channel));
    }
    let (channel, to) = next_contact(&channels, |email| free.contains(email), |channel| open.contains(&channel));
    Ok(Some(ProposedContact { channel, to, reason: Reason::from(StopReason::AddressFails(held_here.failure)).stored() }))
}

/// Whether a letter goes by another channel without anybody's help: whoever sent one by hand would ask twice.
fn goes_on_by_itself(step: &mut Step<'_>, case: &Case) -> Result<bool, StoreError> {
    if open_channel(step, case)?.is_none() {
        return Ok(false);
    }
    let is_under_way = |attempt: &Attempt| attempt.channel == PlannedChannel::Auto && !attempt.status.is_settled();
    Ok(step.tx.automatics().queued(case.id)?.is_some() || step.tx.attempts().list(case.id)?.iter().any(is_under_way))
}

/// What is known of the first address or number of the case at which messages fail, in the unit's order of channels.
fn first_held(step: &mut Step<'_>, case: &Case) -> Result<Option<FailedAddress>, StoreError> {
    for channel in &step.policy().channel_order {
        if let Some(known) = held_for(step, case, *channel)? {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// The next letter at a later date, where the last automatic answer says when the reporter is back and the letter would be too early.
pub(crate) fn reschedule_offer(step: &mut Step<'_>, case: &Case, attempts: &[Attempt]) -> Result<Option<RescheduleOffer>, StoreError> {
    let is_next = |attempt: &&Attempt| attempt.status == AttemptStatus::Pending && !attempt.waits_for_a_person();
    let Some(next) = attempts.iter().filter(is_next).min_by_key(|attempt| (attempt.due_at, attempt.position)) else { return Ok(None) };
    // He says of his mailbox that he does not read it.
    if channel_of(step, case, next.channel)? != Channel::Email {
        return Ok(None);
    }
    let notices = step.tx.notices().of_case(case.id)?;
    let away = notices.into_iter().rev().find_map(|notice| Some((notice.message_id, notice.returns_on?)));
    let Some((message_id, returns_on)) = away else { return Ok(None) };
    let due_at = after_return(returns_on, step.policy().zone, step.policy().window.as_ref());
    let offer = due_at.filter(|due_at| *due_at > step.now && *due_at > next.due_at);
    Ok(offer.map(|due_at| RescheduleOffer { attempt_id: next.id, due_at, returns_on, message_id }))
}

/// The address that somebody complained at, unless it is not written to already.
pub(crate) fn proposed_block(step: &mut Step<'_>, case: &Case, exchanges: &[Exchange]) -> Result<Option<EmailAddress>, StoreError> {
    let complained = exchanges.iter().any(|exchange| exchange.classification == Some(Classification::Complaint));
    let Some(email) = email_of(step, case).filter(|_| complained) else { return Ok(None) };
    Ok((!is_blocked(step, email.as_str())?).then_some(email))
}
