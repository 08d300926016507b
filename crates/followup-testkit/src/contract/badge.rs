//! Promises about what waits for a person.

promises! { $ badge as badge_contract:
    nothing_waits_in_an_empty_store,
    cases_with_unread_replies_are_counted_once,
    a_reply_is_new_to_each_until_he_reads_it_and_waits_until_somebody_decides,
    failed_messages_wait_until_they_are_sent_anew_or_settled,
    uncertain_messages_wait_until_they_are_settled_or_sent_anew,
    failed_calls_and_notifications_wait_for_nobody,
    mail_without_a_case_waits,
    mail_that_could_not_be_understood_waits,
    a_flagged_reply_waits_until_it_is_confirmed,
}

use followup_domain::asking::lanes::Lane;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{CallOutcome, CaseMatch, Classification, Delivery, MatchKind, MessageStatus};
use followup_domain::ports::{Badge, NewInboundMessage, NewOutboundMessage, Onlooker, Outcome, Store};

use super::support::{a_case, a_raw, enqueue, read, receive, record, transmit, write};
use crate::builders::{at, call, imap_mail, notification, outbound, reply};

/// Who looks.
fn qf() -> Onlooker<'static> {
    Onlooker { reader: "qf", now: at(1000) }
}

/// What the badge says; each lane's list has as many rows.
fn badge(store: &dyn Store) -> Badge {
    let badge = read(store, |tx| tx.trays().badge(qf()));
    for lane in Lane::ALL {
        let rows = read(store, |tx| tx.worklist().list(*lane, qf(), None, 100));
        assert_eq!(i64::try_from(rows.len()).unwrap(), badge.of(*lane), "{lane}");
    }
    badge
}

fn ended(store: &dyn Store, message: &NewOutboundMessage, delivery: Delivery) -> MessageId {
    let id = enqueue(store, message);
    transmit(store, id, "one", message.unique_key.as_bytes());
    record(store, id, "one", delivery);
    id
}

fn resent(store: &dyn Store, case_id: CaseId, of: MessageId) {
    ended(store, &NewOutboundMessage { resend_of: Some(of), ..outbound(case_id, &format!("again-{of}")) }, Delivery::Accepted);
}

pub fn nothing_waits_in_an_empty_store(store: &dyn Store) {
    assert_eq!(badge(store), Badge::default());
    let case_id = a_case(store);
    enqueue(store, &outbound(case_id, "a"));
    assert_eq!(badge(store), Badge::default());
}

pub fn cases_with_unread_replies_are_counted_once(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let raw_id = a_raw(store, b"raw");
    for (case_id, name) in [(case_id, "a"), (case_id, "b"), (other, "c")] {
        receive(store, &reply(case_id, raw_id, name));
    }
    receive(store, &NewInboundMessage { classification: Classification::AutoReply, ..reply(a_case(store), raw_id, "d") });
    assert_eq!(badge(store), Badge { new_replies: 2, ..Badge::default() });
}

pub fn a_reply_is_new_to_each_until_he_reads_it_and_waits_until_somebody_decides(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    let (first, last) = (receive(store, &reply(case_id, raw_id, "a")), receive(store, &reply(case_id, raw_id, "b")));
    let mark = |reader: &str, up_to| write(store, |tx| tx.answers().mark_read(case_id, reader, up_to, at(70)));
    let waits = || (badge(store).new_replies, badge(store).read_replies);
    mark("eva", last);
    assert_eq!(waits(), (1, 0), "it was another who read it");
    mark("qf", first);
    assert_eq!(waits(), (1, 1));
    mark("qf", last);
    assert_eq!(waits(), (0, 1));
    receive(store, &reply(case_id, raw_id, "c"));
    // What was read before is read again: nothing new by that.
    mark("qf", first);
    assert_eq!(waits(), (1, 1));
    write(store, |tx| tx.answers().attend(case_id, "eva"));
    assert_eq!(waits(), (1, 0), "who decides, decides for all");
}

pub fn failed_messages_wait_until_they_are_sent_anew_or_settled(store: &dyn Store) {
    let case_id = a_case(store);
    let (first, second) =
        (ended(store, &outbound(case_id, "a"), Delivery::Rejected), ended(store, &outbound(case_id, "b"), Delivery::Rejected));
    assert_eq!(badge(store), Badge { failed: 2, ..Badge::default() });
    resent(store, case_id, first);
    assert_eq!(badge(store).failed, 1);
    write(store, |tx| tx.messages().update_status(second, MessageStatus::Failed, MessageStatus::Completed, at(9)));
    assert_eq!(badge(store), Badge::default());
}

pub fn uncertain_messages_wait_until_they_are_settled_or_sent_anew(store: &dyn Store) {
    let case_id = a_case(store);
    let ids = ["a", "b", "c"].map(|key| ended(store, &outbound(case_id, key), Delivery::Uncertain));
    assert_eq!(badge(store), Badge { uncertain: 3, ..Badge::default() });
    let went_out = Outcome::of(Delivery::Accepted, at(9));
    write(store, |tx| tx.deliveries().settle_uncertain(ids[0], &went_out));
    assert_eq!(badge(store).uncertain, 2);
    resent(store, case_id, ids[1]);
    assert_eq!(badge(store).uncertain, 1);
    write(store, |tx| tx.messages().update_status(ids[2], MessageStatus::Uncertain, MessageStatus::Responded, at(9)));
    assert_eq!(badge(store), Badge::default());
}

pub fn failed_calls_and_notifications_wait_for_nobody(store: &dyn Store) {
    let case_id = a_case(store);
    write(store, |tx| tx.messages().insert_call(&call(case_id, CallOutcome::NoAnswer)));
    ended(store, &notification(case_id, "n"), Delivery::Rejected);
    ended(store, &notification(case_id, "m"), Delivery::Uncertain);
    assert_eq!(badge(store), Badge::default());
}

pub fn mail_without_a_case_waits(store: &dyn Store) {
    let lost = NewInboundMessage { case_id: None, case_match: None, ..reply(CaseId(0), a_raw(store, b"raw"), "a") };
    receive(store, &lost);
    receive(store, &NewInboundMessage { classification: Classification::Bounce, ..lost });
    assert_eq!(badge(store), Badge { unassigned: 2, ..Badge::default() });
}

pub fn mail_that_could_not_be_understood_waits(store: &dyn Store) {
    write(store, |tx| {
        let id = tx.inbox().insert(&imap_mail(1, 1, b"x"))?.id();
        tx.inbox().insert(&imap_mail(1, 2, b"y"))?;
        tx.inbox().record_quarantined(id, "ilegible")
    });
    assert_eq!(badge(store), Badge { quarantined: 1, ..Badge::default() });
}

pub fn a_flagged_reply_waits_until_it_is_confirmed(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    let flag = Some(CaseMatch { kind: MatchKind::References, confirmed: false });
    let id = receive(store, &NewInboundMessage { case_match: flag, ..reply(case_id, raw_id, "a") });
    receive(store, &NewInboundMessage { case_match: flag, classification: Classification::AutoReply, ..reply(case_id, raw_id, "b") });
    assert_eq!(badge(store), Badge { unconfirmed: 1, new_replies: 1, ..Badge::default() });
    write(store, |tx| tx.messages().confirm(id));
    assert_eq!(badge(store), Badge { new_replies: 1, ..Badge::default() });
}
