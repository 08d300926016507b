//! The unassigned tray: suggestions, assignment, new cases, mail that is set aside.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::Duration;
use followup_app::{AssignRequest, CaseFromMailError, CloseRequest, TrayError};
use followup_domain::case::ClosureReason;
use followup_domain::case::FollowupStatus;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::mail::bounce::MailNotice;
use followup_domain::mail::inbound::{MailReader, ParsedMail, ShownHtml, UnreadableMail};
use followup_domain::mail::report::ReportAction;
use followup_domain::message::{CaseMatch, Classification, Confidence, Delivery, MatchKind, MessageStatus};
use followup_domain::ports::{Assignment, Clock, Onlooker, Store, StoreError, StoreExt, TrayState};
use support::{REPORTER, Unit, id_of, patch, qf, report_on, unit, unit_with};

/// A mail that matches nothing arrives; its number.
fn lost(unit: &Unit, from: &str, subject: &str, body: &str) -> MessageId {
    unit.receive(&format!("From: {from}\nTo: fv@vigia.test\nSubject: {subject}\nDate: Fri, 1 Mar 2024 12:00:00 +0000\n\n{body}\n"));
    unit.unassigned()[0].id
}

fn to(case_id: CaseId) -> AssignRequest {
    AssignRequest { case_id, parent_id: None, confirm: true }
}

fn suggested(unit: &Unit) -> Vec<(i64, Confidence, String)> {
    let mail = unit.tray(TrayState::Open).remove(0);
    mail.suggestions.into_iter().map(|found| (found.case_id.0, found.confidence, found.reason)).collect()
}

fn close(unit: &Unit, id: CaseId) {
    let closing = CloseRequest { reason: ClosureReason::Unreachable, notes: "sin respuesta".into(), override_reason: Some("x".into()) };
    unit.app.close_followup(&qf(), id, &closing).unwrap();
}

/// A case whose request left an hour ago.
fn asked(unit: &Unit) -> CaseId {
    let id = unit.case(&[]);
    unit.deliver();
    unit.clock.advance(Duration::hours(1));
    id
}

#[test]
fn a_sender_with_one_open_case_is_suggested_and_one_with_several_is_not() {
    let unit = unit();
    let one = asked(&unit);
    lost(&unit, "ROJAS@clinic.test", "Datos", "68 kg");
    let expected = (one.0, Confidence::Medium, format!("mismo remitente, caso #{one} abierto"));
    assert_eq!(suggested(&unit), vec![expected.clone()]);
    let two = asked(&unit);
    assert_eq!(suggested(&unit), []);
    close(&unit, two);
    assert_eq!(suggested(&unit), [expected]);
}

#[test]
fn a_subject_that_names_a_case_is_suggested_as_far_as_its_sender_is_known() {
    let unit = unit();
    let (one, two) = (asked(&unit), asked(&unit));
    lost(&unit, REPORTER, &format!("RV: Solicitud - ICSR #{two}"), "68 kg");
    assert_eq!(suggested(&unit), [(two.0, Confidence::Medium, format!("el asunto nombra ICSR #{two}, remitente conocido"))]);
    close(&unit, two);
    let both = format!("el asunto nombra ICSR #{one}, remitente conocido; mismo remitente, caso #{one} abierto");
    lost(&unit, REPORTER, &format!("icsr {one}"), "70 kg");
    assert_eq!(suggested(&unit), [(one.0, Confidence::High, both)]);
    unit.clock.advance(Duration::minutes(1));
    lost(&unit, "otro@elsewhere.test", &format!("ICSR #{two}"), "x");
    let weak = format!("el asunto nombra ICSR #{two} (seguimiento cerrado), remitente desconocido para el caso");
    assert_eq!(suggested(&unit), [(two.0, Confidence::Low, weak)]);
    unit.clock.advance(Duration::minutes(1));
    lost(&unit, "otro@elsewhere.test", "ICSR #4711", "x");
    assert_eq!(suggested(&unit), []);
}

#[test]
fn a_mail_without_a_case_has_its_own_clock_in_the_organisations_days() {
    let unit = unit();
    // 23:15 in Lima, the next day in UTC.
    unit.clock.advance(Duration::hours(18));
    lost(&unit, "x@y.test", "Reacción", "Un paciente…");
    unit.clock.advance(Duration::hours(1));
    let mail = unit.tray(TrayState::Open).remove(0);
    assert_eq!((mail.day_zero.to_string().as_str(), mail.days, mail.may_be_new_case), ("2024-03-01", 1, true));
    unit.receive("From: x@y.test\nAuto-Submitted: auto-replied\nSubject: Fuera\nMessage-ID: <a@y.test>\n\nEstoy fuera\n");
    assert!(unit.tray(TrayState::Open).iter().any(|mail| !mail.may_be_new_case));
}

#[test]
fn an_assigned_mail_has_the_effects_of_a_reply_at_the_instant_of_its_arrival() {
    let unit = unit_with(|policy| policy.notify_to = Some(EmailAddress::parse("unidad@vigia.test").unwrap()));
    let id = asked(&unit);
    unit.plan(id);
    let mail = lost(&unit, "asistente@clinic.test", "Datos", "68 kg");
    let arrived = unit.clock.now();
    unit.clock.advance(Duration::hours(3));
    let letter = unit.thread(id)[0].id;
    unit.app.mark_read(&qf(), id, letter).unwrap();
    let assigned = unit.app.assign_mail(&qf(), mail, &to(id)).unwrap();
    assert_eq!((assigned.case_id, assigned.created_at, assigned.parent_id), (Some(id), arrived, Some(letter)));
    assert_eq!(assigned.case_match, Some(CaseMatch { kind: MatchKind::Manual, confirmed: true }));
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Responded));
    assert!(unit.attempts(id).iter().skip(1).all(|(status, _)| status == "cancelled"), "{:?}", unit.attempts(id));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 1);
    unit.deliver();
    assert_eq!(unit.mail.accepted().last().unwrap().to.as_str(), "unidad@vigia.test");
    let entry = unit.audit(id).into_iter().find(|row| row.action == "message.assigned").unwrap();
    assert_eq!((entry.actor.as_str(), entry.entity_id), ("user:qf", mail.0));
    assert!(unit.unassigned().is_empty());
    // The assistant is known from now on.
    lost(&unit, "asistente@clinic.test", "Más datos", "70 kg");
    assert_eq!(suggested(&unit)[0].0, id.0);
}

#[test]
fn a_mail_is_assigned_once_and_again_to_the_same_case_changes_nothing() {
    let unit = unit();
    let (one, two) = (asked(&unit), asked(&unit));
    let mail = lost(&unit, REPORTER, "Datos", "68 kg");
    let first = unit.app.assign_mail(&qf(), mail, &to(one)).unwrap();
    let trail = unit.audited(one);
    assert_eq!(unit.app.assign_mail(&qf(), mail, &to(one)).unwrap(), first);
    assert_eq!(unit.audited(one), trail);
    assert_eq!(unit.app.assign_mail(&qf(), mail, &to(two)), Err(TrayError::Assigned(one)));
    assert_eq!(unit.app.assign_mail(&qf(), MessageId(4711), &to(one)), Err(TrayError::NotFound));
    assert_eq!(unit.app.assign_mail(&qf(), mail, &to(CaseId(4711))), Err(TrayError::CaseNotFound));
    let letter = unit.thread(two)[0].id;
    assert_eq!(unit.app.assign_mail(&qf(), letter, &to(two)), Err(TrayError::NotFound), "a letter of ours is no mail of the tray");
}

#[test]
fn the_message_that_a_mail_answers_must_be_an_earlier_one_of_its_case() {
    let unit = unit();
    let (one, two) = (asked(&unit), asked(&unit));
    let mail = lost(&unit, REPORTER, "Datos", "68 kg");
    unit.clock.advance(Duration::minutes(1));
    let later = unit.send(one, "Otra pregunta").unwrap().message.id;
    let assign = |parent| unit.app.assign_mail(&qf(), mail, &AssignRequest { parent_id: Some(parent), ..to(one) });
    assert_eq!(assign(unit.thread(two)[0].id), Err(TrayError::ParentNotFound));
    assert_eq!(assign(later), Err(TrayError::ParentNotEarlier));
    let letter = unit.thread(one)[0].id;
    assert_eq!(assign(letter).unwrap().parent_id, Some(letter));
}

#[test]
fn a_mail_may_be_assigned_without_counting() {
    let unit = unit();
    let id = asked(&unit);
    let mail = lost(&unit, "otro@elsewhere.test", "Datos", "68 kg");
    unit.app.assign_mail(&qf(), mail, &AssignRequest { confirm: false, ..to(id) }).unwrap();
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Sent));
    unit.app.confirm_sender(&qf(), id, mail).unwrap();
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Responded));
}

#[test]
fn a_robots_mail_is_assigned_without_effects() {
    let unit = unit();
    let id = asked(&unit);
    unit.plan(id);
    unit.receive("From: x@y.test\nAuto-Submitted: auto-replied\nSubject: Fuera\nMessage-ID: <a@y.test>\n\nEstoy fuera\n");
    let mail = unit.unassigned()[0].id;
    let before = unit.attempts(id);
    let assigned = unit.app.assign_mail(&qf(), mail, &to(id)).unwrap();
    assert_eq!((assigned.classification, assigned.parent_id), (Some(Classification::AutoReply), None));
    assert_eq!((unit.attempts(id), unit.thread(id)[0].status), (before, Some(MessageStatus::Sent)));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().unread, 0);
}

#[test]
fn a_mail_assigned_to_a_closed_follow_up_opens_it() {
    let unit = unit();
    let id = asked(&unit);
    close(&unit, id);
    let mail = lost(&unit, REPORTER, "Datos", "68 kg");
    unit.app.assign_mail(&qf(), mail, &to(id)).unwrap();
    assert_eq!(unit.app.case(id).unwrap().followup_status, FollowupStatus::Open);
}

#[test]
fn a_mail_becomes_a_case_received_when_it_arrived() {
    let unit = unit();
    let mail = lost(&unit, "=?utf-8?q?Dra=2E_Mu=C3=B1oz?= <munoz@clinic.test>", "Reacción a paracetamol", "Erupción en la piel");
    unit.clock.advance(Duration::days(2));
    let case = unit.app.case_from_mail(&qf(), mail, patch(&[("producto_sospechoso", "Paracetamol")])).unwrap();
    let record = &case.record;
    assert_eq!(record.fecha_recepcion.as_ref().unwrap().to_string(), "2024-03-01");
    assert_eq!(record.reportante_nombre.as_deref(), Some("Dra. Muñoz"));
    assert_eq!(unit.app.channels(record).email.unwrap().as_str(), "munoz@clinic.test");
    assert_eq!(record.descripcion_evento.as_deref(), Some("Erupción en la piel"));
    assert_eq!(record.producto_sospechoso(), Some("Paracetamol"));
    let thread = unit.thread(case.id);
    assert_eq!((thread.len(), thread[0].id, thread[0].case_match.unwrap().kind), (1, mail, MatchKind::Manual));
    assert_eq!(unit.audited(case.id), ["case.created", "message.assigned"]);
    let again = unit.app.case_from_mail(&qf(), mail, patch(&[]));
    assert_eq!(again, Err(CaseFromMailError::Tray(TrayError::Assigned(case.id))));
}

#[test]
fn what_is_given_stands_in_place_of_what_the_mail_says() {
    let unit = unit();
    let mail = lost(&unit, "munoz@clinic.test", "x", "Erupción");
    let given = [("reportante_email", "otra@clinic.test"), ("descripcion_evento", "Urticaria"), ("fecha_recepcion", "2024-02-28")];
    let case = unit.app.case_from_mail(&qf(), mail, patch(&given)).unwrap();
    assert_eq!(case.record.descripcion_evento.as_deref(), Some("Urticaria"));
    assert_eq!(unit.app.channels(&case.record).email.unwrap().as_str(), "otra@clinic.test");
    let refused = unit.app.case_from_mail(&qf(), lost(&unit, "a@b.test", "y", "z"), patch(&[("fecha_inicio_evento", "ayer")]));
    assert!(matches!(refused, Err(CaseFromMailError::Invalid(errors)) if errors[0].field == "fecha_inicio_evento"));
    assert_eq!(unit.unassigned().len(), 1, "it still waits");
}

#[test]
fn nothing_is_asked_by_itself_before_somebody_read_the_mail() {
    let unit = unit();
    let mail = lost(&unit, "munoz@clinic.test", "x", "Erupción, pesa 68 kg");
    let case = unit.app.case_from_mail(&qf(), mail, patch(&[("producto_sospechoso", "Paracetamol")])).unwrap();
    unit.update(case.id, &[("paciente_iniciales", "J.P.")]);
    unit.deliver();
    assert_eq!(unit.mail.accepted().len(), 0);
    unit.app.mark_read(&qf(), case.id, mail).unwrap();
    unit.update(case.id, &[("paciente_peso", "68")]);
    unit.deliver();
    assert_eq!(unit.mail.accepted().len(), 1);
}

#[test]
fn a_report_that_a_colleague_passes_on_has_no_reporter_yet() {
    let unit = unit();
    let mail = lost(&unit, "Unidad <fv@vigia.test>", "RV: caso", "Llamaron por una erupción");
    let case = unit.app.case_from_mail(&qf(), mail, patch(&[])).unwrap();
    assert_eq!((case.record.reportante_nombre.as_deref(), unit.app.channels(&case.record).email), (None, None));
}

#[test]
fn a_mail_that_was_set_aside_is_kept_with_the_reason_and_may_still_be_assigned() {
    let unit = unit();
    let id = asked(&unit);
    let mail = lost(&unit, "promo@shop.test", "Oferta", "Compre");
    assert_eq!(unit.app.discard_mail(&qf(), mail, " "), Err(TrayError::NoReason));
    let discard = unit.app.discard_mail(&qf(), mail, "publicidad").unwrap().discard.unwrap();
    assert_eq!((discard.reason.as_str(), discard.actor.as_str()), ("publicidad", "user:qf"));
    let again = unit.app.discard_mail(&qf(), mail, "otra razón").unwrap().discard.unwrap();
    assert_eq!(again, discard);
    assert!(unit.unassigned().is_empty());
    assert_eq!((unit.app.badge("qf").unwrap().unassigned, unit.tray(TrayState::Discarded)[0].discard.clone()), (0, Some(discard)));
    unit.app.assign_mail(&qf(), mail, &to(id)).unwrap();
    assert_eq!(unit.tray(TrayState::Discarded), []);
    assert_eq!(unit.app.discard_mail(&qf(), mail, "x"), Err(TrayError::Assigned(id)));
}

/// What Outlook sends of a person who wrote under the first question of our letter, without what names the letter; and how it reads.
fn answered_inside(unit: &Unit, id: CaseId) -> (String, String) {
    let letter = unit.thread(id).remove(0).content.body;
    let question = letter.lines().find(|line| line.starts_with("- ")).unwrap().to_owned();
    let quote = letter.replacen(&question, &format!("{question}\nA-123, creo"), 1);
    let heads = "De: fv@vigia.test\nEnviado: viernes, 1 de marzo de 2024 10:00\nPara: yo\nAsunto: ICSR";
    (format!("Buenas.\n\n{heads}\n\n{quote}"), format!("{question}\nA-123, creo"))
}

#[test]
fn answers_inside_our_letter_survive_when_a_person_assigns_the_mail() {
    let unit = unit();
    let id = asked(&unit);
    let (text, answer) = answered_inside(&unit, id);
    unit.receive(&format!("From: asistente@clinic.test\nTo: fv@vigia.test\nSubject: Datos\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"));
    let mail = unit.unassigned().remove(0);
    assert!(!mail.content.body.contains("A-123"), "{}", mail.content.body);
    let assigned = unit.app.assign_mail(&qf(), mail.id, &to(id)).unwrap();
    assert!(assigned.content.body.ends_with(&answer), "{}", assigned.content.body);
    assert_eq!(unit.thread(id).last().unwrap().content, assigned.content);
}

#[test]
fn answers_inside_our_letter_survive_when_a_person_links_the_mail() {
    let unit = unit();
    let id = asked(&unit);
    let (text, answer) = answered_inside(&unit, id);
    unit.receive(&format!("From: asistente@clinic.test\nTo: fv@vigia.test\nSubject: Datos\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"));
    let mail = unit.unassigned().remove(0);
    // Written to nobody in particular: the letter is named afterwards.
    unit.app
        .store
        .write::<_, followup_domain::ports::StoreError>(|tx| {
            tx.trays().assign(mail.id, &Assignment { case_id: id, parent_id: None, confirmed: true, is_repeated: false })
        })
        .unwrap();
    let letter = unit.thread(id)[0].id;
    let linked = unit.app.link_message(&qf(), id, mail.id, letter).unwrap();
    assert!(linked.content.body.ends_with(&answer), "{}", linked.content.body);
}

/// A reader that looks into the store whenever it reads a mail: within a transaction that would be one inside another, which panics.
struct LookingReader {
    inner: Arc<dyn MailReader>,
    store: Arc<dyn Store>,
    read: Arc<AtomicU32>,
}

impl MailReader for LookingReader {
    fn read(&self, raw: &[u8]) -> Result<ParsedMail, UnreadableMail> {
        self.store.read::<_, StoreError>(|tx| tx.trays().badge(Onlooker { reader: "qf", now: chrono::DateTime::UNIX_EPOCH })).unwrap();
        self.read.fetch_add(1, Ordering::SeqCst);
        self.inner.read(raw)
    }

    fn split_knowing(&self, body_text: &str, letter: &str) -> (String, Option<String>) {
        self.inner.split_knowing(body_text, letter)
    }

    fn html(&self, raw: &[u8]) -> Option<ShownHtml> {
        self.inner.html(raw)
    }

    fn attachment(&self, raw: &[u8], index: usize) -> Option<Vec<u8>> {
        self.inner.attachment(raw, index)
    }
}

#[test]
fn a_mail_is_read_before_the_transaction_in_which_a_person_says_what_it_is() {
    let mut unit = unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[]);
    unit.send(case, "¿Peso?").unwrap();
    let letter = unit.thread(case).remove(0);
    unit.clock.advance(Duration::hours(1));
    let stray = |kind: &str| report_on(&letter, REPORTER, kind, "4.4.1").replace(&id_of(&letter), "<lost@elsewhere.test>");
    unit.receive(&stray("failed"));
    unit.receive("From: rojas@clinic.test\nTo: fv@vigia.test\nSubject: x\nMessage-ID: <p@clinic.test>\n\n68 kg\n");
    let read = Arc::new(AtomicU32::new(0));
    let (inner, store) = (Arc::clone(&unit.app.reader), Arc::clone(&unit.app.store));
    unit.app.reader = Arc::new(LookingReader { inner, store, read: Arc::clone(&read) });
    // The oldest first: what the reporter answers, a report no longer proves wrong.
    for mail in unit.unassigned().into_iter().rev() {
        let request = AssignRequest { case_id: case, parent_id: Some(letter.id), confirm: true };
        unit.app.assign_mail(&qf(), mail.id, &request).unwrap();
    }
    assert_eq!(read.load(Ordering::SeqCst), 2, "a report, and what a person wrote");
    let delivery = unit.thread(case).into_iter().find(|message| message.id == letter.id).unwrap().delivery;
    assert_eq!(delivery, Some(Delivery::Bounced));
    // The same when it is linked within its case.
    unit.send(case, "¿Dosis?").unwrap();
    let second = unit.thread(case).into_iter().rfind(|message| message.sent_at.is_some()).unwrap();
    unit.clock.advance(Duration::hours(1));
    unit.receive(&stray("failed").replace("dsn.", "dsn2."));
    let mail = unit.unassigned().remove(0);
    unit.app.assign_mail(&qf(), mail.id, &AssignRequest { case_id: case, parent_id: None, confirm: true }).unwrap();
    unit.app.link_message(&qf(), case, mail.id, second.id).unwrap();
    assert_eq!(unit.app.message(case, second.id).unwrap().delivery, Some(Delivery::Bounced));
}

#[test]
fn a_notice_of_a_delay_says_so_in_the_tray_and_once_it_is_assigned() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[]);
    unit.send(case, "¿Peso?").unwrap();
    let letter = unit.thread(case).remove(0);
    for kind in ["delayed", "delivered"] {
        unit.receive(&report_on(&letter, REPORTER, kind, "4.4.1").replace(&id_of(&letter), "<lost@elsewhere.test>"));
    }
    let action = |notice: Option<MailNotice>| notice.and_then(|notice| notice.report).map(|report| report.action);
    let tray = unit.tray(TrayState::Open);
    let told: Vec<_> = tray.iter().map(|mail| action(mail.view.notice.clone())).collect();
    assert_eq!(told, [Some(ReportAction::Delivered), Some(ReportAction::Delayed)]);
    let delay = tray[1].view.message.id;
    let assigned = unit.app.assign_mail(&qf(), delay, &AssignRequest { case_id: case, parent_id: None, confirm: false }).unwrap();
    assert_eq!(action(unit.app.shown(assigned).unwrap().notice), Some(ReportAction::Delayed));
}
