//! Promises of the addresses at which letters failed, and of what waits for them.

promises! { $ addresses as addresses_contract:
    a_failed_address_is_found_ignoring_case,
    marking_again_replaces_what_was_known,
    an_address_is_cleared_once,
    failed_addresses_come_page_by_page_by_address,
    held_addresses_may_be_listed_alone,
    only_held_addresses_wait_for_a_person,
    what_waits_for_an_address_is_told_until_it_is_released,
    cases_that_wait_for_an_address_are_listed_once_and_page_by_page,
    cases_whose_address_works_again_are_listed_and_no_others,
}

use followup_domain::contact::Failure;
use followup_domain::contact::{FailureReason, Permanence};
use followup_domain::ids::{AttemptId, CaseId};
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::ports::{HeldLetter, Onlooker, PageRequest, Store, Updated};

use super::support::{a_case, enqueue, read, write};
use crate::builders::{at, outbound};

fn failed(address: &str) -> FailedAddress {
    let failure = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: Some("5.1.1".into()) };
    FailedAddress { address: address.into(), failure, message_id: None, in_a_row: 1, held: true, at: at(1) }
}

fn mark(store: &dyn Store, failed: &FailedAddress) {
    write(store, |tx| tx.addresses().mark(failed));
}

fn find(store: &dyn Store, address: &str) -> Option<FailedAddress> {
    read(store, |tx| tx.addresses().find(address))
}

fn letter(case_id: CaseId, attempt: Option<i64>, address: &str) -> HeldLetter {
    HeldLetter { case_id, attempt_id: attempt.map(AttemptId), address: address.into() }
}

fn hold(store: &dyn Store, letter: &HeldLetter) {
    write(store, |tx| tx.held_letters().hold(letter));
}

pub fn a_failed_address_is_found_ignoring_case(store: &dyn Store) {
    mark(store, &failed("Ñandú@Example.ORG"));
    assert_eq!(find(store, "ñANDÚ@example.org"), Some(failed("ñandú@example.org")));
    assert_eq!((find(store, "otra@example.org"), find(store, "%")), (None, None));
    let known = read(store, |tx| tx.addresses().list_known(&["otra@example.org", "ÑANDÚ@example.org", "%"]));
    assert_eq!(known, ["ñandú@example.org"]);
}

pub fn marking_again_replaces_what_was_known(store: &dyn Store) {
    let message_id = Some(enqueue(store, &outbound(a_case(store), "a")));
    mark(store, &failed("a@example.org"));
    let failure = Failure { permanence: Permanence::Soft, reason: FailureReason::MailboxFull, status: None };
    let again = FailedAddress { failure, message_id, in_a_row: 2, held: false, at: at(9), ..failed("a@example.org") };
    mark(store, &again);
    assert_eq!(find(store, "a@example.org"), Some(again));
}

pub fn an_address_is_cleared_once(store: &dyn Store) {
    mark(store, &failed("a@example.org"));
    let clear = || write(store, |tx| tx.addresses().clear("A@example.org"));
    assert_eq!((clear(), clear(), find(store, "a@example.org")), (Updated::Yes, Updated::Stale, None));
}

pub fn failed_addresses_come_page_by_page_by_address(store: &dyn Store) {
    for address in ["c@example.org", "a@example.org", "b@example.org"] {
        mark(store, &failed(address));
    }
    let page = read(store, |tx| tx.addresses().list(false, PageRequest { offset: 1, limit: 2 }));
    assert_eq!((page.total, page.items), (3, vec![failed("b@example.org"), failed("c@example.org")]));
}

pub fn held_addresses_may_be_listed_alone(store: &dyn Store) {
    let soft = FailedAddress { held: false, ..failed("b@example.org") };
    for known in [&failed("a@example.org"), &soft, &failed("c@example.org")] {
        mark(store, known);
    }
    let held = read(store, |tx| tx.addresses().list(true, PageRequest { offset: 0, limit: 9 }));
    assert_eq!((held.total, held.items), (2, vec![failed("a@example.org"), failed("c@example.org")]));
}

pub fn only_held_addresses_wait_for_a_person(store: &dyn Store) {
    mark(store, &failed("a@example.org"));
    mark(store, &FailedAddress { held: false, ..failed("b@example.org") });
    let waiting = || read(store, |tx| tx.trays().badge(Onlooker { reader: "", now: at(0) })).bounced;
    assert_eq!(waiting(), 1);
    write(store, |tx| tx.addresses().clear("a@example.org"));
    assert_eq!(waiting(), 0);
}

pub fn what_waits_for_an_address_is_told_until_it_is_released(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let request = letter(case_id, None, "a@example.org");
    let attempt = letter(case_id, Some(7), "a@example.org");
    for letter in [&attempt, &request, &letter(case_id, Some(7), "A@Example.org"), &letter(other, Some(8), "b@example.org")] {
        hold(store, letter);
    }
    let held = |case_id| read(store, |tx| tx.held_letters().list(case_id));
    assert_eq!(held(case_id), [request.clone(), attempt]);
    for _ in 0..2 {
        write(store, |tx| tx.held_letters().release(case_id, Some(AttemptId(7))));
    }
    assert_eq!(held(case_id), [request]);
    write(store, |tx| tx.held_letters().release(case_id, None));
    assert_eq!((held(case_id).len(), held(other).len()), (0, 1));
}

pub fn cases_that_wait_for_an_address_are_listed_once_and_page_by_page(store: &dyn Store) {
    let cases = [a_case(store), a_case(store), a_case(store)];
    for (case_id, attempt) in [(cases[2], Some(1)), (cases[0], None), (cases[0], Some(2)), (cases[1], None)] {
        hold(store, &letter(case_id, attempt, "a@example.org"));
    }
    hold(store, &letter(a_case(store), None, "b@example.org"));
    let list = |after, limit| read(store, |tx| tx.held_letters().list_cases_held_for(("A@Example.org", "A@Example.org"), after, limit));
    assert_eq!((list(None, 2), list(Some(cases[1]), 2)), (cases[..2].to_vec(), vec![cases[2]]));
    assert_eq!(read(store, |tx| tx.held_letters().list_cases_held_for(("%", "%"), None, 9)), []);
}

pub fn cases_whose_address_works_again_are_listed_and_no_others(store: &dyn Store) {
    let cases = [a_case(store), a_case(store), a_case(store)];
    let addresses = ["held@example.org", "soft@example.org", "cleared@example.org"];
    for (case_id, address) in cases.iter().zip(addresses) {
        hold(store, &letter(*case_id, None, address));
        hold(store, &letter(*case_id, Some(1), address));
    }
    mark(store, &failed("held@example.org"));
    mark(store, &FailedAddress { held: false, ..failed("soft@example.org") });
    let list = |after, limit| read(store, |tx| tx.held_letters().list_restorable_cases(after, limit));
    assert_eq!((list(None, 1), list(None, 9), list(Some(cases[1]), 9)), (vec![cases[1]], cases[1..].to_vec(), vec![cases[2]]));
}
