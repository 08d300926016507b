//! Promises of the scheduled contacts.

promises! { $ attempts as attempts_contract:
    attempts_get_their_ids_in_order_and_come_back,
    no_attempts_are_no_rows,
    attempts_are_listed_by_due_date_then_position,
    cases_with_a_due_attempt_are_listed_once_and_after_the_last,
    an_attempt_moves_only_from_the_state_it_has,
    a_message_once_noted_stays_noted,
    a_due_date_moves_only_when_it_is_given,
    a_reactivation_is_noted_and_stays,
}

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{AttemptStatus, PlannedChannel};
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::ports::{AttemptUpdate, NewAttempt, Store, Updated};

use super::support::{a_case, enqueue, read, write};
use crate::builders::{at, outbound};

fn attempt(case_id: CaseId, position: i32, due_at: DateTime<Utc>) -> NewAttempt {
    let label = format!("Seguimiento {position}");
    NewAttempt { case_id, plan_id: None, position, label, due_at, channel: PlannedChannel::Email, reason: None, created_at: at(0) }
}

fn schedule(store: &dyn Store, attempts: &[NewAttempt]) -> Vec<AttemptId> {
    write(store, |tx| tx.attempts().insert_all(attempts))
}

fn to_status(id: AttemptId, from: AttemptStatus, to: AttemptStatus) -> AttemptUpdate {
    AttemptUpdate { id, from, to, reason: None, message_id: None, due_at: None, reactivated: false, at: at(5) }
}

pub fn attempts_get_their_ids_in_order_and_come_back(store: &dyn Store) {
    let case_id = a_case(store);
    let new: Vec<NewAttempt> = (1..=4).map(|position| attempt(case_id, position, at(i64::from(10 - position)))).collect();
    let ids = schedule(store, &new);
    for (id, new) in ids.iter().zip(&new) {
        let found = read(store, |tx| tx.attempts().find(*id)).unwrap();
        assert_eq!((found.id, found.case_id, found.plan_id, found.position), (*id, case_id, None, new.position));
        assert_eq!((&found.label, found.due_at, found.channel), (&new.label, new.due_at, new.channel));
        assert_eq!((found.status, found.reason, found.message_id), (AttemptStatus::Pending, None, None));
    }
    assert_eq!(ids.len(), 4);
    assert_eq!(read(store, |tx| tx.attempts().find(AttemptId(4711))), None);
}

pub fn no_attempts_are_no_rows(store: &dyn Store) {
    assert_eq!(schedule(store, &[]), []);
}

pub fn attempts_are_listed_by_due_date_then_position(store: &dyn Store) {
    let case_id = a_case(store);
    schedule(store, &[attempt(case_id, 3, at(9)), attempt(case_id, 2, at(5)), attempt(case_id, 1, at(5)), attempt(case_id, 4, at(1))]);
    let positions: Vec<i32> = read(store, |tx| tx.attempts().list(case_id)).iter().map(|attempt| attempt.position).collect();
    assert_eq!(positions, [4, 1, 2, 3]);
}

pub fn cases_with_a_due_attempt_are_listed_once_and_after_the_last(store: &dyn Store) {
    let cases: Vec<CaseId> = (0..4).map(|_| a_case(store)).collect();
    let twice = schedule(store, &[attempt(cases[0], 1, at(0)), attempt(cases[0], 2, at(10))]);
    schedule(store, &[attempt(cases[1], 1, at(11)), attempt(cases[2], 1, at(10)), attempt(cases[3], 1, at(-9))]);
    let due = |after, limit| read(store, |tx| tx.attempts().list_due_cases(at(10), after, limit));
    assert_eq!(due(None, 10), [cases[0], cases[2], cases[3]]);
    assert_eq!(due(None, 2), [cases[0], cases[2]]);
    assert_eq!(due(Some(cases[2]), 10), [cases[3]]);
    for id in twice {
        write(store, |tx| tx.attempts().update(&to_status(id, AttemptStatus::Pending, AttemptStatus::Sending)));
    }
    assert_eq!(due(None, 10), [cases[2], cases[3]]);
}

pub fn an_attempt_moves_only_from_the_state_it_has(store: &dyn Store) {
    let case_id = a_case(store);
    let id = schedule(store, &[attempt(case_id, 1, at(0))])[0];
    let skip = AttemptUpdate { reason: Some("vencido".into()), ..to_status(id, AttemptStatus::Pending, AttemptStatus::Skipped) };
    assert_eq!(write(store, |tx| tx.attempts().update(&skip)), Updated::Yes);
    assert_eq!(write(store, |tx| tx.attempts().update(&skip)), Updated::Stale);
    let found = read(store, |tx| tx.attempts().find(id)).unwrap();
    assert_eq!((found.status, found.reason.as_deref()), (AttemptStatus::Skipped, Some("vencido")));
    write(store, |tx| tx.attempts().update(&to_status(id, AttemptStatus::Skipped, AttemptStatus::Pending)));
    assert_eq!(read(store, |tx| tx.attempts().find(id)).unwrap().reason, None);
}

pub fn a_message_once_noted_stays_noted(store: &dyn Store) {
    let case_id = a_case(store);
    let id = schedule(store, &[attempt(case_id, 1, at(0))])[0];
    let message_id = enqueue(store, &outbound(case_id, "k"));
    let noted = AttemptUpdate { message_id: Some(message_id), ..to_status(id, AttemptStatus::Pending, AttemptStatus::Sending) };
    write(store, |tx| tx.attempts().update(&noted));
    write(store, |tx| tx.attempts().update(&to_status(id, AttemptStatus::Sending, AttemptStatus::Sent)));
    assert_eq!(read(store, |tx| tx.attempts().find(id)).unwrap().message_id, Some(message_id));
}

pub fn a_due_date_moves_only_when_it_is_given(store: &dyn Store) {
    let case_id = a_case(store);
    let id = schedule(store, &[attempt(case_id, 1, at(0))])[0];
    let due_at = || read(store, |tx| tx.attempts().find(id)).unwrap().due_at;
    let stay = to_status(id, AttemptStatus::Pending, AttemptStatus::Pending);
    let put_off = AttemptUpdate { due_at: Some(at(900)), ..stay.clone() };
    assert_eq!((write(store, |tx| tx.attempts().update(&put_off)), due_at()), (Updated::Yes, at(900)));
    assert_eq!((write(store, |tx| tx.attempts().update(&stay)), due_at()), (Updated::Yes, at(900)));
    assert_eq!(read(store, |tx| tx.attempts().list_due_cases(at(899), None, 10)), []);
}

pub fn a_reactivation_is_noted_and_stays(store: &dyn Store) {
    let case_id = a_case(store);
    let id = schedule(store, &[attempt(case_id, 1, at(0))])[0];
    let reactivated_at = || read(store, |tx| tx.attempts().find(id)).unwrap().reactivated_at;
    write(store, |tx| tx.attempts().update(&to_status(id, AttemptStatus::Pending, AttemptStatus::Cancelled)));
    assert_eq!(reactivated_at(), None);
    let back = AttemptUpdate { reactivated: true, at: at(7), ..to_status(id, AttemptStatus::Cancelled, AttemptStatus::Pending) };
    write(store, |tx| tx.attempts().update(&back));
    write(store, |tx| tx.attempts().update(&to_status(id, AttemptStatus::Pending, AttemptStatus::Sending)));
    assert_eq!(reactivated_at(), Some(at(7)));
}
