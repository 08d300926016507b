//! Promises of the audit trail.

promises! { $ audit as audit_contract:
    an_entry_comes_back_as_appended,
    each_row_follows_the_one_before,
    chains_are_counted_apart,
    what_is_undone_leaves_no_gap,
    a_chain_is_read_page_by_page,
    heads_are_listed_by_name_after_the_last,
    the_end_of_a_chain_is_its_last_row,
    a_chain_is_read_by_its_name_after_the_last_row,
    a_number_that_json_cannot_hold_exactly_is_refused,
}

use chrono::Duration;
use followup_domain::audit::{Actor, AuditChain, AuditEntry, AuditRow, AuditValue, facts};
use followup_domain::ids::{CaseId, UserId};
use followup_domain::ports::{AuditHead, PageRequest, Store, StoreError, StoreExt};

use super::support::{ALL, read, write};
use crate::builders::{at, audit_entry};

const CHAIN: AuditChain = AuditChain::Case(CaseId(7));

fn append(store: &dyn Store, entry: &AuditEntry) {
    write(store, |tx| tx.audit().append(entry));
}

fn rows(store: &dyn Store, chain: AuditChain) -> Vec<AuditRow> {
    read(store, |tx| tx.audit().list(chain, ALL)).items
}

pub fn an_entry_comes_back_as_appended(store: &dyn Store) {
    let entry = AuditEntry {
        chain: CHAIN,
        at: at(0) + Duration::microseconds(123_456),
        actor: Actor::User { id: Some(UserId(3)), username: "ana".into() },
        action: "case.updated",
        entity: "case",
        entity_id: 7,
        old: facts([("a", AuditValue::Null), ("b", "«ñ» '\"\\\n💊".into()), ("c", (1_i64 << 53).into())]),
        new: facts([("a", true.into()), ("c", AuditValue::Integer(-1)), ("d", at(1).into())]),
        reason: Some("por teléfono".into()),
    };
    append(store, &entry);
    let row = rows(store, CHAIN).remove(0);
    assert_eq!((row.seq, row.chain.as_str(), row.at, row.actor.as_str()), (1, "case:7", entry.at, "user:ana"));
    assert_eq!((row.action.as_str(), row.entity.as_str(), row.entity_id), (entry.action, entry.entity, entry.entity_id));
    assert_eq!((row.old, row.new, row.reason), (entry.old, entry.new, entry.reason));
}

pub fn the_end_of_a_chain_is_its_last_row(store: &dyn Store) {
    let head = || read(store, |tx| tx.audit().find_head(CHAIN));
    write(store, |tx| tx.audit().hold(CHAIN));
    assert_eq!(head(), None, "a chain that was only locked has no row");
    for action in ["a", "b"] {
        append(store, &audit_entry(CHAIN, action));
    }
    append(store, &audit_entry(AuditChain::System, "c"));
    let last = rows(store, CHAIN).remove(1);
    assert_eq!(head(), Some(AuditHead { chain: "case:7".into(), seq: 2, hash: last.hash }));
}

pub fn each_row_follows_the_one_before(store: &dyn Store) {
    for action in ["a", "b", "c"] {
        append(store, &audit_entry(CHAIN, action));
    }
    let rows = rows(store, CHAIN);
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(rows[0].prev_hash, "");
    assert!(rows.windows(2).all(|pair| pair[1].prev_hash == pair[0].hash));
    assert!(rows.iter().all(|row| row.hash.len() == 64 && row.hash.chars().all(|c| "0123456789abcdef".contains(c))));
}

pub fn chains_are_counted_apart(store: &dyn Store) {
    append(store, &audit_entry(CHAIN, "a"));
    append(store, &audit_entry(AuditChain::System, "b"));
    append(store, &audit_entry(AuditChain::Case(CaseId(8)), "c"));
    for (chain, name) in [(CHAIN, "case:7"), (AuditChain::System, "system"), (AuditChain::Case(CaseId(8)), "case:8")] {
        let rows = rows(store, chain);
        assert_eq!((rows.len(), rows[0].seq, rows[0].chain.as_str()), (1, 1, name));
    }
}

pub fn what_is_undone_leaves_no_gap(store: &dyn Store) {
    append(store, &audit_entry(CHAIN, "a"));
    let undone: Result<(), StoreError> = store.write(|tx| {
        tx.audit().append(&audit_entry(CHAIN, "undone"))?;
        Err(StoreError::Refused("by the work".into()))
    });
    assert!(undone.is_err());
    append(store, &audit_entry(CHAIN, "b"));
    let kept: Vec<(i64, String)> = rows(store, CHAIN).into_iter().map(|row| (row.seq, row.action)).collect();
    assert_eq!(kept, [(1, "a".to_owned()), (2, "b".to_owned())]);
}

pub fn a_chain_is_read_page_by_page(store: &dyn Store) {
    for _ in 0..5 {
        append(store, &audit_entry(CHAIN, "a"));
    }
    let page = read(store, |tx| tx.audit().list(CHAIN, PageRequest { offset: 3, limit: 2 }));
    assert_eq!((page.total, page.items.iter().map(|row| row.seq).collect::<Vec<_>>()), (5, vec![4, 5]));
}

pub fn a_number_that_json_cannot_hold_exactly_is_refused(store: &dyn Store) {
    let entry = AuditEntry { new: facts([("n", AuditValue::Integer((1 << 53) + 1))]), ..audit_entry(CHAIN, "a") };
    assert!(matches!(store.write(|tx| tx.audit().append(&entry)), Err(StoreError::Refused(_))));
}

pub fn heads_are_listed_by_name_after_the_last(store: &dyn Store) {
    let heads = |after, limit| read(store, |tx| tx.audit().list_heads(after, limit));
    assert_eq!(heads(None, 10), []);
    let chains = [AuditChain::System, CHAIN, AuditChain::Case(CaseId(8)), CHAIN];
    for chain in chains {
        append(store, &audit_entry(chain, "a"));
    }
    let head = |chain: AuditChain| {
        let last = rows(store, chain).pop().unwrap();
        AuditHead { chain: chain.to_string(), seq: last.seq, hash: last.hash }
    };
    let all = [head(CHAIN), head(AuditChain::Case(CaseId(8))), head(AuditChain::System)];
    assert_eq!((heads(None, 10), all[0].seq), (all.to_vec(), 2));
    assert_eq!((heads(None, 2), heads(Some("case:8"), 2)), (all[..2].to_vec(), all[2..].to_vec()));
}

pub fn a_chain_is_read_by_its_name_after_the_last_row(store: &dyn Store) {
    for chain in [CHAIN, AuditChain::System, CHAIN, CHAIN] {
        append(store, &audit_entry(chain, "a"));
    }
    let after = |seq, limit| read(store, |tx| tx.audit().list_chain("case:7", seq, limit));
    let all = rows(store, CHAIN);
    assert_eq!((after(0, 10), after(1, 1), after(3, 10)), (all.clone(), all[1..2].to_vec(), vec![]));
    assert_eq!(read(store, |tx| tx.audit().list_chain("case:9", 0, 10)), []);
}
