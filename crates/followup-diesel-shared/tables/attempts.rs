//! Scheduled contacts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlannedChannel};
use followup_domain::ids::{AttemptId, CaseId, MessageId, PlanId};
use followup_domain::message::Channel;
use followup_domain::ports::{AgendaQuery, AttemptRepository, AttemptUpdate, NewAttempt, StoreError, Updated};

use super::super::Db;
use super::schema::{attempt, message};
use super::work::Work;
use super::{At, LONGEST_PAGE, updated};
use crate::error::{Done, unreadable};

#[derive(Queryable, Selectable)]
#[diesel(table_name = attempt, check_for_backend(Db))]
struct AttemptRow {
    id: i64,
    case_id: i64,
    plan_id: Option<i64>,
    position: i32,
    label: String,
    due_at: At,
    channel: String,
    status: String,
    reason: Option<String>,
    message_id: Option<i64>,
    reactivated_at: Option<At>,
}

/// With the channel of its message.
type Carried = (AttemptRow, Option<String>);

fn attempt_from((row, carried_by): Carried) -> Done<Attempt> {
    let carried_by = carried_by.map(|text| Channel::parse(&text).ok_or_else(|| unreadable("channel"))).transpose()?;
    Ok(Attempt {
        id: AttemptId(row.id),
        case_id: CaseId(row.case_id),
        plan_id: row.plan_id.map(PlanId),
        position: row.position,
        label: row.label,
        due_at: row.due_at.0,
        channel: PlannedChannel::parse(&row.channel).ok_or_else(|| unreadable("channel"))?,
        carried_by,
        status: AttemptStatus::parse(&row.status).ok_or_else(|| unreadable("attempt status"))?,
        reason: row.reason,
        message_id: row.message_id.map(MessageId),
        reactivated_at: row.reactivated_at.map(|at| at.0),
    })
}

/// Attempts with the channel of the message that each produced, by its key.
macro_rules! carried {
    () => {
        attempt::table.left_join(message::table).select((AttemptRow::as_select(), message::channel.nullable()))
    };
}

#[derive(Insertable)]
#[diesel(table_name = attempt, treat_none_as_default_value = false)]
struct NewAttemptRow<'a> {
    case_id: i64,
    plan_id: Option<i64>,
    position: i32,
    label: &'a str,
    due_at: At,
    channel: &'static str,
    status: &'static str,
    reason: Option<&'a str>,
    created_at: At,
    updated_at: At,
}

impl<'a> From<&'a NewAttempt> for NewAttemptRow<'a> {
    fn from(new: &'a NewAttempt) -> Self {
        let created_at = At::from(new.created_at);
        Self {
            case_id: new.case_id.0,
            plan_id: new.plan_id.map(|id| id.0),
            position: new.position,
            label: &new.label,
            due_at: new.due_at.into(),
            channel: new.channel.as_str(),
            status: AttemptStatus::Pending.as_str(),
            reason: new.reason.as_deref(),
            created_at,
            updated_at: created_at,
        }
    }
}

impl AttemptRepository for Work<'_> {
    fn insert_all(&mut self, attempts: &[NewAttempt]) -> Result<Vec<AttemptId>, StoreError> {
        if attempts.is_empty() {
            return Ok(Vec::new());
        }
        self.write(|conn| {
            let rows: Vec<NewAttemptRow<'_>> = attempts.iter().map(NewAttemptRow::from).collect();
            let mut ids: Vec<i64> = diesel::insert_into(attempt::table).values(&rows).returning(attempt::id).get_results(conn)?;
            // Ids are given in the order of the rows; in which order they come back is not promised.
            ids.sort_unstable();
            Ok(ids.into_iter().map(AttemptId).collect())
        })
    }

    fn find(&mut self, id: AttemptId) -> Result<Option<Attempt>, StoreError> {
        self.read(|conn| {
            let row: Option<Carried> = carried!().filter(attempt::id.eq(id.0)).first(conn).optional()?;
            row.map(attempt_from).transpose()
        })
    }

    fn list(&mut self, case_id: CaseId) -> Result<Vec<Attempt>, StoreError> {
        self.read(|conn| {
            let attempts = carried!().filter(attempt::case_id.eq(case_id.0));
            let rows: Vec<Carried> = attempts.order((attempt::due_at, attempt::position, attempt::id)).load(conn)?;
            rows.into_iter().map(attempt_from).collect()
        })
    }

    fn list_agenda(&mut self, query: &AgendaQuery) -> Result<Vec<Attempt>, StoreError> {
        self.read(|conn| {
            let (from, to) = (At::from(query.from), At::from(query.to));
            let mut due = carried!().filter(attempt::due_at.ge(from)).filter(attempt::due_at.lt(to)).into_boxed();
            if let Some(status) = query.status {
                due = due.filter(attempt::status.eq(status.as_str()));
            }
            if let Some((at, id)) = query.after {
                let at = At::from(at);
                due = due.filter(attempt::due_at.ge(at)).filter(attempt::due_at.gt(at).or(attempt::id.gt(id.0)));
            }
            let limit = query.limit.clamp(0, LONGEST_PAGE);
            let rows: Vec<Carried> = due.order((attempt::due_at, attempt::id)).limit(limit).load(conn)?;
            rows.into_iter().map(attempt_from).collect()
        })
    }

    fn list_due_cases(&mut self, now: DateTime<Utc>, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
        self.read(|conn| {
            let due = attempt::table
                .filter(attempt::status.eq(AttemptStatus::Pending.as_str()))
                .filter(attempt::due_at.le(At::from(now)))
                .filter(attempt::case_id.gt(after.map_or(i64::MIN, |id| id.0)));
            let cases = due.select(attempt::case_id).distinct().order(attempt::case_id).limit(limit.clamp(0, LONGEST_PAGE));
            let ids: Vec<i64> = cases.load(conn)?;
            Ok(ids.into_iter().map(CaseId).collect())
        })
    }

    fn update(&mut self, update: &AttemptUpdate) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let target = attempt::table.filter(attempt::id.eq(update.id.0)).filter(attempt::status.eq(update.from.as_str()));
            let state = (
                attempt::status.eq(update.to.as_str()),
                attempt::reason.eq(update.reason.as_deref()),
                attempt::updated_at.eq(At::from(update.at)),
                // `None` leaves the column as it is.
                update.message_id.map(|id| attempt::message_id.eq(id.0)),
                update.due_at.map(|due_at| attempt::due_at.eq(At::from(due_at))),
                update.reactivated.then(|| attempt::reactivated_at.eq(At::from(update.at))),
            );
            Ok(updated(diesel::update(target).set(state).execute(conn)?))
        })
    }
}
