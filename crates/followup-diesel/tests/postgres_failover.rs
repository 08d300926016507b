//! Several hosts, a standby that takes the primary's place, and commits that wait for it.
#![cfg(feature = "postgres")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use followup_diesel::{MigratingStore, PostgresOptions, PostgresStore};
use followup_domain::ids::CaseId;
use followup_domain::ports::{Standbys, Store, StoreError, StoreExt};
use followup_testkit::builders::new_case;
use followup_testkit::fakes::salts;
use followup_testkit::rigs::postgres::{PostgresCluster, PostgresPair, TestDatabase};
use followup_testkit::rigs::proxy::{Fault, FaultyProxy, Harm, Place};

/// Far longer than anything takes.
const LONG: Duration = Duration::from_secs(60);

fn open(url: &str) -> PostgresStore {
    PostgresStore::open(url, PostgresOptions { pool_size: 3, ..PostgresOptions::default() }, salts()).unwrap()
}

/// The URL of these ports of this machine.
fn on_ports(database: &TestDatabase, ports: &[u16]) -> String {
    let hosts: Vec<String> = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
    format!("postgres://postgres@{}/{}", hosts.join(","), database.name)
}

fn write(store: &dyn Store) -> Result<CaseId, StoreError> {
    store.write(|tx| tx.cases().insert(&new_case()))
}

/// Whether writing succeeds soon. Whoever waits on a connection to a server that hangs may wait for ever, so it is left behind.
fn is_written_to(store: &Arc<PostgresStore>) -> bool {
    let (tell, told) = mpsc::channel();
    let store = Arc::clone(store);
    std::thread::spawn(move || tell.send(write(&*store).is_ok()));
    told.recv_timeout(Duration::from_secs(1)).unwrap_or(false)
}

fn count(cluster: &PostgresCluster, database: &TestDatabase) -> String {
    cluster.execute(&database.name, "SELECT count(*) FROM icsr")
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < LONG, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
    since.elapsed()
}

#[test]
fn a_silent_first_host_costs_its_time_and_no_more() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    let silent = FaultyProxy::start(cluster.port());
    silent.swallow(true);
    // libpq would begin with any.
    let url = on_ports(&database, &[silent.port, cluster.port()]) + "?load_balance_hosts=disable";
    let store = open(&url);
    store.migrate().unwrap();
    assert_eq!(store.check(), Ok(()));
    assert!(silent.accepted() > 0, "it was asked");
}

#[test]
fn when_a_hung_primary_is_replaced_its_connections_are_given_up_and_it_is_not_gone_back_to() {
    let mut pair = PostgresPair::start();
    let database = pair.primary().create_database();
    let ports = [pair.primary().port(), pair.standby().port()];
    // Limits of 30 s: it is not they that end the waiting.
    let store = Arc::new(open(&on_ports(&database, &ports)));
    store.migrate().unwrap();
    write(&*store).unwrap();

    pair.primary().freeze();
    let waiting = {
        let store = Arc::clone(&store);
        std::thread::spawn(move || write(&*store))
    };
    pair.promote();
    let healed = wait_until("the new primary is written to", || is_written_to(&store));
    println!("a hung primary: written to the new one {healed:?} after it was promoted");
    wait_until("whoever waits is given up", || store.is_lost(waiting.thread().id()) && store.has_lost());

    // It believes that it is the primary, and nothing goes to it; then it ends, and with it what had waited on it.
    pair.standby().thaw();
    let before: u32 = count(pair.primary(), &database).parse().unwrap();
    let written = (0..12).filter(|_| is_written_to(&store)).count();
    assert!(written > 0);
    pair.standby_mut().kill();
    let lost = waiting.join().unwrap();
    wait_until("nobody waits", || !store.has_lost());
    let after: u32 = count(pair.primary(), &database).parse().unwrap();
    assert!(after >= before + u32::try_from(written).unwrap(), "{after} after {before}: {written} were confirmed");
    println!("what had waited on the old primary: {lost:?}");
}

#[test]
fn a_commit_whose_answer_is_lost_is_unknown_and_may_be_in_force() {
    let cluster = PostgresCluster::shared();
    let database = cluster.create_database();
    open(&database.url).migrate().unwrap();
    let proxy = FaultyProxy::start(cluster.port());
    // On every connection: which of the pool's is used nobody tells.
    proxy.plan((0..20).map(|_| Some(Fault { place: Place::Behind(vec!["COMMIT"], 0), harm: Harm::Cut })));
    let outcome = write(&open(&on_ports(&database, &[proxy.port])));
    let Err(StoreError::Unknown(text)) = outcome else { panic!("{outcome:?}") };
    assert!(text.contains("lost in COMMIT"), "{text}");
    assert_eq!(count(cluster, &database), "1");
}

/// A COMMIT that waits for the standby, which does not answer.
const WAITS: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

#[test]
fn a_commit_waits_for_the_standby_whatever_the_limits_and_one_whose_wait_was_cancelled_is_unknown() {
    let pair = PostgresPair::start();
    let database = pair.primary().create_database();
    let options = PostgresOptions { pool_size: 3, timeout: Duration::from_secs(1) };
    let store = PostgresStore::open(&on_ports(&database, &[pair.primary().port()]), options, salts()).unwrap();
    store.migrate().unwrap();
    let waits = || pair.primary().execute("postgres", WAITS) != "0";

    let freeze_and_write = |during: &dyn Fn()| {
        pair.standby().freeze();
        std::thread::scope(|scope| {
            let writing = scope.spawn(|| write(&store));
            wait_until("the COMMIT waits", waits);
            // Longer than the limits of a statement and of silence.
            std::thread::sleep(Duration::from_secs(4));
            assert!(!writing.is_finished());
            while !writing.is_finished() {
                during();
                std::thread::sleep(Duration::from_millis(2_500));
            }
            writing.join().unwrap()
        })
    };
    let confirmed = freeze_and_write(&|| pair.standby().thaw());
    assert!(confirmed.is_ok(), "{confirmed:?}");
    let cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let cancelled = freeze_and_write(&|| drop(pair.primary().execute("postgres", cancel)));
    assert!(matches!(cancelled, Err(StoreError::Unknown(_))), "{cancelled:?}");
    assert!(!store.has_lost(), "whoever waits for a standby waits on a connection that lives");
    pair.standby().thaw();
    assert!(write(&store).is_ok());
}

#[test]
fn a_standby_is_not_read_from_and_a_server_that_was_set_to_read_only_is_not_written_to() {
    let pair = PostgresPair::start();
    let database = pair.primary().create_database();
    let primary = open(&on_ports(&database, &[pair.primary().port()]));
    primary.migrate().unwrap();
    write(&primary).unwrap();

    let standby = open(&on_ports(&database, &[pair.standby().port()]));
    let read = standby.read(|tx| tx.users().count());
    assert!(matches!(&read, Err(StoreError::Unavailable(text)) if text.contains("recovery")), "{read:?}");

    let read_only = |value: &str| {
        pair.primary().execute("postgres", &format!("ALTER SYSTEM SET default_transaction_read_only = {value}"));
        pair.primary().execute("postgres", "SELECT pg_reload_conf()");
    };
    read_only("on");
    wait_until("writing is refused", || matches!(write(&primary), Err(StoreError::Unavailable(_))));
    read_only("off");
    wait_until("writing is taken again", || write(&primary).is_ok());
}

#[test]
fn standbys_that_nobody_waits_for_are_told() {
    let alone = PostgresCluster::shared().create_database();
    assert_eq!(open(&alone.url).standbys(), Ok(Standbys::None));
    let mut pair = PostgresPair::start();
    let database = pair.primary().create_database();
    pair.primary().execute("postgres", "SET synchronous_commit = on; CREATE ROLE plain LOGIN");
    let ports = [pair.primary().port(), pair.standby().port()];
    let store = open(&on_ports(&database, &ports).replace("postgres@", "plain@"));
    assert_eq!(store.standbys(), Ok(Standbys::Synchronous));
    pair.primary_mut().kill();
    pair.promote();
    wait_until("the new primary is asked", || store.standbys() == Ok(Standbys::Asynchronous));
    pair.rejoin();
    assert_eq!(store.standbys(), Ok(Standbys::Synchronous));
}
