//! Inbound mail: stored first as it arrived, then understood.

use chrono::{DateTime, NaiveDate, Utc};

use crate::ids::{InboundMailId, MessageId, RawId};
use crate::mail::report::ReportedRecipient;
use crate::message::threading::InternetMessageId;
use crate::message::{Attachment, Classification, MailFlag};
use crate::published::published_enum;

/// Where a mail stands in its mailbox. For a folder of `.eml` files there are no UIDs: both are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxPosition {
    /// The account and folder, such as `pv@example.org/INBOX`.
    pub mailbox: String,
    /// UIDVALIDITY and UID (RFC 9051 §2.3.1.1).
    pub uid: Option<(u32, u32)>,
}

/// How far a mailbox has been read. `\Seen` is not our memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxCursor {
    /// The UIDVALIDITY for which `last_uid` holds.
    pub uid_validity: u32,
    /// The greatest UID that is stored.
    pub last_uid: u32,
}

published_enum! {
    /// What became of a stored mail.
    InboundState {
        /// Not looked at yet.
        Stored = "stored",
        /// Stands as a message in a thread or in the unassigned tray.
        Processed = "processed",
        /// Could not be understood; kept, with its reason.
        Quarantined = "quarantined",
    }
}

/// A mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInboundMail {
    /// Where it stood.
    pub position: MailboxPosition,
    /// INTERNALDATE, or the file's modification time: when it arrived (UTC). The case's clock starts here.
    pub arrived_at: DateTime<Utc>,
    /// When it was stored (UTC).
    pub recorded_at: DateTime<Utc>,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// When a mail arrived that was read at `read_at`: when it is told to have, but never later than its reading. A mailbox that was moved, a file
/// that was copied, a clock that is wrong tell of days to come, and the case's clock would start there. `told`: INTERNALDATE, or a file's
/// modification time (UTC).
pub fn arrival(told: Option<DateTime<Utc>>, read_at: DateTime<Utc>) -> DateTime<Utc> {
    told.map_or(read_at, |told| told.min(read_at))
}

/// A mail that the server names but does not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfetchedMail {
    /// The account and folder.
    pub mailbox: String,
    /// UIDVALIDITY and UID.
    pub uid: (u32, u32),
    /// INTERNALDATE if the server gave it, else when it was first asked for (UTC).
    pub arrived_at: DateTime<Utc>,
    /// When it was put into the quarantine (UTC).
    pub recorded_at: DateTime<Utc>,
    /// Why it has no bytes, for people.
    pub reason: String,
}

/// A stored mail, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMail {
    /// Its number.
    pub id: InboundMailId,
    /// Where it stood.
    pub position: MailboxPosition,
    /// When it arrived (UTC).
    pub arrived_at: DateTime<Utc>,
    /// When it was stored (UTC).
    pub recorded_at: DateTime<Utc>,
    /// Its bytes; none when the server names the mail but did not give it.
    pub raw_id: Option<RawId>,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: Option<String>,
    /// Size in bytes.
    pub size: Option<u64>,
    /// What became of it.
    pub state: InboundState,
    /// Why it is quarantined.
    pub reason: Option<String>,
    /// The message it became.
    pub message_id: Option<MessageId>,
}

/// A name and an address of a header, as written; the address may be invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress {
    /// Display name, decoded.
    pub name: Option<String>,
    /// addr-spec.
    pub address: String,
}

/// Why a mail is taken for a challenge: [`ParsedMail::classification_reason`] of a robot that shows a mail to nobody before its sender has
/// proved to be a person.
pub const CHALLENGE: &str = "asks the sender to confirm that a person wrote";

/// A mail as it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMail {
    /// What it is.
    pub classification: Classification,
    /// Why it was taken for that, in a few words ("Auto-Submitted: auto-replied").
    pub classification_reason: &'static str,
    /// Who sent it (From).
    pub from: Option<MailAddress>,
    /// To and Cc.
    pub to: Vec<MailAddress>,
    /// The addresses by which mail servers say that it came here (Delivered-To, X-Original-To and the like), as written.
    pub delivered_to: Vec<String>,
    /// Decoded subject, one line.
    pub subject: Option<String>,
    /// Its own id.
    pub message_id: Option<InternetMessageId>,
    /// In-Reply-To.
    pub in_reply_to: Vec<InternetMessageId>,
    /// References, oldest first.
    pub references: Vec<InternetMessageId>,
    /// The Message-ID of a mail that it brings along, whole or its header: of a report, the mail that it is about.
    pub returned: Option<InternetMessageId>,
    /// Of our own mail come back: the Message-ID with which it left, which a relay may have replaced.
    pub left_as: Option<InternetMessageId>,
    /// Of a bounce or a delivery notice: what it says of each recipient, each once; of a complaint: who complained, as
    /// `delivered`. Empty when it names none, and in people's mail.
    pub recipients: Vec<ReportedRecipient>,
    /// Of an automatic answer: the day from which its author says that mail is read again.
    pub returns_on: Option<NaiveDate>,
    /// The Date header (UTC).
    pub date: Option<DateTime<Utc>>,
    /// The whole readable text, lines ended by `\n`; no NUL.
    pub body_text: String,
    /// What the sender wrote: `body_text` without quotes and signature; all of it when in doubt.
    pub reply: String,
    /// The rest of `body_text`, if any.
    pub quoted: Option<String>,
    /// Attachments in the mail's order.
    pub attachments: Vec<Attachment>,
    /// Whether it has an HTML version: [`MailReader::html`] shows it.
    pub has_html: bool,
    /// What people should know of it, as far as the mail itself tells.
    pub flags: Vec<MailFlag>,
}

/// The HTML version of a mail, made harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownHtml {
    /// What stands in a page's body: known elements and attributes only, nothing that runs, loads or sends. The mail's own images
    /// stand in it as `data:` URIs.
    pub body: String,
    /// How many images are not shown: those that would be loaded from elsewhere, which tells the sender that the mail was read.
    pub blocked_images: usize,
    /// How many images of the mail itself are not shown: too large, missing, or of a type that may run.
    pub omitted_images: usize,
}

/// Why a mail cannot be understood. What people read of it stands in the catalogue of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableMail {
    /// It has no bytes.
    #[error("it is empty")]
    Empty,
    /// It is larger than so many MiB.
    #[error("it is larger than {0} MiB")]
    TooLarge(usize),
    /// It begins with no header field of a mail.
    #[error("no header field of a mail at its beginning")]
    NoMail,
    /// A MIME header field is longer than so many bytes.
    #[error("a MIME header field is longer than {0} bytes")]
    LongField(usize),
    /// Its header sections, those of its parts among them, have more than so many KiB together.
    #[error("its header sections are longer than {0} KiB")]
    LongHeaders(usize),
    /// Its parts stand in each other deeper than so many, with much behind.
    #[error("it has more than {0} MIME parts in each other")]
    DeepParts(usize),
    /// Its parts can be told apart in more than one way.
    #[error("its MIME parts can be told apart in several ways")]
    Ambiguous,
    /// It has more than so many MIME parts.
    #[error("it has more than {0} MIME parts")]
    ManyParts(usize),
    /// The library that reads it failed.
    #[error("the MIME parser failed on it")]
    ParserFailed,
}

/// Understands raw mails; implemented over a MIME library.
pub trait MailReader: Send + Sync {
    /// Reads a raw mail. Must not panic on any bytes.
    ///
    /// # Errors
    /// Why it is no mail.
    fn read(&self, raw: &[u8]) -> Result<ParsedMail, UnreadableMail>;

    /// [`ParsedMail::reply`] and [`ParsedMail::quoted`] of a mail with this `body_text` that answers a letter whose text is known: what
    /// stands in the quoted letter and is not the letter's is the sender's, and stays in the reply with the question that it answers.
    fn split_knowing(&self, body_text: &str, letter: &str) -> (String, Option<String>);

    /// The HTML version of a mail, made harmless; none when the mail has none.
    fn html(&self, raw: &[u8]) -> Option<ShownHtml>;

    /// The decoded bytes of the attachment at `index` of [`ParsedMail::attachments`].
    fn attachment(&self, raw: &[u8], index: usize) -> Option<Vec<u8>>;
}
