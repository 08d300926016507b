//! Files on their way into messages.

use chrono::{DateTime, Utc};
use followup_domain::ids::{CaseId, UploadId};
use followup_domain::message::enclosure::Enclosure;
use followup_domain::ports::{Inserted, NewUpload, StoreError, Updated};

use crate::step::Step;

/// Keeps a file until a message takes it along. Nothing of a case changes by that: the trail tells of it with the message.
pub(crate) fn keep(step: &mut Step<'_>, upload: &NewUpload<'_>) -> Result<Inserted<UploadId>, StoreError> {
    step.tx.enclosures().insert(upload)
}

/// A message takes a file of its case along.
pub(crate) fn enclose(step: &mut Step<'_>, case_id: CaseId, id: UploadId) -> Result<Option<Enclosure>, StoreError> {
    step.tx.enclosures().enclose(case_id, id, step.now)
}

/// Drops a file that waits; says whether one did.
pub(crate) fn discard(step: &mut Step<'_>, case_id: CaseId, id: UploadId) -> Result<bool, StoreError> {
    Ok(step.tx.enclosures().discard(case_id, id)? == Updated::Yes)
}

/// Forgets files that came before an instant, so many at a time; says how many.
pub(crate) fn forget(step: &mut Step<'_>, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    step.tx.enclosures().forget_before(before, limit)
}
