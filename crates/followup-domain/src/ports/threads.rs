//! The thread of a case.

use super::StoreError;
use crate::ids::{CaseId, MessageId};
use crate::mail::bounce::MailNotice;
use crate::message::threading::ThreadEntry;
use crate::message::{MOST_ATTACHMENTS_SHOWN, MailFlag, Message, MessageHeader};

/// A message as a thread or a tray shows it: the beginning of what was written, and what is known of it beside.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageView {
    /// The message: at most [`LONGEST_SHOWN`](crate::message::LONGEST_SHOWN) bytes of its text, the first
    /// [`MOST_ATTACHMENTS_SHOWN`](crate::message::MOST_ATTACHMENTS_SHOWN) attachments, and no References.
    pub message: Message,
    /// Its text is longer.
    pub is_cut: bool,
    /// It has more attachments.
    pub has_more_attachments: bool,
    /// What people should know of it.
    pub flags: Vec<MailFlag>,
    /// What it says, if it is an automatic mail.
    pub notice: Option<MailNotice>,
    /// The message by which the reporter was reminded of it, unless that failed or was stopped.
    pub reminded_by: Option<MessageId>,
}

impl MessageView {
    /// A message of which nothing else is known.
    pub fn of(mut message: Message) -> Self {
        let is_cut = message.content.cut();
        let has_more_attachments = message.attachments.len() > MOST_ATTACHMENTS_SHOWN;
        message.attachments.truncate(MOST_ATTACHMENTS_SHOWN);
        Self { message, is_cut, has_more_attachments, flags: Vec::new(), notice: None, reminded_by: None }
    }
}

/// The threads of cases: what was written and said, in order; notifications stand in none.
pub trait ThreadRepository {
    /// The whole thread of a case, without notifications, by `created_at` to the second, then id. Bounded by what one case gathers, not by the table.
    fn whole(&mut self, case_id: CaseId) -> Result<Vec<Message>, StoreError>;

    /// A page of the thread, in its order: the last `limit` messages before `before` (of which none is given when it does not stand
    /// there), or the last of all. Everything that is shown of a message comes with it, in at most two queries; no
    /// raw bytes are read, and no text beyond what is shown.
    fn page(&mut self, case_id: CaseId, before: Option<MessageId>, limit: i64) -> Result<Vec<MessageView>, StoreError>;

    /// How many messages the whole thread has.
    fn count(&mut self, case_id: CaseId) -> Result<i64, StoreError>;

    /// The whole thread without what was written, in its order: one query that reads no text, for whoever looks at states.
    fn headers(&mut self, case_id: CaseId) -> Result<Vec<MessageHeader>, StoreError>;

    /// What the headers of the next message are built from: e-mails that left or came, in thread order.
    fn entries(&mut self, case_id: CaseId) -> Result<Vec<ThreadEntry>, StoreError>;
}
