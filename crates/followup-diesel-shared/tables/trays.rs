//! Mail that found no case, or that could not be understood, and what people decided about it.

use std::collections::{BTreeMap, HashMap};

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

use super::super::Conn;
use super::exchanges::vouched;
use super::message_queries::{Views, load_views, views};
use super::message_row::TO_THE_UNIT;
use super::schema::{case_contact, discarded_mail, icsr, inbound, message};
use super::work::Work;
use super::{At, IDS_PER_QUERY, bounds, thread, worklist};
use crate::error::Done;

impl TrayRepository for Work<'_> {
    fn list(&mut self, state: TrayState, page: PageRequest) -> Result<Page<InTray<MessageView>>, StoreError> {
        self.read(|conn| list_unassigned(conn, state, page))
    }

    fn find(&mut self, id: MessageId) -> Result<Option<InTray<Message>>, StoreError> {
        self.read(|conn| {
            let waits = inbound::table.filter(inbound::message_id.eq(id.0)).filter(inbound::tray.is_not_null());
            if !diesel::select(exists(waits)).get_result(conn)? {
                return Ok(None);
            }
            let Some(mail) = thread::find(conn, id)? else { return Ok(None) };
            let discard = discards(conn, &[id])?.remove(&id);
            Ok(Some(InTray { mail, discard }))
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

fn list_unassigned(conn: &mut Conn, state: TrayState, page: PageRequest) -> Done<Page<InTray<MessageView>>> {
    let (limit, offset) = bounds(page);
    let total = in_tray(state).count().get_result(conn)?;
    let newest_first = shown_mails(state).order((inbound::tray_at.desc(), inbound::message_id.desc()));
    Ok(Page { items: shown(conn, newest_first.limit(limit).offset(offset))?, total })
}

/// Mails of the tray after one, in the order in which they came.
pub(super) fn unassigned_after(conn: &mut Conn, state: TrayState, after: Option<LanePlace>, limit: i64) -> Done<Vec<InTray<MessageView>>> {
    let (since, id) = after.map_or((At(DateTime::UNIX_EPOCH), i64::MIN), |after| (At::from(after.since), after.id));
    let tray_at = inbound::tray_at.assume_not_null();
    let later = shown_mails(state).filter(tray_at.ge(since).and(tray_at.gt(since).or(inbound::message_id.gt(id))));
    shown(conn, later.order((inbound::tray_at, inbound::message_id)).limit(limit))
}

fn shown_mails<'q>(state: TrayState) -> Views<'q> {
    views().filter(inbound::tray.eq(tray_column(state)))
}

/// Mails as they are shown, and who set them aside.
fn shown(conn: &mut Conn, mails: Views<'_>) -> Done<Vec<InTray<MessageView>>> {
    let mails = load_views(conn, mails)?;
    let ids: Vec<MessageId> = mails.iter().map(|mail| mail.message.id).collect();
    let mut discards = discards(conn, &ids)?;
    let in_tray = |mail: MessageView| InTray { discard: discards.remove(&mail.message.id), mail };
    Ok(mails.into_iter().map(in_tray).collect())
}

/// Who set mails aside, and why.
fn discards(conn: &mut Conn, ids: &[MessageId]) -> Done<HashMap<MessageId, Discard>> {
    let mut discards = HashMap::new();
    for some in ids.chunks(IDS_PER_QUERY) {
        let of_these = discarded_mail::table.filter(discarded_mail::message_id.eq_any(some.iter().map(|id| id.0)));
        let rows: Vec<(i64, String, String, At)> = of_these.load(conn)?;
        discards.extend(rows.into_iter().map(|(id, reason, actor, at)| (MessageId(id), Discard { reason, actor, at: at.0 })));
    }
    Ok(discards)
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
