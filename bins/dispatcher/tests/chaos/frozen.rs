//! A dispatcher that freezes, as on a machine that is suspended, until its lease is over and another one has acted; then it goes on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

use followup_domain::asking::plan::AttemptStatus;
use followup_domain::message::Delivery;
use followup_testkit::rigs::sink::{Moment, Security, Sink, Stage};

use crate::fleet::Fleet;
use crate::unit::Unit;

const SLOW: usize = 0;
const QUICK: usize = 1;

/// The first session's dispatcher freezes at this stage; meanwhile time passes and another dispatcher runs; `seen` looks at what that
/// one made of it; then the first goes on to its end.
fn freeze_at(stage: Stage, unit: &mut Unit, seen: impl Fn(&Unit)) -> Sink {
    unit.new_cases(1);
    let fleet = Arc::new(Fleet::new(2, 0));
    let (tell, frozen) = mpsc::channel();
    let (slow, sessions) = (Arc::clone(&fleet), Arc::new(AtomicU64::new(0)));
    let script = move |moment: Moment| {
        if moment.stage == stage && sessions.fetch_add(1, Ordering::SeqCst) == 0 {
            slow.signal(SLOW, "STOP");
            tell.send(()).unwrap();
        }
        None
    };
    let sink = Sink::with_doors(1, Security::Plain, Arc::new(script));
    std::thread::scope(|scope| {
        let (fleet, command) = (&fleet, unit.dispatcher(sink.port()));
        let first = scope.spawn(move || fleet.run(SLOW, command, None));
        frozen.recv().unwrap();
        unit.time_passes();
        fleet.run(QUICK, unit.dispatcher(sink.port()), None);
        seen(unit);
        fleet.signal(SLOW, "CONT");
        first.join().unwrap();
    });
    sink
}

fn letter(unit: &Unit) -> Delivery {
    unit.app.thread(unit.cases[0]).unwrap().remove(0).delivery.unwrap()
}

fn frozen_before_it_commits(mut unit: Unit) {
    let sink = freeze_at(Stage::Rcpt, &mut unit, |unit| assert_eq!(letter(unit), Delivery::Accepted));
    assert_eq!(sink.accepted().len(), 1, "the one that comes late finds the letter gone");
    assert_eq!((sink.sessions(), letter(&unit)), (2, Delivery::Accepted));
}

fn frozen_while_the_server_answers(mut unit: Unit) {
    let sink = freeze_at(Stage::Accepted, &mut unit, |unit| assert_eq!(letter(unit), Delivery::Uncertain));
    assert_eq!((sink.accepted().len(), sink.sessions()), (1, 1));
    assert_eq!((letter(&unit), unit.attempts(AttemptStatus::Sent)), (Delivery::Accepted, 1), "the late answer records itself");
}

#[test]
fn a_dispatcher_that_freezes_before_it_commits_sends_nothing_when_it_wakes_on_postgres() {
    frozen_before_it_commits(Unit::on_postgres());
}

#[test]
fn a_dispatcher_that_freezes_before_it_commits_sends_nothing_when_it_wakes_on_sqlite() {
    frozen_before_it_commits(Unit::on_sqlite());
}

#[test]
fn a_dispatcher_that_freezes_while_the_server_answers_records_the_answer_when_it_wakes_on_postgres() {
    frozen_while_the_server_answers(Unit::on_postgres());
}

#[test]
fn a_dispatcher_that_freezes_while_the_server_answers_records_the_answer_when_it_wakes_on_sqlite() {
    frozen_while_the_server_answers(Unit::on_sqlite());
}
