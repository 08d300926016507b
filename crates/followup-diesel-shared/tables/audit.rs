//! The audit trail. What a transaction appends is kept in the unit of work and written when it ends, all at once.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::upsert::excluded;
use followup_audit::{follow, open, seal};
use followup_domain::audit::{AuditChain, AuditEntry, AuditRow, Commitment, Opening, Salt, SealedEntry, SealedFact, SealedRow};
use followup_domain::ports::{AuditHead, AuditRepository, Page, PageRequest, StoreError};

use super::super::{Conn, Db};
use super::schema::{audit_fact, audit_head, audit_log};
use super::work::Work;
use super::{At, LONGEST_PAGE, bounds};
use crate::error::{Done, unreadable};

/// So many rows are inserted by one statement: both databases limit its parameters.
const ROWS_AT_ONCE: usize = 1000;

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
    prev_hash: String,
    hash: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_fact, check_for_backend(Db), treat_none_as_default_value = false)]
struct FactRow {
    chain: String,
    seq: i64,
    fact: String,
    commitment: Vec<u8>,
    salt: Option<Vec<u8>>,
    value: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_head, check_for_backend(Db), treat_none_as_default_value = false)]
struct HeadRow {
    chain: String,
    seq: i64,
    hash: String,
}

impl From<HeadRow> for AuditHead {
    fn from(HeadRow { chain, seq, hash }: HeadRow) -> Self {
        Self { chain, seq, hash }
    }
}

impl LogRow {
    /// The row with those of its facts; `facts` holds them and those of later rows, in order.
    fn with_facts(self, facts: &mut std::iter::Peekable<impl Iterator<Item = FactRow>>) -> Done<SealedRow> {
        let mut of_row = BTreeMap::new();
        while let Some(fact) = facts.next_if(|fact| fact.seq == self.seq) {
            let (name, fact) = fact.read().ok_or_else(|| unreadable("audit facts"))?;
            of_row.insert(name, fact);
        }
        Ok(SealedRow {
            entry: SealedEntry {
                chain: self.chain,
                at: self.at.0,
                actor: self.actor,
                action: self.action,
                entity: self.entity,
                entity_id: self.entity_id,
                facts: of_row,
            },
            seq: self.seq,
            prev_hash: self.prev_hash,
            hash: self.hash,
        })
    }
}

impl FactRow {
    fn read(self) -> Option<(String, SealedFact)> {
        let opening = match (self.salt, self.value) {
            (Some(salt), Some(value)) => Some(Opening { salt: Salt(salt.try_into().ok()?), value }),
            (None, None) => None,
            _ => return None,
        };
        Some((self.fact, SealedFact { commitment: Commitment(self.commitment.try_into().ok()?), opening }))
    }
}

/// A row of the log and those of its facts.
fn split(row: SealedRow) -> (LogRow, Vec<FactRow>) {
    let SealedRow { entry, seq, prev_hash, hash } = row;
    let fact_row = |(fact, sealed): (String, SealedFact)| {
        let (salt, value) = sealed.opening.map(|opening| (opening.salt.0.to_vec(), opening.value)).unzip();
        FactRow { chain: entry.chain.clone(), seq, fact, commitment: sealed.commitment.0.to_vec(), salt, value }
    };
    let facts = entry.facts.into_iter().map(fact_row).collect();
    let log = LogRow {
        chain: entry.chain,
        seq,
        at: entry.at.into(),
        actor: entry.actor,
        action: entry.action,
        entity: entry.entity,
        entity_id: entry.entity_id,
        prev_hash,
        hash,
    };
    (log, facts)
}

impl AuditRepository for Work<'_> {
    fn append_all(&mut self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        let salts = self.salts;
        let sealed: Vec<SealedEntry> = self.write(|_| Ok(entries.iter().map(|entry| seal(entry, salts)).collect::<Result<_, _>>()?))?;
        self.trail.extend(sealed);
        Ok(())
    }

    fn hold(&mut self, chain: AuditChain) -> Result<(), StoreError> {
        self.write(|conn| lock_heads(conn, &[chain.to_string()]).map(drop))
    }

    fn find_head(&mut self, chain: AuditChain) -> Result<Option<AuditHead>, StoreError> {
        self.write_trail()?;
        self.read(|conn| {
            // A chain is begun with an empty head, for the first row to follow.
            let head = audit_head::table.find(chain.to_string()).filter(audit_head::seq.gt(0));
            let row: Option<HeadRow> = head.select(HeadRow::as_select()).first(conn).optional()?;
            Ok(row.map(AuditHead::from))
        })
    }

    fn list_heads(&mut self, after: Option<&str>, limit: i64) -> Result<Vec<AuditHead>, StoreError> {
        self.write_trail()?;
        self.read(|conn| {
            // No chain has an empty name.
            let heads = audit_head::table.filter(audit_head::chain.gt(after.unwrap_or_default())).order(audit_head::chain);
            let rows = heads.limit(limit.clamp(0, LONGEST_PAGE)).select(HeadRow::as_select()).load(conn)?;
            Ok(rows.into_iter().map(AuditHead::from).collect())
        })
    }

    fn list_chain(&mut self, chain: &str, after_seq: i64, limit: i64) -> Result<Vec<SealedRow>, StoreError> {
        self.write_trail()?;
        self.read(|conn| {
            let rows = audit_log::table.filter(audit_log::chain.eq(chain)).filter(audit_log::seq.gt(after_seq)).order(audit_log::seq);
            let rows = rows.limit(limit.clamp(0, LONGEST_PAGE)).select(LogRow::as_select()).load(conn)?;
            with_facts(conn, chain, rows)
        })
    }

    fn list(&mut self, chain: AuditChain, page: PageRequest) -> Result<Page<AuditRow>, StoreError> {
        self.write_trail()?;
        self.read(|conn| {
            let (limit, offset) = bounds(page);
            let name = chain.to_string();
            let rows = audit_log::table.filter(audit_log::chain.eq(&name));
            let total = rows.count().get_result(conn)?;
            let rows = rows.order(audit_log::seq).limit(limit).offset(offset).select(LogRow::as_select()).load(conn)?;
            let rows = with_facts(conn, &name, rows)?.into_iter().map(|row| open(row).ok_or_else(|| unreadable("audit facts")));
            Ok(Page { items: rows.collect::<Done<_>>()?, total })
        })
    }
}

impl Work<'_> {
    /// Writes what was appended and is not written yet: before the trail is read, and at the end.
    pub(super) fn write_trail(&mut self) -> Result<(), StoreError> {
        let entries = std::mem::take(&mut self.trail);
        if entries.is_empty() { Ok(()) } else { self.write(|conn| write_rows(conn, entries)) }
    }
}

/// Each head is read and written once, and so are the rows and the facts, however many there are.
fn write_rows(conn: &mut Conn, entries: Vec<SealedEntry>) -> Done<()> {
    let chains: BTreeSet<&str> = entries.iter().map(|entry| entry.chain.as_str()).collect();
    let mut heads = lock_heads(conn, &chains.into_iter().map(str::to_owned).collect::<Vec<_>>())?;
    let (mut log, mut facts) = (Vec::with_capacity(entries.len()), Vec::new());
    for entry in entries {
        let head = heads.get_mut(&entry.chain).ok_or(diesel::result::Error::NotFound)?;
        let row = follow(entry, head.seq, &head.hash)?;
        head.seq = row.seq;
        head.hash.clone_from(&row.hash);
        let (row, of_row) = split(row);
        log.push(row);
        facts.extend(of_row);
    }
    let heads: Vec<HeadRow> = heads.into_values().collect();
    for heads in heads.chunks(ROWS_AT_ONCE) {
        let moved = (audit_head::seq.eq(excluded(audit_head::seq)), audit_head::hash.eq(excluded(audit_head::hash)));
        diesel::insert_into(audit_head::table).values(heads).on_conflict(audit_head::chain).do_update().set(moved).execute(conn)?;
    }
    for rows in log.chunks(ROWS_AT_ONCE) {
        diesel::insert_into(audit_log::table).values(rows).execute(conn)?;
    }
    for rows in facts.chunks(ROWS_AT_ONCE) {
        diesel::insert_into(audit_fact::table).values(rows).execute(conn)?;
    }
    Ok(())
}

/// Rows of one chain, in order, each with its facts.
fn with_facts(conn: &mut Conn, chain: &str, rows: Vec<LogRow>) -> Done<Vec<SealedRow>> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let facts = audit_fact::table.filter(audit_fact::chain.eq(chain)).filter(audit_fact::seq.between(first.seq, last.seq));
    let facts = facts.order((audit_fact::seq, audit_fact::fact)).select(FactRow::as_select()).load(conn)?;
    let mut facts = facts.into_iter().peekable();
    rows.into_iter().map(|row| row.with_facts(&mut facts)).collect()
}

/// The heads of these chains, locked until the transaction ends, in the order of their names: whoever takes several takes them in one
/// order. 0 and nothing for a new chain.
fn lock_heads(conn: &mut Conn, chains: &[String]) -> Done<BTreeMap<String, HeadRow>> {
    let mut heads = select_heads(conn, chains)?;
    let new: Vec<String> = chains.iter().filter(|chain| !heads.contains_key(*chain)).cloned().collect();
    if !new.is_empty() {
        let first: Vec<HeadRow> = new.iter().map(|chain| HeadRow { chain: chain.clone(), seq: 0, hash: String::new() }).collect();
        for first in first.chunks(ROWS_AT_ONCE) {
            diesel::insert_into(audit_head::table).values(first).on_conflict_do_nothing().execute(conn)?;
        }
        // Another transaction may have begun a chain in between; its head is the one to follow.
        heads.append(&mut select_heads(conn, &new)?);
    }
    Ok(heads)
}

fn select_heads(conn: &mut Conn, chains: &[String]) -> Done<BTreeMap<String, HeadRow>> {
    let heads = audit_head::table.filter(audit_head::chain.eq_any(chains)).order(audit_head::chain).select(HeadRow::as_select());
    let rows: Vec<HeadRow> = lock_rows!(heads).load(conn)?;
    Ok(rows.into_iter().map(|head| (head.chain.clone(), head)).collect())
}
