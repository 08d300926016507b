//! Promises about what reports and other automatic mails tell of messages that left.

promises! { $ reports as reports_contract:
    a_bounce_makes_a_sent_message_a_failed_one,
    a_bounce_ends_the_doubt_about_a_message,
    a_report_of_delivery_is_kept_and_changes_no_status,
    a_bounce_changes_nothing_of_what_was_answered,
    what_did_not_leave_is_not_reported_on,
    reports_on_many_messages_are_each_answered_for,
    a_message_that_came_back_is_no_documented_contact,
    what_an_automatic_mail_says_comes_back,
    notices_are_told_by_case_by_mail_and_by_what_they_are_about,
    a_notice_that_named_no_message_is_given_one_once,
}

use followup_domain::contact::Failure;
use followup_domain::contact::{FailureReason, Permanence};
use followup_domain::ids::MessageId;
use followup_domain::mail::bounce::{LetterReport, MailNotice};
use followup_domain::mail::report::ReportAction;
use followup_domain::message::{Delivery, MessageStatus};
use followup_domain::ports::{NewInboundMessage, Outcome, Store, StoreError, StoreExt, Updated, of_one};

use super::support::{a_case, a_raw, enqueue, message, read, receive, record, send, transmit, write};
use crate::builders::{at, outbound, reply};

fn report(store: &dyn Store, id: MessageId, delivery: Delivery) -> Updated {
    let error = (delivery == Delivery::Bounced).then(|| "la dirección no existe (5.1.1)".to_owned());
    let outcome = Outcome { error, ..Outcome::of(delivery, at(500)) };
    write(store, |tx| tx.deliveries().record_reports(&[(id, &outcome)]).and_then(of_one))
}

fn state(store: &dyn Store, id: MessageId) -> (Option<MessageStatus>, Option<Delivery>) {
    let stored = message(store, id);
    (stored.status, stored.delivery)
}

pub fn a_bounce_makes_a_sent_message_a_failed_one(store: &dyn Store) {
    let id = send(store, &outbound(a_case(store), "a"));
    let sent_at = message(store, id).sent_at;
    assert_eq!((report(store, id, Delivery::Bounced), report(store, id, Delivery::Bounced)), (Updated::Yes, Updated::Stale));
    let stored = message(store, id);
    assert_eq!((stored.status, stored.delivery), (Some(MessageStatus::Failed), Some(Delivery::Bounced)));
    assert_eq!(stored.error.as_deref(), Some("la dirección no existe (5.1.1)"));
    assert_eq!(stored.transport_response.as_deref(), Some("250 2.0.0 Ok"), "what the transport said stays");
    assert_eq!((stored.sent_at, stored.recorded_at), (sent_at, at(500)));
}

pub fn a_bounce_ends_the_doubt_about_a_message(store: &dyn Store) {
    let id = enqueue(store, &outbound(a_case(store), "a"));
    transmit(store, id, "one", b"a");
    assert_eq!(record(store, id, "one", Delivery::Uncertain), Updated::Yes);
    assert_eq!(report(store, id, Delivery::Bounced), Updated::Yes);
    assert_eq!(state(store, id), (Some(MessageStatus::Failed), Some(Delivery::Bounced)));
    assert_eq!(record(store, id, "one", Delivery::Accepted), Updated::Stale, "no late answer is taken any more");
}

pub fn a_report_of_delivery_is_kept_and_changes_no_status(store: &dyn Store) {
    let id = send(store, &outbound(a_case(store), "a"));
    assert_eq!(report(store, id, Delivery::Delivered), Updated::Yes);
    assert_eq!(state(store, id), (Some(MessageStatus::Sent), Some(Delivery::Delivered)));
    assert_eq!((report(store, id, Delivery::Read), report(store, id, Delivery::Delivered)), (Updated::Yes, Updated::Stale));
    write(store, |tx| tx.messages().update_status(id, MessageStatus::Sent, MessageStatus::Responded, at(9)));
    assert_eq!(state(store, id), (Some(MessageStatus::Responded), Some(Delivery::Read)));
}

pub fn a_bounce_changes_nothing_of_what_was_answered(store: &dyn Store) {
    for (key, to) in [("a", MessageStatus::Responded), ("b", MessageStatus::Completed)] {
        let id = send(store, &outbound(a_case(store), key));
        write(store, |tx| tx.messages().update_status(id, MessageStatus::Sent, to, at(9)));
        assert_eq!(report(store, id, Delivery::Bounced), Updated::Stale);
        assert_eq!(state(store, id), (Some(to), Some(Delivery::Accepted)));
        assert_eq!(report(store, id, Delivery::Delivered), Updated::Yes);
    }
}

pub fn what_did_not_leave_is_not_reported_on(store: &dyn Store) {
    let case_id = a_case(store);
    let under_way = enqueue(store, &outbound(case_id, "a"));
    transmit(store, under_way, "one", b"a");
    let queued = enqueue(store, &outbound(case_id, "b"));
    let skipped = enqueue(store, &outbound(case_id, "c"));
    write(store, |tx| tx.deliveries().skip(skipped, "omitido", at(4)));
    let received = receive(store, &reply(case_id, a_raw(store, b"raw"), "r"));
    for id in [under_way, queued, skipped, received, MessageId(4711)] {
        assert_eq!(report(store, id, Delivery::Bounced), Updated::Stale, "{id}");
    }
    for delivery in [Delivery::Queued, Delivery::Transmitting, Delivery::Accepted, Delivery::Rejected, Delivery::Uncertain] {
        let outcome = Outcome::of(delivery, at(5));
        let refused = store.write(|tx| tx.deliveries().record_reports(&[(queued, &outcome)]));
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{delivery}");
    }
}

pub fn reports_on_many_messages_are_each_answered_for(store: &dyn Store) {
    let case_id = a_case(store);
    let [sent, answered, read] = ["a", "b", "c"].map(|key| send(store, &outbound(case_id, key)));
    let doubted = enqueue(store, &outbound(a_case(store), "e"));
    transmit(store, doubted, "one", b"e");
    record(store, doubted, "one", Delivery::Uncertain);
    let queued = enqueue(store, &outbound(case_id, "d"));
    write(store, |tx| tx.messages().update_status(answered, MessageStatus::Sent, MessageStatus::Responded, at(9)));
    report(store, read, Delivery::Read);
    let [delivered, came_back] = [Delivery::Delivered, Delivery::Bounced].map(|delivery| Outcome::of(delivery, at(500)));
    let batch = [(queued, &delivered), (doubted, &came_back), (answered, &delivered), (read, &delivered), (sent, &delivered)];
    let answers = write(store, |tx| tx.deliveries().record_reports(&batch));
    assert_eq!(answers, [Updated::Stale, Updated::Yes, Updated::Yes, Updated::Stale, Updated::Yes]);
    assert_eq!(state(store, sent), (Some(MessageStatus::Sent), Some(Delivery::Delivered)));
    assert_eq!(state(store, answered), (Some(MessageStatus::Responded), Some(Delivery::Delivered)));
    assert_eq!(state(store, doubted), (Some(MessageStatus::Failed), Some(Delivery::Bounced)));
    assert_eq!((state(store, read).1, state(store, queued).1), (Some(Delivery::Read), Some(Delivery::Queued)));
    assert_eq!(record(store, doubted, "one", Delivery::Accepted), Updated::Stale, "its row of the queue is gone");
    let twice = store.write(|tx| tx.deliveries().record_reports(&[(sent, &came_back), (sent, &delivered)]));
    assert!(matches!(twice, Err(StoreError::Refused(_))));
    assert_eq!(write(store, |tx| tx.deliveries().record_reports(&[])), []);
}

pub fn a_message_that_came_back_is_no_documented_contact(store: &dyn Store) {
    let case_id = a_case(store);
    let ids = ["a", "b"].map(|key| send(store, &outbound(case_id, key)));
    let count = || read(store, |tx| tx.exchanges().count(case_id));
    assert_eq!(count(), 2);
    report(store, ids[0], Delivery::Bounced);
    assert_eq!(count(), 1);
}

fn notices_of(message_id: MessageId, about: MessageId) -> [MailNotice; 1] {
    let failure = Failure { permanence: Permanence::Soft, reason: FailureReason::MailboxFull, status: Some("5.2.2".into()) };
    let address = Some("rojas@example.org".into());
    let report = Some(LetterReport { action: ReportAction::Failed, address, failure: Some(failure) });
    [MailNotice { message_id, why: "multipart/report".into(), about: Some(about), report, returns_on: None }]
}

pub fn what_an_automatic_mail_says_comes_back(store: &dyn Store) {
    let case_id = a_case(store);
    let (raw_id, letter) = (a_raw(store, b"raw"), enqueue(store, &outbound(case_id, "a")));
    let [bounce] = notices_of(receive(store, &reply(case_id, raw_id, "b")), letter);
    let delayed = LetterReport { action: ReportAction::Delayed, address: None, failure: None };
    let delay = MailNotice { message_id: receive(store, &reply(case_id, raw_id, "d")), report: Some(delayed), ..bounce.clone() };
    let returns_on = Some(at(0).date_naive());
    let (why, about) = ("Auto-Submitted: auto-replied".to_owned(), None);
    let away = MailNotice { message_id: receive(store, &reply(case_id, raw_id, "o")), why, about, report: None, returns_on };
    for notice in [&bounce, &delay, &away] {
        write(store, |tx| tx.notices().insert(notice));
    }
    assert_eq!(read(store, |tx| tx.notices().of_case(case_id)), [bounce.clone(), delay.clone(), away]);
    assert_eq!(read(store, |tx| tx.notices().about(letter)), [bounce, delay]);
}

pub fn notices_are_told_by_case_by_mail_and_by_what_they_are_about(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let (raw_id, letter) = (a_raw(store, b"raw"), enqueue(store, &outbound(case_id, "a")));
    let unassigned = NewInboundMessage { case_id: None, case_match: None, ..reply(case_id, raw_id, "b") };
    let [notice] = notices_of(receive(store, &unassigned), letter);
    write(store, |tx| tx.notices().insert(&notice));
    for case_id in [case_id, other] {
        assert_eq!(read(store, |tx| tx.notices().of_case(case_id)), []);
    }
    let notice = [notice];
    assert_eq!(read(store, |tx| tx.notices().about(letter)), notice);
    let told = |ids: &[MessageId]| read(store, |tx| tx.notices().of_messages(ids));
    assert_eq!(told(&[letter, notice[0].message_id]), notice, "of a mail of the tray, and of it alone");
    assert_eq!((told(&[letter]), told(&[])), (vec![], vec![]));
    assert_eq!(read(store, |tx| tx.notices().about(MessageId(4711))), []);
}

pub fn a_notice_that_named_no_message_is_given_one_once(store: &dyn Store) {
    let case_id = a_case(store);
    let (raw_id, letter) = (a_raw(store, b"raw"), enqueue(store, &outbound(case_id, "a")));
    let [told] = notices_of(receive(store, &reply(case_id, raw_id, "b")), letter);
    let unnamed = MailNotice { about: None, report: None, ..told.clone() };
    write(store, |tx| tx.notices().insert(&unnamed));
    let name = |id, about| write(store, |tx| tx.notices().name(id, about, told.report.as_ref().unwrap()));
    assert_eq!((name(told.message_id, letter), name(told.message_id, told.message_id)), (Updated::Yes, Updated::Stale));
    assert_eq!(name(MessageId(4711), letter), Updated::Stale);
    assert_eq!(read(store, |tx| tx.notices().about(letter)), [told]);
}
