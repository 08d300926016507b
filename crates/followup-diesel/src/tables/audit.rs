//! The audit trail.

use diesel::prelude::*;
use followup_domain::audit::{AuditChain, AuditEntry, AuditRow};
use followup_domain::ports::{AuditHead, AuditRepository, Page, PageRequest, StoreError};
use serde_json::Value;

use super::super::{Conn, Db};
use super::schema::{audit_head, audit_log};
use super::work::Work;
use super::{At, LONGEST_PAGE, bounds};
use crate::audit_chain::{facts_from_json, facts_to_json, hash};
use crate::error::{Done, Failure, unreadable};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_log, check_for_backend(Db), treat_none_as_default_value = false)]
struct LogRow {
    chain: String,
    seq: i64,
    at: At,
    actor: String,
    action: String,
    entity: String,
    entity_id: i64,
    old: Value,
    new: Value,
    reason: Option<String>,
    prev_hash: String,
    hash: String,
}

impl TryFrom<LogRow> for AuditRow {
    type Error = Failure;

    fn try_from(row: LogRow) -> Done<Self> {
        Ok(Self {
            seq: row.seq,
            chain: row.chain,
            at: row.at.0,
            actor: row.actor,
            action: row.action,
            entity: row.entity,
            entity_id: row.entity_id,
            old: facts_from_json(row.old).ok_or_else(|| unreadable("audit facts"))?,
            new: facts_from_json(row.new).ok_or_else(|| unreadable("audit facts"))?,
            reason: row.reason,
            prev_hash: row.prev_hash,
            hash: row.hash,
        })
    }
}

impl TryFrom<AuditRow> for LogRow {
    type Error = Failure;

    fn try_from(row: AuditRow) -> Done<Self> {
        Ok(Self {
            old: facts_to_json(&row.old).ok_or_else(inexact)?,
            new: facts_to_json(&row.new).ok_or_else(inexact)?,
            seq: row.seq,
            chain: row.chain,
            at: row.at.into(),
            actor: row.actor,
            action: row.action,
            entity: row.entity,
            entity_id: row.entity_id,
            reason: row.reason,
            prev_hash: row.prev_hash,
            hash: row.hash,
        })
    }
}

fn inexact() -> Failure {
    Failure::Refused("an audit fact is a number that JSON cannot hold exactly".to_owned())
}

impl AuditRepository for Work<'_> {
    fn append(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.write(|conn| {
            let chain = entry.chain.to_string();
            let (seq, prev_hash) = lock_head(conn, &chain)?;
            let mut row = AuditRow {
                seq: seq + 1,
                chain,
                at: At::from(entry.at).0,
                actor: entry.actor.to_string(),
                action: entry.action.to_owned(),
                entity: entry.entity.to_owned(),
                entity_id: entry.entity_id,
                old: entry.old.clone(),
                new: entry.new.clone(),
                reason: entry.reason.clone(),
                prev_hash,
                hash: String::new(),
            };
            row.hash = hash(&row).ok_or_else(inexact)?;
            let head = (audit_head::seq.eq(row.seq), audit_head::hash.eq(row.hash.clone()));
            diesel::update(audit_head::table.find(row.chain.clone())).set(head).execute(conn)?;
            diesel::insert_into(audit_log::table).values(LogRow::try_from(row)?).execute(conn)?;
            Ok(())
        })
    }

    fn hold(&mut self, chain: AuditChain) -> Result<(), StoreError> {
        self.write(|conn| lock_head(conn, &chain.to_string()).map(drop))
    }

    fn find_head(&mut self, chain: AuditChain) -> Result<Option<AuditHead>, StoreError> {
        self.read(|conn| {
            // A chain is begun with an empty head, for the first row to follow.
            let head = audit_head::table.find(chain.to_string()).filter(audit_head::seq.gt(0));
            let row: Option<(String, i64, String)> = head.first(conn).optional()?;
            Ok(row.map(|(chain, seq, hash)| AuditHead { chain, seq, hash }))
        })
    }

    fn list_heads(&mut self, after: Option<&str>, limit: i64) -> Result<Vec<AuditHead>, StoreError> {
        self.read(|conn| {
            // No chain has an empty name.
            let heads = audit_head::table.filter(audit_head::chain.gt(after.unwrap_or_default())).order(audit_head::chain);
            let rows: Vec<(String, i64, String)> = heads.limit(limit.clamp(0, LONGEST_PAGE)).load(conn)?;
            Ok(rows.into_iter().map(|(chain, seq, hash)| AuditHead { chain, seq, hash }).collect())
        })
    }

    fn list_chain(&mut self, chain: &str, after_seq: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        self.read(|conn| {
            let rows = audit_log::table.filter(audit_log::chain.eq(chain)).filter(audit_log::seq.gt(after_seq)).order(audit_log::seq);
            let rows = rows.limit(limit.clamp(0, LONGEST_PAGE)).select(LogRow::as_select()).load(conn)?;
            rows.into_iter().map(AuditRow::try_from).collect()
        })
    }

    fn list(&mut self, chain: AuditChain, page: PageRequest) -> Result<Page<AuditRow>, StoreError> {
        self.read(|conn| {
            let (limit, offset) = bounds(page);
            let name = chain.to_string();
            let rows = audit_log::table.filter(audit_log::chain.eq(&name));
            let total = rows.count().get_result(conn)?;
            let items = rows.order(audit_log::seq).limit(limit).offset(offset).select(LogRow::as_select()).load(conn)?;
            Ok(Page { items: items.into_iter().map(AuditRow::try_from).collect::<Done<_>>()?, total })
        })
    }
}

/// The chain's last number and hash, locked until the transaction ends; 0 and nothing for a new chain.
fn lock_head(conn: &mut Conn, chain: &str) -> Done<(i64, String)> {
    if let Some(head) = select_head(conn, chain)? {
        return Ok(head);
    }
    let first = (audit_head::chain.eq(chain), audit_head::seq.eq(0), audit_head::hash.eq(""));
    diesel::insert_into(audit_head::table).values(first).on_conflict_do_nothing().execute(conn)?;
    // Another transaction may have begun the chain in between; its head is the one to follow.
    select_head(conn, chain)?.ok_or_else(|| diesel::result::Error::NotFound.into())
}

fn select_head(conn: &mut Conn, chain: &str) -> Done<Option<(i64, String)>> {
    let head = audit_head::table.find(chain).select((audit_head::seq, audit_head::hash));
    Ok(lock_rows!(head).first(conn).optional()?)
}
