//! A message without what was written.

use chrono::{DateTime, Utc};

use super::threading::InternetMessageId;
use super::{CallOutcome, CaseMatch, Channel, Classification, Delivery, Direction, MessageKind, MessageStatus};
use crate::ids::{AttemptId, CaseId, MessageId, RawId};

/// What is known of a stored message besides its text, its attachments and the words about its fate: see [`super::Message`] for what each
/// means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageHeader {
    /// Its number in the service.
    pub id: MessageId,
    /// Its case; none while nobody knows.
    pub case_id: Option<CaseId>,
    /// How it travelled.
    pub channel: Channel,
    /// Who sent it.
    pub direction: Direction,
    /// Why it exists.
    pub kind: MessageKind,
    /// Decoded subject, one line.
    pub subject: Option<String>,
    /// Sender's address.
    pub from: Option<String>,
    /// Recipient's address.
    pub to: Option<String>,
    /// Its Message-ID.
    pub external_id: Option<InternetMessageId>,
    /// What the unit sees; none for inbound.
    pub status: Option<MessageStatus>,
    /// What the transport knows; none for inbound.
    pub delivery: Option<Delivery>,
    /// The attempt of a plan that it belongs to.
    pub attempt_id: Option<AttemptId>,
    /// The message that it answers.
    pub parent_id: Option<MessageId>,
    /// The message that it was sent in place of.
    pub resend_of: Option<MessageId>,
    /// The message of which it reminds, which stays as it is.
    pub reminder_of: Option<MessageId>,
    /// An earlier mail with the same Message-ID and other bytes.
    pub duplicate_of: Option<MessageId>,
    /// Inbound: what it is.
    pub classification: Option<Classification>,
    /// Inbound: how it was matched.
    pub case_match: Option<CaseMatch>,
    /// Of a call: how it ended.
    pub call_outcome: Option<CallOutcome>,
    /// Inbound: whether it was also written in HTML.
    pub has_html: bool,
    /// The bytes that were sent or received.
    pub raw_id: Option<RawId>,
    /// Arrival (inbound) or enqueueing (outbound), UTC. The thread's order.
    pub created_at: DateTime<Utc>,
    /// When the transport accepted it, UTC.
    pub sent_at: Option<DateTime<Utc>>,
    /// When its last state was stored, UTC.
    pub recorded_at: DateTime<Utc>,
}

impl MessageHeader {
    /// Whether it is a person's answer that counts for the case.
    pub fn is_human_reply(&self) -> bool {
        self.direction == Direction::In
            && self.classification == Some(Classification::Human)
            && self.case_match.is_some_and(|matched| matched.confirmed)
    }
}
