//! Cases.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use followup_domain::case::{Case, CaseRecord, Closure, ClosureReason, Estado, FollowupStatus, Gravedad, LastAutomatic, Scalar};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::ports::{CaseQuery, CaseRepository, CaseSort, NewCase, Page, PageRequest, StandingFilter, StoreError, Updated};
use followup_domain::text::fold;
use serde_json::Value;

use super::super::{Conn, Db, has_word};
use super::answers::is_read;
use super::schema::{case_standing, icsr, inbound, message_read};
use super::work::Work;
use super::{At, bounds, contact_points, life, standings, warnings};
use crate::error::{Done, Failure, unreadable};
use crate::record_json;

/// So many different words of a search are looked at; more narrow nothing down.
const MOST_WORDS: usize = 32;
/// Whether answers wait in the case of a standing that a reader has not read.
macro_rules! has_unread {
    ($reader:expr) => {{
        let waiting = inbound::table.filter(inbound::unattended_in.eq(case_standing::case_id.nullable()));
        exists(waiting.filter(not(is_read!($reader))))
    }};
}

/// The condition of the partial index `case_standing_unattended`, word for word.
const UNATTENDED: &str = "case_standing.unattended > 0";
/// What the index `case_standing_answers` begins with, word for word.
const ATTENDED: &str = "case_standing.unattended = 0";

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
    warned_until: Option<At>,
    set_aside: Value,
}

impl TryFrom<CaseRow> for Case {
    type Error = Failure;

    /// Named, because whoever reads the message has to find it.
    fn try_from(row: CaseRow) -> Done<Self> {
        let id = row.id;
        read(row).ok_or_else(|| unreadable(&format!("case {id}")))
    }
}

/// `None` for a row that cannot be read at all.
fn read(row: CaseRow) -> Option<Case> {
    let last_automatic = row.last_automatic_at.zip(row.last_automatic_message);
    Some(Case {
        id: CaseId(row.id),
        record: record_json::from_json(row.record)?,
        followup_status: FollowupStatus::parse(&row.followup_status)?,
        version: row.version,
        created_at: row.created_at.0,
        updated_at: row.updated_at.0,
        closure: match row.closure_reason.zip(row.closure_notes).zip(row.closed_at) {
            Some(((reason, notes), at)) => Some(Closure { reason: ClosureReason::parse(&reason)?, notes, at: at.0 }),
            None => None,
        },
        awaiting_since: row.awaiting_since.map(|at| at.0),
        escalated_at: row.escalated_at.map(|at| at.0),
        settled_at: row.settled_at.map(|at| at.0),
        warned_until: row.warned_until.map(|at| at.0),
        set_aside: warnings::from_json(&row.set_aside),
        last_automatic: last_automatic.map(|(at, message)| LastAutomatic { at: at.0, message_id: MessageId(message) }),
    })
}

/// The columns that follow from the record.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = icsr, treat_none_as_null = true, treat_none_as_default_value = false)]
struct RecordColumns<'r> {
    estado: String,
    gravedad: Option<String>,
    numero: Option<&'r str>,
    search_text: String,
    record: Value,
}

impl<'r> RecordColumns<'r> {
    fn of(record: &'r CaseRecord) -> Self {
        Self {
            estado: shown(record, "estado").unwrap_or_default(),
            // As the rules take it, so that lists find a death among the serious ones.
            gravedad: record.seriousness().map(|serious| Gravedad::of(serious).to_string()).or_else(|| shown(record, "gravedad")),
            numero: record.numero.as_deref(),
            search_text: record.search_text(),
            record: record_json::to_json(record),
        }
    }
}

/// A coded field as it is shown, whether this release knows the code or not.
fn shown(record: &CaseRecord, field: &str) -> Option<String> {
    match record.get(field)? {
        Scalar::Null => None,
        Scalar::Text(text) => Some(text),
        Scalar::Number(number) => Some(number.to_string()),
        Scalar::Bool(value) => Some(value.to_string()),
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
            contact_points::insert_of_case(conn, id, &contact_points::keys_of(&case.record))?;
            standings::insert(conn, id, created_at)?;
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
            // A date that cannot be read says no day: the one that was known stays.
            let received_on = (!record.kept.holds("fecha_recepcion")).then(|| icsr::received_on.eq(received_on));
            let life = (icsr::version.eq(icsr::version + 1), received_on, icsr::updated_at.eq(At::from(now)));
            if diesel::update(target).set((RecordColumns::of(record), life)).execute(conn)? == 0 {
                return Ok(Updated::Stale);
            }
            contact_points::set_of_case(conn, id.0, &contact_points::keys_of(record))?;
            Ok(Updated::Yes)
        })
    }

    fn update_estado(&mut self, id: CaseId, from: Estado, to: Estado, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let target = icsr::table.filter(icsr::id.eq(id.0)).filter(icsr::estado.eq(from.as_str()));
            let row: Option<Value> = lock_rows!(target.select(icsr::record)).first(conn).optional()?;
            let Some(mut document) = row else { return Ok(Updated::Stale) };
            let object = document.as_object_mut().ok_or_else(|| unreadable(&format!("case {id}")))?;
            object.insert("estado".to_owned(), Value::from(to.as_str()));
            let moved = (icsr::estado.eq(to.as_str()), icsr::record.eq(&document), icsr::updated_at.eq(At::from(now)));
            diesel::update(icsr::table.find(id.0)).set(moved).execute(conn)?;
            Ok(Updated::Yes)
        })
    }

    fn close(&mut self, id: CaseId, closure: &Closure) -> Result<Updated, StoreError> {
        self.write(|conn| life::close(conn, id, closure))
    }

    fn reopen(&mut self, id: CaseId, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| life::reopen(conn, id, now))
    }

    fn list(&mut self, query: &CaseQuery, page: PageRequest) -> Result<Page<Case>, StoreError> {
        self.read(|conn| {
            let total = count(conn, query)?;
            let items = load_page(conn, query, page)?;
            Ok(Page { items, total })
        })
    }
}

/// Cases after one, by number; and after which the next piece begins.
pub(super) fn cases_after(conn: &mut Conn, query: &CaseQuery, after: Option<CaseId>, limit: i64) -> Done<(Vec<Case>, Option<CaseId>)> {
    let later = filtered(query).filter(icsr::id.gt(after.map_or(i64::MIN, |id| id.0)));
    let rows: Vec<CaseRow> = later.order(icsr::id).limit(limit).select(CaseRow::as_select()).load(conn)?;
    let is_full = i64::try_from(rows.len()) == Ok(limit);
    let next = rows.last().filter(|_| is_full).map(|last| CaseId(last.id));
    Ok((rows.into_iter().filter_map(listed).collect(), next))
}

/// Every case has its standing: where nothing is asked of the case itself, that alone is counted.
fn count(conn: &mut Conn, query: &CaseQuery) -> Done<i64> {
    let of_standing = asks_standing(query) && !has_conditions(query);
    Ok(if of_standing { standing_where(query).count().get_result(conn)? } else { filtered(query).count().get_result(conn)? })
}

/// Whether anything is asked of what the cases stand at.
fn asks_standing(query: &CaseQuery) -> bool {
    query.standing != StandingFilter::default() || query.sort == CaseSort::NextFirst
}

fn load_page(conn: &mut Conn, query: &CaseQuery, page: PageRequest) -> Done<Vec<Case>> {
    let (limit, offset) = bounds(page);
    let matching = filtered(query);
    let sorted = match query.sort {
        CaseSort::LastMovedFirst | CaseSort::AnswersFirst | CaseSort::NextFirst => return load_by_standing(conn, query, page),
        CaseSort::NewestFirst => matching.order((icsr::created_at.desc(), icsr::id.desc())),
        CaseSort::OldestFirst => matching.order((icsr::created_at.asc(), icsr::id.asc())),
        CaseSort::LastChangedFirst => matching.order((icsr::updated_at.desc(), icsr::id.desc())),
        CaseSort::LastReceivedFirst => matching.order((icsr::received_on.desc(), icsr::id.desc())),
    };
    let rows = sorted.limit(limit).offset(offset).select(CaseRow::as_select()).load(conn)?;
    Ok(rows.into_iter().filter_map(listed).collect())
}

/// By what cases stand at, along its indexes: their numbers first, then the cases.
fn load_by_standing(conn: &mut Conn, query: &CaseQuery, page: PageRequest) -> Done<Vec<Case>> {
    let (limit, offset) = bounds(page);
    let matching = of_record(query);
    // A case always has its standing: where nothing else is asked, nothing else is looked at.
    let mut standings = standing_where(query);
    if has_conditions(query) {
        standings = standings.filter(exists(matching.filter(sql::<Bool>("icsr.id = case_standing.case_id"))));
    }
    let sorted = match query.sort {
        CaseSort::NextFirst => standings.order((case_standing::next_at.asc(), case_standing::case_id.asc())),
        CaseSort::AnswersFirst => {
            standings.order((sql::<Bool>(ATTENDED).asc(), case_standing::moved_at.desc(), case_standing::case_id.desc()))
        }
        _ => standings.order((case_standing::moved_at.desc(), case_standing::case_id.desc())),
    };
    let ids: Vec<i64> = sorted.limit(limit).offset(offset).select(case_standing::case_id).load(conn)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<CaseRow> = icsr::table.filter(icsr::id.eq_any(&ids)).select(CaseRow::as_select()).load(conn)?;
    let mut by_id: HashMap<i64, CaseRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).filter_map(listed).collect())
}

/// Whether anything is asked of the case itself.
fn has_conditions(query: &CaseQuery) -> bool {
    let nothing = CaseQuery { standing: query.standing.clone(), sort: query.sort, reader: query.reader.clone(), ..CaseQuery::default() };
    *query != nothing
}

/// The standings of cases under the conditions on them.
fn standing_where(query: &CaseQuery) -> case_standing::BoxedQuery<'_, Db> {
    let filter = &query.standing;
    let mut standings = case_standing::table.into_boxed();
    if query.sort == CaseSort::NextFirst {
        standings = standings.filter(case_standing::next_at.is_not_null());
    }
    match filter.unread {
        Some(true) => standings = standings.filter(sql::<Bool>(UNATTENDED)).filter(has_unread!(query.reader.as_str())),
        Some(false) => standings = standings.filter(not(has_unread!(query.reader.as_str()))),
        None => {}
    }
    match filter.unattended {
        Some(true) => standings = standings.filter(sql::<Bool>(UNATTENDED)),
        Some(false) => standings = standings.filter(case_standing::unattended.eq(0)),
        None => {}
    }
    if let Some(missing) = filter.missing_from {
        standings = standings.filter(case_standing::missing.ge(missing));
    }
    if let Some(missing) = filter.missing_to {
        standings = standings.filter(case_standing::missing.le(missing));
    }
    if let Some(at) = filter.moved_from {
        standings = standings.filter(case_standing::moved_at.ge(At::from(at)));
    }
    if let Some(at) = filter.moved_before {
        standings = standings.filter(case_standing::moved_at.lt(At::from(at)));
    }
    if let Some(at) = filter.next_from {
        standings = standings.filter(case_standing::next_at.ge(At::from(at)));
    }
    if let Some(at) = filter.next_before {
        standings = standings.filter(case_standing::next_at.lt(At::from(at)));
    }
    standings
}

/// One case that cannot be read must not hide the others.
fn listed(row: CaseRow) -> Option<Case> {
    let id = row.id;
    let case = read(row);
    if case.is_none() {
        tracing::error!(icsr_id = id, "a stored case cannot be read and is missing from the list");
    }
    case
}

fn filtered(query: &CaseQuery) -> icsr::BoxedQuery<'_, Db> {
    let cases = of_record(query);
    if !asks_standing(query) {
        return cases;
    }
    cases.filter(icsr::id.eq_any(standing_where(query).select(case_standing::case_id)))
}

/// Without what the cases stand at.
fn of_record(query: &CaseQuery) -> icsr::BoxedQuery<'_, Db> {
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
    if let Some(at) = query.warned_at.map(At::from) {
        // Their own index has the order of creation. In another order they are found first, as below.
        let warned = diesel::alias!(icsr as warned);
        let found = warned.filter(warned.field(icsr::warned_until).gt(at)).select(warned.field(icsr::id));
        cases = match query.sort {
            CaseSort::NewestFirst | CaseSort::OldestFirst => cases.filter(icsr::warned_until.gt(at)),
            CaseSort::LastChangedFirst
            | CaseSort::LastReceivedFirst
            | CaseSort::LastMovedFirst
            | CaseSort::AnswersFirst
            | CaseSort::NextFirst => cases.filter(icsr::id.eq_any(found)),
        };
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
