//! What each channel is carried by and how it does, and that it can be tried.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use chrono::Duration;
use followup_app::{ChannelState, EventReaders, Senders, TestSmsError};
use followup_domain::contact::{Country, E164, EmailAddress, PhoneNumber};
use followup_domain::message::Channel;
use followup_domain::sending::breaker::BreakerState;
use followup_outbox::{TextInbox, TextOutbox};
use followup_testkit::rigs::text_provider::TextProvider;
use support::texts::{NUMBER, start, write};
use support::{Unit, qf, unit};

fn state(unit: &Unit, channel: Channel) -> ChannelState {
    let states = unit.app.channel_states().unwrap();
    assert_eq!(states.iter().map(|state| state.channel).collect::<Vec<_>>(), [Channel::Email, Channel::Sms, Channel::Whatsapp]);
    states.into_iter().find(|state| state.channel == channel).unwrap()
}

fn number() -> PhoneNumber {
    PhoneNumber::parse(NUMBER, Country::default()).unwrap()
}

#[test]
fn a_channel_tells_who_carries_it_and_what_left_today() {
    let (unit, _provider) = start();
    let case = unit.case(&[("reportante_contacto", NUMBER)]);
    let whatsapp = state(&unit, Channel::Whatsapp);
    assert_eq!(
        (whatsapp.provider, whatsapp.tells_delivery || whatsapp.takes_replies, whatsapp.queued, whatsapp.last_accepted_at),
        (None, false, 0, None)
    );
    write(&unit, case, "sms").unwrap();
    let sms = state(&unit, Channel::Sms);
    assert!(sms.provider.is_some() && sms.tells_delivery && sms.takes_replies && sms.breaker.is_none());
    assert_eq!((sms.today.messages, sms.last_accepted_at), (1, Some(sms.at)));
    // The next day, and a week later.
    unit.clock.advance(Duration::days(1));
    let sms = state(&unit, Channel::Sms);
    assert_eq!((sms.today.messages, sms.last_accepted_at.is_some()), (0, true));
    unit.clock.advance(Duration::days(7));
    assert_eq!(state(&unit, Channel::Sms).last_accepted_at, None);
    let email = state(&unit, Channel::Email);
    assert!(email.provider.is_some() && email.tells_delivery && email.takes_replies);
}

#[test]
fn a_test_message_says_what_the_provider_says_and_is_counted_at_its_breaker() {
    let (unit, mut provider) = start();
    let receipt = unit.app.send_test_sms(&qf(), &number(), None).unwrap();
    assert!(!receipt.words.is_empty());
    let sent = sent(&provider);
    assert!(sent[0].starts_with("Mensaje de prueba de ") && sent.len() == 1, "{sent:?}");
    unit.app.send_test_sms(&qf(), &number(), Some("¿Llega?")).unwrap();
    let too_long = unit.app.send_test_sms(&qf(), &number(), Some(&"ó".repeat(5 * 67))).unwrap_err();
    assert!(matches!(too_long, TestSmsError::NotCarried(_)));
    provider.stop();
    for _ in 0..3 {
        assert!(matches!(unit.app.send_test_sms(&qf(), &number(), None), Err(TestSmsError::Send(_))));
    }
    let sms = state(&unit, Channel::Sms);
    assert_eq!(sms.breaker.map(|breaker| breaker.state(sms.at)), Some(BreakerState::Open));
}

fn sent(provider: &TextProvider) -> Vec<String> {
    provider.taken().into_iter().map(|taken| taken.body).collect()
}

#[test]
fn nobody_is_tried_where_nobody_carries_and_a_staging_system_writes_to_no_number() {
    let mut bare = unit();
    bare.app.senders = Senders::default();
    assert_eq!(bare.app.send_test_sms(&qf(), &number(), None).unwrap_err(), TestSmsError::NotConfigured);
    let (mut staging, provider) = start();
    let mut policy = (*staging.app.policy).clone();
    policy.redirect_to = Some(EmailAddress::parse("it@vigia.test").unwrap());
    staging.app.policy = Arc::new(policy);
    assert_eq!(staging.app.send_test_sms(&qf(), &number(), None).unwrap_err(), TestSmsError::NotConfigured);
    assert!(sent(&provider).is_empty());
}

#[test]
fn a_test_message_goes_to_nobody_who_asked_not_to_be_written_to_and_the_trail_says_to_whom_one_went() {
    let (unit, provider) = start();
    unit.app.send_test_sms(&qf(), &number(), None).unwrap();
    let tested = unit.system_audit().into_iter().find(|row| row.action == "sms.tested").unwrap();
    assert!(format!("{:?}", tested.new).contains(NUMBER), "{:?}", tested.new);
    unit.app.block_number(&qf(), &E164::parse(NUMBER).unwrap(), "lo pidió").unwrap();
    assert_eq!(unit.app.send_test_sms(&qf(), &number(), None).unwrap_err(), TestSmsError::Blocked);
    assert_eq!(sent(&provider).len(), 1);
}

#[test]
fn a_channel_that_is_simulated_takes_replies_and_tells_of_no_delivery() {
    let mut unit = unit();
    unit.app.senders = unit.app.senders.clone().with(Channel::Sms, Arc::new(TextOutbox::sms("outbox")));
    unit.app.events = EventReaders::default().with(Arc::new(TextInbox::sms()));
    let sms = state(&unit, Channel::Sms);
    assert_eq!((sms.provider.as_deref(), sms.tells_delivery, sms.takes_replies), (Some("simulado:sms"), false, true));
}
