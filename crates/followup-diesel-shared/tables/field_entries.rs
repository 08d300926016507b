//! The ledger of fields: entries are appended and never changed. What was asked, documented and answered is what they come to.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::case::CaseRecord;
use followup_domain::ids::{CaseId, MessageId, ProductId};
use followup_domain::message::{Delivery, Message, MessageStatus};
use followup_domain::ports::{AnswerProof, AnsweredField, AskedField, AskedItem, DocumentedField, FieldRepository, StoreError, Updated};
use serde_json::Value;

use super::super::{Conn, Db};
use super::At;
use super::message_queries::{load_messages, messages};
use super::message_row::{parse, parse_optional};
use super::proposals::{span_of, span_to_store};
use super::schema::{field_entry, icsr, message, outbound};
use super::thread::in_thread;
use super::work::Work;
use crate::error::{Done, Failure, unreadable};
use crate::record_json;

impl FieldRepository for Work<'_> {
    fn document(&mut self, case_id: CaseId, field: &DocumentedField) -> Result<(), StoreError> {
        self.write(|conn| document(conn, case_id, field))
    }

    fn remove_documented(&mut self, case_id: CaseId, path: &FieldPath) -> Result<Updated, StoreError> {
        self.write(|conn| take_back_documented(conn, case_id, path))
    }

    fn documented(&mut self, case_id: CaseId) -> Result<Vec<DocumentedField>, StoreError> {
        self.read(|conn| documented(conn, case_id))
    }

    fn record_answered(&mut self, case_id: CaseId, field: &AnsweredField) -> Result<(), StoreError> {
        self.write(|conn| record_answered(conn, case_id, field))
    }

    fn answered(&mut self, case_id: CaseId) -> Result<Vec<AnsweredField>, StoreError> {
        self.read(|conn| answered(conn, case_id))
    }

    fn remove_answered(&mut self, case_id: CaseId, path: &FieldPath) -> Result<Updated, StoreError> {
        self.write(|conn| take_back_answered(conn, case_id, path))
    }
}

/// The state of an entry that takes another one back.
const OPEN: &str = "open";

#[derive(Queryable, Selectable)]
#[diesel(table_name = field_entry, check_for_backend(Db))]
struct EntryRow {
    id: i64,
    path: String,
    product_id: Option<i64>,
    product: Option<String>,
    state: String,
    value: Option<String>,
    asked_by: Option<i64>,
    source_message: Option<i64>,
    span_start: Option<i32>,
    span_end: Option<i32>,
    actor: Option<String>,
    reason: Option<String>,
    at: Option<At>,
}

#[derive(Insertable, Default)]
#[diesel(table_name = field_entry)]
struct NewEntry<'e> {
    case_id: i64,
    path: String,
    product_id: Option<i64>,
    product: Option<&'e str>,
    state: &'static str,
    value: Option<&'e str>,
    asked_by: Option<i64>,
    source_message: Option<i64>,
    span_start: Option<i32>,
    span_end: Option<i32>,
    takes_back: Option<i64>,
    actor: Option<&'e str>,
    reason: Option<&'e str>,
    at: Option<At>,
}

impl<'e> NewEntry<'e> {
    fn of(case_id: CaseId, item: &'e AskedItem, state: FieldState) -> Self {
        Self {
            case_id: case_id.0,
            path: item.path.to_string(),
            product_id: item.product_id.map(|id| id.0),
            product: item.product.as_deref(),
            state: state.as_str(),
            ..Self::default()
        }
    }

    fn taking_back(case_id: CaseId, entry: &'e EntryRow) -> Self {
        Self {
            case_id: case_id.0,
            path: entry.path.clone(),
            product_id: entry.product_id,
            product: entry.product.as_deref(),
            state: OPEN,
            takes_back: Some(entry.id),
            ..Self::default()
        }
    }
}

/// Of entries: whether no later one took them back.
macro_rules! standing {
    () => {{
        let later = diesel::alias!(field_entry as later);
        not(exists(later.filter(later.field(field_entry::takes_back).eq(field_entry::id.nullable()))))
    }};
}

/// Messages that asked for something and wait.
pub(super) fn waiting_requests(conn: &mut Conn, case_id: CaseId) -> Done<Vec<Message>> {
    let waiting = [MessageStatus::Sent, MessageStatus::Responded, MessageStatus::Uncertain].map(MessageStatus::as_str);
    let asks = field_entry::table
        .filter(field_entry::asked_by.eq(message::id.nullable()))
        .filter(field_entry::state.eq(FieldState::Asked.as_str()))
        .filter(standing!());
    let requests = messages().filter(in_thread(case_id)).filter(outbound::status.eq_any(waiting).assume_not_null()).filter(exists(asks));
    load_messages(conn, requests.order((message::created_at, message::id)))
}

/// Sets what a queued message asks for. The database refuses it for one that left the queue.
pub(super) fn set_asked(conn: &mut Conn, message_id: MessageId, case_id: CaseId, items: &[AskedItem]) -> Done<()> {
    let asked = field_entry::state.eq(FieldState::Asked.as_str());
    let by_it = field_entry::table.filter(field_entry::asked_by.eq(message_id.0)).filter(asked).filter(standing!());
    let before: Vec<EntryRow> = by_it.order(field_entry::id).select(EntryRow::as_select()).load(conn)?;
    let mut seen = BTreeSet::new();
    let items: Vec<&AskedItem> = items.iter().filter(|item| seen.insert(&item.path)).collect();
    let is_same = |(entry, item): (&EntryRow, &&AskedItem)| item_of(entry).as_ref() == Some(*item);
    if before.len() == items.len() && before.iter().zip(&items).all(is_same) {
        return Ok(());
    }
    let withdrawn = before.iter().map(|entry| NewEntry::taking_back(case_id, entry));
    let asking = items.into_iter().map(|item| NewEntry { asked_by: Some(message_id.0), ..NewEntry::of(case_id, item, FieldState::Asked) });
    append(conn, withdrawn.chain(asking).collect())
}

fn append(conn: &mut Conn, entries: Vec<NewEntry<'_>>) -> Done<()> {
    if !entries.is_empty() {
        diesel::insert_into(field_entry::table).values(entries).execute(conn)?;
    }
    Ok(())
}

/// `None` for a path that the catalogue no longer has.
fn item_of(entry: &EntryRow) -> Option<AskedItem> {
    let path = FieldPath::parse(&entry.path)?;
    Some(AskedItem { path, product: entry.product.clone(), product_id: entry.product_id.map(ProductId) })
}

/// An entry that asks, its message, what the transport knows of that, and when it was accepted.
type AskedRow = (EntryRow, i64, Option<String>, Option<At>);

pub(super) fn asked(conn: &mut Conn, case_id: CaseId) -> Done<Vec<AskedField>> {
    let asked = field_entry::table
        .inner_join(message::table.on(field_entry::asked_by.eq(message::id.nullable())))
        .inner_join(outbound::table.on(outbound::message_id.eq(message::id)))
        .filter(field_entry::case_id.eq(case_id.0))
        .filter(field_entry::state.eq(FieldState::Asked.as_str()))
        .filter(standing!())
        .order((message::created_at, message::id, field_entry::id));
    let columns = (EntryRow::as_select(), message::id, outbound::delivery, outbound::sent_at);
    let rows: Vec<AskedRow> = asked.select(columns).load(conn)?;
    let known = rows.into_iter().filter_map(|(entry, id, delivery, sent_at)| Some((item_of(&entry)?, id, delivery, sent_at)));
    let asked = |(item, id, delivery, sent_at): (_, _, Option<String>, Option<At>)| {
        let delivery = parse_optional("delivery", delivery.as_deref(), Delivery::parse)?;
        Ok(AskedField { item, message_id: MessageId(id), delivery, sent_at: sent_at.map(|at| at.0) })
    };
    known.map(asked).collect()
}

const DOCUMENTED: [FieldState; 3] = [FieldState::Unknown, FieldState::Withheld, FieldState::Unobtainable];
const ANSWERED: [FieldState; 1] = [FieldState::Answered];

pub(super) fn document(conn: &mut Conn, case_id: CaseId, field: &DocumentedField) -> Done<()> {
    if !field.state.is_documented() {
        return Err(Failure::Refused("only what is not to be had is documented".to_owned()));
    }
    let entry = NewEntry {
        actor: Some(&field.actor),
        reason: Some(&field.reason),
        at: Some(At::from(field.at)),
        ..NewEntry::of(case_id, &field.item, field.state)
    };
    append(conn, vec![entry])
}

pub(super) fn documented(conn: &mut Conn, case_id: CaseId) -> Done<Vec<DocumentedField>> {
    let told = |(item, entry): (AskedItem, EntryRow)| {
        let state = parse("field state", &entry.state, FieldState::parse)?;
        let (reason, actor) = entry.reason.zip(entry.actor).ok_or_else(|| unreadable("documentation"))?;
        let at = entry.at.ok_or_else(|| unreadable("documentation"))?.0;
        Ok(DocumentedField { item, state, reason, actor, at })
    };
    current(conn, case_id, &DOCUMENTED)?.into_iter().map(told).collect()
}

pub(super) fn record_answered(conn: &mut Conn, case_id: CaseId, field: &AnsweredField) -> Done<()> {
    let proof = field.proof.as_ref();
    // The words stand in the answer: without it they prove nothing.
    let span = proof.filter(|_| field.answered_by.is_some()).map(|proof| span_to_store(&proof.span)).transpose()?;
    let entry = NewEntry {
        value: proof.map(|proof| proof.value.as_str()),
        asked_by: field.asked_by.map(|id| id.0),
        source_message: field.answered_by.map(|id| id.0),
        span_start: span.map(|(start, _)| start),
        span_end: span.map(|(_, end)| end),
        actor: proof.map(|proof| proof.actor.as_str()),
        at: Some(At::from(field.at)),
        ..NewEntry::of(case_id, &field.item, FieldState::Answered)
    };
    append(conn, vec![entry])
}

pub(super) fn answered(conn: &mut Conn, case_id: CaseId) -> Done<Vec<AnsweredField>> {
    let told = |(item, entry): (AskedItem, EntryRow)| {
        let at = entry.at.ok_or_else(|| unreadable("answer"))?.0;
        let span = entry.span_start.zip(entry.span_end).map(span_of).transpose()?.unwrap_or_default();
        let proof = entry.value.zip(entry.actor).map(|(value, actor)| AnswerProof { value, span, actor });
        let (asked_by, answered_by) = (entry.asked_by.map(MessageId), entry.source_message.map(MessageId));
        Ok(AnsweredField { item, asked_by, answered_by, proof, at })
    };
    current(conn, case_id, &ANSWERED)?.into_iter().map(told).collect()
}

pub(super) fn take_back_documented(conn: &mut Conn, case_id: CaseId, path: &FieldPath) -> Done<Updated> {
    take_back(conn, case_id, &DOCUMENTED, path)
}

pub(super) fn take_back_answered(conn: &mut Conn, case_id: CaseId, path: &FieldPath) -> Done<Updated> {
    take_back(conn, case_id, &ANSWERED, path)
}

fn in_states(conn: &mut Conn, case_id: CaseId, states: &[FieldState]) -> Done<Vec<EntryRow>> {
    let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let entries = field_entry::table.filter(field_entry::case_id.eq(case_id.0)).filter(field_entry::state.eq_any(states));
    Ok(entries.filter(standing!()).order(field_entry::id).select(EntryRow::as_select()).load(conn)?)
}

/// A field, its product, and the product's place where it has no id.
type FieldKey = (&'static str, Option<ProductId>, Option<usize>);

/// Of each field the last entry, by path. A field of a product is that product's wherever it stands; without an id, its place's.
fn current(conn: &mut Conn, case_id: CaseId, states: &[FieldState]) -> Done<Vec<(AskedItem, EntryRow)>> {
    let mut last: BTreeMap<FieldKey, (AskedItem, EntryRow)> = BTreeMap::new();
    for entry in in_states(conn, case_id, states)? {
        let Some(item) = item_of(&entry) else { continue };
        let place = item.path.product.filter(|_| item.product_id.is_none());
        last.insert((item.path.field, item.product_id, place), (item, entry));
    }
    let mut fields: Vec<(AskedItem, EntryRow)> = last.into_values().collect();
    fields.sort_by_cached_key(|(item, entry)| (item.path.to_string(), entry.id));
    Ok(fields)
}

fn take_back(conn: &mut Conn, case_id: CaseId, states: &[FieldState], path: &FieldPath) -> Done<Updated> {
    let product_id = product_at(conn, case_id, path)?;
    let is_meant = |item: AskedItem| match item.product_id {
        Some(id) => item.path.field == path.field && (Some(id) == product_id || item.path == *path),
        None => item.path == *path,
    };
    let entries = in_states(conn, case_id, states)?;
    let meant: Vec<&EntryRow> = entries.iter().filter(|entry| item_of(entry).is_some_and(is_meant)).collect();
    let outcome = if meant.is_empty() { Updated::Stale } else { Updated::Yes };
    append(conn, meant.into_iter().map(|entry| NewEntry::taking_back(case_id, entry)).collect())?;
    Ok(outcome)
}

/// The product that stands at a path's place now.
fn product_at(conn: &mut Conn, case_id: CaseId, path: &FieldPath) -> Done<Option<ProductId>> {
    let Some(place) = path.product else { return Ok(None) };
    let record: Option<Value> = icsr::table.find(case_id.0).select(icsr::record).first(conn).optional()?;
    let record: Option<CaseRecord> = record.and_then(record_json::from_json);
    Ok(record.and_then(|record| record.productos.get(place)?.id))
}
