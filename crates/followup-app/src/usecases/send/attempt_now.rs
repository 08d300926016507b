//! A person sends an attempt's letter now.

use followup_domain::asking::gate::Verdict;
use followup_domain::asking::plan::{Attempt, AttemptStatus};
use followup_domain::asking::reason::{Because, StopReason, Why};
use followup_domain::audit::Actor;
use followup_domain::case::Case;
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::message::{Channel, Message, MessageKind};
use followup_domain::ports::{Inserted, Lease, NewOutboundMessage, NewOutboundTiming, StoreError};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{AttemptError, Reasons, SendMessageError, SendNowError, given};
use crate::facts::asked::items_of;
use crate::facts::gate::{self, AtGate};
use crate::facts::lookup::{locked_attempt, queued_message};
use crate::facts::way::channel_of;
use crate::facts::wording::write_letter;
use crate::moves::attempt::{self, AttemptChange};
use crate::moves::queue;
use crate::runs::handing_over::{new_lease, try_once};
use crate::step::Step;
use crate::transaction;

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
        let message = transaction::write(self, actor, |step| {
            let (case, attempt) = locked_attempt(step, case_id, id)?;
            let message = queue_now(step, (&case, &attempt), reasons, &lease)?;
            follow(step, Event::Decided(&case))?;
            Ok::<_, SendNowError>(message)
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
    let channel = channel_of(step, case, attempt.channel)?;
    if channel == Channel::Call {
        return Err(SendMessageError::UnsupportedChannel.into());
    }
    let at_gate = AtGate { overriding: reasons.overriding.is_some(), ..AtGate::queue(case, MessageKind::SentNow, channel) };
    let known = gate::of(step, at_gate)?;
    let stopped = match known.verdict() {
        Verdict::Stop { reason: StopReason::Closed, .. } => return Err(AttemptError::Closed.into()),
        Verdict::Stop { reason: reason @ StopReason::NoAddress(_), .. } => return Err(SendMessageError::from(reason).into()),
        Verdict::Stop { reason, .. } => Some(reason),
        Verdict::Go | Verdict::Wait { .. } => None,
    };
    // What is being sent already is not sent besides.
    if !matches!(attempt.status, AttemptStatus::Pending | AttemptStatus::Skipped | AttemptStatus::Cancelled | AttemptStatus::Failed) {
        return Err(AttemptError::Illegal(attempt.status).into());
    }
    if let Some(reason) = stopped {
        return Err(SendMessageError::from(reason).into());
    }
    let to = known.point.ok_or(SendMessageError::NotConfigured)?;
    let written = write_letter(step, case, (&known.asks, channel), &to)?;
    let content = written.map_err(SendMessageError::NotSent)?;
    let external_id = step.deployment.ids.message_id();
    let new = NewOutboundMessage {
        case_id: case.id,
        channel,
        kind: MessageKind::SentNow,
        content,
        unique_key: format!("attempt:{}:now:{external_id}", attempt.id),
        external_id,
        attempt_id: Some(attempt.id),
        resend_of: None,
        reminder_of: None,
        enclosures: Vec::new(),
        created_at: step.now,
        timing: NewOutboundTiming::Leased(lease.clone()),
    };
    let Inserted::New(message_id) = queue::enter(step, &new, reasons.kept())? else {
        return Err(StoreError::Refused("a new Message-ID was used before".into()).into());
    };
    queue::set_asked(step, (message_id, case.id), &items_of(&case.record, known.asks))?;
    let why = reasons.kept().map_or(Because::SentByHand.into(), Why::Words);
    let change = AttemptChange { message_id: Some(message_id), ..AttemptChange::because(why) };
    if !attempt::change(step, attempt, AttemptStatus::Sending, &change)? {
        return Err(AttemptError::Illegal(attempt.status).into());
    }
    Ok(queued_message(step, message_id)?)
}
