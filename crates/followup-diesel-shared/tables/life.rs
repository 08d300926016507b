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

pub(super) fn set_awaiting(conn: &mut Conn, id: CaseId, since: Option<DateTime<Utc>>) -> Done<()> {
    let since = since.map(At::from);
    if let Some(since) = since {
        // The same wait, known to be older, stays escalated; a later one is another wait.
        let same = icsr::table.filter(icsr::id.eq(id.0)).filter(icsr::awaiting_since.ge(since));
        if diesel::update(same).set(icsr::awaiting_since.eq(since)).execute(conn)? > 0 {
            return Ok(());
        }
    }
    let anew = (icsr::awaiting_since.eq(since), icsr::escalated_at.eq(None::<At>));
    diesel::update(icsr::table.find(id.0)).set(anew).execute(conn)?;
    Ok(())
}

pub(super) fn settle_waiting(conn: &mut Conn, id: CaseId, at: DateTime<Utc>) -> Done<()> {
    diesel::update(icsr::table.find(id.0)).set(icsr::settled_at.eq(At::from(at))).execute(conn)?;
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
