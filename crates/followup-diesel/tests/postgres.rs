//! The store port's promises on Postgres: a private cluster, a fresh database for each test.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use diesel::prelude::*;
use followup_diesel::{MigratingStore, PostgresStore};
use followup_domain::ids::CaseId;
use followup_domain::ports::{Store, StoreError, StoreExt};
use followup_testkit::builders::new_case;
use followup_testkit::fakes::salts;
use followup_testkit::one_letter::OneLetter;
use followup_testkit::rigs::postgres::{Durability, PostgresCluster};
use support::postgres::PostgresRig;
use support::{Rig, guards, migrations, tolerance, write};

/// As the owner of the database may.
const UNLOCK: [&str; 2] = ["DROP TRIGGER audit_log_is_kept ON audit_log", "DROP TRIGGER audit_fact_is_not_changed ON audit_fact"];

mod contract {
    use std::ops::Deref;

    use followup_diesel::PostgresStore;

    use super::support::postgres::PostgresRig;

    impl Deref for PostgresRig {
        type Target = PostgresStore;

        fn deref(&self) -> &PostgresStore {
            &self.store
        }
    }

    fn make_store() -> PostgresRig {
        PostgresRig::migrated()
    }

    followup_testkit::contract_suite!(make_store);
}

#[test]
fn the_content_of_a_message_cannot_be_rewritten() {
    guards::the_content_of_a_message_cannot_be_rewritten(&PostgresRig::migrated());
}

#[test]
fn a_queued_manual_text_is_final_and_an_automatic_one_is_not() {
    guards::a_queued_manual_text_is_final_and_an_automatic_one_is_not(&PostgresRig::migrated());
}

#[test]
fn a_message_gets_a_case_once_and_its_states_may_change() {
    guards::a_message_gets_a_case_once_and_its_states_may_change(&PostgresRig::migrated());
}

#[test]
fn what_was_decided_about_mail_cannot_be_rewritten() {
    guards::what_was_decided_about_mail_cannot_be_rewritten(&PostgresRig::migrated());
}

#[test]
fn a_logged_call_cannot_be_rewritten() {
    guards::a_logged_call_cannot_be_rewritten(&PostgresRig::migrated());
}

#[test]
fn the_ledger_of_fields_only_grows() {
    guards::the_ledger_of_fields_only_grows(&PostgresRig::migrated());
}

#[test]
fn what_another_release_stored_is_listed_shown_and_kept() {
    tolerance::what_another_release_stored_is_listed_shown_and_kept(&PostgresRig::migrated());
}

#[test]
fn a_case_that_cannot_be_read_hides_no_other_and_is_named() {
    tolerance::a_case_that_cannot_be_read_hides_no_other_and_is_named(&PostgresRig::migrated());
}

#[test]
fn the_release_before_goes_on_working_on_the_schema_of_the_next() {
    tolerance::the_release_before_goes_on_working_on_the_schema_of_the_next(&PostgresRig::migrated());
}

#[test]
fn what_was_sent_received_or_asked_cannot_be_deleted() {
    let rig = PostgresRig::migrated();
    guards::what_was_sent_received_or_asked_cannot_be_deleted(&rig);
    for table in guards::KEPT {
        let refusal = rig.execute(&format!("TRUNCATE {table} CASCADE")).unwrap_err();
        assert!(refusal.contains("never changed or deleted (truncate)"), "{table}: {refusal}");
    }
}

#[test]
fn the_audit_trail_cannot_be_changed_and_foul_play_is_found() {
    let rig = PostgresRig::migrated();
    guards::the_audit_trail_cannot_be_changed_and_foul_play_is_found(&rig, &UNLOCK);
}

#[test]
fn a_fact_without_its_value_breaks_no_chain_and_one_without_its_salt_cannot_be() {
    let rig = PostgresRig::migrated();
    guards::a_fact_without_its_value_breaks_no_chain_and_one_without_its_salt_cannot_be(&rig, &UNLOCK);
}

#[test]
fn a_database_goes_up_and_down_and_up_again() {
    migrations::a_database_goes_up_and_down_and_up_again(&PostgresRig::unmigrated());
}

#[test]
fn going_back_keeps_what_the_schema_before_has_and_coming_again_loses_nothing() {
    migrations::going_back_keeps_what_the_schema_before_has_and_coming_again_loses_nothing(&PostgresRig::migrated());
}

#[test]
fn several_that_migrate_at_once_agree() {
    let rig = PostgresRig::unmigrated();
    let open = || PostgresStore::connect(&rig.url, 1, salts()).unwrap();
    let stores: Vec<Box<dyn MigratingStore>> = vec![Box::new(open()), Box::new(open()), Box::new(open())];
    migrations::several_that_migrate_at_once_agree(&stores);
}

#[test]
fn a_schema_that_is_not_its_own_is_named() {
    migrations::a_schema_that_is_not_its_own_is_named(&PostgresRig::unmigrated());
}

#[test]
fn a_claimer_passes_over_what_another_is_taking_and_does_not_wait() {
    let rig = PostgresRig::migrated();
    let case_id = write(&rig, |tx| tx.cases().insert(&new_case()));
    let builders = |key| followup_testkit::builders::outbound(case_id, key);
    let taken = write(&rig, |tx| tx.messages().insert_outbound(&builders("a"))).id();
    let free = write(&rig, |tx| tx.messages().insert_outbound(&builders("b"))).id();
    let mut other = rig.connect();
    other
        .transaction(|conn| {
            diesel::sql_query(format!("SELECT 1 FROM message_queue WHERE message_id = {taken} FOR UPDATE")).execute(conn)?;
            let lease = followup_testkit::builders::lease("t", followup_testkit::builders::at(60));
            let claimed = write(&rig, |tx| tx.dispatch().claim_mail(followup_testkit::builders::at(0), &lease, 10));
            assert_eq!(claimed.iter().map(|claimed| claimed.message_id).collect::<Vec<_>>(), [free]);
            diesel::QueryResult::Ok(())
        })
        .unwrap();
}

/// Each locks its own case and then the other's: the server ends one of them, which is then run again.
#[test]
fn a_deadlock_is_run_again_and_both_succeed() {
    let rig = PostgresRig::migrated();
    let cases: Vec<CaseId> = (0..2).map(|_| write(&rig, |tx| tx.cases().insert(&new_case()))).collect();
    let both_hold_one = std::sync::Barrier::new(2);
    let runs = std::sync::atomic::AtomicUsize::new(0);
    let lock_both = |first: CaseId, second: CaseId| {
        let mut first_run = true;
        rig.store.write::<_, StoreError>(|tx| {
            runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            tx.cases().find_for_update(first)?;
            if std::mem::take(&mut first_run) {
                both_hold_one.wait();
            }
            tx.cases().find_for_update(second).map(|case| case.is_some())
        })
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| lock_both(cases[1], cases[0]));
        assert_eq!(lock_both(cases[0], cases[1]), Ok(true));
        assert_eq!(other.join().unwrap(), Ok(true));
    });
    // Run again, one of them may meet the other once more.
    assert!(runs.into_inner() >= 3);
}

#[test]
fn a_store_outlives_a_restart_of_the_server() {
    let mut cluster = PostgresCluster::start(Durability::Fast);
    let store = PostgresStore::connect(&cluster.create_database().url, 3, salts()).unwrap();
    store.migrate().unwrap();
    let case_id = store.write::<_, StoreError>(|tx| tx.cases().insert(&new_case())).unwrap();
    // Several connections of the pool will be dead.
    let meet = std::sync::Barrier::new(3);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                store.read::<_, StoreError>(|_| {
                    meet.wait();
                    Ok(())
                })
            });
        }
    });
    cluster.stop();
    let down = store.read(|tx| tx.cases().find(case_id));
    assert!(matches!(down, Err(StoreError::Unavailable(_))), "{down:?}");
    assert!(matches!(store.check(), Err(StoreError::Unavailable(_))));
    cluster.restart();
    assert!(store.read::<_, StoreError>(|tx| tx.cases().find(case_id)).unwrap().is_some());
    assert_eq!(store.check(), Ok(()));
}

#[test]
fn a_connection_lost_within_a_transaction_is_unavailable_and_undoes_it() {
    let rig = PostgresRig::migrated();
    let outcome = rig.store.write(|tx| {
        tx.cases().insert(&new_case())?;
        rig.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'")
            .unwrap();
        tx.cases().insert(&new_case())
    });
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert_eq!(rig.texts("SELECT count(*)::text AS text FROM icsr"), ["0"]);
    write(&rig, |tx| tx.cases().insert(&new_case()));
}

#[test]
fn a_wrong_password_is_not_repeated_in_the_error() {
    let rig = PostgresRig::migrated();
    rig.execute("SELECT 1").unwrap();
    let url = rig.url.replace("postgres@", "nobody-known:s3cr3t-word@");
    let store = PostgresStore::connect(&url, 1, salts()).unwrap();
    let Err(StoreError::Unavailable(text)) = store.check() else { panic!("the role does not exist") };
    assert!(!text.contains("s3cr3t-word"), "{text}");
    assert!(!format!("{store:?}").contains("s3cr3t-word"));
}

#[cfg(not(feature = "postgres-tls"))]
#[test]
fn a_remote_host_in_clear_text_is_refused_in_one_sentence() {
    let Err(refusal) = followup_diesel::open("postgres://u:s3cr3t@db.example.org/x", 1, salts()).map(|_| ()) else {
        panic!("it is remote")
    };
    let text = refusal.to_string();
    assert!(text.starts_with("DATABASE_URL names the remote host db.example.org") && !text.contains("s3cr3t"), "{text}");
    assert!(followup_diesel::open("postgres://u@db.example.org/x?sslmode=disable", 1, salts()).is_ok());
}
