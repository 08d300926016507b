//! Promises about the follow-up of a case: open or closed, and how long it waits.

promises! { $ life as life_contract:
    a_new_follow_up_is_open_and_waits_for_nothing,
    an_open_follow_up_closes_once_and_keeps_reason_and_notes,
    a_closed_follow_up_opens_again_without_a_trace_of_its_closing,
    closing_and_reopening_leave_the_version_and_the_record,
    a_wait_stays_escalated_when_it_turns_out_to_be_older_and_not_when_a_later_one_begins,
    a_settled_wait_is_kept_with_the_case,
    nothing_waits_any_more_and_the_next_wait_may_be_escalated,
    a_wait_is_escalated_once,
    open_cases_that_wait_too_long_are_listed_until_they_are_escalated,
    cases_are_listed_by_how_long_they_wait,
}

use chrono::{DateTime, Utc};
use followup_domain::case::ClosureReason;
use followup_domain::case::{Case, Closure, FollowupStatus};
use followup_domain::ids::CaseId;
use followup_domain::ports::{CaseQuery, Store, Updated};

use super::support::{ALL, a_case, read, write};
use crate::builders::{at, closure, incomplete_record};

fn case(store: &dyn Store, id: CaseId) -> Case {
    read(store, |tx| tx.cases().find(id)).unwrap()
}

fn close(store: &dyn Store, id: CaseId, closure: &Closure) -> Updated {
    write(store, |tx| tx.cases().close(id, closure))
}

fn reopen(store: &dyn Store, id: CaseId) -> Updated {
    write(store, |tx| tx.cases().reopen(id, at(20)))
}

fn wait(store: &dyn Store, id: CaseId, since: DateTime<Utc>) {
    write(store, |tx| tx.waiting().set(id, Some(since)));
}

fn escalate(store: &dyn Store, id: CaseId, seconds: i64) -> Updated {
    write(store, |tx| tx.waiting().record_escalated(id, at(seconds)))
}

pub fn a_new_follow_up_is_open_and_waits_for_nothing(store: &dyn Store) {
    let case = case(store, a_case(store));
    assert_eq!((case.followup_status, case.closure), (FollowupStatus::Open, None));
    assert_eq!((case.awaiting_since, case.escalated_at), (None, None));
}

pub fn an_open_follow_up_closes_once_and_keeps_reason_and_notes(store: &dyn Store) {
    for reason in ClosureReason::ALL {
        let id = a_case(store);
        let first = Closure { reason: *reason, ..closure() };
        assert_eq!(close(store, id, &first), Updated::Yes);
        assert_eq!(close(store, id, &Closure { notes: "otra vez".into(), ..closure() }), Updated::Stale);
        let case = case(store, id);
        assert_eq!((case.followup_status, case.closure), (FollowupStatus::Closed, Some(first)));
    }
    assert_eq!(close(store, CaseId(4711), &closure()), Updated::Stale);
}

pub fn a_closed_follow_up_opens_again_without_a_trace_of_its_closing(store: &dyn Store) {
    let id = a_case(store);
    assert_eq!(reopen(store, id), Updated::Stale);
    close(store, id, &closure());
    assert_eq!((reopen(store, id), reopen(store, id)), (Updated::Yes, Updated::Stale));
    let opened = case(store, id);
    assert_eq!((opened.followup_status, opened.closure), (FollowupStatus::Open, None));
    assert_eq!(close(store, id, &closure()), Updated::Yes);
}

pub fn closing_and_reopening_leave_the_version_and_the_record(store: &dyn Store) {
    let id = a_case(store);
    close(store, id, &closure());
    let closed = case(store, id);
    assert_eq!((closed.version, closed.updated_at), (1, closure().at));
    reopen(store, id);
    let opened = case(store, id);
    assert_eq!((opened.version, opened.updated_at, opened.record), (1, at(20), incomplete_record()));
}

pub fn a_wait_stays_escalated_when_it_turns_out_to_be_older_and_not_when_a_later_one_begins(store: &dyn Store) {
    let id = a_case(store);
    wait(store, id, at(5));
    escalate(store, id, 10);
    for (since, escalated_at) in [(5, Some(at(10))), (3, Some(at(10))), (9, None)] {
        wait(store, id, at(since));
        let case = case(store, id);
        assert_eq!((case.awaiting_since, case.escalated_at), (Some(at(since)), escalated_at));
    }
    assert_eq!(case(store, id).version, 1);
}

pub fn a_settled_wait_is_kept_with_the_case(store: &dyn Store) {
    let id = a_case(store);
    assert_eq!(case(store, id).settled_at, None);
    write(store, |tx| tx.waiting().settle(id, at(7)));
    let case = case(store, id);
    assert_eq!((case.settled_at, case.version), (Some(at(7)), 1));
}

pub fn nothing_waits_any_more_and_the_next_wait_may_be_escalated(store: &dyn Store) {
    let id = a_case(store);
    wait(store, id, at(5));
    escalate(store, id, 10);
    write(store, |tx| tx.waiting().set(id, None));
    let case_now = case(store, id);
    assert_eq!((case_now.awaiting_since, case_now.escalated_at), (None, None));
    wait(store, id, at(11));
    assert_eq!((case(store, id).awaiting_since, escalate(store, id, 20)), (Some(at(11)), Updated::Yes));
}

pub fn a_wait_is_escalated_once(store: &dyn Store) {
    let id = a_case(store);
    assert_eq!(escalate(store, id, 1), Updated::Stale);
    wait(store, id, at(0));
    assert_eq!((escalate(store, id, 2), escalate(store, id, 3)), (Updated::Yes, Updated::Stale));
    assert_eq!(case(store, id).escalated_at, Some(at(2)));
}

pub fn open_cases_that_wait_too_long_are_listed_until_they_are_escalated(store: &dyn Store) {
    let cases: Vec<CaseId> = (0..6).map(|_| a_case(store)).collect();
    for (id, since) in cases[..5].iter().zip([10, 0, 11, 5, -5]) {
        wait(store, *id, at(since));
    }
    close(store, cases[4], &closure());
    let overdue = |after, limit| read(store, |tx| tx.waiting().list_to_escalate(at(10), after, limit));
    assert_eq!(overdue(None, 10), [cases[0], cases[1], cases[3]]);
    assert_eq!((overdue(None, 2), overdue(Some(cases[1]), 2)), (vec![cases[0], cases[1]], vec![cases[3]]));
    escalate(store, cases[1], 12);
    assert_eq!(overdue(None, 10), [cases[0], cases[3]]);
}

pub fn cases_are_listed_by_how_long_they_wait(store: &dyn Store) {
    let cases: Vec<CaseId> = (0..3).map(|_| a_case(store)).collect();
    wait(store, cases[0], at(10));
    wait(store, cases[1], at(11));
    // Being escalated does not end the wait.
    escalate(store, cases[0], 12);
    let query = CaseQuery { awaiting_since: Some(at(10)), ..CaseQuery::default() };
    let page = read(store, |tx| tx.cases().list(&query, ALL));
    assert_eq!((page.total, page.items.iter().map(|case| case.id).collect::<Vec<_>>()), (1, vec![cases[0]]));
}
