//! Files of messages: read for the transport, and forgotten where no message took them along.

use chrono::Duration;
use followup_domain::message::enclosure::MailFile;
use followup_domain::message::{Direction, Message};
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::moves::file;
use crate::step;
use crate::transaction;

/// How long a file waits for a message.
const KEPT_DAYS: i64 = 7;
/// So many are forgotten in one transaction.
const AT_ONCE: i64 = 50;

/// The files that go with a message, in order.
pub(crate) fn files_of(app: &App, message: &Message) -> Result<Vec<MailFile>, StoreError> {
    if message.direction != Direction::Out || message.attachments.is_empty() {
        return Ok(Vec::new());
    }
    step::read(app, |step| {
        let mut files = Vec::with_capacity(message.attachments.len());
        for enclosure in step.tx.enclosures().of_message(message.id)? {
            let bytes = step.tx.originals().find_whole(enclosure.content)?;
            let bytes = bytes.ok_or_else(|| StoreError::Refused("the bytes of a file that is to be sent are missing".to_owned()))?;
            files.push(MailFile { name: enclosure.file.name.unwrap_or_default(), media_type: enclosure.file.content_type, bytes });
        }
        Ok(files)
    })
}

/// Forgets the files that waited for more than seven days; says how many. What a message took along is kept with it.
pub(crate) fn forget_old(app: &App, stop: &dyn Fn() -> bool) -> Result<usize, StoreError> {
    let before = app.clock.now() - Duration::days(KEPT_DAYS);
    let mut forgotten = 0;
    while !stop() {
        let count = transaction::write_itself::<_, StoreError>(app, |step| file::forget(step, before, AT_ONCE))?;
        forgotten += count;
        if count == 0 {
            break;
        }
    }
    Ok(forgotten)
}
