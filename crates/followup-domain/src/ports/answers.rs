//! Answers of reporters: who has read them, and whether somebody has decided about them.

use chrono::{DateTime, Utc};

use super::StoreError;
use crate::ids::{CaseId, MessageId};

/// Human replies in threads. One waits from when it came into its case until somebody who has read it decides; a duplicate never does.
pub trait AnswerRepository {
    /// How many of a case wait; those of a flagged sender too, for somebody must look at them.
    fn count_unattended(&mut self, case_id: CaseId) -> Result<i64, StoreError>;

    /// Whether one that waits may be the case's answer: any but those that failed DMARC and that nobody confirmed.
    fn has_unattended(&mut self, case_id: CaseId) -> Result<bool, StoreError>;

    /// How many of those that wait a reader has not read, by case; cases without any are left out.
    fn count_unread(&mut self, case_ids: &[CaseId], reader: &str) -> Result<Vec<(CaseId, i64)>, StoreError>;

    /// A reader has read those of a case that wait, up to a message by number: a mail that was fetched late is new to whoever read the thread
    /// before. Gives how many of them he had not read.
    fn mark_read(&mut self, case_id: CaseId, reader: &str, up_to: MessageId, now: DateTime<Utc>) -> Result<i64, StoreError>;

    /// Those of a case that a reader has read wait no more. Gives how many did.
    fn attend(&mut self, case_id: CaseId, reader: &str) -> Result<i64, StoreError>;
}
