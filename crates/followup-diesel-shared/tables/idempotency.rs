//! Idempotency keys of requests.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ports::{IdempotencyRepository, Remembered, StoreError};

use super::At;
use super::schema::idempotency_key;
use super::work::Work;
use crate::error::Failure;

impl IdempotencyRepository for Work<'_> {
    fn begin(&mut self, scope: &str, fingerprint: &str, now: DateTime<Utc>) -> Result<Remembered, StoreError> {
        self.write(|conn| {
            let row = (
                idempotency_key::scope.eq(scope),
                idempotency_key::fingerprint.eq(fingerprint),
                idempotency_key::created_at.eq(At::from(now)),
            );
            // A second one waits here until the first has ended.
            if diesel::insert_into(idempotency_key::table).values(row).on_conflict_do_nothing().execute(conn)? == 1 {
                return Ok(Remembered::New);
            }
            let known = idempotency_key::table.find(scope).select((idempotency_key::fingerprint, idempotency_key::resource));
            let (stored, resource): (String, Option<i64>) = known.first(conn)?;
            if stored != fingerprint {
                return Ok(Remembered::Different);
            }
            resource.map(Remembered::Same).ok_or_else(|| Failure::Refused("an idempotency key was left without its resource".to_owned()))
        })
    }

    fn complete(&mut self, scope: &str, resource: i64) -> Result<(), StoreError> {
        self.write(|conn| {
            let target = idempotency_key::table.filter(idempotency_key::scope.eq(scope)).filter(idempotency_key::resource.is_null());
            let changed = diesel::update(target).set(idempotency_key::resource.eq(resource)).execute(conn)?;
            if changed == 1 { Ok(()) } else { Err(Failure::Refused("an idempotency key was completed that was not begun".to_owned())) }
        })
    }

    fn forget_before(&mut self, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
        self.write(|conn| {
            let old = idempotency_key::table.filter(idempotency_key::created_at.lt(At::from(before)));
            let scopes: Vec<String> = old.order(idempotency_key::created_at).limit(limit).select(idempotency_key::scope).load(conn)?;
            Ok(diesel::delete(idempotency_key::table.filter(idempotency_key::scope.eq_any(scopes))).execute(conn)?)
        })
    }
}
