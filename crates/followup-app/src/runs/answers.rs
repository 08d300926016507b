//! Answers are read for values of the case's fields: the text without a transaction, what it says kept in one. What cannot be read is kept as
//! such, is seen by those who watch over the service, and waits for other rules; nothing else depends on it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::facts::proposing::{answer_to_read, beside_the_case};
use crate::moves::proposal;
use crate::step;
use crate::transaction;

/// So many answers are taken up at a time.
const PAGE: i64 = 50;

/// What was read in the answers that waited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnswersReport {
    /// Answers that were read.
    pub read: u32,
    /// What they say.
    pub proposals: u32,
    /// Answers that could not be read.
    pub failed: u32,
}

/// Reads every answer that waits.
pub(crate) fn read_waiting(app: &App, stop: &dyn Fn() -> bool) -> Result<AnswersReport, StoreError> {
    let (mut report, version) = (AnswersReport::default(), app.answers.version());
    loop {
        let waiting = step::read::<_, StoreError>(app, |step| step.tx.read_answers().awaiting(&version, PAGE))?;
        if waiting.is_empty() {
            return Ok(report);
        }
        for answer in waiting {
            if stop() {
                return Ok(report);
            }
            read(app, answer, &version, &mut report)?;
        }
    }
}

fn read(app: &App, answer: (MessageId, CaseId), version: &str, report: &mut AnswersReport) -> Result<(), StoreError> {
    let to_read = step::read::<_, StoreError>(app, |step| answer_to_read(step, answer))?;
    let Some(to_read) = to_read else {
        report.failed += 1;
        return transaction::write_itself(app, |step| proposal::keep_failure(step, answer.0, version, "the answer is not there"));
    };
    // A rule that breaks on one answer must not keep the others from being read.
    let Ok(reading) = catch_unwind(AssertUnwindSafe(|| app.answers.read(&to_read))) else {
        tracing::error!(message = answer.0.0, case = answer.1.0, version, "an answer could not be read for values");
        report.failed += 1;
        return transaction::write_itself(app, |step| proposal::keep_failure(step, answer.0, version, "the rules broke on it"));
    };
    let kept = transaction::write_itself::<_, StoreError>(app, |step| {
        // The case as it is now: it may have changed while the text was read.
        let Some(case) = step.tx.cases().find_for_update(answer.1)? else { return Ok(None) };
        let reading = beside_the_case(&case.record, reading.clone());
        Ok(proposal::keep_reading(step, answer, &reading, version)?.then_some(reading.proposals.len()))
    })?;
    if let Some(proposals) = kept {
        report.read += 1;
        report.proposals += u32::try_from(proposals).unwrap_or(u32::MAX);
    }
    Ok(())
}
