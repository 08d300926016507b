//! Files that came with messages, apart from them: what became of each is written once.

use chrono::{DateTime, Utc};
use followup_domain::audit::facts;
use followup_domain::ids::MessageId;
use followup_domain::message::Absence;
use followup_domain::ports::{DueMedia, StoreError, Updated};
use followup_domain::sending::IncomingMedia;

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// The attachments of a message that was just stored are to be fetched.
pub(crate) fn expect(step: &mut Step<'_>, id: MessageId, provider: &str, media: &[IncomingMedia]) -> Result<(), StoreError> {
    if media.is_empty() {
        return Ok(());
    }
    let now = step.now;
    step.tx.media().insert(id, provider, media, now)
}

/// One is asked for by this process; says whether it is. That it was tried stands in no trail: what became of it does.
pub(crate) fn claim(step: &mut Step<'_>, media: &DueMedia, again_at: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(step.tx.media().claim(media, again_at)? == Updated::Yes)
}

/// Its bytes are kept.
pub(crate) fn fetched(step: &mut Step<'_>, media: &DueMedia, bytes: &[u8]) -> Result<(), StoreError> {
    let now = step.now;
    if step.tx.media().record_fetched(media, bytes, now)? == Updated::Stale {
        return Ok(());
    }
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let new = facts([("attachment", i64::from(media.n).into()), ("provider", media.provider.as_str().into()), ("size", size.into())]);
    tell(step, Subject::Message(media.case_id, media.message_id), Told::new("message.file_fetched", new))
}

/// It is asked for no more.
pub(crate) fn absent(step: &mut Step<'_>, media: &DueMedia, why: Absence) -> Result<(), StoreError> {
    if step.tx.media().record_absent(media, why)? == Updated::Stale {
        return Ok(());
    }
    let new =
        facts([("attachment", i64::from(media.n).into()), ("provider", media.provider.as_str().into()), ("absent", why.as_str().into())]);
    tell(step, Subject::Message(media.case_id, media.message_id), Told::new("message.file_absent", new))
}
