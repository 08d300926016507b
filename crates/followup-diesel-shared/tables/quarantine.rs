//! What people decide about mail that could not be understood.

use std::collections::HashMap;

use chrono::DateTime;
use diesel::dsl::exists;
use diesel::prelude::*;
use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::{InboundMail, InboundState};
use followup_domain::ports::{Discard, InTray, LanePlace, Page, PageRequest, QuarantineRepository, StoreError, TrayState, Updated};

use super::super::{Conn, Db};
use super::inbox::{FullRow as ArrivalRow, inbound_mail_of, with_raw};
use super::schema::{arrival, discarded_arrival};
use super::work::Work;
use super::{At, bounds};
use crate::error::Done;

#[derive(Queryable, Selectable)]
#[diesel(table_name = discarded_arrival, check_for_backend(Db))]
struct ArrivalDiscardRow {
    reason: String,
    actor: String,
    at: At,
}

impl From<ArrivalDiscardRow> for Discard {
    fn from(row: ArrivalDiscardRow) -> Self {
        Self { reason: row.reason, actor: row.actor, at: row.at.0 }
    }
}

impl QuarantineRepository for Work<'_> {
    fn list(&mut self, state: TrayState, page: PageRequest) -> Result<Page<InTray<InboundMail>>, StoreError> {
        self.read(|conn| match state {
            TrayState::Open => list_quarantined(conn, page),
            TrayState::Discarded => list_discarded_arrival(conn, page),
        })
    }

    fn discard(&mut self, id: InboundMailId, discard: &Discard) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let target = arrival::table.filter(arrival::id.eq(id.0));
            let target = target.filter(arrival::state.eq(InboundState::Quarantined.as_str()));
            if diesel::update(target).set(arrival::state.eq(InboundState::Processed.as_str())).execute(conn)? == 0 {
                return Ok(Updated::Stale);
            }
            let row = (
                discarded_arrival::arrival_id.eq(id.0),
                discarded_arrival::reason.eq(&discard.reason),
                discarded_arrival::actor.eq(&discard.actor),
                discarded_arrival::at.eq(At::from(discard.at)),
            );
            diesel::insert_into(discarded_arrival::table).values(row).execute(conn)?;
            Ok(Updated::Yes)
        })
    }

    fn find_discard(&mut self, id: InboundMailId) -> Result<Option<Discard>, StoreError> {
        self.read(|conn| {
            let discard = discarded_arrival::table.find(id.0).select(ArrivalDiscardRow::as_select()).first(conn).optional()?;
            Ok(discard.map(Discard::from))
        })
    }

    fn requeue(&mut self, id: InboundMailId) -> Result<Updated, StoreError> {
        self.write(|conn| requeue(conn, id))
    }
}

fn list_quarantined(conn: &mut Conn, page: PageRequest) -> Done<Page<InTray<InboundMail>>> {
    let (limit, offset) = bounds(page);
    let quarantined = || arrival::state.eq(InboundState::Quarantined.as_str());
    let total = arrival::table.filter(quarantined()).count().get_result(conn)?;
    let newest_first = with_raw().filter(quarantined()).order((arrival::arrived_at.desc(), arrival::id.desc()));
    let rows: Vec<ArrivalRow> = newest_first.limit(limit).offset(offset).load(conn)?;
    Ok(Page { items: waiting(rows)?, total })
}

fn waiting(rows: Vec<ArrivalRow>) -> Done<Vec<InTray<InboundMail>>> {
    rows.into_iter().map(|row| Ok(InTray { mail: inbound_mail_of(row)?, discard: None })).collect()
}

/// Mails of the quarantine after one, in the order in which they came or were set aside.
pub(super) fn quarantined_after(conn: &mut Conn, state: TrayState, after: Option<LanePlace>, limit: i64) -> Done<Vec<InTray<InboundMail>>> {
    let (since, id) = after.map_or((At(DateTime::UNIX_EPOCH), i64::MIN), |after| (At::from(after.since), after.id));
    match state {
        TrayState::Open => {
            let later = arrival::arrived_at.ge(since).and(arrival::arrived_at.gt(since).or(arrival::id.gt(id)));
            let later = with_raw().filter(arrival::state.eq(InboundState::Quarantined.as_str())).filter(later);
            waiting(later.order((arrival::arrived_at, arrival::id)).limit(limit).load(conn)?)
        }
        TrayState::Discarded => {
            let id = discarded_arrival::arrival_id.gt(id);
            let later = discarded_arrival::at.ge(since).and(discarded_arrival::at.gt(since).or(id));
            let in_order = discarded_arrival::table.filter(later).order((discarded_arrival::at, discarded_arrival::arrival_id));
            let columns = (discarded_arrival::arrival_id, ArrivalDiscardRow::as_select());
            let decisions = in_order.limit(limit).select(columns).load(conn)?;
            decided(conn, decisions)
        }
    }
}

fn list_discarded_arrival(conn: &mut Conn, page: PageRequest) -> Done<Page<InTray<InboundMail>>> {
    let (limit, offset) = bounds(page);
    let total = discarded_arrival::table.count().get_result(conn)?;
    let last_first = discarded_arrival::table.order((discarded_arrival::at.desc(), discarded_arrival::arrival_id.desc()));
    let columns = (discarded_arrival::arrival_id, ArrivalDiscardRow::as_select());
    let decisions = last_first.limit(limit).offset(offset).select(columns).load(conn)?;
    Ok(Page { items: decided(conn, decisions)?, total })
}

/// Mails that were set aside, with who did.
fn decided(conn: &mut Conn, decisions: Vec<(i64, ArrivalDiscardRow)>) -> Done<Vec<InTray<InboundMail>>> {
    if decisions.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = decisions.iter().map(|(id, _)| *id).collect();
    let rows: Vec<ArrivalRow> = with_raw().filter(arrival::id.eq_any(ids)).load(conn)?;
    let mut mails: HashMap<i64, InboundMail> = HashMap::with_capacity(rows.len());
    for row in rows {
        let mail = inbound_mail_of(row)?;
        mails.insert(mail.id.0, mail);
    }
    let item = |(id, discard): (i64, ArrivalDiscardRow)| Some(InTray { mail: mails.remove(&id)?, discard: Some(discard.into()) });
    Ok(decisions.into_iter().filter_map(item).collect())
}

fn requeue(conn: &mut Conn, id: InboundMailId) -> Done<Updated> {
    let (quarantined, processed) = (InboundState::Quarantined.as_str(), InboundState::Processed.as_str());
    let found: Option<(String, Option<i64>, Option<i64>)> =
        lock_rows!(arrival::table.find(id.0).select((arrival::state, arrival::content_id, arrival::message_id))).first(conn).optional()?;
    let Some((state, content_id, message_id)) = found else { return Ok(Updated::Stale) };
    let is_decision = exists(discarded_arrival::table.find(id.0));
    let was_discarded = state == processed && message_id.is_none() && diesel::select(is_decision).get_result(conn)?;
    let to = match content_id {
        Some(_) if was_discarded || state == quarantined => InboundState::Stored,
        None if was_discarded => InboundState::Quarantined,
        _ => return Ok(Updated::Stale),
    };
    let target = diesel::update(arrival::table.find(id.0));
    if to == InboundState::Stored {
        target.set((arrival::state.eq(to.as_str()), arrival::reason.eq(None::<String>))).execute(conn)?;
    } else {
        target.set(arrival::state.eq(to.as_str())).execute(conn)?;
    }
    // The database keeps the decision as long as the mail is set aside.
    diesel::delete(discarded_arrival::table.find(id.0)).execute(conn)?;
    Ok(Updated::Yes)
}
