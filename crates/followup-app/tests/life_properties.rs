//! Whatever happens, in whatever order: what the unit may rely on holds. Random lives of a few cases, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod life;
mod support;

use std::sync::{Arc, OnceLock};

use chrono::{Duration, NaiveTime, Weekday};
use followup_diesel::{MigratingStore, PostgresStore, SqliteStore};
use followup_domain::asking::window::SendWindow;
use followup_domain::contact::EmailAddress;
use followup_domain::policy::{Escalation, FollowupPolicy};
use followup_domain::ports::Store;
use followup_testkit::rigs::postgres::{PostgresCluster, TestDatabase};
use life::commands::{Command, Deployment, deployment, life};
use life::invariants;
use life::world::World;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const SQLITE_LIVES: u32 = 100;
const POSTGRES_LIVES: u32 = 10;
const LONGEST: usize = 60;

#[test]
fn whatever_happens_the_promises_hold_on_sqlite() {
    live(SQLITE_LIVES, || {
        let store = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
        store.migrate().unwrap();
        Arc::new(store)
    });
}

#[test]
fn whatever_happens_the_promises_hold_on_postgres() {
    static MIGRATED: OnceLock<TestDatabase> = OnceLock::new();
    let cluster = PostgresCluster::shared();
    let original = MIGRATED.get_or_init(|| {
        let database = cluster.create_database();
        PostgresStore::connect(&database.url, 1, followup_testkit::fakes::salts()).unwrap().migrate().unwrap();
        database
    });
    live(POSTGRES_LIVES, || {
        Arc::new(PostgresStore::connect(&cluster.copy_database(original).url, 2, followup_testkit::fakes::salts()).unwrap())
    });
}

/// The same lives in every run: a failure is found again. `PROPTEST_CASES` asks for more of them.
fn live(lives: u32, store: impl Fn() -> Arc<dyn Store>) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(lives);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let rng = match std::env::var("PROPTEST_RNG_SEED") {
        Ok(seed) => TestRng::from_seed(RngAlgorithm::ChaCha, &seed_of(seed.parse().unwrap())),
        Err(_) => TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    };
    let mut runner = TestRunner::new_with_rng(config, rng);
    let outcome = runner.run(&(deployment(), life(LONGEST)), |(deployment, commands)| {
        let world = World::deployed(store(), |policy| decide(policy, deployment));
        for command in &commands {
            let run = matches!(command, Command::Dispatch).then(|| invariants::before_run(&world));
            world.act(command);
            if let Some(before) = run {
                invariants::nothing_due_was_left(&world, &before);
            }
        }
        invariants::check(&world);
        Ok::<_, TestCaseError>(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

fn decide(policy: &mut FollowupPolicy, deployment: Deployment) {
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    policy.window = deployment.window.then(|| SendWindow::new(policy.zone, weekdays, hour(8), hour(18)).unwrap());
    policy.daily_cap_per_address = deployment.daily_cap;
    policy.close_by_itself = deployment.close_by_itself;
    policy.resume_after = deployment.resumes_after_days.map(Duration::days);
    let to = deployment.escalates_to_somebody.then(|| EmailAddress::parse("jefa@vigia.test").unwrap());
    policy.escalation = Some(Escalation { after_days: 14, to });
}

fn seed_of(number: u64) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    seed
}
