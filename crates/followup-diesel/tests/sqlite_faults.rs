//! What the store says while a SQLite file is out of order, and that it recovers.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_diesel::MigratingStore;
use followup_domain::ports::{Store, StoreError, StoreExt};
use followup_testkit::builders::new_case;
use support::sqlite::SqliteRig;

fn unavailable<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> String {
    match outcome {
        Err(StoreError::Unavailable(text)) => text,
        other => panic!("{other:?}"),
    }
}

/// SQLite itself would go on writing into a file that nobody finds again.
#[test]
fn a_file_that_was_moved_away_is_missed_and_nothing_is_written_until_it_is_back() {
    let rig = SqliteRig::migrated();
    let store = &rig.store;
    store.write(|tx| tx.cases().insert(&new_case())).unwrap();
    let elsewhere = rig.path.with_extension("elsewhere");
    std::fs::rename(&rig.path, &elsewhere).unwrap();
    assert!(unavailable(store.write(|tx| tx.cases().insert(&new_case()))).contains("is no longer there"));
    assert!(unavailable(store.check()).contains("is no longer there"));
    assert!(store.migrate().is_err());
    assert!(!rig.path.exists(), "no empty database in its place");

    std::fs::write(&rig.path, b"").unwrap();
    assert!(unavailable(store.read(|tx| tx.users().count())).contains("was replaced by another file"));
    std::fs::rename(&elsewhere, &rig.path).unwrap();
    assert_eq!(store.check(), Ok(()));
    store.write(|tx| tx.cases().insert(&new_case())).unwrap();
    assert_eq!(support::Rig::texts(&rig, "SELECT CAST(count(*) AS TEXT) AS text FROM icsr"), ["2"]);
}
