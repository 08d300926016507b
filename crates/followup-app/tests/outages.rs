//! A provider that is away, or silent, or has just come back; and a store that is away when the answer comes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::Duration;
use followup_diesel::{MigratingStore, SqliteStore};
use followup_domain::audit::{AuditRow, AuditValue};
use followup_domain::case::Estado;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::message::{Delivery, MessageStatus};
use followup_domain::ports::{Clock, Store, StoreError, StoreExt, Tx, TxMode, TxVerdict};
use followup_domain::sending::breaker::BreakerState;
use followup_domain::sending::{SendError, SendStage};
use followup_testkit::fakes::Script;
use support::{Unit, qf, unit, unit_on, unit_with};

fn state(unit: &Unit) -> Option<BreakerState> {
    let breakers = unit.app.provider_breakers().unwrap();
    breakers.first().map(|breaker| breaker.state(unit.clock.now()))
}

fn cases(unit: &Unit, count: usize) -> Vec<CaseId> {
    (0..count).map(|number| unit.case(&[("reportante_contacto", &format!("r{number}@clinic.test"))])).collect()
}

#[test]
fn an_outage_of_six_hours_costs_no_attempt_and_no_flood_follows() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let cases = cases(&unit, 60);
    for case in &cases {
        unit.plan(*case);
    }
    unit.mail.always(Some(Script::is_down()));
    let mut tried = 0;
    for _ in 0..72 {
        tried += unit.dispatch().delivery.put_off;
        unit.clock.advance(Duration::minutes(5));
    }
    // Three that opened it, then one every fifteen minutes or so.
    assert!((20..=40).contains(&tried), "{tried} letters were tried");
    assert_eq!(state(&unit), Some(BreakerState::Open));
    assert!(cases.iter().all(|case| unit.attempts(*case)[0].0 == "sending"), "no attempt is spent");

    unit.mail.always(None);
    unit.clock.advance(Duration::minutes(20));
    let mut by_minute = Vec::new();
    for _ in 0..5 {
        by_minute.push((0..30).map(|_| unit.deliver().accepted).sum::<u32>());
        unit.clock.advance(Duration::minutes(1));
    }
    assert_eq!(by_minute, [10, 20, 30, 0, 0], "no flood");
    assert!(cases.iter().all(|case| unit.attempts(*case)[0].0 == "sent"));
    unit.clock.advance(Duration::minutes(10));
    assert_eq!(state(&unit), Some(BreakerState::Closed));
}

#[test]
fn a_wrong_password_or_sender_of_ours_costs_neither_letter_nor_attempt() {
    for stage in [SendStage::Connection, SendStage::Tls, SendStage::SignIn, SendStage::Sender, SendStage::Recipient] {
        let unit = unit_with(|policy| policy.automatic_requests = false);
        let case = unit.case(&[]);
        unit.plan(case);
        unit.mail.always(Some(Script::FailPrepare(SendError::Unavailable { stage, text: "535 5.7.8 no".into() })));
        for _ in 0..100 {
            unit.dispatch();
            unit.clock.advance(Duration::hours(1));
        }
        let letters = unit.thread(case);
        assert!(letters.iter().all(|letter| letter.status == Some(MessageStatus::Pending)), "{stage}");
        unit.mail.always(None);
        unit.clock.advance(Duration::minutes(30));
        unit.dispatch();
        assert_eq!(unit.mail.accepted().len(), 1, "{stage}");
    }
}

#[test]
fn a_server_that_falls_silent_just_before_the_message_is_not_asked_any_more_and_costs_no_letter() {
    let unit = unit();
    let silent = SendError::Unavailable { stage: SendStage::Message, text: "DATA: no answer in time".into() };
    unit.mail.always(Some(Script::FailTransmit(silent)));
    let cases = cases(&unit, 20);
    assert_eq!(unit.deliver().put_off, 3);
    assert_eq!(state(&unit), Some(BreakerState::Open));
    // Whoever finds out whether it is back meets the same.
    unit.clock.advance(Duration::minutes(1));
    assert_eq!(unit.deliver().put_off, 1);
    assert_eq!(state(&unit), Some(BreakerState::Open));
    unit.mail.always(None);
    for _ in 0..30 {
        unit.clock.advance(Duration::minutes(1));
        unit.deliver();
    }
    assert!(cases.iter().all(|case| unit.thread(*case)[0].delivery == Some(Delivery::Accepted)));
}

#[test]
fn recipients_that_are_turned_down_one_after_another_are_no_outage() {
    let unit = unit();
    for _ in 0..8 {
        unit.mail.next(Script::FailPrepare(SendError::NotSent("450 4.7.1 Greylisted".into())));
    }
    cases(&unit, 12);
    let report = unit.deliver();
    assert_eq!((report.put_off, report.accepted, report.held.len()), (8, 4, 0));
    assert_eq!(state(&unit), None);
}

#[test]
fn a_recipient_that_is_turned_down_for_days_has_failed_with_its_reason() {
    let unit = unit();
    let case = unit.case(&[]);
    unit.plan(case);
    unit.mail.always(Some(Script::FailPrepare(SendError::NotSent("452 4.2.2 Mailbox full".into()))));
    let began = unit.clock.now();
    while unit.attempts(case)[0].0 != "failed" {
        unit.dispatch();
        unit.clock.advance(Duration::hours(1));
        assert!(unit.clock.now() < began + Duration::days(9), "it is tried for ever");
    }
    assert!(unit.clock.now() > began + Duration::days(4));
    assert_eq!(unit.attempts(case)[0].1.as_deref(), Some("452 4.2.2 Mailbox full"));
}

#[test]
fn a_server_that_takes_mail_and_says_nothing_leaves_three_in_doubt_and_not_all() {
    let unit = unit();
    unit.mail.always(Some(Script::FailTransmit(SendError::Uncertain("no answer in time".into()))));
    cases(&unit, 20);
    assert_eq!(unit.deliver().uncertain, 3);
    assert_eq!(unit.deliver().uncertain, 0);
    // One in doubt each time that it is found out whether it is back.
    unit.clock.advance(Duration::minutes(1));
    assert_eq!(unit.deliver().uncertain, 1);
}

#[test]
fn a_test_mail_that_is_taken_ends_an_outage_that_was_ours() {
    let unit = unit();
    unit.mail.always(Some(Script::is_down()));
    cases(&unit, 5);
    unit.deliver();
    assert_eq!(state(&unit), Some(BreakerState::Open));
    unit.mail.always(None);
    unit.clock.advance(Duration::seconds(15));
    assert_eq!(unit.deliver().accepted, 0);
    unit.app.send_test_mail(&qf(), &EmailAddress::parse("it@vigia.test").unwrap()).unwrap();
    assert_eq!(unit.deliver().accepted, 5);
}

#[test]
fn a_letter_that_cannot_be_written_says_nothing_of_the_provider() {
    let unit = unit();
    let unwritable = Script::unwritable("la dirección del destinatario tiene letras fuera de ASCII");
    for script in [Script::is_down(), Script::is_down(), unwritable, Script::is_down()] {
        unit.mail.next(script);
    }
    cases(&unit, 6);
    let report = unit.deliver();
    assert_eq!((report.put_off, report.rejected, report.accepted), (3, 1, 0));
    assert_eq!(state(&unit), Some(BreakerState::Open));
}

#[test]
fn what_a_person_tries_in_vain_does_not_make_the_outage_longer() {
    let unit = unit();
    unit.mail.always(Some(Script::is_down()));
    let cases = cases(&unit, 5);
    unit.deliver();
    let before = unit.app.provider_breakers().unwrap();
    assert_eq!(state(&unit), Some(BreakerState::Open));
    for _ in 0..5 {
        unit.clock.advance(Duration::seconds(2));
        unit.send(cases[0], "¿Cómo sigue el paciente?").unwrap_err();
        unit.app.send_test_mail(&qf(), &EmailAddress::parse("it@vigia.test").unwrap()).unwrap_err();
    }
    assert_eq!(unit.app.provider_breakers().unwrap(), before);
}

#[test]
fn two_cases_of_one_reporter_at_once_keep_the_cap_of_the_day() {
    let unit = unit_with(|policy| policy.daily_cap_per_address = Some(1));
    unit.case(&[]);
    unit.case(&[]);
    // While one letter is prepared, another process sends the other.
    let other = unit.app.clone();
    unit.mail.during_prepare(move || assert_eq!(other.deliver_queued(&|| false).unwrap().accepted, 1));
    assert_eq!(unit.deliver().accepted, 0);
    assert_eq!(unit.mail.accepted().len(), 1);
    unit.clock.advance(Duration::hours(25));
    assert_eq!(unit.deliver().accepted, 1, "the other one goes the next day");
}

#[test]
fn a_letter_that_is_turned_down_after_it_was_handed_over_takes_no_place_of_the_day() {
    let unit = unit_with(|policy| policy.daily_cap_per_address = Some(1));
    let case = unit.case(&[]);
    unit.mail.next(Script::FailTransmit(SendError::NotSent("end of DATA: 451 4.3.0 Disk full".into())));
    assert_eq!(unit.deliver().put_off, 1);
    unit.clock.advance(Duration::minutes(1));
    assert_eq!(unit.deliver().accepted, 1, "its own try of a minute ago did not leave");
    assert_eq!(unit.thread(case)[0].delivery, Some(Delivery::Accepted));
    unit.case(&[]);
    assert_eq!(unit.deliver().accepted, 0, "what left counts");
}

#[test]
fn a_late_answer_records_itself() {
    let unit = unit();
    let case = unit.case(&[]);
    let (other, clock) = (unit.app.clone(), unit.clock.clone());
    let mut once = true;
    // The lease runs out while the server thinks, and another process takes note of the doubt.
    unit.mail.during_transmit(move || {
        if std::mem::take(&mut once) {
            clock.advance(Duration::minutes(6));
            assert_eq!(other.deliver_queued(&|| false).unwrap().uncertain, 1);
        }
    });
    assert_eq!(unit.deliver().accepted, 1);
    assert_eq!(unit.thread(case)[0].delivery, Some(Delivery::Accepted));
    let fact = |row: &AuditRow| match row.new.get("delivery") {
        Some(AuditValue::Text(delivery)) => Some(delivery.clone()),
        _ => None,
    };
    assert_eq!(unit.audit(case).iter().filter_map(fact).collect::<Vec<_>>(), ["transmitting", "uncertain", "accepted"]);
}

/// A store that is away for so many transactions once it is told so.
struct AwayStore {
    inner: SqliteStore,
    away: Arc<AtomicU32>,
}

impl Store for AwayStore {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        let left = self.away.load(Ordering::SeqCst);
        if left > 0 {
            self.away.store(left - 1, Ordering::SeqCst);
            return Err(StoreError::Unavailable("the database system is starting up".into()));
        }
        self.inner.transact(mode, work)
    }

    fn check(&self) -> Result<(), StoreError> {
        self.inner.check()
    }
}

#[test]
fn a_store_that_is_away_when_the_answer_comes_turns_no_acceptance_into_doubt() {
    let inner = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
    inner.migrate().unwrap();
    let away = Arc::new(AtomicU32::new(0));
    let unit = unit_on(Arc::new(AwayStore { inner, away: Arc::clone(&away) }), |_| {});
    let answers = [
        (None, Delivery::Accepted),
        (Some(Script::FailTransmit(SendError::Refused("554 no".into()))), Delivery::Rejected),
        (Some(Script::FailTransmit(SendError::NotSent("451 later".into()))), Delivery::Queued),
    ];
    for (number, (script, expected)) in answers.into_iter().enumerate() {
        let case = unit.case(&[("reportante_contacto", &format!("r{number}@clinic.test"))]);
        unit.mail.always(script);
        let goes = Arc::clone(&away);
        unit.mail.during_transmit(move || goes.store(20, Ordering::SeqCst));
        unit.deliver();
        assert_eq!(unit.thread(case)[0].delivery, Some(expected));
    }
}

/// A store that counts its transactions, and is away from the one of this number on.
struct EndingStore {
    inner: Arc<SqliteStore>,
    done: Arc<AtomicU32>,
    away_from: u32,
}

impl Store for EndingStore {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        if self.done.fetch_add(1, Ordering::SeqCst) >= self.away_from {
            return Err(StoreError::Unavailable("the database system is shutting down".into()));
        }
        self.inner.transact(mode, work)
    }

    fn check(&self) -> Result<(), StoreError> {
        self.inner.check()
    }
}

#[test]
fn what_a_run_sent_is_told_though_the_store_goes_away_right_after() {
    let run = |away_from: u32| {
        let inner = SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap();
        inner.migrate().unwrap();
        let done = Arc::new(AtomicU32::new(0));
        let store = EndingStore { inner: Arc::new(inner), done: Arc::clone(&done), away_from };
        let unit = unit_on(Arc::new(store), |policy| policy.automatic_requests = false);
        let case = unit.case(&[]);
        unit.plan(case);
        let report = unit.app.dispatch_due(&|| false);
        (report, done.load(Ordering::SeqCst))
    };
    let (report, transactions) = run(u32::MAX);
    let report = report.unwrap();
    assert_eq!((report.delivery.accepted, report.attempts.len(), report.errors), (1, 1, 0));
    // The last two forget old keys and look at what was done.
    for (gone, errors) in [(1, 1), (2, 2)] {
        let report = run(transactions - gone).0.unwrap();
        assert_eq!((report.delivery.accepted, report.attempts.len(), report.errors), (1, 0, errors), "{gone}");
    }
}

#[test]
fn an_accepted_letter_never_stands_beside_a_case_that_nobody_has_begun_wherever_the_store_goes_away() {
    let run = |away_from: u32| {
        let inner = Arc::new(SqliteStore::in_memory(followup_testkit::fakes::salts()).unwrap());
        inner.migrate().unwrap();
        let done = Arc::new(AtomicU32::new(0));
        let store = EndingStore { inner: Arc::clone(&inner), done: Arc::clone(&done), away_from };
        let unit = unit_on(Arc::new(store), |_| {});
        let case = unit.case(&[]);
        let registered = done.load(Ordering::SeqCst);
        drop(unit.app.deliver_queued(&|| false));
        let stored = |tx: &mut dyn Tx| Ok((tx.threads().whole(case)?.remove(0), tx.cases().find(case)?.unwrap()));
        let (letter, case) = inner.read::<_, StoreError>(stored).unwrap();
        (letter.delivery, case.record.estado, registered, done.load(Ordering::SeqCst))
    };
    let (delivery, estado, registered, total) = run(u32::MAX);
    assert_eq!((delivery, estado), (Some(Delivery::Accepted), Estado::EnProgreso));
    for away_from in registered..total {
        let (delivery, estado, ..) = run(away_from);
        let begun = delivery == Some(Delivery::Accepted);
        assert_eq!(estado == Estado::EnProgreso, begun, "{delivery:?} and {estado} when it goes at {away_from} of {total}");
    }
}
