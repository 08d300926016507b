//! Mail that found no case, or that could not be understood, and what people decided about it.

use std::collections::BTreeMap;

use chrono::DateTime;
use diesel::dsl::{count, exists, min, not};
use diesel::prelude::*;
use followup_domain::case::FollowupStatus;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Classification, Direction, MatchKind, Message};
use followup_domain::ports::{
    Assignment, Badge, Discard, InTray, LanePlace, MessageView, Onlooker, Page, PageRequest, SenderCases, StoreError, TrayRepository,
    TrayState, Updated,
};

use super::super::{Conn, Db};
use super::exchanges::vouched;
use super::message_row::{MessageRow, TO_THE_UNIT, ViewRow, message_of, messages};
use super::schema::{case_contact, discarded_mail, icsr, inbound, mail_notice, message};
use super::work::Work;
use super::{At, beside, bounds, notices, worklist};
use crate::error::Done;

#[derive(Queryable, Selectable)]
#[diesel(table_name = discarded_mail, check_for_backend(Db))]
struct DiscardRow {
    reason: String,
    actor: String,
    at: At,
}

impl From<DiscardRow> for Discard {
    fn from(row: DiscardRow) -> Self {
        Self { reason: row.reason, actor: row.actor, at: row.at.0 }
    }
}

/// The columns of [`ShownRow`]. A macro, for their type is too long to be written.
macro_rules! shown_columns {
    () => {
        (ViewRow::as_select(), mail_notice::all_columns.nullable(), Option::<DiscardRow>::as_select())
    };
}

impl TrayRepository for Work<'_> {
    fn list(&mut self, state: TrayState, page: PageRequest) -> Result<Page<InTray<MessageView>>, StoreError> {
        self.read(|conn| list_unassigned(conn, state, page))
    }

    fn find(&mut self, id: MessageId) -> Result<Option<InTray<Message>>, StoreError> {
        self.read(|conn| {
            let waits = waiting_mails().filter(message::id.eq(id.0)).filter(inbound::tray.is_not_null());
            let columns = (MessageRow::as_select(), Option::<DiscardRow>::as_select());
            let row: Option<(MessageRow, Option<DiscardRow>)> = waits.select(columns).first(conn).optional()?;
            let Some((row, discard)) = row else { return Ok(None) };
            let mut mail = message_of(row)?;
            beside::attach(conn, std::slice::from_mut(&mut mail))?;
            Ok(Some(InTray { mail, discard: discard.map(Discard::from) }))
        })
    }

    fn assign(&mut self, id: MessageId, assignment: &Assignment) -> Result<Updated, StoreError> {
        self.write(|conn| assign(conn, id, assignment))
    }

    fn discard(&mut self, id: MessageId, discard: &Discard) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let waits = inbound::table.filter(inbound::message_id.eq(id.0)).filter(inbound::tray.eq(tray_column(TrayState::Open)));
            if diesel::update(waits).set(inbound::tray.eq(tray_column(TrayState::Discarded))).execute(conn)? == 0 {
                return Ok(Updated::Stale);
            }
            let row = (
                discarded_mail::message_id.eq(id.0),
                discarded_mail::reason.eq(&discard.reason),
                discarded_mail::actor.eq(&discard.actor),
                discarded_mail::at.eq(At::from(discard.at)),
            );
            diesel::insert_into(discarded_mail::table).values(row).execute(conn)?;
            Ok(Updated::Yes)
        })
    }

    fn open_cases_of(&mut self, addresses: &[String]) -> Result<Vec<SenderCases>, StoreError> {
        self.read(|conn| open_cases_of(conn, addresses))
    }

    fn badge(&mut self, who: Onlooker<'_>) -> Result<Badge, StoreError> {
        self.read(|conn| worklist::badge(conn, who))
    }
}

/// How `inbound.tray` names a part of the tray.
pub(super) fn tray_column(state: TrayState) -> &'static str {
    match state {
        TrayState::Open => "open",
        TrayState::Discarded => "aside",
    }
}

/// What of the tray waits, or was set aside: so many rows are looked at as are wanted, however many others there are.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn in_tray(state: TrayState) -> _ {
    let tray: &'static str = tray_column(state);
    inbound::table.filter(inbound::tray.eq(tray))
}

/// Mails with the decisions about them.
#[diesel::dsl::auto_type(no_type_alias)]
fn waiting_mails() -> _ {
    messages().left_join(discarded_mail::table)
}

fn list_unassigned(conn: &mut Conn, state: TrayState, page: PageRequest) -> Done<Page<InTray<MessageView>>> {
    let (limit, offset) = bounds(page);
    let total = in_tray(state).count().get_result(conn)?;
    let newest_first = shown_mails(state).order((inbound::tray_at.desc(), inbound::message_id.desc()));
    let rows = newest_first.limit(limit).offset(offset).select(shown_columns!()).load::<ShownRow>(conn)?;
    Ok(Page { items: shown(conn, rows)?, total })
}

/// Mails of the tray after one, in the order in which they came.
pub(super) fn unassigned_after(conn: &mut Conn, state: TrayState, after: Option<LanePlace>, limit: i64) -> Done<Vec<InTray<MessageView>>> {
    let (since, id) = after.map_or((At(DateTime::UNIX_EPOCH), i64::MIN), |after| (At::from(after.since), after.id));
    let tray_at = inbound::tray_at.assume_not_null();
    let later = shown_mails(state).filter(tray_at.ge(since).and(tray_at.gt(since).or(inbound::message_id.gt(id))));
    let rows = later.order((inbound::tray_at, inbound::message_id)).limit(limit).select(shown_columns!()).load::<ShownRow>(conn)?;
    shown(conn, rows)
}

/// A mail as it is shown, what a machine says in it, and who set it aside.
type ShownRow = (ViewRow, Option<notices::Row>, Option<DiscardRow>);

#[diesel::dsl::auto_type(no_type_alias)]
fn shown_mails(state: TrayState) -> _ {
    let tray: &'static str = tray_column(state);
    messages().left_join(discarded_mail::table).left_join(mail_notice::table).filter(inbound::tray.eq(tray))
}

fn shown(conn: &mut Conn, rows: Vec<ShownRow>) -> Done<Vec<InTray<MessageView>>> {
    let (rows, discards): (Vec<_>, Vec<_>) = rows.into_iter().map(|(row, notice, discard)| ((row, notice), discard)).unzip();
    let mails = beside::views(conn, rows)?.into_iter().zip(discards);
    Ok(mails.map(|(mail, discard)| InTray { mail, discard: discard.map(Discard::from) }).collect())
}

fn assign(conn: &mut Conn, id: MessageId, assignment: &Assignment) -> Done<Updated> {
    let lost = message::table.filter(message::id.eq(id.0)).filter(message::direction.eq(Direction::In.as_str()));
    let place = (message::case_id.eq(assignment.case_id.0), message::parent_id.eq(assignment.parent_id.map(|id| id.0)));
    if diesel::update(lost.filter(message::case_id.is_null())).set(place).execute(conn)? == 0 {
        return Ok(Updated::Stale);
    }
    let mail = inbound::table.find(id.0);
    let classification: String = mail.select(inbound::classification).first(conn)?;
    let is_new = classification == Classification::Human.as_str() && !assignment.is_repeated;
    let state = (
        inbound::match_kind.eq(MatchKind::Manual.as_str()),
        inbound::match_confirmed.eq(assignment.confirmed),
        inbound::unattended_in.eq(is_new.then_some(assignment.case_id.0)),
        inbound::tray.eq(None::<String>),
        inbound::tray_at.eq(None::<At>),
    );
    diesel::update(mail).set(state).execute(conn)?;
    Ok(Updated::Yes)
}

/// By mail that was exchanged, and by the records of cases that exchanged none.
fn open_cases_of(conn: &mut Conn, addresses: &[String]) -> Done<Vec<SenderCases>> {
    let is_open = icsr::followup_status.eq(FollowupStatus::Open.as_str());
    let exchanged = message::table
        .left_join(inbound::table)
        .inner_join(icsr::table.on(message::case_id.eq(icsr::id.nullable())))
        .filter(message::correspondent.eq_any(addresses))
        .filter(message::direction.ne(TO_THE_UNIT))
        .filter(vouched())
        .filter(is_open);
    let counts = (message::correspondent.assume_not_null(), count(icsr::id).aggregate_distinct(), min(icsr::id).assume_not_null());
    let mut rows: Vec<(String, i64, i64)> = exchanged.group_by(message::correspondent).select(counts).load(conn)?;

    let with_it = message::table
        .left_join(inbound::table)
        .filter(message::correspondent.eq(case_contact::key.nullable()))
        .filter(message::case_id.eq(case_contact::case_id.nullable()))
        .filter(message::direction.ne(TO_THE_UNIT))
        .filter(vouched());
    let silent = case_contact::table
        .inner_join(icsr::table.on(case_contact::case_id.eq(icsr::id)))
        .filter(case_contact::key.eq_any(addresses))
        .filter(is_open)
        .filter(not(exists(with_it)));
    let counts = (case_contact::key, diesel::dsl::count_star(), min(icsr::id).assume_not_null());
    rows.extend(silent.group_by(case_contact::key).select(counts).load::<(String, i64, i64)>(conn)?);

    let mut cases: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for (address, open_cases, first) in rows {
        let known = cases.entry(address).or_insert((0, first));
        *known = (known.0 + open_cases, known.1.min(first));
    }
    let told = |(address, (open_cases, first))| SenderCases { address, open_cases, first: CaseId(first) };
    Ok(cases.into_iter().map(told).collect())
}
