//! WhatsApp by hand: templates that the provider approved at any time, free text within a day after the reporter wrote.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::SendMessageError;
use followup_domain::asking::reason::StopReason;
use followup_domain::case::FieldError;
use followup_domain::message::{Channel, Delivery, MessageStatus};
use followup_domain::sending::{SendError, TemplateStatus, WhatsappContent};
use followup_testkit::fakes::Script;
use support::qf;
use support::whatsapp::{NUMBER, REQUEST, start, template};

fn refused(error: &SendMessageError) -> (&str, &str) {
    match error {
        SendMessageError::Invalid(FieldError { field, message }) => (field, message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn free_text_goes_for_a_day_after_the_reporter_wrote_and_not_a_minute_longer() {
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    let outside = SendMessageError::NotSent(StopReason::OutsideWindow);
    assert_eq!(whatsapp.text(case, "¿Cuál fue la dosis?"), Err(outside.clone()), "nobody ever wrote");
    assert!(whatsapp.unit.thread(case).is_empty(), "nothing is queued");
    whatsapp.came("M1", NUMBER, "Hola");
    whatsapp.unit.clock.advance(Duration::hours(23) + Duration::minutes(59));
    whatsapp.text(case, "¿Cuál fue la dosis?").unwrap();
    whatsapp.unit.clock.advance(Duration::minutes(1));
    assert_eq!(whatsapp.text(case, "¿Y el lote?"), Err(outside));
    assert_eq!(whatsapp.sent(), [WhatsappContent::Text("¿Cuál fue la dosis?".into())]);
    whatsapp.came("M2", "+51911222333", "Soy otra persona");
    assert!(whatsapp.text(case, "¿Y el lote?").is_err(), "another number opens no window");
}

#[test]
fn the_window_may_shut_while_the_transport_is_prepared_and_then_nothing_leaves() {
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    whatsapp.came("M1", NUMBER, "Hola");
    whatsapp.unit.clock.advance(Duration::hours(23) + Duration::minutes(59));
    let clock = whatsapp.unit.clock.clone();
    whatsapp.sender.during_prepare(move || clock.advance(Duration::minutes(2)));
    assert!(matches!(whatsapp.text(case, "¿Cuál fue la dosis?"), Err(SendMessageError::Stopped { .. })));
    let message = whatsapp.unit.thread(case).pop().unwrap();
    assert_eq!((message.status, message.error.is_some()), (Some(MessageStatus::Skipped), true));
    assert!(whatsapp.sent().is_empty());
}

#[test]
fn free_text_is_sent_again_inside_the_window_only_and_a_template_at_any_time() {
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    whatsapp.came("M1", NUMBER, "Hola");
    let fails = || whatsapp.sender.next(Script::FailTransmit(SendError::NotSent("429".into())));
    fails();
    whatsapp.text(case, "¿Cuál fue la dosis?").unwrap_err();
    fails();
    whatsapp.template(case, "followup_request", &["Ana", "#1", "la dosis"]).unwrap_err();
    let failed: Vec<_> =
        whatsapp.unit.thread(case).iter().filter(|message| message.delivery == Some(Delivery::Rejected)).map(|m| m.id).collect();
    whatsapp.unit.clock.advance(Duration::days(2));
    let again = |id| whatsapp.unit.app.resend_message(&qf(), case, id, None);
    let error = again(failed[0]).unwrap_err();
    assert!(matches!(error, followup_app::ResendError::Send(SendMessageError::NotSent(StopReason::OutsideWindow))), "{error:?}");
    let sent = again(failed[1]).unwrap();
    assert_eq!(sent.content.template.unwrap().parameters, ["Ana", "#1", "la dosis"]);
    assert_eq!(whatsapp.sent().len(), 1);
}

#[test]
fn a_template_goes_with_its_parameters_on_one_line_and_stands_in_the_thread_as_it_reads() {
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    let sent = whatsapp.template(case, "followup_request", &["Juan", "#123", " la dosis\n\tdel   medicamento "]).unwrap().message;
    let told = "Hola Juan, necesitamos información adicional sobre el caso #123. ¿Puede proporcionarnos la dosis del medicamento?";
    assert_eq!((sent.content.body.as_str(), sent.channel, sent.content.to.as_deref()), (told, Channel::Whatsapp, Some(NUMBER)));
    let Some(WhatsappContent::Template(left)) = whatsapp.sent().pop() else { panic!("a template left") };
    assert_eq!(Some(&left), sent.content.template.as_ref());
    assert_eq!(
        (left.name.as_str(), left.language.as_str(), left.provider_id.as_deref()),
        ("followup_request", "es", Some("HX-followup_request"))
    );
    assert_eq!(
        (left.places, left.parameters),
        (vec!["1".into(), "2".into(), "3".into()], vec!["Juan".into(), "#123".into(), "la dosis del medicamento".to_owned()])
    );
    assert_eq!(whatsapp.unit.thread(case)[0].content.template, sent.content.template, "as it was stored");
}

#[test]
fn parameters_that_the_template_does_not_take_are_named_and_nothing_is_queued() {
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    let long = "x".repeat(1000);
    for (parameters, field, message) in [
        (&["Juan", "#123"][..], "parameters", "La plantilla «followup_request» tiene 3 parámetros y se dan 2"),
        (&["Juan", "#123", "la dosis", "más"], "parameters", "La plantilla «followup_request» tiene 3 parámetros y se dan 4"),
        (&[], "parameters", "La plantilla «followup_request» tiene 3 parámetros y se dan 0"),
        (&["Juan", " \n\t", "la dosis"], "parameters[1]", "El parámetro está vacío"),
        (&["Juan", "#123", "la \0 dosis"], "parameters[2]", "El texto contiene un carácter nulo"),
        (&["Juan", "#123", &long], "parameters", "La plantilla con sus parámetros supera los 1024 caracteres"),
    ] {
        assert_eq!(refused(&whatsapp.template(case, "followup_request", parameters).unwrap_err()), (field, message));
    }
    assert!(whatsapp.unit.thread(case).is_empty() && whatsapp.sent().is_empty());
}

#[test]
fn a_template_that_is_not_approved_is_told_so_with_its_state() {
    use TemplateStatus::{Approved, Disabled, Paused, Pending, Rejected};
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    for status in [Pending, Paused, Rejected, Disabled] {
        whatsapp.list(&[template("followup_request", REQUEST, status)]);
        let expected = StopReason::TemplateNotApproved { name: "followup_request".into(), status: Some(status) };
        assert_eq!(whatsapp.template(case, "followup_request", &["a", "b", "c"]), Err(SendMessageError::NotSent(expected)));
    }
    let unknown = StopReason::TemplateNotApproved { name: "otra".into(), status: None };
    assert_eq!(whatsapp.template(case, "otra", &["a"]), Err(SendMessageError::NotSent(unknown)));
    whatsapp.tell(b"template followup_request approved".to_vec());
    whatsapp.template(case, "followup_request", &["a", "b", "c"]).unwrap();
    whatsapp.tell(b"template followup_request paused".to_vec());
    assert!(whatsapp.template(case, "followup_request", &["a", "b", "c"]).is_err(), "as the provider told it last");
    let told: Vec<_> = whatsapp.unit.system_audit().into_iter().filter(|row| row.action == "whatsapp_template.told").collect();
    // Two of the first list, one of each state since; the same again is no news.
    assert_eq!(told.len(), 2 + 4 + 2);
    whatsapp.list(&[template("followup_request", REQUEST, Approved)]);
    whatsapp.list(&[template("followup_request", REQUEST, Approved)]);
    assert_eq!(whatsapp.unit.system_audit().iter().filter(|row| row.action == "whatsapp_template.told").count(), told.len() + 1);
}

#[test]
fn a_list_that_was_never_read_stops_no_template_and_one_that_cannot_be_read_changes_nothing() {
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    whatsapp.listed.0.lock().unwrap().clear();
    assert!(whatsapp.unit.app.refresh_whatsapp_templates(&qf()).is_err());
    assert_eq!(whatsapp.unit.app.keep_whatsapp_templates(), Ok(followup_app::Listing::NotGiven));
    assert_eq!(whatsapp.unit.app.whatsapp_templates().unwrap().len(), 2);

    let fresh = support::whatsapp::bare();
    let other = fresh.case(&[]);
    let sent = fresh.template(other, "followup_request", &["Juan", "#123"]).unwrap().message;
    assert_eq!(sent.content.body, "Plantilla «followup_request» (es): Juan · #123");
    assert_eq!(sent.content.template.unwrap().places, ["1", "2"]);
    whatsapp.template(case, "followup_request", &["Juan", "#123", "la dosis"]).unwrap();
}

#[test]
fn a_text_that_whatsapp_does_not_carry_is_refused_with_its_bound() {
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    whatsapp.came("M1", NUMBER, "Hola");
    let error = whatsapp.text(case, &"ñ".repeat(4097)).unwrap_err();
    assert_eq!(refused(&error), ("body", "Demasiado largo: el canal admite 4096 caracteres"));
    whatsapp.text(case, &"ñ".repeat(4096)).unwrap();
}
