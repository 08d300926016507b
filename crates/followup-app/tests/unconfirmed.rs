//! A store that does not confirm that a letter may leave: it is not handed over, and goes later, once.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::{Arc, Mutex};

use chrono::Duration;
use followup_app::{SendMessageError, SendRequest};
use followup_diesel::{MigratingStore, SqliteStore};
use followup_domain::message::Delivery;
use followup_domain::ports::{Store, StoreError, Tx, TxMode, TxVerdict};
use support::{Unit, qf, shown, unit_on};

/// What happens to the next transaction that is to be committed.
#[derive(Clone, Copy)]
enum Fate {
    /// It is committed, and the answer is lost.
    CommittedUnheard,
    /// The connection breaks before, and the answer is lost.
    RolledBackUnheard,
}

struct UnsureStore {
    inner: SqliteStore,
    next: Arc<Mutex<Option<Fate>>>,
}

impl Store for UnsureStore {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        let fate = self.next.lock().unwrap().take();
        let Some(fate) = fate else { return self.inner.transact(mode, work) };
        self.inner.transact(mode, &mut |tx| match (work(tx), fate) {
            (_, Fate::RolledBackUnheard) => TxVerdict::Rollback,
            (verdict, Fate::CommittedUnheard) => verdict,
        })?;
        Err(StoreError::Unknown("the connection was lost in COMMIT".into()))
    }

    fn check(&self) -> Result<(), StoreError> {
        self.inner.check()
    }
}

/// A unit whose store is unsure of the step to `transmitting` of the next letter.
fn unsure(fate: Fate) -> Unit {
    let inner = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
    inner.migrate().unwrap();
    let next = Arc::new(Mutex::new(None));
    let unit = unit_on(Arc::new(UnsureStore { inner, next: Arc::clone(&next) }), |_| {});
    unit.mail.during_prepare(move || *next.lock().unwrap() = Some(fate));
    unit
}

#[test]
fn a_letter_is_not_handed_over_when_nobody_knows_whether_that_is_stored_and_goes_later_once() {
    for fate in [Fate::CommittedUnheard, Fate::RolledBackUnheard] {
        let unit = unsure(fate);
        let case = unit.case(&[]);
        assert_eq!(unit.deliver().put_off, 1);
        assert_eq!((unit.mail.accepted().len(), unit.thread(case)[0].delivery), (0, Some(Delivery::Queued)));
        unit.clock.advance(Duration::minutes(1));
        assert_eq!((unit.deliver().accepted, unit.deliver().accepted), (1, 0));
        assert_eq!((unit.mail.accepted().len(), unit.thread(case)[0].delivery), (1, Some(Delivery::Accepted)));
    }
}

#[test]
fn what_a_person_sends_has_failed_when_nobody_knows_whether_that_is_stored() {
    let unit = unsure(Fate::CommittedUnheard);
    let case = unit.case(&[]);
    let request = SendRequest { channel: Some("email".into()), body: Some("¿Cuánto pesa?".into()), ..SendRequest::default() };
    let Err(SendMessageError::Failed { text, message_id, .. }) = unit.app.send_message(&qf(), case, &request, None) else {
        panic!("it was sent")
    };
    assert!(shown(&text).contains("no se entregó"), "{text}");
    let failed = unit.thread(case).into_iter().find(|message| message.id == message_id).unwrap();
    assert_eq!((unit.mail.accepted().len(), failed.delivery), (0, Some(Delivery::Rejected)));
}

#[test]
fn a_letter_is_not_handed_over_when_its_commit_took_so_long_that_others_may_take_it_for_abandoned() {
    struct SlowStore(SqliteStore, Arc<Mutex<Option<Arc<followup_testkit::fakes::ManualClock>>>>);
    impl Store for SlowStore {
        fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
            self.0.transact(mode, work)?;
            if let Some(clock) = self.1.lock().unwrap().take() {
                clock.advance(Duration::minutes(3));
            }
            Ok(())
        }
        fn check(&self) -> Result<(), StoreError> {
            self.0.check()
        }
    }
    let inner = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
    inner.migrate().unwrap();
    let slow = Arc::new(Mutex::new(None));
    let unit = unit_on(Arc::new(SlowStore(inner, Arc::clone(&slow))), |_| {});
    let clock = Arc::clone(&unit.clock);
    unit.mail.during_prepare(move || *slow.lock().unwrap() = Some(Arc::clone(&clock)));
    let case = unit.case(&[]);
    assert_eq!((unit.deliver().put_off, unit.mail.accepted().len()), (1, 0));
    unit.clock.advance(Duration::minutes(1));
    assert_eq!((unit.deliver().accepted, unit.thread(case)[0].delivery), (1, Some(Delivery::Accepted)));
}
