//! Mail that is easily taken for something else: through a group of ours, a gesture, facts under an automatic label, signed or encrypted.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use chrono::Duration;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::message::{Classification, MailFlag, Message, MessageStatus};
use followup_mail::MimeReader;
use support::{REPORTER, Unit, id_of, qf, reply, unit_with};

/// A case with a plan whose first letter left.
fn asked() -> (Unit, CaseId, Message) {
    let unit = unit_with(|policy| {
        policy.automatic_requests = false;
        policy.notify_to = Some(EmailAddress::parse("unidad@vigia.test").unwrap());
    });
    let case = unit.case(&[]);
    unit.plan(case);
    unit.dispatch();
    let letter = unit.thread(case).remove(0);
    unit.clock.advance(Duration::minutes(5));
    (unit, case, letter)
}

fn subjects(unit: &Unit) -> Vec<String> {
    unit.mail.accepted().into_iter().map(|mail| mail.subject).filter(|subject| !subject.contains("Solicitud")).collect()
}

fn last(unit: &Unit, case: CaseId) -> Message {
    unit.thread(case).into_iter().rev().find(|message| message.classification.is_some()).unwrap()
}

fn next_attempt(unit: &Unit, case: CaseId) -> String {
    unit.attempts(case)[1].0.clone()
}

#[test]
fn a_reply_that_a_group_of_ours_passed_on_is_its_authors() {
    for author in [
        format!("Reply-To: Dr. Rojas <{REPORTER}>\nX-Original-From: Dr. Rojas <{REPORTER}>\nList-ID: <fv.vigia.test>"),
        format!("Reply-To: {REPORTER}\nPrecedence: list"),
        format!("X-Original-From: =?utf-8?q?Dr=2E_Rojas?= <{REPORTER}>\nReply-To: fv@vigia.test\nList-Post: <mailto:fv@vigia.test>"),
        format!("Reply-To: fv@vigia.test, {REPORTER}\nMailing-list: list fv@vigia.test; contact fv+owners@vigia.test"),
    ] {
        let (unit, case, letter) = asked();
        let mail = reply("\"Dr. Rojas via FV\" <fv@vigia.test>", &id_of(&letter), "<r1@clinic.test>", "La paciente falleció.");
        unit.receive(&format!("{author}\n{mail}"));
        let message = last(&unit, case);
        assert_eq!((message.classification, message.content.from.as_deref()), (Some(Classification::Human), Some(REPORTER)), "{author}");
        assert!(message.case_match.unwrap().confirmed, "{author}");
        assert_eq!(unit.app.followup_summary(case, "qf").unwrap().unread, 1);
        assert_eq!((unit.thread(case)[0].status, next_attempt(&unit, case).as_str()), (Some(MessageStatus::Responded), "cancelled"));
    }
}

#[test]
fn what_the_unit_writes_itself_through_its_group_stays_an_echo() {
    for field in
        ["", "List-ID: <fv.vigia.test>\n", "List-ID: <fv.vigia.test>\nReply-To: fv+7.abc@vigia.test\n", "Reply-To: rojas@clinic.test\n"]
    {
        let (unit, case, letter) = asked();
        unit.receive(&format!("{field}{}", reply("FV <fv@vigia.test>", &id_of(&letter), "<n1@vigia.test>", "Nota para el expediente.")));
        assert_eq!(last(&unit, case).classification, Some(Classification::Echo), "{field}");
        assert_eq!(unit.app.followup_summary(case, "qf").unwrap().unread, 0, "{field}");
    }
}

#[test]
fn a_gesture_answers_nothing_and_holds_nothing() {
    let gmail = "--r\nContent-Type: text/plain; charset=utf-8\n\n\u{1f44d}\n\nDr. Rojas reaccionó a través de Gmail\n\
                 --r\nContent-Type: text/vnd.google.email-reaction+json\n\n{\"emoji\": \"\u{1f44d}\", \"version\": 1}\n--r--\n";
    let standard = "--r\nContent-Disposition: reaction\nContent-Type: text/plain; charset=utf-8\n\n\u{1f622}\n--r--\n";
    let accepted = "--r\nContent-Type: text/plain; charset=utf-8\n\n\n--r\nContent-Type: text/calendar; method=REPLY\n\n\
                    BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n--r--\n";
    for body in [gmail, standard, accepted] {
        let (unit, case, letter) = asked();
        unit.receive(
            &reply(REPORTER, &id_of(&letter), "<g1@clinic.test>", body)
                .replace("text/plain; charset=utf-8\n\n--r", "multipart/alternative; boundary=r\n\n--r"),
        );
        assert_eq!(last(&unit, case).classification, Some(Classification::AutoReply), "{body}");
        assert_eq!(unit.app.followup_summary(case, "qf").unwrap().unread, 0);
        assert_eq!((unit.thread(case)[0].status, next_attempt(&unit, case).as_str()), (Some(MessageStatus::Sent), "pending"));
        unit.deliver();
        assert_eq!(subjects(&unit), [""; 0], "nobody is told");
    }
}

#[test]
fn facts_under_an_automatic_label_are_shown_to_somebody_and_count_as_no_answer() {
    let (unit, case, letter) = asked();
    let mail = reply(REPORTER, &id_of(&letter), "<a1@clinic.test>", "La paciente falleció ayer. Peso 60 kg.");
    unit.receive(&mail.replace("MIME-Version", "Auto-Submitted: auto-generated\nMIME-Version"));
    assert_eq!(last(&unit, case).classification, Some(Classification::AutoReply));
    assert_eq!((unit.thread(case)[0].status, next_attempt(&unit, case).as_str()), (Some(MessageStatus::Sent), "pending"));
    let flags: Vec<MailFlag> = unit.flags(case).into_iter().map(|(_, flag)| flag).collect();
    assert_eq!(flags, [MailFlag::AutomaticByLabel]);
    unit.deliver();
    assert_eq!(subjects(&unit), [format!("[VIGIA] Mensaje por revisar - ICSR #{case}")]);
}

#[test]
fn an_absence_or_a_receipt_is_shown_to_nobody() {
    for body in [
        "Estoy de vacaciones hasta el lunes.",
        "Hemos recibido su mensaje; le responderemos en breve.",
        "No se pudo entregar su mensaje.",
        "",
    ] {
        let (unit, case, letter) = asked();
        let mail = reply(REPORTER, &id_of(&letter), "<a1@clinic.test>", body);
        unit.receive(&mail.replace("MIME-Version", "Auto-Submitted: auto-replied\nMIME-Version"));
        unit.deliver();
        let flags = unit.flags(case);
        assert!(flags.is_empty() && subjects(&unit).is_empty(), "{body}");
    }
}

#[test]
fn encrypted_mail_is_an_answer_that_says_that_it_is_encrypted() {
    let (unit, case, letter) = asked();
    unit.receive(&reply(REPORTER, &id_of(&letter), "<e1@clinic.test>", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"));
    let flags = unit.flags(case);
    assert_eq!(flags, [(last(&unit, case).id, MailFlag::Encrypted)]);
    assert_eq!(unit.app.followup_summary(case, "qf").unwrap().unread, 1);
}

const FAILED: &str =
    "Authentication-Results: mx.vigia.test;\n\tspf=pass smtp.mailfrom=elsewhere.test;\n\tdmarc=fail (p=NONE) header.from=clinic.test\n";

#[test]
fn what_programs_and_gateways_do_to_a_mail_hides_neither_its_letter_nor_its_words() {
    const CODED: &str = "RG9zaXM6IDMwMDAgbWcgY2FkYSAxMiBob3Jhcw";
    let plain = "Content-Type: text/plain; charset=utf-8";
    let (coded, named) =
        ("Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=utf-8", "Content-Type: text/plain; charset=latin-1");
    for (fields, body, own) in [
        (plain, "Dosis: 3000 mg cada 12 horas", "Dosis: 3000 mg cada 12 horas"),
        (coded, CODED, "Dosis: 3000 mg cada 12 horas"),
        (coded, &format!("{CODED}\n-- \nAviso: correo revisado por el antivirus"), "Dosis: 3000 mg cada 12 horas"),
        (coded, &format!("[EXTERNO]\n\n{CODED}"), "Dosis: 3000 mg cada 12 horas"),
        (named, "Niña de 7 años", "Niña de 7 años"),
    ] {
        let (unit, case, letter) = asked();
        let id = id_of(&letter).replace('<', "=3C").replace('>', "=3E").replace('@', "=40");
        let mail = reply(REPORTER, &format!("=?utf-8?q?{id}?="), "<w1@clinic.test>", body).replace(plain, fields);
        unit.receive(&mail);
        let message = last(&unit, case);
        assert!(message.content.body.contains(own) && message.case_match.unwrap().confirmed, "{body}: {message:#?}");
        assert_eq!(unit.thread(case)[0].status, Some(MessageStatus::Responded), "{body}");
    }
}

/// A case whose first letter left, in a unit that believes its mail server `mx.vigia.test`.
fn asked_believing() -> (Unit, CaseId, Message) {
    let (mut unit, case, letter) = asked();
    let reader = MimeReader::new([EmailAddress::parse("fv@vigia.test").unwrap()]).trusting(Some("mx.vigia.test".into()));
    unit.app.reader = Arc::new(reader);
    (unit, case, letter)
}

#[test]
fn a_reply_that_failed_dmarc_is_stored_unread_with_a_warning_and_neither_counts_nor_holds_anything() {
    let (unit, case, letter) = asked_believing();
    unit.receive(&format!("{FAILED}{}", reply(REPORTER, &id_of(&letter), "<d1@clinic.test>", "Ya no necesitan preguntar más.")));
    let message = last(&unit, case);
    assert_eq!((message.classification, message.case_match.unwrap().confirmed), (Some(Classification::Human), false));
    let flags: Vec<MailFlag> = unit.flags(case).into_iter().map(|(_, flag)| flag).collect();
    assert_eq!(flags, [MailFlag::FailedDmarc]);
    assert_eq!(unit.app.followup_summary(case, "qf").unwrap().unread, 1);
    assert_eq!((unit.thread(case)[0].status, next_attempt(&unit, case).as_str()), (Some(MessageStatus::Sent), "pending"));
    unit.deliver();
    assert_eq!(subjects(&unit).len(), 1, "the unit is told of it");
    // The next letter of the plan is not stopped by it at any gate.
    unit.clock.advance(Duration::days(31));
    unit.dispatch();
    assert_eq!(next_attempt(&unit, case), "sent");
    assert_eq!(unit.thread(case).iter().filter(|message| message.status == Some(MessageStatus::Sent)).count(), 2);
}

#[test]
fn a_reply_that_failed_dmarc_counts_once_a_person_confirms_it() {
    let (unit, case, letter) = asked_believing();
    unit.receive(&format!("{FAILED}{}", reply(REPORTER, &id_of(&letter), "<d1@clinic.test>", "El lote es A-123.")));
    let id = last(&unit, case).id;
    unit.app.confirm_sender(&qf(), case, id).unwrap();
    assert!(last(&unit, case).case_match.unwrap().confirmed);
    assert_eq!((unit.thread(case)[0].status, next_attempt(&unit, case).as_str()), (Some(MessageStatus::Responded), "cancelled"));
}

#[test]
fn results_of_others_and_below_the_servers_own_say_nothing() {
    const PASSED: &str = "Authentication-Results: MX.vigia.test 1; dmarc=pass header.from=clinic.test\n";
    let foreign = FAILED.replace("mx.vigia", "mx.other");
    let arc = FAILED.replace("Authentication-Results: ", "ARC-Authentication-Results: i=1; ");
    for fields in ["".to_owned(), foreign.clone(), format!("{PASSED}{FAILED}"), format!("{foreign}{PASSED}{FAILED}"), arc] {
        let (unit, case, letter) = asked_believing();
        unit.receive(&format!("{fields}{}", reply(REPORTER, &id_of(&letter), "<d1@clinic.test>", "El lote es A-123.")));
        assert!(last(&unit, case).case_match.unwrap().confirmed, "{fields}");
        assert!(unit.flags(case).is_empty(), "{fields}");
        assert_eq!(next_attempt(&unit, case), "cancelled", "{fields}");
    }
    // What the sender forged in the server's name stands below what the server says.
    let (unit, case, letter) = asked_believing();
    unit.receive(&format!("{foreign}{FAILED}{PASSED}{}", reply(REPORTER, &id_of(&letter), "<d1@clinic.test>", "El lote es A-123.")));
    assert!(!last(&unit, case).case_match.unwrap().confirmed);
}

#[test]
fn without_a_trusted_server_no_results_are_believed() {
    let (unit, case, letter) = asked();
    unit.receive(&format!("{FAILED}{}", reply(REPORTER, &id_of(&letter), "<d1@clinic.test>", "El lote es A-123.")));
    assert!(last(&unit, case).case_match.unwrap().confirmed);
}
