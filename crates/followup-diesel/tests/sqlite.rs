//! The store port's promises on SQLite.

use followup_diesel::{MigratingStore, SqliteStore};
use followup_domain::case::CaseRecord;
use followup_domain::ports::{NewCase, Store, StoreError, StoreExt};

#[test]
fn smoke() {
    let store = SqliteStore::in_memory().unwrap();
    assert!(store.check().is_err());
    assert_eq!(store.migrate().unwrap().applied.len(), 6);
    store.check().unwrap();
    let now = chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let id = store.write(|tx| tx.cases().insert(&NewCase { record: CaseRecord::default(), created_at: now })).unwrap();
    let case = store.read(|tx| tx.cases().find(id)).unwrap().unwrap();
    assert_eq!(case.created_at, now);
    let refused = store.read::<_, StoreError>(|tx| tx.cases().insert(&NewCase { record: CaseRecord::default(), created_at: now }));
    assert!(matches!(refused, Err(StoreError::Refused(_))));
    let template = store.read(|tx| tx.plans().list_templates()).unwrap();
    assert_eq!(template[0].attempts[3].after_hours, 2160);
}
