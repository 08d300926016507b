//! Messages. Those that wait to be sent also have a row in the queue (`queue.rs`).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, LeaseToken, MessageId, RawId};
use followup_domain::message::{Message, MessageContent, MessageStatus};
use followup_domain::ports::{
    Claimed, Inserted, Lease, MessageRepository, NewCall, NewInboundMessage, NewOutboundMessage, Outcome, StoreError, Updated,
};

use super::super::Conn;
use super::message_row::TO_THE_UNIT;
use super::schema::{inbound, message, outbound};
use super::thread::in_thread;
use super::work::Work;
use super::{At, content, message_insert, queue, thread, updated};
use crate::error::{Done, Failure};

impl MessageRepository for Work<'_> {
    fn insert_outbound(&mut self, new: &NewOutboundMessage) -> Result<Inserted<MessageId>, StoreError> {
        self.write(|conn| message_insert::outbound(conn, new))
    }

    fn insert_inbound(&mut self, new: &NewInboundMessage) -> Result<MessageId, StoreError> {
        self.write(|conn| message_insert::inbound(conn, new))
    }

    fn find(&mut self, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.read(|conn| thread::find(conn, id))
    }

    fn claim_due(&mut self, now: DateTime<Utc>, lease: &Lease, limit: i64) -> Result<Vec<Claimed>, StoreError> {
        self.write(|conn| queue::claim_due(conn, now, lease, limit))
    }

    fn holds_lease(&mut self, id: MessageId, token: &LeaseToken) -> Result<bool, StoreError> {
        self.write(|conn| queue::lock_queued(conn, id, token))
    }

    fn set_content(&mut self, id: MessageId, token: &LeaseToken, content: &MessageContent) -> Result<Updated, StoreError> {
        self.write(|conn| queue::set_content(conn, id, token, content))
    }

    fn postpone(
        &mut self,
        id: MessageId,
        token: &LeaseToken,
        not_before: DateTime<Utc>,
        tried: bool,
        error: Option<&str>,
    ) -> Result<Updated, StoreError> {
        self.write(|conn| queue::postpone(conn, id, token, not_before, tried, error))
    }

    fn withdraw(&mut self, id: MessageId, token: &LeaseToken, reason: &str, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| queue::withdraw(conn, id, token, reason, now))
    }

    fn start_transmitting(&mut self, id: MessageId, lease: &Lease, raw: &[u8], now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| queue::start_transmitting(conn, id, lease, raw, now))
    }

    fn record_outcome(&mut self, id: MessageId, token: &LeaseToken, outcome: &Outcome) -> Result<Updated, StoreError> {
        self.write(|conn| queue::record_outcome(conn, id, token, outcome))
    }

    fn list_abandoned(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<(Claimed, LeaseToken)>, StoreError> {
        self.read(|conn| queue::list_abandoned(conn, now, limit))
    }

    fn update_status(&mut self, id: MessageId, from: MessageStatus, to: MessageStatus, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| {
            if (from, to) == (MessageStatus::Pending, MessageStatus::Skipped) {
                return Err(Failure::Refused("what waits in the queue is skipped, not only said to be".to_owned()));
            }
            let target = outbound::table.filter(outbound::message_id.eq(id.0)).filter(outbound::status.eq(from.as_str()));
            let state = (outbound::status.eq(to.as_str()), outbound::recorded_at.eq(At::from(now)));
            Ok(updated(diesel::update(target).set(state).execute(conn)?))
        })
    }

    fn insert_call(&mut self, call: &NewCall) -> Result<MessageId, StoreError> {
        self.write(|conn| message_insert::call(conn, call))
    }

    fn confirm(&mut self, id: MessageId) -> Result<Updated, StoreError> {
        self.write(|conn| {
            // What has no case has no match that waits.
            let flagged = inbound::table.filter(inbound::message_id.eq(id.0)).filter(inbound::match_confirmed.eq(false));
            Ok(updated(diesel::update(flagged).set(inbound::match_confirmed.eq(true)).execute(conn)?))
        })
    }

    fn link(&mut self, id: MessageId, parent_id: MessageId) -> Result<Updated, StoreError> {
        self.write(|conn| link(conn, id, parent_id))
    }

    fn raw(&mut self, id: RawId) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|conn| content::load(conn, id.0))
    }
}

/// Only within one thread, and never to itself.
fn link(conn: &mut Conn, id: MessageId, parent_id: MessageId) -> Done<Updated> {
    let parent = message::table.find(parent_id.0).filter(message::direction.ne(TO_THE_UNIT));
    let case_id: Option<Option<i64>> = parent.select(message::case_id).first(conn).optional()?;
    let Some(case_id) = case_id.flatten().filter(|_| id != parent_id) else { return Ok(Updated::Stale) };
    let child = message::table.filter(message::id.eq(id.0)).filter(in_thread(CaseId(case_id)));
    Ok(updated(diesel::update(child).set(message::parent_id.eq(parent_id.0)).execute(conn)?))
}
