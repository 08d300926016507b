//! A person sends an attempt's letter now.

use followup_domain::asking::plan::{Attempt, AttemptStatus};
use followup_domain::audit::Actor;
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::message::{Channel, Message, MessageContent, MessageKind};
use followup_domain::ports::{Lease, NewOutboundMessage, NewOutboundTiming};

use crate::app::App;
use crate::errors::{AttemptError, Reasons, SendMessageError, SendNowError, StopReason, given};
use crate::facts::asked::items_of;
use crate::facts::lookup::{locked_attempt, queued_message};
use crate::facts::reach::{contact_of, refuse_bounced};
use crate::moves::attempt::{self, AttemptChange};
use crate::moves::letter::{Decision, decide};
use crate::moves::queue;
use crate::runs::handing_over::{new_lease, try_once};
use crate::step::{self, Step};

impl App {
    /// Sends an attempt's letter now, whatever the schedule, the delay and earlier replies say; tried once.
    ///
    /// # Errors
    /// [`SendNowError`]. From [`SendMessageError::Stopped`] on, the message stands in the thread.
    pub fn send_attempt_now(&self, actor: &Actor, case_id: CaseId, id: AttemptId, reason: Option<&str>) -> Result<Message, SendNowError> {
        self.send_attempt_overriding(actor, case_id, id, reason, None)
    }

    /// As [`App::send_attempt_now`]; with a reason also to an address at which letters failed.
    ///
    /// # Errors
    /// [`SendNowError`].
    pub fn send_attempt_overriding(
        &self,
        actor: &Actor,
        case_id: CaseId,
        id: AttemptId,
        reason: Option<&str>,
        overriding: Option<&str>,
    ) -> Result<Message, SendNowError> {
        let lease = new_lease(self);
        let reasons = Reasons { reason: given(reason), overriding: given(overriding) };
        let message = step::write(self, actor, |step| {
            let (case, attempt) = locked_attempt(step, case_id, id)?;
            queue_now(step, (&case, &attempt), reasons, &lease)
        })?;
        Ok(try_once(self, &message, &lease)?)
    }
}

fn queue_now(
    step: &mut Step<'_>,
    (case, attempt): (&Case, &Attempt),
    reasons: Reasons<'_>,
    lease: &Lease,
) -> Result<Message, SendNowError> {
    let to = contact_of(step, case, attempt.channel)?;
    if case.followup_status == FollowupStatus::Closed {
        return Err(AttemptError::Closed.into());
    }
    // What is being sent already is not sent besides.
    if !matches!(attempt.status, AttemptStatus::Pending | AttemptStatus::Skipped | AttemptStatus::Cancelled | AttemptStatus::Failed) {
        return Err(AttemptError::Illegal(attempt.status).into());
    }
    // Letters are written by e-mail only.
    if attempt.channel != Channel::Email {
        return Err(SendMessageError::NotConfigured.into());
    }
    if let Some(to) = &to {
        refuse_bounced(step, to, reasons.overriding)?;
    }
    let external_id = step.deployment.ids.message_id();
    let new = NewOutboundMessage {
        case_id: case.id,
        channel: attempt.channel,
        kind: MessageKind::SentNow,
        content: MessageContent::default(),
        unique_key: format!("attempt:{}:now:{external_id}", attempt.id),
        external_id,
        attempt_id: Some(attempt.id),
        resend_of: None,
        created_at: step.now,
        timing: NewOutboundTiming::Leased(lease.clone()),
    };
    let message_id = queue::enter(step, &new, reasons.kept())?.id();
    let message = queued_message(step, message_id)?;
    let (content, asks) = match decide(step, case, &message)? {
        Decision::Send { content, asks } => (content, asks),
        Decision::Withdraw(withdrawal) => return Err(SendMessageError::NotSent(withdrawal.why).into()),
        Decision::PutOff { reason, .. } => return Err(SendMessageError::NotSent(StopReason::Other(reason.to_owned())).into()),
    };
    if step.deployment.senders.of(attempt.channel).is_none() {
        return Err(SendMessageError::NotConfigured.into());
    }
    let items = items_of(&case.record, asks);
    queue::write(step, (message_id, case.id), &lease.token, (&content, &items))?;
    let change = AttemptChange { message_id: Some(message_id), ..AttemptChange::because(reasons.kept().unwrap_or("enviado a mano")) };
    if !attempt::change(step, attempt, AttemptStatus::Sending, &change)? {
        return Err(AttemptError::Illegal(attempt.status).into());
    }
    Ok(Message { content, ..message })
}
