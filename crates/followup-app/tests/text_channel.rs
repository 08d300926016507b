//! A channel with an HTTP provider: no stage before the message, ids of the provider's, events that come late, twice and in any order. No
//! file of the application knows it: a transport, a reader of events, and a line of wiring are all that there is.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;
use std::time::Duration as Budget;

use chrono::Duration;
use followup_app::{App, CallbackError, EventReaders, OneMoreAttempt, Retried};
use followup_domain::ids::CaseId;
use followup_domain::message::{Channel, Delivery, Direction, Message, MessageStatus};
use followup_domain::ports::{Clock, Inserted, Prepared, Sender, TrayState};
use followup_domain::sending::{EventKind, Parcel, Receipt, SendError};
use followup_testkit::rigs::text_provider::{Answer, SCOPE, Taken, TextEvents, TextProvider, message_call, status_call};
use support::{Unit, qf, unit_with};

const NUMBER: &str = "+51999888777";

fn wired(app: &App, sender: Arc<dyn Sender>) -> App {
    App {
        senders: app.senders.clone().with(Channel::Sms, sender),
        events: EventReaders::default().with(Arc::new(TextEvents)),
        ..app.clone()
    }
}

fn start() -> (Unit, TextProvider) {
    let mut unit = unit_with(|policy| policy.automatic_requests = false);
    let provider = TextProvider::start();
    unit.app = wired(&unit.app, Arc::new(provider.sender()));
    (unit, provider)
}

/// A case whose reporter has a telephone, with a text message that is due.
fn due_text(unit: &Unit) -> CaseId {
    let case = unit.case(&[("reportante_telefono", NUMBER)]);
    let contact = OneMoreAttempt { due_at: unit.clock.now(), label: "SMS".into(), channel: Channel::Sms.into(), reason: None };
    unit.app.schedule_attempt(&qf(), case, &contact).unwrap();
    case
}

fn text_of(unit: &Unit, case: CaseId) -> Message {
    unit.thread(case).into_iter().find(|message| message.channel == Channel::Sms && message.direction == Direction::Out).unwrap()
}

fn tell(unit: &Unit, call: Vec<u8>) {
    unit.app.accept_callback(SCOPE, call).unwrap();
    unit.app.process_stored_mail(&|| false).unwrap();
}

fn tell_state(unit: &Unit, taken: &Taken, kind: EventKind) {
    tell(unit, status_call(taken, kind, unit.clock.now()));
}

#[test]
fn a_text_message_of_a_plan_is_written_handed_over_and_known_by_the_providers_id() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    assert_eq!(unit.dispatch().delivery.accepted, 1);
    unit.dispatch();
    let taken = provider.taken();
    assert_eq!((taken.len(), taken[0].to.as_str()), (1, NUMBER), "sent once");
    assert!(taken[0].body.contains(&format!("#{case}")), "{}", taken[0].body);
    let text = text_of(&unit, case);
    assert_eq!((text.delivery, text.status), (Some(Delivery::Accepted), Some(MessageStatus::Sent)));
    assert_eq!(text.content.body, taken[0].body);
    assert_eq!(unit.attempts(case)[0].0, "sent");
    assert!(unit.mail.accepted().is_empty());
    assert!(unit.audited(case).contains(&"message.named".to_owned()));
}

#[test]
fn what_the_provider_tells_has_one_end_in_whatever_order_and_however_often_it_comes() {
    use EventKind::{Accepted, Delivered, Failed, Read};
    for (events, end) in [
        (&[Delivered][..], Delivery::Delivered),
        (&[Accepted, Delivered, Read], Delivery::Read),
        (&[Read, Delivered, Accepted, Read], Delivery::Read),
        (&[Failed], Delivery::Bounced),
        (&[Failed, Accepted, Failed], Delivery::Bounced),
        (&[Failed, Delivered], Delivery::Delivered),
        (&[Delivered, Failed, Failed], Delivery::Delivered),
        (&[Failed, Read, Delivered], Delivery::Read),
    ] {
        let (unit, provider) = start();
        let case = due_text(&unit);
        unit.dispatch();
        for kind in events {
            unit.clock.advance(Duration::minutes(1));
            tell_state(&unit, &provider.taken()[0], *kind);
        }
        let text = text_of(&unit, case);
        assert_eq!((text.delivery, text.status), (Some(end), Some(end.status())), "{events:?}");
        let expected = if end == Delivery::Bounced { "failed" } else { "sent" };
        assert_eq!(unit.attempts(case)[0].0, expected, "{events:?}");
        assert_eq!(provider.taken().len(), 1);
    }
}

#[test]
fn a_lost_answer_leaves_the_message_in_doubt_and_the_providers_event_ends_the_doubt() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    provider.next(Answer::LoseAnswer);
    assert_eq!(unit.dispatch().delivery.uncertain, 1);
    assert_eq!(text_of(&unit, case).delivery, Some(Delivery::Uncertain));
    unit.clock.advance(Duration::hours(30));
    unit.dispatch();
    assert_eq!(provider.taken().len(), 1, "it is never sent again by itself");
    tell_state(&unit, &provider.taken()[0], EventKind::Delivered);
    let text = text_of(&unit, case);
    assert_eq!((text.delivery, text.status), (Some(Delivery::Delivered), Some(MessageStatus::Sent)));
    assert_eq!(unit.attempts(case)[0].0, "sent");
}

/// The process dies when the provider has taken the message, before anything is recorded.
struct Dies<S>(S);

struct DiesThen(Box<dyn Prepared>);

impl<S: Sender> Sender for Dies<S> {
    fn provider(&self) -> &str {
        self.0.provider()
    }

    fn prepare(&self, parcel: &Parcel, budget: Budget) -> Result<Box<dyn Prepared>, SendError> {
        Ok(Box::new(DiesThen(self.0.prepare(parcel, budget)?)))
    }
}

impl Prepared for DiesThen {
    fn content(&self) -> &[u8] {
        self.0.content()
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        self.0.transmit().unwrap();
        panic!("the process dies here")
    }
}

#[test]
fn a_process_that_dies_after_the_hand_over_leaves_doubt_and_no_second_message_also_when_the_event_was_quicker() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    let dying = wired(&unit.app, Arc::new(Dies(provider.sender())));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| dying.dispatch_due(&|| false))).unwrap_err();
    // While it is being handed over, as far as anybody knows, the event waits.
    tell_state(&unit, &provider.taken()[0], EventKind::Accepted);
    assert_eq!(text_of(&unit, case).delivery, Some(Delivery::Transmitting));
    unit.clock.advance(Duration::minutes(6));
    assert_eq!(unit.dispatch().delivery.uncertain, 1);
    assert_eq!(text_of(&unit, case).delivery, Some(Delivery::Accepted), "the event that waited tells it");
    unit.clock.advance(Duration::hours(1));
    unit.dispatch();
    assert_eq!(provider.taken().len(), 1);
}

#[test]
fn an_event_that_tells_the_providers_id_brings_those_that_waited_under_it() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    let dying = wired(&unit.app, Arc::new(Dies(provider.sender())));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| dying.dispatch_due(&|| false))).unwrap_err();
    let taken = provider.taken().remove(0);
    tell_state(&unit, &Taken { reference: "nobody's".into(), ..taken.clone() }, EventKind::Delivered);
    tell_state(&unit, &taken, EventKind::Accepted);
    unit.clock.advance(Duration::minutes(6));
    unit.dispatch();
    assert_eq!(text_of(&unit, case).delivery, Some(Delivery::Delivered));
}

/// A gateway before the provider says to come again, though the provider took the message and told so.
struct SaysOtherwise<S>(S, App);

struct SaysOtherwiseThen(Box<dyn Prepared>, App);

impl<S: Sender> Sender for SaysOtherwise<S> {
    fn provider(&self) -> &str {
        self.0.provider()
    }

    fn prepare(&self, parcel: &Parcel, budget: Budget) -> Result<Box<dyn Prepared>, SendError> {
        let Parcel::Text(text) = parcel else { panic!("a text message") };
        let early = Taken { id: "T1".into(), reference: text.reference.clone(), to: NUMBER.into(), body: String::new() };
        self.1.accept_callback(SCOPE, status_call(&early, EventKind::Accepted, self.1.clock.now())).unwrap();
        Ok(Box::new(SaysOtherwiseThen(self.0.prepare(parcel, budget)?, self.1.clone())))
    }
}

impl Prepared for SaysOtherwiseThen {
    fn content(&self) -> &[u8] {
        self.0.content()
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        self.0.transmit().unwrap();
        self.1.process_stored_mail(&|| false).unwrap();
        Err(SendError::NotSent("429 Too Many Requests".into()))
    }
}

#[test]
fn what_the_provider_told_during_the_hand_over_counts_also_when_the_answer_said_to_come_again() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    let otherwise = wired(&unit.app, Arc::new(SaysOtherwise(provider.sender(), unit.app.clone())));
    otherwise.dispatch_due(&|| false).unwrap();
    assert_eq!(text_of(&unit, case).delivery, Some(Delivery::Accepted));
    unit.clock.advance(Duration::hours(2));
    unit.dispatch();
    assert_eq!(provider.taken().len(), 1, "it is not sent again");
}

#[test]
fn an_event_of_an_unknown_message_is_kept_and_told_once_the_message_is_known() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    // The provider's own id alone, quicker than the answer that tells it.
    let early = Taken { id: "T1".into(), reference: "nobody's".into(), to: NUMBER.into(), body: String::new() };
    tell_state(&unit, &early, EventKind::Delivered);
    unit.dispatch();
    assert_eq!(provider.taken()[0].id, "T1");
    assert_eq!(text_of(&unit, case).delivery, Some(Delivery::Delivered));
}

#[test]
fn what_was_told_under_an_id_alone_is_told_once_another_event_says_whose_that_is() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    provider.next(Answer::LoseAnswer);
    unit.dispatch();
    let taken = provider.taken().remove(0);
    let by_id = Taken { reference: "nobody's".into(), ..taken.clone() };
    tell_state(&unit, &by_id, EventKind::Delivered);
    assert_eq!(text_of(&unit, case).delivery, Some(Delivery::Uncertain));
    tell_state(&unit, &taken, EventKind::Accepted);
    assert_eq!(text_of(&unit, case).delivery, Some(Delivery::Delivered));
}

#[test]
fn a_staging_system_writes_to_no_number() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    let mut policy = (*unit.app.policy).clone();
    policy.redirect_to = Some(followup_domain::contact::EmailAddress::parse("pruebas@vigia.test").unwrap());
    let staging = App { policy: Arc::new(policy), ..unit.app.clone() };
    staging.dispatch_due(&|| false).unwrap();
    assert!(provider.taken().is_empty());
    assert_eq!(unit.attempts(case)[0].0, "failed");
}

#[test]
fn an_outage_of_the_provider_has_a_breaker_of_its_own_and_costs_no_message() {
    let (unit, mut provider) = start();
    let cases: Vec<CaseId> = (0..4).map(|_| due_text(&unit)).collect();
    provider.stop();
    assert_eq!(unit.dispatch().delivery.put_off, 3);
    let breakers = unit.app.provider_breakers().unwrap();
    assert_eq!(breakers.iter().map(|breaker| breaker.provider.as_str()).collect::<Vec<_>>(), ["testtext:loopback"]);
    let by_mail = unit.case(&[("reportante_contacto", "otro@clinic.test")]);
    unit.plan(by_mail);
    let report = unit.dispatch().delivery;
    assert_eq!((report.accepted, report.held.contains_key(&Channel::Sms)), (1, true), "mail goes on");
    for case in cases {
        assert_eq!(text_of(&unit, case).delivery, Some(Delivery::Queued));
    }
}

#[test]
fn what_the_provider_says_of_a_request_is_classified_where_its_words_are_known() {
    for (answer, delivery, attempt) in [
        (Answer::NoSuchNumber, Delivery::Rejected, "failed"),
        (Answer::SlowDown, Delivery::Queued, "sending"),
        (Answer::Unknown, Delivery::Queued, "sending"),
    ] {
        let (unit, provider) = start();
        let case = due_text(&unit);
        provider.next(answer);
        unit.dispatch();
        assert_eq!((text_of(&unit, case).delivery, unit.attempts(case)[0].0.as_str()), (Some(delivery), attempt), "{answer:?}");
        assert!(provider.taken().is_empty());
    }
}

#[test]
fn an_answer_stands_in_the_thread_of_the_message_that_it_answers_once() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    unit.dispatch();
    let answers = Some(provider.taken()[0].id.clone());
    let sent_at = unit.clock.now();
    unit.clock.advance(Duration::minutes(5));
    let call = |id: &str, body: &str| message_call(id, NUMBER, body, answers.as_deref(), sent_at);
    tell(&unit, call("M1", "Pesa 70 kg"));
    // The same bytes, and the same message in other bytes.
    assert!(matches!(unit.app.accept_callback(SCOPE, call("M1", "Pesa 70 kg")), Ok(Inserted::Duplicate(_))));
    tell(&unit, call("M1", "Pesa 70 kg "));
    let replies: Vec<Message> = unit.thread(case).into_iter().filter(Message::is_human_reply).collect();
    assert_eq!(replies.len(), 1);
    let reply = &replies[0];
    assert_eq!((reply.channel, reply.content.body.as_str(), reply.content.from.as_deref()), (Channel::Sms, "Pesa 70 kg", Some(NUMBER)));
    assert_eq!((reply.parent_id, reply.created_at), (Some(text_of(&unit, case).id), sent_at));
    assert_eq!(text_of(&unit, case).status, Some(MessageStatus::Responded));
    assert_eq!(unit.app.followup_summary(case, "qf").unwrap().unread, 1);
    // An answer to the answer's thread.
    tell(&unit, message_call("M2", NUMBER, "y 30 años", Some("M1"), sent_at));
    assert_eq!(unit.thread(case).into_iter().filter(Message::is_human_reply).count(), 2);
}

#[test]
fn a_strangers_answer_waits_for_a_person_and_a_message_that_answers_none_for_a_case() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    unit.dispatch();
    let answers = provider.taken()[0].id.clone();
    tell(&unit, message_call("M1", "+51911222333", "Soy otro", Some(&answers), unit.clock.now()));
    let stranger = unit.thread(case).pop().unwrap();
    assert!(!stranger.is_human_reply() && stranger.case_match.is_some_and(|found| !found.confirmed));
    tell(&unit, message_call("M2", "+51911222333", "Hola", None, unit.clock.now()));
    let tray = unit.tray(TrayState::Open);
    assert_eq!(tray.iter().map(|mail| mail.view.message.content.body.as_str()).collect::<Vec<_>>(), ["Hola"]);
    assert_eq!(tray[0].view.message.channel, Channel::Sms);
}

#[test]
fn what_cannot_be_understood_is_quarantined_and_nobody_else_is_believed() {
    let (unit, _provider) = start();
    unit.app.accept_callback(SCOPE, b"<xml/>".to_vec()).unwrap();
    let report = unit.app.process_stored_mail(&|| false).unwrap();
    assert_eq!(report.quarantined, 1);
    assert_eq!(unit.app.accept_callback("nobody", b"[]".to_vec()), Err(CallbackError::NotConfigured));
}

#[test]
fn a_call_of_a_provider_that_was_not_configured_is_understood_when_it_is_and_somebody_asks() {
    let (mut unit, _provider) = start();
    let call = message_call("M1", NUMBER, "Hola", None, unit.clock.now());
    let Ok(Inserted::New(id)) = unit.app.accept_callback(SCOPE, call) else { panic!("it is new") };
    let readers = std::mem::take(&mut unit.app.events);
    assert_eq!(unit.app.process_stored_mail(&|| false).unwrap().quarantined, 1);
    assert!(matches!(unit.app.retry_mail(&qf(), id), Ok(Retried::StillQuarantined { reason }) if !reason.is_empty()));
    unit.app.events = readers;
    assert_eq!(unit.app.retry_mail(&qf(), id).unwrap(), Retried::Handled);
    let message = unit.tray(TrayState::Open).remove(0).view.message;
    assert_eq!(message.content.body, "Hola");
}

#[test]
fn the_original_of_a_text_message_is_no_download_for_the_call_may_hold_others_too() {
    let (unit, provider) = start();
    let case = due_text(&unit);
    unit.dispatch();
    let answers = Some(provider.taken()[0].id.clone());
    tell(&unit, message_call("M1", NUMBER, "Pesa 70 kg", answers.as_deref(), unit.clock.now()));
    let reply = unit.thread(case).pop().unwrap();
    assert_eq!(unit.app.raw_mail(case, reply.id), Err(followup_app::NotFoundOr::MessageNotFound));
    assert!(unit.app.raw_mail(case, text_of(&unit, case).id).is_ok(), "ours holds nothing else");
}
