//! What the service sends by WhatsApp by itself is always a template, and what comes back is an answer like any other.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{OneMoreAttempt, SendMessageError, SendNowError};
use followup_domain::asking::reason::StopReason;
use followup_domain::ids::CaseId;
use followup_domain::message::{Channel, Direction, Message, MessageStatus, WhatsappTemplate};
use followup_domain::ports::Clock;
use followup_domain::sending::{TemplateStatus, WhatsappContent};
use support::qf;
use support::whatsapp::{NUMBER, REMINDER, REQUEST, Whatsapp, start, template};

fn schedule(whatsapp: &Whatsapp, case: CaseId) {
    let contact =
        OneMoreAttempt { due_at: whatsapp.unit.clock.now(), label: "WhatsApp".into(), channel: Channel::Whatsapp.into(), reason: None };
    whatsapp.unit.app.schedule_attempt(&qf(), case, &contact).unwrap();
}

fn templates(whatsapp: &Whatsapp) -> Vec<WhatsappTemplate> {
    let template = |content| if let WhatsappContent::Template(template) = content { template } else { panic!("{content:?}") };
    whatsapp.sent().into_iter().map(template).collect()
}

fn ours(whatsapp: &Whatsapp, case: CaseId) -> Vec<Message> {
    whatsapp.unit.thread(case).into_iter().filter(|message| message.direction == Direction::Out).collect()
}

#[test]
fn a_plans_letter_is_the_request_and_the_next_one_the_reminder() {
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    schedule(&whatsapp, case);
    assert_eq!(whatsapp.unit.dispatch().delivery.accepted, 1);
    let first = templates(&whatsapp).remove(0);
    assert_eq!((first.name.as_str(), first.parameters.len()), ("followup_request", 3));
    assert_eq!(first.parameters[..2], ["Dra. Rojas".to_owned(), format!("#{case}")]);
    assert_eq!(first.parameters[2].split([',', ' ']).filter(|word| *word == "y").count(), 1, "three things: {}", first.parameters[2]);
    let message = ours(&whatsapp, case).remove(0);
    assert!(message.content.body.starts_with(&format!("Hola Dra. Rojas, necesitamos información adicional sobre el caso #{case}.")));
    assert_eq!(message.content.template.as_ref(), Some(&first));
    let asked = whatsapp.unit.app.followup_summary(case, "qf").unwrap().missing;
    assert!(asked.iter().all(|item| matches!(item.state, followup_app::AskState::Asked { .. })), "what was asked is recorded");

    whatsapp.unit.clock.advance(Duration::days(30));
    schedule(&whatsapp, case);
    whatsapp.unit.dispatch();
    let second = templates(&whatsapp).remove(1);
    assert_eq!((second.name.as_str(), second.parameters.len()), ("followup_reminder", 2), "no more than it takes");
}

#[test]
fn of_somebody_who_died_and_of_nobody_known_the_template_speaks_quietly() {
    let whatsapp = start();
    let case = whatsapp.unit.case(&[("reportante_telefono", NUMBER), ("paciente_fecha_muerte", "2024")]);
    schedule(&whatsapp, case);
    whatsapp.unit.dispatch();
    assert_eq!(templates(&whatsapp)[0].parameters, ["reportante".to_owned(), format!("#{case}"), "algunos datos más".to_owned()]);
}

#[test]
fn a_template_that_may_not_be_sent_stops_the_letter_with_its_reason() {
    for (listed, told) in [
        (template("followup_request", REQUEST, TemplateStatus::Paused), "la plantilla «followup_request» está pausada"),
        (template("otra", REQUEST, TemplateStatus::Approved), "la plantilla «followup_request» no está entre las del proveedor"),
        (
            template("followup_request", "{{1}} {{2}} {{3}} {{4}}", TemplateStatus::Approved),
            "la plantilla «followup_request» tiene 4 parámetros y se dan 3",
        ),
    ] {
        let whatsapp = start();
        whatsapp.list(&[listed]);
        let case = whatsapp.case(&[]);
        schedule(&whatsapp, case);
        whatsapp.unit.dispatch();
        assert_eq!(whatsapp.unit.attempts(case), [("failed".to_owned(), Some(told.to_owned()))]);
        assert!(whatsapp.sent().is_empty());
        // A person acts: the provider approved it meanwhile.
        whatsapp.list(&[template("followup_request", REQUEST, TemplateStatus::Approved)]);
        let id = whatsapp.unit.app.attempts(case).unwrap()[0].id;
        whatsapp.unit.app.send_attempt_now(&qf(), case, id, None).unwrap();
        assert_eq!((templates(&whatsapp).len(), whatsapp.unit.attempts(case)[0].0.as_str()), (1, "sent"));
    }
}

#[test]
fn a_letter_sent_now_is_a_template_too_and_is_told_why_it_is_not() {
    let whatsapp = start();
    whatsapp.list(&[
        template("followup_request", REQUEST, TemplateStatus::Rejected),
        template("followup_reminder", REMINDER, TemplateStatus::Approved),
    ]);
    let case = whatsapp.case(&[]);
    schedule(&whatsapp, case);
    let id = whatsapp.unit.app.attempts(case).unwrap()[0].id;
    let error = whatsapp.unit.app.send_attempt_now(&qf(), case, id, None).unwrap_err();
    let expected = StopReason::TemplateNotApproved { name: "followup_request".into(), status: Some(TemplateStatus::Rejected) };
    assert_eq!(error, SendNowError::Send(SendMessageError::NotSent(expected)));
}

#[test]
fn a_draft_tells_the_template_that_would_go_and_until_when_free_text_may() {
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    let draft = whatsapp.unit.app.draft_request(case, "whatsapp").unwrap();
    let template = draft.template.unwrap();
    assert_eq!(
        (template.template.name.as_str(), template.status, template.problem),
        ("followup_request", Some(TemplateStatus::Approved), None)
    );
    assert!(template.body.contains(&format!("#{case}")) && draft.letter.body.contains(&format!("#{case}")));
    assert_eq!(draft.free_text_until, None);
    whatsapp.came("M1", NUMBER, "Hola");
    let until = whatsapp.unit.clock.now() + Duration::hours(24);
    assert_eq!(whatsapp.unit.app.draft_request(case, "whatsapp").unwrap().free_text_until, Some(until));
    assert_eq!(whatsapp.unit.app.draft_request(case, "email").unwrap().template, None);
}

#[test]
fn an_answer_stands_in_the_thread_holds_the_plan_and_baja_ends_the_writing() {
    let whatsapp = start();
    let case = whatsapp.case(&[]);
    schedule(&whatsapp, case);
    whatsapp.unit.dispatch();
    let later = OneMoreAttempt {
        due_at: whatsapp.unit.clock.now() + Duration::days(2),
        label: "WhatsApp 2".into(),
        channel: Channel::Whatsapp.into(),
        reason: None,
    };
    whatsapp.unit.app.schedule_attempt(&qf(), case, &later).unwrap();
    whatsapp.came("M1", NUMBER, "Pesa 70 kg");
    let thread = whatsapp.unit.thread(case);
    let reply = thread.iter().find(|message| message.is_human_reply()).unwrap();
    assert_eq!((reply.channel, reply.parent_id), (Channel::Whatsapp, Some(thread[0].id)));
    assert_eq!(thread[0].status, Some(MessageStatus::Responded));
    whatsapp.unit.clock.advance(Duration::days(3));
    whatsapp.unit.dispatch();
    assert_eq!(whatsapp.sent().len(), 1, "whoever answered is not written to by itself");
    whatsapp.came("M2", NUMBER, "BAJA");
    assert_eq!(whatsapp.text(case, "Gracias"), Err(SendMessageError::Blocked));
    assert_eq!(whatsapp.template(case, "followup_request", &["a", "b", "c"]), Err(SendMessageError::Blocked));
}
