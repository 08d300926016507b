//! Promises about what is counted for those who watch over the service.

promises! { $ health as health_contract:
    an_empty_store_has_nothing_to_count,
    the_queue_is_counted_by_what_is_being_done,
    the_queues_oldest_message_stays_the_oldest_when_it_is_put_off,
    what_may_be_sent_later_is_queued_and_not_due,
    due_attempts_are_counted_by_channel,
    what_left_is_counted_by_channel_since_an_instant,
    the_schema_has_a_version,
}

use chrono::{DateTime, Utc};
use followup_domain::asking::plan::{AttemptStatus, PlannedChannel};
use followup_domain::message::{Channel, Delivery, MessageContent};
use followup_domain::ports::{
    AttemptUpdate, DueAttempts, Lease, NewAttempt, NewOutboundMessage, NewOutboundTiming, Outcome, QueueFigures, SentFigures, Store,
    Updated,
};

use super::support::{a_case, claim, enqueue, read, record, token, transmit, write};
use crate::builders::{at, outbound};
use crate::one_letter::OneLetter;

fn queue(store: &dyn Store, now: i64) -> QueueFigures {
    read(store, |tx| tx.health().queue(at(now)))
}

fn due(store: &dyn Store, now: i64) -> Vec<(PlannedChannel, i64, Option<DateTime<Utc>>)> {
    let all = read(store, |tx| tx.health().due_attempts(at(now)));
    assert_eq!(all.iter().map(|due| due.channel).collect::<Vec<_>>(), PlannedChannel::ALL);
    let row = |due: DueAttempts| (due.channel, due.count, due.oldest_at);
    all.into_iter().map(row).filter(|(_, count, oldest)| *count > 0 || oldest.is_some()).collect()
}

pub fn an_empty_store_has_nothing_to_count(store: &dyn Store) {
    assert_eq!(queue(store, 0), QueueFigures::default());
    assert_eq!(due(store, 0), []);
}

pub fn the_queue_is_counted_by_what_is_being_done(store: &dyn Store) {
    let case_id = a_case(store);
    let first = enqueue(store, &outbound(case_id, "a"));
    transmit(store, first, "one", b"a");
    for key in ["b", "c"] {
        enqueue(store, &outbound(case_id, key));
    }
    let figures = queue(store, 1);
    assert_eq!((figures.queued, figures.transmitting), (2, 1));
    record(store, first, "one", Delivery::Uncertain);
    // What is in doubt waits for no mail server.
    assert_eq!((queue(store, 1).queued, queue(store, 1).transmitting), (2, 0));
}

pub fn the_queues_oldest_message_stays_the_oldest_when_it_is_put_off(store: &dyn Store) {
    let case_id = a_case(store);
    let new = |key: &str, seconds| NewOutboundMessage {
        created_at: at(seconds),
        timing: NewOutboundTiming::NotBefore(at(seconds)),
        ..outbound(case_id, key)
    };
    let oldest = enqueue(store, &new("a", -10));
    enqueue(store, &new("b", -5));
    assert_eq!(queue(store, 0), QueueFigures { queued: 2, transmitting: 0, oldest_at: Some(at(-10)), due_since: Some(at(-10)) });
    assert_eq!(claim(store, at(0), "one").len(), 2);
    assert_eq!(write(store, |tx| tx.dispatch().postpone_one(oldest, &token("one"), at(100), true, None)), Updated::Yes);
    assert_eq!(queue(store, 0), QueueFigures { queued: 2, transmitting: 0, oldest_at: Some(at(-10)), due_since: Some(at(-5)) });
}

pub fn what_may_be_sent_later_is_queued_and_not_due(store: &dyn Store) {
    let case_id = a_case(store);
    enqueue(store, &NewOutboundMessage { timing: NewOutboundTiming::NotBefore(at(10)), ..outbound(case_id, "a") });
    assert_eq!((queue(store, 9).queued, queue(store, 9).due_since), (1, None));
    assert_eq!(queue(store, 10).due_since, Some(at(10)));
}

pub fn due_attempts_are_counted_by_channel(store: &dyn Store) {
    let case_id = a_case(store);
    let attempt = |channel, seconds| NewAttempt {
        case_id,
        plan_id: None,
        position: 1,
        label: "Seguimiento".into(),
        due_at: at(seconds),
        channel,
        reason: None,
        created_at: at(0),
    };
    let all = [
        attempt(PlannedChannel::Email, 5),
        attempt(PlannedChannel::Call, 6),
        attempt(PlannedChannel::Email, 3),
        attempt(PlannedChannel::Email, 9),
    ];
    let ids = write(store, |tx| tx.attempts().insert_all(&all));
    assert_eq!(due(store, 2), []);
    assert_eq!(due(store, 5), [(PlannedChannel::Email, 2, Some(at(3)))]);
    assert_eq!(due(store, 6), [(PlannedChannel::Email, 2, Some(at(3))), (PlannedChannel::Call, 1, Some(at(6)))]);
    let settled = AttemptUpdate {
        id: ids[2],
        from: AttemptStatus::Pending,
        to: AttemptStatus::Sending,
        reason: None,
        message_id: None,
        due_at: None,
        reactivated: false,
        at: at(7),
    };
    write(store, |tx| tx.attempts().update(&settled));
    assert_eq!(due(store, 6), [(PlannedChannel::Email, 1, Some(at(5))), (PlannedChannel::Call, 1, Some(at(6)))]);
}

pub fn what_left_is_counted_by_channel_since_an_instant(store: &dyn Store) {
    let case_id = a_case(store);
    let sent = |since| -> Vec<SentFigures> {
        let all = read(store, |tx| tx.health().sent_since(at(since)));
        assert_eq!(all.iter().map(|sent| sent.channel).collect::<Vec<_>>(), Channel::ALL);
        all.into_iter().filter(|sent| sent.messages > 0 || sent.last_at.is_some()).collect()
    };
    let accepted = |seconds, parts| Outcome { parts, ..Outcome::of(Delivery::Accepted, at(seconds)) };
    let letter = enqueue(store, &outbound(case_id, "a"));
    transmit(store, letter, "one", b"a");
    assert_eq!(sent(0), [], "it may have left");
    assert_eq!(write(store, |tx| tx.dispatch().record_one(letter, &token("one"), &accepted(10, None))), Updated::Yes);
    for (key, seconds, parts) in [("b", 20, Some(2)), ("c", 30, Some(3)), ("d", 40, None)] {
        let letter = outbound(case_id, key);
        let content = MessageContent { subject: None, to: Some("+51999888777".into()), ..letter.content };
        let text = enqueue(store, &NewOutboundMessage { channel: Channel::Sms, content, ..letter });
        write(store, |tx| {
            let lease = Lease { token: token(key), until: at(1000) };
            tx.dispatch().claim_due(Channel::Sms, at(1), &lease, 1)?;
            tx.dispatch().transmit_one(text, &lease, b"x", at(1))
        });
        assert_eq!(write(store, |tx| tx.dispatch().record_one(text, &token(key), &accepted(seconds, parts))), Updated::Yes);
    }
    let email = SentFigures { channel: Channel::Email, messages: 1, parts: 0, last_at: Some(at(10)) };
    let texts = SentFigures { channel: Channel::Sms, messages: 3, parts: 5, last_at: Some(at(40)) };
    assert_eq!(sent(0), [email, texts]);
    assert_eq!(sent(30), [SentFigures { messages: 2, parts: 3, ..texts }], "the instant itself counts");
    assert_eq!(sent(41), []);
}

pub fn the_schema_has_a_version(store: &dyn Store) {
    let version = read(store, |tx| tx.health().schema_version());
    assert!(version.len() == 14 && version.bytes().all(|byte| byte.is_ascii_digit()), "{version}");
}
