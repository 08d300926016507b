//! Files that came with messages are fetched from who keeps them: claimed in a transaction, asked for without one, and what became of it
//! recorded. A run that ends in between leaves a file that is due again after its pause.

use std::time::Duration as Budget;

use followup_domain::message::Absence;
use followup_domain::ports::{DueMedia, MediaError, MediaLimits, MediaSource, StoreError};

use super::retry::pause_after;
use crate::app::App;
use crate::facts::lookup::lock_case;
use crate::moves::media;
use crate::step;
use crate::transaction;

/// So many files of a provider are taken up at a time.
const PAGE: i64 = 20;
/// As large as the largest mail. WhatsApp lets images have 5 MB, sound and video 16, documents 100.
const LARGEST: u64 = 40_000_000;
/// So often a provider says that it does not have a file before it is believed: its servers learn of files one after the other.
const BELIEVED_AFTER: i32 = 3;
/// How long one file may take: a process that is told to end waits no longer.
const BUDGET: Budget = Budget::from_secs(25);

/// What became of the files that were due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MediaReport {
    /// They are kept.
    pub fetched: u32,
    /// They are not to be had.
    pub absent: u32,
    /// They are asked for again later.
    pub put_off: u32,
}

/// Fetches what is due. Of a provider that does not answer, one file is asked for in a run.
pub(crate) fn fetch_due(app: &App, stop: &dyn Fn() -> bool) -> Result<MediaReport, StoreError> {
    let mut report = MediaReport::default();
    for source in app.events.media() {
        let now = app.clock.now();
        let due = step::read::<_, StoreError>(app, |step| step.tx.media().list_due(source.scope(), now, PAGE))?;
        for file in due {
            if stop() {
                return Ok(report);
            }
            match fetch(app, source.as_ref(), &file)? {
                Some(Fetched::Kept) => report.fetched += 1,
                Some(Fetched::Absent) => report.absent += 1,
                Some(Fetched::NotYet) => report.put_off += 1,
                Some(Fetched::NobodyThere) => {
                    report.put_off += 1;
                    break;
                }
                None => {}
            }
        }
    }
    Ok(report)
}

/// What became of one.
enum Fetched {
    Kept,
    Absent,
    NotYet,
    NobodyThere,
}

/// None when another process has it.
fn fetch(app: &App, source: &dyn MediaSource, file: &DueMedia) -> Result<Option<Fetched>, StoreError> {
    let pause = pause_after(file.tries, &app.ids.lease_token());
    let again_at = app.clock.now() + pause.unwrap_or_else(|| chrono::Duration::hours(4));
    if !transaction::write_itself::<_, StoreError>(app, |step| media::claim(step, file, again_at))? {
        return Ok(None);
    }
    let had = source.fetch(&file.source, MediaLimits { within: BUDGET, largest: LARGEST });
    let (why, otherwise) = match had {
        Ok(bytes) if file.is(&bytes) => {
            let _turn = app.turns.take_to_store(bytes.len());
            record(app, file, |step, file| media::fetched(step, file, &bytes))?;
            return Ok(Some(Fetched::Kept));
        }
        Ok(_) => (pause.is_none().then_some(Absence::Altered), Fetched::NotYet),
        Err(MediaError::Never(Absence::Expired)) if file.tries + 1 < BELIEVED_AFTER => (None, Fetched::NotYet),
        Err(MediaError::Never(why)) => (Some(why), Fetched::Absent),
        Err(MediaError::Later(words)) => {
            tracing::warn!(message_id = file.message_id.0, attachment = file.n, tries = file.tries + 1, %words, "file not fetched");
            (pause.is_none().then_some(Absence::Unreachable), Fetched::NobodyThere)
        }
    };
    let Some(why) = why else { return Ok(Some(otherwise)) };
    record(app, file, |step, file| media::absent(step, file, why))?;
    tracing::warn!(message_id = file.message_id.0, attachment = file.n, why = why.as_str(), "file is not to be had");
    Ok(Some(Fetched::Absent))
}

/// Its message may have got its case since it was listed.
fn record(
    app: &App,
    file: &DueMedia,
    mut work: impl FnMut(&mut step::Step<'_>, &DueMedia) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    transaction::write_itself(app, |step| {
        let case_id = step.tx.messages().find(file.message_id)?.and_then(|message| message.case_id);
        lock_case(step, case_id)?;
        work(step, &DueMedia { case_id, ..file.clone() })
    })
}
