//! Cases.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use followup_domain::case::ClosureReason;
use followup_domain::case::{Case, CaseRecord, Closure, Estado, FollowupStatus, LastAutomatic};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::{CaseQuery, CaseRepository, CaseSort, NewCase, Page, PageRequest, StoreError, Updated};
use followup_domain::text::fold;
use serde_json::Value;

use super::super::{Conn, Db, has_word};
use super::schema::icsr;
use super::work::Work;
use super::{At, bounds, life};
use crate::error::{Done, Failure, unreadable};
use crate::record_json;

/// So many different words of a search are looked at; more narrow nothing down.
const MOST_WORDS: usize = 32;

#[derive(Queryable, Selectable)]
#[diesel(table_name = icsr, check_for_backend(Db))]
struct CaseRow {
    id: i64,
    followup_status: String,
    record: Value,
    version: i64,
    created_at: At,
    updated_at: At,
    last_automatic_at: Option<At>,
    last_automatic_message: Option<i64>,
    closure_reason: Option<String>,
    closure_notes: Option<String>,
    closed_at: Option<At>,
    awaiting_since: Option<At>,
    escalated_at: Option<At>,
    settled_at: Option<At>,
}

impl TryFrom<CaseRow> for Case {
    type Error = Failure;

    fn try_from(row: CaseRow) -> Done<Self> {
        let last_automatic = row.last_automatic_at.zip(row.last_automatic_message);
        let closure = closure(row.closure_reason, row.closure_notes, row.closed_at)?;
        Ok(Self {
            id: CaseId(row.id),
            record: record_json::from_json(row.record).ok_or_else(|| unreadable("case record"))?,
            followup_status: FollowupStatus::parse(&row.followup_status).ok_or_else(|| unreadable("follow-up status"))?,
            version: row.version,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            closure,
            awaiting_since: row.awaiting_since.map(|at| at.0),
            escalated_at: row.escalated_at.map(|at| at.0),
            settled_at: row.settled_at.map(|at| at.0),
            last_automatic: last_automatic.map(|(at, message)| LastAutomatic { at: at.0, message_id: MessageId(message) }),
        })
    }
}

/// All three columns, or none.
fn closure(reason: Option<String>, notes: Option<String>, at: Option<At>) -> Done<Option<Closure>> {
    let Some(((reason, notes), at)) = reason.zip(notes).zip(at) else { return Ok(None) };
    let reason = ClosureReason::parse(&reason).ok_or_else(|| unreadable("closure reason"))?;
    Ok(Some(Closure { reason, notes, at: at.0 }))
}

/// The columns that follow from the record.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = icsr, treat_none_as_null = true, treat_none_as_default_value = false)]
struct RecordColumns<'r> {
    estado: &'static str,
    gravedad: Option<&'static str>,
    numero: Option<&'r str>,
    search_text: String,
    record: Value,
}

impl<'r> RecordColumns<'r> {
    fn of(record: &'r CaseRecord) -> Self {
        Self {
            estado: record.estado.as_str(),
            gravedad: record.gravedad.map(|gravedad| gravedad.as_str()),
            numero: record.numero.as_deref(),
            search_text: record.search_text(),
            record: record_json::to_json(record),
        }
    }
}

impl CaseRepository for Work<'_> {
    fn insert(&mut self, case: &NewCase) -> Result<CaseId, StoreError> {
        self.write(|conn| {
            let created_at = At::from(case.created_at);
            let life = (
                icsr::followup_status.eq(FollowupStatus::Open.as_str()),
                icsr::version.eq(1),
                icsr::received_on.eq(case.received_on),
                icsr::created_at.eq(created_at),
                icsr::updated_at.eq(created_at),
            );
            let row = (RecordColumns::of(&case.record), life);
            let id = diesel::insert_into(icsr::table).values(row).returning(icsr::id).get_result(conn)?;
            Ok(CaseId(id))
        })
    }

    fn find(&mut self, id: CaseId) -> Result<Option<Case>, StoreError> {
        self.read(|conn| {
            let row = icsr::table.find(id.0).select(CaseRow::as_select()).first(conn).optional()?;
            row.map(Case::try_from).transpose()
        })
    }

    fn find_for_update(&mut self, id: CaseId) -> Result<Option<Case>, StoreError> {
        self.write(|conn| {
            let row = lock_rows!(icsr::table.find(id.0).select(CaseRow::as_select())).first(conn).optional()?;
            row.map(Case::try_from).transpose()
        })
    }

    fn update(
        &mut self,
        id: CaseId,
        record: &CaseRecord,
        received_on: NaiveDate,
        expected_version: i64,
        now: DateTime<Utc>,
    ) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let target = icsr::table.filter(icsr::id.eq(id.0)).filter(icsr::version.eq(expected_version));
            let life = (icsr::version.eq(icsr::version + 1), icsr::received_on.eq(received_on), icsr::updated_at.eq(At::from(now)));
            let changed = diesel::update(target).set((RecordColumns::of(record), life)).execute(conn)?;
            Ok(super::updated(changed))
        })
    }

    fn update_estado(&mut self, id: CaseId, from: Estado, to: Estado, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let target = icsr::table.filter(icsr::id.eq(id.0)).filter(icsr::estado.eq(from.as_str()));
            let row: Option<Value> = lock_rows!(target.select(icsr::record)).first(conn).optional()?;
            let Some(document) = row else { return Ok(Updated::Stale) };
            let mut record = record_json::from_json(document).ok_or_else(|| unreadable("case record"))?;
            record.estado = to;
            let columns = RecordColumns::of(&record);
            diesel::update(icsr::table.find(id.0)).set((columns, icsr::updated_at.eq(At::from(now)))).execute(conn)?;
            Ok(Updated::Yes)
        })
    }

    fn close(&mut self, id: CaseId, closure: &Closure) -> Result<Updated, StoreError> {
        self.write(|conn| life::close(conn, id, closure))
    }

    fn reopen(&mut self, id: CaseId, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| life::reopen(conn, id, now))
    }

    fn set_awaiting(&mut self, id: CaseId, since: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        self.write(|conn| life::set_awaiting(conn, id, since))
    }

    fn settle_waiting(&mut self, id: CaseId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| life::settle_waiting(conn, id, at))
    }

    fn list_to_escalate(&mut self, since: DateTime<Utc>, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
        self.read(|conn| life::list_to_escalate(conn, since, after, limit))
    }

    fn record_escalated(&mut self, id: CaseId, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| life::record_escalated(conn, id, now))
    }

    fn list(&mut self, query: &CaseQuery, page: PageRequest) -> Result<Page<Case>, StoreError> {
        self.read(|conn| {
            let total = filtered(query).count().get_result(conn)?;
            let items = load_page(conn, query, page)?;
            Ok(Page { items, total })
        })
    }
}

fn load_page(conn: &mut Conn, query: &CaseQuery, page: PageRequest) -> Done<Vec<Case>> {
    let (limit, offset) = bounds(page);
    let matching = filtered(query);
    let sorted = match query.sort {
        CaseSort::NewestFirst => matching.order((icsr::created_at.desc(), icsr::id.desc())),
        CaseSort::OldestFirst => matching.order((icsr::created_at.asc(), icsr::id.asc())),
        CaseSort::LastChangedFirst => matching.order((icsr::updated_at.desc(), icsr::id.desc())),
        CaseSort::LastReceivedFirst => matching.order((icsr::received_on.desc(), icsr::id.desc())),
    };
    let rows = sorted.limit(limit).offset(offset).select(CaseRow::as_select()).load(conn)?;
    rows.into_iter().map(Case::try_from).collect()
}

fn filtered(query: &CaseQuery) -> icsr::BoxedQuery<'_, Db> {
    let mut cases = icsr::table.into_boxed();
    if let Some(estado) = query.estado {
        cases = cases.filter(icsr::estado.eq(estado.as_str()));
    }
    if let Some(gravedad) = query.gravedad {
        cases = cases.filter(icsr::gravedad.eq(gravedad.as_str()));
    }
    if let Some(status) = query.followup_status {
        cases = cases.filter(icsr::followup_status.eq(status.as_str()));
    }
    if let Some(day) = query.received_from {
        cases = cases.filter(icsr::received_on.ge(day));
    }
    if let Some(day) = query.received_to {
        cases = cases.filter(icsr::received_on.le(day));
    }
    if let Some(since) = query.awaiting_since {
        // Found first, by their own index: few cases wait, and SQLite would rather walk all of them in the wanted order.
        let waiting = diesel::alias!(icsr as waiting);
        let found = waiting.filter(waiting.field(icsr::awaiting_since).le(At::from(since))).select(waiting.field(icsr::id));
        cases = cases.filter(icsr::id.eq_any(found));
    }
    let text = fold(query.text.as_deref().unwrap_or_default());
    let mut words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    for word in words.into_iter().take(MOST_WORDS) {
        cases = cases.filter(has_word(word));
    }
    cases
}
