//! How the reading of each mailbox goes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::mail::inbound::MailboxCursor;
use followup_domain::mail::mailbox_health::{MailboxHealth, MailboxTrouble, Reconciliation};
use followup_domain::ports::{MailboxRepository, StoreError, Updated};

use super::super::{Conn, Db};
use super::inbox::to_u32;
use super::schema::{mailbox_cursor, mailbox_health, mailbox_set_back};
use super::work::Work;
use super::{At, updated};
use crate::error::{Done, Failure, unreadable};

impl MailboxRepository for Work<'_> {
    fn cursor(&mut self, mailbox: &str) -> Result<Option<MailboxCursor>, StoreError> {
        self.read(|conn| {
            let columns = (mailbox_cursor::uid_validity, mailbox_cursor::last_uid);
            let row: Option<(i64, i64)> = mailbox_cursor::table.find(mailbox).select(columns).first(conn).optional()?;
            row.map(|(validity, uid)| Ok(MailboxCursor { uid_validity: to_u32(validity)?, last_uid: to_u32(uid)? })).transpose()
        })
    }

    fn set_cursor(&mut self, mailbox: &str, cursor: MailboxCursor) -> Result<(), StoreError> {
        self.write(|conn| {
            let place =
                (mailbox_cursor::uid_validity.eq(i64::from(cursor.uid_validity)), mailbox_cursor::last_uid.eq(i64::from(cursor.last_uid)));
            diesel::insert_into(mailbox_cursor::table)
                .values((mailbox_cursor::mailbox.eq(mailbox), place))
                .on_conflict(mailbox_cursor::mailbox)
                .do_update()
                .set(place)
                .execute(conn)?;
            Ok(())
        })
    }

    fn health(&mut self) -> Result<Vec<MailboxHealth>, StoreError> {
        self.read(list)
    }

    fn record_read(&mut self, mailbox: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| record_read(conn, mailbox, at))
    }

    fn record_trouble(&mut self, mailbox: &str, at: DateTime<Utc>, trouble: MailboxTrouble, alarm: bool) -> Result<(), StoreError> {
        self.write(|conn| record_trouble(conn, mailbox, at, trouble, alarm))
    }

    fn record_reconciliation(&mut self, mailbox: &str, found: Reconciliation) -> Result<(), StoreError> {
        self.write(|conn| record_reconciliation(conn, mailbox, found))
    }

    fn acknowledge_set_back(&mut self, mailbox: &str) -> Result<Updated, StoreError> {
        self.write(|conn| acknowledge_set_back(conn, mailbox))
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = mailbox_health, check_for_backend(Db))]
struct HealthRow {
    mailbox: String,
    last_success_at: Option<At>,
    last_error: Option<String>,
    last_error_at: Option<At>,
    failing_since: Option<At>,
    alarm_since: Option<At>,
    reconciled_at: Option<At>,
    mailbox_count: Option<i64>,
    stored_count: Option<i64>,
}

/// Every mailbox that was ever looked into: a handful.
pub(super) fn list(conn: &mut Conn) -> Done<Vec<MailboxHealth>> {
    let rows: Vec<HealthRow> = mailbox_health::table.order(mailbox_health::mailbox).select(HealthRow::as_select()).load(conn)?;
    let set_back = mailbox_set_back::table.order(mailbox_set_back::mailbox).select((mailbox_set_back::mailbox, mailbox_set_back::since));
    let set_back: Vec<(String, At)> = set_back.load(conn)?;
    let mut all = rows.into_iter().map(health_of).collect::<Done<Vec<_>>>()?;
    for (mailbox, since) in set_back {
        for health in all.iter_mut().filter(|health| health.mailbox == mailbox) {
            health.set_back_since = Some(since.0);
            health.alarm_since = Some(health.alarm_since.map_or(since.0, |at| at.min(since.0)));
        }
    }
    Ok(all)
}

fn health_of(row: HealthRow) -> Done<MailboxHealth> {
    let trouble = row.last_error.map(|text| MailboxTrouble::parse(&text).ok_or_else(|| unreadable("mailbox trouble")));
    let count = |number: i64| u64::try_from(number).map_err(|_| unreadable("number of mails"));
    let counts = row.reconciled_at.zip(row.mailbox_count.zip(row.stored_count));
    let reconciliation =
        counts.map(|(at, (held, stored))| Ok::<_, Failure>(Reconciliation { at: at.0, in_mailbox: count(held)?, stored: count(stored)? }));
    Ok(MailboxHealth {
        mailbox: row.mailbox,
        last_success_at: row.last_success_at.map(|at| at.0),
        last_error: trouble.transpose()?,
        last_error_at: row.last_error_at.map(|at| at.0),
        failing_since: row.failing_since.map(|at| at.0),
        alarm_since: row.alarm_since.map(|at| at.0),
        reconciliation: reconciliation.transpose()?,
        set_back_since: None,
    })
}

/// The mailbox's row is there afterwards.
fn begin(conn: &mut Conn, mailbox: &str) -> Done<()> {
    diesel::insert_into(mailbox_health::table).values(mailbox_health::mailbox.eq(mailbox)).on_conflict_do_nothing().execute(conn)?;
    Ok(())
}

pub(super) fn record_read(conn: &mut Conn, mailbox: &str, at: DateTime<Utc>) -> Done<()> {
    begin(conn, mailbox)?;
    let well = (
        mailbox_health::last_success_at.eq(Some(At::from(at))),
        mailbox_health::failing_since.eq(None::<At>),
        mailbox_health::alarm_since.eq(None::<At>),
    );
    diesel::update(mailbox_health::table.find(mailbox)).set(well).execute(conn)?;
    Ok(())
}

pub(super) fn record_trouble(conn: &mut Conn, mailbox: &str, at: DateTime<Utc>, trouble: MailboxTrouble, alarm: bool) -> Done<()> {
    begin(conn, mailbox)?;
    let now = Some(At::from(at));
    let row = mailbox_health::table.find(mailbox);
    let error = (mailbox_health::last_error.eq(Some(trouble.as_str())), mailbox_health::last_error_at.eq(now));
    diesel::update(row).set(error).execute(conn)?;
    diesel::update(row.filter(mailbox_health::failing_since.is_null())).set(mailbox_health::failing_since.eq(now)).execute(conn)?;
    if trouble == MailboxTrouble::SetBack {
        let new = (mailbox_set_back::mailbox.eq(mailbox), mailbox_set_back::since.eq(At::from(at)));
        diesel::insert_into(mailbox_set_back::table).values(new).on_conflict_do_nothing().execute(conn)?;
    }
    if alarm {
        diesel::update(row.filter(mailbox_health::alarm_since.is_null())).set(mailbox_health::alarm_since.eq(now)).execute(conn)?;
    }
    Ok(())
}

pub(super) fn record_reconciliation(conn: &mut Conn, mailbox: &str, found: Reconciliation) -> Done<()> {
    begin(conn, mailbox)?;
    let count = |number: u64| i64::try_from(number).map_err(|_| Failure::Refused("no mailbox holds so many mails".to_owned()));
    let counts = (
        mailbox_health::reconciled_at.eq(Some(At::from(found.at))),
        mailbox_health::mailbox_count.eq(Some(count(found.in_mailbox)?)),
        mailbox_health::stored_count.eq(Some(count(found.stored)?)),
    );
    diesel::update(mailbox_health::table.find(mailbox)).set(counts).execute(conn)?;
    if found.missing() == 0 {
        acknowledge_set_back(conn, mailbox)?;
    }
    Ok(())
}

pub(super) fn acknowledge_set_back(conn: &mut Conn, mailbox: &str) -> Done<Updated> {
    Ok(updated(diesel::delete(mailbox_set_back::table.find(mailbox)).execute(conn)?))
}
