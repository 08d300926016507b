//! Short words for the promises.

use chrono::{DateTime, Utc};
use followup_domain::ids::{CaseId, LeaseToken, MessageId, RawId};
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::{
    Inserted, NewInboundMessage, NewOutboundMessage, Outcome, PageRequest, Store, StoreError, StoreExt, Tx, Updated,
};

use crate::builders::{at, dropped_mail, lease, new_case};
use crate::one_letter::OneLetter;

pub(super) const ALL: PageRequest = PageRequest { offset: 0, limit: 100 };

pub(super) fn write<T>(store: &dyn Store, work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError>) -> T {
    store.write(work).unwrap()
}

pub(super) fn read<T>(store: &dyn Store, work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError>) -> T {
    store.read(work).unwrap()
}

/// A stored [`new_case`].
pub(super) fn a_case(store: &dyn Store) -> CaseId {
    write(store, |tx| tx.cases().insert(&new_case()))
}

pub(super) fn enqueue(store: &dyn Store, message: &NewOutboundMessage) -> MessageId {
    match write(store, |tx| tx.messages().insert_outbound(message)) {
        Inserted::New(id) => id,
        Inserted::Duplicate(id) => panic!("{id} has the key already"),
    }
}

/// Stores a mail's bytes and tells their number.
pub(super) fn a_raw(store: &dyn Store, bytes: &[u8]) -> RawId {
    write(store, |tx| {
        let id = tx.inbox().insert(&dropped_mail(bytes))?.id();
        Ok(tx.inbox().find_for_update(id)?.unwrap().raw_id.unwrap())
    })
}

pub(super) fn receive(store: &dyn Store, message: &NewInboundMessage) -> MessageId {
    write(store, |tx| tx.messages().insert_inbound(message))
}

pub(super) fn message(store: &dyn Store, id: MessageId) -> Message {
    read(store, |tx| tx.messages().find(id)).unwrap()
}

pub(super) fn token(text: &str) -> LeaseToken {
    LeaseToken(text.into())
}

/// Claims everything that is due, under a lease of a minute.
pub(super) fn claim(store: &dyn Store, now: DateTime<Utc>, token: &str) -> Vec<MessageId> {
    let lease = lease(token, now + chrono::Duration::seconds(60));
    let claimed = write(store, |tx| tx.dispatch().claim_mail(now, &lease, 100));
    claimed.into_iter().map(|claimed| claimed.message_id).collect()
}

/// Claims one message with `token` and starts transmitting it.
pub(super) fn transmit(store: &dyn Store, id: MessageId, token: &str, raw: &[u8]) {
    assert_eq!(claim(store, at(1), token), [id]);
    let started = write(store, |tx| tx.dispatch().transmit_one(id, &lease(token, at(120)), raw, at(2)));
    assert_eq!(started, Updated::Yes);
}

pub(super) fn outcome(delivery: Delivery) -> Outcome {
    Outcome { transport_response: Some("250 2.0.0 Ok".into()), ..Outcome::of(delivery, at(3)) }
}

pub(super) fn record(store: &dyn Store, id: MessageId, with: &str, delivery: Delivery) -> Updated {
    write(store, |tx| tx.dispatch().record_one(id, &token(with), &outcome(delivery)))
}

/// Queues, claims, transmits and records a message as accepted.
pub(super) fn send(store: &dyn Store, new: &NewOutboundMessage) -> MessageId {
    let id = enqueue(store, new);
    transmit(store, id, "sender", new.unique_key.as_bytes());
    assert_eq!(record(store, id, "sender", Delivery::Accepted), Updated::Yes);
    id
}
