//! Letters that people are writing.

use chrono::{DateTime, Utc};

use super::{StoreError, Updated};
use crate::asking::draft::{DraftKey, LetterDraft};
use crate::ids::{CaseId, MessageId};

/// Drafts of letters. One that became a message stays with its version until the next is written, so that what a window sends late is stale.
pub trait DraftRepository {
    /// A person's draft, whether it is still written or became a message.
    fn find(&mut self, key: &DraftKey) -> Result<Option<LetterDraft>, StoreError>;

    /// The draft that became a message.
    fn find_sent(&mut self, id: MessageId) -> Result<Option<LetterDraft>, StoreError>;

    /// Those that people are writing for a case, the one changed last first, so many at most.
    fn list(&mut self, case_id: CaseId, limit: i64) -> Result<Vec<LetterDraft>, StoreError>;

    /// Keeps a draft in place of the one of version `was`; 0 where there was none. [`Updated::Stale`] when another stands there.
    fn save(&mut self, draft: &LetterDraft, was: i64) -> Result<Updated, StoreError>;

    /// Drops a draft; [`Updated::Stale`] when it has another version, or there is none.
    fn discard(&mut self, key: &DraftKey, version: i64) -> Result<Updated, StoreError>;

    /// Forgets so many that were changed last before an instant; says how many.
    fn forget_before(&mut self, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError>;
}
