//! Addresses at which letters failed, and what waits until they work again.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use followup_domain::contact::Failure;
use followup_domain::contact::{FailureReason, Permanence};
use followup_domain::ids::{AttemptId, CaseId, MessageId};
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::ports::{AddressRepository, HeldLetter, Page, PageRequest, StoreError, Updated};

use super::message_row::parse;
use super::schema::{failed_contact, held_letter};
use super::work::Work;
use super::{At, LONGEST_PAGE, address_key, bounds, contact_points, updated};
use crate::error::Done;

/// The attempt of what waits for no attempt: the automatic request.
const REQUEST: i64 = 0;

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

    fn clear(&mut self, address: &str) -> Result<Updated, StoreError> {
        self.write(|conn| Ok(updated(diesel::delete(failed_contact::table.find(address_key(address))).execute(conn)?)))
    }

    fn list(&mut self, page: PageRequest) -> Result<Page<FailedAddress>, StoreError> {
        self.read(|conn| {
            let (limit, offset) = bounds(page);
            let total = failed_contact::table.count().get_result(conn)?;
            let rows: Vec<Row> = failed_contact::table.order(failed_contact::key).limit(limit).offset(offset).load(conn)?;
            Ok(Page { items: rows.into_iter().map(failed_of).collect::<Done<_>>()?, total })
        })
    }

    fn hold(&mut self, letter: &HeldLetter) -> Result<(), StoreError> {
        self.write(|conn| {
            let address = held_letter::key.eq(contact_points::known(conn, &letter.address)?);
            let place = (held_letter::case_id.eq(letter.case_id.0), held_letter::attempt_id.eq(attempt_column(letter.attempt_id)));
            diesel::insert_into(held_letter::table)
                .values((place, address.clone()))
                .on_conflict((held_letter::case_id, held_letter::attempt_id))
                .do_update()
                .set(address)
                .execute(conn)?;
            Ok(())
        })
    }

    fn held(&mut self, case_id: CaseId) -> Result<Vec<HeldLetter>, StoreError> {
        self.read(|conn| {
            let held = held_letter::table.filter(held_letter::case_id.eq(case_id.0)).order(held_letter::attempt_id);
            let rows: Vec<(i64, i64, String)> = held.load(conn)?;
            let letter = |(case_id, attempt_id, address)| HeldLetter {
                case_id: CaseId(case_id),
                attempt_id: (attempt_id != REQUEST).then_some(AttemptId(attempt_id)),
                address,
            };
            Ok(rows.into_iter().map(letter).collect())
        })
    }

    fn release(&mut self, case_id: CaseId, attempt_id: Option<AttemptId>) -> Result<(), StoreError> {
        self.write(|conn| {
            diesel::delete(held_letter::table.find((case_id.0, attempt_column(attempt_id)))).execute(conn)?;
            Ok(())
        })
    }

    fn list_restorable_cases(&mut self, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
        self.read(|conn| {
            let is_held = failed_contact::key.eq(held_letter::key).and(failed_contact::held);
            let waiting = held_letter::table.filter(held_letter::case_id.gt(after.map_or(i64::MIN, |id| id.0)));
            let free = waiting.filter(not(exists(failed_contact::table.filter(is_held))));
            let cases = free.select(held_letter::case_id).distinct().order(held_letter::case_id).limit(limit.clamp(0, LONGEST_PAGE));
            let ids: Vec<i64> = cases.load(conn)?;
            Ok(ids.into_iter().map(CaseId).collect())
        })
    }

    fn list_cases_held_for(&mut self, address: &str, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
        self.read(|conn| {
            let waiting = held_letter::table.filter(held_letter::key.eq(address_key(address)));
            let later = waiting.filter(held_letter::case_id.gt(after.map_or(i64::MIN, |id| id.0)));
            let cases = later.select(held_letter::case_id).distinct().order(held_letter::case_id).limit(limit.clamp(0, LONGEST_PAGE));
            let ids: Vec<i64> = cases.load(conn)?;
            Ok(ids.into_iter().map(CaseId).collect())
        })
    }
}

fn attempt_column(attempt_id: Option<AttemptId>) -> i64 {
    attempt_id.map_or(REQUEST, |id| id.0)
}
