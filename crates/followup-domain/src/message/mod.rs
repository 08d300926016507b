//! Messages of a thread: their states, and which transitions are legal.

mod absence;
pub mod alias;
pub mod case_match;
pub mod enclosure;
mod header;
mod template;
pub mod threading;
mod view;

use chrono::{DateTime, Utc};

use crate::ids::{AttemptId, CaseId, MessageId, RawId};
use crate::published::published_enum;
pub use absence::Absence;
pub use case_match::{CaseMatch, Confidence, MailFlag, MatchKind};
pub use header::MessageHeader;
pub use template::{TemplateStatus, WhatsappTemplate};
use threading::InternetMessageId;
pub use view::{LONGEST_SHOWN, MOST_ATTACHMENTS_SHOWN};

published_enum! {
    /// How the reporter is reached.
    Channel {
        /// E-mail.
        Email = "email",
        /// Text message.
        Sms = "sms",
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// A telephone call, logged by a person.
        Call = "call",
    }

    /// Who sent it.
    Direction {
        /// The reporter.
        In = "in",
        /// The unit.
        Out = "out",
    }

    /// What the transport knows of an outbound message. "Accepted" never means "delivered".
    Delivery {
        /// To be sent.
        Queued = "queued",
        /// Handed to the transport; no answer recorded yet.
        Transmitting = "transmitting",
        /// The next server took responsibility.
        Accepted = "accepted",
        /// Reported as delivered.
        Delivered = "delivered",
        /// Reported as read.
        Read = "read",
        /// Reported as undeliverable.
        Bounced = "bounced",
        /// Refused.
        Rejected = "rejected",
        /// Nobody knows whether it went out: never sent again by itself.
        Uncertain = "uncertain",
    }

    /// What the unit sees of an outbound message (docs/product.md §1).
    MessageStatus {
        /// Not sent yet.
        Pending = "pending",
        /// Accepted by the transport.
        Sent = "sent",
        /// The reporter answered it.
        Responded = "responded",
        /// What it asked for came in.
        Completed = "completed",
        /// Not sent on purpose.
        Skipped = "skipped",
        /// Refused or bounced.
        Failed = "failed",
        /// Nobody knows whether it went out.
        Uncertain = "uncertain",
    }

    /// Why an outbound message exists; inbound ones are replies or reports.
    MessageKind {
        /// Written by a person.
        Manual = "manual",
        /// The automatic request after a case was created or changed.
        AutomaticRequest = "automatic_request",
        /// A letter of a plan.
        PlanLetter = "plan_letter",
        /// A letter of the service that a person sends now, or again, whatever the schedule, the delay and earlier replies say.
        SentNow = "sent_now",
        /// Word to the unit itself: a reply came, a case waits too long. Stands in no thread.
        Notification = "notification",
        /// A telephone call that a person logged.
        Call = "call",
        /// Anything that came in.
        Inbound = "inbound",
    }

    /// What an inbound mail is; only [`Classification::Human`] is an answer.
    Classification {
        /// A person wrote it.
        Human = "human",
        /// A non-delivery report.
        Bounce = "bounce",
        /// A delivery or read notice that is not a failure.
        DeliveryNotice = "delivery_notice",
        /// RFC 3834: out of office and the like.
        AutoReply = "auto_reply",
        /// An abuse report (ARF).
        Complaint = "complaint",
        /// Our own mail come back.
        Echo = "echo",
    }

    /// How a telephone call ended.
    CallOutcome {
        /// The reporter was spoken to.
        Reached = "reached",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// The number is not the reporter's.
        WrongNumber = "wrong_number",
        /// The reporter does not want to answer.
        Refused = "refused",
    }
}

impl Delivery {
    /// The status that follows from it, until a reply or a person moves the message on.
    pub fn status(self) -> MessageStatus {
        match self {
            Self::Queued | Self::Transmitting => MessageStatus::Pending,
            Self::Accepted | Self::Delivered | Self::Read => MessageStatus::Sent,
            Self::Rejected | Self::Bounced => MessageStatus::Failed,
            Self::Uncertain => MessageStatus::Uncertain,
        }
    }

    /// Whether the transport took the message, so that the reporter may have been asked.
    pub fn reached_the_transport(self) -> bool {
        matches!(self, Self::Accepted | Self::Delivered | Self::Read)
    }

    /// Whether what a provider tells of a message overrules what is known of it. Its events come in any order and as often as it likes, and
    /// lead to one end: failed wins over accepted, and that it arrived, or was read, over failed (one of several telephones took it).
    pub fn is_overruled_by(self, told: Self) -> bool {
        let weight = |delivery| match delivery {
            Self::Queued => 0,
            Self::Transmitting => 1,
            Self::Uncertain => 2,
            Self::Accepted => 3,
            Self::Rejected | Self::Bounced => 4,
            Self::Delivered => 5,
            Self::Read => 6,
        };
        weight(told) > weight(self)
    }

    /// Whether the transport's knowledge may change from `self` to `next`.
    pub fn may_become(self, next: Self) -> bool {
        use Delivery::{Accepted, Bounced, Delivered, Queued, Read, Rejected, Transmitting, Uncertain};
        match self {
            // Uncertain only after the bytes may have left.
            Queued => matches!(next, Queued | Transmitting | Rejected),
            // Back to queued only when the transport itself said that it does not take it now (a 4xx to DATA or after the dot).
            Transmitting => matches!(next, Queued | Accepted | Rejected | Uncertain),
            Accepted => matches!(next, Delivered | Read | Bounced),
            Delivered => matches!(next, Read | Bounced),
            // A late answer, a bounce, a copy found, or a person settles it.
            Uncertain => matches!(next, Accepted | Rejected | Delivered | Read | Bounced),
            Read | Bounced | Rejected => false,
        }
    }
}

impl MessageStatus {
    /// Whether a person or a reply may move a message from `self` to `next`; the transport's own moves are [`Delivery`]'s.
    pub fn may_become(self, next: Self) -> bool {
        use MessageStatus::{Completed, Failed, Pending, Responded, Sent, Skipped, Uncertain};
        match self {
            // A reply may overtake the transport's answer.
            Pending => matches!(next, Skipped | Responded),
            Sent | Uncertain => matches!(next, Responded | Completed),
            Responded => matches!(next, Completed),
            Failed => matches!(next, Responded | Completed | Skipped),
            Skipped | Completed => false,
        }
    }
}

/// What was written. Immutable once the message left the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageContent {
    /// Decoded subject, one line.
    pub subject: Option<String>,
    /// The text: of an inbound mail, what the reporter wrote, without what is quoted.
    pub body: String,
    /// Of an inbound mail: the quoted part and the signature, folded away but kept.
    pub body_quoted: Option<String>,
    /// Sender's address.
    pub from: Option<String>,
    /// Recipient's address.
    pub to: Option<String>,
    /// In-Reply-To.
    pub in_reply_to: Vec<InternetMessageId>,
    /// References, oldest first.
    pub references: Vec<InternetMessageId>,
    /// Of a WhatsApp message that is a template: which one. `body` is how it reads.
    pub template: Option<WhatsappTemplate>,
}

impl MessageContent {
    /// Puts it below an earlier message of its thread: what mail programs go by (RFC 5322 §3.6.4).
    pub fn stand_below(&mut self, earlier: &InternetMessageId) {
        self.references.retain(|id| id != earlier);
        self.references.push(earlier.clone());
        self.in_reply_to = vec![earlier.clone()];
    }
}

/// An attachment's description; its bytes are in the raw mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name, if given.
    pub name: Option<String>,
    /// Media type, lower case.
    pub content_type: String,
    /// Size in bytes, decoded.
    pub size: u64,
    /// SHA-256 of the decoded bytes, lower-case hex.
    pub sha256: String,
    /// Content-ID without its brackets, by which the HTML shows an inline image (RFC 2392).
    pub content_id: Option<String>,
    /// Why its bytes are not there; none where they are. Until they are, size and hash are those of nothing.
    pub absent: Option<Absence>,
}

impl Attachment {
    /// Whether it is Outlook's own format (TNEF, `winmail.dat`), in which attachments and text are locked up: only Outlook opens it,
    /// so the sender must be asked for plain mail.
    pub fn is_unreadable(&self) -> bool {
        const TNEF: [&str; 2] = ["application/ms-tnef", "application/vnd.ms-tnef"];
        let named = self.name.as_deref().is_some_and(|name| name.trim().eq_ignore_ascii_case("winmail.dat"));
        TNEF.contains(&self.content_type.as_str()) || named
    }
}

/// A stored message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
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
    /// What was written.
    pub content: MessageContent,
    /// Its Message-ID (or a provider's id); `external_id` in the API.
    pub external_id: Option<InternetMessageId>,
    /// What the unit sees; none for inbound.
    pub status: Option<MessageStatus>,
    /// What the transport knows; none for inbound and for what was skipped before it was sent.
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
    /// Inbound: its attachments.
    pub attachments: Vec<Attachment>,
    /// Inbound: whether it was also written in HTML.
    pub has_html: bool,
    /// The bytes that were sent or received.
    pub raw_id: Option<RawId>,
    /// The transport's own words.
    pub transport_response: Option<String>,
    /// Into how many parts the transport divided it, where it said so (SMS).
    pub parts: Option<u16>,
    /// Why it was not sent, in Spanish, for the unit.
    pub error: Option<String>,
    /// Arrival (inbound) or enqueueing (outbound), UTC. The thread's order.
    pub created_at: DateTime<Utc>,
    /// When the transport accepted it, UTC.
    pub sent_at: Option<DateTime<Utc>>,
    /// When its last state was stored, UTC.
    pub recorded_at: DateTime<Utc>,
}

impl MessageKind {
    /// Whether the service writes it by itself, from the case as it is when it is claimed.
    pub fn is_written_at_claim(self) -> bool {
        matches!(self, Self::AutomaticRequest | Self::PlanLetter | Self::SentNow)
    }
}

impl Message {
    /// Whether a person can take it back while it waits: a letter that a person wrote anew. One that was sent in place of another is its attempt's,
    /// which cannot be taken back with it.
    pub fn can_be_taken_back(&self) -> bool {
        let is_anew = self.attempt_id.is_none() && self.resend_of.is_none() && self.reminder_of.is_none();
        is_anew && self.direction == Direction::Out && self.kind == MessageKind::Manual
    }

    /// Whether it is a person's answer that counts for the case.
    pub fn is_human_reply(&self) -> bool {
        self.direction == Direction::In
            && self.classification == Some(Classification::Human)
            && self.case_match.is_some_and(|matched| matched.confirmed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_left_never_returns_to_the_queue() {
        for delivery in
            [Delivery::Accepted, Delivery::Delivered, Delivery::Read, Delivery::Bounced, Delivery::Rejected, Delivery::Uncertain]
        {
            assert!(!delivery.may_become(Delivery::Queued) && !delivery.may_become(Delivery::Transmitting), "{delivery}");
        }
    }

    #[test]
    fn nothing_is_accepted_without_having_been_transmitted() {
        assert!(!Delivery::Queued.may_become(Delivery::Accepted));
        assert!(!Delivery::Queued.may_become(Delivery::Uncertain));
    }

    #[test]
    fn final_states_are_final() {
        for next in Delivery::ALL {
            for end in [Delivery::Read, Delivery::Bounced, Delivery::Rejected] {
                assert!(!end.may_become(*next), "{end} -> {next}");
            }
        }
        for next in MessageStatus::ALL {
            assert!(!MessageStatus::Completed.may_become(*next));
        }
    }

    #[test]
    fn what_providers_tell_has_one_end_in_any_order_and_however_often() {
        use Delivery::{Accepted, Bounced, Delivered, Read};
        let told = [Accepted, Delivered, Read, Bounced];
        let end = |events: &[Delivery]| {
            events.iter().fold(Delivery::Uncertain, |known, event| if known.is_overruled_by(*event) { *event } else { known })
        };
        for one in told {
            for other in told {
                for third in told {
                    let ends =
                        [[one, other, third], [third, other, one], [other, one, third], [other, third, one]].map(|order| end(&order));
                    assert!(ends.iter().all(|found| *found == ends[0]), "{one} {other} {third}: {ends:?}");
                    assert_eq!(end(&[one, other, third, one, other, third]), ends[0], "repeated");
                }
            }
        }
        assert_eq!((end(&[Bounced, Accepted]), end(&[Delivered, Bounced]), end(&[Bounced, Read, Delivered])), (Bounced, Delivered, Read));
    }

    #[test]
    fn sent_is_said_only_of_what_the_transport_took() {
        for delivery in Delivery::ALL {
            assert_eq!(delivery.status() == MessageStatus::Sent, delivery.reached_the_transport());
        }
    }
}
