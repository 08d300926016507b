//! Promises about what was asked, and about the delay between automatic letters.

promises! { $ requests as requests_contract:
    what_a_message_asks_for_is_set_anew_until_it_leaves,
    what_was_asked_is_told_oldest_first_with_its_proof,
    one_automatic_letter_goes_within_the_delay,
    the_same_letter_may_take_its_place_again,
    a_letter_of_a_clock_that_ran_ahead_holds_the_next_one_no_longer_than_the_delay_twice,
    the_last_automatic_letter_stands_in_the_case,
    a_letter_that_did_not_leave_gives_its_place_back,
    the_product_that_was_asked_about_is_kept,
    a_queued_automatic_request_is_found_until_it_leaves,
    automatic_requests_are_counted_in_any_state,
    the_daily_count_is_of_what_may_have_left_for_an_address,
}

use chrono::Duration;
use followup_domain::asking::missing::FieldPath;
use followup_domain::ids::{CaseId, LeaseToken, MessageId, ProductId};
use followup_domain::message::{Delivery, MessageContent, MessageKind};
use followup_domain::ports::{AskedItem, NewOutboundMessage, Reserved, Store, StoreError, StoreExt};

use super::support::{a_case, claim, enqueue, read, record, send, transmit, write};
use crate::builders::{at, automatic, outbound};
use crate::one_letter::OneLetter;

fn items(names: &[&str]) -> Vec<AskedItem> {
    names.iter().map(|name| FieldPath::parse(name).unwrap().into()).collect()
}

fn set_asked(store: &dyn Store, message_id: MessageId, case_id: CaseId, names: &[&str]) {
    write(store, |tx| tx.requests().set_asked(message_id, case_id, &items(names)));
}

fn asked(store: &dyn Store, case_id: CaseId) -> Vec<(String, MessageId)> {
    read(store, |tx| tx.requests().asked(case_id)).iter().map(|asked| (asked.item.path.to_string(), asked.message_id)).collect()
}

pub fn what_a_message_asks_for_is_set_anew_until_it_leaves(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    set_asked(store, id, case_id, &["paciente_peso", "dosis", "paciente_peso"]);
    let told: Vec<String> = asked(store, case_id).into_iter().map(|(path, _)| path).collect();
    assert_eq!(told, ["paciente_peso", "productos[0].dosis"]);
    set_asked(store, id, case_id, &["gravedad"]);
    assert_eq!(asked(store, case_id), [("gravedad".to_owned(), id)]);
    set_asked(store, id, case_id, &[]);
    assert_eq!(asked(store, case_id), []);
    set_asked(store, id, case_id, &["gravedad"]);
    transmit(store, id, "one", b"raw");
    let late = store.write(|tx| tx.requests().set_asked(id, case_id, &items(&["dosis"])));
    assert!(matches!(late, Err(StoreError::Refused(_))), "{late:?}");
    assert_eq!(asked(store, case_id), [("gravedad".to_owned(), id)]);
}

pub fn what_was_asked_is_told_oldest_first_with_its_proof(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let queued = enqueue(store, &NewOutboundMessage { created_at: at(9), ..automatic(case_id, "queued") });
    let foreign = enqueue(store, &automatic(other, "foreign"));
    let accepted = enqueue(store, &NewOutboundMessage { created_at: at(-9), ..automatic(case_id, "accepted") });
    for id in [queued, accepted] {
        set_asked(store, id, case_id, &["gravedad", "dosis"]);
    }
    set_asked(store, foreign, other, &["gravedad"]);
    claim(store, at(10), "one");
    write(store, |tx| tx.dispatch().transmit_one(accepted, &crate::builders::lease("one", at(60)), b"raw", at(2)));
    record(store, accepted, "one", Delivery::Accepted);
    let told: Vec<_> = read(store, |tx| tx.requests().asked(case_id))
        .into_iter()
        .map(|asked| (asked.item.path.field, asked.message_id, asked.delivery, asked.sent_at))
        .collect();
    let (sent, waits) = (Some(Delivery::Accepted), Some(Delivery::Queued));
    let expected = [
        ("gravedad", accepted, sent, Some(at(3))),
        ("dosis", accepted, sent, Some(at(3))),
        ("gravedad", queued, waits, None),
        ("dosis", queued, waits, None),
    ];
    assert_eq!(told, expected);
}

fn reserve(store: &dyn Store, case_id: CaseId, message_id: MessageId, seconds: i64) -> Reserved {
    write(store, |tx| tx.automatics().reserve(case_id, message_id, at(seconds), Duration::hours(1)))
}

pub fn one_automatic_letter_goes_within_the_delay(store: &dyn Store) {
    let case_id = a_case(store);
    let (first, second) = (enqueue(store, &automatic(case_id, "a")), enqueue(store, &automatic(case_id, "b")));
    assert_eq!(reserve(store, case_id, first, 0), Reserved::Yes);
    assert_eq!(reserve(store, case_id, second, 0), Reserved::TakenAt(at(0)));
    assert_eq!(reserve(store, case_id, second, 3599), Reserved::TakenAt(at(0)));
    assert_eq!(reserve(store, case_id, second, 3600), Reserved::Yes);
    assert_eq!(reserve(store, case_id, first, 3601), Reserved::TakenAt(at(3600)));
}

pub fn the_same_letter_may_take_its_place_again(store: &dyn Store) {
    let case_id = a_case(store);
    let (first, second) = (enqueue(store, &automatic(case_id, "a")), enqueue(store, &automatic(case_id, "b")));
    assert_eq!((reserve(store, case_id, first, 0), reserve(store, case_id, first, 600)), (Reserved::Yes, Reserved::Yes));
    assert_eq!(reserve(store, case_id, second, 4199), Reserved::TakenAt(at(600)));
}

pub fn a_letter_of_a_clock_that_ran_ahead_holds_the_next_one_no_longer_than_the_delay_twice(store: &dyn Store) {
    let case_id = a_case(store);
    let (first, second) = (enqueue(store, &automatic(case_id, "a")), enqueue(store, &automatic(case_id, "b")));
    assert_eq!(reserve(store, case_id, first, 86_400), Reserved::Yes);
    assert_eq!(reserve(store, case_id, second, 86_400 - 3600), Reserved::TakenAt(at(86_400)), "clocks of two machines differ a little");
    assert_eq!(reserve(store, case_id, second, 0), Reserved::TakenAt(at(0)), "it left by now: the delay counts from here");
    assert_eq!(reserve(store, case_id, second, 3599), Reserved::TakenAt(at(0)));
    assert_eq!(reserve(store, case_id, second, 3600), Reserved::Yes);
}

pub fn the_last_automatic_letter_stands_in_the_case(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &automatic(case_id, "a"));
    reserve(store, case_id, id, 7);
    let case = read(store, |tx| tx.cases().find(case_id)).unwrap();
    let last = case.last_automatic.unwrap();
    assert_eq!((last.at, last.message_id, case.version, case.updated_at), (at(7), id, 1, at(0)));
}

pub fn a_queued_automatic_request_is_found_until_it_leaves(store: &dyn Store) {
    let case_id = a_case(store);
    let queued = || read(store, |tx| tx.automatics().queued(case_id));
    enqueue(store, &outbound(case_id, "manual"));
    assert_eq!(queued(), None);
    claim(store, at(1), "manual");
    let id = enqueue(store, &automatic(case_id, "a"));
    assert_eq!(queued(), Some(id));
    transmit(store, id, "one", b"raw");
    assert_eq!(queued(), None);
}

pub fn automatic_requests_are_counted_in_any_state(store: &dyn Store) {
    let case_id = a_case(store);
    let count = || read(store, |tx| tx.automatics().count(case_id));
    enqueue(store, &outbound(case_id, "manual"));
    enqueue(store, &NewOutboundMessage { kind: MessageKind::PlanLetter, ..automatic(case_id, "plan") });
    assert_eq!(count(), 0);
    claim(store, at(1), "others");
    enqueue(store, &automatic(case_id, "a"));
    write(store, |tx| {
        let claimed = tx.dispatch().claim_mail(at(1), &crate::builders::lease("x", at(60)), 1)?;
        tx.dispatch().withdraw_one(claimed[0].message_id, &super::support::token("x"), "caso cerrado", at(2))
    });
    assert_eq!(count(), 1);
}

pub fn the_daily_count_is_of_what_may_have_left_for_an_address(store: &dyn Store) {
    let letter = |key: &str, kind, to: &str| NewOutboundMessage {
        kind,
        content: MessageContent { to: Some(to.into()), ..MessageContent::default() },
        ..outbound(a_case(store), key)
    };
    let (request, plan) = (MessageKind::AutomaticRequest, MessageKind::PlanLetter);
    send(store, &letter("a", request, "Rojas@Example.org"));
    send(store, &letter("b", plan, "rojas@example.org"));
    send(store, &letter("c", MessageKind::Manual, "rojas@example.org"));
    send(store, &letter("d", request, "otra@example.org"));
    for (key, end) in [("e", Delivery::Uncertain), ("f", Delivery::Rejected)] {
        let id = enqueue(store, &letter(key, request, "rojas@example.org"));
        transmit(store, id, key, key.as_bytes());
        record(store, id, key, end);
    }
    // The server turned it down for the moment: it did not leave, whatever instant stands in its row.
    let turned_down = enqueue(store, &letter("h", request, "rojas@example.org"));
    transmit(store, turned_down, "h", b"h");
    write(store, |tx| tx.dispatch().postpone_one(turned_down, &LeaseToken("h".into()), at(99), true, Some("451 later")));
    enqueue(store, &letter("g", request, "rojas@example.org"));
    let count = |address: &str, seconds| read(store, |tx| tx.automatics().count_to(address, at(seconds)));
    assert_eq!(count("ROJAS@example.org", 0), 3);
    assert_eq!((count("rojas@example.org", 2), count("rojas@example.org", 3)), (3, 0));
}

pub fn a_letter_that_did_not_leave_gives_its_place_back(store: &dyn Store) {
    let case_id = a_case(store);
    let (first, second) = (enqueue(store, &automatic(case_id, "a")), enqueue(store, &automatic(case_id, "b")));
    let reserve = |id, seconds| write(store, |tx| tx.automatics().reserve(case_id, id, at(seconds), Duration::hours(1)));
    assert_eq!(reserve(first, 0), Reserved::Yes);
    write(store, |tx| tx.automatics().release(case_id, second));
    assert_eq!(reserve(second, 1), Reserved::TakenAt(at(0)), "only the holder gives its place back");
    write(store, |tx| tx.automatics().release(case_id, first));
    assert_eq!(reserve(second, 1), Reserved::Yes);
}

pub fn the_product_that_was_asked_about_is_kept(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &outbound(case_id, "a"));
    let item = AskedItem { path: FieldPath::parse("dosis").unwrap(), product: Some("Paracetamol".into()), product_id: Some(ProductId(3)) };
    write(store, |tx| tx.requests().set_asked(id, case_id, std::slice::from_ref(&item)));
    assert_eq!(read(store, |tx| tx.requests().asked(case_id))[0].item, item);
}
