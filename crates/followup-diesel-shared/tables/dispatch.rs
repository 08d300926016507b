//! The queue as whoever sends it works on it: batches of messages, each held by a token.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, LeaseToken, MessageId};
use followup_domain::message::{Channel, Delivery, Direction, MessageContent};
use followup_domain::ports::{Claimed, DispatchRepository, Held, Lease, Outcome, Postponement, StoreError, Updated};

use super::super::Conn;
use super::message_row::{MailColumns, TextColumns, template_to_json};
use super::queue::{QUEUED, TRANSMITTING, UNCERTAIN, apply_outcome, leave_unsent};
use super::schema::{mail_header, message, message_queue, outbound};
use super::work::Work;
use super::{At, IDS_PER_QUERY, LONGEST_PAGE, content};
use crate::error::{Done, Failure};

impl DispatchRepository for Work<'_> {
    fn claim_due(&mut self, channel: Channel, now: DateTime<Utc>, lease: &Lease, limit: i64) -> Result<Vec<Claimed>, StoreError> {
        self.write(|conn| claim_due(conn, (channel, now), lease, limit))
    }

    fn holds_lease(&mut self, batch: &[Held<'_>]) -> Result<Vec<bool>, StoreError> {
        self.write(|conn| {
            let mut locked = lock(conn, batch.iter().copied(), &[QUEUED])?;
            Ok(batch.iter().map(|held| locked.take(*held)).collect())
        })
    }

    fn set_content(&mut self, batch: &[(Held<'_>, &MessageContent)]) -> Result<Vec<Updated>, StoreError> {
        self.write(|conn| each_held(conn, batch, &[QUEUED], set_content))
    }

    fn postpone(&mut self, batch: &[(Held<'_>, Postponement<'_>)]) -> Result<Vec<Updated>, StoreError> {
        self.write(|conn| each_held(conn, batch, &[QUEUED, TRANSMITTING], postpone))
    }

    fn withdraw(&mut self, batch: &[(Held<'_>, &str)], now: DateTime<Utc>) -> Result<Vec<Updated>, StoreError> {
        self.write(|conn| each_held(conn, batch, &[QUEUED], |conn, id, reason| leave_unsent(conn, MessageId(id), reason, now)))
    }

    fn start_transmitting(
        &mut self,
        batch: &[(Held<'_>, &[u8])],
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Updated>, StoreError> {
        self.write(|conn| each_held(conn, batch, &[QUEUED], |conn, id, raw| start_transmitting(conn, id, raw, (until, now))))
    }

    fn record_outcome(&mut self, batch: &[(Held<'_>, &Outcome)]) -> Result<Vec<Updated>, StoreError> {
        self.write(|conn| {
            if batch.iter().any(|(_, outcome)| matches!(outcome.delivery, Delivery::Queued | Delivery::Transmitting)) {
                return Err(Failure::Refused("queued and transmitting are not outcomes".to_owned()));
            }
            let unsettled = [QUEUED, TRANSMITTING, UNCERTAIN];
            each_held(conn, batch, &unsettled, |conn, id, outcome| apply_outcome(conn, MessageId(id), outcome, None))
        })
    }

    fn list_abandoned(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<(Claimed, LeaseToken)>, StoreError> {
        self.read(|conn| list_abandoned(conn, now, limit))
    }
}

/// Rows of the queue that are locked, with their tokens. Each is taken once.
struct Locked(BTreeMap<i64, String>);

impl Locked {
    fn take(&mut self, held: Held<'_>) -> bool {
        let is_held = self.0.get(&held.id.0).is_some_and(|token| *token == held.token.0);
        is_held && self.0.remove(&held.id.0).is_some()
    }
}

/// Locks the rows of a batch that stand in one of these states under some lease, in the order of their numbers.
fn lock<'a>(conn: &mut Conn, batch: impl Iterator<Item = Held<'a>>, states: &[&'static str]) -> Done<Locked> {
    let mut ids: Vec<i64> = batch.map(|held| held.id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut locked = BTreeMap::new();
    for some in ids.chunks(IDS_PER_QUERY) {
        let rows = message_queue::table
            .filter(message_queue::message_id.eq_any(some))
            .filter(message_queue::state.eq_any(states))
            .filter(message_queue::token.is_not_null())
            .order(message_queue::message_id)
            .select((message_queue::message_id, message_queue::token.assume_not_null()));
        locked.extend(lock_rows!(rows).load::<(i64, String)>(conn)?);
    }
    Ok(Locked(locked))
}

/// Does something with each message of a batch that is held in one of these states.
fn each_held<'a, T: Copy>(
    conn: &mut Conn,
    batch: &[(Held<'a>, T)],
    states: &[&'static str],
    mut what: impl FnMut(&mut Conn, i64, T) -> Done<Updated>,
) -> Done<Vec<Updated>> {
    let mut locked = lock(conn, batch.iter().map(|(held, _)| *held), states)?;
    batch.iter().map(|(held, item)| if locked.take(*held) { what(conn, held.id.0, *item) } else { Ok(Updated::Stale) }).collect()
}

fn claim_due(conn: &mut Conn, (channel, now): (Channel, DateTime<Utc>), lease: &Lease, limit: i64) -> Done<Vec<Claimed>> {
    let now = At::from(now);
    let free = message_queue::lease_until.is_null().or(message_queue::lease_until.le(now).assume_not_null());
    let due = message_queue::table
        .filter(message_queue::channel.eq(channel.as_str()))
        .filter(message_queue::state.eq(QUEUED))
        .filter(message_queue::not_before.le(now))
        .filter(free);
    let oldest_first = due.order((message_queue::not_before, message_queue::message_id)).limit(limit.clamp(0, LONGEST_PAGE));
    let columns = (message_queue::message_id, message_queue::case_id, message_queue::tries, message_queue::deferred);
    let rows: Vec<ClaimedColumns> = skip_locked_rows!(oldest_first.select(columns)).load(conn)?;

    let taken = message_queue::table.filter(message_queue::message_id.eq_any(rows.iter().map(|row| row.0).collect::<Vec<_>>()));
    let right = (message_queue::token.eq(&lease.token.0), message_queue::lease_until.eq(At::from(lease.until)));
    diesel::update(taken).set(right).execute(conn)?;
    Ok(rows.into_iter().map(claimed).collect())
}

type ClaimedColumns = (i64, i64, i32, bool);

fn claimed((id, case_id, tries, deferred): ClaimedColumns) -> Claimed {
    Claimed { message_id: MessageId(id), case_id: CaseId(case_id), tries, deferred }
}

fn set_content(conn: &mut Conn, id: i64, text: &MessageContent) -> Done<Updated> {
    diesel::update(message::table.find(id)).set(TextColumns::of(text, Direction::Out)).execute(conn)?;
    diesel::update(mail_header::table.find(id)).set(MailColumns::of(text)).execute(conn)?;
    // A letter by WhatsApp is always a template, one by another channel never.
    if let Some(template) = &text.template {
        diesel::update(outbound::table.find(id)).set(outbound::template.eq(template_to_json(template))).execute(conn)?;
    }
    Ok(Updated::Yes)
}

fn postpone(conn: &mut Conn, id: i64, pause: Postponement<'_>) -> Done<Updated> {
    let put_off = (
        message_queue::state.eq(QUEUED),
        message_queue::not_before.eq(At::from(pause.not_before)),
        message_queue::lease_until.eq(None::<At>),
        message_queue::token.eq(None::<String>),
        message_queue::tries.eq(message_queue::tries + i32::from(pause.tried)),
    );
    diesel::update(message_queue::table.find(id)).set(put_off).execute(conn)?;
    let state = (outbound::delivery.eq(Delivery::Queued.as_str()), pause.error.map(|error| outbound::error.eq(error)));
    diesel::update(outbound::table.find(id)).set(state).execute(conn)?;
    Ok(Updated::Yes)
}

fn start_transmitting(conn: &mut Conn, id: i64, raw: &[u8], (until, now): (DateTime<Utc>, DateTime<Utc>)) -> Done<Updated> {
    let content_id = content::store(conn, &content::sha256(raw), raw, now)?;
    let under_way = (message_queue::state.eq(TRANSMITTING), message_queue::lease_until.eq(At::from(until)));
    diesel::update(message_queue::table.find(id)).set(under_way).execute(conn)?;
    let now = At::from(now);
    let recipient = message::table.find(id).select(message::correspondent).single_value();
    let state = (
        outbound::delivery.eq(Delivery::Transmitting.as_str()),
        outbound::status.eq(Delivery::Transmitting.status().as_str()),
        outbound::recipient.eq(recipient),
        outbound::content_id.eq(content_id),
        outbound::transmitted_at.eq(now),
        outbound::recorded_at.eq(now),
    );
    diesel::update(outbound::table.find(id)).set(state).execute(conn)?;
    Ok(Updated::Yes)
}

fn list_abandoned(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Done<Vec<(Claimed, LeaseToken)>> {
    let abandoned = message_queue::table
        .filter(message_queue::state.eq(TRANSMITTING))
        .filter(message_queue::lease_until.le(At::from(now)))
        .order((message_queue::lease_until, message_queue::message_id))
        .limit(limit.clamp(0, LONGEST_PAGE));
    let columns = (message_queue::message_id, message_queue::case_id, message_queue::tries, message_queue::deferred);
    let rows: Vec<(ClaimedColumns, Option<String>)> = abandoned.select((columns, message_queue::token)).load(conn)?;
    Ok(rows.into_iter().map(|(row, token)| (claimed(row), LeaseToken(token.unwrap_or_default()))).collect())
}
