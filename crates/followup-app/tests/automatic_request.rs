//! The automatic request: one letter, for what is missing and was never asked, and never lost.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_domain::asking::request::{Letter, LetterRenderer, RenderError, RequestLetter};
use followup_domain::case::Estado;
use followup_domain::contact::EmailAddress;
use followup_domain::message::{Channel, Delivery, MessageStatus};
use followup_domain::ports::Clock;
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, id_of, patch, qf, reply, unit, unit_with};

#[test]
fn a_case_with_gaps_is_asked_about_once() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "68 kg")]);
    assert_eq!(unit.mail.accepted(), [], "creating a case waits for no mail server");

    assert_eq!(unit.deliver().accepted, 1);
    let letter = &unit.mail.accepted()[0];
    assert_eq!(letter.to.as_str(), REPORTER);
    assert_eq!(letter.subject, format!("[VIGIA] Solicitud de información - ICSR #{id}"));
    assert!(letter.automatic);
    assert!(letter.body.contains("Dosis administrada") && !letter.body.contains("Peso"), "{}", letter.body);

    unit.clock.advance(Duration::days(2));
    unit.update(id, &[("numero", "A-1")]);
    assert_eq!(unit.deliver().accepted, 0, "what was asked is not asked again");
}

#[test]
fn a_complete_case_is_not_asked_about() {
    let unit = unit();
    unit.case(&[("paciente_peso", "68"), ("dosis", "500 mg")]);
    assert_eq!(unit.deliver(), followup_app::DeliveryReport::default());
}

#[test]
fn the_letter_is_written_from_the_case_as_it_is_when_it_goes() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.update(id, &[("paciente_peso", "70")]);
    unit.deliver();
    let letters = unit.mail.accepted();
    assert_eq!(letters.len(), 1);
    assert!(!letters[0].body.contains("Peso"), "{}", letters[0].body);
}

#[test]
fn a_letter_that_has_nothing_left_to_ask_is_not_sent_and_says_why() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.update(id, &[("paciente_peso", "70"), ("dosis", "1 g")]);
    assert_eq!(unit.deliver().withdrawn, 1);
    let message = &unit.thread(id)[0];
    assert_eq!((message.status, message.delivery), (Some(MessageStatus::Skipped), None));
    assert_eq!(message.error.as_deref(), Some("sin datos faltantes"));
}

#[test]
fn something_newly_missing_is_asked_for_after_the_delay_and_not_lost() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "70")]);
    unit.deliver();
    unit.update(id, &[("paciente_peso", "no sabe")]);
    assert_eq!(unit.deliver().accepted, 0, "within the delay");
    unit.clock.advance(Duration::minutes(61));
    assert_eq!(unit.deliver().accepted, 1);
    let second = &unit.mail.accepted()[1];
    assert!(second.body.contains("Peso aproximado") && !second.body.contains("Dosis"), "{}", second.body);
}

#[test]
fn a_server_that_is_down_delays_the_letter_and_loses_nothing() {
    let unit = unit();
    unit.mail.always(Some(Script::is_down()));
    let id = unit.case(&[]);
    for _ in 0..5 {
        unit.deliver();
        unit.clock.advance(Duration::hours(2));
    }
    let message = &unit.thread(id)[0];
    assert_eq!((message.status, message.delivery), (Some(MessageStatus::Pending), Some(Delivery::Queued)));

    unit.mail.always(None);
    assert_eq!(unit.deliver().accepted, 1);
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Sent));
}

#[test]
fn a_server_that_is_down_is_not_asked_for_every_letter() {
    let unit = unit();
    unit.mail.always(Some(Script::is_down()));
    for _ in 0..10 {
        unit.case(&[]);
    }
    assert_eq!(unit.deliver().put_off, 3);
}

#[test]
fn sending_moves_a_pending_case_on_and_leaves_the_editors_version() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let case = unit.app.case(id).unwrap();
    assert_eq!((case.record.estado, case.version), (Estado::EnProgreso, 1));
}

#[test]
fn no_automatic_request_goes_where_it_is_not_wanted() {
    for fields in [&[("estado", "Completado")][..], &[("estado", "Enviado")], &[("reportante_contacto", "sin correo")]] {
        let unit = unit();
        unit.case(fields);
        assert_eq!(unit.deliver(), followup_app::DeliveryReport::default(), "{fields:?}");
    }
    let disabled = unit_with(|policy| policy.automatic_requests = false);
    disabled.case(&[]);
    assert_eq!(disabled.deliver().accepted, 0);

    let switched_off = unit();
    let mut fields = patch(&[("reportante_contacto", REPORTER)]);
    fields.fields.push(("auto_followup".into(), followup_domain::case::Scalar::Bool(false)));
    switched_off.app.register_case(&qf(), fields, None).unwrap();
    assert_eq!(switched_off.deliver().accepted, 0);
}

#[test]
fn no_letter_goes_to_a_part_of_an_address() {
    for address in
        ["lucia..ramos@clinic.test", "ramos@clinic.test,pe", "ramos@clinic..test", "lucia ramos@clinic.test", "ramos@@clinic.test"]
    {
        let unit = unit();
        let id = unit.case(&[("reportante_contacto", "Dra. Ramos"), ("reportante_email", address)]);
        unit.deliver();
        assert_eq!((unit.mail.accepted(), unit.thread(id).len()), (vec![], 0), "{address}");
    }
    for text in ["Dra. Ramos, lucia..ramos@clinic.test", "no usar viejo@clinic.test"] {
        let unit = unit();
        unit.case(&[("reportante_contacto", text)]);
        unit.deliver();
        assert_eq!(unit.mail.accepted(), [], "{text}");
    }
    let unit = unit();
    unit.case(&[("reportante_contacto", "no usar viejo@clinic.test, usar nuevo@clinic.test")]);
    unit.deliver();
    assert_eq!(unit.mail.accepted()[0].to.as_str(), "nuevo@clinic.test");
}

#[test]
fn an_active_plan_asks_in_place_of_automatic_requests() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    assert_eq!(unit.deliver().withdrawn, 1);
    assert_eq!(unit.thread(id)[0].error.as_deref(), Some("el plan activo hace las solicitudes"));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn an_unread_reply_stops_automatic_requests_until_somebody_reads_it() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "70")]);
    unit.deliver();
    let asked = id_of(&unit.thread(id)[0]);
    unit.receive(&reply(REPORTER, &asked, "<r1@clinic.test>", "Dosis: 500 mg"));
    unit.clock.advance(Duration::hours(3));
    unit.update(id, &[("paciente_peso", "")]);
    assert_eq!(unit.deliver().accepted, 0);

    let last = unit.thread(id).last().unwrap().id;
    unit.app.mark_read(&qf(), id, last).unwrap();
    unit.update(id, &[("dosis", "500 mg")]);
    assert_eq!(unit.deliver().accepted, 1);
}

#[test]
fn a_refused_letter_has_failed_with_the_servers_words() {
    let unit = unit();
    unit.mail.next(Script::FailPrepare(SendError::Refused("550 5.1.1 no such user".into())));
    let id = unit.case(&[]);
    assert_eq!(unit.deliver().rejected, 1);
    let message = &unit.thread(id)[0];
    assert_eq!((message.status, message.delivery), (Some(MessageStatus::Failed), Some(Delivery::Rejected)));
    assert_eq!(message.transport_response.as_deref(), Some("550 5.1.1 no such user"));
    assert_eq!(unit.app.case(id).unwrap().record.estado, Estado::Pendiente, "nothing was sent");
}

#[test]
fn only_a_refusal_of_the_address_ends_the_automatic_requests_to_it() {
    // Something new goes missing after the first letter failed; whether it is asked for.
    let asks_again = |script: Script, by_hand: bool| {
        let unit = unit();
        unit.mail.next(script);
        let id = unit.case(&[]);
        while unit.thread(id)[0].status == Some(MessageStatus::Pending) {
            unit.deliver();
            unit.clock.advance(Duration::hours(5));
        }
        if by_hand {
            unit.app.resolve_message(&qf(), id, unit.thread(id)[0].id, false, None).unwrap();
        }
        assert_eq!(unit.thread(id)[0].delivery, Some(Delivery::Rejected));
        unit.mail.always(None);
        unit.clock.advance(Duration::days(2));
        unit.update(id, &[("numero", "2")]);
        unit.deliver().accepted == 1
    };
    assert!(!asks_again(Script::no_such_user(), false));
    assert!(asks_again(Script::FailTransmit(SendError::Refused("end of DATA: 554 5.7.1 no".into())), false));
    assert!(asks_again(Script::unwritable("el año 12024 no puede figurar en la fecha de un correo"), false));
    assert!(asks_again(Script::FailTransmit(SendError::Uncertain("end of DATA: sin respuesta a tiempo".into())), true));
}

#[test]
fn silence_after_the_letter_left_is_uncertain_and_never_sent_again() {
    let unit = unit();
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("timed out".into())));
    let id = unit.case(&[]);
    assert_eq!(unit.deliver().uncertain, 1);
    unit.clock.advance(Duration::days(3));
    unit.update(id, &[("numero", "2")]);
    unit.deliver();
    assert_eq!(unit.mail.accepted(), []);
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Uncertain));
}

#[test]
fn a_process_that_dies_while_sending_leaves_an_uncertain_message_behind() {
    let unit = unit();
    unit.mail.next(Script::PanicInTransmit);
    let id = unit.case(&[]);
    let app = unit.app.clone();
    assert!(std::thread::spawn(move || app.deliver_queued(&|| false)).join().is_err());
    assert_eq!(unit.thread(id)[0].delivery, Some(Delivery::Transmitting));

    assert_eq!(unit.deliver().uncertain, 0, "its lease still runs");
    unit.clock.advance(Duration::minutes(6));
    assert_eq!(unit.deliver().uncertain, 1);
    assert_eq!(unit.mail.accepted(), []);
}

#[test]
fn a_temporary_refusal_after_the_data_is_tried_again() {
    let unit = unit();
    unit.mail.next(Script::FailTransmit(SendError::NotSent("452 4.3.1 queue full".into())));
    let id = unit.case(&[]);
    assert_eq!(unit.deliver().put_off, 1);
    unit.clock.advance(Duration::hours(1));
    assert_eq!(unit.deliver().accepted, 1);
    assert_eq!(unit.thread(id).len(), 1);
}

#[test]
fn an_address_gets_no_more_than_its_daily_cap_over_all_cases() {
    let unit = unit_with(|policy| policy.daily_cap_per_address = Some(2));
    for _ in 0..3 {
        unit.case(&[]);
    }
    let report = unit.deliver();
    assert_eq!((report.accepted, report.put_off), (2, 1));
    unit.clock.advance(Duration::hours(25));
    assert_eq!(unit.deliver().accepted, 1, "put off, not lost");
}

#[test]
fn a_staging_system_writes_to_one_address_and_says_so() {
    let unit = unit_with(|policy| policy.redirect_to = EmailAddress::parse("pruebas@vigia.test").ok());
    unit.case(&[]);
    unit.deliver();
    let letter = &unit.mail.accepted()[0];
    assert_eq!(letter.to.as_str(), "pruebas@vigia.test");
    assert!(letter.body.contains(REPORTER), "{}", letter.body);
}

#[test]
fn two_updates_at_the_same_instant_give_one_letter() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "70"), ("dosis", "1 g")]);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let app = unit.app.clone();
            std::thread::spawn(move || app.update_case(&qf(), id, &patch(&[("dosis", "no sabe")]), None).unwrap())
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(unit.deliver().accepted, 1);
    assert_eq!(unit.thread(id).len(), 1);
}

#[test]
fn every_step_of_a_letter_stands_in_the_audit_trail() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    assert_eq!(unit.audited(id), ["case.created", "message.queued", "message.transmitting", "message.delivery", "case.estado"]);
    let rows = unit.audit(id);
    assert_eq!(followup_audit::verify(&*unit.app.store).unwrap().broken, []);
    assert!(rows.iter().all(|row| row.at <= unit.clock.now()));
}

mockall::mock! {
    Letters {}
    impl LetterRenderer for Letters {
        fn render(&self, channel: Channel, letter: &RequestLetter) -> Result<Letter, RenderError>;
    }
}

#[test]
fn a_template_that_cannot_be_rendered_skips_the_letter_with_its_reason() {
    let mut unit = unit();
    let mut letters = MockLetters::new();
    letters.expect_render().times(1).returning(|_, _| Err(RenderError("solicitud.email.txt:3".into())));
    unit.app.letters = std::sync::Arc::new(letters);
    let id = unit.case(&[]);
    assert_eq!(unit.deliver().withdrawn, 1);
    assert!(unit.thread(id)[0].error.as_deref().unwrap().contains("solicitud.email.txt:3"));
    assert_eq!(unit.mail.accepted(), []);
}
