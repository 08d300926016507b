//! Addresses at which letters failed, and what waits until they work again.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::ids::MessageId;
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::ports::{AddressRepository, Page, PageRequest, StoreError, Updated};

use super::super::{Conn, Db};
use super::message_row::parse;
use super::schema::failed_contact;
use super::work::Work;
use super::{At, IDS_PER_QUERY, address_key, bounds, contact_points, updated};
use crate::error::Done;

/// The condition of the partial index, word for word.
pub(super) const HELD: &str = "failed_contact.held";

/// Address, permanence, reason, status, message, failures in a row, held, instant.
type Row = (String, String, String, Option<String>, Option<i64>, i32, bool, At);

fn failed_of((address, permanence, reason, status, message_id, in_a_row, held, at): Row) -> Done<FailedAddress> {
    let permanence = parse("permanence", &permanence, Permanence::parse)?;
    let reason = parse("failure reason", &reason, FailureReason::parse)?;
    let failure = Failure { permanence, reason, status };
    Ok(FailedAddress { address, failure, message_id: message_id.map(MessageId), in_a_row, held, at: at.0 })
}

impl AddressRepository for Work<'_> {
    fn mark(&mut self, failed: &FailedAddress) -> Result<(), StoreError> {
        self.write(|conn| {
            let known = (
                failed_contact::permanence.eq(failed.failure.permanence.as_str()),
                failed_contact::reason.eq(failed.failure.reason.as_str()),
                failed_contact::status.eq(&failed.failure.status),
                failed_contact::message_id.eq(failed.message_id.map(|id| id.0)),
                failed_contact::in_a_row.eq(failed.in_a_row),
                failed_contact::held.eq(failed.held),
                failed_contact::at.eq(At::from(failed.at)),
            );
            let key = contact_points::known(conn, &failed.address)?;
            diesel::insert_into(failed_contact::table)
                .values((failed_contact::key.eq(key), known))
                .on_conflict(failed_contact::key)
                .do_update()
                .set(known)
                .execute(conn)?;
            Ok(())
        })
    }

    fn find(&mut self, address: &str) -> Result<Option<FailedAddress>, StoreError> {
        self.read(|conn| {
            let row: Option<Row> = failed_contact::table.find(address_key(address)).first(conn).optional()?;
            row.map(failed_of).transpose()
        })
    }

    fn list_known(&mut self, addresses: &[&str]) -> Result<Vec<String>, StoreError> {
        let keys: Vec<String> = addresses.iter().map(|address| address_key(address)).collect();
        self.read(|conn| {
            let mut known = Vec::new();
            for some in keys.chunks(IDS_PER_QUERY) {
                let these = failed_contact::table.filter(failed_contact::key.eq_any(some)).select(failed_contact::key);
                known.extend(these.load::<String>(conn)?);
            }
            Ok(known)
        })
    }

    fn clear(&mut self, address: &str) -> Result<Updated, StoreError> {
        self.write(|conn| Ok(updated(diesel::delete(failed_contact::table.find(address_key(address))).execute(conn)?)))
    }

    fn list(&mut self, only_held: bool, page: PageRequest) -> Result<Page<FailedAddress>, StoreError> {
        self.read(|conn| {
            let (limit, offset) = bounds(page);
            let total = listed(only_held).count().get_result(conn)?;
            let rows: Vec<Row> =
                listed(only_held).order(failed_contact::key).limit(limit).offset(offset).select(failed_contact::all_columns).load(conn)?;
            Ok(Page { items: rows.into_iter().map(failed_of).collect::<Done<_>>()?, total })
        })
    }
}

/// All, or only those that are held.
fn listed(only_held: bool) -> failed_contact::BoxedQuery<'static, Db> {
    let all = failed_contact::table.into_boxed();
    if only_held { all.filter(sql::<Bool>(HELD)) } else { all }
}

/// Failed addresses after one, by address.
pub(super) fn failed_after(conn: &mut Conn, only_held: bool, after: Option<&str>, limit: i64) -> Done<Vec<FailedAddress>> {
    let later = listed(only_held).filter(failed_contact::key.gt(after.map(address_key).unwrap_or_default()));
    let rows: Vec<Row> = later.order(failed_contact::key).limit(limit).select(failed_contact::all_columns).load(conn)?;
    rows.into_iter().map(failed_of).collect()
}
