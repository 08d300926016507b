//! Messages, and the queue of those to be sent.

use chrono::{DateTime, Utc};

use super::{Inserted, StoreError, Updated};
use crate::asking::waiting::Exchange;
use crate::contact::Failure;
use crate::ids::{AttemptId, CaseId, LeaseToken, MessageId, RawId};
use crate::mail::bounce::{LetterReport, MailNotice};
use crate::message::threading::{InternetMessageId, ThreadEntry};
use crate::message::{
    Attachment, CallOutcome, CaseMatch, Channel, Classification, Delivery, MailFlag, Message, MessageContent, MessageHeader, MessageKind,
    MessageStatus,
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

/// A message that was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    /// The message.
    pub message_id: MessageId,
    /// Its case.
    pub case_id: CaseId,
    /// How often sending was tried and put off.
    pub tries: i32,
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
    /// The case in which a person is to read it.
    pub fn unread_in(&self) -> Option<CaseId> {
        self.case_id.filter(|_| self.classification == Classification::Human && !self.is_repeated)
    }

    /// Whether it waits for a case. A copy of a message of ours, which names that as its parent, is nobody's to assign.
    pub fn waits_for_a_case(&self) -> bool {
        self.case_id.is_none() && !(self.classification == Classification::Echo && self.parent_id.is_some())
    }
}

/// A reply as it reads beside a letter: what stands in the quoted letter and is not the letter's is the reporter's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyReading {
    /// The letter.
    pub parent_id: MessageId,
    /// What the reporter wrote, answers inside the quote with their questions.
    pub reply: String,
    /// The rest.
    pub quoted: Option<String>,
}

/// A message as a thread shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreadMessage {
    /// The message.
    pub message: Message,
    /// What people should know of it.
    pub flags: Vec<MailFlag>,
    /// What it says, if it is an automatic mail.
    pub notice: Option<MailNotice>,
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

/// What waits for a person, over all cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Badge {
    /// Cases with human replies that nobody has read.
    pub new_replies: i64,
    /// Messages that failed and were neither sent anew nor settled.
    pub failed: i64,
    /// Messages whose fate nobody knows.
    pub uncertain: i64,
    /// Mail that no case claims.
    pub unassigned: i64,
    /// Mail that could not be understood.
    pub quarantined: i64,
    /// Flagged replies that wait for a person to confirm the sender.
    pub unconfirmed: i64,
    /// Addresses that are not written to by themselves because letters came back.
    pub bounced: i64,
}

/// A stored message that an id of an inbound mail names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMessage {
    /// The id that named it.
    pub external_id: InternetMessageId,
    /// The message.
    pub message_id: MessageId,
    /// Its case, if known.
    pub case_id: Option<CaseId>,
    /// Whether it came in.
    pub inbound: bool,
    /// Whether it is word to the unit itself: what answers it does not come from the reporter.
    pub notification: bool,
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

    /// The whole thread of a case, without notifications, by `created_at` to the second, then id. Bounded by what one case gathers, not by the table.
    fn thread(&mut self, case_id: CaseId) -> Result<Vec<Message>, StoreError>;

    /// A page of the thread, in its order: the last `limit` messages before `before` (of which none is given when it does not stand
    /// there), or the last of all. Everything that is shown of a message comes with it, in at most two queries; no raw bytes are read.
    fn thread_page(&mut self, case_id: CaseId, before: Option<MessageId>, limit: i64) -> Result<Vec<ThreadMessage>, StoreError>;

    /// The whole thread without what was written, in its order: one query that reads no text, for whoever looks at states.
    fn thread_headers(&mut self, case_id: CaseId) -> Result<Vec<MessageHeader>, StoreError>;

    /// What the headers of the next message are built from: e-mails that left or came, in thread order.
    fn thread_entries(&mut self, case_id: CaseId) -> Result<Vec<ThreadEntry>, StoreError>;

    /// Which stored messages the ids name; one query for all.
    fn find_by_external_ids(&mut self, ids: &[InternetMessageId]) -> Result<Vec<KnownMessage>, StoreError>;

    /// Keeps how an inbound message reads beside the letter that it was found to answer after it had been stored; the first such reading
    /// stays. As long as that letter is its parent, [`find`](Self::find) and [`thread`](Self::thread) give it in place of what was stored.
    fn insert_reading(&mut self, id: MessageId, reading: &ReplyReading) -> Result<(), StoreError>;

    /// Keeps what people should know of an inbound message; once is enough.
    fn insert_flag(&mut self, id: MessageId, flag: MailFlag) -> Result<(), StoreError>;

    /// What people should know of these messages, by number; one query for every few hundred.
    fn flags(&mut self, ids: &[MessageId]) -> Result<Vec<(MessageId, MailFlag)>, StoreError>;

    /// Keeps another id of a message, in the form of [`crate::message::alias::alias_key`]. The first message that has it keeps it:
    /// [`Updated::Stale`] when one has it already.
    fn insert_alias(&mut self, alias: &InternetMessageId, id: MessageId) -> Result<Updated, StoreError>;

    /// Which messages the ids name as aliases, each under the alias; one query for all.
    fn find_by_aliases(&mut self, aliases: &[InternetMessageId]) -> Result<Vec<KnownMessage>, StoreError>;

    /// Whether the case has exchanged mail with this address (ignoring case).
    fn knows_address(&mut self, case_id: CaseId, address: &str) -> Result<bool, StoreError>;

    /// Human replies that nobody marked as read; those of a flagged sender too, for somebody must look at them. Duplicates do not count.
    fn count_unread(&mut self, case_id: CaseId) -> Result<i64, StoreError>;

    /// Marks the thread as read by a user up to a message; never back.
    fn mark_read(&mut self, case_id: CaseId, username: &str, up_to: MessageId, now: DateTime<Utc>) -> Result<(), StoreError>;

    /// Whether a human reply was stored after this message was, counting unconfirmed ones too. By their numbers, which follow each
    /// other under the case's lock: no clock is asked.
    fn has_human_reply_after(&mut self, case_id: CaseId, message: MessageId) -> Result<bool, StoreError>;

    // --- the queue

    /// Takes up to `limit` queued messages that are due and that nobody holds, oldest first. Rows that another process
    /// is taking at this moment are passed over, not waited for.
    fn claim_due(&mut self, now: DateTime<Utc>, lease: &Lease, limit: i64) -> Result<Vec<Claimed>, StoreError>;

    /// Whether the lease on a queued message is still held; locks the message until the transaction ends.
    fn holds_lease(&mut self, id: MessageId, token: &LeaseToken) -> Result<bool, StoreError>;

    /// Sets a queued message's content as it will be sent; [`Updated::Stale`] without the lease or once it left the queue.
    fn set_content(&mut self, id: MessageId, token: &LeaseToken, content: &MessageContent) -> Result<Updated, StoreError>;

    /// Puts a queued message off and gives the lease back; also a transmitting one, which returns to the queue: only when the
    /// transport itself said that it does not take it now. `tried` counts a try up.
    fn postpone(
        &mut self,
        id: MessageId,
        token: &LeaseToken,
        not_before: DateTime<Utc>,
        tried: bool,
        error: Option<&str>,
    ) -> Result<Updated, StoreError>;

    /// Takes a queued message out of the queue unsent: status `skipped`, no delivery, with the reason.
    fn withdraw(&mut self, id: MessageId, token: &LeaseToken, reason: &str, now: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// Compare-and-set on the lease: queued → transmitting, and keeps the exact bytes.
    fn start_transmitting(&mut self, id: MessageId, lease: &Lease, raw: &[u8], now: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// Compare-and-set on the token: records what became of a message that was queued (rejected before it left),
    /// transmitting, or uncertain (a late answer); [`Updated::Stale`] when the token or [`Delivery::may_become`] forbids it.
    fn record_outcome(&mut self, id: MessageId, token: &LeaseToken, outcome: &Outcome) -> Result<Updated, StoreError>;

    /// Messages in `transmitting` whose lease has run out, oldest first, each with its token: their process died or hangs.
    fn list_abandoned(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<(Claimed, LeaseToken)>, StoreError>;

    /// Takes a queued message out of the queue unsent, whoever holds its lease: status `skipped`, no delivery, with the reason.
    /// [`Updated::Stale`] when it is not queued.
    fn skip(&mut self, id: MessageId, reason: &str, now: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// Moves the status by a reply or a person; [`Updated::Stale`] when it is no longer `from`. What waits to be sent is skipped by
    /// [`MessageRepository::skip`] alone: from pending to skipped is refused here.
    fn update_status(&mut self, id: MessageId, from: MessageStatus, to: MessageStatus, now: DateTime<Utc>) -> Result<Updated, StoreError>;

    /// Logs a telephone call: `direction` out, `channel` call, kind call, status `sent` when the reporter was reached, else `failed`;
    /// `created_at` is when it was made.
    fn insert_call(&mut self, call: &NewCall) -> Result<MessageId, StoreError>;

    /// A person accepts a flagged sender; [`Updated::Stale`] when the message waits for no confirmation.
    fn confirm(&mut self, id: MessageId) -> Result<Updated, StoreError>;

    /// A person says which message of the same thread this one answers; [`Updated::Stale`] when they do not stand in one thread.
    fn link(&mut self, id: MessageId, parent_id: MessageId) -> Result<Updated, StoreError>;

    /// A person, or a reply, settles a message whose fate nobody knew; [`Updated::Stale`] when it is not uncertain. Its queue row goes.
    /// Of an accepted one, `sent_at` is when its transmission began, not when it was settled. A status that a reply moved on stays.
    fn settle_uncertain(&mut self, id: MessageId, outcome: &Outcome) -> Result<Updated, StoreError>;

    /// A report tells more of a message that the transport took, or may have taken: delivered, read, or bounced, which takes the status
    /// `sent` or `uncertain` to `failed`. [`Updated::Stale`] when [`Delivery::may_become`] forbids it, while it is queued or being
    /// transmitted, and, of a bounce, when a reply or a person has moved the status on: somebody got it.
    fn record_report(&mut self, id: MessageId, outcome: &Outcome) -> Result<Updated, StoreError>;

    /// Keeps what an automatic mail says; once for each message.
    fn insert_notice(&mut self, notice: &MailNotice) -> Result<(), StoreError>;

    /// A person says about which message of ours a notice is that named none, and what it says of that; [`Updated::Stale`] when there is
    /// no notice, or it is about a message already.
    fn name_notice(&mut self, id: MessageId, about: MessageId, report: &LetterReport) -> Result<Updated, StoreError>;

    /// What the automatic mails of a case say, by message.
    fn notices(&mut self, case_id: CaseId) -> Result<Vec<MailNotice>, StoreError>;

    /// What the automatic ones among these messages say.
    fn notices_of(&mut self, ids: &[MessageId]) -> Result<Vec<MailNotice>, StoreError>;

    /// What automatic mails say about a message of ours, by message.
    fn notices_about(&mut self, id: MessageId) -> Result<Vec<MailNotice>, StoreError>;

    /// Takes every queued message of a case out of the queue unsent, whoever holds its lease: status `skipped`, with the reason.
    /// Notifications stay. Whoever comes second of this and `start_transmitting` finds nothing to do.
    fn withdraw_queued(&mut self, case_id: CaseId, reason: &str, now: DateTime<Utc>) -> Result<Vec<MessageId>, StoreError>;

    /// Messages of a case that asked for something and wait: status sent, responded or uncertain, oldest first.
    fn list_open_requests(&mut self, case_id: CaseId) -> Result<Vec<Message>, StoreError>;

    /// The last message by which the reporter was heard: a human reply that counts, or a call that reached him.
    fn last_answer(&mut self, case_id: CaseId) -> Result<Option<MessageId>, StoreError>;

    /// What of a case's thread says since when it waits for an answer; in no order, without notifications.
    fn exchanges(&mut self, case_id: CaseId) -> Result<Vec<Exchange>, StoreError>;

    /// How many contacts of a case are documented: outbound messages that the transport took and that did not come back, and logged calls.
    fn count_exchanges(&mut self, case_id: CaseId) -> Result<i64, StoreError>;

    /// What waits for a person, over all cases, from indexes.
    fn badge(&mut self) -> Result<Badge, StoreError>;

    /// The bytes of a mail, in or out.
    fn raw(&mut self, id: RawId) -> Result<Option<Vec<u8>>, StoreError>;
}
