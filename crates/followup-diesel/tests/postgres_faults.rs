//! What the store says while a Postgres is out of order, and that it recovers.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use followup_diesel::{MigratingStore, PostgresOptions, PostgresStore};
use followup_domain::ids::CaseId;
use followup_domain::ports::{Store, StoreError, StoreExt};
use followup_testkit::builders::{new_case, outbound};
use followup_testkit::fakes::salts;
use followup_testkit::rigs::postgres::PostgresCluster;
use followup_testkit::rigs::proxy::FaultyProxy;

/// Far longer than anything takes.
const LONG: Duration = Duration::from_secs(60);

fn open(url: &str, seconds: u64) -> PostgresStore {
    PostgresStore::open(url, PostgresOptions { pool_size: 2, timeout: Duration::from_secs(seconds) }, salts()).unwrap()
}

fn a_case(store: &PostgresStore) -> CaseId {
    store.write::<_, StoreError>(|tx| tx.cases().insert(&new_case())).unwrap()
}

fn unavailable<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> String {
    match outcome {
        Err(StoreError::Unavailable(text)) => text,
        other => panic!("{other:?}"),
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < LONG, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// diesel does not tell SQLSTATE, and only a superuser may choose the language.
#[test]
fn a_server_that_speaks_spanish_is_understood() {
    let cluster = PostgresCluster::speaking("es");
    let database = cluster.create_database();
    cluster.execute("postgres", &format!("CREATE ROLE plain LOGIN; ALTER DATABASE {} OWNER TO plain", database.name));
    let store = open(&database.url.replace("postgres@", "plain@"), 3);
    store.migrate().unwrap();
    let case_id = a_case(&store);
    let lock = || store.write(|tx| tx.cases().find_for_update(case_id));
    let wanted = "SELECT 1 FROM icsr FOR UPDATE";

    let held = cluster.hold(&database.name, &format!("BEGIN; {wanted}"));
    println!("lock timeout: {}", unavailable(lock()));
    let cancelled = std::thread::scope(|scope| {
        let waiting = scope.spawn(lock);
        let cancel = "SELECT count(*) FROM (SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND wait_event_type = 'Lock') AS cancelled";
        wait_until("somebody waits for the lock", || cluster.execute(&database.name, cancel) != "0");
        waiting.join().unwrap()
    });
    println!("cancelled: {}", unavailable(cancelled));
    drop(held);

    let terminated = store.write(|tx| {
        tx.cases().insert(&new_case())?;
        let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE state LIKE 'idle in%' AND usename = 'plain'";
        cluster.execute(&database.name, end);
        tx.cases().insert(&new_case())
    });
    println!("terminated: {}", unavailable(terminated));

    // What is wrong stays wrong.
    let dangling = store.write(|tx| tx.messages().insert_outbound(&outbound(CaseId(99), "k")));
    assert!(matches!(dangling, Err(StoreError::Refused(_))), "{dangling:?}");
    lock().unwrap();

    let by_superuser = open(&database.url, 3);
    let held = cluster.hold(&database.name, &format!("BEGIN; {wanted}"));
    let text = unavailable(by_superuser.write(|tx| tx.cases().find_for_update(case_id)));
    assert_eq!(text, "canceling statement due to lock timeout");
    drop(held);
}

#[test]
fn a_transaction_that_takes_long_and_is_answered_is_not_silent() {
    let url = PostgresCluster::shared().create_database().url;
    let store = open(&url, 2);
    store.migrate().unwrap();
    let case_id = a_case(&store);
    let limit = Duration::from_secs(3);
    let begun = Instant::now();
    let read: Result<Duration, StoreError> = store.read(|tx| {
        // Longer than the server lets any statement take, and the keeper looks every second.
        while begun.elapsed() < 2 * limit {
            tx.cases().find(case_id)?;
        }
        Ok(store.longest_wait())
    });
    assert!(read.unwrap() < limit && !store.has_lost());
}

#[test]
fn a_connection_that_falls_silent_is_given_up_once_a_new_one_works() {
    let cluster = PostgresCluster::shared();
    let url = cluster.create_database().url;
    let proxy = FaultyProxy::start(cluster.port());
    let store = Arc::new(open(&url.replace(&cluster.port().to_string(), &proxy.port.to_string()), 2));
    store.migrate().unwrap();
    let case_id = a_case(&store);

    proxy.freeze();
    let waiting = {
        let store = Arc::clone(&store);
        std::thread::spawn(move || store.read(|tx| tx.cases().find(case_id)))
    };
    assert!(!store.is_lost(waiting.thread().id()));
    wait_until("the connection is given up", || store.is_lost(waiting.thread().id()));
    assert!(store.longest_wait() > Duration::from_secs(3), "not before it was silent for too long");
    let since = Instant::now();
    assert!(store.read(|tx| tx.cases().find(case_id)).unwrap().is_some());
    println!("read {:?} after the connection was given up", since.elapsed());
    assert_eq!(store.check(), Ok(()));

    // It had not begun its transaction: once its connection ends it does so on another.
    proxy.cut();
    assert!(waiting.join().unwrap().unwrap().is_some());
    assert_eq!(store.longest_wait(), Duration::ZERO);
}
