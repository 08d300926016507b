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
}

/// What providers tell: stored first, understood later, never changed.
pub trait ProviderEventRepository {
    /// Stores what a provider hands over; it is understood as stored mail is. The same bytes again are the same call.
    fn insert_callback(&mut self, callback: &NewCallback) -> Result<Inserted<InboundMailId>, StoreError>;

    /// The provider whose call this is; none of a mail.
    fn find_provider(&mut self, id: InboundMailId) -> Result<Option<String>, StoreError>;

    /// Stores an event of a message; [`Inserted::Duplicate`] when the provider told it before.
    fn insert(&mut self, event: &NewProviderEvent) -> Result<Inserted<ProviderEventId>, StoreError>;

    /// The events of a provider that wait for the message of this id, or of this name of ours, oldest first. At most a thousand.
    fn list_waiting(&mut self, provider: &str, provider_id: Option<&str>, reference: Option<&str>) -> Result<Vec<StoredEvent>, StoreError>;

    /// An event has told what it says of its message; [`Updated::Stale`] when it had already.
    fn record_told(&mut self, id: ProviderEventId, message_id: MessageId) -> Result<Updated, StoreError>;
}
