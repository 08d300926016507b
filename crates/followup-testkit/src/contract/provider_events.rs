//! Promises about what providers tell: stored first, told once, never changed.

promises! { $ provider_events as provider_events_contract:
    a_call_is_stored_once_and_understood_like_a_stored_mail,
    calls_that_are_stored_together_keep_their_order_and_the_same_bytes_are_one,
    a_mail_is_no_providers_call,
    calls_are_taken_once_and_mails_and_quarantined_calls_stay,
    small_originals_come_together,
    an_event_is_kept_once_under_its_key,
    events_that_are_kept_together_are_each_answered_for_and_one_twice_among_them_is_one,
    an_event_that_is_told_at_once_waits_for_nothing_and_is_final,
    events_wait_for_their_message_by_either_name_oldest_first,
    events_of_many_messages_are_listed_at_once,
    what_was_told_of_its_message_waits_no_more,
    a_providers_id_names_one_message,
    letters_that_are_told_of_come_by_their_numbers_and_as_they_are,
}

use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::ids::{InboundMailId, MessageId, ProviderEventId, RawId};
use followup_domain::mail::inbound::InboundState;
use followup_domain::message::Channel;
use followup_domain::ports::{Inserted, NewCallback, NewProviderEvent, Store, Updated, of_one};
use followup_domain::sending::{EventKind, ExternalName, StatusEvent};

use super::support::{a_case, a_raw, enqueue, read, write};
use crate::builders::{at, dropped_mail, outbound};

fn callback(raw: &[u8]) -> NewCallback {
    NewCallback { provider: "prov".into(), channel: Channel::Sms, received_at: at(5), raw: raw.to_vec() }
}

fn event(key: &str, provider_id: Option<&str>, reference: Option<&str>) -> StatusEvent {
    StatusEvent {
        key: key.into(),
        provider_id: provider_id.map(str::to_owned),
        reference: reference.map(str::to_owned),
        kind: EventKind::Failed,
        failure: Some(Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: Some("30003".into()) }),
        at: Some(at(3)),
    }
}

fn new_event(raw_id: RawId, event: &StatusEvent) -> NewProviderEvent {
    NewProviderEvent { provider: "prov".into(), event: event.clone(), received_at: at(5), raw_id, told_of: None }
}

fn keep(store: &dyn Store, raw_id: RawId, event: &StatusEvent) -> Inserted<ProviderEventId> {
    write(store, |tx| tx.provider_events().insert(&[new_event(raw_id, event)]).and_then(of_one))
}

fn store_call(store: &dyn Store, raw: &[u8]) -> Inserted<InboundMailId> {
    write(store, |tx| tx.provider_events().insert_callbacks(&[callback(raw)]).and_then(of_one))
}

fn waiting(store: &dyn Store, provider_id: Option<&str>, reference: Option<&str>) -> Vec<String> {
    let (ids, references): (Vec<&str>, Vec<&str>) = (provider_id.into_iter().collect(), reference.into_iter().collect());
    let events = read(store, |tx| tx.provider_events().list_waiting("prov", &ids, &references));
    events.into_iter().map(|stored| stored.event.key).collect()
}

pub fn a_call_is_stored_once_and_understood_like_a_stored_mail(store: &dyn Store) {
    let Inserted::New(id) = store_call(store, b"{}") else { panic!("it is new") };
    assert_eq!(store_call(store, b"{}"), Inserted::Duplicate(id));
    assert_eq!(read(store, |tx| tx.inbox().list_stored(10)), [id]);
    let call = read(store, |tx| tx.provider_events().list_calls(&[id])).remove(0);
    assert_eq!((call.id, call.provider.as_str(), call.received_at, call.size), (id, "prov", at(5), 2));
    assert_eq!(read(store, |tx| tx.originals().find_whole(call.raw_id)).as_deref(), Some(&b"{}"[..]));
    assert_eq!(write(store, |tx| tx.inbox().record_processed(id, None)), Updated::Yes);
    let stored = write(store, |tx| tx.inbox().find_for_update(id)).unwrap();
    assert_eq!((stored.state, stored.message_id, stored.arrived_at), (InboundState::Processed, None, at(5)));
}

pub fn calls_that_are_stored_together_keep_their_order_and_the_same_bytes_are_one(store: &dyn Store) {
    let known = store_call(store, b"known").id();
    let batch = [&b"z"[..], b"known", b"a", b"z"].map(callback);
    let answers = write(store, |tx| tx.provider_events().insert_callbacks(&batch));
    let [Inserted::New(first), Inserted::Duplicate(same), Inserted::New(second), Inserted::Duplicate(again)] = answers[..] else {
        panic!("{answers:?}")
    };
    assert_eq!((same, again), (known, first));
    assert_eq!(read(store, |tx| tx.inbox().list_stored(10)), [known, first, second]);
    let whole = |id| read(store, |tx| tx.originals().find_whole_arrival(id)).unwrap();
    assert_eq!([whole(first), whole(second)], [b"z", b"a"]);
    assert_eq!(write(store, |tx| tx.provider_events().insert_callbacks(&[])), []);
}

pub fn a_mail_is_no_providers_call(store: &dyn Store) {
    let id = write(store, |tx| tx.inbox().insert(&dropped_mail(b"abc"))).id();
    let call = store_call(store, b"{}").id();
    let listed = read(store, |tx| tx.provider_events().list_calls(&[call, InboundMailId(4711), id]));
    assert_eq!(listed.iter().map(|listed| listed.id).collect::<Vec<_>>(), [call]);
}

pub fn calls_are_taken_once_and_mails_and_quarantined_calls_stay(store: &dyn Store) {
    let mail = write(store, |tx| tx.inbox().insert(&dropped_mail(b"abc"))).id();
    let [one, other, bad] = [&b"1"[..], b"2", b"3"].map(|raw| store_call(store, raw).id());
    write(store, |tx| tx.inbox().record_quarantined(bad, "?"));
    assert_eq!(write(store, |tx| tx.provider_events().take_calls(&[bad, other, mail, one])), [one, other]);
    assert_eq!(write(store, |tx| tx.provider_events().take_calls(&[one, other])), []);
    assert_eq!(read(store, |tx| tx.inbox().list_stored(10)), [mail]);
    let state = |id| write(store, |tx| tx.inbox().find_for_update(id)).unwrap().state;
    assert_eq!([state(one), state(bad)], [InboundState::Processed, InboundState::Quarantined]);
}

pub fn small_originals_come_together(store: &dyn Store) {
    let [one, other] = [&b"1"[..], b"two"].map(|bytes| a_raw(store, bytes));
    let mut found = read(store, |tx| tx.originals().list_small(&[other, RawId(4711), one]));
    found.sort_by_key(|(id, _)| id.0);
    assert_eq!(found, [(one, b"1".to_vec()), (other, b"two".to_vec())]);
}

pub fn an_event_is_kept_once_under_its_key(store: &dyn Store) {
    let raw_id = a_raw(store, b"1");
    let Inserted::New(id) = keep(store, raw_id, &event("k", Some("A"), None)) else { panic!("it is new") };
    assert_eq!(keep(store, raw_id, &event("k", Some("B"), Some("r"))), Inserted::Duplicate(id));
    let stored = read(store, |tx| tx.provider_events().list_waiting("prov", &["A"], &[])).remove(0);
    assert_eq!((stored.event, stored.received_at), (event("k", Some("A"), None), at(5)));
    assert_eq!(waiting(store, Some("B"), None), Vec::<String>::new(), "the first one stays as it was");
    assert_eq!(read(store, |tx| tx.provider_events().list_waiting("other", &["A"], &[])), []);
}

pub fn events_that_are_kept_together_are_each_answered_for_and_one_twice_among_them_is_one(store: &dyn Store) {
    let raw_id = a_raw(store, b"1");
    let known = keep(store, raw_id, &event("known", Some("A"), None)).id();
    let batch = ["z", "known", "a", "z"].map(|key| new_event(raw_id, &event(key, Some("A"), None)));
    let answers = write(store, |tx| tx.provider_events().insert(&batch));
    let [Inserted::New(first), Inserted::Duplicate(same), Inserted::New(_), Inserted::Duplicate(again)] = answers[..] else {
        panic!("{answers:?}")
    };
    assert_eq!((same, again), (known, first));
    assert_eq!(waiting(store, Some("A"), None), ["known", "z", "a"]);
}

pub fn an_event_that_is_told_at_once_waits_for_nothing_and_is_final(store: &dyn Store) {
    let letter = enqueue(store, &outbound(a_case(store), "a"));
    let told = NewProviderEvent { told_of: Some(letter), ..new_event(a_raw(store, b"1"), &event("k", Some("A"), Some("r"))) };
    let id = write(store, |tx| tx.provider_events().insert(std::slice::from_ref(&told)).and_then(of_one)).id();
    assert_eq!(waiting(store, Some("A"), Some("r")), Vec::<String>::new());
    assert_eq!(write(store, |tx| tx.provider_events().record_told(id, letter)), Updated::Stale);
}

pub fn events_wait_for_their_message_by_either_name_oldest_first(store: &dyn Store) {
    let raw_id = a_raw(store, b"1");
    for (key, provider_id, reference) in
        [("a", Some("A"), None), ("b", None, Some("r")), ("c", Some("A"), Some("r")), ("d", Some("B"), Some("s"))]
    {
        keep(store, raw_id, &event(key, provider_id, reference));
    }
    assert_eq!(waiting(store, Some("A"), Some("r")), ["a", "b", "c"]);
    assert_eq!(
        (waiting(store, Some("A"), None), waiting(store, None, Some("r"))),
        (vec!["a".into(), "c".into()], vec!["b".into(), "c".into()])
    );
    assert_eq!(waiting(store, None, None), Vec::<String>::new());
}

pub fn events_of_many_messages_are_listed_at_once(store: &dyn Store) {
    let raw_id = a_raw(store, b"1");
    for (key, provider_id, reference) in
        [("a", Some("A"), None), ("b", None, Some("r")), ("c", Some("B"), Some("r")), ("d", Some("C"), Some("s"))]
    {
        keep(store, raw_id, &event(key, provider_id, reference));
    }
    let events = read(store, |tx| tx.provider_events().list_waiting("prov", &["B", "A"], &["r", "t"]));
    assert_eq!(events.into_iter().map(|stored| stored.event.key).collect::<Vec<_>>(), ["a", "b", "c"]);
}

pub fn what_was_told_of_its_message_waits_no_more(store: &dyn Store) {
    let letter = enqueue(store, &outbound(a_case(store), "a"));
    let id = keep(store, a_raw(store, b"1"), &event("k", Some("A"), Some("r"))).id();
    assert_eq!(write(store, |tx| tx.provider_events().record_told(id, letter)), Updated::Yes);
    assert_eq!(write(store, |tx| tx.provider_events().record_told(id, letter)), Updated::Stale);
    assert_eq!(waiting(store, Some("A"), Some("r")), Vec::<String>::new());
}

pub fn a_providers_id_names_one_message(store: &dyn Store) {
    let case_id = a_case(store);
    let [one, other] = ["a", "b"].map(|key| enqueue(store, &outbound(case_id, key)));
    let name = |scope: &str, id: &str| ExternalName::new(scope, id);
    let insert = |name: &ExternalName, id: MessageId| write(store, |tx| tx.names().insert_provider(name, id));
    assert_eq!((insert(&name("prov", "A"), one), insert(&name("prov", "A"), other)), (Updated::Yes, Updated::Stale));
    assert_eq!(insert(&name("else", "A"), other), Updated::Yes, "each provider has names of its own");
    let find = |name: &ExternalName| read(store, |tx| tx.names().find_provider(name));
    assert_eq!((find(&name("prov", "A")), find(&name("else", "A")), find(&name("prov", "B"))), (Some(one), Some(other), None));
    let names = [name("else", "A"), name("prov", "B"), name("prov", "A"), name("else", "A")];
    assert_eq!(read(store, |tx| tx.names().find_providers(&names)), [Some(other), None, Some(one), Some(other)]);
}

pub fn letters_that_are_told_of_come_by_their_numbers_and_as_they_are(store: &dyn Store) {
    let [one, other] = ["a", "b"].map(|key| enqueue(store, &outbound(a_case(store), key)));
    let found = write(store, |tx| tx.deliveries().find_for_update(&[other, MessageId(4711), one, other]));
    let whole = [one, other].map(|id| read(store, |tx| tx.messages().find(id)).unwrap());
    assert_eq!(found, whole);
    assert_eq!(write(store, |tx| tx.deliveries().find_for_update(&[])), []);
}
