//! The exact bytes of what was sent and received; each once.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer};
use followup_domain::ids::{InboundMailId, RawId};
use followup_domain::ports::{OriginalRepository, Piece, StoreError};
use sha2::{Digest, Sha256};

use super::super::Conn;
use super::schema::{arrival, content};
use super::work::Work;
use super::{At, IDS_PER_QUERY};
use crate::error::{Done, Failure};

/// Lower-case hex of the SHA-256 of bytes.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Stores the bytes, or finds those that are the same.
pub(super) fn store(conn: &mut Conn, sha256: &str, bytes: &[u8], now: DateTime<Utc>) -> Done<i64> {
    let size = i64::try_from(bytes.len()).map_err(|_| Failure::Refused("the mail is too large".to_owned()))?;
    let row = (content::sha256.eq(sha256), content::size.eq(size), content::bytes.eq(bytes), content::stored_at.eq(At::from(now)));
    let new: Option<i64> =
        diesel::insert_into(content::table).values(row).on_conflict_do_nothing().returning(content::id).get_result(conn).optional()?;
    match new {
        Some(id) => Ok(id),
        None => Ok(content::table.filter(content::sha256.eq(sha256)).select(content::id).first(conn)?),
    }
}

#[derive(Insertable)]
#[diesel(table_name = content, treat_none_as_default_value = false)]
struct NewContent<'b> {
    sha256: &'b str,
    size: i64,
    stored_at: At,
    bytes: &'b [u8],
}

/// Stores the bytes of several, by their hashes, or finds those that are the same. They are written in the order of their hashes, so that two who
/// store the same do not wait for each other.
pub(super) fn store_all(conn: &mut Conn, contents: &BTreeMap<String, (&[u8], DateTime<Utc>)>) -> Done<HashMap<String, i64>> {
    let mut rows = Vec::with_capacity(contents.len());
    for (sha256, (bytes, now)) in contents {
        let size = i64::try_from(bytes.len()).map_err(|_| Failure::Refused("a call is too large".to_owned()))?;
        rows.push(NewContent { sha256, size, stored_at: At::from(*now), bytes });
    }
    let mut known = HashMap::with_capacity(contents.len());
    for rows in rows.chunks(IDS_PER_QUERY) {
        let new: Vec<(String, i64)> = diesel::insert_into(content::table)
            .values(rows)
            .on_conflict_do_nothing()
            .returning((content::sha256, content::id))
            .get_results(conn)?;
        known.extend(new);
    }
    let missing: Vec<&str> = contents.keys().filter(|sha256| !known.contains_key(*sha256)).map(String::as_str).collect();
    for some in missing.chunks(IDS_PER_QUERY) {
        let same = content::table.filter(content::sha256.eq_any(some)).select((content::sha256, content::id));
        known.extend(same.load::<(String, i64)>(conn)?);
    }
    Ok(known)
}

diesel::define_sql_function! {
    /// Some of the bytes, from 1. SQLite gives NULL for none.
    fn substr(bytes: Binary, from: Integer, count: Integer) -> Nullable<Binary>;
}

impl OriginalRepository for Work<'_> {
    fn find_arrived(&mut self, id: InboundMailId) -> Result<Option<RawId>, StoreError> {
        let found = self.read(|conn| Ok(arrival::table.find(id.0).select(arrival::content_id).first::<Option<i64>>(conn).optional()?))?;
        Ok(found.flatten().map(RawId))
    }

    fn list_small(&mut self, ids: &[RawId]) -> Result<Vec<(RawId, Vec<u8>)>, StoreError> {
        self.read(|conn| {
            let mut found = Vec::with_capacity(ids.len());
            for some in ids.chunks(IDS_PER_QUERY) {
                let these = content::table.filter(content::id.eq_any(some.iter().map(|id| id.0)));
                let rows: Vec<(i64, Vec<u8>)> = these.select((content::id, content::bytes)).load(conn)?;
                found.extend(rows.into_iter().map(|(id, bytes)| (RawId(id), bytes)));
            }
            Ok(found)
        })
    }

    fn find_piece(&mut self, id: RawId, from: u64, most: u32) -> Result<Option<Piece>, StoreError> {
        // No mail has so many bytes.
        let number = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        let (from, most) = (number(from.saturating_add(1)), number(most.into()));
        let found: Option<(Option<Vec<u8>>, i64)> = self.read(|conn| {
            let piece = (substr(content::bytes, from, most), content::size);
            Ok(content::table.find(id.0).select(piece).first(conn).optional()?)
        })?;
        let size = |size: i64| u64::try_from(size).map_err(|_| StoreError::Refused("a mail's size is below zero".to_owned()));
        found.map(|(bytes, stored)| Ok(Piece { bytes: bytes.unwrap_or_default(), size: size(stored)? })).transpose()
    }
}
