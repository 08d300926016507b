//! Mail that comes in: matched, kept, and with its effects in one piece.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::CloseRequest;
use followup_domain::case::ClosureReason;
use followup_domain::case::FollowupStatus;
use followup_domain::contact::EmailAddress;
use followup_domain::message::{Classification, Direction, MessageStatus};
use followup_domain::ports::{Clock, PageRequest, TrayState};
use support::{REPORTER, id_of, qf, reply, unit, unit_with};

#[test]
fn a_reply_stands_in_the_thread_and_marks_the_request_as_responded() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    unit.clock.advance(Duration::hours(5));
    assert_eq!(unit.receive(&reply(&format!("Dra. Rojas <{REPORTER}>"), &request, "<r1@clinic.test>", "Peso: 68 kg")).matched, 1);

    let thread = unit.thread(id);
    assert_eq!(thread.len(), 2);
    assert_eq!(thread[0].status, Some(MessageStatus::Responded));
    let answer = &thread[1];
    assert_eq!((answer.direction, answer.status), (Direction::In, None));
    assert_eq!(answer.content.body.trim(), "Peso: 68 kg");
    assert_eq!(answer.parent_id, Some(thread[0].id));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 1);
}

#[test]
fn answers_inside_our_quoted_letter_are_the_reply_each_with_its_question() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let letter = unit.thread(id)[0].clone();
    let question = letter.content.body.lines().find(|line| line.starts_with("- ")).unwrap().to_owned();
    let outlook = "De: fv@vigia.test\nEnviado: viernes, 1 de marzo de 2024 10:00\nPara: yo\nAsunto: ICSR";
    let quote = letter.content.body.replacen(&question, &format!("{question}\nA-123, creo"), 1);
    let mail = reply(REPORTER, &id_of(&letter), "<r1@clinic.test>", &format!("Buenas.\n\n{outlook}\n\n{quote}"));
    unit.receive(&mail);
    unit.receive(&mail.replace("To: fv", "X-Again: 1\nTo: fv"));

    let thread = unit.thread(id);
    let answer = &thread[1].content;
    assert!(answer.body.starts_with("Buenas.\n\n") && answer.body.ends_with(&format!("{question}\nA-123, creo")), "{}", answer.body);
    assert!(answer.body_quoted.as_ref().unwrap().contains("Atentamente"));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 1, "the second copy says the same");
}

#[test]
fn a_reply_moves_its_attempt_and_holds_the_later_ones() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    let request = id_of(unit.thread(id).iter().find(|message| message.attempt_id.is_some()).unwrap());
    unit.receive(&reply(REPORTER, &request, "<r1@clinic.test>", "Ya respondo"));
    let held = ("cancelled".to_owned(), Some("respuesta recibida".to_owned()));
    assert_eq!(unit.attempts(id), [("responded".to_owned(), None), held.clone(), held.clone(), held]);
    unit.clock.advance(Duration::days(100));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn a_stranger_who_answers_is_flagged_and_holds_the_plan_but_does_not_count() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    let request = id_of(unit.thread(id).iter().find(|message| message.attempt_id.is_some()).unwrap());
    unit.receive(&reply("otro@elsewhere.test", &request, "<r1@elsewhere.test>", "Soy su asistente"));
    let thread = unit.thread(id);
    let answer = thread.last().unwrap();
    assert!(!answer.case_match.unwrap().confirmed);
    assert_eq!(thread.iter().find(|message| message.attempt_id.is_some()).unwrap().status, Some(MessageStatus::Sent));
    assert_eq!(unit.attempts(id)[1].0, "cancelled");
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 1, "somebody must look at it");
}

#[test]
fn robots_stand_in_the_thread_and_change_nothing() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    let request = id_of(unit.thread(id).iter().find(|message| message.attempt_id.is_some()).unwrap());
    let away = reply(REPORTER, &request, "<a1@clinic.test>", "Estoy fuera").replace("Subject:", "Auto-Submitted: auto-replied\nSubject:");
    assert_eq!(unit.receive(&away).matched, 1);
    assert_eq!(unit.thread(id).last().unwrap().classification, Some(Classification::AutoReply));
    assert_eq!(unit.attempts(id).iter().map(|(status, _)| status.as_str()).collect::<Vec<_>>(), ["sent", "pending", "pending", "pending"]);
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 0);
}

#[test]
fn our_own_mail_come_back_is_an_echo() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let own = id_of(&unit.thread(id)[0]);
    unit.receive(&format!("From: fv@vigia.test\nTo: {REPORTER}\nSubject: x\nMessage-ID: {own}\n\ncopia\n"));
    assert_eq!(unit.thread(id).last().unwrap().classification, Some(Classification::Echo));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 0);
}

#[test]
fn the_same_mail_twice_is_one_message() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let mail = reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r1@clinic.test>", "Hola");
    unit.receive(&mail);
    unit.receive(&mail);
    assert_eq!(unit.thread(id).len(), 2);
}

#[test]
fn the_same_message_id_with_other_bytes_is_kept_and_marked() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    unit.receive(&reply(REPORTER, &request, "<r1@clinic.test>", "uno"));
    unit.receive(&reply(REPORTER, &request, "<r1@clinic.test>", "dos"));
    let thread = unit.thread(id);
    assert_eq!(thread.len(), 3);
    assert_eq!(thread[2].duplicate_of, Some(thread[1].id));
}

/// The rule has one place: whether it has an effect, and whether it waits to be read.
#[test]
fn a_repeat_is_not_unread_whatever_its_blank_lines_and_what_brings_something_new_is() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    let mail = reply(REPORTER, &request, "<r1@clinic.test>", "El peso es 68 kg.\nLa dosis, 500 mg.");
    let unread = || unit.app.followup_summary(id, "qf").unwrap().unread;
    unit.receive(&mail);
    for repeat in [
        mail.replace("68 kg.\n", "68 kg.\n\n\n"),
        mail.replace("\n\nEl peso", "\n\n\n   \nEl peso"),
        mail.replace("MIME-Version", "X-Hop: 2\nMIME-Version"),
    ] {
        unit.receive(&repeat);
        assert_eq!(unread(), 1, "{repeat}");
    }
    let news = [
        mail.replace("500 mg.", "500 mg.\n\n> ¿Lote?\n> L-9"),
        mail.replace("68 kg", "69 kg"),
        mail.replace("References: ", "References: <other@clinic.test> "),
        reply(REPORTER, &request, "<r2@clinic.test>", "El peso es 68 kg.\nLa dosis, 500 mg."),
    ];
    for (number, mail) in (2..).zip(&news) {
        unit.receive(mail);
        assert_eq!(unread(), number, "{mail}");
    }
}

#[test]
fn mails_without_message_id_never_match_each_other() {
    let unit = unit();
    for body in ["uno", "dos"] {
        unit.receive(&format!("From: a@b.test\nSubject: x\nIn-Reply-To: <>\n\n{body}\n"));
    }
    let unassigned = unit.unassigned();
    assert_eq!(unassigned.len(), 2);
    assert!(unassigned.iter().all(|mail| mail.external_id.is_none() && mail.duplicate_of.is_none()));
}

#[test]
fn what_matches_no_case_waits_in_the_tray() {
    let unit = unit();
    assert_eq!(unit.receive("From: x@y.test\nSubject: Nuevo evento\nMessage-ID: <n@y.test>\n\nUn paciente…\n").unassigned, 1);
    assert_eq!(unit.unassigned()[0].content.subject.as_deref(), Some("Nuevo evento"));
}

#[test]
fn a_mail_that_cannot_be_understood_is_quarantined_and_the_next_one_is_read() {
    let unit = unit();
    let now = unit.clock.now();
    unit.arrive("", now);
    unit.arrive("From: x@y.test\nSubject: bien\n\nhola\n", now);
    let report = unit.app.process_stored_mail(&|| false).unwrap();
    assert_eq!((report.quarantined, report.unassigned), (1, 1));
    let tray = unit.app.quarantined(TrayState::Open, PageRequest { offset: 0, limit: 10 }).unwrap();
    assert!(tray.items[0].mail.reason.is_some());
}

#[test]
fn the_clock_of_a_reply_starts_when_it_arrived() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let arrived = unit.clock.now();
    unit.clock.advance(Duration::days(3));
    unit.arrive(&reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r1@clinic.test>", "Hola"), arrived);
    unit.app.process_stored_mail(&|| false).unwrap();
    let answer = unit.thread(id).pop().unwrap();
    assert_eq!(answer.created_at, arrived);
    assert_eq!(answer.recorded_at, unit.clock.now());
}

#[test]
fn a_reply_that_overtakes_the_transports_answer_counts() {
    let unit = unit();
    let id = unit.case(&[]);
    let (app, clock) = (unit.app.clone(), unit.clock.clone());
    unit.mail.during_transmit(move || {
        let request = app.thread(id).unwrap()[0].external_id.clone().unwrap();
        let raw = reply(REPORTER, request.as_str(), "<r1@clinic.test>", "Rápido").replace('\n', "\r\n").into_bytes();
        let position = followup_domain::mail::inbound::MailboxPosition { mailbox: "test".into(), uid: None };
        let mail = followup_domain::mail::inbound::NewInboundMail { position, arrived_at: clock.now(), recorded_at: clock.now(), raw };
        app.store_mail(&mail).unwrap();
        app.process_stored_mail(&|| false).unwrap();
    });
    assert_eq!(unit.deliver().accepted, 1);
    let thread = unit.thread(id);
    assert_eq!(thread[0].status, Some(MessageStatus::Responded));
    assert!(thread[0].sent_at.is_some());
}

#[test]
fn a_reply_before_the_reminder_goes_stops_it() {
    let unit = unit_with(|policy| policy.automatic_delay = Duration::zero());
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    unit.clock.advance(Duration::hours(720));
    unit.receive(&reply(REPORTER, &id_of(unit.thread(id).iter().find(|m| m.attempt_id.is_some()).unwrap()), "<r1@clinic.test>", "Hola"));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn a_strangers_late_answer_opens_a_closed_follow_up_once_it_is_confirmed() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    let closing = CloseRequest { reason: ClosureReason::Unreachable, notes: "x".into(), override_reason: None };
    unit.app.close_followup(&qf(), id, &closing).unwrap();
    unit.receive(&reply("otra@elsewhere.test", &request, "<s@elsewhere.test>", "Soy su asistente"));
    assert_eq!(unit.app.case(id).unwrap().followup_status, FollowupStatus::Closed);
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 1, "and it is shown");
    let answer = unit.thread(id).pop().unwrap().id;
    unit.app.confirm_sender(&qf(), id, answer).unwrap();
    assert_eq!(unit.app.case(id).unwrap().followup_status, FollowupStatus::Open);
}

#[test]
fn another_answer_with_a_message_id_that_was_seen_before_has_its_effects() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    unit.receive(&reply(REPORTER, &request, "<same@gateway.test>", "Estoy buscando los datos"));
    let first = unit.thread(id).last().unwrap().id;
    unit.app.mark_read(&qf(), id, first).unwrap();
    unit.plan(id);
    unit.clock.advance(Duration::hours(2));
    unit.receive(&reply(REPORTER, &request, "<same@gateway.test>", "68 kg"));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 1);
    // The first attempt was the request that had gone before.
    assert!(unit.attempts(id).iter().skip(1).all(|(status, _)| status == "cancelled"), "{:?}", unit.attempts(id));
    // The same text once more is no news.
    let mail = reply(REPORTER, &request, "<same@gateway.test>", "68 kg").replace("MIME-Version", "X-Hop: 2\nMIME-Version");
    unit.receive(&mail);
    assert_eq!((unit.thread(id).len(), unit.app.followup_summary(id, "qf").unwrap().unread), (4, 1));
}

#[test]
fn an_answer_whose_copy_came_to_the_tray_first_is_unattended_in_its_case() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let mail = reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r1@clinic.test>", "68 kg");
    let stripped: String = mail
        .lines()
        .filter(|line| !line.starts_with("In-Reply-To") && !line.starts_with("References"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(unit.receive(&stripped).unassigned, 1);
    assert_eq!(unit.receive(&mail).matched, 1);
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 1);
}

#[test]
fn what_a_colleague_writes_with_a_mail_program_is_no_answer_of_the_reporters() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    unit.receive(&reply("Farmacovigilancia <FV@vigia.test>", &request, "<c1@vigia.test>", "Le recuerdo lo pedido"));
    let copy = unit.thread(id).pop().unwrap();
    assert_eq!((copy.classification, unit.app.followup_summary(id, "qf").unwrap().unread), (Some(Classification::Echo), 0));
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Sent));
    // Without a case it may be a report that somebody passes on.
    unit.receive(
        "From: fv@vigia.test\nTo: fv@vigia.test\nSubject: Nuevo caso\nMessage-ID: <n1@vigia.test>\n\nMe llamaron por una reacción\n",
    );
    assert_eq!(unit.unassigned().len(), 1);
}

#[test]
fn what_comes_in_our_own_name_and_is_no_copy_of_ours_waits_in_the_tray() {
    let unit = unit_with(|policy| policy.notify_to = Some(EmailAddress::parse("unidad@vigia.test").unwrap()));
    let form =
        "From: fv@vigia.test\nTo: fv@vigia.test\nAuto-Submitted: auto-generated\nSubject: Reporte web\nMessage-ID: <w1@web.test>\n\nRash\n";
    assert_eq!(unit.receive(form).unassigned, 1);
    let mail = unit.tray(TrayState::Open).remove(0);
    assert_eq!((mail.view.message.classification, mail.may_be_new_case), (Some(Classification::Echo), true));
    assert_eq!(unit.app.badge("qf").unwrap().unassigned, 1);
    // A copy of what the unit is told has no case, and is nobody's to assign.
    let id = unit.case(&[]);
    unit.deliver();
    unit.receive(&reply(REPORTER, &id_of(&unit.thread(id)[0]), "<r1@clinic.test>", "68 kg"));
    unit.deliver();
    let told = unit.mail.accepted().pop().unwrap();
    assert_eq!(told.to.as_str(), "unidad@vigia.test");
    let told_id = told.message_id.as_str();
    unit.receive(&format!(
        "From: fv@vigia.test\nTo: unidad@vigia.test\nAuto-Submitted: auto-generated\nSubject: x\nMessage-ID: {told_id}\n\ncopia\n"
    ));
    assert_eq!(unit.unassigned().len(), 1);
}

#[test]
fn a_known_message_id_that_now_brings_its_attachment_is_news() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let request = id_of(&unit.thread(id)[0]);
    let bare = reply(REPORTER, &request, "<same@gateway.test>", "Adjunto el informe");
    unit.receive(&bare);
    let first = unit.thread(id).last().unwrap().id;
    unit.app.mark_read(&qf(), id, first).unwrap();
    let part = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nAdjunto el informe\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment; filename=a.pdf\n\nx\n--b--\n";
    let (head, _) = bare.split_once("Content-Type").unwrap();
    unit.receive(&format!("{head}{part}"));
    assert_eq!((unit.thread(id).len(), unit.app.followup_summary(id, "qf").unwrap().unread), (3, 1));
}

#[test]
fn the_same_word_under_the_same_message_id_answers_each_letter_that_it_names() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    unit.clock.advance(Duration::hours(1));
    unit.send(id, "¿Se recuperó?").unwrap();
    for letter in unit.thread(id) {
        unit.clock.advance(Duration::minutes(1));
        unit.receive(&reply(REPORTER, &id_of(&letter), "<same@gateway.test>", "Sí"));
    }
    let statuses: Vec<_> = unit.thread(id).iter().filter_map(|message| message.status).collect();
    assert_eq!(statuses, [MessageStatus::Responded, MessageStatus::Responded]);
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 2);
}
