//! Letters that people are writing. Nothing of a case changes by a draft: the trail tells of the message that it becomes.

use chrono::{DateTime, Utc};
use followup_domain::asking::draft::{DraftKey, LetterDraft};
use followup_domain::ports::{StoreError, Updated};

use crate::step::Step;

/// Keeps a draft in place of the one of version `was`.
pub(crate) fn keep(step: &mut Step<'_>, draft: &LetterDraft, was: i64) -> Result<Updated, StoreError> {
    step.tx.drafts().save(draft, was)
}

/// Drops a draft.
pub(crate) fn discard(step: &mut Step<'_>, key: &DraftKey, version: i64) -> Result<Updated, StoreError> {
    step.tx.drafts().discard(key, version)
}

/// A message was taken back: its draft is written on, unless another one was begun; says which it is.
pub(crate) fn restore(step: &mut Step<'_>, sent: LetterDraft) -> Result<Option<LetterDraft>, StoreError> {
    let was = sent.version;
    let restored = LetterDraft { version: was + 1, updated_at: step.now, sent_as: None, ..sent };
    Ok((step.tx.drafts().save(&restored, was)? == Updated::Yes).then_some(restored))
}

/// Forgets drafts that were changed last before an instant, so many at a time; says how many.
pub(crate) fn forget(step: &mut Step<'_>, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    step.tx.drafts().forget_before(before, limit)
}
