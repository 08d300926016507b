//! What answers say of the case's fields, and which answers are still to be read for it.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use followup_domain::ids::{CaseId, MessageId, ProductId, ProposalId};
use followup_domain::ports::{ProposalRepository, ReadAnswerRepository, StoreError, UnreadWords, Updated};
use followup_domain::proposal::{
    AnswerReading, Conflict, FieldTarget, NewProposal, Precision, Proposal, ProposalClass, ProposalDecision, ProposalStatus, SaidState,
};
use serde_json::{Value, json};

use super::super::{Conn, Db};
use super::message_row::parse;
use super::schema::{answer_reading, proposal};
use super::work::Work;
use super::{At, IDS_PER_QUERY, updated};
use crate::error::{Done, Failure, unreadable};

const WAITING: &str = "waiting";
const READ: &str = "read";
const FAILED: &str = "failed";
/// Conditions as the partial indexes have them: a planner does not know them again in a parameter.
const IS_WAITING: &str = "answer_reading.state = 'waiting'";
const HAS_FAILED: &str = "answer_reading.state = 'failed'";
const IS_OPEN: &str = "proposal.status = 'open'";
const IS_DECIDED: &str = "proposal.status <> 'open'";
/// A person decides no more of a case at once.
const MOST_OPEN: i64 = 500;
/// So many answers of a case are looked at for words that nobody understood.
const MOST_READINGS: i64 = 100;
/// So many rows go into one statement.
const ROWS_PER_INSERT: usize = 40;

impl ReadAnswerRepository for Work<'_> {
    fn await_reading(&mut self, message_id: MessageId, case_id: CaseId) -> Result<(), StoreError> {
        self.write(|conn| {
            let row = (
                answer_reading::message_id.eq(message_id.0),
                answer_reading::case_id.eq(case_id.0),
                answer_reading::state.eq(WAITING),
                answer_reading::unread.eq(json!([])),
            );
            diesel::insert_into(answer_reading::table).values(row).on_conflict_do_nothing().execute(conn)?;
            Ok(())
        })
    }

    fn awaiting(&mut self, version: &str, limit: i64) -> Result<Vec<(MessageId, CaseId)>, StoreError> {
        self.read(|conn| {
            let columns = (answer_reading::message_id, answer_reading::case_id);
            let by_number = answer_reading::message_id;
            let waiting = answer_reading::table.filter(sql::<Bool>(IS_WAITING)).order(by_number).limit(limit).select(columns);
            let mut found: Vec<(i64, i64)> = waiting.load(conn)?;
            let room = limit - i64::try_from(found.len()).unwrap_or(limit);
            let failed = answer_reading::table.filter(sql::<Bool>(HAS_FAILED)).filter(answer_reading::version.ne(version));
            if room > 0 {
                found.extend(failed.order(by_number).limit(room).select(columns).load::<(i64, i64)>(conn)?);
            }
            Ok(found.into_iter().map(|(message, case)| (MessageId(message), CaseId(case))).collect())
        })
    }

    fn keep_reading(
        &mut self,
        message_id: MessageId,
        reading: &AnswerReading,
        version: &str,
        now: DateTime<Utc>,
    ) -> Result<Updated, StoreError> {
        self.write(|conn| keep_reading(conn, message_id, reading, (version, now)))
    }

    fn keep_failure(&mut self, message_id: MessageId, version: &str, why: &str, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let unread = answer_reading::table.find(message_id.0).filter(answer_reading::state.ne(READ));
            let failed = (
                answer_reading::state.eq(FAILED),
                answer_reading::version.eq(version),
                answer_reading::error.eq(why),
                answer_reading::at.eq(At::from(now)),
            );
            Ok(updated(diesel::update(unread).set(failed).execute(conn)?))
        })
    }

    fn count_failed(&mut self) -> Result<i64, StoreError> {
        self.read(|conn| Ok(answer_reading::table.filter(sql::<Bool>(HAS_FAILED)).count().get_result(conn)?))
    }

    fn unread(&mut self, case_id: CaseId) -> Result<Vec<UnreadWords>, StoreError> {
        self.read(|conn| {
            let read = answer_reading::table.filter(answer_reading::case_id.eq(case_id.0)).filter(answer_reading::state.eq(READ));
            let last = read.order(answer_reading::message_id.desc()).limit(MOST_READINGS);
            let rows: Vec<(i64, Value)> = last.select((answer_reading::message_id, answer_reading::unread)).load(conn)?;
            rows.into_iter().map(|(id, unread)| Ok((MessageId(id), spans_of(&unread)?))).collect()
        })
    }
}

impl ProposalRepository for Work<'_> {
    fn find(&mut self, case_id: CaseId, ids: &[ProposalId]) -> Result<Vec<Proposal>, StoreError> {
        self.read(|conn| {
            let mut found = Vec::new();
            for some in ids.chunks(IDS_PER_QUERY) {
                let ids: Vec<i64> = some.iter().map(|id| id.0).collect();
                let named = proposal::table.filter(proposal::case_id.eq(case_id.0)).filter(proposal::id.eq_any(ids));
                found.extend(loaded(named.order(proposal::id).select(ProposalRow::as_select()).load(conn)?)?);
            }
            Ok(found)
        })
    }

    fn open(&mut self, case_id: CaseId) -> Result<Vec<Proposal>, StoreError> {
        self.read(|conn| {
            let open = proposal::table.filter(proposal::case_id.eq(case_id.0)).filter(sql::<Bool>(IS_OPEN));
            loaded(open.order(proposal::id).limit(MOST_OPEN).select(ProposalRow::as_select()).load(conn)?)
        })
    }

    fn decided(&mut self, case_id: CaseId, limit: i64) -> Result<Vec<Proposal>, StoreError> {
        self.read(|conn| {
            let decided = proposal::table.filter(proposal::case_id.eq(case_id.0)).filter(sql::<Bool>(IS_DECIDED));
            let latest = decided.order((proposal::decided_at.desc(), proposal::id.desc())).limit(limit);
            loaded(latest.select(ProposalRow::as_select()).load(conn)?)
        })
    }

    fn decide(&mut self, id: ProposalId, decision: &ProposalDecision) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let open = proposal::table.find(id.0).filter(sql::<Bool>(IS_OPEN));
            let decided = (
                proposal::status.eq(decision.status.as_str()),
                proposal::decided_by.eq(&decision.actor),
                proposal::decided_at.eq(At::from(decision.at)),
                proposal::decided_value.eq(&decision.value),
                proposal::reason.eq(&decision.reason),
            );
            Ok(updated(diesel::update(open).set(decided).execute(conn)?))
        })
    }

    fn count_open(&mut self, case_ids: &[CaseId]) -> Result<Vec<(CaseId, i64)>, StoreError> {
        self.read(|conn| {
            let mut counted: BTreeMap<i64, i64> = BTreeMap::new();
            for some in case_ids.chunks(IDS_PER_QUERY) {
                let ids: Vec<i64> = some.iter().map(|id| id.0).collect();
                let open = proposal::table.filter(proposal::case_id.eq_any(ids)).filter(sql::<Bool>(IS_OPEN));
                let rows: Vec<(i64, i64)> =
                    open.group_by(proposal::case_id).select((proposal::case_id, diesel::dsl::count_star())).load(conn)?;
                counted.extend(rows);
            }
            Ok(counted.into_iter().map(|(case, count)| (CaseId(case), count)).collect())
        })
    }
}

fn keep_reading(conn: &mut Conn, message_id: MessageId, reading: &AnswerReading, (version, now): (&str, DateTime<Utc>)) -> Done<Updated> {
    let unread = Value::from(reading.unread.iter().map(|span| json!([span.start, span.end])).collect::<Vec<_>>());
    let awaited = answer_reading::table.find(message_id.0).filter(answer_reading::state.ne(READ));
    let read = (
        answer_reading::state.eq(READ),
        answer_reading::version.eq(version),
        answer_reading::error.eq(None::<String>),
        answer_reading::unread.eq(unread),
        answer_reading::at.eq(At::from(now)),
    );
    let cases: Vec<i64> = diesel::update(awaited).set(read).returning(answer_reading::case_id).get_results(conn)?;
    let Some(case_id) = cases.first().copied() else { return Ok(Updated::Stale) };
    let rows = reading.proposals.iter().map(|said| row(case_id, message_id, said, now)).collect::<Done<Vec<_>>>()?;
    for some in rows.chunks(ROWS_PER_INSERT) {
        diesel::insert_into(proposal::table).values(some).execute(conn)?;
    }
    Ok(Updated::Yes)
}

#[derive(Insertable)]
#[diesel(table_name = proposal)]
struct NewRow<'p> {
    case_id: i64,
    message_id: i64,
    field: &'p str,
    product_id: Option<i64>,
    state: &'static str,
    value: Option<&'p str>,
    unit: Option<&'p str>,
    exactness: &'static str,
    computed: bool,
    words: &'p str,
    span_start: i32,
    span_end: i32,
    rule: &'p str,
    class: &'static str,
    conflicts: Value,
    read_at: At,
    status: &'static str,
}

fn row<'p>(case_id: i64, message_id: MessageId, said: &'p NewProposal, now: DateTime<Utc>) -> Done<NewRow<'p>> {
    let (span_start, span_end) = span_to_store(&said.span)?;
    Ok(NewRow {
        case_id,
        message_id: message_id.0,
        field: &said.target.field,
        product_id: said.target.product.map(|id| id.0),
        state: said.state.as_str(),
        value: said.value.as_deref(),
        unit: said.unit.as_deref(),
        exactness: said.precision.as_str(),
        computed: said.computed,
        words: &said.words,
        span_start,
        span_end,
        rule: &said.rule,
        class: said.class.as_str(),
        conflicts: Value::from(said.conflicts.iter().map(|conflict| conflict.as_str()).collect::<Vec<_>>()),
        read_at: now.into(),
        status: ProposalStatus::Open.as_str(),
    })
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = proposal, check_for_backend(Db))]
struct ProposalRow {
    id: i64,
    case_id: i64,
    message_id: i64,
    field: String,
    product_id: Option<i64>,
    state: String,
    value: Option<String>,
    unit: Option<String>,
    exactness: String,
    computed: bool,
    words: String,
    span_start: i32,
    span_end: i32,
    rule: String,
    class: String,
    conflicts: Value,
    read_at: At,
    status: String,
    decided_by: Option<String>,
    decided_at: Option<At>,
    decided_value: Option<String>,
    reason: Option<String>,
}

fn loaded(rows: Vec<ProposalRow>) -> Done<Vec<Proposal>> {
    rows.into_iter().map(Proposal::try_from).collect()
}

impl TryFrom<ProposalRow> for Proposal {
    type Error = Failure;

    fn try_from(row: ProposalRow) -> Done<Self> {
        let status = parse("proposal status", &row.status, ProposalStatus::parse)?;
        let decision = row.decided_by.zip(row.decided_at).map(|(actor, at)| ProposalDecision {
            status,
            actor,
            at: at.0,
            value: row.decided_value,
            reason: row.reason,
        });
        // What another release knows to say is no reason to hide a proposal.
        let conflicts = row.conflicts.as_array().into_iter().flatten().filter_map(Value::as_str).filter_map(Conflict::parse).collect();
        Ok(Self {
            id: ProposalId(row.id),
            case_id: CaseId(row.case_id),
            message_id: MessageId(row.message_id),
            said: NewProposal {
                target: FieldTarget { field: row.field, product: row.product_id.map(ProductId) },
                state: parse("proposal state", &row.state, SaidState::parse)?,
                value: row.value,
                unit: row.unit,
                precision: parse("precision", &row.exactness, Precision::parse)?,
                computed: row.computed,
                words: row.words,
                span: span_of((row.span_start, row.span_end))?,
                rule: row.rule,
                class: parse("proposal class", &row.class, ProposalClass::parse)?,
                conflicts,
            },
            read_at: row.read_at.0,
            status,
            decision,
        })
    }
}

/// Where words stand in a text, as it is stored.
pub(super) fn span_to_store(span: &Range<usize>) -> Done<(i32, i32)> {
    let byte = |byte: usize| i32::try_from(byte).map_err(|_| Failure::Refused("the words stand too far into the text".to_owned()));
    Ok((byte(span.start)?, byte(span.end)?))
}

/// Where words stand in a text.
pub(super) fn span_of((start, end): (i32, i32)) -> Done<Range<usize>> {
    let byte = |byte: i32| usize::try_from(byte).map_err(|_| unreadable("span"));
    Ok(byte(start)?..byte(end)?)
}

fn spans_of(stored: &Value) -> Done<Vec<Range<usize>>> {
    let byte = |pair: &Value, at: usize| pair.get(at).and_then(Value::as_u64).and_then(|byte| usize::try_from(byte).ok());
    let spans = stored.as_array().ok_or_else(|| unreadable("spans"))?.iter();
    spans.map(|pair| byte(pair, 0).zip(byte(pair, 1)).map(|(start, end)| start..end).ok_or_else(|| unreadable("spans"))).collect()
}
