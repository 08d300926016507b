//! What becomes of a letter other than by the one who sends it.

use chrono::{DateTime, Utc};

use super::{Outcome, StoreError, Updated};
use crate::ids::{CaseId, MessageId};
use crate::message::Message;

/// What a person, a reply or a report says of a letter.
pub trait DeliveryRepository {
    /// Takes a queued message out of the queue unsent, whoever holds its lease: status `skipped`, no delivery, with the reason.
    /// [`Updated::Stale`] when it is not queued.
    fn skip(&mut self, id: MessageId, reason: &str, now: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// A person, or a mail, settles a message whose fate nobody knew; or one that still waits in the queue though a mail proves that the
    /// transport took it, whoever holds its lease. [`Updated::Stale`] when it is neither. Its queue row goes.
    /// Of an accepted one, `sent_at` is when its transmission began, not when it was settled. A status that a reply moved on stays.
    fn settle_uncertain(&mut self, id: MessageId, outcome: &Outcome) -> Result<Updated, StoreError>;

    /// Letters of which something is told, each with its case locked until the transaction ends, in the order of the cases' numbers; as they are
    /// once all are locked, by their own numbers.
    fn find_for_update(&mut self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError>;

    /// A report on each of several messages tells more of one that the transport took, or may have taken: delivered, read, or bounced, which takes the status
    /// `sent` or `uncertain` to `failed`. [`Updated::Stale`] when [`may_become`](crate::message::Delivery::may_become) forbids it, of a channel
    /// with a provider when [`is_overruled_by`](crate::message::Delivery::is_overruled_by) does, while it is queued or being transmitted, and, of a bounce, when a reply or a person has moved the status on: somebody got it.
    /// No message stands twice in a batch.
    fn record_reports(&mut self, batch: &[(MessageId, &Outcome)]) -> Result<Vec<Updated>, StoreError>;

    /// Takes every queued message of a case out of the queue unsent, whoever holds its lease: status `skipped`, with the reason.
    /// Notifications stay. Whoever comes second of this and `start_transmitting` finds nothing to do.
    fn withdraw_queued(&mut self, case_id: CaseId, reason: &str, now: DateTime<Utc>) -> Result<Vec<MessageId>, StoreError>;
}
