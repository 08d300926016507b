//! Where the deployment wants it, follow-ups that nobody answers are closed by the service itself.

use chrono::{DateTime, Duration, Utc};
use followup_domain::case::{Closure, FollowupStatus};
use followup_domain::ids::CaseId;
use followup_domain::ports::{CaseQuery, CaseSort, PageRequest, StoreError};

use super::escalation::tolerated;
use crate::app::App;
use crate::consequences::{Event, follow};
use crate::facts::closing::closes_by_itself;
use crate::moves::case;
use crate::step::{self, Step};
use crate::transaction;

/// So many cases are listed at a time.
const PAGE: i64 = 200;

/// Closes what is proposed and passes the checks; says how many.
pub(crate) fn close_unanswered(app: &App, stop: &dyn Fn() -> bool, errors: &mut u32) -> Result<u32, StoreError> {
    if !app.policy.close_by_itself {
        return Ok(0);
    }
    let now = app.clock.now();
    let (mut closed, mut offset) = (0, 0);
    while !stop() {
        // Looked at first without locking anything: few of those that wait are due.
        let (seen, due) = list_to_close(app, offset, now)?;
        if seen == 0 {
            break;
        }
        offset += seen;
        for case_id in due {
            if tolerated(transaction::write_at(app, &step::itself(app), now, |step| close_if_due(step, case_id)), case_id, errors)? {
                closed += 1;
                // What was closed is no longer listed.
                offset -= 1;
            }
        }
    }
    Ok(closed)
}

/// Of a page of the cases that wait for long enough, those that the service closes itself; and how many it looked at.
pub(crate) fn list_to_close(app: &App, offset: i64, now: DateTime<Utc>) -> Result<(i64, Vec<CaseId>), StoreError> {
    // Nothing is due earlier ([`followup_domain::asking::waiting::closing_from`]).
    let days = Duration::try_days(app.policy.propose_closing_after_days);
    let Some(since) = days.and_then(|days| now.checked_sub_signed(days)) else { return Ok((0, Vec::new())) };
    let query = CaseQuery {
        awaiting_since: Some(since),
        followup_status: Some(FollowupStatus::Open),
        sort: CaseSort::OldestFirst,
        ..CaseQuery::default()
    };
    step::read(app, |step| {
        let cases = step.tx.cases().list(&query, PageRequest { offset, limit: PAGE })?.items;
        let mut due = Vec::new();
        for case in &cases {
            if closes_by_itself(step, case)?.is_some() {
                due.push(case.id);
            }
        }
        Ok((i64::try_from(cases.len()).unwrap_or(PAGE), due))
    })
}

fn close_if_due(step: &mut Step<'_>, case_id: CaseId) -> Result<bool, StoreError> {
    let Some(case) = step.tx.cases().find_for_update(case_id)? else { return Ok(false) };
    let Some(request) = closes_by_itself(step, &case)? else { return Ok(false) };
    let closure = Closure { reason: request.reason, notes: request.notes.trim().to_owned(), at: step.now };
    if case::close(step, &case, &closure, None)? {
        follow(step, Event::Closed(&case))?;
    }
    Ok(true)
}
