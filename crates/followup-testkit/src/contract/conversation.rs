//! Promises about what belongs to the conversation with the reporter: calls, notifications, confirmed and linked replies.

promises! { $ conversation as conversation_contract:
    a_logged_call_stands_in_the_thread,
    a_call_that_reached_nobody_has_failed,
    a_notification_stands_in_no_thread,
    a_notification_makes_nobody_known,
    a_notification_is_claimed_and_sent_like_any_other_message,
    a_notification_that_is_answered_says_what_it_is,
    contacts_are_messages_that_the_transport_took_and_calls,
    what_says_how_long_a_case_waits_is_told_of_its_whole_thread,
    the_last_answer_is_the_latest_reply_that_counts_or_call_that_reached_somebody,
    requests_that_wait_are_listed_oldest_first,
    a_flagged_reply_counts_once_a_person_confirms_it,
    what_waits_for_no_confirmation_cannot_be_confirmed,
    a_message_is_linked_to_another_of_its_thread,
    a_message_is_not_linked_beyond_its_thread,
    a_reply_reads_as_it_did_beside_the_letter_that_is_its_parent,
    what_people_should_know_of_a_mail_is_kept_once,
    the_last_message_to_an_address_is_found_in_each_open_case,
    when_somebody_wrote_last_is_known_by_channel_and_address,
}

use followup_domain::asking::missing::FieldPath;
use followup_domain::asking::waiting::Exchange;
use followup_domain::case::{Closure, ClosureReason};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{
    CallOutcome, CaseMatch, Channel, Classification, Delivery, Direction, MailFlag, MatchKind, Message, MessageKind, MessageStatus,
};
use followup_domain::ports::{NewCall, NewInboundMessage, NewOutboundMessage, ReplyReading, Store, Updated};

use super::support::{a_case, a_raw, claim, enqueue, message, read, receive, record, send, transmit, write};
use crate::builders::{at, automatic, call, message_id, notification, outbound, reply};
use crate::one_letter::OneLetter;

fn log(store: &dyn Store, call: &NewCall) -> MessageId {
    write(store, |tx| tx.messages().insert_call(call))
}

fn thread_ids(store: &dyn Store, case_id: CaseId) -> Vec<MessageId> {
    read(store, |tx| tx.threads().whole(case_id)).iter().map(|message| message.id).collect()
}

fn flagged(store: &dyn Store, case_id: CaseId, name: &str) -> MessageId {
    let case_match = Some(CaseMatch { kind: MatchKind::InReplyTo, confirmed: false });
    receive(store, &NewInboundMessage { case_match, ..reply(case_id, a_raw(store, name.as_bytes()), name) })
}

pub fn a_logged_call_stands_in_the_thread(store: &dyn Store) {
    let case_id = a_case(store);
    let letter = send(store, &NewOutboundMessage { created_at: at(50), ..outbound(case_id, "a") });
    let new = call(case_id, CallOutcome::Reached);
    let id = log(store, &new);
    let stored = message(store, id);
    assert_eq!(
        (stored.case_id, stored.direction, stored.channel, stored.kind),
        (Some(case_id), Direction::Out, Channel::Call, MessageKind::Call)
    );
    assert_eq!((stored.content.body, stored.content.to, stored.content.subject), (new.notes, new.to, None));
    assert_eq!((stored.status, stored.delivery, stored.call_outcome), (Some(MessageStatus::Sent), None, Some(CallOutcome::Reached)));
    assert_eq!((stored.created_at, stored.recorded_at, stored.sent_at), (new.at, new.recorded_at, None));
    assert_eq!((thread_ids(store, case_id), claim(store, at(9999), "x")), (vec![id, letter], vec![]));
    assert_eq!(read(store, |tx| tx.threads().entries(case_id)).len(), 1);
}

pub fn a_call_that_reached_nobody_has_failed(store: &dyn Store) {
    let case_id = a_case(store);
    for outcome in [CallOutcome::NoAnswer, CallOutcome::WrongNumber, CallOutcome::Refused] {
        let stored = message(store, log(store, &NewCall { to: None, ..call(case_id, outcome) }));
        assert_eq!((stored.status, stored.call_outcome, stored.content.to), (Some(MessageStatus::Failed), Some(outcome), None));
    }
}

pub fn a_notification_stands_in_no_thread(store: &dyn Store) {
    let case_id = a_case(store);
    let told = send(store, &notification(case_id, "n"));
    assert_eq!((thread_ids(store, case_id), read(store, |tx| tx.threads().entries(case_id))), (vec![], vec![]));
    assert_eq!(message(store, told).kind, MessageKind::Notification);
}

pub fn a_notification_makes_nobody_known(store: &dyn Store) {
    let case_id = a_case(store);
    send(store, &notification(case_id, "n"));
    assert!(!read(store, |tx| tx.exchanges().knows_address(case_id, "evaluadora@example.net")));
    assert_eq!(read(store, |tx| tx.automatics().count_to("evaluadora@example.net", at(-99))), 0);
}

pub fn a_notification_is_claimed_and_sent_like_any_other_message(store: &dyn Store) {
    let case_id = a_case(store);
    let id = enqueue(store, &notification(case_id, "n"));
    transmit(store, id, "one", b"raw");
    assert_eq!(record(store, id, "one", Delivery::Accepted), Updated::Yes);
    let stored = message(store, id);
    assert_eq!(
        (stored.case_id, stored.status, stored.content),
        (Some(case_id), Some(MessageStatus::Sent), notification(case_id, "n").content)
    );
}

pub fn a_notification_that_is_answered_says_what_it_is(store: &dyn Store) {
    let case_id = a_case(store);
    enqueue(store, &notification(case_id, "n"));
    enqueue(store, &outbound(case_id, "o"));
    let known = read(store, |tx| tx.names().find(&[message_id("n"), message_id("o")]));
    assert_eq!(known.iter().map(|known| (known.notification, known.inbound)).collect::<Vec<_>>(), [(true, false), (false, false)]);
}

pub fn contacts_are_messages_that_the_transport_took_and_calls(store: &dyn Store) {
    let case_id = a_case(store);
    let count = || read(store, |tx| tx.exchanges().count(case_id));
    send(store, &notification(case_id, "n"));
    receive(store, &reply(case_id, a_raw(store, b"raw"), "r"));
    let failed = enqueue(store, &outbound(case_id, "failed"));
    transmit(store, failed, "t", b"x");
    record(store, failed, "t", Delivery::Rejected);
    enqueue(store, &outbound(case_id, "queued"));
    claim(store, at(9), "others");
    log(store, &call(a_case(store), CallOutcome::Reached));
    assert_eq!(count(), 0);
    send(store, &outbound(case_id, "a"));
    send(store, &automatic(case_id, "b"));
    assert_eq!(count(), 2);
    log(store, &call(case_id, CallOutcome::NoAnswer));
    assert_eq!(count(), 3);
}

pub fn what_says_how_long_a_case_waits_is_told_of_its_whole_thread(store: &dyn Store) {
    let case_id = a_case(store);
    send(store, &notification(case_id, "n"));
    let letter = message(store, send(store, &outbound(case_id, "a")));
    let answer = message(store, receive(store, &reply(case_id, a_raw(store, b"raw"), "r")));
    let called = message(store, log(store, &call(case_id, CallOutcome::Reached)));
    enqueue(store, &outbound(a_case(store), "other"));
    let mut contacts = read(store, |tx| tx.exchanges().list(case_id));
    contacts.sort_by_key(|contact| contact.kind);
    let of = |message: &Message, at| Exchange {
        kind: message.kind,
        status: message.status,
        delivery: message.delivery,
        classification: message.classification,
        confirmed: message.case_match.is_some_and(|matched| matched.confirmed),
        call_outcome: message.call_outcome,
        at,
    };
    let mut told = [of(&letter, letter.sent_at.unwrap()), of(&answer, answer.created_at), of(&called, called.created_at)];
    told.sort_by_key(|contact| contact.kind);
    assert_eq!(contacts, told);
}

pub fn the_last_answer_is_the_latest_reply_that_counts_or_call_that_reached_somebody(store: &dyn Store) {
    let case_id = a_case(store);
    let last = || read(store, |tx| tx.exchanges().last_answer(case_id));
    send(store, &outbound(case_id, "a"));
    flagged(store, case_id, "f");
    log(store, &call(case_id, CallOutcome::NoAnswer));
    receive(store, &NewInboundMessage { classification: Classification::AutoReply, ..reply(case_id, a_raw(store, b"o"), "o") });
    assert_eq!(last(), None);
    let spoke = log(store, &NewCall { at: at(80), ..call(case_id, CallOutcome::Reached) });
    assert_eq!(last(), Some(spoke));
    receive(store, &NewInboundMessage { created_at: at(70), ..reply(case_id, a_raw(store, b"early"), "early") });
    assert_eq!(last(), Some(spoke), "by when it came, not by when it was stored");
    let wrote = receive(store, &NewInboundMessage { created_at: at(90), ..reply(case_id, a_raw(store, b"late"), "late") });
    assert_eq!(last(), Some(wrote));
}

pub fn requests_that_wait_are_listed_oldest_first(store: &dyn Store) {
    let case_id = a_case(store);
    let asking = |key: &str, seconds: i64| {
        let id = enqueue(store, &NewOutboundMessage { created_at: at(seconds), ..automatic(case_id, key) });
        write(store, |tx| tx.requests().set_asked(id, case_id, &[FieldPath::parse("gravedad").unwrap().into()]));
        id
    };
    let (sent, uncertain, failed, responded, completed) = (asking("a", 0), asking("b", -5), asking("c", 1), asking("d", 2), asking("e", 3));
    let asked_nothing = enqueue(store, &outbound(case_id, "f"));
    let lease = crate::builders::lease("all", at(600));
    write(store, |tx| tx.dispatch().claim_mail(at(1), &lease, 100));
    let done = [
        (sent, Delivery::Accepted),
        (uncertain, Delivery::Uncertain),
        (failed, Delivery::Rejected),
        (responded, Delivery::Accepted),
        (completed, Delivery::Accepted),
        (asked_nothing, Delivery::Accepted),
    ];
    for (id, delivery) in done {
        write(store, |tx| tx.dispatch().transmit_one(id, &lease, &id.0.to_be_bytes(), at(2)));
        record(store, id, "all", delivery);
    }
    for (id, to) in [(responded, MessageStatus::Responded), (completed, MessageStatus::Completed)] {
        write(store, |tx| tx.messages().update_status(id, MessageStatus::Sent, to, at(9)));
    }
    let queued = enqueue(store, &automatic(case_id, "g"));
    write(store, |tx| tx.requests().set_asked(queued, case_id, &[FieldPath::parse("dosis").unwrap().into()]));
    let listed: Vec<MessageId> = read(store, |tx| tx.exchanges().list_open_requests(case_id)).iter().map(|message| message.id).collect();
    assert_eq!(listed, [uncertain, sent, responded]);
}

pub fn a_flagged_reply_counts_once_a_person_confirms_it(store: &dyn Store) {
    let case_id = a_case(store);
    let id = flagged(store, case_id, "a");
    let confirm = || write(store, |tx| tx.messages().confirm(id));
    let knows = || read(store, |tx| tx.exchanges().knows_address(case_id, "rojas@example.org"));
    assert!(!message(store, id).is_human_reply() && !knows());
    assert_eq!((confirm(), confirm()), (Updated::Yes, Updated::Stale));
    assert!(message(store, id).is_human_reply() && knows());
    assert_eq!(read(store, |tx| tx.answers().count_unattended(case_id)), 1);
}

pub fn what_waits_for_no_confirmation_cannot_be_confirmed(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    let unassigned = NewInboundMessage { case_id: None, case_match: None, ..reply(case_id, raw_id, "b") };
    let ids = [
        enqueue(store, &outbound(case_id, "a")),
        receive(store, &unassigned),
        receive(store, &reply(case_id, raw_id, "c")),
        MessageId(4711),
    ];
    for id in ids {
        assert_eq!(write(store, |tx| tx.messages().confirm(id)), Updated::Stale);
    }
    assert_eq!(message(store, ids[1]).case_match, None);
}

pub fn a_message_is_linked_to_another_of_its_thread(store: &dyn Store) {
    let case_id = a_case(store);
    let (first, second) = (enqueue(store, &outbound(case_id, "a")), enqueue(store, &outbound(case_id, "b")));
    let answer = receive(store, &reply(case_id, a_raw(store, b"raw"), "r"));
    for parent in [first, second] {
        assert_eq!(write(store, |tx| tx.messages().link(answer, parent)), Updated::Yes);
        assert_eq!(message(store, answer).parent_id, Some(parent));
    }
}

pub fn a_message_is_not_linked_beyond_its_thread(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let raw_id = a_raw(store, b"raw");
    let answer = receive(store, &reply(case_id, raw_id, "r"));
    let lost = receive(store, &NewInboundMessage { case_id: None, classification: Classification::Human, ..reply(case_id, raw_id, "l") });
    let foreign = enqueue(store, &outbound(other, "a"));
    let told = enqueue(store, &notification(case_id, "n"));
    for (id, parent) in
        [(answer, foreign), (answer, lost), (lost, answer), (answer, answer), (answer, told), (told, answer), (answer, MessageId(4711))]
    {
        assert_eq!(write(store, |tx| tx.messages().link(id, parent)), Updated::Stale, "{id} {parent}");
    }
    assert_eq!(message(store, answer).parent_id, None);
}

pub fn a_reply_reads_as_it_did_beside_the_letter_that_is_its_parent(store: &dyn Store) {
    let case_id = a_case(store);
    let (letter, other) = (send(store, &outbound(case_id, "a")), send(store, &outbound(case_id, "b")));
    let late = NewInboundMessage { created_at: at(9000), ..reply(case_id, a_raw(store, b"r"), "r") };
    let id = receive(store, &late);
    let reading = |parent_id, reply: &str| ReplyReading { parent_id, reply: reply.into(), quoted: Some("> Lote?".into()) };
    for (parent_id, text) in [(other, "otro"), (letter, "L-9"), (letter, "no")] {
        write(store, |tx| tx.readings().insert(id, &reading(parent_id, text)));
    }
    assert_eq!(message(store, id).content, late.content, "it answers no letter yet");
    assert_eq!(write(store, |tx| tx.messages().link(id, letter)), Updated::Yes);
    let read_as = Some(("L-9".to_owned(), Some("> Lote?".to_owned())));
    let shown = |message: Option<Message>| message.map(|message| (message.content.body, message.content.body_quoted));
    assert_eq!(shown(Some(message(store, id))), read_as);
    assert_eq!(shown(read(store, |tx| tx.threads().whole(case_id)).into_iter().find(|message| message.id == id)), read_as);
}

pub fn what_people_should_know_of_a_mail_is_kept_once(store: &dyn Store) {
    let case_id = a_case(store);
    let raw_id = a_raw(store, b"raw");
    let ids = ["a", "b", "c"].map(|name| receive(store, &reply(case_id, raw_id, name)));
    for flag in MailFlag::ALL.iter().chain(MailFlag::ALL) {
        write(store, |tx| tx.readings().insert_flag(ids[1], *flag));
    }
    write(store, |tx| tx.readings().insert_flag(ids[2], MailFlag::FurtherCases));
    let mut kept = read(store, |tx| tx.readings().flags(&ids[..2]));
    kept.sort_unstable();
    assert_eq!(kept, MailFlag::ALL.iter().map(|flag| (ids[1], *flag)).collect::<Vec<_>>());
    assert_eq!(read(store, |tx| tx.readings().flags(&[])), []);
}

pub fn the_last_message_to_an_address_is_found_in_each_open_case(store: &dyn Store) {
    let written_to = |channel, address: &str| read(store, |tx| tx.exchanges().list_written_to(channel, address));
    let [first, second, closed, silent] = [a_case(store), a_case(store), a_case(store), a_case(store)];
    send(store, &outbound(first, "a"));
    let of_second = send(store, &outbound(second, "b"));
    send(store, &outbound(closed, "c"));
    let of_first = send(store, &outbound(first, "d"));
    let refused = enqueue(store, &outbound(silent, "e"));
    transmit(store, refused, "x", b"e");
    record(store, refused, "x", Delivery::Rejected);
    enqueue(store, &outbound(silent, "f"));
    let closure = Closure { reason: ClosureReason::Declined, notes: "x".into(), at: at(9) };
    assert_eq!(write(store, |tx| tx.cases().close(closed, &closure)), Updated::Yes);
    assert_eq!(written_to(Channel::Email, "Rojas@example.org"), [(first, of_first), (second, of_second)]);
    assert_eq!(written_to(Channel::Email, "otra@example.org"), []);
    assert_eq!(written_to(Channel::Sms, "rojas@example.org"), []);
}

pub fn when_somebody_wrote_last_is_known_by_channel_and_address(store: &dyn Store) {
    let last = |channel, address: &str| read(store, |tx| tx.exchanges().last_heard(channel, address));
    let case_id = a_case(store);
    send(store, &outbound(case_id, "a"));
    assert_eq!(last(Channel::Email, "rojas@example.org"), None, "what we write is nothing that they wrote");
    for (name, case, second) in [("b", Some(case_id), 60), ("c", None, 90), ("d", Some(case_id), 70)] {
        let raw_id = a_raw(store, name.as_bytes());
        let case_match = Some(CaseMatch { kind: MatchKind::Number, confirmed: true }).filter(|_| case.is_some());
        receive(store, &NewInboundMessage { case_id: case, case_match, created_at: at(second), ..reply(case_id, raw_id, name) });
    }
    assert_eq!(last(Channel::Email, "Rojas@example.org"), Some(at(90)), "in whichever case or none");
    assert_eq!(last(Channel::Whatsapp, "rojas@example.org"), None);
    assert_eq!(last(Channel::Email, "otra@example.org"), None);
}
