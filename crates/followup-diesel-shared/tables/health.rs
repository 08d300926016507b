//! Counts for those who watch over the service, each along an index that holds little else.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, min, sql, sum};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use followup_domain::asking::plan::PlannedChannel;
use followup_domain::message::Channel;
use followup_domain::ports::{DueAttempts, HealthRepository, QueueFigures, SentFigures, StoreError};

use super::super::Conn;
use super::At;
use super::queue::{QUEUED, TRANSMITTING};
use super::schema::{__diesel_schema_migrations, attempt, message, message_queue, outbound};
use super::work::Work;
use crate::error::Done;

/// The condition of the partial index `attempt_pending`, word for word.
pub(super) const PENDING: &str = "attempt.status = 'pending'";

impl HealthRepository for Work<'_> {
    fn queue(&mut self, now: DateTime<Utc>) -> Result<QueueFigures, StoreError> {
        self.read(|conn| {
            let in_state = |state: &'static str| message_queue::table.filter(message_queue::state.eq(state));
            let (queued, oldest): (i64, Option<i64>) =
                in_state(QUEUED).select((count_star(), min(message_queue::message_id))).first(conn)?;
            let first = in_state(QUEUED).order((message_queue::not_before, message_queue::message_id));
            let due: Option<At> = first.select(message_queue::not_before).first(conn).optional()?;
            let oldest_at = oldest.map(|id| message::table.find(id).select(message::created_at).first::<At>(conn)).transpose()?;
            Ok(QueueFigures {
                queued,
                transmitting: in_state(TRANSMITTING).count().get_result(conn)?,
                oldest_at: oldest_at.map(|at| at.0),
                due_since: due.map(|at| at.0).filter(|at| *at <= now),
            })
        })
    }

    fn queued_by_channel(&mut self) -> Result<Vec<(Channel, i64)>, StoreError> {
        self.read(|conn| {
            let queued = |channel: Channel| {
                let of_it = message_queue::table.filter(message_queue::channel.eq(channel.as_str()));
                of_it.filter(message_queue::state.eq(QUEUED)).count()
            };
            Channel::ALL.iter().map(|channel| Ok((*channel, queued(*channel).get_result(conn)?))).collect()
        })
    }

    fn due_attempts(&mut self, now: DateTime<Utc>) -> Result<Vec<DueAttempts>, StoreError> {
        self.read(|conn| PlannedChannel::ALL.iter().map(|channel| due_by(conn, *channel, now)).collect())
    }

    fn sent_since(&mut self, since: DateTime<Utc>) -> Result<Vec<SentFigures>, StoreError> {
        self.read(|conn| Channel::ALL.iter().map(|channel| sent_by(conn, *channel, since)).collect())
    }

    fn schema_version(&mut self) -> Result<String, StoreError> {
        self.read(|conn| {
            let versions = __diesel_schema_migrations::table.order(__diesel_schema_migrations::version.desc());
            Ok(versions.select(__diesel_schema_migrations::version).first(conn)?)
        })
    }
}

fn due_by(conn: &mut Conn, channel: PlannedChannel, now: DateTime<Utc>) -> Done<DueAttempts> {
    let pending = attempt::table.filter(sql::<Bool>(PENDING)).filter(attempt::channel.eq(channel.as_str()));
    let due = || pending.clone().filter(attempt::due_at.le(At::from(now)));
    let count = due().count().get_result(conn)?;
    let oldest: Option<At> = due().order(attempt::due_at).select(attempt::due_at).first(conn).optional()?;
    Ok(DueAttempts { channel, count, oldest_at: oldest.map(|at| at.0) })
}

fn sent_by(conn: &mut Conn, channel: Channel, since: DateTime<Utc>) -> Done<SentFigures> {
    let sent = || {
        let since = outbound::table.inner_join(message::table).filter(outbound::sent_at.ge(At::from(since)));
        since.filter(message::channel.eq(channel.as_str()))
    };
    let (messages, parts): (i64, Option<i64>) = sent().select((count_star(), sum(outbound::parts))).first(conn)?;
    let last: Option<Option<At>> = sent().order(outbound::sent_at.desc()).select(outbound::sent_at).first(conn).optional()?;
    Ok(SentFigures { channel, messages, parts: parts.unwrap_or(0), last_at: last.flatten().map(|at| at.0) })
}
