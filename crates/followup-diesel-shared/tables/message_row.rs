//! A message's rows, and what they are in the domain. A message is one row of `message` and one of each table that has more to tell of its
//! kind, which `message_queries` joins, so that it is one query.

use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use followup_domain::ids::{AttemptId, CaseId, MessageId, RawId};
use followup_domain::mail::bounce::MailNotice;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{
    CallOutcome, CaseMatch, Channel, Classification, Delivery, Direction, LONGEST_SHOWN, MatchKind, Message, MessageContent, MessageHeader,
    MessageKind, MessageStatus, WhatsappTemplate,
};
use followup_domain::ports::MessageView;
use serde_json::{Value, json};

use super::super::{Db, sql};
use super::schema::{call, external_name, inbound, mail_header, message, outbound, reply_reading};
use super::{At, address_key};
use crate::error::{Done, unreadable};

/// `message.direction` of what stands in no thread: word to the unit itself.
pub(super) const TO_THE_UNIT: &str = "unit";

#[derive(Queryable, Selectable)]
#[diesel(table_name = message, check_for_backend(Db))]
pub(super) struct MessageColumns {
    pub(super) id: i64,
    case_id: Option<i64>,
    channel: String,
    from_address: Option<String>,
    to_address: Option<String>,
    parent_id: Option<i64>,
    created_at: At,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbound, check_for_backend(Db))]
pub(super) struct OutboundColumns {
    kind: String,
    status: String,
    delivery: Option<String>,
    attempt_id: Option<i64>,
    resend_of: Option<i64>,
    reminder_of: Option<i64>,
    content_id: Option<i64>,
    sent_at: Option<At>,
    recorded_at: At,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = inbound, check_for_backend(Db))]
pub(super) struct InboundColumns {
    classification: String,
    match_kind: Option<String>,
    match_confirmed: Option<bool>,
    duplicate_of: Option<i64>,
    content_id: Option<i64>,
    recorded_at: At,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = mail_header, check_for_backend(Db))]
pub(super) struct SubjectColumns {
    subject: Option<String>,
    has_html: bool,
}

/// A message without what was written.
#[derive(Queryable, Selectable)]
#[diesel(table_name = message, check_for_backend(Db))]
pub(super) struct HeaderRow {
    #[diesel(embed)]
    message: MessageColumns,
    #[diesel(embed)]
    outbound: Option<OutboundColumns>,
    #[diesel(embed)]
    inbound: Option<InboundColumns>,
    #[diesel(embed)]
    mail: Option<SubjectColumns>,
    #[diesel(select_expression = external_name::name.nullable())]
    message_id: Option<String>,
    #[diesel(select_expression = call::outcome.nullable())]
    call_outcome: Option<String>,
}

/// What a message answers, and the words about its fate.
#[derive(Queryable, Selectable)]
#[diesel(table_name = message, check_for_backend(Db))]
pub(super) struct FateColumns {
    #[diesel(select_expression = mail_header::in_reply_to.nullable())]
    in_reply_to: Option<Value>,
    #[diesel(select_expression = outbound::words.nullable())]
    words: Option<String>,
    #[diesel(select_expression = outbound::error.nullable())]
    error: Option<String>,
    #[diesel(select_expression = outbound::parts.nullable())]
    parts: Option<i32>,
    #[diesel(select_expression = outbound::template.nullable())]
    template: Option<Value>,
}

/// A message as it is shown: of what was written, or how it reads beside its letter, the first bytes.
#[derive(Queryable, Selectable)]
#[diesel(table_name = message, check_for_backend(Db))]
pub(super) struct ViewRow {
    #[diesel(embed)]
    header: HeaderRow,
    #[diesel(embed)]
    fate: FateColumns,
    #[diesel(select_expression = diesel::dsl::sql(SHOWN_BODY), select_expression_type = SqlLiteral<sql::Binary>)]
    body: Vec<u8>,
    #[diesel(select_expression = diesel::dsl::sql(SHOWN_QUOTED), select_expression_type = SqlLiteral<sql::Nullable<sql::Binary>>)]
    quoted: Option<Vec<u8>>,
    #[diesel(select_expression = diesel::dsl::sql(REMINDED_BY), select_expression_type = SqlLiteral<sql::Nullable<sql::BigInt>>)]
    reminded_by: Option<i64>,
}

/// The reminder of it that may have left, or will: there is one at most.
const REMINDED_BY: &str = "(SELECT max(later.message_id) FROM outbound AS later WHERE later.reminder_of = message.id AND later.status NOT IN ('failed', 'skipped'))";
// `first_bytes` names the number.
const _: () = assert!(LONGEST_SHOWN == 32_768);
const SHOWN_BODY: &str = concat!(
    "CASE WHEN reply_reading.body IS NULL THEN ",
    first_bytes!("message.body"),
    " ELSE ",
    first_bytes!("reply_reading.body"),
    " END"
);
const SHOWN_QUOTED: &str = concat!(
    "CASE WHEN reply_reading.body IS NULL THEN ",
    first_bytes!("inbound.quoted"),
    " ELSE ",
    first_bytes!("reply_reading.quoted"),
    " END"
);

/// A message: what was written, the words about its fate, and how it reads beside its letter.
#[derive(Queryable, Selectable)]
#[diesel(table_name = message, check_for_backend(Db))]
pub(super) struct MessageRow {
    #[diesel(embed)]
    header: HeaderRow,
    #[diesel(embed)]
    fate: FateColumns,
    body: String,
    #[diesel(select_expression = inbound::quoted.nullable())]
    quoted: Option<String>,
    #[diesel(select_expression = mail_header::reference_ids.nullable())]
    references: Option<Value>,
    #[diesel(select_expression = reply_reading::body.nullable())]
    reads_as: Option<String>,
    #[diesel(select_expression = reply_reading::quoted.nullable())]
    reads_as_quoted: Option<String>,
}

/// A header.
pub(super) fn header_of(row: HeaderRow) -> Done<MessageHeader> {
    let HeaderRow { message: row, outbound, inbound, mail, message_id, call_outcome } = row;
    let (out, came) = (outbound.as_ref(), inbound.as_ref());
    let kind = match out {
        Some(out) => parse("message kind", &out.kind, MessageKind::parse)?,
        None => MessageKind::Inbound,
    };
    let match_kind = parse_optional("match", came.and_then(|came| came.match_kind.as_deref()), MatchKind::parse)?;
    let confirmed = came.and_then(|came| came.match_confirmed);
    let recorded_at = out.map(|out| out.recorded_at).or(came.map(|came| came.recorded_at)).ok_or_else(|| unreadable("message"))?;
    Ok(MessageHeader {
        id: MessageId(row.id),
        case_id: row.case_id.map(CaseId),
        channel: parse("channel", &row.channel, Channel::parse)?,
        direction: if kind == MessageKind::Inbound { Direction::In } else { Direction::Out },
        kind,
        from: row.from_address,
        to: row.to_address,
        external_id: parse_optional("Message-ID", message_id.as_deref(), InternetMessageId::parse)?,
        status: out.map(|out| parse("message status", &out.status, MessageStatus::parse)).transpose()?,
        delivery: parse_optional("delivery", out.and_then(|out| out.delivery.as_deref()), Delivery::parse)?,
        attempt_id: out.and_then(|out| out.attempt_id).map(AttemptId),
        parent_id: row.parent_id.map(MessageId),
        resend_of: out.and_then(|out| out.resend_of).map(MessageId),
        reminder_of: out.and_then(|out| out.reminder_of).map(MessageId),
        duplicate_of: came.and_then(|came| came.duplicate_of).map(MessageId),
        classification: came.map(|came| parse("classification", &came.classification, Classification::parse)).transpose()?,
        call_outcome: parse_optional("call outcome", call_outcome.as_deref(), CallOutcome::parse)?,
        case_match: match_kind.zip(confirmed).map(|(kind, confirmed)| CaseMatch { kind, confirmed }),
        has_html: mail.as_ref().is_some_and(|mail| mail.has_html),
        subject: mail.and_then(|mail| mail.subject),
        raw_id: out.and_then(|out| out.content_id).or(came.and_then(|came| came.content_id)).map(RawId),
        created_at: row.created_at.0,
        sent_at: out.and_then(|out| out.sent_at).map(|at| at.0),
        recorded_at: recorded_at.0,
    })
}

/// A message, its attachments still to come.
pub(super) fn message_of(row: MessageRow) -> Done<Message> {
    let text = match row.reads_as {
        Some(reads_as) => (reads_as, row.reads_as_quoted),
        None => (row.body, row.quoted),
    };
    message_with(header_of(row.header)?, text, row.fate, ids_from_json(row.references.as_ref())?)
}

/// A message as it is shown, its attachments and flags still to come.
pub(super) fn view_of(row: ViewRow, notice: Option<MailNotice>) -> Done<MessageView> {
    let (body, body_is_cut) = beginning(row.body)?;
    let (quoted, quoted_is_cut) = row.quoted.map(beginning).transpose()?.unzip();
    let mut message = message_with(header_of(row.header)?, (body, quoted), row.fate, Vec::new())?;
    let is_cut = message.content.cut() || body_is_cut || quoted_is_cut == Some(true);
    let reminded_by = row.reminded_by.map(MessageId);
    Ok(MessageView { message, is_cut, has_more_attachments: false, flags: Vec::new(), notice, reminded_by })
}

/// First bytes as text, without the character that they end in; and whether there are more.
fn beginning(bytes: Vec<u8>) -> Done<(String, bool)> {
    let is_cut = bytes.len() > LONGEST_SHOWN;
    let text = String::from_utf8(bytes).or_else(|error| {
        let (sound, broken) = (error.utf8_error().valid_up_to(), error.utf8_error().error_len());
        let mut bytes = error.into_bytes();
        bytes.truncate(sound);
        if is_cut && broken.is_none() { String::from_utf8(bytes).map_err(|_| unreadable("text")) } else { Err(unreadable("text")) }
    });
    Ok((text?, is_cut))
}

fn message_with(
    header: MessageHeader,
    (body, body_quoted): (String, Option<String>),
    fate: FateColumns,
    references: Vec<InternetMessageId>,
) -> Done<Message> {
    Ok(Message {
        id: header.id,
        case_id: header.case_id,
        channel: header.channel,
        direction: header.direction,
        kind: header.kind,
        content: MessageContent {
            subject: header.subject,
            body,
            body_quoted,
            from: header.from,
            to: header.to,
            in_reply_to: ids_from_json(fate.in_reply_to.as_ref())?,
            references,
            template: fate.template.as_ref().map(template_from_json).transpose()?,
        },
        external_id: header.external_id,
        status: header.status,
        delivery: header.delivery,
        attempt_id: header.attempt_id,
        parent_id: header.parent_id,
        resend_of: header.resend_of,
        reminder_of: header.reminder_of,
        duplicate_of: header.duplicate_of,
        classification: header.classification,
        call_outcome: header.call_outcome,
        case_match: header.case_match,
        attachments: Vec::new(),
        has_html: header.has_html,
        raw_id: header.raw_id,
        transport_response: fate.words,
        parts: fate.parts.and_then(|parts| u16::try_from(parts).ok()),
        error: fate.error,
        created_at: header.created_at,
        sent_at: header.sent_at,
        recorded_at: header.recorded_at,
    })
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

fn ids_from_json(json: Option<&Value>) -> Done<Vec<InternetMessageId>> {
    let Some(json) = json else { return Ok(Vec::new()) };
    let ids = json.as_array().ok_or_else(|| unreadable("Message-IDs"))?;
    ids.iter().map(|id| id.as_str().and_then(InternetMessageId::parse).ok_or_else(|| unreadable("Message-IDs"))).collect()
}

/// A template as it is stored with its message.
pub(super) fn template_to_json(template: &WhatsappTemplate) -> Value {
    let WhatsappTemplate { name, language, parameters, provider_id, places } = template;
    json!({"name": name, "language": language, "parameters": parameters, "provider_id": provider_id, "places": places})
}

fn template_from_json(json: &Value) -> Done<WhatsappTemplate> {
    let broken = || unreadable("template of a message");
    let text = |name: &str| json[name].as_str().map(str::to_owned);
    let texts = |name: &str| {
        let texts = json[name].as_array().map(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
        texts.flatten().ok_or_else(broken)
    };
    Ok(WhatsappTemplate {
        name: text("name").ok_or_else(broken)?,
        language: text("language").ok_or_else(broken)?,
        parameters: texts("parameters")?,
        provider_id: text("provider_id"),
        places: texts("places")?,
    })
}

/// What of a message's content stands in its own row.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = message, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct TextColumns<'m> {
    body: &'m str,
    from_address: Option<&'m str>,
    to_address: Option<&'m str>,
    correspondent: Option<String>,
}

impl<'m> TextColumns<'m> {
    pub(super) fn of(content: &'m MessageContent, direction: Direction) -> Self {
        let correspondent = match direction {
            Direction::In => &content.from,
            Direction::Out => &content.to,
        };
        Self {
            body: &content.body,
            from_address: content.from.as_deref(),
            to_address: content.to.as_deref(),
            correspondent: correspondent.as_deref().map(address_key),
        }
    }
}

/// What of an e-mail's content stands in its header.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = mail_header, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct MailColumns<'m> {
    subject: Option<&'m str>,
    in_reply_to: Value,
    reference_ids: Value,
}

impl<'m> MailColumns<'m> {
    pub(super) fn of(content: &'m MessageContent) -> Self {
        Self {
            subject: content.subject.as_deref(),
            in_reply_to: ids_to_json(&content.in_reply_to),
            reference_ids: ids_to_json(&content.references),
        }
    }
}
