//! What reading a mail found, beside what was written.

use super::StoreError;
use crate::ids::MessageId;
use crate::message::MailFlag;

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

/// What was found when a mail was read.
pub trait ReadingRepository {
    /// Keeps how an inbound message reads beside the letter that it was found to answer after it had been stored; the first such reading
    /// stays. As long as that letter is its parent, [`find`](super::MessageRepository::find) and [`whole`](super::ThreadRepository::whole) give it in place of what was stored.
    fn insert(&mut self, id: MessageId, reading: &ReplyReading) -> Result<(), StoreError>;

    /// Keeps what people should know of an inbound message; once is enough.
    fn insert_flag(&mut self, id: MessageId, flag: MailFlag) -> Result<(), StoreError>;

    /// What people should know of these messages, by number; one query for every few hundred.
    fn flags(&mut self, ids: &[MessageId]) -> Result<Vec<(MessageId, MailFlag)>, StoreError>;
}
