//! The thread of a case: whole, a page of it, its headers.

use diesel::prelude::*;
use followup_domain::asking::waiting::Exchange;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::threading::ThreadEntry;
use followup_domain::message::{
    CallOutcome, Channel, Classification, Delivery, Direction, Message, MessageHeader, MessageKind, MessageStatus,
};
use followup_domain::ports::{MessageView, StoreError, ThreadRepository};

use super::super::Conn;
use super::message_queries::{headers, load_headers, load_messages, load_views, messages, views};
use super::message_row::{TO_THE_UNIT, parse_optional};
use super::schema::{call, inbound, message, outbound};
use super::work::Work;
use super::{At, IDS_PER_QUERY, LONGEST_PAGE, beside};
use crate::error::Done;

impl ThreadRepository for Work<'_> {
    fn whole(&mut self, case_id: CaseId) -> Result<Vec<Message>, StoreError> {
        self.read(|conn| whole(conn, case_id))
    }

    fn page(&mut self, case_id: CaseId, before: Option<MessageId>, limit: i64) -> Result<Vec<MessageView>, StoreError> {
        self.read(|conn| page(conn, case_id, before, limit))
    }

    fn headers(&mut self, case_id: CaseId) -> Result<Vec<MessageHeader>, StoreError> {
        self.read(|conn| all_headers(conn, case_id))
    }

    fn entries(&mut self, case_id: CaseId) -> Result<Vec<ThreadEntry>, StoreError> {
        self.read(|conn| entries(conn, case_id))
    }

    fn count(&mut self, case_id: CaseId) -> Result<i64, StoreError> {
        self.read(|conn| Ok(message::table.filter(in_thread(case_id)).count().get_result(conn)?))
    }
}

/// The messages of a case's conversation: what the unit is told of it is none of them.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn in_thread(case_id: CaseId) -> _ {
    let case_id: i64 = case_id.0;
    let unit: &'static str = TO_THE_UNIT;
    message::case_id.eq(case_id).and(message::direction.ne(unit))
}

pub(super) fn find(conn: &mut Conn, id: MessageId) -> Done<Option<Message>> {
    let mut found = load_messages(conn, messages().filter(message::id.eq(id.0)).limit(1))?;
    beside::attach(conn, &mut found)?;
    Ok(found.pop())
}

/// Those of these messages that there are, by their numbers.
pub(super) fn find_all(conn: &mut Conn, ids: &[i64]) -> Done<Vec<Message>> {
    let mut found: Vec<Message> = Vec::with_capacity(ids.len());
    for some in ids.chunks(IDS_PER_QUERY) {
        found.extend(load_messages(conn, messages().filter(message::id.eq_any(some)))?);
    }
    found.sort_by_key(|message| message.id);
    beside::attach(conn, &mut found)?;
    Ok(found)
}

pub(super) fn whole(conn: &mut Conn, case_id: CaseId) -> Done<Vec<Message>> {
    let thread = messages().filter(in_thread(case_id)).order((message::thread_at, message::id));
    let mut messages = load_messages(conn, thread)?;
    beside::attach(conn, &mut messages)?;
    Ok(messages)
}

pub(super) fn page(conn: &mut Conn, case_id: CaseId, before: Option<MessageId>, limit: i64) -> Done<Vec<MessageView>> {
    let limit = limit.clamp(0, LONGEST_PAGE);
    let mut latest = views().filter(in_thread(case_id)).order((message::thread_at.desc(), message::id.desc())).limit(limit);
    if let Some(before) = before {
        // Within the query, so that it is one: the place of the message, if it stands in this thread.
        let place = diesel::alias!(message as place);
        let of_it = place.filter(place.field(message::id).eq(before.0)).filter(place.field(message::case_id).eq(case_id.0));
        let of_it = of_it.filter(place.field(message::direction).ne(TO_THE_UNIT));
        let second = of_it.select(place.field(message::thread_at)).single_value();
        let earlier = message::thread_at.nullable().lt(second).or(message::id.lt(before.0).nullable());
        latest = latest.filter(message::thread_at.nullable().le(second).and(earlier));
    }
    let mut page = load_views(conn, latest)?;
    page.reverse();
    Ok(page)
}

pub(super) fn all_headers(conn: &mut Conn, case_id: CaseId) -> Done<Vec<MessageHeader>> {
    load_headers(conn, headers().filter(in_thread(case_id)).order((message::thread_at, message::id)))
}

/// What may have left, and what people and their programs wrote; reports of mail servers are no part of a conversation.
pub(super) fn entries(conn: &mut Conn, case_id: CaseId) -> Done<Vec<ThreadEntry>> {
    let belongs = |header: &MessageHeader| match header.direction {
        Direction::In => matches!(header.classification, Some(Classification::Human | Classification::AutoReply)),
        Direction::Out => header.delivery.is_some_and(|delivery| !matches!(delivery, Delivery::Queued | Delivery::Rejected)),
    };
    let thread = all_headers(conn, case_id)?.into_iter().filter(|header| header.channel == Channel::Email).filter(belongs);
    Ok(thread.map(|header| ThreadEntry { id: header.external_id, inbound: header.direction == Direction::In }).collect())
}

/// Kind, status, delivery, classification, whether it counts, call outcome, creation, acceptance.
type ExchangeColumns = (Option<String>, Option<String>, Option<String>, Option<String>, Option<bool>, Option<String>, At, Option<At>);

pub(super) fn exchanges(conn: &mut Conn, case_id: CaseId) -> Done<Vec<Exchange>> {
    let columns = (
        outbound::kind.nullable(),
        outbound::status.nullable(),
        outbound::delivery.nullable(),
        inbound::classification.nullable(),
        inbound::match_confirmed.nullable(),
        call::outcome.nullable(),
        message::created_at,
        outbound::sent_at.nullable(),
    );
    let thread = message::table.left_join(outbound::table).left_join(inbound::table).left_join(call::table);
    let rows: Vec<ExchangeColumns> = thread.filter(in_thread(case_id)).select(columns).load(conn)?;
    rows.into_iter().map(exchange).collect()
}

fn exchange((kind, status, delivery, classification, confirmed, call_outcome, created_at, sent_at): ExchangeColumns) -> Done<Exchange> {
    Ok(Exchange {
        kind: parse_optional("message kind", kind.as_deref(), MessageKind::parse)?.unwrap_or(MessageKind::Inbound),
        status: parse_optional("message status", status.as_deref(), MessageStatus::parse)?,
        delivery: parse_optional("delivery", delivery.as_deref(), Delivery::parse)?,
        classification: parse_optional("classification", classification.as_deref(), Classification::parse)?,
        confirmed: confirmed == Some(true),
        call_outcome: parse_optional("call outcome", call_outcome.as_deref(), CallOutcome::parse)?,
        at: sent_at.unwrap_or(created_at).0,
    })
}
