//! Messages. Those that wait to be sent also have a row in the queue (`queue.rs`).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Message, MessageStatus};
use followup_domain::ports::{Inserted, MessageRepository, NewCall, NewInboundMessage, NewOutboundMessage, StoreError, Updated};

use super::super::Conn;
use super::message_row::TO_THE_UNIT;
use super::schema::{inbound, message, outbound};
use super::thread::in_thread;
use super::work::Work;
use super::{At, message_insert, thread, updated};
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
}

/// Only within one thread, and never to itself.
fn link(conn: &mut Conn, id: MessageId, parent_id: MessageId) -> Done<Updated> {
    let parent = message::table.find(parent_id.0).filter(message::direction.ne(TO_THE_UNIT));
    let case_id: Option<Option<i64>> = parent.select(message::case_id).first(conn).optional()?;
    let Some(case_id) = case_id.flatten().filter(|_| id != parent_id) else { return Ok(Updated::Stale) };
    let child = message::table.filter(message::id.eq(id.0)).filter(in_thread(CaseId(case_id)));
    Ok(updated(diesel::update(child).set(message::parent_id.eq(parent_id.0)).execute(conn)?))
}
