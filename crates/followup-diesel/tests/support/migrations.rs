//! Migrations: there and back, by several at once, and what a store says of a schema that is not its own.

use std::thread;

use followup_diesel::{MigrateError, MigratingStore};
use followup_domain::ports::{CaseQuery, PageRequest, StoreError};
use followup_testkit::builders::{at, automatic, new_case};

use super::{Rig, port, read, write};

pub fn a_database_goes_up_and_down_and_up_again(rig: &dyn Rig) {
    let applied = rig.store().migrate().unwrap().applied;
    assert_eq!(applied.len(), 11);
    assert_eq!(rig.store().migrate().unwrap().applied, Vec::<String>::new());
    // With rows that refer to each other in a circle.
    write(rig, |tx| {
        let case_id = tx.cases().insert(&new_case())?;
        let id = tx.messages().insert_outbound(&automatic(case_id, "a"))?.id();
        tx.requests().reserve_automatic(case_id, id, at(0), chrono::Duration::hours(1))
    });
    rig.revert_all();
    assert!(port(rig).check().is_err());
    assert_eq!(rig.store().migrate().unwrap().applied, applied);
    assert_eq!(port(rig).check(), Ok(()));
    let page = read(rig, |tx| tx.cases().list(&CaseQuery::default(), PageRequest { offset: 0, limit: 1 }));
    assert_eq!(page.total, 0);
}

pub fn several_that_migrate_at_once_agree(stores: &[Box<dyn MigratingStore>]) {
    let applied: Vec<usize> = thread::scope(|scope| {
        let threads: Vec<_> = stores.iter().map(|store| scope.spawn(|| store.migrate().unwrap().applied.len())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(applied.iter().sum::<usize>(), 11, "{applied:?}");
    assert!(stores.iter().all(|store| store.check().is_ok()));
}

pub fn a_schema_that_is_not_its_own_is_named(rig: &dyn Rig) {
    let Err(StoreError::Refused(text)) = port(rig).check() else { panic!("an empty database has no schema") };
    assert!(text.contains("20261121000001") && text.contains("20261121000011"), "{text}");

    rig.store().migrate().unwrap();
    rig.execute("DELETE FROM __diesel_schema_migrations WHERE version = '20261121000011'").unwrap();
    let Err(StoreError::Refused(text)) = port(rig).check() else { panic!("one migration is pending") };
    assert!(!text.contains("20261121000010") && text.contains("20261121000011"), "{text}");

    rig.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('20261121000011'), ('29990101000000')").unwrap();
    let Err(StoreError::Refused(text)) = port(rig).check() else { panic!("one migration is unknown") };
    assert!(text.contains("29990101000000") && !text.contains("20261121000011"), "{text}");
    assert_eq!(rig.store().migrate(), Err(MigrateError::Unknown(vec!["29990101000000".into()])));
}
