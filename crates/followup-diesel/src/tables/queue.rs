//! The queue of messages to be sent. A message has a row here while it is queued, being transmitted, or uncertain; its row is
//! locked before the message itself, always in this order.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, LeaseToken, MessageId};
use followup_domain::message::{Delivery, Direction, MessageContent, MessageStatus};
use followup_domain::ports::{Claimed, Lease, NewOutboundMessage, NewOutboundTiming, Outcome, Updated};

use super::super::Conn;
use super::message_row::{MailColumns, TO_THE_UNIT, TextColumns, parse, parse_optional};
use super::schema::{mail_header, message, message_queue, outbound};
use super::{At, LONGEST_PAGE, content};
use crate::error::{Done, Failure};

pub(super) const QUEUED: &str = "queued";
pub(super) const TRANSMITTING: &str = "transmitting";
const UNCERTAIN: &str = "uncertain";

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
    );
    diesel::insert_into(message_queue::table).values(row).execute(conn)?;
    Ok(())
}

pub(super) fn claim_due(conn: &mut Conn, now: DateTime<Utc>, lease: &Lease, limit: i64) -> Done<Vec<Claimed>> {
    let now = At::from(now);
    let free = message_queue::lease_until.is_null().or(message_queue::lease_until.le(now).assume_not_null());
    let due = message_queue::table.filter(message_queue::state.eq(QUEUED)).filter(message_queue::not_before.le(now)).filter(free);
    let oldest_first = due.order((message_queue::not_before, message_queue::message_id)).limit(limit.clamp(0, LONGEST_PAGE));
    let columns = (message_queue::message_id, message_queue::case_id, message_queue::tries);
    let rows: Vec<(i64, i64, i32)> = skip_locked_rows!(oldest_first.select(columns)).load(conn)?;

    let taken = message_queue::table.filter(message_queue::message_id.eq_any(rows.iter().map(|row| row.0).collect::<Vec<_>>()));
    let right = (message_queue::token.eq(&lease.token.0), message_queue::lease_until.eq(At::from(lease.until)));
    diesel::update(taken).set(right).execute(conn)?;
    let claimed = |(id, case_id, tries)| Claimed { message_id: MessageId(id), case_id: CaseId(case_id), tries };
    Ok(rows.into_iter().map(claimed).collect())
}

/// Whether the message is queued under this lease; its row is then locked.
pub(super) fn lock_queued(conn: &mut Conn, id: MessageId, token: &LeaseToken) -> Done<bool> {
    let held = message_queue::table
        .filter(message_queue::message_id.eq(id.0))
        .filter(message_queue::state.eq(QUEUED))
        .filter(message_queue::token.eq(&token.0));
    let found: Option<i64> = lock_rows!(held.select(message_queue::message_id)).first(conn).optional()?;
    Ok(found.is_some())
}

pub(super) fn set_content(conn: &mut Conn, id: MessageId, token: &LeaseToken, text: &MessageContent) -> Done<Updated> {
    if !lock_queued(conn, id, token)? {
        return Ok(Updated::Stale);
    }
    diesel::update(message::table.find(id.0)).set(TextColumns::of(text, Direction::Out)).execute(conn)?;
    diesel::update(mail_header::table.find(id.0)).set(MailColumns::of(text)).execute(conn)?;
    Ok(Updated::Yes)
}

pub(super) fn postpone(
    conn: &mut Conn,
    id: MessageId,
    token: &LeaseToken,
    not_before: DateTime<Utc>,
    tried: bool,
    error: Option<&str>,
) -> Done<Updated> {
    let unsettled = message_queue::state.eq_any([QUEUED, TRANSMITTING]);
    let held = message_queue::table.filter(message_queue::message_id.eq(id.0)).filter(unsettled).filter(message_queue::token.eq(&token.0));
    let found: Option<i64> = lock_rows!(held.select(message_queue::message_id)).first(conn).optional()?;
    if found.is_none() {
        return Ok(Updated::Stale);
    }
    let put_off = (
        message_queue::state.eq(QUEUED),
        message_queue::not_before.eq(At::from(not_before)),
        message_queue::lease_until.eq(None::<At>),
        message_queue::token.eq(None::<String>),
        message_queue::tries.eq(message_queue::tries + i32::from(tried)),
    );
    diesel::update(message_queue::table.find(id.0)).set(put_off).execute(conn)?;
    let state = (outbound::delivery.eq(Delivery::Queued.as_str()), error.map(|error| outbound::error.eq(error)));
    diesel::update(outbound::table.find(id.0)).set(state).execute(conn)?;
    Ok(Updated::Yes)
}

pub(super) fn withdraw(conn: &mut Conn, id: MessageId, token: &LeaseToken, reason: &str, now: DateTime<Utc>) -> Done<Updated> {
    if !lock_queued(conn, id, token)? {
        return Ok(Updated::Stale);
    }
    leave_unsent(conn, id, reason, now)
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

fn leave_unsent(conn: &mut Conn, id: MessageId, reason: &str, now: DateTime<Utc>) -> Done<Updated> {
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

pub(super) fn start_transmitting(conn: &mut Conn, id: MessageId, lease: &Lease, raw: &[u8], now: DateTime<Utc>) -> Done<Updated> {
    if !lock_queued(conn, id, &lease.token)? {
        return Ok(Updated::Stale);
    }
    let content_id = content::store(conn, &content::sha256(raw), raw, now)?;
    let under_way = (message_queue::state.eq(TRANSMITTING), message_queue::lease_until.eq(At::from(lease.until)));
    diesel::update(message_queue::table.find(id.0)).set(under_way).execute(conn)?;
    let now = At::from(now);
    let recipient = message::table.find(id.0).select(message::correspondent).single_value();
    let state = (
        outbound::delivery.eq(Delivery::Transmitting.as_str()),
        outbound::status.eq(Delivery::Transmitting.status().as_str()),
        outbound::recipient.eq(recipient),
        outbound::content_id.eq(content_id),
        outbound::transmitted_at.eq(now),
        outbound::recorded_at.eq(now),
    );
    diesel::update(outbound::table.find(id.0)).set(state).execute(conn)?;
    Ok(Updated::Yes)
}

pub(super) fn record_outcome(conn: &mut Conn, id: MessageId, token: &LeaseToken, outcome: &Outcome) -> Done<Updated> {
    if matches!(outcome.delivery, Delivery::Queued | Delivery::Transmitting) {
        return Err(Failure::Refused("queued and transmitting are not outcomes".to_owned()));
    }
    let held = message_queue::table.filter(message_queue::message_id.eq(id.0)).filter(message_queue::token.eq(&token.0));
    let found: Option<i64> = lock_rows!(held.select(message_queue::message_id)).first(conn).optional()?;
    if found.is_none() {
        return Ok(Updated::Stale);
    }
    apply_outcome(conn, id, outcome, None)
}

/// What a person, a bounce or a copy found tells of a message whose fate nobody knew. It left when its transmission began.
pub(super) fn settle_uncertain(conn: &mut Conn, id: MessageId, outcome: &Outcome) -> Done<Updated> {
    let uncertain = message_queue::table.filter(message_queue::message_id.eq(id.0)).filter(message_queue::state.eq(UNCERTAIN));
    let found: Option<i64> = lock_rows!(uncertain.select(message_queue::message_id)).first(conn).optional()?;
    if found.is_none() {
        return Ok(Updated::Stale);
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
    let columns = (outbound::delivery, outbound::status, outbound::transmitted_at);
    let known: Option<(Option<String>, String, Option<At>)> = outbound::table.find(id.0).select(columns).first(conn).optional()?;
    let Some((delivery, status, transmitted_at)) = known else { return Ok(Updated::Stale) };
    let delivery = parse_optional("delivery", delivery.as_deref(), Delivery::parse)?;
    let was_moved_on = delivery.is_none_or(|delivery| delivery.status().as_str() != status);
    if delivery.is_none() || (was_moved_on && outcome.delivery == Delivery::Bounced) {
        return Ok(Updated::Stale);
    }
    apply_outcome(conn, id, outcome, transmitted_at)
}

/// The message's queue row is locked. `left_at` is when it left, where that is not now.
fn apply_outcome(conn: &mut Conn, id: MessageId, outcome: &Outcome, left_at: Option<At>) -> Done<Updated> {
    let columns = (outbound::delivery, outbound::status, outbound::sent_at);
    let (delivery, status, sent_at): (Option<String>, String, Option<At>) = outbound::table.find(id.0).select(columns).first(conn)?;
    let delivery = parse("delivery", delivery.as_deref().unwrap_or_default(), Delivery::parse)?;
    let status = parse("message status", &status, MessageStatus::parse)?;
    if !delivery.may_become(outcome.delivery) {
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

pub(super) fn list_abandoned(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Done<Vec<(Claimed, LeaseToken)>> {
    let abandoned = message_queue::table
        .filter(message_queue::state.eq(TRANSMITTING))
        .filter(message_queue::lease_until.le(At::from(now)))
        .order((message_queue::lease_until, message_queue::message_id))
        .limit(limit.clamp(0, LONGEST_PAGE));
    let columns = (message_queue::message_id, message_queue::case_id, message_queue::tries, message_queue::token);
    let rows: Vec<(i64, i64, i32, Option<String>)> = abandoned.select(columns).load(conn)?;
    let claimed = |(id, case_id, tries, token): (i64, i64, i32, Option<String>)| {
        let claimed = Claimed { message_id: MessageId(id), case_id: CaseId(case_id), tries };
        (claimed, LeaseToken(token.unwrap_or_default()))
    };
    Ok(rows.into_iter().map(claimed).collect())
}
