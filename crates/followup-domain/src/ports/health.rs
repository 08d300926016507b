//! What is counted for those who watch over the service.

use chrono::{DateTime, Utc};

use super::StoreError;
use crate::asking::plan::PlannedChannel;
use crate::message::Channel;

/// The queue of messages to be sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueFigures {
    /// Messages that wait to be sent, due or not.
    pub queued: i64,
    /// Messages that are being handed over.
    pub transmitting: i64,
    /// When the one that waits longest was written (UTC).
    pub oldest_at: Option<DateTime<Utc>>,
    /// The earliest instant (UTC) from which one of them may be sent; of one that was put off, the next time it is tried.
    pub due_since: Option<DateTime<Utc>>,
}

/// Pending attempts of one channel that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueAttempts {
    /// How the reporter is to be reached.
    pub channel: PlannedChannel,
    /// How many.
    pub count: i64,
    /// Since when the oldest is due (UTC).
    pub oldest_at: Option<DateTime<Utc>>,
}

/// What left by one channel since an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentFigures {
    /// The channel.
    pub channel: Channel,
    /// Messages that its transport took.
    pub messages: i64,
    /// The parts in which they left, as far as it is known (SMS): what is paid.
    pub parts: i64,
    /// When the last of them was taken (UTC).
    pub last_at: Option<DateTime<Utc>>,
}

/// Counts that cost what waits, not what was ever stored.
pub trait HealthRepository {
    /// The queue now; what is due later than `now` is not due.
    fn queue(&mut self, now: DateTime<Utc>) -> Result<QueueFigures, StoreError>;

    /// How many messages wait to be sent, due or not, by channel, in the order of [`Channel::ALL`].
    fn queued_by_channel(&mut self) -> Result<Vec<(Channel, i64)>, StoreError>;

    /// The due attempts of every channel, in the order of [`PlannedChannel::ALL`].
    fn due_attempts(&mut self, now: DateTime<Utc>) -> Result<Vec<DueAttempts>, StoreError>;

    /// What left since an instant, by channel, in the order of [`Channel::ALL`]. Costs what left since then.
    fn sent_since(&mut self, since: DateTime<Utc>) -> Result<Vec<SentFigures>, StoreError>;

    /// The last migration that the database has.
    fn schema_version(&mut self) -> Result<String, StoreError>;
}
