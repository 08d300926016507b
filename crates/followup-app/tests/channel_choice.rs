//! By which channel a contact goes for which any will do, and what happens when one of them does not reach the reporter.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use chrono::Duration;
use followup_app::OneMoreAttempt;
use followup_domain::asking::plan::{Attempt, AttemptStatus, PlannedChannel};
use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::ids::{CaseId, TemplateId};
use followup_domain::message::{Channel, Delivery, Direction, Message};
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{Clock, PageRequest};
use followup_domain::sending::{Refusal, SendError};
use followup_testkit::fakes::{RecordingSender, Script};
use support::{Unit, id_of, qf, reply, report_on, unit_with};

const NUMBER: &str = "+51999888777";

/// A unit with three lanes.
struct Lanes {
    unit: Unit,
    sms: RecordingSender,
    whatsapp: RecordingSender,
}

fn lanes(change: impl FnOnce(&mut FollowupPolicy)) -> Lanes {
    let mut unit = unit_with(|policy| {
        policy.automatic_requests = false;
        policy.automatic_delay = Duration::zero();
        change(policy);
    });
    let (sms, whatsapp) = (RecordingSender::of(Channel::Sms, "texts"), RecordingSender::of(Channel::Whatsapp, "chats"));
    let senders = unit.app.senders.clone().with(Channel::Sms, Arc::new(sms.clone()));
    unit.app.senders = senders.with(Channel::Whatsapp, Arc::new(whatsapp.clone()));
    Lanes { unit, sms, whatsapp }
}

/// Without WhatsApp.
fn two_lanes(change: impl FnOnce(&mut FollowupPolicy)) -> Lanes {
    let mut lanes = lanes(change);
    let (email, sms) = (Arc::clone(lanes.unit.app.senders.of(Channel::Email).unwrap()), Arc::new(lanes.sms.clone()));
    lanes.unit.app.senders = followup_app::Senders::default().with(Channel::Email, email).with(Channel::Sms, sms);
    lanes
}

impl Lanes {
    fn case(&self, contact: &str) -> CaseId {
        self.unit.case(&[("reportante_contacto", contact), ("reportante_email", ""), ("reportante_telefono", "")])
    }

    fn due(&self, case: CaseId, channel: PlannedChannel) {
        let contact = OneMoreAttempt { due_at: self.unit.clock.now(), label: "Contacto".into(), channel, reason: None };
        self.unit.app.schedule_attempt(&qf(), case, &contact).unwrap();
    }

    /// What the contact of a case became, by which channel, and why.
    fn contact(&self, case: CaseId) -> (AttemptStatus, Option<Channel>, Option<String>) {
        let attempts = self.unit.app.attempts(case).unwrap();
        let Attempt { status, carried_by, reason, .. } =
            attempts.into_iter().find(|attempt| attempt.channel != PlannedChannel::Call).unwrap();
        (status, carried_by, reason.map(|reason| followup_words::reasons::shown(&reason)))
    }

    fn letters(&self, case: CaseId) -> Vec<(Channel, Option<Delivery>)> {
        let out = |message: &Message| message.direction == Direction::Out;
        self.unit.thread(case).into_iter().filter(out).map(|message| (message.channel, message.delivery)).collect()
    }

    fn left(&self) -> [usize; 3] {
        [self.unit.mail.accepted().len(), self.whatsapp.handed_over().len(), self.sms.handed_over().len()]
    }

    fn run(&self) {
        self.unit.clock.advance(Duration::minutes(5));
        self.unit.dispatch();
    }
}

/// The provider says that nobody has the number.
fn no_such_number() -> Script {
    let failure = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: None };
    Script::FailPrepare(SendError::Refused(Refusal::of_the_recipient("21614 not a mobile number", failure)))
}

#[test]
fn it_goes_by_the_first_channel_of_the_order_that_reaches_the_reporter() {
    let both = format!("a@clinic.test / {NUMBER}");
    let sms_first = vec![Channel::Sms, Channel::Email];
    for (contact, order, left, by) in [
        (both.as_str(), None, [1, 0, 0], Channel::Email),
        (NUMBER, None, [0, 1, 0], Channel::Whatsapp),
        ("01 4213344", None, [0, 0, 1], Channel::Sms),
        (both.as_str(), Some(sms_first), [0, 0, 1], Channel::Sms),
        (both.as_str(), Some(vec![Channel::Whatsapp]), [0, 1, 0], Channel::Whatsapp),
    ] {
        let lanes = lanes(|policy| {
            if let Some(order) = order {
                policy.channel_order = order;
            }
        });
        let case = lanes.case(contact);
        lanes.due(case, PlannedChannel::Auto);
        lanes.run();
        assert_eq!((lanes.left(), lanes.contact(case)), (left, (AttemptStatus::Sent, Some(by), None)), "{contact}");
    }
}

#[test]
fn a_channel_without_a_transport_is_passed_over_and_a_staging_system_knows_e_mail_alone() {
    let lanes = two_lanes(|_| {});
    let case = lanes.case(NUMBER);
    lanes.due(case, PlannedChannel::Auto);
    lanes.run();
    assert_eq!(lanes.left(), [0, 0, 1]);

    let staging = two_lanes(|policy| {
        policy.channel_order = vec![Channel::Sms, Channel::Email];
        policy.redirect_to = Some(followup_domain::contact::EmailAddress::parse("ensayo@hospital.test").unwrap());
    });
    let case = staging.case(&format!("a@clinic.test {NUMBER}"));
    staging.due(case, PlannedChannel::Auto);
    staging.run();
    assert_eq!(staging.left(), [1, 0, 0]);
}

#[test]
fn an_address_that_is_refused_for_good_sends_the_contact_by_the_next_channel_once() {
    let lanes = two_lanes(|_| {});
    let case = lanes.case(&format!("a@clinic.test {NUMBER}"));
    lanes.unit.mail.refuses_to("a@clinic.test", Script::no_such_user());
    lanes.due(case, PlannedChannel::Auto);
    lanes.run();
    assert_eq!(lanes.contact(case).0, AttemptStatus::Pending);
    assert!(lanes.contact(case).2.unwrap().contains("se intenta por otro"));
    for _ in 0..3 {
        lanes.run();
    }
    assert_eq!(lanes.letters(case), [(Channel::Email, Some(Delivery::Rejected)), (Channel::Sms, Some(Delivery::Accepted))]);
    assert_eq!((lanes.contact(case), lanes.left()), ((AttemptStatus::Sent, Some(Channel::Sms), None), [0, 0, 1]));
}

#[test]
fn a_number_without_whatsapp_gets_a_text_message() {
    let lanes = lanes(|_| {});
    let case = lanes.case(NUMBER);
    lanes.whatsapp.always(Some(no_such_number()));
    lanes.due(case, PlannedChannel::Auto);
    for _ in 0..3 {
        lanes.run();
    }
    assert_eq!(lanes.letters(case), [(Channel::Whatsapp, Some(Delivery::Rejected)), (Channel::Sms, Some(Delivery::Accepted))]);
    assert_eq!(lanes.contact(case).0, AttemptStatus::Sent);
    let held = lanes.unit.app.failed_addresses(true, PageRequest { offset: 0, limit: 10 }).unwrap().items;
    assert_eq!(held.iter().map(|held| held.address.as_str()).collect::<Vec<_>>(), [format!("whatsapp:{NUMBER}")]);
}

#[test]
fn a_letter_that_comes_back_after_the_reporter_answered_otherwise_goes_nowhere_else() {
    let lanes = two_lanes(|_| {});
    let case = lanes.case(&format!("a@clinic.test {NUMBER}"));
    lanes.due(case, PlannedChannel::Auto);
    lanes.run();
    let letter = lanes.unit.thread(case).remove(0);
    let other = lanes.unit.send(case, "¿Y la dosis?").unwrap().message;
    lanes.unit.receive(&reply("a@clinic.test", &id_of(&other), "<r1@clinic.test>", "500 mg"));
    lanes.unit.clock.advance(Duration::hours(1));
    lanes.unit.receive(&report_on(&letter, "a@clinic.test", "failed", "5.1.1"));
    assert_eq!(lanes.contact(case).0, AttemptStatus::Failed);
    for _ in 0..3 {
        lanes.run();
    }
    assert_eq!(lanes.left(), [2, 0, 0]);
}

#[test]
fn an_overdue_attempt_of_a_channel_that_is_not_there_ends_alone() {
    let lanes = two_lanes(|_| {});
    let case = lanes.case("a@clinic.test");
    let base = lanes.unit.clock.now() - Duration::days(6);
    lanes.unit.app.apply_plan(&qf(), case, TemplateId(2), base).unwrap();
    lanes.run();
    assert_eq!(lanes.left(), [1, 0, 0], "what can be sent is sent");
    let states: Vec<_> = lanes.unit.app.attempts(case).unwrap().iter().map(|attempt| attempt.status).collect();
    assert_eq!(states, [AttemptStatus::Sent, AttemptStatus::Failed, AttemptStatus::Failed, AttemptStatus::Pending]);
}

#[test]
fn nothing_is_proposed_while_the_contact_goes_on_by_itself() {
    let lanes = two_lanes(|_| {});
    let case = lanes.case(&format!("a@clinic.test {NUMBER}"));
    lanes.unit.mail.refuses_to("a@clinic.test", Script::no_such_user());
    lanes.due(case, PlannedChannel::Auto);
    lanes.run();
    let proposed = || lanes.unit.app.followup_summary(case, "qf").unwrap().proposed_contact;
    assert_eq!(proposed(), None);
    lanes.run();
    assert_eq!(proposed().unwrap().channel, Channel::Sms, "once it has gone");
}

#[test]
fn the_channel_may_be_the_first_again_when_it_works_before_the_next_one_was_tried() {
    let lanes = two_lanes(|_| {});
    let case = lanes.case(&format!("a@clinic.test {NUMBER}"));
    lanes.unit.mail.refuses_to("a@clinic.test", Script::no_such_user());
    lanes.due(case, PlannedChannel::Auto);
    lanes.run();
    let address = followup_domain::contact::EmailAddress::parse("a@clinic.test").unwrap();
    lanes.unit.app.clear_failed_address(&qf(), &address, "el buzón existe").unwrap();
    lanes.unit.mail.refuses_to("otra@clinic.test", Script::no_such_user());
    lanes.run();
    assert_eq!((lanes.left(), lanes.contact(case).0), ([1, 0, 0], AttemptStatus::Sent));
}

#[test]
fn what_waits_for_the_address_goes_by_the_number_once_that_works() {
    let lanes = two_lanes(|_| {});
    let case = lanes.case(&format!("a@clinic.test {NUMBER}"));
    lanes.unit.mail.refuses_to("a@clinic.test", Script::no_such_user());
    lanes.sms.always(Some(no_such_number()));
    lanes.unit.app.apply_plan(&qf(), case, TemplateId(1), lanes.unit.clock.now()).unwrap();
    for _ in 0..4 {
        lanes.run();
    }
    let states = || lanes.unit.app.attempts(case).unwrap().iter().filter(|attempt| attempt.status == AttemptStatus::Pending).count();
    assert_eq!(states(), 1, "the call: {:?}", lanes.unit.attempts(case));
    lanes.sms.always(None);
    lanes.unit.app.clear_failed_number(&qf(), &followup_domain::contact::E164::parse(NUMBER).unwrap(), "recargado").unwrap();
    assert_eq!(states(), 3, "{:?}", lanes.unit.attempts(case));
}

#[test]
fn when_the_number_fails_too_nothing_more_is_tried_and_a_person_is_asked_to_call() {
    let lanes = two_lanes(|_| {});
    let case = lanes.case(&format!("a@clinic.test {NUMBER}"));
    lanes.unit.mail.refuses_to("a@clinic.test", Script::no_such_user());
    lanes.sms.always(Some(no_such_number()));
    lanes.due(case, PlannedChannel::Auto);
    for _ in 0..4 {
        lanes.run();
    }
    assert_eq!(lanes.letters(case), [(Channel::Email, Some(Delivery::Rejected)), (Channel::Sms, Some(Delivery::Rejected))]);
    assert_eq!(lanes.contact(case).0, AttemptStatus::Failed);
    let calls = lanes.unit.app.attempts(case).unwrap();
    let calls: Vec<_> = calls.iter().filter(|attempt| attempt.channel == PlannedChannel::Call).map(|call| call.status).collect();
    assert_eq!(calls, [AttemptStatus::Pending]);
    let held = lanes.unit.app.failed_addresses(true, PageRequest { offset: 0, limit: 10 }).unwrap().items;
    assert_eq!(held.iter().map(|held| held.address.as_str()).collect::<Vec<_>>(), [NUMBER, "a@clinic.test"]);
}

#[test]
fn a_contact_that_is_bound_to_a_channel_waits_for_its_address_and_another_way_is_offered() {
    let lanes = two_lanes(|_| {});
    let case = lanes.case(&format!("a@clinic.test {NUMBER}"));
    lanes.sms.always(Some(no_such_number()));
    lanes.due(case, PlannedChannel::Sms);
    lanes.run();
    assert_eq!(lanes.contact(case).0, AttemptStatus::Failed);
    lanes.due(case, PlannedChannel::Sms);
    lanes.run();
    let held = lanes.unit.app.attempts(case).unwrap().pop().unwrap();
    assert_eq!((held.status, held.carried_by), (AttemptStatus::Cancelled, None), "{held:?}");
    assert_eq!(lanes.left(), [0, 0, 0], "nothing goes to a number that does not exist");
    let proposed = lanes.unit.app.followup_summary(case, "qf").unwrap();
    let proposed = proposed.proposed_contact.unwrap();
    assert_eq!((proposed.channel, proposed.to.as_deref()), (Channel::Email, Some("a@clinic.test")));
    // A person says that the number works: what waited goes on.
    lanes.sms.always(None);
    let number = followup_domain::contact::E164::parse(NUMBER).unwrap();
    lanes.unit.app.clear_failed_number(&qf(), &number, "es de prepago y se recargó").unwrap();
    lanes.run();
    assert_eq!(lanes.left(), [0, 0, 1]);
}

#[test]
fn what_is_scheduled_for_later_is_not_held_while_another_channel_is_open() {
    let lanes = two_lanes(|_| {});
    let case = lanes.case(&format!("a@clinic.test {NUMBER}"));
    lanes.unit.mail.refuses_to("a@clinic.test", Script::no_such_user());
    lanes.unit.app.apply_plan(&qf(), case, TemplateId(1), lanes.unit.clock.now()).unwrap();
    lanes.run();
    lanes.run();
    let states: Vec<_> = lanes.unit.app.attempts(case).unwrap().iter().map(|attempt| attempt.status).collect();
    use AttemptStatus::{Pending, Sent};
    assert_eq!(states, [Sent, Pending, Pending, Pending]);
    lanes.unit.clock.advance(Duration::days(31));
    lanes.run();
    assert_eq!(lanes.left(), [0, 0, 2], "the reminder goes by the channel that works");
}

#[test]
fn an_automatic_request_goes_by_the_first_channel_too_and_by_the_next_when_its_address_fails() {
    let lanes = two_lanes(|policy| policy.automatic_requests = true);
    let by_number = lanes.case(NUMBER);
    lanes.run();
    assert_eq!(lanes.letters(by_number), [(Channel::Sms, Some(Delivery::Accepted))]);

    let by_mail = lanes.case("b@clinic.test, +51 988 777 666");
    lanes.unit.mail.refuses_to("b@clinic.test", Script::no_such_user());
    for _ in 0..3 {
        lanes.run();
    }
    assert_eq!(lanes.letters(by_mail), [(Channel::Email, Some(Delivery::Rejected)), (Channel::Sms, Some(Delivery::Accepted))]);
}

#[test]
fn the_second_template_writes_by_mail_then_by_text_message_then_by_whatsapp_and_calls_last() {
    let lanes = lanes(|_| {});
    let case = lanes.case(&format!("a@clinic.test {NUMBER}"));
    lanes.unit.app.apply_plan(&qf(), case, TemplateId(2), lanes.unit.clock.now()).unwrap();
    for _ in 0..8 {
        lanes.unit.clock.advance(Duration::days(1));
        lanes.run();
    }
    assert_eq!(
        lanes.letters(case).iter().map(|(channel, _)| *channel).collect::<Vec<_>>(),
        [Channel::Email, Channel::Sms, Channel::Whatsapp]
    );
    let call = lanes.unit.app.attempts(case).unwrap().pop().unwrap();
    assert_eq!((call.channel, call.status), (PlannedChannel::Call, AttemptStatus::Pending));
}
