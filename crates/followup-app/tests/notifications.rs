//! Word to the unit that a reply came.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::message::MessageKind;
use followup_domain::sending::MailParcel;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, reply, unit, unit_with};

const UNIT: &str = "unidad@vigia.test";

fn told() -> Unit {
    unit_with(|policy| policy.notify_to = Some(EmailAddress::parse(UNIT).unwrap()))
}

/// A case whose request was answered.
fn answered(unit: &Unit, fields: &[(&str, &str)]) -> (CaseId, String) {
    let id = unit.case(fields);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    let mail = reply(REPORTER, &request, "<r1@clinic.test>", "Peso: 68 kg, paciente Juana");
    unit.receive(&mail);
    (id, mail)
}

fn notices(unit: &Unit) -> Vec<MailParcel> {
    unit.mail.accepted().into_iter().filter(|mail| mail.subject.contains("Respuesta recibida")).collect()
}

#[test]
fn the_evaluator_is_told_and_else_the_unit() {
    for (fields, to) in [(&[("evaluador_email", "eva@vigia.test")][..], "eva@vigia.test"), (&[], UNIT)] {
        let unit = told();
        let (id, _) = answered(&unit, fields);
        unit.deliver();
        let notices = notices(&unit);
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].to.as_str(), to);
        assert_eq!(notices[0].subject, format!("[VIGIA] Respuesta recibida - ICSR #{id}"));
        assert!(notices[0].automatic, "so that no robot answers it");
    }
}

#[test]
fn a_notice_names_case_and_product_and_nothing_of_the_reply() {
    let unit = told();
    let (id, _) = answered(&unit, &[]);
    unit.deliver();
    let body = &notices(&unit)[0].body;
    assert!(body.contains("El reportante ha respondido a la solicitud de seguimiento."), "{body}");
    assert!(body.contains(&format!("Caso: #{id}")) && body.contains("Producto: Paracetamol"), "{body}");
    assert!(!body.contains("Juana") && !body.contains("68"), "{body}");
}

#[test]
fn nobody_to_tell_is_no_failure() {
    let unit = unit();
    answered(&unit, &[]);
    unit.deliver();
    assert_eq!(notices(&unit), []);
}

#[test]
fn each_reply_is_told_once() {
    let unit = told();
    let (id, mail) = answered(&unit, &[]);
    unit.receive(&mail);
    unit.receive(&mail.replace("MIME-Version", "X-Hop: 2\nMIME-Version"));
    unit.deliver();
    unit.deliver();
    assert_eq!(notices(&unit).len(), 1, "the same mail, and a copy with other bytes, are no news");
    unit.receive(&reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r2@clinic.test>", "Algo más"));
    unit.deliver();
    assert_eq!(notices(&unit).len(), 2);
    // Another text is news, whatever its Message-ID.
    unit.receive(&mail.replace("68 kg", "69 kg"));
    unit.deliver();
    assert_eq!(notices(&unit).len(), 3);
}

#[test]
fn a_robots_mail_is_not_told() {
    let unit = told();
    let id = unit.case(&[]);
    unit.deliver();
    let away = reply(REPORTER, &id_of(&unit.thread(id)[0]), "<a@clinic.test>", "Fuera")
        .replace("Subject:", "Auto-Submitted: auto-replied\nSubject:");
    unit.receive(&away);
    unit.deliver();
    assert_eq!(notices(&unit), []);
}

#[test]
fn a_notice_stands_in_no_thread_and_moves_no_case() {
    let unit = told();
    let (id, _) = answered(&unit, &[]);
    let before = unit.app.case(id).unwrap();
    unit.clock.advance(Duration::hours(1));
    unit.deliver();
    assert!(unit.thread(id).iter().all(|message| message.kind != MessageKind::Notification));
    let after = unit.app.case(id).unwrap();
    assert_eq!((after.awaiting_since, after.record.estado), (before.awaiting_since, before.record.estado));
    assert_eq!(after.awaiting_since, None);
}

#[test]
fn a_notice_waits_for_the_server_like_every_letter() {
    let unit = told();
    answered(&unit, &[]);
    unit.mail.next(Script::is_down());
    unit.deliver();
    assert_eq!(notices(&unit), []);
    unit.clock.advance(Duration::hours(1));
    unit.deliver();
    assert_eq!(notices(&unit).len(), 1);
}

#[test]
fn a_notice_is_sent_although_the_follow_up_was_closed_meanwhile() {
    use followup_app::CloseRequest;
    use followup_domain::case::ClosureReason;
    let unit = told();
    let (id, _) = answered(&unit, &[]);
    let request = CloseRequest { reason: ClosureReason::Declined, notes: "x".into(), override_reason: None };
    unit.app.close_followup(&support::qf(), id, &request).unwrap();
    unit.deliver();
    assert_eq!(notices(&unit).len(), 1);
}

#[test]
fn a_staging_system_tells_its_own_address_only() {
    let unit = unit_with(|policy| {
        policy.notify_to = Some(EmailAddress::parse(UNIT).unwrap());
        policy.redirect_to = Some(EmailAddress::parse("pruebas@vigia.test").unwrap());
    });
    answered(&unit, &[]);
    unit.deliver();
    assert_eq!(notices(&unit)[0].to.as_str(), "pruebas@vigia.test");
}

#[test]
fn an_answer_to_a_notification_is_no_reply_of_the_reporters() {
    let unit = unit_with(|policy| policy.notify_to = followup_domain::contact::EmailAddress::parse("evaluador@vigia.test").ok());
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    let request = id_of(unit.thread(id).iter().find(|message| message.attempt_id.is_some()).unwrap());
    unit.receive(&reply("otro@elsewhere.test", &request, "<r1@elsewhere.test>", "Soy su asistente"));
    unit.deliver();
    let word = unit.mail.accepted().into_iter().find(|mail| mail.subject.contains("Respuesta recibida")).unwrap();
    let before = unit.thread(id).len();
    assert_eq!(unit.receive(&reply("evaluador@vigia.test", word.message_id.as_str(), "<e1@vigia.test>", "Gracias")).unassigned, 1);
    assert_eq!(unit.thread(id).len(), before);
}

#[test]
fn the_notice_says_what_the_guide_says() {
    let unit = told();
    let (id, _) = answered(&unit, &[]);
    unit.deliver();
    let notice = notices(&unit).remove(0);
    assert_eq!(notice.subject, format!("[VIGIA] Respuesta recibida - ICSR #{id}"));
    let lines: Vec<&str> = notice.body.lines().filter(|line| !line.is_empty()).collect();
    let case = format!("Caso: #{id}");
    let guide = [
        "El reportante ha respondido a la solicitud de seguimiento.",
        case.as_str(),
        "Producto: Paracetamol",
        "Revisa la respuesta en VIGIA y actualiza el caso.",
    ];
    assert_eq!(lines, guide);
}
