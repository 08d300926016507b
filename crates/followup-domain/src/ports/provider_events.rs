//! What providers tell, as it arrived and as it was understood.

use chrono::{DateTime, Utc};

use super::{Inserted, StoreError, Updated};
use crate::ids::{InboundMailId, MessageId, ProviderEventId, RawId};
use crate::message::Channel;
use crate::sending::{StatusEvent, StoredEvent};

/// The bytes of one call of a provider's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCallback {
    /// Its provider, as [`EventReader::scope`](crate::sending::EventReader::scope) names it.
    pub provider: String,
    /// The channel of its messages.
    pub channel: Channel,
    /// When it came (UTC).
    pub received_at: DateTime<Utc>,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// A call as it is stored, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCall {
    /// Its number among all that arrived.
    pub id: InboundMailId,
    /// Its provider.
    pub provider: String,
    /// When it came (UTC).
    pub received_at: DateTime<Utc>,
    /// Which are its bytes.
    pub raw_id: RawId,
    /// How many they are.
    pub size: u64,
}

/// An event of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProviderEvent {
    /// Its provider.
    pub provider: String,
    /// What it says.
    pub event: StatusEvent,
    /// When it came (UTC).
    pub received_at: DateTime<Utc>,
    /// The bytes in which it stood.
    pub raw_id: RawId,
    /// The message that it is told of at once; without one it waits.
    pub told_of: Option<MessageId>,
}

/// What providers tell: stored first, understood later, never changed.
pub trait ProviderEventRepository {
    /// Stores what providers hand over, in this order; it is understood as stored mail is. The same bytes again are the same call, also within
    /// the batch.
    fn insert_callbacks(&mut self, batch: &[NewCallback]) -> Result<Vec<Inserted<InboundMailId>>, StoreError>;

    /// Those of these that providers handed over, in the order of their numbers; a mail is none.
    fn list_calls(&mut self, ids: &[InboundMailId]) -> Result<Vec<StoredCall>, StoreError>;

    /// `stored` → `processed`. Gives those that were still stored; they are locked in the order of their numbers.
    fn take_calls(&mut self, ids: &[InboundMailId]) -> Result<Vec<InboundMailId>, StoreError>;

    /// Stores events of messages, in this order; [`Inserted::Duplicate`] when the provider told one before, also within the batch. The names of those
    /// that wait are locked until the transaction ends, in one order: whoever keeps an event and whoever learns its name wait for each other.
    fn insert(&mut self, batch: &[NewProviderEvent]) -> Result<Vec<Inserted<ProviderEventId>>, StoreError>;

    /// The events of a provider that wait for messages of these ids, or of these names of ours, oldest first. At most a thousand.
    fn list_waiting(&mut self, provider: &str, provider_ids: &[&str], references: &[&str]) -> Result<Vec<StoredEvent>, StoreError>;

    /// An event has told what it says of its message; [`Updated::Stale`] when it had already.
    fn record_told(&mut self, id: ProviderEventId, message_id: MessageId) -> Result<Updated, StoreError>;
}
