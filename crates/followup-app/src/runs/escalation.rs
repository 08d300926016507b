//! Cases whose reporter does not answer are told of, once in each wait.

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::waiting::may_be_answered;
use followup_domain::case::FollowupStatus;
use followup_domain::ids::CaseId;
use followup_domain::ports::StoreError;

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::moves::case;
use crate::step::{self, Step};
use crate::transaction;

/// So many cases are listed at a time.
const PAGE: i64 = 200;

/// Escalates every case that waits longer than configured and was not escalated in this wait.
pub(crate) fn escalate_waiting(app: &App, stop: &dyn Fn() -> bool, errors: &mut u32) -> Result<u32, StoreError> {
    let mut escalated = 0;
    each_waiting(app, stop, &mut |case_id, since, now| {
        let done = transaction::write_at(app, &step::itself(app), now, |step| escalate(step, case_id, since));
        escalated += u32::from(tolerated(done, case_id, errors)?);
        Ok(())
    })?;
    Ok(escalated)
}

/// Does something for each case that waits longer than configured: its number, since when it must wait, and the instant.
pub(crate) fn each_waiting(
    app: &App,
    stop: &dyn Fn() -> bool,
    each: &mut dyn FnMut(CaseId, DateTime<Utc>, DateTime<Utc>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let Some(escalation) = &app.policy.escalation else { return Ok(()) };
    let mut after = None;
    while !stop() {
        let now = app.clock.now();
        let since = now - Duration::days(escalation.after_days);
        let cases = step::read::<_, StoreError>(app, |step| step.tx.waiting().list_to_escalate(since, after, PAGE))?;
        let Some(last) = cases.last() else { break };
        after = Some(*last);
        for case_id in cases {
            each(case_id, since, now)?;
        }
    }
    Ok(())
}

/// Escalates a case, if it is due; says whether it was.
pub(crate) fn escalate(step: &mut Step<'_>, case_id: CaseId, since: DateTime<Utc>) -> Result<bool, StoreError> {
    let Some(case) = step.tx.cases().find_for_update(case_id)? else { return Ok(false) };
    let Some(waiting) = case.awaiting_since.filter(|waiting| *waiting <= since) else { return Ok(false) };
    // Somebody wrote, though nobody has read it and said who that is.
    if step.tx.answers().has_unattended(case_id)? && may_be_answered(&step.tx.exchanges().list(case_id)?, waiting) {
        return Ok(false);
    }
    if case.followup_status == FollowupStatus::Closed || !case::escalate(step, &case)? {
        return Ok(false);
    }
    follow(step, Event::Escalated(&case))?;
    Ok(true)
}

/// One case that the store refuses must not keep the others from being handled, nor the queue from being sent.
pub(crate) fn tolerated(outcome: Result<bool, StoreError>, case_id: CaseId, errors: &mut u32) -> Result<bool, StoreError> {
    match outcome {
        Err(StoreError::Refused(reason)) => {
            tracing::error!(icsr_id = case_id.0, reason, "a waiting case could not be handled");
            *errors += 1;
            Ok(false)
        }
        other => other,
    }
}
