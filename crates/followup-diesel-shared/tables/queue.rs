//! The queue of messages to be sent; `dispatch.rs` is what those do with it who send. A message has a row here while it is queued, being
//! transmitted, or uncertain; its row is locked before the message itself, always in this order.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Delivery, MessageStatus};
use followup_domain::ports::{NewOutboundMessage, NewOutboundTiming, Outcome, Updated};

use super::super::Conn;
use super::At;
use super::message_row::{TO_THE_UNIT, parse, parse_optional};
use super::schema::{message, message_queue, outbound};
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

/// What a report tells of a message that left, or may have left. What still waits, or is being handed over, has told nothing yet.
pub(super) fn record_report(conn: &mut Conn, id: MessageId, outcome: &Outcome) -> Done<Updated> {
    if !matches!(outcome.delivery, Delivery::Delivered | Delivery::Read | Delivery::Bounced) {
        return Err(Failure::Refused("a report tells what became of a message that left".to_owned()));
    }
    let row = message_queue::table.find(id.0);
    let state: Option<String> = lock_rows!(row.select(message_queue::state)).first(conn).optional()?;
    if state.is_some_and(|state| state != UNCERTAIN) {
        return Ok(Updated::Stale);
    }
    let columns = (outbound::delivery, outbound::status, outbound::transmitted_at, message::channel);
    let known = outbound::table.inner_join(message::table).filter(outbound::message_id.eq(id.0)).select(columns);
    let known: Option<(Option<String>, String, Option<At>, String)> = known.first(conn).optional()?;
    let Some((delivery, status, transmitted_at, channel)) = known else { return Ok(Updated::Stale) };
    let delivery = parse_optional("delivery", delivery.as_deref(), Delivery::parse)?;
    let was_moved_on = delivery.is_none_or(|delivery| delivery.status().as_str() != status);
    if delivery.is_none() || (was_moved_on && outcome.delivery == Delivery::Bounced) {
        return Ok(Updated::Stale);
    }
    // Of a mail several servers may tell, each of its own part of the way; of another channel its one provider does.
    let legal = if channel == Channel::Email.as_str() { Delivery::may_become } else { Delivery::is_overruled_by };
    apply(conn, id, (outcome, transmitted_at), legal)
}

/// The message's queue row is locked. `left_at` is when it left, where that is not now.
pub(super) fn apply_outcome(conn: &mut Conn, id: MessageId, outcome: &Outcome, left_at: Option<At>) -> Done<Updated> {
    apply(conn, id, (outcome, left_at), Delivery::may_become)
}

fn apply(
    conn: &mut Conn,
    id: MessageId,
    (outcome, left_at): (&Outcome, Option<At>),
    legal: fn(Delivery, Delivery) -> bool,
) -> Done<Updated> {
    let columns = (outbound::delivery, outbound::status, outbound::sent_at);
    let (delivery, status, sent_at): (Option<String>, String, Option<At>) = outbound::table.find(id.0).select(columns).first(conn)?;
    let delivery = parse("delivery", delivery.as_deref().unwrap_or_default(), Delivery::parse)?;
    let status = parse("message status", &status, MessageStatus::parse)?;
    if !legal(delivery, outcome.delivery) {
        return Ok(Updated::Stale);
    }
    // Where a reply or a person moved the status on, it stays there.
    let follows = status == delivery.status();
    let accepted_now = sent_at.is_none() && outcome.delivery.reached_the_transport();
    let now = At::from(outcome.at);
    let state = (
        outbound::delivery.eq(outcome.delivery.as_str()),
        follows.then(|| outbound::status.eq(outcome.delivery.status().as_str())),
        accepted_now.then(|| outbound::sent_at.eq(left_at.unwrap_or(now))),
        (outcome.delivery == Delivery::Delivered).then(|| outbound::delivered_at.eq(now)),
        (outcome.delivery == Delivery::Read).then(|| outbound::read_at.eq(now)),
        // What the transport said stays where nothing new is said: a person has no words of its.
        outcome.transport_response.as_deref().map(|words| outbound::words.eq(words)),
        outcome.parts.map(|parts| outbound::parts.eq(i32::from(parts))),
        outbound::error.eq(outcome.error.as_deref()),
        outbound::recorded_at.eq(now),
    );
    diesel::update(outbound::table.find(id.0)).set(state).execute(conn)?;
    settle(conn, id, outcome.delivery)?;
    Ok(Updated::Yes)
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
