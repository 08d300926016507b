//! What a transaction's audit trail costs: counted as the statements that diesel sends.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::cell::RefCell;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use followup_domain::audit::AuditChain;
use followup_domain::ids::CaseId;
use followup_testkit::builders::audit_entry;
use support::postgres::PostgresRig;
use support::sqlite::SqliteRig;
use support::{Rig, read, write};

thread_local! {
    static STATEMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the SQL that this thread runs on the trail: the verb and the table.
struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let sql = query.to_string();
            let verb = sql.split_whitespace().next().unwrap_or_default();
            let table = ["audit_head", "audit_log", "audit_fact"].into_iter().find(|table| sql.contains(table));
            STATEMENTS.with_borrow_mut(|statements| statements.extend(table.map(|table| format!("{verb} {table}"))));
        }
    }
}

fn a_transaction_reads_and_writes_each_head_once_and_inserts_rows_and_facts_once(rig: &dyn Rig) {
    let append = |entries: i64| {
        STATEMENTS.take();
        let chains = (0..entries).map(|number| AuditChain::Case(CaseId(number % 7)));
        write(rig, |tx| chains.clone().try_for_each(|chain| tx.audit().append(&audit_entry(chain, "a"))));
        STATEMENTS.take()
    };
    // The first time begins the chains.
    append(7);
    for entries in [1, 6, 60] {
        assert_eq!(append(entries), ["SELECT audit_head", "INSERT audit_head", "INSERT audit_log", "INSERT audit_fact"], "{entries}");
    }
    assert_eq!(append(0), [] as [&str; 0]);
    let kept: i64 = read(rig, |tx| tx.audit().list_heads(None, 10)).iter().map(|head| head.seq).sum();
    assert_eq!(kept, 7 + 1 + 6 + 60);
}

#[test]
fn on_sqlite_a_transaction_reads_and_writes_each_head_once_and_inserts_rows_and_facts_once() {
    set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    a_transaction_reads_and_writes_each_head_once_and_inserts_rows_and_facts_once(&SqliteRig::migrated());
}

#[test]
fn on_postgres_a_transaction_reads_and_writes_each_head_once_and_inserts_rows_and_facts_once() {
    set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    a_transaction_reads_and_writes_each_head_once_and_inserts_rows_and_facts_once(&PostgresRig::migrated());
}
