//! Sending what is queued: claim, recheck, write, hand over, until nothing is left.

use std::collections::BTreeMap;
use std::time::Duration as Budget;

use chrono::{DateTime, Utc};
use followup_domain::asking::gate::{Stage, Verdict};
use followup_domain::asking::reason::{Because, Reason, StopReason};
use followup_domain::case::Case;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{LeaseToken, MessageId};
use followup_domain::message::{Channel, Message, MessageKind};
use followup_domain::ports::{Claimed, Held, Lease, StoreError, of_one};

use super::handing_over::{InHand, Retry, hand_over, hold_back, new_lease, reserve};
use super::recording::{Fate, rejected, settle_abandoned, store_outcome};
use crate::app::App;
use crate::consequences::{Event, follow};
use crate::facts::asked::items_of;
use crate::facts::gate::{self, AtGate, Decision, decide};
use crate::facts::lookup::queued_message;
use crate::facts::reach::held;
use crate::facts::unserved::unserved;
use crate::moves::claim::{Next, next};
use crate::moves::queue::{self, Pause};
use crate::step::{self, Step};
use crate::transaction;

/// How long sending one queued message may take, up to the transport's last answer.
const QUEUE_BUDGET: Budget = Budget::from_secs(60);

/// What a run of the queue did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryReport {
    /// Accepted by the transport.
    pub accepted: u32,
    /// Refused.
    pub rejected: u32,
    /// Nobody knows.
    pub uncertain: u32,
    /// Put off.
    pub put_off: u32,
    /// Not sent on purpose.
    pub withdrawn: u32,
    /// Could not be handled because of the store; tried again after their lease.
    pub errors: u32,
    /// The messages that were taken up, in order.
    pub taken_up: Vec<MessageId>,
    /// Channels whose provider is out of order, or has just come back: what is left of each waits until then (UTC).
    pub held: BTreeMap<Channel, DateTime<Utc>>,
    /// Messages that stay queued because nobody configured a transport for their channel.
    pub unserved: BTreeMap<Channel, i64>,
}

impl DeliveryReport {
    fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Accepted => self.accepted += 1,
            Fate::Rejected => self.rejected += 1,
            Fate::Uncertain => self.uncertain += 1,
            Fate::PutOff => self.put_off += 1,
            Fate::Withdrawn => self.withdrawn += 1,
            Fate::Lost => {}
        }
    }
}

/// Sends what is queued and due, one message of each lane in turn, until no lane has anything left or its provider is not to be asked
/// any more, or `stop` says so. A lane that is held, or long, holds up no other.
///
/// # Errors
/// The store cannot be reached.
pub(crate) fn deliver(app: &App, stop: &dyn Fn() -> bool) -> Result<DeliveryReport, StoreError> {
    let mut report = DeliveryReport { uncertain: settle_abandoned(app)?, ..DeliveryReport::default() };
    let run = app.ids.lease_token();
    let mut lanes: Vec<Lane<'_>> = app.senders.lanes().map(|(channel, sender)| (channel, sender.provider())).collect();
    while !lanes.is_empty() {
        let mut busy = Vec::with_capacity(lanes.len());
        for lane in lanes {
            if !stop() && deliver_next(app, lane, &run, &mut report)? {
                busy.push(lane);
            }
        }
        lanes = busy;
    }
    // What was sent is told, whatever becomes of the rest.
    match step::read::<_, StoreError>(app, unserved) {
        Ok(unserved) => report.unserved = unserved,
        Err(error) => tracing::warn!(%error, "what no transport serves could not be counted"),
    }
    Ok(report)
}

/// A channel, and its provider.
type Lane<'a> = (Channel, &'a str);

/// Sends the next message of a lane; says whether there may be another one.
fn deliver_next(app: &App, lane: Lane<'_>, run: &LeaseToken, report: &mut DeliveryReport) -> Result<bool, StoreError> {
    let lease = new_lease(app);
    let claimed = match transaction::write_itself(app, |step| next(step, lane, run, &lease))? {
        Next::Claimed(claimed) => claimed,
        Next::Nothing => return Ok(false),
        Next::Held(until) => {
            report.held.insert(lane.0, until);
            return Ok(false);
        }
    };
    report.taken_up.push(claimed.message_id);
    match deliver_claimed(app, claimed, &lease, run) {
        Ok(fate) => report.count(fate),
        Err(error) if error.may_pass() => return Err(error),
        Err(error) => {
            tracing::error!(message_id = claimed.message_id.0, %error, "message could not be handled");
            report.errors += 1;
        }
    }
    Ok(true)
}

fn deliver_claimed(app: &App, claimed: Claimed, lease: &Lease, run: &LeaseToken) -> Result<Fate, StoreError> {
    match transaction::write_itself(app, |step| ready(step, claimed, lease))? {
        Ready::Settled(fate) => Ok(fate),
        Ready::Send(message) => {
            let (tries, retry) = (claimed.tries, Retry::Later(run));
            hand_over(app, InHand { message: &message, tries, lease, budget: QUEUE_BUDGET, retry })
        }
    }
}

/// What a recheck came to.
enum Ready {
    /// The message is to be handed over.
    Send(Box<Message>),
    /// It is not.
    Settled(Fate),
}

/// Rechecks a claimed message and writes an automatic letter, in one transaction.
fn ready(step: &mut Step<'_>, claimed: Claimed, lease: &Lease) -> Result<Ready, StoreError> {
    let Some(case) = step.tx.cases().find_for_update(claimed.case_id)? else {
        return Err(StoreError::Refused("a queued message has no case".into()));
    };
    if !of_one(step.tx.dispatch().holds_lease(&[Held { id: claimed.message_id, token: &lease.token }])?)? {
        return Ok(Ready::Settled(Fate::Lost));
    }
    let message = queued_message(step, claimed.message_id)?;
    match message.kind {
        MessageKind::Manual | MessageKind::SentNow if claimed.deferred => return by_hand(step, &case, message, lease),
        MessageKind::Manual | MessageKind::SentNow => return fail_orphaned(step, &message, lease).map(Ready::Settled),
        MessageKind::Notification => return word_to_the_unit(step, message, lease),
        _ => {}
    }
    match decide(step, &case, &message)? {
        Decision::Send { content, asks } => {
            if let Some(pause) = reserve(step, &case, &message)? {
                queue::put_off(step, &message, &lease.token, &pause)?;
                return Ok(Ready::Settled(Fate::PutOff));
            }
            let items = items_of(&case.record, asks);
            queue::write(step, (message.id, case.id), &lease.token, (&content, &items))?;
            Ok(Ready::Send(Box::new(Message { content, ..message })))
        }
        held => hold_back(step, &message, lease, held).map(Ready::Settled),
    }
}

/// What a person wrote goes as it stands, once it can no longer be taken back. What came up since against it makes it one that failed: nobody
/// waits for the answer, and whoever wrote it finds it where failed ones are looked for.
fn by_hand(step: &mut Step<'_>, case: &Case, message: Message, lease: &Lease) -> Result<Ready, StoreError> {
    let verdict = gate::of(step, AtGate::stored(case, &message, Stage::Claim))?.verdict();
    match verdict {
        Verdict::Go => Ok(Ready::Send(Box::new(message))),
        Verdict::Wait { until, reason } => {
            queue::put_off(step, &message, &lease.token, &Pause { until, tried: false, why: reason.into() })?;
            Ok(Ready::Settled(Fate::PutOff))
        }
        Verdict::Stop { reason, .. } => {
            store_outcome(step, &message, lease, &rejected(None, Reason::from(reason).stored(), step.now))?;
            Ok(Ready::Settled(Fate::Rejected))
        }
    }
}

/// Word to the unit that was meant for somebody whose letters come back by now is withdrawn, and follows to where it is read.
fn word_to_the_unit(step: &mut Step<'_>, message: Message, lease: &Lease) -> Result<Ready, StoreError> {
    let meant_for = message.content.to.as_deref().and_then(|address| EmailAddress::parse(address).ok());
    let elsewhere = step.policy().notify_to.as_ref().filter(|_| step.policy().redirect_to.is_none());
    let Some((meant_for, elsewhere)) = meant_for.zip(elsewhere).filter(|(address, unit)| !address.same_mailbox(unit)) else {
        return Ok(Ready::Send(Box::new(message)));
    };
    let elsewhere = elsewhere.clone();
    let Some(failed) = held(step, meant_for.as_str())? else { return Ok(Ready::Send(Box::new(message))) };
    if queue::withdraw(step, &message, &lease.token, &StopReason::AddressFails(failed.failure).into())? {
        follow(step, Event::WordWithdrawn(&message, &elsewhere))?;
    }
    Ok(Ready::Settled(Fate::Withdrawn))
}

/// What a person sends at once is tried once, by the process that took it. Found in the queue, that process died before it could have left.
fn fail_orphaned(step: &mut Step<'_>, message: &Message, lease: &Lease) -> Result<Fate, StoreError> {
    let outcome = rejected(None, Reason::from(Because::ProcessDied).stored(), step.now);
    store_outcome(step, message, lease, &outcome)?;
    Ok(Fate::Rejected)
}
