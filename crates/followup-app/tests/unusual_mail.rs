//! Mail that is easily taken for something else: through a group of ours, a gesture, facts under an automatic label, signed or encrypted.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::message::{Classification, MailFlag, Message, MessageStatus};
use support::{REPORTER, Unit, id_of, reply, unit_with};

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
        assert_eq!(unit.app.followup_summary(case).unwrap().unread, 1);
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
        assert_eq!(unit.app.followup_summary(case).unwrap().unread, 0, "{field}");
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
        assert_eq!(unit.app.followup_summary(case).unwrap().unread, 0);
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
    let flags: Vec<MailFlag> = unit.app.thread_with_notices(case).unwrap().2.into_iter().map(|(_, flag)| flag).collect();
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
        let (_, _, flags) = unit.app.thread_with_notices(case).unwrap();
        assert!(flags.is_empty() && subjects(&unit).is_empty(), "{body}");
    }
}

#[test]
fn encrypted_mail_is_an_answer_that_says_that_it_is_encrypted() {
    let (unit, case, letter) = asked();
    unit.receive(&reply(REPORTER, &id_of(&letter), "<e1@clinic.test>", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"));
    let (_, _, flags) = unit.app.thread_with_notices(case).unwrap();
    assert_eq!(flags, [(last(&unit, case).id, MailFlag::Encrypted)]);
    assert_eq!(unit.app.followup_summary(case).unwrap().unread, 1);
}
