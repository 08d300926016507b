//! Mail that found no case, or that could not be understood, and what people decided about it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{AsSelect, exists, min};
use diesel::prelude::*;
use followup_domain::case::FollowupStatus;
use followup_domain::ids::{CaseId, InboundMailId, MessageId};
use followup_domain::mail::inbound::{InboundMail, InboundState};
use followup_domain::message::{MatchKind, Message, MessageKind};
use followup_domain::ports::{Assignment, Discard, InTray, Page, PageRequest, SenderCases, StoreError, TrayRepository, TrayState, Updated};

use super::super::{Conn, Db};
use super::inbox::{FullRow, inbound_mail_of, with_raw};
use super::message_row::MessageRow;
use super::schema::{discarded_mail, discarded_quarantine, icsr, inbound_mail, mailbox_retry, message, partial_mail, unassigned_mail};
use super::work::Work;
use super::{At, bounds, updated};
use crate::error::Done;

#[derive(Queryable, Selectable)]
#[diesel(table_name = discarded_mail, check_for_backend(Db))]
struct DiscardRow {
    reason: String,
    actor: String,
    at: At,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = discarded_quarantine, check_for_backend(Db))]
struct QuarantineDiscardRow {
    reason: String,
    actor: String,
    at: At,
}

impl From<DiscardRow> for Discard {
    fn from(row: DiscardRow) -> Self {
        Self { reason: row.reason, actor: row.actor, at: row.at.0 }
    }
}

impl From<QuarantineDiscardRow> for Discard {
    fn from(row: QuarantineDiscardRow) -> Self {
        Self { reason: row.reason, actor: row.actor, at: row.at.0 }
    }
}

impl TrayRepository for Work<'_> {
    fn list_unassigned(&mut self, state: TrayState, page: PageRequest) -> Result<Page<InTray<Message>>, StoreError> {
        self.read(|conn| list_unassigned(conn, state, page))
    }

    fn find_unassigned(&mut self, id: MessageId) -> Result<Option<InTray<Message>>, StoreError> {
        self.read(|conn| {
            let waits = message::table.inner_join(unassigned_mail::table.on(unassigned_mail::message_id.eq(message::id)));
            let mail = waits.filter(unassigned_mail::message_id.eq(id.0)).select(MessageRow::as_select()).first(conn).optional()?;
            let Some(mail) = mail else { return Ok(None) };
            let discard = discarded_mail::table.find(id.0).select(DiscardRow::as_select()).first(conn).optional()?;
            Ok(Some(InTray { mail: mail.try_into()?, discard: discard.map(Discard::from) }))
        })
    }

    fn assign(&mut self, id: MessageId, assignment: &Assignment) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let inbound = message::table.filter(message::id.eq(id.0)).filter(message::kind.eq(MessageKind::Inbound.as_str()));
            let assigned = (
                message::case_id.eq(assignment.case_id.0),
                message::parent_id.eq(assignment.parent_id.map(|id| id.0)),
                message::match_kind.eq(MatchKind::Manual.as_str()),
                message::match_confirmed.eq(assignment.confirmed),
            );
            Ok(updated(diesel::update(inbound.filter(message::case_id.is_null())).set(assigned).execute(conn)?))
        })
    }

    fn discard_unassigned(&mut self, id: MessageId, discard: &Discard) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let waits: Option<i64> =
                lock_rows!(unassigned_mail::table.find(id.0).select(unassigned_mail::message_id)).first(conn).optional()?;
            if waits.is_none() {
                return Ok(Updated::Stale);
            }
            let row = (
                discarded_mail::message_id.eq(id.0),
                discarded_mail::reason.eq(&discard.reason),
                discarded_mail::actor.eq(&discard.actor),
                discarded_mail::at.eq(At::from(discard.at)),
            );
            Ok(updated(diesel::insert_into(discarded_mail::table).values(row).on_conflict_do_nothing().execute(conn)?))
        })
    }

    fn open_cases_of(&mut self, addresses: &[String]) -> Result<Vec<SenderCases>, StoreError> {
        self.read(|conn| open_cases_of(conn, addresses))
    }

    fn list_quarantined(&mut self, state: TrayState, page: PageRequest) -> Result<Page<InTray<InboundMail>>, StoreError> {
        self.read(|conn| match state {
            TrayState::Open => list_quarantined(conn, page),
            TrayState::Discarded => list_discarded_quarantine(conn, page),
        })
    }

    fn discard_quarantined(&mut self, id: InboundMailId, discard: &Discard) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let target = inbound_mail::table.filter(inbound_mail::id.eq(id.0));
            let target = target.filter(inbound_mail::state.eq(InboundState::Quarantined.as_str()));
            if diesel::update(target).set(inbound_mail::state.eq(InboundState::Processed.as_str())).execute(conn)? == 0 {
                return Ok(Updated::Stale);
            }
            let row = (
                discarded_quarantine::inbound_mail_id.eq(id.0),
                discarded_quarantine::reason.eq(&discard.reason),
                discarded_quarantine::actor.eq(&discard.actor),
                discarded_quarantine::at.eq(At::from(discard.at)),
            );
            diesel::insert_into(discarded_quarantine::table).values(row).execute(conn)?;
            Ok(Updated::Yes)
        })
    }

    fn find_quarantine_discard(&mut self, id: InboundMailId) -> Result<Option<Discard>, StoreError> {
        self.read(|conn| {
            let discard = discarded_quarantine::table.find(id.0).select(QuarantineDiscardRow::as_select()).first(conn).optional()?;
            Ok(discard.map(Discard::from))
        })
    }

    fn requeue(&mut self, id: InboundMailId) -> Result<Updated, StoreError> {
        self.write(|conn| requeue(conn, id))
    }

    fn record_partial(&mut self, id: InboundMailId) -> Result<(), StoreError> {
        self.write(|conn| {
            diesel::insert_into(partial_mail::table)
                .values(partial_mail::inbound_mail_id.eq(id.0))
                .on_conflict_do_nothing()
                .execute(conn)?;
            Ok(())
        })
    }

    fn is_partial(&mut self, id: InboundMailId) -> Result<bool, StoreError> {
        self.read(|conn| Ok(diesel::select(exists(partial_mail::table.find(id.0))).get_result(conn)?))
    }

    fn request_retry(&mut self, mailbox: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| {
            let row = (mailbox_retry::mailbox.eq(mailbox), mailbox_retry::requested_at.eq(At::from(at)));
            diesel::insert_into(mailbox_retry::table).values(row).on_conflict_do_nothing().execute(conn)?;
            Ok(())
        })
    }

    fn take_retry_request(&mut self, mailbox: &str) -> Result<bool, StoreError> {
        self.write(|conn| Ok(diesel::delete(mailbox_retry::table.find(mailbox)).execute(conn)? > 0))
    }
}

/// What of the tray waits, or was set aside: so many rows are looked at as are wanted, however many others there are.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn in_tray(state: TrayState) -> _ {
    let discarded: bool = state == TrayState::Discarded;
    unassigned_mail::table.filter(unassigned_mail::discarded.eq(discarded))
}

/// A mail of the tray with its decision, if there is one.
type TrayRow = (MessageRow, Option<DiscardRow>);

fn list_unassigned(conn: &mut Conn, state: TrayState, page: PageRequest) -> Done<Page<InTray<Message>>> {
    let (limit, offset) = bounds(page);
    let total = in_tray(state).count().get_result(conn)?;
    let mails = in_tray(state)
        .inner_join(message::table.on(message::id.eq(unassigned_mail::message_id)))
        .left_join(discarded_mail::table.on(discarded_mail::message_id.eq(unassigned_mail::message_id)));
    let newest_first = mails.order((unassigned_mail::created_at.desc(), unassigned_mail::message_id.desc()));
    let columns: (AsSelect<MessageRow, Db>, AsSelect<Option<DiscardRow>, Db>) =
        (MessageRow::as_select(), Option::<DiscardRow>::as_select());
    let rows: Vec<TrayRow> = newest_first.limit(limit).offset(offset).select(columns).load(conn)?;
    let item = |(mail, discard): TrayRow| Ok(InTray { mail: mail.try_into()?, discard: discard.map(Discard::from) });
    Ok(Page { items: rows.into_iter().map(item).collect::<Done<_>>()?, total })
}

fn list_quarantined(conn: &mut Conn, page: PageRequest) -> Done<Page<InTray<InboundMail>>> {
    let (limit, offset) = bounds(page);
    let quarantined = || inbound_mail::state.eq(InboundState::Quarantined.as_str());
    let total = inbound_mail::table.filter(quarantined()).count().get_result(conn)?;
    let newest_first = with_raw().filter(quarantined()).order((inbound_mail::arrived_at.desc(), inbound_mail::id.desc()));
    let rows: Vec<FullRow> = newest_first.limit(limit).offset(offset).load(conn)?;
    let items = rows.into_iter().map(|row| Ok(InTray { mail: inbound_mail_of(row)?, discard: None }));
    Ok(Page { items: items.collect::<Done<_>>()?, total })
}

fn list_discarded_quarantine(conn: &mut Conn, page: PageRequest) -> Done<Page<InTray<InboundMail>>> {
    let (limit, offset) = bounds(page);
    let total = discarded_quarantine::table.count().get_result(conn)?;
    let last_first = discarded_quarantine::table.order((discarded_quarantine::at.desc(), discarded_quarantine::inbound_mail_id.desc()));
    let columns = (discarded_quarantine::inbound_mail_id, QuarantineDiscardRow::as_select());
    let decisions: Vec<(i64, QuarantineDiscardRow)> = last_first.limit(limit).offset(offset).select(columns).load(conn)?;
    if decisions.is_empty() {
        return Ok(Page { items: Vec::new(), total });
    }
    let ids: Vec<i64> = decisions.iter().map(|(id, _)| *id).collect();
    let rows: Vec<FullRow> = with_raw().filter(inbound_mail::id.eq_any(ids)).load(conn)?;
    let mut mails: HashMap<i64, InboundMail> = HashMap::with_capacity(rows.len());
    for row in rows {
        let mail = inbound_mail_of(row)?;
        mails.insert(mail.id.0, mail);
    }
    let item = |(id, discard): (i64, QuarantineDiscardRow)| Some(InTray { mail: mails.remove(&id)?, discard: Some(discard.into()) });
    let items = decisions.into_iter().filter_map(item).collect();
    Ok(Page { items, total })
}

fn open_cases_of(conn: &mut Conn, addresses: &[String]) -> Done<Vec<SenderCases>> {
    let vouched = message::kind.ne(MessageKind::Inbound.as_str()).or(message::match_confirmed.eq(true));
    let exchanged = message::table
        .inner_join(icsr::table.on(message::case_id.eq(icsr::id.nullable())))
        .filter(message::correspondent.eq_any(addresses))
        .filter(message::kind.ne(MessageKind::Notification.as_str()))
        .filter(vouched)
        .filter(icsr::followup_status.eq(FollowupStatus::Open.as_str()));
    let counts =
        (message::correspondent.assume_not_null(), diesel::dsl::count(icsr::id).aggregate_distinct(), min(icsr::id).assume_not_null());
    let rows: Vec<(String, i64, i64)> = exchanged.group_by(message::correspondent).select(counts).load(conn)?;
    Ok(rows.into_iter().map(|(address, open_cases, first)| SenderCases { address, open_cases, first: CaseId(first) }).collect())
}

fn requeue(conn: &mut Conn, id: InboundMailId) -> Done<Updated> {
    let (quarantined, processed) = (InboundState::Quarantined.as_str(), InboundState::Processed.as_str());
    let found: Option<(String, Option<i64>, Option<i64>)> =
        lock_rows!(inbound_mail::table.find(id.0).select((inbound_mail::state, inbound_mail::raw_id, inbound_mail::message_id)))
            .first(conn)
            .optional()?;
    let Some((state, raw_id, message_id)) = found else { return Ok(Updated::Stale) };
    let is_decision = exists(discarded_quarantine::table.find(id.0));
    let was_discarded = state == processed && message_id.is_none() && diesel::select(is_decision).get_result(conn)?;
    let to = match raw_id {
        Some(_) if was_discarded || state == quarantined => InboundState::Stored,
        None if was_discarded => InboundState::Quarantined,
        _ => return Ok(Updated::Stale),
    };
    let target = diesel::update(inbound_mail::table.find(id.0));
    if to == InboundState::Stored {
        target.set((inbound_mail::state.eq(to.as_str()), inbound_mail::reason.eq(None::<String>))).execute(conn)?;
    } else {
        target.set(inbound_mail::state.eq(to.as_str())).execute(conn)?;
    }
    // The database keeps the decision as long as the mail is set aside.
    diesel::delete(discarded_quarantine::table.find(id.0)).execute(conn)?;
    Ok(Updated::Yes)
}
