//! Addresses that must not be written to.

use diesel::prelude::*;
use followup_domain::ports::{DoNotContact, DoNotContactRepository, Page, PageRequest, StoreError, Updated};

use super::super::Conn;
use super::schema::blocked_contact;
use super::work::Work;
use super::{At, address_key, bounds, contact_points, updated};
use crate::error::Done;

/// Address, reason, actor, instant.
type Row = (String, String, String, At);

fn contact_of((address, reason, actor, at): Row) -> DoNotContact {
    DoNotContact { address, reason, actor, at: at.0 }
}

impl DoNotContactRepository for Work<'_> {
    fn block(&mut self, contact: &DoNotContact) -> Result<(), StoreError> {
        self.write(|conn| {
            let said = (
                blocked_contact::reason.eq(&contact.reason),
                blocked_contact::actor.eq(&contact.actor),
                blocked_contact::at.eq(At::from(contact.at)),
            );
            let key = contact_points::known(conn, &contact.address)?;
            diesel::insert_into(blocked_contact::table)
                .values((blocked_contact::key.eq(key), said))
                .on_conflict(blocked_contact::key)
                .do_update()
                .set(said)
                .execute(conn)?;
            Ok(())
        })
    }

    fn unblock(&mut self, address: &str) -> Result<Updated, StoreError> {
        self.write(|conn| Ok(updated(diesel::delete(blocked_contact::table.find(address_key(address))).execute(conn)?)))
    }

    fn find_blocked(&mut self, address: &str) -> Result<Option<DoNotContact>, StoreError> {
        self.read(|conn| {
            let row: Option<Row> = blocked_contact::table.find(address_key(address)).first(conn).optional()?;
            Ok(row.map(contact_of))
        })
    }

    fn list_blocked(&mut self, page: PageRequest) -> Result<Page<DoNotContact>, StoreError> {
        self.read(|conn| {
            let (limit, offset) = bounds(page);
            let total = blocked_contact::table.count().get_result(conn)?;
            let rows: Vec<Row> = blocked_contact::table.order(blocked_contact::key).limit(limit).offset(offset).load(conn)?;
            Ok(Page { items: rows.into_iter().map(contact_of).collect(), total })
        })
    }
}

/// Blocked addresses after one, by address.
pub(super) fn blocked_after(conn: &mut Conn, after: Option<&str>, limit: i64) -> Done<Vec<DoNotContact>> {
    let later = blocked_contact::table.filter(blocked_contact::key.gt(after.map(address_key).unwrap_or_default()));
    let rows: Vec<Row> = later.order(blocked_contact::key).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(contact_of).collect())
}
