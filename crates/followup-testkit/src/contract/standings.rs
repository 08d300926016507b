//! Promises about what cases stand at.

promises! { $ standings as standings_contract:
    a_new_case_stands_at_nothing_by_no_rules,
    what_a_case_stands_at_is_kept_as_it_was_given,
    cases_that_moved_stand_where_they_stood,
    a_thread_tells_what_a_standing_is_computed_from,
    cases_as_lists_show_them_are_those_asked_for,
    cases_computed_by_other_rules_are_listed,
    cases_whose_address_changed_are_listed_until_they_are_looked_at,
    cases_are_listed_by_what_they_stand_at,
    cases_are_taken_away_piece_by_piece_by_number,
}

use followup_domain::asking::lanes::{Ask, Lane};
use followup_domain::asking::standing::{InLane, Next, NextKind, Standing};
use followup_domain::ids::CaseId;
use followup_domain::message::{CaseMatch, MatchKind};
use followup_domain::ports::{CaseQuery, CaseSort, KeptStanding, NewInboundMessage, StandingFilter, Store, ThreadFacts};

use super::support::{ALL, a_case, a_raw, enqueue, read, receive, send, write};
use crate::builders::{at, new_case, notification, outbound, reply};

fn find(store: &dyn Store, id: CaseId) -> KeptStanding {
    read(store, |tx| tx.standings().find(id)).unwrap()
}

fn keep(store: &dyn Store, id: CaseId, kept: &KeptStanding) {
    let before = find(store, id);
    write(store, |tx| tx.standings().update(id, kept, &before));
}

/// Everything that there is.
fn full() -> KeptStanding {
    let lane = |lane, ask, seconds| InLane { lane, ask, since: at(seconds), due_at: None };
    let due = InLane { due_at: Some(at(90)), ..lane(Lane::DeadlineAtRisk, Ask::ReportInTime, 9) };
    let standing = Standing {
        serious: Some(true),
        missing: 3,
        reachable: false,
        unattended: 2,
        moved_at: at(7),
        next: Some(Next { at: at(50), kind: NextKind::Call }),
        lanes: vec![lane(Lane::Unreachable, Ask::FindAnotherWay, 8), due],
    };
    KeptStanding { standing, product: Some("Paracetamol".into()), computed_by: "rules".into() }
}

pub fn a_new_case_stands_at_nothing_by_no_rules(store: &dyn Store) {
    let case = read(store, |tx| tx.cases().find(CaseId(1)));
    assert!(case.is_none() && read(store, |tx| tx.standings().find(CaseId(1))).is_none());
    let id = a_case(store);
    let found = find(store, id);
    assert_eq!((found.standing.missing, found.standing.next, found.computed_by.as_str()), (0, None, ""));
    assert_eq!(found.standing.moved_at, new_case().created_at);
}

pub fn what_a_case_stands_at_is_kept_as_it_was_given(store: &dyn Store) {
    let id = a_case(store);
    keep(store, id, &full());
    assert_eq!(find(store, id), full());
    let moved = InLane { since: at(10), ..full().standing.lanes[0] };
    let other = InLane { lane: Lane::Stalled, ask: Ask::DecideNextStep, since: at(11), due_at: None };
    for lanes in [vec![moved], vec![moved, other], vec![]] {
        let standing = Standing { next: None, serious: None, lanes, ..full().standing };
        let kept = KeptStanding { standing, product: None, ..full() };
        keep(store, id, &kept);
        assert_eq!(find(store, id), kept);
    }
}

pub fn cases_that_moved_stand_where_they_stood(store: &dyn Store) {
    let [one, other, third] = [(); 3].map(|()| a_case(store));
    for id in [one, other, third] {
        keep(store, id, &full());
    }
    write(store, |tx| tx.standings().record_moved(&[other, one], at(99)));
    let moved = KeptStanding { standing: Standing { moved_at: at(99), ..full().standing }, ..full() };
    assert_eq!([one, other, third].map(|id| find(store, id)), [moved.clone(), moved, full()]);
}

pub fn a_thread_tells_what_a_standing_is_computed_from(store: &dyn Store) {
    let id = a_case(store);
    let facts = || read(store, |tx| tx.standings().thread_facts(id));
    assert_eq!(facts(), ThreadFacts::default());
    send(store, &outbound(id, "a"));
    enqueue(store, &notification(id, "n"));
    assert_eq!(facts(), ThreadFacts { was_asked: true, ..ThreadFacts::default() }, "word to the unit is none of it");
    enqueue(store, &outbound(id, "b"));
    assert!(facts().queued_at.is_some());
    let raw_id = a_raw(store, b"raw");
    receive(store, &reply(id, raw_id, "r"));
    let flag = Some(CaseMatch { kind: MatchKind::References, confirmed: false });
    receive(store, &NewInboundMessage { case_match: flag, ..reply(id, raw_id, "s") });
    assert_eq!((facts().unattended, facts().unconfirmed), (2, 1));
}

pub fn cases_as_lists_show_them_are_those_asked_for(store: &dyn Store) {
    let (id, other) = (a_case(store), a_case(store));
    keep(store, id, &full());
    let briefs = read(store, |tx| tx.standings().list(&[id, CaseId(999)]));
    assert_eq!(briefs.len(), 1);
    let expected = Standing { lanes: Vec::new(), ..full().standing };
    assert_eq!((briefs[0].case_id, &briefs[0].standing, briefs[0].product.as_deref()), (id, &expected, Some("Paracetamol")));
    assert_eq!(read(store, |tx| tx.standings().list(&[])), []);
    assert_eq!(read(store, |tx| tx.standings().list(&[other, id])).len(), 2);
}

pub fn cases_computed_by_other_rules_are_listed(store: &dyn Store) {
    let (old, new) = (a_case(store), a_case(store));
    keep(store, new, &full());
    let listed = |rules: &str| read(store, |tx| tx.standings().list_outdated(rules, 10));
    assert_eq!(listed("rules"), [old]);
    let mut both = listed("others");
    both.sort_unstable();
    assert_eq!(both, [old, new]);
    assert_eq!(listed("s").len(), 2, "whichever comes first");
    assert_eq!(read(store, |tx| tx.standings().list_outdated("others", 1)).len(), 1);
}

pub fn cases_whose_address_changed_are_listed_until_they_are_looked_at(store: &dyn Store) {
    let ids = [a_case(store), a_case(store)];
    for id in ids {
        keep(store, id, &full());
    }
    let listed = || read(store, |tx| tx.standings().list_outdated("rules", 10));
    write(store, |tx| tx.standings().record_address_changed("nobody@example.org"));
    assert_eq!(listed(), []);
    for _ in 0..2 {
        write(store, |tx| tx.standings().record_address_changed("ROJAS@example.org"));
    }
    assert_eq!(listed(), ids);
    write(store, |tx| tx.standings().take_outdated(ids[0]));
    assert_eq!(listed(), [ids[1]]);
}

pub fn cases_are_listed_by_what_they_stand_at(store: &dyn Store) {
    let (first, second, bare) = (a_case(store), a_case(store), a_case(store));
    keep(store, first, &full());
    let later =
        Standing { moved_at: at(8), next: Some(Next { at: at(40), kind: NextKind::Letter }), missing: 5, unattended: 0, ..full().standing };
    keep(store, second, &KeptStanding { standing: later, ..full() });
    let quiet = Standing { moved_at: at(-9), next: None, missing: 0, unattended: 0, lanes: Vec::new(), ..full().standing };
    keep(store, bare, &KeptStanding { standing: quiet, ..full() });
    let list = |standing: StandingFilter, sort| {
        let query = CaseQuery { standing, sort, ..CaseQuery::default() };
        let page = read(store, |tx| tx.cases().list(&query, ALL));
        let ids: Vec<CaseId> = page.items.into_iter().map(|case| case.id).collect();
        assert_eq!(page.total, i64::try_from(ids.len()).unwrap(), "{query:?}");
        ids
    };
    let any = StandingFilter::default;
    let oldest = CaseSort::OldestFirst;
    assert_eq!(list(any(), CaseSort::LastMovedFirst), [second, first, bare]);
    assert_eq!(
        list(any(), CaseSort::AnswersFirst),
        [first, second, bare],
        "the one in which answers wait, although it moved before another"
    );
    assert_eq!(list(StandingFilter { missing_to: Some(3), ..any() }, CaseSort::AnswersFirst), [first, bare]);
    assert_eq!(list(any(), CaseSort::NextFirst), [second, first]);
    assert_eq!(list(StandingFilter { unattended: Some(true), ..any() }, oldest), [first]);
    assert_eq!(list(StandingFilter { unattended: Some(false), ..any() }, CaseSort::NextFirst), [second]);
    assert_eq!(list(StandingFilter { missing_from: Some(3), missing_to: Some(3), ..any() }, oldest), [first]);
    assert_eq!(list(StandingFilter { moved_from: Some(at(7)), moved_before: Some(at(8)), ..any() }, oldest), [first]);
    assert_eq!(list(StandingFilter { next_from: Some(at(40)), next_before: Some(at(50)), ..any() }, oldest), [second]);
    let closed = CaseQuery {
        followup_status: Some(followup_domain::case::FollowupStatus::Closed),
        sort: CaseSort::LastMovedFirst,
        ..CaseQuery::default()
    };
    assert_eq!(read(store, |tx| tx.cases().list(&closed, ALL)).items, []);
}

pub fn cases_are_taken_away_piece_by_piece_by_number(store: &dyn Store) {
    let ids: Vec<CaseId> = (0..5).map(|_| a_case(store)).collect();
    keep(store, ids[3], &full());
    let query = CaseQuery { standing: StandingFilter { unattended: Some(false), ..StandingFilter::default() }, ..CaseQuery::default() };
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let (cases, next) = read(store, |tx| tx.exports().cases(&query, after, 2));
        seen.extend(cases.into_iter().map(|case| case.id));
        // What comes meanwhile comes last.
        a_case(store);
        after = next;
        if after.is_none() || seen.len() > 8 {
            break;
        }
    }
    assert_eq!(seen[..4], [ids[0], ids[1], ids[2], ids[4]]);
    assert!(seen.is_sorted());
}
