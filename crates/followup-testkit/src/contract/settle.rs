//! Promises about what is settled or withdrawn from outside: by a person, a reply, or the closing of a case.

promises! { $ settle as settle_contract:
    an_uncertain_message_that_went_out_was_sent_when_it_was_transmitted,
    an_uncertain_message_that_did_not_go_out_has_failed,
    settling_leaves_a_status_that_a_reply_moved_on,
    what_was_settled_takes_no_late_answer,
    only_what_is_uncertain_can_be_settled,
    what_is_queued_and_proves_to_have_left_is_settled_whoever_holds_it,
    closing_withdraws_what_is_queued_whoever_holds_it,
    what_is_being_transmitted_is_not_withdrawn,
    a_notification_is_not_withdrawn_with_its_case,
    a_letter_of_every_automatic_kind_gets_its_text_when_it_is_claimed,
}

use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Delivery, MessageContent, MessageKind, MessageStatus};
use followup_domain::ports::{NewOutboundMessage, NewOutboundTiming, Outcome, Store, StoreError, StoreExt, Updated};

use super::support::{a_case, claim, enqueue, message, outcome, record, send, token, transmit, write};
use crate::builders::{at, automatic, lease, notification, outbound};
use crate::one_letter::OneLetter;

fn an_uncertain_message(store: &dyn Store, key: &str) -> MessageId {
    let id = enqueue(store, &outbound(a_case(store), key));
    transmit(store, id, "one", key.as_bytes());
    let silence = Outcome {
        transport_response: Some("354 Go on".into()),
        error: Some("sin respuesta".into()),
        ..Outcome::of(Delivery::Uncertain, at(3))
    };
    assert_eq!(write(store, |tx| tx.dispatch().record_one(id, &token("one"), &silence)), Updated::Yes);
    id
}

fn settle(store: &dyn Store, id: MessageId, delivery: Delivery) -> Updated {
    let word = Outcome::of(delivery, at(500));
    write(store, |tx| tx.deliveries().settle_uncertain(id, &word))
}

fn withdraw_all(store: &dyn Store, case_id: CaseId) -> Vec<MessageId> {
    write(store, |tx| tx.deliveries().withdraw_queued(case_id, "seguimiento cerrado", at(5)))
}

pub fn an_uncertain_message_that_went_out_was_sent_when_it_was_transmitted(store: &dyn Store) {
    let id = an_uncertain_message(store, "a");
    assert_eq!(settle(store, id, Delivery::Accepted), Updated::Yes);
    let stored = message(store, id);
    assert_eq!((stored.status, stored.delivery, stored.error), (Some(MessageStatus::Sent), Some(Delivery::Accepted), None));
    assert_eq!((stored.sent_at, stored.recorded_at), (Some(at(2)), at(500)));
    assert_eq!(stored.transport_response.as_deref(), Some("354 Go on"));
}

pub fn an_uncertain_message_that_did_not_go_out_has_failed(store: &dyn Store) {
    for (key, delivery) in [("a", Delivery::Rejected), ("b", Delivery::Bounced)] {
        let id = an_uncertain_message(store, key);
        assert_eq!(settle(store, id, delivery), Updated::Yes);
        let stored = message(store, id);
        assert_eq!((stored.status, stored.delivery, stored.sent_at), (Some(MessageStatus::Failed), Some(delivery), None));
    }
}

pub fn settling_leaves_a_status_that_a_reply_moved_on(store: &dyn Store) {
    let id = an_uncertain_message(store, "a");
    write(store, |tx| tx.messages().update_status(id, MessageStatus::Uncertain, MessageStatus::Responded, at(9)));
    assert_eq!(settle(store, id, Delivery::Accepted), Updated::Yes);
    assert_eq!((message(store, id).status, message(store, id).delivery), (Some(MessageStatus::Responded), Some(Delivery::Accepted)));
}

pub fn what_was_settled_takes_no_late_answer(store: &dyn Store) {
    let id = an_uncertain_message(store, "a");
    assert_eq!(settle(store, id, Delivery::Rejected), Updated::Yes);
    assert_eq!(record(store, id, "one", Delivery::Accepted), Updated::Stale);
    assert_eq!(message(store, id).delivery, Some(Delivery::Rejected));
}

pub fn only_what_is_uncertain_can_be_settled(store: &dyn Store) {
    let case_id = a_case(store);
    let sent = send(store, &outbound(case_id, "a"));
    let under_way = enqueue(store, &outbound(case_id, "b"));
    transmit(store, under_way, "two", b"b");
    let queued = enqueue(store, &outbound(case_id, "c"));
    for id in [sent, under_way, queued, MessageId(4711)] {
        assert_eq!(settle(store, id, Delivery::Rejected), Updated::Stale);
    }
    let uncertain = an_uncertain_message_beside(store, queued);
    assert_eq!(settle(store, uncertain, Delivery::Uncertain), Updated::Stale);
    assert_eq!(
        (settle(store, uncertain, Delivery::Accepted), settle(store, uncertain, Delivery::Accepted)),
        (Updated::Yes, Updated::Stale)
    );
}

pub fn what_is_queued_and_proves_to_have_left_is_settled_whoever_holds_it(store: &dyn Store) {
    let case_id = a_case(store);
    for (key, delivery) in [("a", Delivery::Accepted), ("b", Delivery::Delivered)] {
        let id = enqueue(store, &outbound(case_id, key));
        assert_eq!(claim(store, at(0), "one"), [id]);
        assert_eq!(settle(store, id, delivery), Updated::Yes);
        let stored = message(store, id);
        assert_eq!((stored.status, stored.delivery, stored.sent_at), (Some(MessageStatus::Sent), Some(delivery), Some(at(500))));
        let started = write(store, |tx| tx.dispatch().transmit_one(id, &lease("one", at(60)), b"raw", at(501)));
        assert_eq!((started, claim(store, at(9999), "two")), (Updated::Stale, vec![]));
        assert_eq!(settle(store, id, delivery), Updated::Stale);
    }
}

/// As [`an_uncertain_message`], where another one is queued: it is that one.
fn an_uncertain_message_beside(store: &dyn Store, queued: MessageId) -> MessageId {
    transmit(store, queued, "three", b"c");
    assert_eq!(write(store, |tx| tx.dispatch().record_one(queued, &token("three"), &outcome(Delivery::Uncertain))), Updated::Yes);
    queued
}

pub fn closing_withdraws_what_is_queued_whoever_holds_it(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let held = enqueue(store, &outbound(case_id, "a"));
    let foreign = enqueue(store, &outbound(other, "b"));
    claim(store, at(0), "one");
    let later = enqueue(store, &NewOutboundMessage { timing: NewOutboundTiming::NotBefore(at(900)), ..automatic(case_id, "c") });
    assert_eq!((withdraw_all(store, case_id), withdraw_all(store, case_id)), (vec![held, later], vec![]));
    for id in [held, later] {
        let stored = message(store, id);
        assert_eq!((stored.status, stored.delivery), (Some(MessageStatus::Skipped), None));
        assert_eq!((stored.error.as_deref(), stored.recorded_at), (Some("seguimiento cerrado"), at(5)));
    }
    let start = |id| write(store, |tx| tx.dispatch().transmit_one(id, &lease("one", at(60)), b"raw", at(6)));
    assert_eq!((start(held), start(foreign)), (Updated::Stale, Updated::Yes));
    assert_eq!(claim(store, at(9999), "two"), []);
}

pub fn what_is_being_transmitted_is_not_withdrawn(store: &dyn Store) {
    let case_id = a_case(store);
    send(store, &outbound(case_id, "sent"));
    let under_way = enqueue(store, &outbound(case_id, "a"));
    transmit(store, under_way, "one", b"a");
    assert_eq!(withdraw_all(store, case_id), []);
    assert_eq!(record(store, under_way, "one", Delivery::Uncertain), Updated::Yes);
    assert_eq!(withdraw_all(store, case_id), []);
    assert_eq!(message(store, under_way).status, Some(MessageStatus::Uncertain));
}

pub fn a_notification_is_not_withdrawn_with_its_case(store: &dyn Store) {
    let case_id = a_case(store);
    let told = enqueue(store, &notification(case_id, "n"));
    assert_eq!((withdraw_all(store, case_id), claim(store, at(9), "one")), (vec![], vec![told]));
}

pub fn a_letter_of_every_automatic_kind_gets_its_text_when_it_is_claimed(store: &dyn Store) {
    let case_id = a_case(store);
    let text = MessageContent { body: "Estimada Dra.:".into(), ..MessageContent::default() };
    for kind in MessageKind::ALL.iter().copied().filter(|kind| !matches!(kind, MessageKind::Inbound | MessageKind::Call)) {
        let id = enqueue(store, &NewOutboundMessage { kind, ..outbound(case_id, kind.as_str()) });
        claim(store, at(0), "one");
        let written = store.write(|tx| tx.dispatch().set_one(id, &token("one"), &text));
        if kind.is_written_at_claim() {
            assert_eq!(written, Ok(Updated::Yes), "{kind}");
        } else {
            assert!(matches!(written, Err(StoreError::Refused(_))), "{kind}: {written:?}");
        }
    }
}
