//! Pollers that are killed at any moment while mail arrives: each mail is stored once, in order, with the right cursor.
//!
//! `FOLLOWUP_CHAOS_KILLS` and `FOLLOWUP_CHAOS_SEED` make the runs longer and other ones; `cargo xtask chaos` sets them.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use followup_testkit::chaos::{Plan, Random};
use support::{Deployment, Inbox};

/// Mails for each kill, so that there is always something to be killed at.
const MAILS_A_KILL: usize = 50;

fn killed_pollers_store_each_mail_once(deployment: &Deployment, pollers: usize, plan: Plan) {
    let Plan { kills, seed } = plan;
    let total = MAILS_A_KILL * kills as usize;
    println!("{pollers} pollers on {}: kills={kills} seed={seed} mails={total}", deployment.database());
    let mut random = Random::new(seed);
    let mut inbox = Inbox::sign_in(deployment);
    let all_sent = AtomicBool::new(false);
    let killed = thread::scope(|scope| {
        let (all_sent, pace) = (&all_sent, random.fork());
        scope.spawn(move || {
            inbox.receive(total, pace);
            all_sent.store(true, Ordering::SeqCst);
        });
        let threads: Vec<_> = (0..pollers)
            .map(|number| {
                let mut random = random.fork();
                let own_kills = kills as usize / pollers + usize::from(number < kills as usize % pollers);
                scope.spawn(move || {
                    for _ in 0..own_kills {
                        let mut poller = deployment.start_poller();
                        // Some die while they start, most while they read.
                        let longest = if random.percent(30) { 300 } else { 2500 };
                        thread::sleep(Duration::from_millis(10 + random.below(longest)));
                        poller.kill().unwrap();
                        poller.wait().unwrap();
                    }
                    own_kills
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert!(all_sent.load(Ordering::SeqCst));
    let stored_when_killed = deployment.stored();
    assert!(stored_when_killed > 0, "no poller lived long enough to be killed at work");
    let since = Instant::now();
    assert_eq!(deployment.reconcile(), (true, format!("{total} en el buzón, {total} registrados")));
    println!(
        "killed {killed} times; {stored_when_killed} of {total} stored by then; the rest within {:.1} s",
        since.elapsed().as_secs_f32()
    );
    deployment.holds_each_once_in_order(total);
}

#[test]
fn one_poller_on_sqlite_killed_at_any_moment_stores_each_mail_once_and_in_order() {
    killed_pollers_store_each_mail_once(&Deployment::on_sqlite(), 1, Plan::from_environment(14, 51));
}

#[test]
fn two_pollers_on_sqlite_killed_at_any_moment_store_each_mail_once_and_in_order() {
    killed_pollers_store_each_mail_once(&Deployment::on_sqlite(), 2, Plan::from_environment(12, 52));
}

#[test]
fn two_pollers_on_postgres_killed_at_any_moment_store_each_mail_once_and_in_order() {
    killed_pollers_store_each_mail_once(&Deployment::on_postgres(), 2, Plan::from_environment(14, 53));
}
