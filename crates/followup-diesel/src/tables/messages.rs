//! Messages. Those that wait to be sent also have a row in the queue (`queue.rs`).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::asking::waiting::Exchange;
use followup_domain::ids::{CaseId, LeaseToken, MessageId, RawId};
use followup_domain::mail::bounce::{LetterReport, MailNotice};
use followup_domain::message::threading::{InternetMessageId, ThreadEntry};
use followup_domain::message::{
    CallOutcome, Classification, Delivery, Direction, MailFlag, Message, MessageContent, MessageHeader, MessageKind, MessageStatus,
};
use followup_domain::ports::{
    Badge, Claimed, Inserted, KnownMessage, Lease, MessageRepository, NewCall, NewInboundMessage, NewOutboundMessage, Outcome,
    ReplyReading, StoreError, ThreadMessage, Updated,
};

use super::super::Conn;
use super::message_row::TO_THE_UNIT;
use super::names::{RELAY, RFC5322};
use super::schema::{call, inbound, message, outbound};
use super::thread::in_thread;
use super::work::Work;
use super::{At, address_key, badge, beside, content, field_entries, message_insert, names, notices, queue, thread, updated};
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

    fn thread(&mut self, case_id: CaseId) -> Result<Vec<Message>, StoreError> {
        self.read(|conn| thread::whole(conn, case_id))
    }

    fn thread_page(&mut self, case_id: CaseId, before: Option<MessageId>, limit: i64) -> Result<Vec<ThreadMessage>, StoreError> {
        self.read(|conn| thread::page(conn, case_id, before, limit))
    }

    fn thread_headers(&mut self, case_id: CaseId) -> Result<Vec<MessageHeader>, StoreError> {
        self.read(|conn| thread::all_headers(conn, case_id))
    }

    fn thread_entries(&mut self, case_id: CaseId) -> Result<Vec<ThreadEntry>, StoreError> {
        self.read(|conn| thread::entries(conn, case_id))
    }

    fn find_by_external_ids(&mut self, ids: &[InternetMessageId]) -> Result<Vec<KnownMessage>, StoreError> {
        self.read(|conn| names::find(conn, RFC5322, ids))
    }

    fn insert_reading(&mut self, id: MessageId, reading: &ReplyReading) -> Result<(), StoreError> {
        self.write(|conn| beside::insert_reading(conn, id, reading))
    }

    fn insert_flag(&mut self, id: MessageId, flag: MailFlag) -> Result<(), StoreError> {
        self.write(|conn| beside::insert_flag(conn, id, flag))
    }

    fn flags(&mut self, ids: &[MessageId]) -> Result<Vec<(MessageId, MailFlag)>, StoreError> {
        self.read(|conn| beside::flags(conn, ids))
    }

    fn insert_alias(&mut self, alias: &InternetMessageId, id: MessageId) -> Result<Updated, StoreError> {
        self.write(|conn| names::insert(conn, RELAY, alias, id.0))
    }

    fn find_by_aliases(&mut self, aliases: &[InternetMessageId]) -> Result<Vec<KnownMessage>, StoreError> {
        self.read(|conn| names::find(conn, RELAY, aliases))
    }

    fn knows_address(&mut self, case_id: CaseId, address: &str) -> Result<bool, StoreError> {
        self.read(|conn| knows_address(conn, case_id, address))
    }

    fn count_unread(&mut self, case_id: CaseId) -> Result<i64, StoreError> {
        self.read(|conn| Ok(inbound::table.filter(inbound::unread_in.eq(case_id.0)).count().get_result(conn)?))
    }

    fn mark_read(&mut self, case_id: CaseId, username: &str, up_to: MessageId, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| thread::mark_read(conn, case_id, username, up_to, now))
    }

    fn has_human_reply_after(&mut self, case_id: CaseId, after: MessageId) -> Result<bool, StoreError> {
        self.read(|conn| {
            let replies = message::table
                .inner_join(inbound::table)
                .filter(message::case_id.eq(case_id.0))
                .filter(inbound::classification.eq(Classification::Human.as_str()))
                .filter(message::id.gt(after.0));
            Ok(diesel::select(diesel::dsl::exists(replies)).get_result(conn)?)
        })
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

    fn skip(&mut self, id: MessageId, reason: &str, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| queue::skip(conn, id, reason, now))
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

    fn settle_uncertain(&mut self, id: MessageId, outcome: &Outcome) -> Result<Updated, StoreError> {
        self.write(|conn| queue::settle_uncertain(conn, id, outcome))
    }

    fn record_report(&mut self, id: MessageId, outcome: &Outcome) -> Result<Updated, StoreError> {
        self.write(|conn| queue::record_report(conn, id, outcome))
    }

    fn insert_notice(&mut self, notice: &MailNotice) -> Result<(), StoreError> {
        self.write(|conn| notices::insert(conn, notice))
    }

    fn name_notice(&mut self, id: MessageId, about: MessageId, report: &LetterReport) -> Result<Updated, StoreError> {
        self.write(|conn| Ok(updated(notices::name(conn, id, about, report)?)))
    }

    fn notices(&mut self, case_id: CaseId) -> Result<Vec<MailNotice>, StoreError> {
        self.read(|conn| notices::of_case(conn, case_id))
    }

    fn notices_of(&mut self, ids: &[MessageId]) -> Result<Vec<MailNotice>, StoreError> {
        self.read(|conn| notices::of_messages(conn, ids))
    }

    fn notices_about(&mut self, id: MessageId) -> Result<Vec<MailNotice>, StoreError> {
        self.read(|conn| notices::about(conn, id))
    }

    fn withdraw_queued(&mut self, case_id: CaseId, reason: &str, now: DateTime<Utc>) -> Result<Vec<MessageId>, StoreError> {
        self.write(|conn| queue::withdraw_queued(conn, case_id, reason, now))
    }

    fn list_open_requests(&mut self, case_id: CaseId) -> Result<Vec<Message>, StoreError> {
        self.read(|conn| field_entries::waiting_requests(conn, case_id))
    }

    fn last_answer(&mut self, case_id: CaseId) -> Result<Option<MessageId>, StoreError> {
        self.read(|conn| last_answer(conn, case_id))
    }

    fn exchanges(&mut self, case_id: CaseId) -> Result<Vec<Exchange>, StoreError> {
        self.read(|conn| thread::exchanges(conn, case_id))
    }

    fn count_exchanges(&mut self, case_id: CaseId) -> Result<i64, StoreError> {
        self.read(|conn| count_exchanges(conn, case_id))
    }

    fn badge(&mut self) -> Result<Badge, StoreError> {
        self.read(badge::waiting)
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

fn last_answer(conn: &mut Conn, case_id: CaseId) -> Done<Option<MessageId>> {
    let wrote = inbound::classification.eq(Classification::Human.as_str()).and(inbound::match_confirmed.assume_not_null());
    let spoke = call::outcome.eq(CallOutcome::Reached.as_str());
    let answers = message::table
        .left_join(inbound::table)
        .left_join(call::table)
        .filter(in_thread(case_id))
        .filter(wrote.nullable().or(spoke.nullable()).assume_not_null());
    let last: Option<i64> = answers.order((message::created_at.desc(), message::id.desc())).select(message::id).first(conn).optional()?;
    Ok(last.map(MessageId))
}

fn knows_address(conn: &mut Conn, case_id: CaseId, address: &str) -> Done<bool> {
    // Not by a mail that itself waits for somebody to say who sent it: it would vouch for the next one.
    let exchanged = message::table
        .left_join(inbound::table)
        .filter(message::correspondent.eq(address_key(address)))
        .filter(in_thread(case_id))
        .filter(vouched());
    Ok(diesel::select(diesel::dsl::exists(exchanged)).get_result(conn)?)
}

/// Of messages joined with what came in: whether the other side's address is the case's.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn vouched() -> _ {
    let out: &'static str = Direction::Out.as_str();
    message::direction.eq(out).nullable().or(inbound::match_confirmed.nullable()).assume_not_null()
}

fn count_exchanges(conn: &mut Conn, case_id: CaseId) -> Done<i64> {
    let came_back = outbound::delivery.eq(Delivery::Bounced.as_str()).assume_not_null();
    let taken = outbound::sent_at.is_not_null().and(diesel::dsl::not(came_back));
    let contacts = message::table
        .inner_join(outbound::table)
        .filter(in_thread(case_id))
        .filter(outbound::kind.eq(MessageKind::Call.as_str()).or(taken));
    Ok(contacts.count().get_result(conn)?)
}
