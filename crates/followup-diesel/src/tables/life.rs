//! The follow-up of a case: open or closed, and how long it waits.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::case::{Closure, FollowupStatus};
use followup_domain::ids::CaseId;
use followup_domain::ports::Updated;

use super::super::Conn;
use super::schema::icsr;
use super::{At, LONGEST_PAGE, updated};
use crate::error::Done;

pub(super) fn close(conn: &mut Conn, id: CaseId, closure: &Closure) -> Done<Updated> {
    let open = icsr::table.filter(icsr::id.eq(id.0)).filter(icsr::followup_status.eq(FollowupStatus::Open.as_str()));
    let state = (
        icsr::followup_status.eq(FollowupStatus::Closed.as_str()),
        icsr::closure_reason.eq(closure.reason.as_str()),
        icsr::closure_notes.eq(&closure.notes),
        icsr::closed_at.eq(At::from(closure.at)),
        icsr::updated_at.eq(At::from(closure.at)),
    );
    Ok(updated(diesel::update(open).set(state).execute(conn)?))
}

pub(super) fn reopen(conn: &mut Conn, id: CaseId, now: DateTime<Utc>) -> Done<Updated> {
    let closed = icsr::table.filter(icsr::id.eq(id.0)).filter(icsr::followup_status.eq(FollowupStatus::Closed.as_str()));
    let state = (
        icsr::followup_status.eq(FollowupStatus::Open.as_str()),
        icsr::closure_reason.eq(None::<String>),
        icsr::closure_notes.eq(None::<String>),
        icsr::closed_at.eq(None::<At>),
        icsr::updated_at.eq(At::from(now)),
    );
    Ok(updated(diesel::update(closed).set(state).execute(conn)?))
}

pub(super) fn start_awaiting(conn: &mut Conn, id: CaseId, since: DateTime<Utc>) -> Done<()> {
    let since = At::from(since);
    let later = icsr::awaiting_since.is_null().or(icsr::awaiting_since.gt(since).assume_not_null());
    let target = icsr::table.filter(icsr::id.eq(id.0)).filter(later);
    diesel::update(target).set(icsr::awaiting_since.eq(since)).execute(conn)?;
    Ok(())
}

pub(super) fn stop_awaiting(conn: &mut Conn, id: CaseId) -> Done<()> {
    let nothing = (icsr::awaiting_since.eq(None::<At>), icsr::escalated_at.eq(None::<At>));
    diesel::update(icsr::table.find(id.0)).set(nothing).execute(conn)?;
    Ok(())
}

pub(super) fn list_to_escalate(conn: &mut Conn, since: DateTime<Utc>, after: Option<CaseId>, limit: i64) -> Done<Vec<CaseId>> {
    let waiting = icsr::table
        .filter(icsr::awaiting_since.le(At::from(since)))
        .filter(icsr::escalated_at.is_null())
        .filter(icsr::followup_status.eq(FollowupStatus::Open.as_str()))
        .filter(icsr::id.gt(after.map_or(i64::MIN, |id| id.0)));
    let ids: Vec<i64> = waiting.order(icsr::id).limit(limit.clamp(0, LONGEST_PAGE)).select(icsr::id).load(conn)?;
    Ok(ids.into_iter().map(CaseId).collect())
}

pub(super) fn record_escalated(conn: &mut Conn, id: CaseId, now: DateTime<Utc>) -> Done<Updated> {
    let waiting = icsr::table.filter(icsr::id.eq(id.0)).filter(icsr::awaiting_since.is_not_null()).filter(icsr::escalated_at.is_null());
    Ok(updated(diesel::update(waiting).set(icsr::escalated_at.eq(At::from(now))).execute(conn)?))
}
