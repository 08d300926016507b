//! The queue as whoever sends it works on it: in batches, lane by lane.

use chrono::{DateTime, Utc};

use super::{Lease, Outcome, StoreError, Updated};
use crate::ids::{CaseId, LeaseToken, MessageId};
use crate::message::{Channel, MessageContent};

/// A message that was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    /// The message.
    pub message_id: MessageId,
    /// Its case.
    pub case_id: CaseId,
    /// How often sending was tried and put off.
    pub tries: i32,
    /// Whoever put it into the queue left it to others to send it.
    pub deferred: bool,
}

/// A message, and what proves the right to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<'a> {
    /// The message.
    pub id: MessageId,
    /// The token of its lease.
    pub token: &'a LeaseToken,
}

/// How a message is put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Postponement<'a> {
    /// When it may be claimed again (UTC).
    pub not_before: DateTime<Utc>,
    /// Whether that counts as a try.
    pub tried: bool,
    /// What is said of it from now on; `None` leaves what stands.
    pub error: Option<&'a str>,
}

/// The queue of those who send. Each method takes a batch and answers for each item, in order; one letter is a batch of one. A message
/// that stands in a batch twice is done once: the second is [`Updated::Stale`], or not held. Rows are locked in the order of their
/// numbers, so two batches wait for each other in one direction only.
pub trait DispatchRepository {
    /// Takes up to `limit` queued messages of a channel that are due and that nobody holds, oldest first. Rows that another process
    /// is taking at this moment are passed over, not waited for.
    fn claim_due(&mut self, channel: Channel, now: DateTime<Utc>, lease: &Lease, limit: i64) -> Result<Vec<Claimed>, StoreError>;

    /// Whether the leases on queued messages are still held; locks those messages until the transaction ends.
    fn holds_lease(&mut self, batch: &[Held<'_>]) -> Result<Vec<bool>, StoreError>;

    /// Sets queued messages' content as it will be sent; [`Updated::Stale`] without the lease or once one left the queue.
    fn set_content(&mut self, batch: &[(Held<'_>, &MessageContent)]) -> Result<Vec<Updated>, StoreError>;

    /// Puts queued messages off and gives their leases back; also transmitting ones, which return to the queue: only when the
    /// transport itself said that it does not take them now.
    fn postpone(&mut self, batch: &[(Held<'_>, Postponement<'_>)]) -> Result<Vec<Updated>, StoreError>;

    /// Takes queued messages out of the queue unsent: status `skipped`, no delivery, each with its reason.
    fn withdraw(&mut self, batch: &[(Held<'_>, &str)], now: DateTime<Utc>) -> Result<Vec<Updated>, StoreError>;

    /// Compare-and-set on the leases: queued → transmitting, held until `until` (UTC) from now on, and keeps the exact bytes of each.
    fn start_transmitting(
        &mut self,
        batch: &[(Held<'_>, &[u8])],
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Updated>, StoreError>;

    /// Compare-and-set on the tokens: records what became of messages that were queued (rejected before they left), transmitting, or
    /// uncertain (a late answer); [`Updated::Stale`] when the token or [`Delivery::may_become`](crate::message::Delivery::may_become)
    /// forbids it.
    fn record_outcome(&mut self, batch: &[(Held<'_>, &Outcome)]) -> Result<Vec<Updated>, StoreError>;

    /// Messages in `transmitting` whose lease has run out, of every channel, oldest first, each with its token: their process died or
    /// hangs.
    fn list_abandoned(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<(Claimed, LeaseToken)>, StoreError>;
}

/// The answer for a batch of one.
///
/// # Errors
/// [`StoreError::Refused`] when the store answered for none.
pub fn of_one<T>(answers: Vec<T>) -> Result<T, StoreError> {
    answers.into_iter().next().ok_or_else(|| StoreError::Refused("nothing was answered for a batch of one".to_owned()))
}
