//! Sending what is queued: claim, prepare, transmit, record; each state is committed before the next step.
//!
//! No transaction is open while the network is used. Between "may have left" and "was accepted" stands the committed state
//! `transmitting`: what is found there after a crash is uncertain, and never sent again by itself.

use std::time::Duration as Budget;

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::audit::facts;
use followup_domain::case::Case;
use followup_domain::ids::{LeaseToken, MessageId};
use followup_domain::message::{Delivery, Message, MessageKind};
use followup_domain::ports::{Claimed, Lease, Outcome, Receipt, Reserved, SendError, StoreError, StoreExt, Tx, Updated};

use crate::ask_provider::Next;
use crate::audit_facts::message_entry;
use crate::automatic_request::asked_items;
use crate::claim_checks::{CAP_RETRY, Decision, ENOUGH_FOR_THE_DAY, WITHIN_THE_DELAY, Withdrawal};
use crate::record_outcome::{existing, rejected, uncertain};
use crate::retry_policy::{Patience, pause_after, pause_unreached};
use crate::service::Followup;
use crate::stop_reason::StopReason;

/// How long a claimed message is ours: far longer than sending may take.
const LEASE: Duration = Duration::minutes(5);
/// How long sending one queued message may take, up to the transport's last answer.
const QUEUE_BUDGET: Budget = Budget::from_secs(60);
/// Why a message was not handed over although the transport was ready.
const NOT_CONFIRMED: &str = "la base de datos no confirmó a tiempo que se iba a entregar: no se entregó";
/// How long a message waits whose channel nobody configured.
const NOT_CONFIGURED: Duration = Duration::minutes(15);

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
    /// The provider is out of order, or has just come back: what is left waits until then (UTC).
    pub held_until: Option<DateTime<Utc>>,
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

/// What became of one claimed message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Accepted,
    Rejected,
    Uncertain,
    PutOff,
    Withdrawn,
    /// Somebody else holds it now.
    Lost,
}

/// What is done when the transport would not take a message now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry<'a> {
    /// Back to the queue, by this run, which asked for leave.
    Later(&'a LeaseToken),
    /// A person waits for the answer: it has failed.
    Never,
}

impl Retry<'_> {
    /// How long the store may be away while something is recorded.
    fn patience(self) -> Patience {
        match self {
            Self::Later(_) => Patience::LONG,
            Self::Never => Patience::SHORT,
        }
    }

    fn run(&self) -> Option<&LeaseToken> {
        match self {
            Self::Later(run) => Some(run),
            Self::Never => None,
        }
    }
}

impl Followup {
    /// Sends what is queued and due, one message at a time, until nothing is left, the provider is not to be asked any more, or
    /// `stop` says so.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub fn deliver_queued(&self, stop: &dyn Fn() -> bool) -> Result<DeliveryReport, StoreError> {
        let mut report = DeliveryReport { uncertain: self.settle_abandoned()?, ..DeliveryReport::default() };
        let run = self.ids.lease_token();
        while !stop() {
            let lease = self.new_lease();
            let claimed = match self.claim_next(&run, &lease)? {
                Next::Claimed(claimed) => claimed,
                Next::Nothing => break,
                Next::Held(until) => {
                    report.held_until = Some(until);
                    break;
                }
            };
            report.taken_up.push(claimed.message_id);
            match self.deliver_claimed(claimed, &lease, &run) {
                Ok(fate) => report.count(fate),
                Err(error) if error.may_pass() => return Err(error),
                Err(error) => {
                    tracing::error!(message_id = claimed.message_id.0, %error, "message could not be handled");
                    report.errors += 1;
                }
            }
        }
        Ok(report)
    }

    pub(crate) fn new_lease(&self) -> Lease {
        Lease { token: self.ids.lease_token(), until: self.now() + LEASE }
    }

    fn deliver_claimed(&self, claimed: Claimed, lease: &Lease, run: &LeaseToken) -> Result<Fate, StoreError> {
        match self.ready(claimed, lease)? {
            Ready::Settled(fate) => Ok(fate),
            Ready::Send(message) => self.hand_over(&message, claimed.tries, lease, QUEUE_BUDGET, Retry::Later(run)),
        }
    }

    /// Rechecks a claimed message and writes an automatic letter, in one transaction.
    fn ready(&self, claimed: Claimed, lease: &Lease) -> Result<Ready, StoreError> {
        let now = self.now();
        self.store.write(|tx| {
            let Some(case) = tx.cases().find_for_update(claimed.case_id)? else {
                return Err(StoreError::Refused("a queued message has no case".into()));
            };
            if !tx.messages().holds_lease(claimed.message_id, &lease.token)? {
                return Ok(Ready::Settled(Fate::Lost));
            }
            let message = existing(tx.messages().find(claimed.message_id)?)?;
            match message.kind {
                MessageKind::Manual | MessageKind::SentNow => return self.fail_orphaned(tx, &message, lease, now).map(Ready::Settled),
                MessageKind::Notification => return Ok(Ready::Send(Box::new(message))),
                _ => {}
            }
            match self.decide(tx, &case, &message, now)? {
                Decision::PutOff { until, reason } => {
                    tx.messages().postpone(message.id, &lease.token, until, false, Some(reason))?;
                    Ok(Ready::Settled(Fate::PutOff))
                }
                Decision::Withdraw(withdrawal) => {
                    self.withdraw(tx, &message, lease, &withdrawal, now)?;
                    Ok(Ready::Settled(Fate::Withdrawn))
                }
                Decision::Send { content, asks } => {
                    tx.messages().set_content(message.id, &lease.token, &content)?;
                    let items = asked_items(&case.record, asks.into_iter().map(|item| item.path));
                    tx.requests().set_asked(message.id, case.id, &items)?;
                    Ok(Ready::Send(Box::new(Message { content, ..message })))
                }
            }
        })
    }

    /// What a person sends is tried once, by the process that took it. Found in the queue, that process died before it could have left.
    fn fail_orphaned(&self, tx: &mut dyn Tx, message: &Message, lease: &Lease, now: DateTime<Utc>) -> Result<Fate, StoreError> {
        let outcome = rejected(None, "el proceso terminó antes de enviarlo".into(), now);
        self.store_outcome(tx, message, lease, &outcome)?;
        Ok(Fate::Rejected)
    }

    fn withdraw(
        &self,
        tx: &mut dyn Tx,
        message: &Message,
        lease: &Lease,
        withdrawal: &Withdrawal,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let reason = Some(withdrawal.reason.as_str());
        if tx.messages().withdraw(message.id, &lease.token, &withdrawal.reason, now)? == Updated::Stale {
            return Ok(());
        }
        if let Some(case_id) = message.case_id {
            self.tell_skipped(tx, &self.itself(), case_id, message.id, &withdrawal.reason, now)?;
        }
        let attempt = self.attempt_of(tx, message)?;
        if let (Some(case_id), StopReason::Bounced { address, .. }) = (message.case_id, &withdrawal.why) {
            self.wait_for_address(tx, case_id, attempt.as_ref().map(|attempt| attempt.id), address)?;
        }
        match attempt {
            Some(attempt) => self.move_attempt(tx, &attempt, withdrawal.attempt, reason, withdrawal.counted, now),
            None => Ok(()),
        }
    }

    /// Prepare, commit `transmitting`, transmit, record. The lease is held, the content is final.
    pub(crate) fn hand_over(
        &self,
        message: &Message,
        tries: i32,
        lease: &Lease,
        budget: Budget,
        retry: Retry<'_>,
    ) -> Result<Fate, StoreError> {
        let outbound = match self.outbound(message) {
            Ok(outbound) => outbound,
            Err(reason) => return self.record(message, lease, &rejected(None, reason, self.now()), retry.patience()),
        };
        let Some(sender) = self.senders.of(message.channel) else {
            return self.put_back(message, lease, retry, Some(NOT_CONFIGURED), false, "canal no configurado".into());
        };
        let answer = match sender.prepare(&outbound, budget) {
            Ok(prepared) => {
                let begun = self.now();
                match self.commit_transmitting(message, lease, prepared.content()) {
                    Ok(None) if self.now() - begun < LEASE / 2 => prepared.transmit(),
                    Ok(Some(fate)) => return Ok(fate),
                    // Whoever takes it for abandoned, or another server in the store's place, might send it again.
                    Ok(None) | Err(StoreError::Unknown(_)) => {
                        tracing::warn!(
                            message_id = message.id.0,
                            "not handed over: that it may leave was not stored for certain, or not in time"
                        );
                        return self.put_back(message, lease, retry, Some(pause_unreached(&lease.token)), false, NOT_CONFIRMED.into());
                    }
                    Err(error) => return Err(error),
                }
            }
            // Nothing was given away yet, so there is no doubt.
            Err(SendError::Uncertain(text)) => Err(SendError::NotSent(text)),
            Err(error) => Err(error),
        };
        let fate = self.record_answer(message, tries, lease, retry, &answer);
        self.tell_breaker(sender.as_ref(), lease, retry.run(), &answer);
        fate
    }

    fn record_answer(
        &self,
        message: &Message,
        tries: i32,
        lease: &Lease,
        retry: Retry<'_>,
        answer: &Result<Receipt, SendError>,
    ) -> Result<Fate, StoreError> {
        let now = self.now();
        let outcome = match answer {
            Ok(receipt) => {
                Outcome { delivery: Delivery::Accepted, transport_response: Some(receipt.response.clone()), error: None, at: now }
            }
            Err(SendError::Refused(text)) => rejected(Some(text.clone()), text.clone(), now),
            Err(SendError::Uncertain(text)) => uncertain(Some(text.clone()), now),
            Err(SendError::NotSent(text)) => {
                return self.put_back(message, lease, retry, pause_after(tries, &lease.token), true, text.clone());
            }
            // No try of the message's: what is wrong is the provider's, or ours.
            Err(SendError::Unavailable { text, .. }) => {
                return self.put_back(message, lease, retry, Some(pause_unreached(&lease.token)), false, text.clone());
            }
        };
        self.record(message, lease, &outcome, retry.patience())
    }

    /// The message certainly did not leave: back to the queue, unless a person waits or it was turned down too often (no `pause`).
    fn put_back(
        &self,
        message: &Message,
        lease: &Lease,
        retry: Retry<'_>,
        pause: Option<Duration>,
        tried: bool,
        text: String,
    ) -> Result<Fate, StoreError> {
        let now = self.now();
        let Some(pause) = pause.filter(|_| retry != Retry::Never) else {
            return self.record(message, lease, &rejected(Some(text.clone()), text, now), retry.patience());
        };
        let not_before = now + pause;
        self.insist(message.id, retry.patience(), |tx| {
            self.lock_case(tx, message.case_id)?;
            let current = existing(tx.messages().find(message.id)?)?;
            if tx.messages().postpone(message.id, &lease.token, not_before, tried, Some(&text))? == Updated::Yes {
                let new = facts([("delivery", "queued".into()), ("not_before", not_before.into())]);
                let mut entry = message_entry(message.case_id, message.id, &self.itself(), now, "message.put_off", new, Some(&text));
                entry.old = facts([("delivery", current.delivery.map(Delivery::as_str).into())]);
                tx.audit().append(&entry)?;
            }
            Ok(())
        })?;
        tracing::warn!(message_id = message.id.0, "message put off: the transport does not take it now");
        Ok(Fate::PutOff)
    }

    /// Commits that the message may leave now; `Some` when it may not, and what became of it. Whoever changes a case locks it
    /// first, so a reply or a closing comes either after this, or before it and is seen here.
    fn commit_transmitting(&self, message: &Message, lease: &Lease, bytes: &[u8]) -> Result<Option<Fate>, StoreError> {
        let now = self.now();
        let until = Lease { token: lease.token.clone(), until: now + LEASE };
        self.store.write(|tx| {
            let case = match message.case_id {
                Some(case_id) => tx.cases().find_for_update(case_id)?,
                None => None,
            };
            if case.is_some() && self.replaces_what_is_settled(tx, message)? {
                let reason = "el intento fue resuelto mientras se reenviaba";
                return self
                    .withdraw(tx, message, lease, &Withdrawal::new(reason, AttemptStatus::Skipped), now)
                    .map(|()| Some(Fate::Withdrawn));
            }
            if let Some(case) = case.filter(|_| message.kind.is_written_at_claim())
                && let Some(fate) = self.stop_at_the_door(tx, &case, message, lease, now)?
            {
                return Ok(Some(fate));
            }
            if tx.messages().start_transmitting(message.id, &until, bytes, now)? == Updated::Stale {
                return Ok(Some(Fate::Lost));
            }
            let new = facts([("delivery", "transmitting".into())]);
            tx.audit().append(&message_entry(message.case_id, message.id, &self.itself(), now, "message.transmitting", new, None))?;
            Ok(None)
        })
    }

    /// A letter sent again for an attempt that a person has settled since.
    fn replaces_what_is_settled(&self, tx: &mut dyn Tx, message: &Message) -> Result<bool, StoreError> {
        let (Some(_), Some(attempt_id)) = (message.resend_of, message.attempt_id) else { return Ok(false) };
        let attempt = tx.attempts().find(attempt_id)?;
        Ok(attempt
            .is_some_and(|attempt| matches!(attempt.status, AttemptStatus::Completed | AttemptStatus::Skipped | AttemptStatus::Cancelled)))
    }

    /// What came in while the transport was being prepared; and the delay counts from when the letter leaves.
    fn stop_at_the_door(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        message: &Message,
        lease: &Lease,
        now: DateTime<Utc>,
    ) -> Result<Option<Fate>, StoreError> {
        // Before the queue's row, so that letters of several cases to one address come one after the other.
        let cap = self.policy.daily_cap_per_address.filter(|_| message.kind != MessageKind::SentNow && self.policy.redirect_to.is_none());
        let address = message.content.to.as_deref().unwrap_or_default();
        if cap.is_some() {
            tx.requests().lock_address(address)?;
        }
        if !tx.messages().holds_lease(message.id, &lease.token)? {
            return Ok(Some(Fate::Lost));
        }
        if let Some(withdrawal) = self.why_stopped(tx, case, message)? {
            self.withdraw(tx, message, lease, &withdrawal, now)?;
            return Ok(Some(Fate::Withdrawn));
        }
        // A letter that a person sends now is not held by the delay.
        if message.kind == MessageKind::SentNow {
            return Ok(None);
        }
        if let Some(cap) = cap
            && self.had_enough(tx, address, cap, now)?
        {
            tx.requests().release_automatic(case.id, message.id)?;
            tx.messages().postpone(message.id, &lease.token, now + CAP_RETRY, false, Some(ENOUGH_FOR_THE_DAY))?;
            return Ok(Some(Fate::PutOff));
        }
        let delay = self.policy.automatic_delay;
        if let Reserved::TakenAt(at) = tx.requests().reserve_automatic(case.id, message.id, now, delay)? {
            tx.messages().postpone(message.id, &lease.token, (at + delay).max(now), false, Some(WITHIN_THE_DELAY))?;
            return Ok(Some(Fate::PutOff));
        }
        Ok(None)
    }
}

enum Ready {
    Send(Box<Message>),
    Settled(Fate),
}
