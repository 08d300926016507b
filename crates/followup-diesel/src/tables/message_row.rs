//! A message's row, and what it is in the domain.

use diesel::prelude::*;
use followup_domain::ids::{AttemptId, CaseId, MessageId, RawId};
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{
    Attachment, CallOutcome, CaseMatch, Channel, Classification, Delivery, Direction, MatchKind, Message, MessageContent, MessageKind,
    MessageStatus,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::Db;
use super::schema::message;
use super::{At, address_key};
use crate::error::{Done, Failure, unreadable};

#[derive(Queryable, Selectable)]
#[diesel(table_name = message, check_for_backend(Db))]
pub(super) struct MessageRow {
    id: i64,
    case_id: Option<i64>,
    channel: String,
    kind: String,
    subject: Option<String>,
    body: String,
    body_quoted: Option<String>,
    from_address: Option<String>,
    to_address: Option<String>,
    in_reply_to: Value,
    reference_ids: Value,
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
    raw_id: Option<i64>,
    transport_response: Option<String>,
    error: Option<String>,
    created_at: At,
    sent_at: Option<At>,
    recorded_at: At,
    call_outcome: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct AttachmentDocument {
    name: Option<String>,
    content_type: String,
    size: u64,
    sha256: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_id: Option<String>,
    /// The HTML version of the mail itself; stands behind the attachments and is none of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_html_body: bool,
}

impl TryFrom<MessageRow> for Message {
    type Error = Failure;

    fn try_from(row: MessageRow) -> Done<Self> {
        let (attachments, has_html) = attachments_from_json(row.attachments)?;
        let kind = parse("message kind", &row.kind, MessageKind::parse)?;
        let match_kind = parse_optional("match", row.match_kind.as_deref(), MatchKind::parse)?;
        Ok(Self {
            id: MessageId(row.id),
            case_id: row.case_id.map(CaseId),
            channel: parse("channel", &row.channel, Channel::parse)?,
            direction: if kind == MessageKind::Inbound { Direction::In } else { Direction::Out },
            kind,
            content: MessageContent {
                subject: row.subject,
                body: row.body,
                body_quoted: row.body_quoted,
                from: row.from_address,
                to: row.to_address,
                in_reply_to: ids_from_json(&row.in_reply_to)?,
                references: ids_from_json(&row.reference_ids)?,
            },
            external_id: parse_optional("Message-ID", row.external_id.as_deref(), InternetMessageId::parse)?,
            status: parse_optional("message status", row.status.as_deref(), MessageStatus::parse)?,
            delivery: parse_optional("delivery", row.delivery.as_deref(), Delivery::parse)?,
            attempt_id: row.attempt_id.map(AttemptId),
            parent_id: row.parent_id.map(MessageId),
            resend_of: row.resend_of.map(MessageId),
            duplicate_of: row.duplicate_of.map(MessageId),
            classification: parse_optional("classification", row.classification.as_deref(), Classification::parse)?,
            call_outcome: parse_optional("call outcome", row.call_outcome.as_deref(), CallOutcome::parse)?,
            case_match: match_kind.zip(row.match_confirmed).map(|(kind, confirmed)| CaseMatch { kind, confirmed }),
            attachments,
            has_html,
            raw_id: row.raw_id.map(RawId),
            transport_response: row.transport_response,
            error: row.error,
            created_at: row.created_at.0,
            sent_at: row.sent_at.map(|at| at.0),
            recorded_at: row.recorded_at.0,
        })
    }
}

/// Reads a stored spelling.
pub(super) fn parse<T>(what: &str, text: &str, read: impl Fn(&str) -> Option<T>) -> Done<T> {
    read(text).ok_or_else(|| unreadable(what))
}

/// Reads a stored spelling, where there is one.
pub(super) fn parse_optional<T>(what: &str, text: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Done<Option<T>> {
    text.map(|text| parse(what, text, read)).transpose()
}

fn ids_to_json(ids: &[InternetMessageId]) -> Value {
    Value::from(ids.iter().map(InternetMessageId::as_str).collect::<Vec<_>>())
}

fn ids_from_json(json: &Value) -> Done<Vec<InternetMessageId>> {
    let ids = json.as_array().ok_or_else(|| unreadable("Message-IDs"))?;
    ids.iter().map(|id| id.as_str().and_then(InternetMessageId::parse).ok_or_else(|| unreadable("Message-IDs"))).collect()
}

pub(super) fn attachments_to_json(attachments: &[Attachment], has_html: bool) -> Done<Value> {
    let document = |attachment: &Attachment| AttachmentDocument {
        name: attachment.name.clone(),
        content_type: attachment.content_type.clone(),
        size: attachment.size,
        sha256: attachment.sha256.clone(),
        content_id: attachment.content_id.clone(),
        is_html_body: false,
    };
    let html = AttachmentDocument {
        name: None,
        content_type: "text/html".to_owned(),
        size: 0,
        sha256: String::new(),
        content_id: None,
        is_html_body: true,
    };
    let documents: Vec<AttachmentDocument> = attachments.iter().map(document).chain(has_html.then_some(html)).collect();
    serde_json::to_value(documents).map_err(|_| Failure::Refused("attachments cannot be stored".to_owned()))
}

/// The attachments, and whether the mail was also written in HTML.
pub(super) fn attachments_from_json(json: Value) -> Done<(Vec<Attachment>, bool)> {
    let mut documents: Vec<AttachmentDocument> = serde_json::from_value(json).map_err(|_| unreadable("attachments"))?;
    let count = documents.len();
    documents.retain(|document| !document.is_html_body);
    let has_html = documents.len() < count;
    let attachment = |document: AttachmentDocument| Attachment {
        name: document.name,
        content_type: document.content_type,
        size: document.size,
        sha256: document.sha256,
        content_id: document.content_id,
    };
    Ok((documents.into_iter().map(attachment).collect(), has_html))
}

/// The columns of a message's content.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = message, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct ContentColumns<'m> {
    subject: Option<&'m str>,
    body: &'m str,
    body_quoted: Option<&'m str>,
    from_address: Option<&'m str>,
    to_address: Option<&'m str>,
    correspondent: Option<String>,
    in_reply_to: Value,
    reference_ids: Value,
}

impl<'m> ContentColumns<'m> {
    pub(super) fn of(content: &'m MessageContent, direction: Direction) -> Self {
        let correspondent = match direction {
            Direction::In => &content.from,
            Direction::Out => &content.to,
        };
        Self {
            subject: content.subject.as_deref(),
            body: &content.body,
            body_quoted: content.body_quoted.as_deref(),
            from_address: content.from.as_deref(),
            to_address: content.to.as_deref(),
            correspondent: correspondent.as_deref().map(address_key),
            in_reply_to: ids_to_json(&content.in_reply_to),
            reference_ids: ids_to_json(&content.references),
        }
    }
}
