//! What automatic mails say of our letters.

use super::{StoreError, Updated};
use crate::ids::{CaseId, MessageId};
use crate::mail::bounce::{LetterReport, MailNotice};

/// Notices: what automatic mails say, and of which letter.
pub trait NoticeRepository {
    /// Keeps what an automatic mail says; once for each message.
    fn insert(&mut self, notice: &MailNotice) -> Result<(), StoreError>;

    /// A person says about which message of ours a notice is that named none, and what it says of that; [`Updated::Stale`] when there is
    /// no notice, or it is about a message already.
    fn name(&mut self, id: MessageId, about: MessageId, report: &LetterReport) -> Result<Updated, StoreError>;

    /// What the automatic mails of a case say, by message.
    fn of_case(&mut self, case_id: CaseId) -> Result<Vec<MailNotice>, StoreError>;

    /// What the automatic ones among these messages say.
    fn of_messages(&mut self, ids: &[MessageId]) -> Result<Vec<MailNotice>, StoreError>;

    /// What automatic mails say about a message of ours, by message.
    fn about(&mut self, id: MessageId) -> Result<Vec<MailNotice>, StoreError>;
}
