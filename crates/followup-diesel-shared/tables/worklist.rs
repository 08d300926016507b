//! What needs a person, lane by lane: of each lane one query, which the badge counts and the list shows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::dsl::{count, exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use followup_domain::asking::lanes::{Ask, Lane};
use followup_domain::ids::CaseId;
use followup_domain::mail::inbound::InboundState;
use followup_domain::message::Channel;
use followup_domain::ports::{Badge, CaseBrief, LaneItem, LanePlace, Onlooker, StoreError, TrayState, WorklistRepository};

use super::super::Conn;
use super::addresses::HELD;
use super::answers::is_read;
use super::health::PENDING;
use super::schema::{arrival, attempt, case_lane, failed_contact, icsr, inbound, message, message_read, outbound};
use super::standings::{ask_of, briefs};
use super::trays::in_tray;
use super::work::Work;
use super::{At, LONGEST_PAGE};
use crate::error::Done;

/// The conditions of the partial indexes, word for word: a bound parameter would keep the databases from using them.
const UNATTENDED: &str = "inbound.unattended_in IS NOT NULL";
const FAILED: &str = "outbound.status = 'failed' AND outbound.kind NOT IN ('notification', 'call')";
const UNCERTAIN: &str = "outbound.status = 'uncertain' AND outbound.kind NOT IN ('notification', 'call')";
pub(super) const UNCONFIRMED: &str = "NOT inbound.match_confirmed AND inbound.classification = 'human'";

/// No other message was sent in place of it. A macro, for the type of an alias has no name.
macro_rules! not_replaced {
    () => {{
        let successor = diesel::alias!(outbound as successor);
        not(exists(successor.filter(successor.field(outbound::resend_of).eq(outbound::message_id.nullable()))))
    }};
}

/// Of the answers of its case that wait, and that a reader has read or has not, it is the first that was stored.
macro_rules! first_of_its_case {
    ($reader:expr, $of_those:expr) => {{
        let earlier = diesel::alias!(inbound as earlier);
        let in_the_case = earlier.field(inbound::unattended_in).eq(inbound::unattended_in);
        let before = earlier.filter(in_the_case).filter(earlier.field(inbound::message_id).lt(inbound::message_id));
        not(exists(before.filter($of_those(is_read!($reader, earlier.field(inbound::message_id))))))
    }};
}

impl WorklistRepository for Work<'_> {
    fn count(&mut self, lane: Lane, who: Onlooker<'_>) -> Result<i64, StoreError> {
        self.read(|conn| count_of(conn, lane, who))
    }

    fn list(&mut self, lane: Lane, who: Onlooker<'_>, after: Option<LanePlace>, limit: i64) -> Result<Vec<LaneItem>, StoreError> {
        self.read(|conn| {
            let rows = rows_of(conn, lane, who, after, limit.clamp(0, LONGEST_PAGE))?;
            items(conn, lane, rows)
        })
    }
}

/// Every counter.
pub(super) fn badge(conn: &mut Conn, who: Onlooker<'_>) -> Done<Badge> {
    let mut of = |lane| count_of(conn, lane, who);
    let badge = Badge {
        new_replies: of(Lane::NewReplies)?,
        read_replies: of(Lane::ReadReplies)?,
        failed: of(Lane::Failed)?,
        uncertain: of(Lane::Uncertain)?,
        unassigned: of(Lane::Unassigned)?,
        quarantined: of(Lane::Quarantined)?,
        unconfirmed: of(Lane::Unconfirmed)?,
        unreachable: of(Lane::Unreachable)?,
        stalled: of(Lane::Stalled)?,
        calls_due: of(Lane::CallsDue)?,
        deadline_at_risk: of(Lane::DeadlineAtRisk)?,
        to_close: of(Lane::ToClose)?,
        warnings: of(Lane::Warnings)?,
        bounced: 0,
    };
    Ok(Badge { bounced: failed_contact::table.filter(sql::<Bool>(HELD)).count().get_result(conn)?, ..badge })
}

fn count_of(conn: &mut Conn, lane: Lane, Onlooker { reader, now }: Onlooker<'_>) -> Done<i64> {
    let of_standing = || case_lane::table.filter(case_lane::lane.eq(lane.as_str())).filter(case_lane::since.le(At::from(now)));
    Ok(match lane {
        Lane::NewReplies => {
            let unread = inbound::table.filter(sql::<Bool>(UNATTENDED)).filter(not(is_read!(reader)));
            unread.select(count(inbound::unattended_in).aggregate_distinct()).first(conn)?
        }
        Lane::ReadReplies => {
            let read = inbound::table.filter(sql::<Bool>(UNATTENDED)).filter(is_read!(reader));
            read.select(count(inbound::unattended_in).aggregate_distinct()).first(conn)?
        }
        Lane::Unconfirmed => inbound::table.filter(sql::<Bool>(UNCONFIRMED)).count().get_result(conn)?,
        Lane::Failed => outbound::table.filter(sql::<Bool>(FAILED)).filter(not_replaced!()).count().get_result(conn)?,
        Lane::Uncertain => outbound::table.filter(sql::<Bool>(UNCERTAIN)).filter(not_replaced!()).count().get_result(conn)?,
        Lane::CallsDue => calls_due(now).filter(sql::<Bool>(PENDING)).count().get_result(conn)?,
        Lane::Warnings => warned(now).count().get_result(conn)?,
        Lane::Unassigned => in_tray(TrayState::Open).count().get_result(conn)?,
        Lane::Quarantined => quarantined().count().get_result(conn)?,
        Lane::Unreachable | Lane::Stalled | Lane::DeadlineAtRisk | Lane::ToClose => of_standing().count().get_result(conn)?,
    })
}

/// What is read of a row of a lane.
struct Row {
    place: LanePlace,
    case_id: Option<i64>,
    /// Where the lane asks for several things.
    ask: Option<Ask>,
    due_at: Option<DateTime<Utc>>,
}

/// Number, since when, case.
type Columns = (i64, At, Option<i64>);

fn rows_of(conn: &mut Conn, lane: Lane, who: Onlooker<'_>, after: Option<LanePlace>, limit: i64) -> Done<Vec<Row>> {
    let Onlooker { reader, now } = who;
    let after_id = after.map_or(i64::MIN, |after| after.id);
    let (since, id) = after.map_or((At(DateTime::UNIX_EPOCH), i64::MIN), |after| (At::from(after.since), after.id));
    let rows: Vec<Columns> = match lane {
        Lane::NewReplies => inbound::table
            .inner_join(message::table)
            .filter(sql::<Bool>(UNATTENDED))
            .filter(not(is_read!(reader)))
            .filter(first_of_its_case!(reader, not))
            .filter(inbound::message_id.gt(after_id))
            .order(inbound::message_id)
            .limit(limit)
            .select((inbound::message_id, message::created_at, inbound::unattended_in))
            .load(conn)?,
        Lane::ReadReplies => inbound::table
            .inner_join(message::table)
            .filter(sql::<Bool>(UNATTENDED))
            .filter(is_read!(reader))
            .filter(first_of_its_case!(reader, std::convert::identity))
            .filter(inbound::message_id.gt(after_id))
            .order(inbound::message_id)
            .limit(limit)
            .select((inbound::message_id, message::created_at, inbound::unattended_in))
            .load(conn)?,
        Lane::Unconfirmed => inbound::table
            .inner_join(message::table)
            .filter(sql::<Bool>(UNCONFIRMED))
            .filter(inbound::message_id.gt(after_id))
            .order(inbound::message_id)
            .limit(limit)
            .select((inbound::message_id, message::created_at, message::case_id))
            .load(conn)?,
        Lane::Failed | Lane::Uncertain => outbound::table
            .inner_join(message::table)
            .filter(sql::<Bool>(if lane == Lane::Failed { FAILED } else { UNCERTAIN }))
            .filter(not_replaced!())
            .filter(outbound::message_id.gt(after_id))
            .order(outbound::message_id)
            .limit(limit)
            .select((outbound::message_id, outbound::recorded_at, message::case_id))
            .load(conn)?,
        Lane::CallsDue => calls_due(now)
            .filter(sql::<Bool>(PENDING))
            .filter(attempt::due_at.ge(since).and(attempt::due_at.gt(since).or(attempt::id.gt(id))))
            .order((attempt::due_at, attempt::id))
            .limit(limit)
            .select((attempt::id, attempt::due_at, attempt::case_id.nullable()))
            .load(conn)?,
        Lane::Unassigned => {
            let tray_at = inbound::tray_at.assume_not_null();
            in_tray(TrayState::Open)
                .inner_join(message::table)
                .filter(tray_at.ge(since).and(tray_at.gt(since).or(inbound::message_id.gt(id))))
                .order((inbound::tray_at, inbound::message_id))
                .limit(limit)
                .select((inbound::message_id, tray_at, message::case_id))
                .load(conn)?
        }
        Lane::Warnings => warned(now)
            .filter(icsr::created_at.ge(since).and(icsr::created_at.gt(since).or(icsr::id.gt(id))))
            .order((icsr::created_at, icsr::id))
            .limit(limit)
            .select((icsr::id, icsr::created_at, icsr::id.nullable()))
            .load(conn)?,
        Lane::Quarantined => quarantined()
            .filter(arrival::arrived_at.ge(since).and(arrival::arrived_at.gt(since).or(arrival::id.gt(id))))
            .order((arrival::arrived_at, arrival::id))
            .limit(limit)
            .select((arrival::id, arrival::arrived_at, sql::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>>("NULL")))
            .load(conn)?,
        Lane::Unreachable | Lane::Stalled | Lane::DeadlineAtRisk | Lane::ToClose => {
            return of_standing(conn, lane, now, (since, id), limit);
        }
    };
    let row = |(id, since, case_id): Columns| Row { place: LanePlace { since: since.0, id }, case_id, ask: None, due_at: None };
    Ok(rows.into_iter().map(row).collect())
}

fn of_standing(conn: &mut Conn, lane: Lane, now: DateTime<Utc>, (since, id): (At, i64), limit: i64) -> Done<Vec<Row>> {
    let later = case_lane::since.ge(since).and(case_lane::since.gt(since).or(case_lane::case_id.gt(id)));
    let rows: Vec<(i64, At, String, Option<At>)> = case_lane::table
        .filter(case_lane::lane.eq(lane.as_str()))
        .filter(case_lane::since.le(At::from(now)))
        .filter(later)
        .order((case_lane::since, case_lane::case_id))
        .limit(limit)
        .select((case_lane::case_id, case_lane::since, case_lane::ask, case_lane::due_at))
        .load(conn)?;
    let row = |(id, since, ask, due_at): (i64, At, String, Option<At>)| {
        let place = LanePlace { since: since.0, id };
        Ok(Row { place, case_id: Some(id), ask: Some(ask_of(&ask)?), due_at: due_at.map(|at| at.0) })
    };
    rows.into_iter().map(row).collect()
}

fn items(conn: &mut Conn, lane: Lane, rows: Vec<Row>) -> Done<Vec<LaneItem>> {
    let ids: BTreeSet<i64> = rows.iter().filter_map(|row| row.case_id).collect();
    let briefs: BTreeMap<CaseId, CaseBrief> = briefs(conn, ids)?.into_iter().map(|brief| (brief.case_id, brief)).collect();
    let asks = lane.row().asks;
    let item = |row: Row| {
        let ask = row.ask.or(asks.first().copied())?;
        let case = row.case_id.and_then(|id| briefs.get(&CaseId(id)).cloned());
        Some(LaneItem { place: row.place, ask, case, due_at: row.due_at })
    };
    Ok(rows.into_iter().filter_map(item).collect())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn calls_due(now: DateTime<Utc>) -> _ {
    let call: &'static str = Channel::Call.as_str();
    let now: At = At::from(now);
    attempt::table.filter(attempt::channel.eq(call)).filter(attempt::due_at.le(now))
}

/// Cases with a warning that nobody set aside.
#[diesel::dsl::auto_type(no_type_alias)]
fn warned(now: DateTime<Utc>) -> _ {
    let now: At = At::from(now);
    icsr::table.filter(icsr::warned_until.gt(now))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn quarantined() -> _ {
    let state: &'static str = InboundState::Quarantined.as_str();
    arrival::table.filter(arrival::state.eq(state))
}
