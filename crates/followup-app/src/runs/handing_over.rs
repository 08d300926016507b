//! Handing one message over: prepare, commit `transmitting`, transmit, record; each state is committed before the next step.
//!
//! No transaction is open while the network is used. Between "may have left" and "was accepted" stands the committed state
//! `transmitting`: what is found there after a crash is uncertain, and never sent again by itself.

use std::time::Duration as Budget;

use chrono::Duration;
use followup_domain::asking::gate::{Fact, Stage, looks_at};
use followup_domain::asking::reason::{Because, Reason, StopReason, WaitReason, Why};
use followup_domain::case::Case;
use followup_domain::ids::LeaseToken;
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::{Held, Lease, Outcome, Reserved, StoreError, of_one};
use followup_domain::sending::{Receipt, Refusal, SendError, SendStage};

use super::files::files_of;
use super::provider::{Asked, tell_breaker};
use super::recording::{Fate, insist, record, rejected, uncertain};
use super::retry::{Patience, pause_after, pause_unreached};
use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::SendMessageError;
use crate::facts::gate::{Decision, at_the_door};
use crate::facts::lookup::{lock_case, queued_message};
use crate::facts::wording::parcel;
use crate::moves::delivery;
use crate::moves::queue::{self, Pause};
use crate::step::{self, Step};
use crate::transaction;

/// How long a claimed message is ours: far longer than sending may take.
const LEASE: Duration = Duration::minutes(5);
/// A person waits no longer than this for the transport.
const BUDGET_OF_A_PERSON: Budget = Budget::from_secs(20);

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

/// A message whose lease is held and whose content is final.
#[derive(Clone, Copy)]
pub(crate) struct InHand<'a> {
    /// The message.
    pub(crate) message: &'a Message,
    /// How often it was turned down before.
    pub(crate) tries: i32,
    /// The lease.
    pub(crate) lease: &'a Lease,
    /// How long the transport may take up to its last answer.
    pub(crate) budget: Budget,
    /// What is done when it would not take it now.
    pub(crate) retry: Retry<'a>,
}

/// A lease from now on.
pub(crate) fn new_lease(app: &App) -> Lease {
    Lease { token: app.ids.lease_token(), until: app.clock.now() + LEASE }
}

/// Prepare, commit `transmitting`, transmit, record.
pub(crate) fn hand_over(app: &App, hand: InHand<'_>) -> Result<Fate, StoreError> {
    let InHand { message, lease, retry, .. } = hand;
    // One mail with files at a time: they take memory until it has left.
    let _turn = (!message.attachments.is_empty()).then(|| app.turns.take_to_send());
    let parcel = match parcel(&app.policy, (message, files_of(app, message)?), app.clock.now()) {
        Ok(parcel) => parcel,
        Err(reason) => return record(app, message, lease, (&rejected(None, reason, app.clock.now()), retry.patience())),
    };
    let Some(sender) = app.senders.of(message.channel) else {
        // Only a lane with a transport is claimed: a person waits.
        let not_configured = StopReason::NotConfigured.into();
        return put_back(app, hand, Again { pause: None, tried: false, why: &not_configured });
    };
    let answer = match sender.prepare(&parcel, hand.budget) {
        Ok(prepared) => {
            // Its files stand in the bytes now.
            drop(parcel);
            let begun = app.clock.now();
            match commit_transmitting(app, message, lease, prepared.content()) {
                Ok(None) if app.clock.now() - begun < LEASE / 2 => prepared.transmit(),
                Ok(Some(fate)) => return Ok(fate),
                // Whoever takes it for abandoned, or another server in the store's place, might send it again.
                Ok(None) | Err(StoreError::Unknown(_)) => {
                    tracing::warn!(
                        message_id = message.id.0,
                        "not handed over: that it may leave was not stored for certain, or not in time"
                    );
                    let not_confirmed = Because::NotConfirmed.into();
                    return put_back(app, hand, Again { pause: Some(pause_unreached(&lease.token)), tried: false, why: &not_confirmed });
                }
                Err(error) => return Err(error),
            }
        }
        // Nothing was given away yet, so there is no doubt.
        Err(SendError::Uncertain(text)) => Err(SendError::NotSent(text)),
        Err(error) => Err(error),
    };
    let fate = record_answer(app, hand, &answer);
    tell_breaker(app, Asked { sender: sender.as_ref(), lease, run: retry.run(), letter: Some(message.id) }, &answer);
    fate
}

/// Hands over a message that a person has just queued, and answers with it as it is stored then. Once it may have left, a failure
/// of the store leaves its fate unknown: nobody is told to try again.
pub(crate) fn try_once(app: &App, message: &Message, lease: &Lease) -> Result<Message, SendMessageError> {
    let (channel, message_id) = (message.channel, message.id);
    let uncertain = SendMessageError::Uncertain { channel, message_id };
    let fate = hand_over(app, InHand { message, tries: 0, lease, budget: BUDGET_OF_A_PERSON, retry: Retry::Never });
    let stored = step::read(app, |step| queued_message(step, message_id));
    match (fate, stored) {
        (Ok(Fate::Accepted), Ok(stored)) => Ok(stored),
        (Ok(Fate::Rejected), Ok(stored)) => Err(SendMessageError::Failed { channel, text: stored.error.unwrap_or_default(), message_id }),
        (Ok(Fate::Withdrawn | Fate::Lost | Fate::PutOff), Ok(stored)) => {
            Err(SendMessageError::Stopped { reason: stored.error.unwrap_or_else(|| Reason::from(Because::TakenOver).stored()), message_id })
        }
        (Ok(Fate::Uncertain | Fate::Accepted), _) => Err(uncertain),
        // What is still queued did not leave.
        (Err(error), Ok(stored)) if stored.delivery == Some(Delivery::Queued) => Err(error.into()),
        (Err(error), _) => {
            tracing::error!(message_id = message_id.0, %error, "the store failed while a message was handed over");
            Err(uncertain)
        }
        (Ok(Fate::Rejected | Fate::Withdrawn | Fate::Lost | Fate::PutOff), Err(error)) => Err(error.into()),
    }
}

/// Puts a letter off, or takes it out of the queue with what follows for its attempt.
pub(crate) fn hold_back(step: &mut Step<'_>, message: &Message, lease: &Lease, decision: Decision) -> Result<Fate, StoreError> {
    match decision {
        Decision::PutOff { until, reason } => {
            queue::put_off(step, message, &lease.token, &Pause { until, tried: false, why: reason.into() })?;
            Ok(Fate::PutOff)
        }
        Decision::Withdraw(withdrawal) => {
            if queue::withdraw(step, message, &lease.token, &withdrawal.why.clone().into())? {
                follow(step, Event::LetterWithdrawn(message, &withdrawal))?;
            }
            Ok(Fate::Withdrawn)
        }
        Decision::Send { .. } => Err(StoreError::Refused("a letter that may go was held back".into())),
    }
}

/// Takes the place of the case's last automatic letter; or how long the letter waits whose place another one took. A letter that a person
/// sends now is not held by the delay.
pub(crate) fn reserve(step: &mut Step<'_>, case: &Case, message: &Message) -> Result<Option<Pause<'static>>, StoreError> {
    if !looks_at(message.kind, Stage::Door, Fact::Delay) {
        return Ok(None);
    }
    Ok(match queue::reserve(step, case, message.id)? {
        Reserved::Yes => None,
        Reserved::TakenAt(at) => {
            let until = (at + step.policy().automatic_delay).max(step.now);
            Some(Pause { until, tried: false, why: WaitReason::WithinTheDelay.into() })
        }
    })
}

fn record_answer(app: &App, hand: InHand<'_>, answer: &Result<Receipt, SendError>) -> Result<Fate, StoreError> {
    let InHand { message, lease, retry, .. } = hand;
    let now = app.clock.now();
    let outcome = match answer {
        Ok(receipt) => Outcome::accepted(receipt, now),
        Err(SendError::Refused(refusal)) => {
            log_refusal(message, refusal);
            let words = refusal.text.clone();
            let stored = Why::Words(&words).stored();
            Outcome { failure: refusal.failure.clone(), ..rejected(Some(words), stored, now) }
        }
        Err(SendError::Uncertain(text)) => uncertain(Some(text.clone()), now),
        Err(SendError::NotSent(text) | SendError::HungUp(text)) => {
            return put_back(app, hand, Again { pause: pause_after(hand.tries, &lease.token), tried: true, why: &text.as_str().into() });
        }
        // No try of the message's: what is wrong is the provider's, or ours.
        Err(SendError::Unavailable { text, .. }) => {
            return put_back(app, hand, Again { pause: Some(pause_unreached(&lease.token)), tried: false, why: &text.as_str().into() });
        }
    };
    record(app, message, lease, (&outcome, retry.patience()))
}

/// What an operator needs to find it: never the provider's words, which may name the address.
fn log_refusal(message: &Message, refusal: &Refusal) {
    let stage = refusal.stage.map_or("before_asking", SendStage::as_str);
    let code = refusal.code.as_deref().unwrap_or("-");
    tracing::warn!(icsr_id = message.case_id.map(|id| id.0), message_id = message.id.0, stage, code, "message refused");
}

/// Why a message that certainly did not leave may be tried again.
struct Again<'a> {
    /// After how long; never, where it was turned down too often.
    pause: Option<Duration>,
    /// Whether the transport turned it down.
    tried: bool,
    /// Why, most often in the transport's words.
    why: &'a Why<'a>,
}

/// The message certainly did not leave: back to the queue, unless a person waits or it was turned down too often.
fn put_back(app: &App, hand: InHand<'_>, again: Again<'_>) -> Result<Fate, StoreError> {
    let InHand { message, lease, retry, .. } = hand;
    let now = app.clock.now();
    let Some(pause) = again.pause.filter(|_| retry != Retry::Never) else {
        let said = match again.why {
            Why::Words(words) => Some((*words).to_owned()),
            Why::Reason(_) => None,
        };
        let outcome = rejected(said, again.why.stored(), now);
        return record(app, message, lease, (&outcome, retry.patience()));
    };
    let pause = Pause { until: now + pause, tried: again.tried, why: again.why.clone() };
    insist(app, (message.id, retry.patience()), now, |step| {
        lock_case(step, message.case_id)?;
        let current = queued_message(step, message.id)?;
        queue::put_off(step, &current, &lease.token, &pause)?;
        follow(step, Event::PutBack(&current))
    })?;
    tracing::warn!(message_id = message.id.0, "message put off: the transport does not take it now");
    Ok(Fate::PutOff)
}

/// Commits that the message may leave now; `Some` when it may not, and what became of it. Whoever changes a case locks it
/// first, so a reply or a closing comes either after this, or before it and is seen here.
fn commit_transmitting(app: &App, message: &Message, lease: &Lease, bytes: &[u8]) -> Result<Option<Fate>, StoreError> {
    transaction::write_itself(app, |step| {
        let until = Lease { token: lease.token.clone(), until: step.now + LEASE };
        let case = match message.case_id {
            Some(case_id) => step.tx.cases().find_for_update(case_id)?,
            None => None,
        };
        if let Some(case) = case
            && let Some(fate) = stop_at_the_door(step, &case, message, lease)?
        {
            return Ok(Some(fate));
        }
        let leaves = queue::start_transmitting(step, message, &until, bytes)?;
        Ok((!leaves).then_some(Fate::Lost))
    })
}

/// What came in while the transport was being prepared; and the delay counts from when the letter leaves.
fn stop_at_the_door(step: &mut Step<'_>, case: &Case, message: &Message, lease: &Lease) -> Result<Option<Fate>, StoreError> {
    // Before the queue's row, so that letters of several cases to one address come one after the other.
    if step.policy().daily_cap_per_address.is_some()
        && looks_at(message.kind, Stage::Door, Fact::Cap)
        && let Some(address) = message.content.to.as_deref()
    {
        step.tx.automatics().lock_address(address)?;
    }
    if !of_one(step.tx.dispatch().holds_lease(&[Held { id: message.id, token: &lease.token }])?)? {
        return Ok(Some(Fate::Lost));
    }
    if let Some(decision) = at_the_door(step, case, message)? {
        // The place that it took when it was claimed.
        delivery::release_automatic(step, case.id, message.id)?;
        return hold_back(step, message, lease, decision).map(Some);
    }
    let Some(pause) = reserve(step, case, message)? else { return Ok(None) };
    queue::put_off(step, message, &lease.token, &pause)?;
    Ok(Some(Fate::PutOff))
}
