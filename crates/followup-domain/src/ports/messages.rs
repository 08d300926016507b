//! Messages.

use chrono::{DateTime, Utc};

use super::{Inserted, StoreError, Updated};
use crate::contact::Failure;
use crate::ids::{AttemptId, CaseId, LeaseToken, MessageId, RawId};
use crate::message::enclosure::Enclosure;
use crate::message::threading::InternetMessageId;
use crate::message::{
    Attachment, CallOutcome, CaseMatch, Channel, Classification, Delivery, Message, MessageContent, MessageKind, MessageStatus,
};
use crate::sending::{ExternalName, Receipt};

/// An outbound message to be queued.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOutboundMessage {
    /// Its case.
    pub case_id: CaseId,
    /// How it travels.
    pub channel: Channel,
    /// Why it exists.
    pub kind: MessageKind,
    /// Final for a manual message; an automatic letter's is set when it is claimed.
    pub content: MessageContent,
    /// Its own Message-ID.
    pub external_id: InternetMessageId,
    /// At most one message has this key.
    pub unique_key: String,
    /// The attempt that it carries out.
    pub attempt_id: Option<AttemptId>,
    /// The message it stands in for.
    pub resend_of: Option<MessageId>,
    /// The message of which it reminds.
    pub reminder_of: Option<MessageId>,
    /// The files that go with it, in order.
    pub enclosures: Vec<Enclosure>,
    /// Now (UTC).
    pub created_at: DateTime<Utc>,
    /// When it may be sent, and whether whoever queues it sends it at once.
    pub timing: NewOutboundTiming,
}

/// When a queued message is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewOutboundTiming {
    /// By whoever claims it, not before this instant (UTC).
    NotBefore(DateTime<Utc>),
    /// By whoever queues it, under this lease.
    Leased(Lease),
}

/// The right to send a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Proves the right.
    pub token: LeaseToken,
    /// Until when (UTC); afterwards others may take it.
    pub until: DateTime<Utc>,
}

/// An inbound message to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewInboundMessage {
    /// Its case, if known.
    pub case_id: Option<CaseId>,
    /// How it travelled.
    pub channel: Channel,
    /// What was written.
    pub content: MessageContent,
    /// Its own Message-ID, if it has one.
    pub external_id: Option<InternetMessageId>,
    /// The message that it answers.
    pub parent_id: Option<MessageId>,
    /// An earlier mail with the same Message-ID.
    pub duplicate_of: Option<MessageId>,
    /// It says in its case what an earlier mail said there: nothing that waits to be read.
    pub is_repeated: bool,
    /// What it is.
    pub classification: Classification,
    /// How it was matched.
    pub case_match: Option<CaseMatch>,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
    /// Whether it was also written in HTML.
    pub has_html: bool,
    /// Its bytes.
    pub raw_id: RawId,
    /// When it arrived (UTC).
    pub created_at: DateTime<Utc>,
    /// Now (UTC).
    pub recorded_at: DateTime<Utc>,
}

impl NewInboundMessage {
    /// The case in which a person is to read it, and to decide about it.
    pub fn unattended_in(&self) -> Option<CaseId> {
        self.case_id.filter(|_| self.classification == Classification::Human && !self.is_repeated)
    }

    /// Whether it waits for a case. A copy of a message of ours, which names that as its parent, is nobody's to assign.
    pub fn waits_for_a_case(&self) -> bool {
        self.case_id.is_none() && !(self.classification == Classification::Echo && self.parent_id.is_some())
    }
}

/// A telephone call to be logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// Its case.
    pub case_id: CaseId,
    /// The number, if known.
    pub to: Option<String>,
    /// What was said.
    pub notes: String,
    /// How it ended.
    pub outcome: CallOutcome,
    /// When it was made (UTC).
    pub at: DateTime<Utc>,
    /// Now (UTC).
    pub recorded_at: DateTime<Utc>,
}

/// What became of handing a message over, or what is told of it later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Accepted, rejected or uncertain; bounced and the later ones too.
    pub delivery: Delivery,
    /// The transport's own words.
    pub transport_response: Option<String>,
    /// For the unit, in Spanish, where it was not sent.
    pub error: Option<String>,
    /// Under which name an accepted message goes on, where the transport said so.
    pub provider_id: Option<ExternalName>,
    /// Into how many parts it was divided (SMS).
    pub parts: Option<u16>,
    /// Of a rejected message: what that says of the address or number.
    pub failure: Option<Failure>,
    /// Now (UTC); of an accepted message, its `sent_at`.
    pub at: DateTime<Utc>,
}

impl Outcome {
    /// One of which nothing more is known.
    pub fn of(delivery: Delivery, at: DateTime<Utc>) -> Self {
        Self { delivery, transport_response: None, error: None, provider_id: None, parts: None, failure: None, at }
    }

    /// The transport took it.
    pub fn accepted(receipt: &Receipt, at: DateTime<Utc>) -> Self {
        let Receipt { words, provider_id, parts } = receipt.clone();
        Self { transport_response: Some(words), provider_id, parts, ..Self::of(Delivery::Accepted, at) }
    }
}

/// Messages. Content never changes once a message left the queue, and nothing is ever deleted: the database sees to both.
pub trait MessageRepository {
    /// Queues an outbound message. [`Inserted::Duplicate`] with the message that has the key already.
    fn insert_outbound(&mut self, message: &NewOutboundMessage) -> Result<Inserted<MessageId>, StoreError>;

    /// Stores an inbound message.
    fn insert_inbound(&mut self, message: &NewInboundMessage) -> Result<MessageId, StoreError>;

    /// A message.
    fn find(&mut self, id: MessageId) -> Result<Option<Message>, StoreError>;

    /// Moves the status by a reply or a person; [`Updated::Stale`] when it is no longer `from`. What waits to be sent is skipped by
    /// [`super::DeliveryRepository::skip`] alone: from pending to skipped is refused here.
    fn update_status(&mut self, id: MessageId, from: MessageStatus, to: MessageStatus, now: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// Logs a telephone call: `direction` out, `channel` call, kind call, status `sent` when the reporter was reached, else `failed`;
    /// `created_at` is when it was made.
    fn insert_call(&mut self, call: &NewCall) -> Result<MessageId, StoreError>;

    /// A person accepts a flagged sender; [`Updated::Stale`] when the message waits for no confirmation.
    fn confirm(&mut self, id: MessageId) -> Result<Updated, StoreError>;

    /// A person says which message of the same thread this one answers; [`Updated::Stale`] when they do not stand in one thread.
    fn link(&mut self, id: MessageId, parent_id: MessageId) -> Result<Updated, StoreError>;
}
