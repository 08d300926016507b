//! The messages of a thread without what was written.

use diesel::prelude::*;
use followup_domain::ids::{AttemptId, CaseId, MessageId, RawId};
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{
    CallOutcome, CaseMatch, Channel, Classification, Delivery, Direction, MatchKind, MessageHeader, MessageKind, MessageStatus,
};
use serde_json::Value;

use super::super::{Conn, Db};
use super::At;
use super::message_row::{attachments_from_json, parse, parse_optional};
use super::messages::in_thread;
use super::schema::message;
use crate::error::{Done, Failure};

#[derive(Queryable, Selectable)]
#[diesel(table_name = message, check_for_backend(Db))]
struct HeaderRow {
    id: i64,
    case_id: Option<i64>,
    channel: String,
    kind: String,
    subject: Option<String>,
    from_address: Option<String>,
    to_address: Option<String>,
    external_id: Option<String>,
    status: Option<String>,
    delivery: Option<String>,
    attempt_id: Option<i64>,
    parent_id: Option<i64>,
    resend_of: Option<i64>,
    duplicate_of: Option<i64>,
    classification: Option<String>,
    match_kind: Option<String>,
    match_confirmed: Option<bool>,
    attachments: Value,
    call_outcome: Option<String>,
    raw_id: Option<i64>,
    created_at: At,
    sent_at: Option<At>,
    recorded_at: At,
}

/// In the thread's order.
pub(super) fn of_thread(conn: &mut Conn, case_id: CaseId) -> Done<Vec<MessageHeader>> {
    let rows: Vec<HeaderRow> = in_thread(case_id).select(HeaderRow::as_select()).load(conn)?;
    let mut headers: Vec<MessageHeader> = rows.into_iter().map(MessageHeader::try_from).collect::<Done<_>>()?;
    headers.sort_by_key(|header| (header.created_at.timestamp(), header.id));
    Ok(headers)
}

impl TryFrom<HeaderRow> for MessageHeader {
    type Error = Failure;

    fn try_from(row: HeaderRow) -> Done<Self> {
        let kind = parse("message kind", &row.kind, MessageKind::parse)?;
        let match_kind = parse_optional("match", row.match_kind.as_deref(), MatchKind::parse)?;
        Ok(Self {
            id: MessageId(row.id),
            case_id: row.case_id.map(CaseId),
            channel: parse("channel", &row.channel, Channel::parse)?,
            direction: if kind == MessageKind::Inbound { Direction::In } else { Direction::Out },
            kind,
            subject: row.subject,
            from: row.from_address,
            to: row.to_address,
            external_id: parse_optional("Message-ID", row.external_id.as_deref(), InternetMessageId::parse)?,
            status: parse_optional("message status", row.status.as_deref(), MessageStatus::parse)?,
            delivery: parse_optional("delivery", row.delivery.as_deref(), Delivery::parse)?,
            attempt_id: row.attempt_id.map(AttemptId),
            parent_id: row.parent_id.map(MessageId),
            resend_of: row.resend_of.map(MessageId),
            duplicate_of: row.duplicate_of.map(MessageId),
            classification: parse_optional("classification", row.classification.as_deref(), Classification::parse)?,
            case_match: match_kind.zip(row.match_confirmed).map(|(kind, confirmed)| CaseMatch { kind, confirmed }),
            call_outcome: parse_optional("call outcome", row.call_outcome.as_deref(), CallOutcome::parse)?,
            has_html: attachments_from_json(row.attachments)?.1,
            raw_id: row.raw_id.map(RawId),
            created_at: row.created_at.0,
            sent_at: row.sent_at.map(|at| at.0),
            recorded_at: row.recorded_at.0,
        })
    }
}
