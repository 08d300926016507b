//! A mail server that is out of order, met by several dispatchers at once; and the cap of an address.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

use followup_domain::asking::plan::AttemptStatus;
use followup_testkit::rigs::postgres::{Durability, PostgresCluster};
use followup_testkit::rigs::sink::{Act, Moment, Security, Sink, Stage};

use crate::fleet::Fleet;
use crate::unit::Unit;

const DISPATCHERS: usize = 4;
const CASES: usize = 40;
/// How long a database is away: longer than a connection is waited for a few times.
const AWAY: Duration = Duration::from_secs(12);

/// Each dispatcher runs once, all at the same time.
fn all_run(unit: &Unit, sink: &Sink, settings: &[(&str, &str)]) {
    let fleet = Fleet::new(DISPATCHERS, 0);
    std::thread::scope(|scope| {
        for number in 0..DISPATCHERS {
            let (fleet, mut command) = (&fleet, unit.dispatcher(sink.port()));
            command.envs(settings.iter().copied());
            scope.spawn(move || fleet.run(number, command, None));
        }
    });
}

#[test]
fn an_outage_met_by_four_dispatchers_costs_no_attempt_and_no_flood_follows() {
    let mut unit = Unit::on_postgres();
    unit.new_cases(CASES);
    let works = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&works);
    let script = move |moment: Moment| {
        let is_out_of_order = moment.stage == Stage::Mail && !asked.load(Ordering::SeqCst);
        is_out_of_order.then_some(Act::Say(b"451 4.3.0 Out of order\r\n"))
    };
    let sink = Sink::with_doors(1, Security::Plain, Arc::new(script));
    let began = Instant::now();
    for _ in 0..5 {
        all_run(&unit, &sink, &[]);
    }
    // Three open the breaker; each of the others may be at it at that moment. On a machine that is slow beyond measure the pause ends.
    let (tried, pauses) = (sink.sessions(), began.elapsed().as_secs() / 24);
    assert!((3..=3 + DISPATCHERS as u64 + pauses).contains(&tried), "{tried} letters were tried");
    assert_eq!(unit.attempts(AttemptStatus::Sending), CASES, "no attempt is spent");

    works.store(true, Ordering::SeqCst);
    unit.time_passes();
    all_run(&unit, &sink, &[]);
    let first = sink.accepted().len();
    assert!((1..=10).contains(&first), "{first} letters in the first minute");
    unit.time_passes();
    all_run(&unit, &sink, &[]);
    assert_eq!((sink.accepted().len(), unit.attempts(AttemptStatus::Sent)), (CASES, CASES));
}

#[test]
fn a_server_that_is_gone_is_no_failure_of_a_run_or_of_a_letter() {
    let mut unit = Unit::on_sqlite();
    unit.new_cases(CASES);
    let mut sink = Sink::start(&[]);
    sink.close();
    for _ in 0..3 {
        all_run(&unit, &sink, &[]);
    }
    assert_eq!(unit.attempts(AttemptStatus::Sending), CASES);
    sink.open();
    for _ in 0..2 {
        unit.time_passes();
        all_run(&unit, &sink, &[]);
    }
    assert_eq!((sink.accepted().len(), unit.attempts(AttemptStatus::Sent)), (CASES, CASES));
}

#[test]
fn a_database_that_crashes_when_the_answer_comes_turns_no_acceptance_into_doubt() {
    let cluster = Arc::new(Mutex::new(PostgresCluster::start(Durability::Full)));
    let mut unit = Unit::on_cluster(&cluster.lock().unwrap());
    unit.new_cases(6);
    let (crashes, recovered) = (Arc::new(AtomicU32::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (database, count, times) = (Arc::clone(&cluster), Arc::clone(&crashes), Arc::clone(&recovered));
    // After the server kept the first letter, and before it says so, the database crashes; it comes back while the answer is recorded.
    let script = move |moment: Moment| {
        if moment.stage == Stage::Accepted && count.fetch_add(1, Ordering::SeqCst) == 0 {
            database.lock().unwrap().crash();
            let (database, times) = (Arc::clone(&database), Arc::clone(&times));
            std::thread::spawn(move || {
                let began = Instant::now();
                std::thread::sleep(AWAY);
                database.lock().unwrap().restart();
                times.lock().unwrap().push(began.elapsed());
            });
        }
        None
    };
    let sink = Sink::with_doors(1, Security::Plain, Arc::new(script));
    Fleet::new(1, 0).run(0, unit.dispatcher(sink.port()), None);
    assert_eq!((sink.accepted().len(), unit.attempts(AttemptStatus::Sent), unit.uncertain().len()), (6, 6, 0));
    println!("a crash of Postgres, up again after {:?}: no doubt", recovered.lock().unwrap());
}

#[test]
fn four_dispatchers_at_once_keep_the_cap_of_an_address() {
    let mut unit = Unit::on_postgres();
    unit.contact = |_| "rojas@clinic.test".into();
    unit.new_cases(20);
    // All four have their first letter ready at the same instant.
    let ready = Barrier::new(DISPATCHERS);
    let script = move |moment: Moment| {
        if moment.stage == Stage::Rcpt && moment.session <= DISPATCHERS as u64 {
            ready.wait();
        }
        None
    };
    let sink = Sink::with_doors(1, Security::Plain, Arc::new(script));
    let cap = [("AUTO_FOLLOWUP_DAILY_CAP", "1")];
    for _ in 0..2 {
        all_run(&unit, &sink, &cap);
        unit.time_passes();
    }
    assert_eq!((sink.accepted().len(), unit.attempts(AttemptStatus::Sent)), (1, 1));
    assert_eq!(unit.attempts(AttemptStatus::Sending), 19, "the others wait");
}
