//! The queue of messages to be sent; `dispatch.rs` is what those do with it who send. A message has a row here while it is queued, being
//! transmitted, or uncertain; its row is locked before the message itself, always in this order.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Delivery, MessageStatus};
use followup_domain::ports::{NewOutboundMessage, NewOutboundTiming, Outcome, Updated};

use super::super::{Conn, Db};
use super::message_row::{TO_THE_UNIT, parse, parse_optional};
use super::schema::{message, message_queue, outbound};
use super::{At, IDS_PER_QUERY, updated};
use crate::error::{Done, Failure};

pub(super) const QUEUED: &str = "queued";
pub(super) const TRANSMITTING: &str = "transmitting";
pub(super) const UNCERTAIN: &str = "uncertain";

pub(super) fn enqueue(conn: &mut Conn, id: i64, new: &NewOutboundMessage) -> Done<()> {
    let (not_before, lease) = match &new.timing {
        NewOutboundTiming::NotBefore(instant) => (*instant, None),
        NewOutboundTiming::Leased(lease) => (new.created_at, Some(lease)),
    };
    let row = (
        message_queue::message_id.eq(id),
        message_queue::case_id.eq(new.case_id.0),
        message_queue::channel.eq(new.channel.as_str()),
        message_queue::state.eq(QUEUED),
        message_queue::not_before.eq(At::from(not_before)),
        message_queue::lease_until.eq(lease.map(|lease| At::from(lease.until))),
        message_queue::token.eq(lease.map(|lease| lease.token.0.as_str())),
        message_queue::tries.eq(0),
        message_queue::deferred.eq(lease.is_none()),
    );
    diesel::insert_into(message_queue::table).values(row).execute(conn)?;
    Ok(())
}

/// A decision not to send what is queued; whoever holds its lease finds it gone before anything leaves.
pub(super) fn skip(conn: &mut Conn, id: MessageId, reason: &str, now: DateTime<Utc>) -> Done<Updated> {
    let queued = message_queue::table.filter(message_queue::message_id.eq(id.0)).filter(message_queue::state.eq(QUEUED));
    let found: Option<i64> = lock_rows!(queued.select(message_queue::message_id)).first(conn).optional()?;
    if found.is_none() {
        return Ok(Updated::Stale);
    }
    leave_unsent(conn, id, reason, now)
}

/// What is queued of a case, whoever holds its lease; notifications are for the unit and go out all the same.
pub(super) fn withdraw_queued(conn: &mut Conn, case_id: CaseId, reason: &str, now: DateTime<Utc>) -> Done<Vec<MessageId>> {
    let notification = message::direction.eq(TO_THE_UNIT);
    let notifies = diesel::dsl::exists(message::table.filter(message::id.eq(message_queue::message_id)).filter(notification));
    let queued = message_queue::table
        .filter(message_queue::case_id.eq(case_id.0))
        .filter(message_queue::state.eq(QUEUED))
        .filter(diesel::dsl::not(notifies))
        .order(message_queue::message_id);
    let ids: Vec<i64> = lock_rows!(queued.select(message_queue::message_id)).load(conn)?;
    for id in &ids {
        leave_unsent(conn, MessageId(*id), reason, now)?;
    }
    Ok(ids.into_iter().map(MessageId).collect())
}

pub(super) fn leave_unsent(conn: &mut Conn, id: MessageId, reason: &str, now: DateTime<Utc>) -> Done<Updated> {
    diesel::delete(message_queue::table.find(id.0)).execute(conn)?;
    let state = (
        outbound::status.eq(MessageStatus::Skipped.as_str()),
        outbound::delivery.eq(None::<String>),
        outbound::recorded_at.eq(At::from(now)),
        outbound::error.eq(reason),
    );
    diesel::update(outbound::table.find(id.0)).set(state).execute(conn)?;
    Ok(Updated::Yes)
}

/// What a person, a bounce or a copy found tells of a message whose fate nobody knew. It left when its transmission began.
pub(super) fn settle_uncertain(conn: &mut Conn, id: MessageId, outcome: &Outcome) -> Done<Updated> {
    let row = message_queue::table.find(id.0);
    let state: Option<String> = lock_rows!(row.select(message_queue::state)).first(conn).optional()?;
    match state.as_deref() {
        Some(UNCERTAIN) => {}
        Some(QUEUED) if outcome.delivery.reached_the_transport() => {
            // It left all the same: before the store was set back, or while the transport said that it does not take it now.
            let doubt = (outbound::delivery.eq(Delivery::Uncertain.as_str()), outbound::status.eq(Delivery::Uncertain.status().as_str()));
            diesel::update(outbound::table.find(id.0)).set(doubt).execute(conn)?;
        }
        _ => return Ok(Updated::Stale),
    }
    let transmitted_at: Option<At> = outbound::table.find(id.0).select(outbound::transmitted_at).first(conn)?;
    apply_outcome(conn, id, outcome, transmitted_at)
}

/// What reports tell of messages that left, or may have left. What still waits, or is being handed over, has told nothing yet.
pub(super) fn record_reports(conn: &mut Conn, batch: &[(MessageId, &Outcome)]) -> Done<Vec<Updated>> {
    let of_one_that_left = |outcome: &Outcome| matches!(outcome.delivery, Delivery::Delivered | Delivery::Read | Delivery::Bounced);
    if !batch.iter().all(|(_, outcome)| of_one_that_left(outcome)) {
        return Err(Failure::Refused("a report tells what became of a message that left".to_owned()));
    }
    let ids: BTreeSet<i64> = batch.iter().map(|(id, _)| id.0).collect();
    if ids.len() < batch.len() {
        return Err(Failure::Refused("a message is reported on twice in a batch".to_owned()));
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    let mut states: HashMap<i64, String> = HashMap::new();
    let mut known: HashMap<i64, (Fate, Option<At>, String)> = HashMap::with_capacity(ids.len());
    for some in ids.chunks(IDS_PER_QUERY) {
        let rows = message_queue::table.filter(message_queue::message_id.eq_any(some)).order(message_queue::message_id);
        states.extend(lock_rows!(rows.select((message_queue::message_id, message_queue::state))).load::<(i64, String)>(conn)?);
    }
    for some in ids.chunks(IDS_PER_QUERY) {
        let these = outbound::table.inner_join(message::table).filter(outbound::message_id.eq_any(some));
        let columns = (outbound::message_id, Fate::as_select(), outbound::transmitted_at, message::channel);
        let rows: Vec<(i64, Fate, Option<At>, String)> = these.select(columns).load(conn)?;
        known.extend(rows.into_iter().map(|(id, fate, transmitted_at, channel)| (id, (fate, transmitted_at, channel))));
    }
    let (mut answers, mut changes) = (Vec::with_capacity(batch.len()), Vec::new());
    for (id, outcome) in batch {
        let is_uncertain = states.get(&id.0).is_none_or(|state| state == UNCERTAIN);
        let change = match known.get(&id.0).filter(|_| is_uncertain) {
            Some(known) => report_change(known, outcome)?,
            None => None,
        };
        answers.push(updated(usize::from(change.is_some())));
        changes.extend(change.map(|change| (id.0, change)));
    }
    write_changes(conn, &changes)?;
    for (id, change) in changes.iter().filter(|(id, _)| states.contains_key(id)) {
        settle(conn, MessageId(*id), change.outcome.delivery)?;
    }
    Ok(answers)
}

fn report_change<'o>((fate, transmitted_at, channel): &(Fate, Option<At>, String), outcome: &'o Outcome) -> Done<Option<Change<'o>>> {
    let delivery = parse_optional("delivery", fate.delivery.as_deref(), Delivery::parse)?;
    let was_moved_on = delivery.is_none_or(|delivery| delivery.status().as_str() != fate.status);
    if delivery.is_none() || (was_moved_on && outcome.delivery == Delivery::Bounced) {
        return Ok(None);
    }
    // Of a mail several servers may tell, each of its own part of the way; of another channel its one provider does.
    let legal = if channel == Channel::Email.as_str() { Delivery::may_become } else { Delivery::is_overruled_by };
    change_of(fate, (outcome, *transmitted_at), legal)
}

/// What is known of a message that is to be told of.
#[derive(Queryable, Selectable)]
#[diesel(table_name = outbound, check_for_backend(Db))]
struct Fate {
    delivery: Option<String>,
    status: String,
    sent_at: Option<At>,
}

/// What an outcome changes.
#[derive(Clone, Copy, PartialEq)]
struct Change<'o> {
    outcome: &'o Outcome,
    /// The status is the outcome's; where a reply or a person moved it on, it stays there.
    status_follows: bool,
    /// When it left, if that is known with the outcome.
    sent_at: Option<At>,
}

/// The message's queue row is locked. `left_at` is when it left, where that is not now.
pub(super) fn apply_outcome(conn: &mut Conn, id: MessageId, outcome: &Outcome, left_at: Option<At>) -> Done<Updated> {
    let fate: Fate = outbound::table.find(id.0).select(Fate::as_select()).first(conn)?;
    let Some(change) = change_of(&fate, (outcome, left_at), Delivery::may_become)? else { return Ok(Updated::Stale) };
    write_changes(conn, &[(id.0, change)])?;
    settle(conn, id, outcome.delivery)?;
    Ok(Updated::Yes)
}

/// None where it is not legal.
fn change_of<'o>(
    fate: &Fate,
    (outcome, left_at): (&'o Outcome, Option<At>),
    legal: fn(Delivery, Delivery) -> bool,
) -> Done<Option<Change<'o>>> {
    let delivery = parse("delivery", fate.delivery.as_deref().unwrap_or_default(), Delivery::parse)?;
    let status = parse("message status", &fate.status, MessageStatus::parse)?;
    let accepted_now = fate.sent_at.is_none() && outcome.delivery.reached_the_transport();
    let sent_at = accepted_now.then(|| left_at.unwrap_or(At::from(outcome.at)));
    Ok(legal(delivery, outcome.delivery).then_some(Change { outcome, status_follows: status == delivery.status(), sent_at }))
}

/// One statement for all messages of which the same is told.
fn write_changes(conn: &mut Conn, changes: &[(i64, Change<'_>)]) -> Done<()> {
    let mut groups: Vec<(Change<'_>, Vec<i64>)> = Vec::new();
    for (id, change) in changes {
        match groups.iter_mut().find(|(known, _)| known == change) {
            Some((_, ids)) => ids.push(*id),
            None => groups.push((*change, vec![*id])),
        }
    }
    for (Change { outcome, status_follows, sent_at }, ids) in groups {
        let now = At::from(outcome.at);
        let state = (
            outbound::delivery.eq(outcome.delivery.as_str()),
            status_follows.then(|| outbound::status.eq(outcome.delivery.status().as_str())),
            sent_at.map(|sent_at| outbound::sent_at.eq(sent_at)),
            (outcome.delivery == Delivery::Delivered).then(|| outbound::delivered_at.eq(now)),
            (outcome.delivery == Delivery::Read).then(|| outbound::read_at.eq(now)),
            // What the transport said stays where nothing new is said: a person has no words of its.
            outcome.transport_response.as_deref().map(|words| outbound::words.eq(words)),
            outcome.parts.map(|parts| outbound::parts.eq(i32::from(parts))),
            outbound::error.eq(outcome.error.as_deref()),
            outbound::recorded_at.eq(now),
        );
        for some in ids.chunks(IDS_PER_QUERY) {
            diesel::update(outbound::table.filter(outbound::message_id.eq_any(some))).set(state).execute(conn)?;
        }
    }
    Ok(())
}

/// An uncertain message keeps its token, so that a late answer can record itself; every other one is done with.
fn settle(conn: &mut Conn, id: MessageId, delivery: Delivery) -> Done<()> {
    let row = message_queue::table.find(id.0);
    if delivery == Delivery::Uncertain {
        let kept = (message_queue::state.eq(UNCERTAIN), message_queue::lease_until.eq(None::<At>));
        diesel::update(row).set(kept).execute(conn)?;
    } else {
        diesel::delete(row).execute(conn)?;
    }
    Ok(())
}
