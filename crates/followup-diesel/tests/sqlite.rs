//! The store port's promises on SQLite: in a file, and in memory.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::Path;

use followup_diesel::{MigratingStore, OpenError, SqliteOptions, SqliteStore};
use followup_domain::ports::{NewCase, Store, StoreError, StoreExt};
use followup_testkit::builders::{at, new_case};
use followup_testkit::fakes::salts;
use support::sqlite::SqliteRig;
use support::{Rig, guards, migrations, tolerance, write};

/// As the owner of the file may.
const UNLOCK: [&str; 2] = ["DROP TRIGGER audit_log_is_not_changed", "DROP TRIGGER audit_fact_is_not_changed"];

mod in_file {
    use std::ops::Deref;

    use followup_diesel::SqliteStore;

    use super::support::sqlite::SqliteRig;

    impl Deref for SqliteRig {
        type Target = SqliteStore;

        fn deref(&self) -> &SqliteStore {
            &self.store
        }
    }

    fn make_store() -> SqliteRig {
        SqliteRig::migrated()
    }

    followup_testkit::contract_suite!(make_store);
}

mod in_memory {
    use followup_diesel::{MigratingStore, SqliteStore};

    fn make_store() -> Box<SqliteStore> {
        let store = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
        store.migrate().unwrap();
        Box::new(store)
    }

    followup_testkit::contract_suite_on_one_connection!(make_store);
}

#[test]
fn the_content_of_a_message_cannot_be_rewritten() {
    guards::the_content_of_a_message_cannot_be_rewritten(&SqliteRig::migrated());
}

#[test]
fn a_queued_manual_text_is_final_and_an_automatic_one_is_not() {
    guards::a_queued_manual_text_is_final_and_an_automatic_one_is_not(&SqliteRig::migrated());
}

#[test]
fn a_message_gets_a_case_once_and_its_states_may_change() {
    guards::a_message_gets_a_case_once_and_its_states_may_change(&SqliteRig::migrated());
}

#[test]
fn what_was_decided_about_mail_cannot_be_rewritten() {
    guards::what_was_decided_about_mail_cannot_be_rewritten(&SqliteRig::migrated());
}

#[test]
fn a_logged_call_cannot_be_rewritten() {
    guards::a_logged_call_cannot_be_rewritten(&SqliteRig::migrated());
}

#[test]
fn the_ledger_of_fields_only_grows() {
    guards::the_ledger_of_fields_only_grows(&SqliteRig::migrated());
}

#[test]
fn what_another_release_stored_is_listed_shown_and_kept() {
    tolerance::what_another_release_stored_is_listed_shown_and_kept(&SqliteRig::migrated());
}

#[test]
fn a_case_that_cannot_be_read_hides_no_other_and_is_named() {
    tolerance::a_case_that_cannot_be_read_hides_no_other_and_is_named(&SqliteRig::migrated());
}

#[test]
fn the_release_before_goes_on_working_on_the_schema_of_the_next() {
    tolerance::the_release_before_goes_on_working_on_the_schema_of_the_next(&SqliteRig::migrated());
}

#[test]
fn what_was_sent_received_or_asked_cannot_be_deleted() {
    let rig = SqliteRig::migrated();
    guards::what_was_sent_received_or_asked_cannot_be_deleted(&rig);
    // REPLACE deletes, too.
    for table in ["content", "audit_log", "audit_fact", "audit_head"] {
        assert!(rig.execute(&format!("REPLACE INTO {table} SELECT * FROM {table}")).is_err(), "{table}");
    }
}

#[test]
fn the_audit_trail_cannot_be_changed_and_foul_play_is_found() {
    let rig = SqliteRig::migrated();
    guards::the_audit_trail_cannot_be_changed_and_foul_play_is_found(&rig, &UNLOCK);
}

#[test]
fn a_fact_without_its_value_breaks_no_chain_and_one_without_its_salt_cannot_be() {
    let rig = SqliteRig::migrated();
    guards::a_fact_without_its_value_breaks_no_chain_and_one_without_its_salt_cannot_be(&rig, &UNLOCK);
}

#[test]
fn a_database_goes_up_and_down_and_up_again() {
    migrations::a_database_goes_up_and_down_and_up_again(&SqliteRig::unmigrated());
}

#[test]
fn going_back_keeps_what_the_schema_before_has_and_coming_again_loses_nothing() {
    migrations::going_back_keeps_what_the_schema_before_has_and_coming_again_loses_nothing(&SqliteRig::migrated());
}

#[test]
fn several_that_migrate_at_once_agree() {
    let rig = SqliteRig::unmigrated();
    let open = || SqliteStore::open(&rig.path, SqliteOptions::default(), salts()).unwrap();
    let stores: Vec<Box<dyn MigratingStore>> = vec![Box::new(open()), Box::new(open()), Box::new(open())];
    migrations::several_that_migrate_at_once_agree(&stores);
}

#[test]
fn a_schema_that_is_not_its_own_is_named() {
    migrations::a_schema_that_is_not_its_own_is_named(&SqliteRig::unmigrated());
}

#[test]
fn instants_have_one_width_so_that_their_order_as_text_is_their_order_in_time() {
    let rig = SqliteRig::migrated();
    for micros in [0, 1, 1_000, 500_000, 999_999, 1_000_000] {
        let created_at = at(0) + chrono::Duration::microseconds(micros) + chrono::Duration::nanoseconds(999);
        write(&rig, |tx| tx.cases().insert(&NewCase { created_at, ..new_case() }));
    }
    let mut texts = rig.texts("SELECT created_at AS text FROM icsr ORDER BY id");
    assert_eq!(texts[3], "2026-01-05 14:00:00.500000+00:00");
    assert!(texts.iter().all(|text| text.len() == texts[0].len()), "{texts:?}");
    let in_time = texts.clone();
    texts.sort();
    assert_eq!(texts, in_time);
}

#[test]
fn every_connection_keeps_commits_and_foreign_keys() {
    let rig = SqliteRig::migrated();
    assert_eq!(rig.texts("SELECT journal_mode AS text FROM pragma_journal_mode"), ["wal"]);
    let dangling =
        rig.store.write(|tx| tx.messages().insert_outbound(&followup_testkit::builders::outbound(followup_domain::ids::CaseId(9), "k")));
    assert!(matches!(dangling, Err(StoreError::Refused(_))), "{dangling:?}");
}

#[test]
fn a_writer_of_another_process_is_waited_for_and_then_told() {
    let rig = SqliteRig::migrated();
    let patience = std::time::Duration::from_secs(1);
    let impatient = SqliteStore::open(&rig.path, SqliteOptions { patience, ..SqliteOptions::default() }, salts()).unwrap();
    let outcome = rig.store.write(|tx| {
        tx.cases().insert(&new_case())?;
        // Another thread, because a thread has one transaction.
        let blocked = std::thread::scope(|scope| scope.spawn(|| impatient.write(|tx| tx.cases().insert(&new_case()))).join()).unwrap();
        assert!(matches!(blocked, Err(StoreError::Unavailable(_))), "{blocked:?}");
        Ok::<_, StoreError>(())
    });
    assert_eq!(outcome, Ok(()));
    impatient.write::<_, StoreError>(|tx| tx.cases().insert(&new_case())).unwrap();
}

#[test]
fn a_pool_without_a_free_connection_is_unavailable() {
    let patience = std::time::Duration::from_secs(1);
    let rig = SqliteRig::migrated();
    let store = SqliteStore::open(&rig.path, SqliteOptions { pool_size: 1, patience }, salts()).unwrap();
    store
        .read(|_| {
            let second = std::thread::scope(|scope| scope.spawn(|| store.read(|tx| tx.users().count())).join()).unwrap();
            assert!(matches!(second, Err(StoreError::Unavailable(_))), "{second:?}");
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(store.check(), Ok(()));
}

#[test]
fn background_work_has_connections_of_its_own() {
    let rig = SqliteRig::migrated();
    let store = SqliteStore::open(&rig.path, SqliteOptions { pool_size: 1, ..SqliteOptions::default() }, salts()).unwrap();
    let background = store.for_background().unwrap();
    store
        .read(|_| {
            let write = || background.write(|tx| tx.cases().insert(&new_case()));
            std::thread::scope(|scope| scope.spawn(write).join()).unwrap()
        })
        .unwrap();
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let Err(OpenError::Database(text)) = SqliteStore::open(Path::new("/nonexistent/followup.db"), SqliteOptions::default(), salts()) else {
        panic!("the folder does not exist")
    };
    assert!(text.contains("/nonexistent/followup.db"), "{text}");
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let rig = SqliteRig::migrated();
    let wal = rig.path.with_extension("db-wal");
    for file in [&rig.path, &wal] {
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
}

#[test]
fn a_url_opens_the_file_it_names() {
    let rig = SqliteRig::migrated();
    let store = followup_diesel::open(&format!("sqlite:{}", rig.path.display()), 2, salts()).unwrap();
    assert_eq!(store.check(), Ok(()));
}

#[test]
fn a_url_of_a_database_in_memory_makes_no_file() {
    let store = followup_diesel::open("sqlite::memory:", 2, salts()).unwrap();
    store.migrate().unwrap();
    assert_eq!(store.check(), Ok(()));
    assert!(!Path::new(":memory:").exists());
}
