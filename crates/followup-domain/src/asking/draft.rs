//! A letter that a person is writing. It is no message: it stands in no thread, and goes away.

use chrono::{DateTime, Duration, Utc};

use super::missing::FieldPath;
use crate::ids::{CaseId, MessageId, UploadId};
use crate::message::Channel;

/// So long a draft is kept that nobody goes on with.
pub const KEPT: Duration = Duration::days(30);

/// So long a letter that a person sent waits in the queue, so that it can be taken back.
pub const TAKEN_BACK_WITHIN: Duration = Duration::seconds(10);

/// Whose draft it is: a person has one for each case and channel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DraftKey {
    /// The case.
    pub case_id: CaseId,
    /// Who writes.
    pub username: String,
    /// By which channel it is to go.
    pub channel: Channel,
}

/// What stands in a draft, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftText {
    /// Subject of an e-mail.
    pub subject: String,
    /// The text.
    pub body: String,
    /// What is asked for, as far as the catalogue knows it; none where nobody chose.
    pub asks: Option<Vec<FieldPath>>,
    /// A provider's template, in place of the text.
    pub template: Option<String>,
    /// What fills the template.
    pub parameters: Vec<String>,
    /// Files that go with it.
    pub files: Vec<UploadId>,
    /// Why it goes to an address at which letters failed.
    pub override_reason: String,
}

/// A draft as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterDraft {
    /// Whose it is.
    pub key: DraftKey,
    /// What stands in it.
    pub text: DraftText,
    /// Goes up by one with each change, and never back: not when it is sent, nor when that is undone.
    pub version: i64,
    /// When it was changed last (UTC).
    pub updated_at: DateTime<Utc>,
    /// The message that it became, until somebody writes the next one.
    pub sent_as: Option<MessageId>,
}

impl LetterDraft {
    /// Whether somebody is writing it.
    pub fn is_open(&self) -> bool {
        self.sent_as.is_none()
    }
}
