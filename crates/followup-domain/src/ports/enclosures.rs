//! Files that people enclose with messages.

use chrono::{DateTime, Utc};

use super::{Inserted, StoreError, Updated};
use crate::ids::{CaseId, MessageId, UploadId};
use crate::message::Attachment;
use crate::message::enclosure::{Enclosure, Upload};

/// A file that is to wait until a message takes it along.
#[derive(Debug, Clone, Copy)]
pub struct NewUpload<'a> {
    /// Its case.
    pub case_id: CaseId,
    /// What it is.
    pub file: &'a Attachment,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Now (UTC).
    pub at: DateTime<Utc>,
}

/// Files on their way into messages. One that waits can be dropped; the bytes of one that a message took along are kept like all that
/// was sent.
pub trait EnclosureRepository {
    /// Keeps a file. The same bytes under the same name in the same case are the same file, which waits from now on again.
    fn insert(&mut self, upload: &NewUpload<'_>) -> Result<Inserted<UploadId>, StoreError>;

    /// The files of a case that wait, oldest first; of those that a message took along, only these.
    fn waiting(&mut self, case_id: CaseId, taken: &[UploadId]) -> Result<Vec<Upload>, StoreError>;

    /// A message takes a file of its case along: its bytes are kept for good, once. It may go with further messages until it is
    /// forgotten. `None` when the case has no such file.
    fn enclose(&mut self, case_id: CaseId, id: UploadId, now: DateTime<Utc>) -> Result<Option<Enclosure>, StoreError>;

    /// Drops a file of a case; [`Updated::Stale`] when there is none that waits.
    fn discard(&mut self, case_id: CaseId, id: UploadId) -> Result<Updated, StoreError>;

    /// Forgets so many files that came before an instant; says how many.
    fn forget_before(&mut self, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError>;

    /// The files of a message that went out, in order.
    fn of_message(&mut self, id: MessageId) -> Result<Vec<Enclosure>, StoreError>;
}
