//! A year of a unit with a thousand cases.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod life;
mod support;

use std::sync::Arc;

use followup_diesel::{MigratingStore, SqliteStore};
use life::invariants;
use life::world::World;
use life::year::{Totals, Year};

const CASES: usize = 1_000;

#[test]
fn a_year_of_a_thousand_cases_adds_up() {
    let store = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
    store.migrate().unwrap();
    let mut year = Year::new(World::new(Arc::new(store)), 2024);
    for day in 0..365 {
        let left = CASES - year.totals.cases;
        year.day(day, left.min(4));
    }
    let Year { world, mut totals, .. } = year;
    totals.open_at_the_end = world.cases().into_iter().filter(|id| world.app.case(*id).unwrap().closure.is_none()).count();
    for attempt in world.cases().into_iter().flat_map(|id| world.app.attempts(id).unwrap()) {
        *totals.attempts.entry(attempt.status.as_str()).or_default() += 1;
    }
    invariants::check(&world);
    let expected = Totals {
        cases: CASES,
        letters: 1440,
        notifications: 423,
        replies: 423,
        out_of_office: 140,
        late_replies: 74,
        calls: 179,
        blocked: 57,
        closed_complete: 242,
        closed_without_answer: 500,
        closed_declined: 57,
        escalated: 811,
        open_at_the_end: 275,
        attempts: [("cancelled", 400), ("completed", 270), ("failed", 111), ("pending", 3), ("responded", 61), ("sent", 457)].into(),
    };
    assert_eq!(totals, expected);
    // Who closes stays closed, but for those who answer late.
    let closed = totals.closed_complete + totals.closed_without_answer + totals.closed_declined;
    assert_eq!(totals.open_at_the_end, CASES - closed + totals.late_replies);
    assert_eq!(world.mail.accepted().len(), totals.letters + totals.notifications);
    let badge = world.app.badge("qf").unwrap();
    assert_eq!((badge.new_replies, badge.failed, badge.uncertain, badge.unassigned), (0, 0, 0, 0));
}
