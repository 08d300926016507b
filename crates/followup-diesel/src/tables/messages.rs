//! Messages. Those that wait to be sent also have a row in the queue (`queue.rs`).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::asking::waiting::Exchange;
use followup_domain::ids::{CaseId, LeaseToken, MessageId, RawId};
use followup_domain::mail::bounce::{LetterReport, MailNotice};
use followup_domain::message::threading::{InternetMessageId, ThreadEntry};
use followup_domain::message::{
    CallOutcome, Channel, Classification, Delivery, Direction, MailFlag, Message, MessageContent, MessageHeader, MessageKind, MessageStatus,
};
use followup_domain::ports::{
    Badge, Claimed, Inserted, KnownMessage, Lease, MessageRepository, NewCall, NewInboundMessage, NewOutboundMessage, Outcome,
    ReplyReading, StoreError, Updated,
};
use serde_json::Value;

use super::super::Conn;
use super::message_row::{ContentColumns, MessageRow, attachments_to_json, parse, parse_optional};
use super::schema::{asked_field, message, thread_read, unread_reply};
use super::work::Work;
use super::{At, address_key, aliases, badge, life, mail_flags, message_headers, notices, queue, raw_mail, readings, updated};
use crate::error::{Done, Failure};

/// So many ids go into one query.
const IDS_PER_QUERY: usize = 500;

impl MessageRepository for Work<'_> {
    fn insert_outbound(&mut self, new: &NewOutboundMessage) -> Result<Inserted<MessageId>, StoreError> {
        self.write(|conn| insert_outbound(conn, new))
    }

    fn insert_inbound(&mut self, new: &NewInboundMessage) -> Result<MessageId, StoreError> {
        self.write(|conn| insert_inbound(conn, new))
    }

    fn find(&mut self, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.read(|conn| {
            let row = message::table.find(id.0).select(MessageRow::as_select()).first(conn).optional()?;
            let mut found: Vec<Message> = row.into_iter().map(Message::try_from).collect::<Done<_>>()?;
            readings::apply(conn, &mut found)?;
            Ok(found.pop())
        })
    }

    fn thread(&mut self, case_id: CaseId) -> Result<Vec<Message>, StoreError> {
        self.read(|conn| {
            let rows = in_thread(case_id).select(MessageRow::as_select()).load(conn)?;
            let mut messages: Vec<Message> = rows.into_iter().map(Message::try_from).collect::<Done<_>>()?;
            messages.sort_by_key(|message| (message.created_at.timestamp(), message.id));
            readings::apply(conn, &mut messages)?;
            Ok(messages)
        })
    }

    fn thread_headers(&mut self, case_id: CaseId) -> Result<Vec<MessageHeader>, StoreError> {
        self.read(|conn| message_headers::of_thread(conn, case_id))
    }

    fn thread_entries(&mut self, case_id: CaseId) -> Result<Vec<ThreadEntry>, StoreError> {
        self.read(|conn| thread_entries(conn, case_id))
    }

    fn find_by_external_ids(&mut self, ids: &[InternetMessageId]) -> Result<Vec<KnownMessage>, StoreError> {
        self.read(|conn| {
            let mut known = Vec::new();
            for some in ids.chunks(IDS_PER_QUERY) {
                known.extend(find_by_external_ids(conn, some)?);
            }
            Ok(known)
        })
    }

    fn insert_reading(&mut self, id: MessageId, reading: &ReplyReading) -> Result<(), StoreError> {
        self.write(|conn| readings::insert(conn, id, reading))
    }

    fn insert_flag(&mut self, id: MessageId, flag: MailFlag) -> Result<(), StoreError> {
        self.write(|conn| mail_flags::insert(conn, id, flag))
    }

    fn flags(&mut self, ids: &[MessageId]) -> Result<Vec<(MessageId, MailFlag)>, StoreError> {
        self.read(|conn| mail_flags::of(conn, ids))
    }

    fn insert_alias(&mut self, alias: &InternetMessageId, id: MessageId) -> Result<Updated, StoreError> {
        self.write(|conn| aliases::insert(conn, alias, id))
    }

    fn find_by_aliases(&mut self, aliases: &[InternetMessageId]) -> Result<Vec<KnownMessage>, StoreError> {
        self.read(|conn| {
            let mut known = Vec::new();
            for some in aliases.chunks(IDS_PER_QUERY) {
                known.extend(aliases::find(conn, some)?);
            }
            Ok(known)
        })
    }

    fn knows_address(&mut self, case_id: CaseId, address: &str) -> Result<bool, StoreError> {
        self.read(|conn| {
            // Not by a mail that itself waits for somebody to say who sent it: it would vouch for the next one.
            let vouched = message::kind.ne(MessageKind::Inbound.as_str()).or(message::match_confirmed.eq(true));
            let exchanged = in_thread(case_id).filter(message::correspondent.eq(address_key(address))).filter(vouched);
            Ok(diesel::select(diesel::dsl::exists(exchanged)).get_result(conn)?)
        })
    }

    fn count_unread(&mut self, case_id: CaseId) -> Result<i64, StoreError> {
        self.read(|conn| Ok(unread_reply::table.filter(unread_reply::case_id.eq(case_id.0)).count().get_result(conn)?))
    }

    fn mark_read(&mut self, case_id: CaseId, username: &str, up_to: MessageId, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| {
            let place = (thread_read::up_to.eq(up_to.0), thread_read::read_at.eq(At::from(now)));
            let new = (thread_read::case_id.eq(case_id.0), thread_read::username.eq(username), place);
            if diesel::insert_into(thread_read::table).values(new).on_conflict_do_nothing().execute(conn)? == 0 {
                // Also where it stands already: a trigger clears what is unread up to it.
                let behind = thread_read::table.find((case_id.0, username)).filter(thread_read::up_to.le(up_to.0));
                diesel::update(behind).set(place).execute(conn)?;
            }
            Ok(())
        })
    }

    fn has_human_reply_after(&mut self, case_id: CaseId, after: MessageId) -> Result<bool, StoreError> {
        self.read(|conn| {
            let replies = message::table
                .filter(message::case_id.eq(case_id.0))
                .filter(message::kind.eq(MessageKind::Inbound.as_str()))
                .filter(message::classification.eq(Classification::Human.as_str()))
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
            let target = message::table.filter(message::id.eq(id.0)).filter(message::status.eq(from.as_str()));
            let state = (message::status.eq(to.as_str()), message::recorded_at.eq(At::from(now)));
            Ok(updated(diesel::update(target).set(state).execute(conn)?))
        })
    }

    fn insert_call(&mut self, call: &NewCall) -> Result<MessageId, StoreError> {
        self.write(|conn| insert_call(conn, call))
    }

    fn confirm(&mut self, id: MessageId) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let flagged = message::table.filter(message::id.eq(id.0)).filter(message::case_id.is_not_null());
            let flagged = flagged.filter(message::match_confirmed.eq(false));
            Ok(updated(diesel::update(flagged).set(message::match_confirmed.eq(true)).execute(conn)?))
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
        self.read(|conn| {
            let waiting = [MessageStatus::Sent, MessageStatus::Responded, MessageStatus::Uncertain].map(MessageStatus::as_str);
            let asks = diesel::dsl::exists(asked_field::table.filter(asked_field::message_id.eq(message::id)));
            let requests = in_thread(case_id).filter(message::status.eq_any(waiting)).filter(asks);
            let rows = requests.order((message::created_at, message::id)).select(MessageRow::as_select()).load(conn)?;
            rows.into_iter().map(Message::try_from).collect()
        })
    }

    fn last_answer(&mut self, case_id: CaseId) -> Result<Option<MessageId>, StoreError> {
        self.read(|conn| {
            let wrote = message::classification.eq(Classification::Human.as_str()).and(message::match_confirmed.eq(true));
            let spoke = message::call_outcome.eq(CallOutcome::Reached.as_str());
            let answers = in_thread(case_id).filter(wrote.or(spoke).assume_not_null());
            let last = answers.order((message::created_at.desc(), message::id.desc())).select(message::id).first(conn).optional()?;
            Ok(last.map(MessageId))
        })
    }

    fn exchanges(&mut self, case_id: CaseId) -> Result<Vec<Exchange>, StoreError> {
        self.read(|conn| life::exchanges(conn, case_id))
    }

    fn count_exchanges(&mut self, case_id: CaseId) -> Result<i64, StoreError> {
        self.read(|conn| {
            let (call, inbound) = (MessageKind::Call.as_str(), MessageKind::Inbound.as_str());
            let came_back = message::delivery.eq(Delivery::Bounced.as_str()).assume_not_null();
            let taken = message::kind.ne(inbound).and(message::sent_at.is_not_null()).and(diesel::dsl::not(came_back));
            Ok(in_thread(case_id).filter(message::kind.eq(call).or(taken)).count().get_result(conn)?)
        })
    }

    fn badge(&mut self) -> Result<Badge, StoreError> {
        self.read(badge::waiting)
    }

    fn raw(&mut self, id: RawId) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|conn| raw_mail::load(conn, id.0))
    }
}

/// The messages of a case's conversation: what the unit is told of it is none of them.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn in_thread(case_id: CaseId) -> _ {
    let case_id: i64 = case_id.0;
    let notification: &'static str = MessageKind::Notification.as_str();
    message::table.filter(message::case_id.eq(case_id)).filter(message::kind.ne(notification))
}

fn insert_outbound(conn: &mut Conn, new: &NewOutboundMessage) -> Done<Inserted<MessageId>> {
    let created_at = At::from(new.created_at);
    let row = (
        ContentColumns::of(&new.content, Direction::Out),
        (
            message::case_id.eq(new.case_id.0),
            message::channel.eq(new.channel.as_str()),
            message::kind.eq(new.kind.as_str()),
            message::external_id.eq(new.external_id.as_str()),
            message::unique_key.eq(&new.unique_key),
            message::attempt_id.eq(new.attempt_id.map(|id| id.0)),
            message::resend_of.eq(new.resend_of.map(|id| id.0)),
            message::status.eq(MessageStatus::Pending.as_str()),
            message::delivery.eq(Delivery::Queued.as_str()),
            message::attachments.eq(Value::Array(Vec::new())),
            message::created_at.eq(created_at),
            message::recorded_at.eq(created_at),
        ),
    );
    let inserted: Option<i64> =
        diesel::insert_into(message::table).values(row).on_conflict_do_nothing().returning(message::id).get_result(conn).optional()?;
    let Some(id) = inserted else {
        let known = message::table.filter(message::unique_key.eq(&new.unique_key)).select(message::id);
        return Ok(Inserted::Duplicate(MessageId(known.first(conn)?)));
    };
    queue::enqueue(conn, id, new)?;
    Ok(Inserted::New(MessageId(id)))
}

fn insert_inbound(conn: &mut Conn, new: &NewInboundMessage) -> Done<MessageId> {
    let row = (
        ContentColumns::of(&new.content, Direction::In),
        (
            message::case_id.eq(new.case_id.map(|id| id.0)),
            message::channel.eq(new.channel.as_str()),
            message::kind.eq(MessageKind::Inbound.as_str()),
            message::external_id.eq(new.external_id.as_ref().map(InternetMessageId::as_str)),
            message::parent_id.eq(new.parent_id.map(|id| id.0)),
            message::duplicate_of.eq(new.duplicate_of.map(|id| id.0)),
            message::classification.eq(new.classification.as_str()),
            message::match_kind.eq(new.case_match.map(|matched| matched.kind.as_str())),
            message::match_confirmed.eq(new.case_match.map(|matched| matched.confirmed)),
            message::attachments.eq(attachments_to_json(&new.attachments, new.has_html)?),
            message::raw_id.eq(new.raw_id.0),
            message::created_at.eq(At::from(new.created_at)),
            message::recorded_at.eq(At::from(new.recorded_at)),
        ),
    );
    let id = diesel::insert_into(message::table).values(row).returning(message::id).get_result(conn)?;
    Ok(MessageId(id))
}

fn insert_call(conn: &mut Conn, call: &NewCall) -> Done<MessageId> {
    let content = MessageContent { body: call.notes.clone(), to: call.to.clone(), ..MessageContent::default() };
    let status = if call.outcome == CallOutcome::Reached { MessageStatus::Sent } else { MessageStatus::Failed };
    let row = (
        ContentColumns::of(&content, Direction::Out),
        (
            message::case_id.eq(call.case_id.0),
            message::channel.eq(Channel::Call.as_str()),
            message::kind.eq(MessageKind::Call.as_str()),
            message::status.eq(status.as_str()),
            message::call_outcome.eq(call.outcome.as_str()),
            message::attachments.eq(Value::Array(Vec::new())),
            message::created_at.eq(At::from(call.at)),
            message::recorded_at.eq(At::from(call.recorded_at)),
        ),
    );
    let id = diesel::insert_into(message::table).values(row).returning(message::id).get_result(conn)?;
    Ok(MessageId(id))
}

/// Only within one thread, and never to itself.
fn link(conn: &mut Conn, id: MessageId, parent_id: MessageId) -> Done<Updated> {
    let parent = message::table.find(parent_id.0).filter(message::kind.ne(MessageKind::Notification.as_str()));
    let case_id: Option<Option<i64>> = parent.select(message::case_id).first(conn).optional()?;
    let Some(case_id) = case_id.flatten().filter(|_| id != parent_id) else { return Ok(Updated::Stale) };
    let child = message::table.filter(message::id.eq(id.0)).filter(message::case_id.eq(case_id));
    let child = child.filter(message::kind.ne(MessageKind::Notification.as_str()));
    Ok(updated(diesel::update(child).set(message::parent_id.eq(parent_id.0)).execute(conn)?))
}

/// What may have left, and what people and their programs wrote; reports of mail servers are no part of a conversation.
fn thread_entries(conn: &mut Conn, case_id: CaseId) -> Done<Vec<ThreadEntry>> {
    let columns = (message::id, message::created_at, message::kind, message::delivery, message::classification, message::external_id);
    type Columns = (i64, At, String, Option<String>, Option<String>, Option<String>);
    let emails = in_thread(case_id).filter(message::channel.eq(Channel::Email.as_str()));
    let mut rows: Vec<Columns> = emails.select(columns).load(conn)?;
    rows.sort_by_key(|row| (row.1.0.timestamp(), row.0));
    let mut entries = Vec::with_capacity(rows.len());
    for (_, _, kind, delivery, classification, external_id) in rows {
        let inbound = parse("message kind", &kind, MessageKind::parse)? == MessageKind::Inbound;
        let delivery = parse_optional("delivery", delivery.as_deref(), Delivery::parse)?;
        let classification = parse_optional("classification", classification.as_deref(), Classification::parse)?;
        let belongs = if inbound {
            matches!(classification, Some(Classification::Human | Classification::AutoReply))
        } else {
            delivery.is_some_and(|delivery| !matches!(delivery, Delivery::Queued | Delivery::Rejected))
        };
        if belongs {
            entries.push(ThreadEntry { id: parse_optional("Message-ID", external_id.as_deref(), InternetMessageId::parse)?, inbound });
        }
    }
    Ok(entries)
}

fn find_by_external_ids(conn: &mut Conn, ids: &[InternetMessageId]) -> Done<Vec<KnownMessage>> {
    let named = message::table.filter(message::external_id.eq_any(ids.iter().map(InternetMessageId::as_str)));
    let columns = (message::external_id.assume_not_null(), message::id, message::case_id, message::kind);
    let rows: Vec<KnownRow> = named.order(message::id).select(columns).load(conn)?;
    rows.into_iter().map(known_message).collect()
}

/// The id that names it, its number, its case, its kind.
pub(super) type KnownRow = (String, i64, Option<i64>, String);

pub(super) fn known_message((external_id, id, case_id, kind): KnownRow) -> Done<KnownMessage> {
    let kind = parse("message kind", &kind, MessageKind::parse)?;
    Ok(KnownMessage {
        external_id: parse("Message-ID", &external_id, InternetMessageId::parse)?,
        message_id: MessageId(id),
        case_id: case_id.map(CaseId),
        inbound: kind == MessageKind::Inbound,
        notification: kind == MessageKind::Notification,
    })
}
