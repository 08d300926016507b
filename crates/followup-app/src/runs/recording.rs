//! Recording what became of a message, however often it takes.

use chrono::{DateTime, Utc};
use followup_domain::asking::reason::{Because, Reason};
use followup_domain::ids::MessageId;
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::{Lease, Outcome, StoreError};

use super::retry::Patience;
use crate::app::App;
use crate::consequences::{Event, follow};
use crate::facts::lookup::{lock_case, queued_message};
use crate::moves::delivery;
use crate::step::{self, Step};
use crate::transaction;

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

/// Records an outcome; an answer of the transport in our hands is not given up while the store may come back.
pub(crate) fn record(app: &App, message: &Message, lease: &Lease, (outcome, patience): (&Outcome, Patience)) -> Result<Fate, StoreError> {
    insist(app, (message.id, patience), outcome.at, |step| store_outcome(step, message, lease, outcome))?;
    Ok(match outcome.delivery {
        Delivery::Accepted => Fate::Accepted,
        Delivery::Uncertain => Fate::Uncertain,
        _ => Fate::Rejected,
    })
}

/// Stores what is known of a message as of an instant, again and again with pauses while the store is away. What could not be stored is
/// found by its lease, and a message that was handed over is uncertain then.
pub(crate) fn insist(
    app: &App,
    (message_id, patience): (MessageId, Patience),
    now: DateTime<Utc>,
    mut work: impl FnMut(&mut Step<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut tried = 1;
    loop {
        let Err(error) = transaction::write_at(app, &step::itself(app), now, &mut work) else { return Ok(()) };
        let Some(pause) = patience.pause(tried, &error) else {
            tracing::error!(message_id = message_id.0, tried, %error, "what became of a message could not be recorded");
            return Err(error);
        };
        tracing::warn!(message_id = message_id.0, tried, %error, "recording what became of a message is tried again");
        app.clock.pause(pause);
        tried += 1;
    }
}

/// Stores an outcome with all that follows, if the lease is held still. The step is as of the outcome.
pub(crate) fn store_outcome(step: &mut Step<'_>, message: &Message, lease: &Lease, outcome: &Outcome) -> Result<(), StoreError> {
    lock_case(step, message.case_id)?;
    let current = queued_message(step, message.id)?;
    if delivery::record(step, &current, &lease.token, outcome)? { follow(step, Event::Answered(&current, outcome)) } else { Ok(()) }
}

/// Messages whose process died while they were handed over are uncertain from now on.
pub(crate) fn settle_abandoned(app: &App) -> Result<u32, StoreError> {
    let now = app.clock.now();
    let abandoned = step::read::<_, StoreError>(app, |step| step.tx.dispatch().list_abandoned(now, 100))?;
    let mut settled = 0;
    for (claimed, token) in abandoned {
        let lease = Lease { token, until: now };
        let done = transaction::write_at(app, &step::itself(app), now, |step| {
            let message = queued_message(step, claimed.message_id)?;
            store_outcome(step, &message, &lease, &uncertain(None, now))
        });
        match done {
            Ok(()) => settled += 1,
            Err(error) if error.may_pass() => return Err(error),
            Err(error) => tracing::error!(message_id = claimed.message_id.0, %error, "an abandoned message could not be settled"),
        }
    }
    Ok(settled)
}

/// The message certainly did not go out.
pub(crate) fn rejected(transport_response: Option<String>, error: String, at: DateTime<Utc>) -> Outcome {
    Outcome { transport_response, error: Some(error), ..Outcome::of(Delivery::Rejected, at) }
}

/// Nobody knows whether the message went out.
pub(crate) fn uncertain(transport_response: Option<String>, at: DateTime<Utc>) -> Outcome {
    let error = Some(Reason::from(Because::Uncertain).stored());
    Outcome { transport_response, error, ..Outcome::of(Delivery::Uncertain, at) }
}
