//! The exact bytes of what was sent and received; each once.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::super::Conn;
use super::At;
use super::schema::content;
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

/// The bytes.
pub(super) fn load(conn: &mut Conn, id: i64) -> Done<Option<Vec<u8>>> {
    Ok(content::table.find(id).select(content::bytes).first(conn).optional()?)
}
