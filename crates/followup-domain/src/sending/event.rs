//! What a provider tells by itself: what became of a message that it took, and messages that came in. Its bytes are stored first and
//! understood later, as a mail's are; each adapter reads its own provider's.

use chrono::{DateTime, Utc};

use crate::contact::Failure;
use crate::ids::ProviderEventId;
use crate::mail::report::ReportAction;
use crate::message::{Channel, Classification, Delivery};
use crate::published::published_enum;
use crate::sending::{IncomingMedia, TemplateEvent};

published_enum! {
    /// What a provider says became of a message.
    EventKind {
        /// It took the message.
        Accepted = "accepted",
        /// The message arrived.
        Delivered = "delivered",
        /// It was read.
        Read = "read",
        /// It does not arrive.
        Failed = "failed",
    }
}

impl EventKind {
    /// What is known of the message by it.
    pub fn delivery(self) -> Delivery {
        match self {
            Self::Accepted => Delivery::Accepted,
            Self::Delivered => Delivery::Delivered,
            Self::Read => Delivery::Read,
            Self::Failed => Delivery::Bounced,
        }
    }

    /// The same as a report says it; none where nothing is known of the end.
    pub fn report(self) -> Option<ReportAction> {
        match self {
            Self::Accepted => None,
            Self::Delivered => Some(ReportAction::Delivered),
            Self::Read => Some(ReportAction::Read),
            Self::Failed => Some(ReportAction::Failed),
        }
    }
}

/// What a provider tells of a message, in any order and as often as it likes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEvent {
    /// Names the event with its provider: the same one again is no news. Of the message and its state, where the provider gives none.
    pub key: String,
    /// The provider's id of the message, where it tells one.
    pub provider_id: Option<String>,
    /// Our own name of the message, as it stood in the parcel, where it comes back.
    pub reference: Option<String>,
    /// What became of the message.
    pub kind: EventKind,
    /// Of one that failed: why, as far as it tells.
    pub failure: Option<Failure>,
    /// When that was, as the provider says, if it does (UTC).
    pub at: Option<DateTime<Utc>>,
}

/// A person's message that came in through a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingMessage {
    /// The provider's id of it: the same one again is the same message.
    pub provider_id: String,
    /// Who sent it: the number in E.164 where it is told, else the provider's name of the person.
    pub from: String,
    /// To which number of ours.
    pub to: Option<String>,
    /// What was written.
    pub body: String,
    /// What it is: [`Classification::Human`], or, where nobody says anything (a reaction, a change of number), [`Classification::AutoReply`].
    pub classification: Classification,
    /// The files that came with it, in order.
    pub media: Vec<IncomingMedia>,
    /// The provider's id of the message that it answers, where it says so.
    pub answers: Option<String>,
    /// When it was sent, as the provider says, if it does (UTC).
    pub at: Option<DateTime<Utc>>,
}

/// One thing that a provider tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderEvent {
    /// What became of a message of ours.
    Status(StatusEvent),
    /// A message came in.
    Message(IncomingMessage),
    /// What became of a message template.
    Template(TemplateEvent),
    /// A part of the call that is not for us, or of a kind that nobody knows: why. The rest of the call counts, and the call waits for people.
    Unread(String),
}

/// An event of a message, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its number.
    pub id: ProviderEventId,
    /// What it says.
    pub event: StatusEvent,
    /// When it came here (UTC).
    pub received_at: DateTime<Utc>,
}

/// What no event can be read from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadableEvents(pub String);

/// Understands what a provider hands over; implemented by the provider's adapter.
pub trait EventReader: Send + Sync {
    /// The scope of the provider's ids, as it stands in the [`ExternalName`](super::ExternalName) of its receipts.
    fn scope(&self) -> &str;

    /// The channel of its messages.
    fn channel(&self) -> Channel;

    /// Whether the provider tells what became of a message, besides bringing replies.
    fn tells_delivery(&self) -> bool {
        true
    }

    /// Every event in the bytes of one call, in their order. Must not panic on any bytes. Texts have no NUL.
    ///
    /// # Errors
    /// Why they cannot be understood.
    fn read(&self, raw: &[u8]) -> Result<Vec<ProviderEvent>, UnreadableEvents>;
}
