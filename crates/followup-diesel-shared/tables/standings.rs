//! What cases stand at.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use followup_domain::asking::lanes::{Ask, Lane};
use followup_domain::asking::standing::{InLane, Next, NextKind, Standing};
use followup_domain::ids::CaseId;
use followup_domain::message::MessageKind;
use followup_domain::ports::{CaseBrief, KeptStanding, StandingRepository, StoreError, ThreadFacts};

use super::super::{Conn, Db};
use super::queue::{QUEUED, TRANSMITTING};
use super::schema::{case_contact, case_lane, case_standing, icsr, inbound, message, message_queue, outbound, outdated_standing};
use super::work::Work;
use super::worklist::UNCONFIRMED;
use super::{At, IDS_PER_QUERY, LONGEST_PAGE, address_key};
use crate::error::{Done, Failure, unreadable};

#[derive(Queryable, Selectable)]
#[diesel(table_name = case_standing, check_for_backend(Db))]
struct StandingRow {
    case_id: i64,
    serious: Option<bool>,
    product: Option<String>,
    missing: i64,
    reachable: bool,
    unattended: i64,
    moved_at: At,
    next_at: Option<At>,
    next_kind: Option<String>,
    computed_by: String,
}

impl TryFrom<StandingRow> for KeptStanding {
    type Error = Failure;

    fn try_from(row: StandingRow) -> Done<Self> {
        let next = match row.next_at.zip(row.next_kind) {
            Some((at, kind)) => Some(Next { at: at.0, kind: NextKind::parse(&kind).ok_or_else(|| unreadable("next thing"))? }),
            None => None,
        };
        let standing = Standing {
            serious: row.serious,
            missing: row.missing,
            reachable: row.reachable,
            unattended: row.unattended,
            moved_at: row.moved_at.0,
            next,
            lanes: Vec::new(),
        };
        Ok(Self { standing, product: row.product, computed_by: row.computed_by })
    }
}

/// The columns that [`StandingRepository::update`] sets.
#[derive(AsChangeset)]
#[diesel(table_name = case_standing, treat_none_as_null = true)]
struct StandingColumns<'a> {
    serious: Option<bool>,
    product: Option<&'a str>,
    missing: i64,
    reachable: bool,
    unattended: i64,
    moved_at: At,
    next_at: Option<At>,
    next_kind: Option<&'static str>,
    computed_by: &'a str,
}

impl<'a> From<&'a KeptStanding> for StandingColumns<'a> {
    fn from(kept: &'a KeptStanding) -> Self {
        let standing = &kept.standing;
        Self {
            serious: standing.serious,
            product: kept.product.as_deref(),
            missing: standing.missing,
            reachable: standing.reachable,
            unattended: standing.unattended,
            moved_at: standing.moved_at.into(),
            next_at: standing.next.map(|next| next.at.into()),
            next_kind: standing.next.map(|next| next.kind.as_str()),
            computed_by: &kept.computed_by,
        }
    }
}

/// Lane, what is asked, since when, by when.
type LaneColumns = (String, String, At, Option<At>);

impl StandingRepository for Work<'_> {
    fn thread_facts(&mut self, case_id: CaseId) -> Result<ThreadFacts, StoreError> {
        self.read(|conn| thread_facts(conn, case_id.0))
    }

    fn find(&mut self, case_id: CaseId) -> Result<Option<KeptStanding>, StoreError> {
        self.read(|conn| {
            let row: Option<StandingRow> = case_standing::table.find(case_id.0).select(StandingRow::as_select()).first(conn).optional()?;
            let Some(row) = row else { return Ok(None) };
            let mut kept = KeptStanding::try_from(row)?;
            kept.standing.lanes = lanes_of(conn, case_id.0)?;
            Ok(Some(kept))
        })
    }

    fn list(&mut self, case_ids: &[CaseId]) -> Result<Vec<CaseBrief>, StoreError> {
        self.read(|conn| briefs(conn, case_ids.iter().map(|id| id.0)))
    }

    fn update(&mut self, case_id: CaseId, standing: &KeptStanding, before: &KeptStanding) -> Result<(), StoreError> {
        self.write(|conn| {
            diesel::update(case_standing::table.find(case_id.0)).set(StandingColumns::from(standing)).execute(conn)?;
            set_lanes(conn, case_id.0, &standing.standing.lanes, &before.standing.lanes)
        })
    }

    fn record_moved(&mut self, case_ids: &[CaseId], now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| {
            for some in case_ids.chunks(IDS_PER_QUERY) {
                let these = case_standing::table.filter(case_standing::case_id.eq_any(some.iter().map(|id| id.0)));
                diesel::update(these).set(case_standing::moved_at.eq(At::from(now))).execute(conn)?;
            }
            Ok(())
        })
    }

    fn record_address_changed(&mut self, address: &str) -> Result<(), StoreError> {
        self.write(|conn| {
            let with_it = case_contact::table.filter(case_contact::key.eq(address_key(address))).select(case_contact::case_id);
            diesel::insert_into(outdated_standing::table)
                .values(with_it)
                .into_columns(outdated_standing::case_id)
                .on_conflict_do_nothing()
                .execute(conn)?;
            Ok(())
        })
    }

    fn list_outdated(&mut self, rules: &str, limit: i64) -> Result<Vec<CaseId>, StoreError> {
        self.read(|conn| {
            let limit = limit.clamp(0, LONGEST_PAGE);
            let marked = outdated_standing::table.filter(outdated_standing::case_id.gt(0)).order(outdated_standing::case_id).limit(limit);
            let mut ids: Vec<i64> = marked.select(outdated_standing::case_id).load(conn)?;
            // Two ranges of the index: "other than" is none.
            let earlier = case_standing::table.filter(case_standing::computed_by.lt(rules)).limit(limit);
            ids.extend(earlier.select(case_standing::case_id).load::<i64>(conn)?);
            let later = case_standing::table.filter(case_standing::computed_by.gt(rules)).limit(limit);
            ids.extend(later.select(case_standing::case_id).load::<i64>(conn)?);
            ids.sort_unstable();
            ids.dedup();
            Ok(ids.into_iter().take(usize::try_from(limit).unwrap_or(0)).map(CaseId).collect())
        })
    }

    fn take_outdated(&mut self, case_id: CaseId) -> Result<(), StoreError> {
        self.write(|conn| {
            diesel::delete(outdated_standing::table.find(case_id.0)).execute(conn)?;
            Ok(())
        })
    }
}

/// The standing of a new case: computed by no rules.
pub(super) fn insert(conn: &mut Conn, case_id: i64, created_at: At) -> Done<()> {
    let nothing = (
        case_standing::case_id.eq(case_id),
        case_standing::missing.eq(0),
        case_standing::reachable.eq(true),
        case_standing::unattended.eq(0),
        case_standing::moved_at.eq(created_at),
        case_standing::computed_by.eq(""),
    );
    diesel::insert_into(case_standing::table).values(nothing).execute(conn)?;
    Ok(())
}

/// Cases as lists show them.
pub(super) fn briefs(conn: &mut Conn, case_ids: impl IntoIterator<Item = i64>) -> Done<Vec<CaseBrief>> {
    let ids: Vec<i64> = case_ids.into_iter().collect();
    let mut briefs = Vec::with_capacity(ids.len());
    for ids in ids.chunks(IDS_PER_QUERY) {
        let found = icsr::table.inner_join(case_standing::table).filter(icsr::id.eq_any(ids));
        let rows: Vec<(Option<String>, StandingRow)> = found.select((icsr::numero, StandingRow::as_select())).load(conn)?;
        for (numero, row) in rows {
            let case_id = CaseId(row.case_id);
            let KeptStanding { standing, product, .. } = row.try_into()?;
            briefs.push(CaseBrief { case_id, numero, product, standing });
        }
    }
    Ok(briefs)
}

fn lanes_of(conn: &mut Conn, case_id: i64) -> Done<Vec<InLane>> {
    let rows = case_lane::table.filter(case_lane::case_id.eq(case_id));
    let columns = (case_lane::lane, case_lane::ask, case_lane::since, case_lane::due_at);
    let rows: Vec<LaneColumns> = rows.select(columns).load(conn)?;
    let mut lanes: Vec<InLane> = rows.into_iter().map(in_lane).collect::<Done<_>>()?;
    lanes.sort_by_key(|found| found.lane);
    Ok(lanes)
}

fn in_lane((lane, ask, since, due_at): LaneColumns) -> Done<InLane> {
    Ok(InLane {
        lane: Lane::parse(&lane).ok_or_else(|| unreadable("lane"))?,
        ask: ask_of(&ask)?,
        since: since.0,
        due_at: due_at.map(|at| at.0),
    })
}

/// Reads what is asked.
pub(super) fn ask_of(text: &str) -> Done<Ask> {
    Ask::parse(text).ok_or_else(|| unreadable("ask"))
}

/// Writes no row that stays as it is.
fn set_lanes(conn: &mut Conn, case_id: i64, lanes: &[InLane], before: &[InLane]) -> Done<()> {
    let stays = |found: &&InLane| !before.contains(found);
    for gone in before.iter().filter(|found| lanes.iter().all(|kept| kept.lane != found.lane)) {
        diesel::delete(case_lane::table.find((case_id, gone.lane.as_str()))).execute(conn)?;
    }
    for found in lanes.iter().filter(stays) {
        let state = (
            case_lane::ask.eq(found.ask.as_str()),
            case_lane::since.eq(At::from(found.since)),
            case_lane::due_at.eq(found.due_at.map(At::from)),
        );
        diesel::insert_into(case_lane::table)
            .values((case_lane::case_id.eq(case_id), case_lane::lane.eq(found.lane.as_str()), state))
            .on_conflict((case_lane::case_id, case_lane::lane))
            .do_update()
            .set(state)
            .execute(conn)?;
    }
    Ok(())
}

fn thread_facts(conn: &mut Conn, case_id: i64) -> Done<ThreadFacts> {
    let unattended = inbound::table.filter(inbound::unattended_in.eq(case_id)).select(count_star()).single_value();
    let unconfirmed = message::table
        .inner_join(inbound::table)
        .filter(message::case_id.eq(case_id))
        .filter(sql::<Bool>(UNCONFIRMED))
        .select(count_star())
        .single_value();
    let is_ahead = message_queue::state.eq_any([QUEUED, TRANSMITTING]);
    let queued = message_queue::table
        .inner_join(outbound::table.on(outbound::message_id.eq(message_queue::message_id)))
        .filter(message_queue::case_id.eq(case_id))
        .filter(is_ahead)
        .filter(outbound::kind.ne(MessageKind::Notification.as_str()))
        .order(message_queue::not_before)
        .select(message_queue::not_before)
        .single_value();
    let asked = message::table
        .inner_join(outbound::table)
        .filter(message::case_id.eq(case_id))
        .filter(outbound::kind.ne(MessageKind::Notification.as_str()));
    let columns = (unattended, unconfirmed, queued, exists(asked));
    let (unattended, unconfirmed, queued_at, was_asked): (Option<i64>, Option<i64>, Option<At>, bool) =
        diesel::select(columns).first(conn)?;
    Ok(ThreadFacts {
        unattended: unattended.unwrap_or(0),
        unconfirmed: unconfirmed.unwrap_or(0),
        queued_at: queued_at.map(|at| at.0),
        was_asked,
    })
}
