//! Dispatchers that are killed at any moment, and a mail server that misbehaves: nothing is sent twice, nothing is lost.
//!
//! `FOLLOWUP_CHAOS_KILLS` and `FOLLOWUP_CHAOS_SEED` make the runs longer and other ones; `cargo xtask chaos` sets them.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod fleet;
mod frozen;
mod mischief;
mod outage;
mod proof;
mod text_proof;
mod texts;
mod unit;

use std::sync::Arc;
use std::time::Duration;

use followup_testkit::chaos::{Plan, Random};
use followup_testkit::rigs::sink::{Security, Sink};

use fleet::Fleet;
use mischief::Mischief;
use unit::Unit;

/// New cases for each dispatcher before each round, so that there is always something to be killed at.
const CASES_A_ROUND: usize = 14;
/// How often each dispatcher is started in a round.
const STARTS_A_ROUND: u32 = 4;
/// Rounds in which what is left must settle, once nobody is killed and the server behaves.
const LAST_ROUNDS: u32 = 40;

fn killed_dispatchers_send_nothing_twice(mut unit: Unit, dispatchers: usize, plan: Plan) {
    let Plan { kills, seed } = plan;
    println!("{dispatchers} dispatchers on {}: kills={kills} seed={seed}", unit.database());
    let mut random = Random::new(seed);
    let fleet = Arc::new(Fleet::new(dispatchers, kills));
    let mischief = Arc::new(Mischief::new(random.fork(), Arc::clone(&fleet)));
    let sink = Sink::with_doors(dispatchers, Security::Plain, mischief.script());

    while fleet.kills() < kills {
        unit.time_passes();
        unit.new_cases(CASES_A_ROUND * dispatchers);
        std::thread::scope(|scope| {
            for number in 0..dispatchers {
                let (fleet, unit, mut random, port) = (&fleet, &unit, random.fork(), sink.port_of(number));
                scope.spawn(move || {
                    for _ in 0..STARTS_A_ROUND {
                        // Some die while they start, most while they send.
                        let longest = if random.percent(30) { 400 } else { 3000 };
                        let fuse = Duration::from_millis(20 + random.below(longest));
                        fleet.run(number, unit.dispatcher(port), Some(fuse));
                    }
                });
            }
        });
    }
    mischief.stop();
    settle(&mut unit, &fleet, &sink, dispatchers);
    proof::check(&unit, &sink.accepted(), &fleet, &mischief);
}

/// Nobody is killed any more: what is left settles.
fn settle(unit: &mut Unit, fleet: &Fleet, sink: &Sink, dispatchers: usize) {
    for _ in 0..LAST_ROUNDS {
        unit.time_passes();
        std::thread::scope(|scope| {
            for number in 0..dispatchers {
                let (unit, port) = (&*unit, sink.port_of(number));
                scope.spawn(move || fleet.run(number, unit.dispatcher(port), None));
            }
        });
        if unit.unsettled() == 0 {
            return;
        }
    }
    panic!("{} messages did not settle in {LAST_ROUNDS} rounds without faults", unit.unsettled());
}

#[test]
fn one_dispatcher_on_postgres_killed_at_any_moment_sends_nothing_twice() {
    killed_dispatchers_send_nothing_twice(Unit::on_postgres(), 1, Plan::from_environment(12, 41));
}

#[test]
fn four_dispatchers_on_postgres_killed_at_any_moment_send_nothing_twice() {
    killed_dispatchers_send_nothing_twice(Unit::on_postgres(), 4, Plan::from_environment(30, 42));
}

#[test]
fn two_dispatchers_on_sqlite_killed_at_any_moment_send_nothing_twice() {
    killed_dispatchers_send_nothing_twice(Unit::on_sqlite(), 2, Plan::from_environment(20, 43));
}
