//! Things that come in between: while a letter waits, while it is prepared, while it leaves.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_domain::case::{CasePatch, Scalar};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::TemplateId;
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::message::MessageStatus;
use followup_domain::ports::Clock;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, unit, unit_with};

fn plan_letter_id(unit: &Unit, id: followup_domain::ids::CaseId) -> String {
    id_of(unit.thread(id).iter().find(|message| message.attempt_id.is_some()).unwrap())
}

#[test]
fn a_reply_while_the_transport_is_prepared_stops_the_reminder() {
    let unit = unit_with(|policy| policy.automatic_delay = Duration::zero());
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    let request = plan_letter_id(&unit, id);
    unit.clock.advance(Duration::hours(721));
    let (app, clock) = (unit.app.clone(), unit.clock.clone());
    unit.mail.during_prepare(move || {
        let raw = reply(REPORTER, &request, "<r1@clinic.test>", "Peso 68").replace('\n', "\r\n").into_bytes();
        let position = MailboxPosition { mailbox: "test".into(), uid: None };
        app.store_mail(&NewInboundMail { position, arrived_at: clock.now(), recorded_at: clock.now(), raw }).unwrap();
        app.process_stored_mail(&|| false).unwrap();
    });
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
    assert_eq!(unit.attempts(id)[1], ("cancelled".into(), Some("respuesta recibida".into())));
    let actions = unit.audited(id);
    let received = actions.iter().position(|action| action == "message.received").unwrap();
    assert!(!actions[received..].contains(&"message.transmitting".to_owned()), "{actions:?}");
}

#[test]
fn a_reply_to_a_request_that_counted_as_the_first_attempt_moves_that_attempt() {
    let unit = unit();
    let id = unit.case(&[]);
    let base = unit.clock.now();
    unit.deliver();
    unit.clock.advance(Duration::hours(2));
    unit.app.apply_plan(&qf(), id, TemplateId(1), base).unwrap();
    unit.receive(&reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r1@clinic.test>", "Peso 68"));
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Responded));
    assert_eq!(unit.attempts(id)[0].0, "responded");
}

#[test]
fn a_reply_that_arrived_before_the_plan_and_was_fetched_after_it_stops_the_waiting_letter() {
    let unit = unit_with(|policy| policy.automatic_delay = Duration::zero());
    let id = unit.case(&[]);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    let arrived = unit.clock.now();
    unit.clock.advance(Duration::seconds(30));
    unit.plan(id);
    unit.mail.always(Some(Script::is_down()));
    unit.dispatch();
    unit.mail.always(None);
    unit.arrive(&reply(REPORTER, &request, "<r1@clinic.test>", "Peso 68"), arrived);
    unit.app.process_stored_mail(&|| false).unwrap();
    unit.clock.advance(Duration::hours(1));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn a_flagged_reply_holds_automatic_requests_too() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "70")]);
    unit.deliver();
    unit.receive(&reply("otro@elsewhere.test", &id_of(&unit.thread(id)[0]), "<r1@elsewhere.test>", "Dosis 500"));
    unit.clock.advance(Duration::hours(3));
    unit.update(id, &[("paciente_peso", "")]);
    assert_eq!(unit.deliver().accepted, 0);
}

#[test]
fn a_copy_that_went_to_the_tray_does_not_take_the_replys_effect() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    let request = plan_letter_id(&unit, id);
    unit.receive(&format!("From: {REPORTER}\nTo: fv@vigia.test\nSubject: Re\nMessage-ID: <r1@clinic.test>\n\nPeso 68\n"));
    unit.receive(&reply(REPORTER, &request, "<r1@clinic.test>", "Peso 68"));
    assert_eq!(unit.attempts(id)[0].0, "responded");
    assert_eq!(unit.attempts(id)[1].0, "cancelled");
}

#[test]
fn another_product_in_the_same_place_is_asked_about() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "70")]);
    unit.deliver();
    unit.clock.advance(Duration::hours(2));
    let productos = Some(vec![vec![("nombre_producto".to_owned(), Scalar::Text("Warfarina".into()))]]);
    unit.app.update_case(&qf(), id, &CasePatch { productos, ..CasePatch::default() }, None).unwrap();
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().missing[0].state, followup_app::AskState::NotAsked);
    assert_eq!(unit.deliver().accepted, 1);
}

#[test]
fn an_address_that_refused_is_not_written_to_again_by_itself() {
    let unit = unit();
    unit.mail.next(Script::no_such_user());
    let id = unit.case(&[]);
    unit.deliver();
    for number in 0..3 {
        unit.clock.advance(Duration::hours(2));
        unit.update(id, &[("numero", &number.to_string())]);
        assert_eq!(unit.deliver(), followup_app::DeliveryReport::default());
    }
}

#[test]
fn a_corrected_address_is_written_to_at_once() {
    let unit = unit();
    unit.mail.next(Script::no_such_user());
    let id = unit.case(&[]);
    unit.deliver();
    unit.update(id, &[("reportante_contacto", "correcta@clinic.test")]);
    assert_eq!(unit.deliver().accepted, 1);
}

#[test]
fn a_request_sent_by_hand_while_the_first_letter_waits_counts_as_it() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    unit.clock.advance(Duration::minutes(10));
    unit.plan(id);
    unit.dispatch();
    unit.clock.advance(Duration::minutes(10));
    let draft = unit.app.draft_request(id, "email").unwrap().letter.body;
    let by_hand = unit.send(id, &draft).unwrap().message.id;
    unit.clock.advance(Duration::hours(1));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 2);
    let first = unit.app.attempts(id).unwrap().remove(0);
    assert_eq!((first.status.as_str(), first.message_id), ("sent", Some(by_hand)));
}

#[test]
fn the_delay_counts_from_when_a_letter_leaves() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "70")]);
    let clock = unit.clock.clone();
    unit.mail.during_prepare(move || clock.advance(Duration::seconds(55)));
    unit.deliver();
    unit.update(id, &[("paciente_peso", "")]);
    unit.clock.advance(Duration::minutes(60) - Duration::seconds(1));
    assert_eq!(unit.deliver().accepted, 0);
    unit.clock.advance(Duration::seconds(2));
    assert_eq!(unit.deliver().accepted, 1);
}

#[test]
fn a_letter_that_was_asked_for_by_hand_meanwhile_says_so() {
    let unit = unit();
    let id = unit.case(&[]);
    let draft = unit.app.draft_request(id, "email").unwrap().letter.body;
    unit.send(id, &draft.replace("- Peso", "1. Peso").replace("- Dosis", "2) Dosis")).unwrap();
    unit.deliver();
    assert_eq!(unit.mail.accepted().len(), 1);
    assert_eq!(unit.thread(id)[0].error.as_deref(), Some("ya solicitado"));
}

#[test]
fn a_test_mail_of_a_staging_system_says_for_whom_it_was() {
    let unit = unit_with(|policy| policy.redirect_to = EmailAddress::parse("pruebas@vigia.test").ok());
    unit.app.send_test_mail(&qf(), &EmailAddress::parse("real@clinic.test").unwrap()).unwrap();
    assert!(unit.mail.accepted()[0].body.contains("real@clinic.test"));
}
