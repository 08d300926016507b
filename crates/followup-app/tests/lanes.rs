//! Each channel is a lane of its own: its transport, its queue, its breaker. What holds one holds up no other.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use chrono::Duration;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Channel, Delivery, MessageContent, MessageKind, MessageStatus};
use followup_domain::ports::{Clock, Inserted, NewOutboundMessage, NewOutboundTiming, StoreError, StoreExt};
use followup_domain::sending::breaker::BreakerState;
use followup_domain::sending::{Parcel, SendError};
use followup_testkit::fakes::{RecordingSender, Script};
use support::{Unit, id_of, unit};

/// A unit with a lane of SMS beside that of e-mail.
fn with_sms() -> (Unit, RecordingSender) {
    let mut unit = unit();
    let sms = RecordingSender::of(Channel::Sms, "sms:test");
    unit.app.senders = unit.app.senders.clone().with(Channel::Sms, Arc::new(sms.clone()));
    (unit, sms)
}

/// Word that goes by SMS.
fn queue_sms(unit: &Unit, case_id: CaseId, key: &str) -> MessageId {
    let message = NewOutboundMessage {
        case_id,
        channel: Channel::Sms,
        kind: MessageKind::Notification,
        content: MessageContent { body: "Revise el caso".into(), to: Some("+51999888777".into()), ..MessageContent::default() },
        external_id: unit.app.ids.message_id(),
        unique_key: key.into(),
        attempt_id: None,
        resend_of: None,
        reminder_of: None,
        enclosures: Vec::new(),
        created_at: unit.clock.now(),
        timing: NewOutboundTiming::NotBefore(unit.clock.now()),
    };
    let Inserted::New(id) = unit.app.store.write::<_, StoreError>(|tx| tx.messages().insert_outbound(&message)).unwrap() else {
        panic!("the key is new")
    };
    id
}

fn delivery(unit: &Unit, id: MessageId) -> Option<Delivery> {
    unit.app.store.read::<_, StoreError>(|tx| tx.messages().find(id)).unwrap().unwrap().delivery
}

fn state(unit: &Unit, provider: &str) -> Option<BreakerState> {
    let breakers = unit.app.provider_breakers().unwrap();
    breakers.iter().find(|breaker| breaker.provider == provider).map(|breaker| breaker.state(unit.clock.now()))
}

#[test]
fn an_outage_of_one_lane_holds_up_no_other() {
    let (unit, sms) = with_sms();
    unit.mail.always(Some(Script::is_down()));
    let cases: Vec<CaseId> = (0..5).map(|number| unit.case(&[("reportante_contacto", &format!("r{number}@clinic.test"))])).collect();
    assert_eq!(unit.deliver().put_off, 3);
    assert_eq!(state(&unit, "recording"), Some(BreakerState::Open));

    let text = queue_sms(&unit, cases[0], "a");
    let report = unit.deliver();
    assert_eq!((report.accepted, report.taken_up.clone()), (1, vec![text]));
    assert_eq!(report.held.keys().copied().collect::<Vec<_>>(), [Channel::Email]);
    assert_eq!((delivery(&unit, text), sms.handed_over().len()), (Some(Delivery::Accepted), 1));
    assert_eq!(state(&unit, "sms:test"), None, "its own breaker has nothing to count");

    unit.mail.always(None);
    sms.always(Some(Script::is_down()));
    let held = queue_sms(&unit, cases[0], "b");
    unit.clock.advance(Duration::minutes(1));
    for _ in 0..3 {
        unit.deliver();
        unit.clock.advance(Duration::seconds(20));
    }
    assert_eq!((unit.mail.accepted().len(), delivery(&unit, held)), (5, Some(Delivery::Queued)));
    assert_eq!(state(&unit, "sms:test"), Some(BreakerState::Open));
}

#[test]
fn the_lanes_take_turns_so_that_a_long_queue_of_one_makes_no_other_wait() {
    let (unit, _sms) = with_sms();
    let cases: Vec<CaseId> = (0..6).map(|number| unit.case(&[("reportante_contacto", &format!("r{number}@clinic.test"))])).collect();
    let texts = ["a", "b"].map(|key| queue_sms(&unit, cases[0], key));
    let taken = unit.deliver().taken_up;
    assert_eq!((taken.len(), taken[1], taken[3]), (8, texts[0], texts[1]), "{taken:?}");
}

#[test]
fn what_no_transport_serves_stays_queued_and_is_told_until_one_does() {
    let unit = unit();
    let case = unit.case(&[]);
    let text = queue_sms(&unit, case, "a");
    unit.clock.advance(Duration::days(3));
    for _ in 0..2 {
        let report = unit.deliver();
        assert_eq!(report.unserved.into_iter().collect::<Vec<_>>(), [(Channel::Sms, 1)]);
        assert_eq!((report.put_off, delivery(&unit, text)), (0, Some(Delivery::Queued)));
    }
    let health = unit.app.health("").unwrap();
    assert!(!health.sends() && health.unserved.get(&Channel::Sms) == Some(&1));

    let sms = RecordingSender::of(Channel::Sms, "sms:test");
    let app = followup_app::App { senders: unit.app.senders.clone().with(Channel::Sms, Arc::new(sms.clone())), ..unit.app.clone() };
    let report = app.deliver_queued(&|| false).unwrap();
    assert_eq!((report.accepted, report.unserved.len(), sms.handed_over().len()), (1, 0, 1));
    assert!(app.health("").unwrap().sends());
}

#[test]
fn a_text_message_is_handed_over_as_one_with_a_name_that_comes_back() {
    let (unit, sms) = with_sms();
    let case = unit.case(&[]);
    queue_sms(&unit, case, "a");
    unit.deliver();
    let Some(Parcel::Text(text)) = sms.handed_over().pop() else { panic!("no text message was handed over") };
    assert_eq!((text.to.as_e164(), text.body.as_str()), ("+51999888777", "Revise el caso"));
    assert!(!text.reference.is_empty());
}

fn hangs_up() -> Script {
    Script::FailTransmit(SendError::HungUp("end of DATA: 421 4.4.2 Timeout - closing connection".into()))
}

#[test]
fn a_letter_on_which_the_server_hangs_up_waits_longer_each_time_and_holds_up_no_other() {
    let unit = unit();
    let (bad, good) = (unit.case(&[("reportante_contacto", "tarpit@clinic.test")]), unit.case(&[]));
    unit.mail.refuses_to("tarpit@clinic.test", hangs_up());
    let mut given_over = Vec::new();
    for minute in 0..60 {
        let report = unit.deliver();
        assert_eq!(report.held.len(), 0, "the breaker opened in minute {minute}");
        given_over.extend((report.put_off > 0).then_some(minute));
        unit.clock.advance(Duration::minutes(1));
    }
    assert_eq!(unit.thread(good)[0].delivery, Some(Delivery::Accepted));
    assert!((3..=7).contains(&given_over.len()), "given over in minutes {given_over:?}");
    let gaps: Vec<_> = given_over.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.is_sorted(), "{gaps:?}");
    assert_eq!(unit.thread(bad)[0].status, Some(MessageStatus::Pending));
}

#[test]
fn a_server_that_hangs_up_on_letter_after_letter_is_not_asked_any_more() {
    let unit = unit();
    unit.mail.always(Some(hangs_up()));
    for number in 0..6 {
        unit.case(&[("reportante_contacto", &format!("r{number}@clinic.test"))]);
    }
    assert_eq!(unit.deliver().put_off, 3, "three different letters show that it is the server");
    assert_eq!(state(&unit, "recording"), Some(BreakerState::Open));
}

#[test]
fn a_letter_that_hangs_up_while_it_is_found_out_whether_the_server_is_back_leaves_that_to_the_next() {
    let unit = unit();
    let bad = unit.case(&[("reportante_contacto", "tarpit@clinic.test")]);
    unit.mail.refuses_to("tarpit@clinic.test", hangs_up());
    unit.deliver();
    unit.mail.always(Some(Script::is_down()));
    for number in 0..3 {
        unit.case(&[("reportante_contacto", &format!("r{number}@clinic.test"))]);
    }
    unit.deliver();
    assert_eq!(state(&unit, "recording"), Some(BreakerState::Open));
    unit.mail.always(None);
    for _ in 0..10 {
        unit.clock.advance(Duration::minutes(1));
        unit.deliver();
    }
    assert_eq!(unit.mail.accepted().len(), 3);
    assert_eq!(unit.thread(bad)[0].delivery, Some(Delivery::Queued));
}

/// The copy of a letter as it stands in the mailbox.
fn copy_of(letter: &followup_domain::message::Message) -> String {
    let id = id_of(letter);
    format!(
        "From: fv@vigia.test\nTo: rojas@clinic.test\nSubject: [VIGIA] Solicitud\nMessage-ID: {id}\nX-Followup-Origin: {id}\nDate: Fri, 1 Mar 2024 10:15:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nEstimada Dra.\n"
    )
}

#[test]
fn a_letter_whose_copy_is_found_while_it_is_queued_has_left_and_does_not_leave_again() {
    // As after a backup was restored that knows the letter as queued.
    let unit = unit();
    let case = unit.case(&[]);
    let letter = unit.thread(case).remove(0);
    assert_eq!(letter.delivery, Some(Delivery::Queued));
    unit.receive(&copy_of(&letter));
    assert_eq!(unit.deliver().accepted, 0);
    let letter = unit.thread(case).into_iter().find(|message| message.id == letter.id).unwrap();
    assert_eq!((letter.delivery, letter.status), (Some(Delivery::Accepted), Some(MessageStatus::Sent)));
    assert_eq!(unit.app.case(case).unwrap().record.estado.to_string(), "En progreso");
    assert!(unit.mail.accepted().is_empty());
    assert!(unit.audited(case).contains(&"message.delivery".to_owned()));
}

#[test]
fn a_letter_that_waits_to_be_tried_again_is_settled_by_a_delivery_notice_with_its_attempt() {
    let unit = support::unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[]);
    unit.plan(case);
    unit.mail.next(hangs_up());
    unit.dispatch();
    let letter = unit.thread(case).remove(0);
    assert_eq!(letter.delivery, Some(Delivery::Queued));
    unit.receive(&support::report_on(&letter, support::REPORTER, "delivered", "2.0.0"));
    let told = unit.thread(case).remove(0);
    assert_eq!((told.delivery, told.status), (Some(Delivery::Delivered), Some(MessageStatus::Sent)));
    assert_eq!(unit.attempts(case)[0].0, "sent");
    unit.clock.advance(Duration::hours(1));
    unit.dispatch();
    assert!(unit.mail.accepted().is_empty());
}
