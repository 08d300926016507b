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
    several_entries_keep_their_order_each_chain_apart,
    several_entries_are_appended_all_or_none,
    a_transaction_reads_what_it_appended,
    a_long_list_of_entries_and_facts_is_kept_whole,
    a_row_holds_commitments_that_its_values_fit,
    equal_values_are_told_apart_by_their_salts,
    the_name_of_a_person_is_a_fact_and_that_of_a_service_is_not,
}

use std::collections::BTreeSet;

use chrono::Duration;
use followup_audit::{ChainVerifier, Tally};
use followup_domain::audit::{Actor, AuditChain, AuditEntry, AuditFacts, AuditRow, AuditValue, SealedRow, facts};
use followup_domain::ids::{CaseId, UserId};
use followup_domain::ports::{AuditHead, PageRequest, Store, StoreError, StoreExt};

use super::support::{ALL, read, write};
use crate::builders::{at, audit_entry};

const CHAIN: AuditChain = AuditChain::Case(CaseId(7));

fn append(store: &dyn Store, entry: &AuditEntry) {
    write(store, |tx| tx.audit().append(entry));
}

/// The rows of [`CHAIN`] as they are hashed, verified.
fn sealed(store: &dyn Store) -> (Vec<SealedRow>, Tally) {
    let rows = read(store, |tx| tx.audit().list_chain(&CHAIN.to_string(), 0, 1000));
    let mut verifier = ChainVerifier::default();
    rows.iter().try_for_each(|row| verifier.accept(row)).unwrap();
    (rows, verifier.tally())
}

fn actions(store: &dyn Store, chain: AuditChain) -> Vec<String> {
    rows(store, chain).into_iter().map(|row| row.action).collect()
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
    assert_eq!((row.old, row.new, row.reason, row.redacted), (entry.old, entry.new, entry.reason, Vec::new()));
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
    let all = after(0, 10);
    assert_eq!(
        all.iter().map(|row| (row.seq, row.entry.chain.as_str())).collect::<Vec<_>>(),
        [(1, "case:7"), (2, "case:7"), (3, "case:7")]
    );
    assert_eq!((after(1, 1), after(3, 10)), (all[1..2].to_vec(), vec![]));
    assert_eq!(read(store, |tx| tx.audit().list_chain("case:9", 0, 10)), []);
}

pub fn several_entries_keep_their_order_each_chain_apart(store: &dyn Store) {
    append(store, &audit_entry(CHAIN, "before"));
    let system = audit_entry(AuditChain::System, "of the system");
    let entries = [audit_entry(CHAIN, "a"), system, audit_entry(CHAIN, "b"), audit_entry(AuditChain::Case(CaseId(70)), "of another")];
    write(store, |tx| {
        tx.audit().append_all(&[])?;
        tx.audit().append_all(&entries)?;
        tx.audit().append(&audit_entry(CHAIN, "c"))
    });
    assert_eq!(actions(store, CHAIN), ["before", "a", "b", "c"]);
    assert_eq!(actions(store, AuditChain::System), ["of the system"]);
    assert_eq!(actions(store, AuditChain::Case(CaseId(70))), ["of another"]);
    let (rows, _) = sealed(store);
    let heads = read(store, |tx| tx.audit().list_heads(None, 10));
    let last = AuditHead { chain: "case:7".into(), seq: 4, hash: rows[3].hash.clone() };
    assert!(heads.len() == 3 && heads.contains(&last), "{heads:?}");
}

pub fn several_entries_are_appended_all_or_none(store: &dyn Store) {
    let bad = AuditEntry { entity_id: i64::MAX, ..audit_entry(CHAIN, "bad") };
    let refused = store.write(|tx| {
        // Whoever goes on after a refusal keeps nothing either.
        let _ = tx.audit().append_all(&[audit_entry(CHAIN, "a"), bad.clone()]);
        Ok::<_, StoreError>(())
    });
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    assert_eq!(actions(store, CHAIN), [] as [&str; 0]);
}

pub fn a_transaction_reads_what_it_appended(store: &dyn Store) {
    append(store, &audit_entry(CHAIN, "a"));
    write(store, |tx| {
        tx.audit().append(&audit_entry(CHAIN, "b"))?;
        assert_eq!(tx.audit().list(CHAIN, ALL)?.total, 2);
        tx.audit().append(&audit_entry(CHAIN, "c"))?;
        assert_eq!(tx.audit().find_head(CHAIN)?.map(|head| head.seq), Some(3));
        tx.audit().append(&audit_entry(CHAIN, "d"))?;
        assert_eq!(tx.audit().list_chain("case:7", 3, 10)?.len(), 1);
        tx.audit().append(&audit_entry(CHAIN, "e"))?;
        assert_eq!(tx.audit().list_heads(None, 10)?[0].seq, 5);
        tx.audit().append(&audit_entry(CHAIN, "f"))
    });
    assert_eq!(actions(store, CHAIN), ["a", "b", "c", "d", "e", "f"]);
    sealed(store);
}

/// More rows and more facts than one statement takes.
pub fn a_long_list_of_entries_and_facts_is_kept_whole(store: &dyn Store) {
    let many: AuditFacts = (0..2500).map(|number| (format!("f{number}"), AuditValue::Integer(number))).collect();
    let mut entries = vec![audit_entry(AuditChain::System, "x"); 1100];
    entries.push(AuditEntry { new: many.clone(), ..audit_entry(CHAIN, "many") });
    entries.push(audit_entry(CHAIN, "last"));
    write(store, |tx| tx.audit().append_all(&entries));
    let row = rows(store, CHAIN).remove(0);
    assert_eq!((row.new, row.old), (many, entries[1100].old.clone()));
    assert_eq!(read(store, |tx| tx.audit().list(AuditChain::System, ALL)).total, 1100);
    assert_eq!(sealed(store).1, Tally { rows: 2, facts: 2500 + 1 + 2, redacted: 0 });
}

pub fn a_row_holds_commitments_that_its_values_fit(store: &dyn Store) {
    let old = facts([("nota", "Dra. Ñusta «dijo»\n\u{0}".into()), ("peso", AuditValue::Null)]);
    append(store, &AuditEntry { old, reason: Some("lo pidió".into()), ..audit_entry(CHAIN, "a") });
    let (rows, tally) = sealed(store);
    assert_eq!(tally, Tally { rows: 1, facts: 4, redacted: 0 });
    let facts = &rows[0].entry.facts;
    assert_eq!(facts.keys().collect::<Vec<_>>(), ["new.estado", "old.nota", "old.peso", "reason"]);
    let value = |name: &str| facts[name].opening.as_ref().unwrap().value.as_str();
    assert_eq!((value("old.nota"), value("old.peso")), ("\"Dra. Ñusta «dijo»\\n\\u0000\"", "null"));
}

pub fn equal_values_are_told_apart_by_their_salts(store: &dyn Store) {
    write(store, |tx| tx.audit().append_all(&[audit_entry(CHAIN, "a"), audit_entry(CHAIN, "a")]));
    append(store, &audit_entry(CHAIN, "a"));
    let (rows, tally) = sealed(store);
    let facts = || rows.iter().flat_map(|row| row.entry.facts.values());
    let salts: BTreeSet<_> = facts().map(|fact| fact.opening.as_ref().unwrap().salt).collect();
    let commitments: BTreeSet<_> = facts().map(|fact| fact.commitment.0).collect();
    assert_eq!((salts.len(), commitments.len(), tally.facts), (6, 6, 6));
}

pub fn the_name_of_a_person_is_a_fact_and_that_of_a_service_is_not(store: &dyn Store) {
    let ana = Actor::User { id: None, username: "ana@lab.example".into() };
    write(store, |tx| tx.audit().append_all(&[AuditEntry { actor: ana.clone(), ..audit_entry(CHAIN, "a") }, audit_entry(CHAIN, "b")]));
    let (rows, _) = sealed(store);
    assert_eq!([&rows[0].entry.actor, &rows[1].entry.actor], ["user", "service:api-server"]);
    assert_eq!(rows.iter().map(|row| row.entry.facts.contains_key("actor")).collect::<Vec<_>>(), [true, false]);
    let shown: Vec<String> = self::rows(store, CHAIN).into_iter().map(|row| row.actor).collect();
    assert_eq!(shown, ["user:ana@lab.example", "service:api-server"]);
}
