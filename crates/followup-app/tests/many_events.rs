//! Providers tell of many messages at once: what comes together is taken together, and means what it would mean one by one.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Duration;
use followup_app::{App, EventReaders, IngestReport};
use followup_diesel::{MigratingStore, SqliteStore};
use followup_domain::asking::standing::Standing;
use followup_domain::ids::CaseId;
use followup_domain::message::{Channel, Delivery, Direction, Message};
use followup_domain::ports::{Clock, KeptStanding, Store, StoreError, StoreExt, Tx, TxMode, TxVerdict};
use followup_domain::sending::{EventKind, EventReader, ProviderEvent, StatusEvent, UnreadableEvents};
use followup_testkit::rigs::text_provider::{SCOPE, Taken, TextEvents, TextProvider, message_call, status_call};
use support::{Unit, texts, unit_on};

/// Counts the writing transactions.
struct Counting(Arc<SqliteStore>, AtomicUsize);

impl Store for Counting {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        self.1.fetch_add(usize::from(mode == TxMode::Write), Ordering::SeqCst);
        self.0.transact(mode, work)
    }

    fn check(&self) -> Result<(), StoreError> {
        self.0.check()
    }
}

/// Understands what [`TextEvents`] does, and stumbles: over a call that says "panic", and by an event without any name, which the store refuses, in one that
/// says "poison".
struct Stumbling;

impl EventReader for Stumbling {
    fn scope(&self) -> &str {
        TextEvents.scope()
    }

    fn channel(&self) -> Channel {
        TextEvents.channel()
    }

    fn read(&self, raw: &[u8]) -> Result<Vec<ProviderEvent>, UnreadableEvents> {
        assert!(raw != b"panic", "on purpose");
        if raw == b"poison" {
            let event =
                StatusEvent { key: "p".into(), provider_id: None, reference: None, kind: EventKind::Delivered, failure: None, at: None };
            return Ok(vec![ProviderEvent::Status(event)]);
        }
        TextEvents.read(raw)
    }
}

struct Many {
    unit: Unit,
    store: Arc<Counting>,
    /// Each with a text message that the provider took.
    cases: Vec<CaseId>,
    taken: Vec<Taken>,
    _provider: TextProvider,
}

fn many(messages: usize) -> Many {
    let store = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
    store.migrate().unwrap();
    let store = Arc::new(Counting(Arc::new(store), AtomicUsize::new(0)));
    let mut unit = unit_on(store.clone(), |policy| policy.automatic_requests = false);
    let provider = TextProvider::start();
    unit.app.senders = unit.app.senders.clone().with(Channel::Sms, Arc::new(provider.sender()));
    unit.app.events = EventReaders::default().with(Arc::new(Stumbling));
    let send = |number: usize| {
        let case = unit.case(&[("reportante_telefono", &format!("+519{number:08}"))]);
        texts::write(&unit, case, "sms").unwrap();
        case
    };
    let cases = (0..messages).map(send).collect();
    unit.clock.advance(Duration::minutes(1));
    Many { unit, store, cases, taken: provider.taken(), _provider: provider }
}

impl Many {
    fn store(&self, call: Vec<u8>) {
        self.unit.app.accept_callback(SCOPE, call).unwrap();
    }

    /// What the provider tells of one message, to be understood later.
    fn told(&self, number: usize, kind: EventKind) {
        self.store(status_call(&self.taken[number], kind, self.unit.clock.now()));
    }

    /// Understands everything; gives the report, and how many transactions it took.
    fn understand(&self) -> (IngestReport, usize) {
        let before = self.store.1.load(Ordering::SeqCst);
        let report = self.unit.app.process_stored_mail(&|| false).unwrap();
        (report, self.store.1.load(Ordering::SeqCst) - before)
    }

    fn text(&self, number: usize) -> Message {
        let out = |message: &Message| message.direction == Direction::Out;
        self.unit.thread(self.cases[number]).into_iter().find(out).unwrap()
    }

    fn deliveries(&self) -> Vec<Delivery> {
        (0..self.cases.len()).filter_map(|number| self.text(number).delivery).collect()
    }

    /// How often the trail of a case says that its message became something else.
    fn changes(&self, number: usize) -> usize {
        self.unit.audited(self.cases[number]).iter().filter(|action| *action == "message.delivery").count()
    }
}

#[test]
fn a_hundred_events_take_one_transaction() {
    let many = many(50);
    for kind in [EventKind::Accepted, EventKind::Delivered] {
        (0..50).for_each(|number| many.told(number, kind));
    }
    assert_eq!(many.understand(), (IngestReport::default(), 1));
    assert_eq!(many.deliveries(), [Delivery::Delivered; 50]);
}

#[test]
fn one_that_cannot_be_taken_among_a_hundred_is_quarantined_alone() {
    for bad in [&b"poison"[..], b"panic", b"<xml/>"] {
        let many = many(33);
        for kind in [EventKind::Accepted, EventKind::Delivered, EventKind::Read] {
            if kind == EventKind::Delivered {
                many.store(bad.to_vec());
            }
            (0..33).for_each(|number| many.told(number, kind));
        }
        let (report, _) = many.understand();
        assert_eq!(report, IngestReport { quarantined: 1, ..IngestReport::default() }, "{bad:?}");
        assert_eq!(many.deliveries(), [Delivery::Read; 33], "{bad:?}");
        assert_eq!(many.understand().0, IngestReport::default(), "nothing is left");
    }
}

#[test]
fn an_event_that_comes_twice_counts_once() {
    let many = many(2);
    for call in [EventKind::Delivered, EventKind::Read].map(|kind| status_call(&many.taken[0], kind, many.unit.clock.now())) {
        many.store(call.clone());
        // The same event in other bytes.
        many.store([&call[..], b" "].concat());
    }
    many.told(1, EventKind::Delivered);
    let before = (many.changes(0), many.changes(1));
    assert_eq!(many.understand().1, 1);
    assert_eq!((many.changes(0) - before.0, many.changes(1) - before.1), (2, 1));
    assert_eq!(many.deliveries(), [Delivery::Read, Delivery::Delivered]);
}

#[test]
fn events_of_one_message_have_one_end_in_whatever_order_they_come_together() {
    use EventKind::{Accepted, Delivered, Read};
    for order in [[Accepted, Delivered, Read], [Read, Delivered, Accepted], [Delivered, Read, Accepted], [Read, Accepted, Delivered]] {
        let many = many(2);
        for kind in order {
            many.told(0, kind);
            many.told(1, kind);
        }
        assert_eq!(many.understand().1, 1);
        assert_eq!(many.deliveries(), [Delivery::Read; 2], "{order:?}");
    }
}

#[test]
fn what_waits_under_an_id_is_told_with_the_event_that_says_whose_it_is_also_among_others() {
    let many = many(3);
    let stranger =
        |number: usize, id: &str, reference: &str| Taken { id: id.into(), reference: reference.into(), ..many.taken[number].clone() };
    let tell = |taken: &Taken, kind| many.store(status_call(taken, kind, many.unit.clock.now()));
    // An id that nobody knows yet, one before and one among the others; then whose it is.
    tell(&stranger(0, "X1", "nobody's"), EventKind::Delivered);
    many.understand();
    assert_eq!(many.text(0).delivery, Some(Delivery::Accepted));
    tell(&stranger(1, "X2", "nobody's"), EventKind::Read);
    tell(&stranger(0, "X1", &many.taken[0].reference), EventKind::Accepted);
    tell(&stranger(1, "X2", &many.taken[1].reference), EventKind::Accepted);
    many.told(2, EventKind::Delivered);
    many.understand();
    assert_eq!(many.deliveries(), [Delivery::Delivered, Delivery::Read, Delivery::Delivered]);
}

#[test]
fn messages_and_failures_among_the_others_are_taken_alone() {
    let many = many(4);
    many.told(0, EventKind::Delivered);
    let answers = Some(many.taken[1].id.as_str());
    many.store(message_call("M1", &many.taken[1].to, "Pesa 70 kg", answers, many.unit.clock.now()));
    many.told(2, EventKind::Failed);
    many.told(1, EventKind::Delivered);
    many.told(3, EventKind::Delivered);
    let (report, _) = many.understand();
    assert_eq!(report, IngestReport { matched: 1, ..IngestReport::default() });
    assert_eq!(many.deliveries(), [Delivery::Delivered, Delivery::Delivered, Delivery::Bounced, Delivery::Delivered]);
    assert_eq!(many.unit.thread(many.cases[1]).iter().filter(|message| message.is_human_reply()).count(), 1);
}

#[test]
fn two_runs_at_once_take_each_event_once() {
    let many = many(60);
    for kind in [EventKind::Delivered, EventKind::Accepted, EventKind::Read] {
        (0..60).for_each(|number| many.told(number, kind));
    }
    let before: Vec<usize> = (0..60).map(|number| many.changes(number)).collect();
    std::thread::scope(|scope| {
        let run = |app: App| move || app.process_stored_mail(&|| false).unwrap();
        let runs = [(); 2].map(|()| scope.spawn(run(many.unit.app.clone())));
        runs.into_iter().for_each(|run| assert_eq!(run.join().unwrap(), IngestReport::default()));
    });
    assert_eq!(many.deliveries(), [Delivery::Read; 60]);
    (0..60).for_each(|number| assert_eq!(many.changes(number) - before[number], 2, "message {number}"));
}

#[test]
fn a_call_that_tells_of_many_messages_is_taken_with_the_others() {
    let many = many(6);
    let calls: Vec<String> = (0..6)
        .map(|number| String::from_utf8(status_call(&many.taken[number], EventKind::Delivered, many.unit.clock.now())).unwrap())
        .map(|call| call.trim_matches(['[', ']']).to_owned())
        .collect();
    many.store(format!("[{}]", calls[..3].join(",")).into_bytes());
    many.store(format!("[{}]", calls[3..].join(",")).into_bytes());
    assert_eq!(many.understand().1, 1);
    assert_eq!(many.deliveries(), [Delivery::Delivered; 6]);
}

#[test]
fn a_message_that_arrived_moves_its_case_which_stands_where_looking_again_says() {
    let many = many(2);
    let standing = |number: usize| many.store.read::<_, StoreError>(|tx| tx.standings().find(many.cases[number])).unwrap().unwrap();
    let before = standing(0);
    assert!(before.standing.next.is_some(), "an answer is waited for");
    for kind in [EventKind::Delivered, EventKind::Read] {
        many.unit.clock.advance(Duration::minutes(1));
        many.told(0, kind);
        many.told(1, kind);
        many.understand();
        let now = many.unit.clock.now();
        let expected = KeptStanding { standing: Standing { moved_at: now, ..before.standing.clone() }, ..before.clone() };
        assert_eq!(standing(0), expected, "{kind:?}");
        let to = many.text(0).content.to.unwrap();
        many.store.write::<_, StoreError>(|tx| tx.standings().record_address_changed(&to)).unwrap();
        many.unit.dispatch();
        assert_eq!(standing(0), expected, "{kind:?}, looked at again");
    }
}
