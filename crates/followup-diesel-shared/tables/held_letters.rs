//! What waits until an address works again.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::ports::{HeldLetter, HeldLetterRepository, StoreError};

use super::schema::{case_contact, failed_contact, held_letter};
use super::work::Work;
use super::{LONGEST_PAGE, address_key, contact_points};

/// The attempt of what waits for no attempt: the automatic request.
const REQUEST: i64 = 0;

impl HeldLetterRepository for Work<'_> {
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

    fn list(&mut self, case_id: CaseId) -> Result<Vec<HeldLetter>, StoreError> {
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

    fn list_cases_held_for(&mut self, (key, address): (&str, &str), after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, StoreError> {
        self.read(|conn| {
            let (after, limit) = (after.map_or(i64::MIN, |id| id.0), limit.clamp(0, LONGEST_PAGE));
            let waiting = held_letter::table.filter(held_letter::key.eq(address_key(key))).filter(held_letter::case_id.gt(after));
            let cases = waiting.select(held_letter::case_id).distinct().order(held_letter::case_id).limit(limit);
            let mut ids: Vec<i64> = cases.load(conn)?;
            // Two lookups, each along its index: one condition of both would walk the table.
            let known = case_contact::table.filter(case_contact::key.eq(address_key(address))).filter(case_contact::case_id.gt(after));
            let known = known.filter(exists(held_letter::table.filter(held_letter::case_id.eq(case_contact::case_id))));
            ids.extend(known.select(case_contact::case_id).order(case_contact::case_id).limit(limit).load::<i64>(conn)?);
            ids.sort_unstable();
            ids.dedup();
            ids.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(ids.into_iter().map(CaseId).collect())
        })
    }
}

fn attempt_column(attempt_id: Option<AttemptId>) -> i64 {
    attempt_id.map_or(REQUEST, |id| id.0)
}
