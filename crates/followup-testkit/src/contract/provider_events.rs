//! Promises about what providers tell: stored first, told once, never changed.

promises! { $ provider_events as provider_events_contract:
    a_call_is_stored_once_and_understood_like_a_stored_mail,
    a_mail_is_no_providers_call,
    an_event_is_kept_once_under_its_key,
    events_wait_for_their_message_by_either_name_oldest_first,
    what_was_told_of_its_message_waits_no_more,
    a_providers_id_names_one_message,
}

use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::ids::{InboundMailId, MessageId, ProviderEventId, RawId};
use followup_domain::mail::inbound::InboundState;
use followup_domain::message::Channel;
use followup_domain::ports::{Inserted, NewCallback, NewProviderEvent, Store, Updated};
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

fn keep(store: &dyn Store, raw_id: RawId, event: &StatusEvent) -> Inserted<ProviderEventId> {
    let new = NewProviderEvent { provider: "prov".into(), event: event.clone(), received_at: at(5), raw_id };
    write(store, |tx| tx.provider_events().insert(&new))
}

fn waiting(store: &dyn Store, provider_id: Option<&str>, reference: Option<&str>) -> Vec<String> {
    let events = read(store, |tx| tx.provider_events().list_waiting("prov", provider_id, reference));
    events.into_iter().map(|stored| stored.event.key).collect()
}

pub fn a_call_is_stored_once_and_understood_like_a_stored_mail(store: &dyn Store) {
    let Inserted::New(id) = write(store, |tx| tx.provider_events().insert_callback(&callback(b"{}"))) else { panic!("it is new") };
    assert_eq!(write(store, |tx| tx.provider_events().insert_callback(&callback(b"{}"))), Inserted::Duplicate(id));
    assert_eq!(read(store, |tx| tx.inbox().list_stored(10)), [id]);
    assert_eq!(read(store, |tx| tx.provider_events().find_provider(id)).as_deref(), Some("prov"));
    assert_eq!(read(store, |tx| tx.originals().find_whole_arrival(id)).as_deref(), Some(&b"{}"[..]));
    assert_eq!(write(store, |tx| tx.inbox().record_processed(id, None)), Updated::Yes);
    let stored = write(store, |tx| tx.inbox().find_for_update(id)).unwrap();
    assert_eq!((stored.state, stored.message_id, stored.arrived_at), (InboundState::Processed, None, at(5)));
}

pub fn a_mail_is_no_providers_call(store: &dyn Store) {
    let id = write(store, |tx| tx.inbox().insert(&dropped_mail(b"abc"))).id();
    assert_eq!(read(store, |tx| tx.provider_events().find_provider(id)), None);
    assert_eq!(read(store, |tx| tx.provider_events().find_provider(InboundMailId(4711))), None);
}

pub fn an_event_is_kept_once_under_its_key(store: &dyn Store) {
    let raw_id = a_raw(store, b"1");
    let Inserted::New(id) = keep(store, raw_id, &event("k", Some("A"), None)) else { panic!("it is new") };
    assert_eq!(keep(store, raw_id, &event("k", Some("B"), Some("r"))), Inserted::Duplicate(id));
    let stored = read(store, |tx| tx.provider_events().list_waiting("prov", Some("A"), None)).remove(0);
    assert_eq!((stored.event, stored.received_at), (event("k", Some("A"), None), at(5)));
    assert_eq!(waiting(store, Some("B"), None), Vec::<String>::new(), "the first one stays as it was");
    assert_eq!(read(store, |tx| tx.provider_events().list_waiting("other", Some("A"), None)), []);
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
}
