//! Letters that come back, and what follows: letter, attempt, address, plan, what is proposed and who is told.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{AskState, ClearAddressError, InvalidReason, SendMessageError, SendRequest};
use followup_domain::audit::AuditChain;
use followup_domain::contact::EmailAddress;
use followup_domain::contact::Permanence;
use followup_domain::ids::CaseId;
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::message::{Channel, Delivery, Message, MessageStatus};
use followup_domain::policy::Escalation;
use followup_domain::ports::{Clock, Page, PageRequest, StoreError, StoreExt};
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, report_on, shown, unit, unit_with};

const UNKNOWN: &str = "la dirección no existe (5.1.1)";
const HELD: &str = "la dirección rebotó: la dirección no existe (5.1.1)";

/// A case whose plan's first letter was accepted.
fn with_plan() -> (Unit, CaseId, Message) {
    let unit = unit_with(|policy| {
        policy.automatic_requests = false;
        policy.notify_to = Some(EmailAddress::parse("unidad@vigia.test").unwrap());
    });
    let case = unit.case(&[("reportante_telefono", "999888777")]);
    let letter = begin(&unit, case);
    (unit, case, letter)
}

fn begin(unit: &Unit, case: CaseId) -> Message {
    unit.plan(case);
    unit.dispatch();
    let letter = unit.thread(case).into_iter().find(|message| message.attempt_id.is_some()).unwrap();
    assert_eq!(letter.delivery, Some(Delivery::Accepted));
    unit.clock.advance(Duration::minutes(5));
    letter
}

fn bounce(unit: &Unit, letter: &Message) {
    unit.receive(&report_on(letter, REPORTER, "failed", "5.1.1"));
}

fn state(unit: &Unit, case: CaseId, letter: &Message) -> (MessageStatus, Delivery) {
    let letter = unit.thread(case).into_iter().find(|message| message.id == letter.id).unwrap();
    (letter.status.unwrap(), letter.delivery.unwrap())
}

fn failed(unit: &Unit) -> Vec<FailedAddress> {
    let Page { items, .. } = unit.app.failed_addresses(false, PageRequest { offset: 0, limit: 50 }).unwrap();
    items
}

/// The attempts by letter; a call is scheduled besides where nothing else reaches the reporter.
fn written(unit: &Unit, case: CaseId) -> Vec<(String, Option<String>)> {
    let attempts = unit.app.attempts(case).unwrap().into_iter().filter(|attempt| attempt.channel != Channel::Call.into());
    attempts.map(|attempt| (attempt.status.to_string(), attempt.reason.as_deref().map(shown))).collect()
}

fn statuses(unit: &Unit, case: CaseId) -> Vec<String> {
    written(unit, case).into_iter().map(|(status, _)| status).collect()
}

fn address() -> EmailAddress {
    EmailAddress::parse(REPORTER).unwrap()
}

fn letters(unit: &Unit) -> usize {
    unit.mail.accepted().iter().filter(|mail| mail.to.as_str() != "unidad@vigia.test").count()
}

#[test]
fn a_bounce_fails_letter_and_attempt_and_holds_what_is_to_come() {
    let (unit, case, letter) = with_plan();
    bounce(&unit, &letter);
    assert_eq!(state(&unit, case, &letter), (MessageStatus::Failed, Delivery::Bounced));
    let held = ("cancelled".to_owned(), Some(HELD.to_owned()));
    assert_eq!(written(&unit, case), [("failed".to_owned(), Some(UNKNOWN.to_owned())), held.clone(), held.clone(), held]);
    let known = failed(&unit).remove(0);
    assert_eq!((known.address.as_str(), known.failure.permanence, known.held), (REPORTER, Permanence::Hard, true));
    assert_eq!(known.message_id, Some(letter.id));
    assert_eq!(unit.app.badge("qf").unwrap().bounced, 1);
    unit.clock.advance(Duration::days(100));
    unit.dispatch();
    assert_eq!(letters(&unit), 1, "nothing more goes there by itself");
}

#[test]
fn what_a_bounced_letter_asked_is_not_asked_and_not_waited_for() {
    let (unit, case, letter) = with_plan();
    assert!(unit.app.case(case).unwrap().awaiting_since.is_some());
    bounce(&unit, &letter);
    assert_eq!(unit.app.case(case).unwrap().awaiting_since, None);
    let summary = unit.app.followup_summary(case, "qf").unwrap();
    assert!(summary.missing.iter().all(|missing| missing.state == AskState::NotAsked), "{:?}", summary.missing);
    assert_eq!(summary.clock.days_since_last_request, None);
}

#[test]
fn the_next_way_to_the_reporter_is_proposed_and_the_unit_is_told_once() {
    let (unit, case, letter) = with_plan();
    bounce(&unit, &letter);
    let proposed = unit.app.followup_summary(case, "qf").unwrap().proposed_contact.unwrap();
    assert_eq!((proposed.channel, proposed.to.as_deref()), (Channel::Call, Some("+51999888777")));
    assert_eq!(shown(&proposed.reason), HELD);
    unit.receive(&report_on(&letter, REPORTER, "failed", "5.1.1").replace("<dsn", "<another"));
    unit.deliver();
    let told: Vec<_> = unit.mail.accepted().into_iter().filter(|mail| mail.to.as_str() == "unidad@vigia.test").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].subject, format!("[VIGIA] Mensaje no entregado - ICSR #{case}"));
    assert!(told[0].body.contains("llamada telefónica") && !told[0].body.contains(REPORTER), "{}", told[0].body);
    assert_eq!(failed(&unit)[0].in_a_row, 1, "one letter is one failure");
}

#[test]
fn a_report_of_delivery_or_of_a_delay_is_no_failure() {
    for (action, status, delivery) in [("delayed", "4.4.1", Delivery::Accepted), ("delivered", "2.0.0", Delivery::Delivered)] {
        let (unit, case, letter) = with_plan();
        unit.receive(&report_on(&letter, REPORTER, action, status));
        assert_eq!(state(&unit, case, &letter), (MessageStatus::Sent, delivery), "{action}");
        assert_eq!(statuses(&unit, case), ["sent", "pending", "pending", "pending"]);
        assert_eq!(failed(&unit), []);
    }
}

#[test]
fn a_read_notice_says_that_a_letter_was_read_and_not_when_it_was_deleted() {
    for (disposition, delivery) in [("displayed", Delivery::Read), ("deleted", Delivery::Accepted)] {
        let (unit, case, letter) = with_plan();
        unit.receive(&format!(
            "From: {REPORTER}\nTo: fv@vigia.test\nSubject: Leido\nMessage-ID: <mdn@clinic.test>\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\nContent-Type: text/plain\n\nx\n\n\
             --b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; {REPORTER}\nOriginal-Message-ID: {}\n\
             Disposition: manual-action/MDN-sent-manually; {disposition}\n\n--b--\n",
            id_of(&letter)
        ));
        assert_eq!(state(&unit, case, &letter), (MessageStatus::Sent, delivery), "{disposition}");
        assert_eq!(
            (statuses(&unit, case), failed(&unit)),
            (vec!["sent", "pending", "pending", "pending"].into_iter().map(str::to_owned).collect(), vec![])
        );
        unit.receive(&report_on(&letter, REPORTER, "delivered", "2.0.0"));
        let after = if delivery == Delivery::Read { Delivery::Read } else { Delivery::Delivered };
        assert_eq!(state(&unit, case, &letter).1, after, "a later report of delivery takes nothing back");
    }
}

#[test]
fn a_bounce_of_the_address_that_the_reporter_forwards_to_fails_the_letter_and_holds_ours_only_when_it_goes_on() {
    let (unit, case, letter) = with_plan();
    unit.receive(&report_on(&letter, "rojas@home.test", "failed", "5.1.1"));
    assert_eq!(state(&unit, case, &letter).0, MessageStatus::Failed);
    let known = failed(&unit).remove(0);
    assert_eq!((known.address.as_str(), known.failure.permanence, known.held), (REPORTER, Permanence::Soft, false));
    assert_eq!(statuses(&unit, case), ["failed", "pending", "pending", "pending"], "our address may keep a copy");
    let error = unit.thread(case).remove(0).error.unwrap();
    assert_eq!(error, "falló otra dirección, a la que se reenvía: no se pudo entregar (5.1.1)");
    let row = unit.audit(case).into_iter().rfind(|row| row.action == "message.delivery").unwrap();
    assert!(format!("{:?}", row.new).contains("rojas@home.test"), "{row:?}");
}

#[test]
fn a_report_on_another_recipient_is_only_shown() {
    let (unit, case, letter) = with_plan();
    let report = report_on(&letter, "x@home.test", "failed", "5.1.1");
    unit.receive(&report.replace("Final-Recipient:", "Original-Recipient: rfc822; other@elsewhere.test\nFinal-Recipient:"));
    assert_eq!(state(&unit, case, &letter), (MessageStatus::Sent, Delivery::Accepted));
    assert_eq!((unit.thread(case).len(), failed(&unit)), (2, vec![]));
}

#[test]
fn a_report_that_names_no_message_of_ours_changes_nothing() {
    let (unit, case, letter) = with_plan();
    let forged = report_on(&letter, REPORTER, "failed", "5.1.1").replace(&id_of(&letter), "<guessed@vigia.test>");
    assert_eq!(unit.receive(&forged).unassigned, 1);
    assert_eq!(state(&unit, case, &letter), (MessageStatus::Sent, Delivery::Accepted));
    assert_eq!(failed(&unit), []);
}

#[test]
fn only_the_last_of_its_references_tells_what_a_bounce_is_about() {
    for (references, status) in [("{id}", MessageStatus::Failed), ("{id} <rewritten@relay.test>", MessageStatus::Sent)] {
        let (unit, case, letter) = with_plan();
        let references = references.replace("{id}", &id_of(&letter));
        let report = report_on(&letter, REPORTER, "failed", "5.1.1").replace(&format!("Message-ID: {}\n", id_of(&letter)), "");
        unit.receive(&report.replace("MIME-Version", &format!("References: {references}\nMIME-Version")));
        assert_eq!(state(&unit, case, &letter).0, status, "{references}");
    }
}

#[test]
fn a_letter_that_was_answered_stays_so_whatever_comes_back() {
    let (unit, case, letter) = with_plan();
    unit.receive(&reply(REPORTER, &id_of(&letter), "<r1@clinic.test>", "Ya respondo"));
    bounce(&unit, &letter);
    assert_eq!(state(&unit, case, &letter), (MessageStatus::Responded, Delivery::Accepted));
    assert_eq!(failed(&unit), []);
    assert_eq!(unit.thread(case).len(), 3, "and it is shown");
}

#[test]
fn a_reply_from_the_address_shows_that_it_works() {
    let (unit, case, letter) = with_plan();
    bounce(&unit, &letter);
    unit.receive(&reply(REPORTER, &id_of(&letter), "<r1@clinic.test>", "Ya respondo"));
    assert_eq!((failed(&unit), state(&unit, case, &letter).0), (vec![], MessageStatus::Responded));
    unit.clock.advance(Duration::days(100));
    unit.dispatch();
    assert_eq!(statuses(&unit, case), ["responded", "cancelled", "cancelled", "cancelled"], "the reply holds the plan now");
    assert_eq!(letters(&unit), 1);
}

#[test]
fn a_person_clears_an_address_and_what_was_held_goes_on() {
    let (unit, case, letter) = with_plan();
    bounce(&unit, &letter);
    assert_eq!(unit.app.clear_failed_address(&qf(), &address(), " "), Err(ClearAddressError::Reason(InvalidReason::Absent)));
    unit.app.clear_failed_address(&qf(), &address(), "volvió a funcionar").unwrap();
    assert_eq!(unit.app.clear_failed_address(&qf(), &address(), "x"), Err(ClearAddressError::NotFound));
    assert_eq!(statuses(&unit, case), ["failed", "pending", "pending", "pending"]);
    assert!(unit.app.followup_summary(case, "qf").unwrap().proposed_contact.is_none());
    assert_eq!(unit.app.followup_summary(case, "qf").unwrap().plan.unwrap().status.as_str(), "active");
    unit.clock.advance(Duration::hours(721));
    unit.dispatch();
    assert_eq!((letters(&unit), statuses(&unit, case)[1].as_str()), (2, "sent"));
}

#[test]
fn another_address_of_the_reporter_lets_the_plan_go_on() {
    let (unit, case, letter) = with_plan();
    bounce(&unit, &letter);
    unit.update(case, &[("reportante_contacto", "rojas@other.test")]);
    assert_eq!(statuses(&unit, case), ["failed", "pending", "pending", "pending"]);
    unit.clock.advance(Duration::hours(721));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().last().unwrap().to.as_str(), "rojas@other.test");
}

#[test]
fn a_second_address_of_the_case_is_proposed_before_a_call() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[("reportante_email", "rojas@home.test"), ("reportante_telefono", "999888777")]);
    let letter = begin(&unit, case);
    bounce(&unit, &letter);
    let proposed = unit.app.followup_summary(case, "qf").unwrap().proposed_contact.unwrap();
    assert_eq!((proposed.channel, proposed.to.as_deref()), (Channel::Email, Some("rojas@home.test")));
}

#[test]
fn an_address_that_bounced_in_one_case_is_held_in_every_case() {
    let (unit, case, letter) = with_plan();
    let other = unit.case(&[]);
    let later = begin(&unit, other);
    bounce(&unit, &letter);
    assert_eq!(statuses(&unit, other), ["sent", "pending", "pending", "pending"], "until they fall due");
    unit.clock.advance(Duration::days(100));
    unit.dispatch();
    assert_eq!(written(&unit, other)[3], ("cancelled".to_owned(), Some(HELD.to_owned())));
    assert_eq!(state(&unit, other, &later).0, MessageStatus::Sent);
    unit.app.clear_failed_address(&qf(), &address(), "funciona").unwrap();
    assert_eq!((statuses(&unit, case)[3].as_str(), statuses(&unit, other)[3].as_str()), ("pending", "pending"));
    let report = unit.dispatch();
    assert_eq!(report.errors, 0);
    assert_eq!(statuses(&unit, other)[3], "sent");
}

#[test]
fn a_full_mailbox_holds_the_address_only_after_three_letters() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[]);
    for number in 1..=3 {
        unit.send(case, "¿Peso?").unwrap();
        let letter = unit.thread(case).into_iter().rfind(|message| message.sent_at.is_some()).unwrap();
        unit.receive(&report_on(&letter, REPORTER, "failed", "5.2.2"));
        assert_eq!(state(&unit, case, &letter), (MessageStatus::Failed, Delivery::Bounced));
        assert_eq!((failed(&unit)[0].in_a_row, failed(&unit)[0].held), (number, number == 3));
        unit.clock.advance(Duration::hours(2));
    }
    assert_eq!(followup_words::failures::told(&failed(&unit)[0].failure), "el buzón está lleno (5.2.2)");
}

#[test]
fn a_person_writes_to_a_held_address_only_with_a_reason() {
    let (unit, case, letter) = with_plan();
    bounce(&unit, &letter);
    assert!(matches!(unit.send(case, "¿Peso?").unwrap_err(), SendMessageError::Bounced(_)));
    assert!(unit.app.resend_message(&qf(), case, letter.id, Some("otra vez")).is_err());
    let next = unit.app.attempts(case).unwrap().into_iter().find(|attempt| attempt.position == 2).unwrap().id;
    assert!(unit.app.send_attempt_now(&qf(), case, next, Some("ya")).is_err());
    assert_eq!(letters(&unit), 1);

    let why = Some("confirmó por teléfono que funciona");
    let (channel, body) = (Some("email".into()), Some("¿Peso?".into()));
    let request = SendRequest { channel, body, override_reason: why.map(str::to_owned), ..SendRequest::default() };
    unit.app.send_message(&qf(), case, &request, None).unwrap();
    unit.app.resend_overriding(&qf(), case, letter.id, None, why).unwrap();
    unit.app.send_attempt_overriding(&qf(), case, next, None, why).unwrap();
    assert_eq!(letters(&unit), 4);
    let told = unit.audit(case).into_iter().filter(|row| row.action == "message.queued" && row.reason.as_deref() == why);
    assert_eq!(told.count(), 3);
}

#[test]
fn an_automatic_request_waits_for_the_address_and_goes_when_it_works() {
    let unit = unit();
    let case = unit.case(&[]);
    unit.deliver();
    let letter = unit.thread(case).remove(0);
    bounce(&unit, &letter);
    unit.clock.advance(Duration::hours(2));
    unit.update(case, &[("numero", "7")]);
    unit.deliver();
    assert_eq!(unit.thread(case).len(), 2, "letter and bounce");
    unit.app.clear_failed_address(&qf(), &address(), "funciona").unwrap();
    unit.deliver();
    assert_eq!(unit.mail.accepted().len(), 2, "what came back is asked again");
}

#[test]
fn a_letter_in_the_queue_is_stopped_when_its_address_fails() {
    let unit = unit();
    let (first, second) = (unit.case(&[]), unit.case(&[]));
    let (app, mail) = (unit.app.clone(), unit.mail.clone());
    // The first letter is refused for good; the second one is claimed after that.
    mail.next(Script::no_such_user());
    let report = unit.deliver();
    assert_eq!((report.rejected, report.withdrawn), (1, 1));
    assert_eq!(unit.thread(first)[0].status, Some(MessageStatus::Failed));
    let stopped = unit.thread(second).remove(0);
    assert_eq!((stopped.status, stopped.error.as_deref()), (Some(MessageStatus::Skipped), Some(HELD)));
    app.clear_failed_address(&qf(), &address(), "funciona").unwrap();
    assert_eq!(unit.deliver().accepted, 2, "neither is lost");
}

#[test]
fn a_bounce_that_is_quicker_than_the_transports_answer_counts() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[]);
    unit.plan(case);
    let (app, clock) = (unit.app.clone(), unit.clock.clone());
    unit.mail.during_transmit(move || {
        let letter = app.thread(case).unwrap().into_iter().find(|message| message.attempt_id.is_some()).unwrap();
        support::store(&app, clock.as_ref(), &report_on(&letter, REPORTER, "failed", "5.1.1"));
        app.process_stored_mail(&|| false).unwrap();
    });
    unit.dispatch();
    let letter = unit.thread(case).into_iter().find(|message| message.attempt_id.is_some()).unwrap();
    assert_eq!(state(&unit, case, &letter), (MessageStatus::Failed, Delivery::Bounced));
    assert_eq!(statuses(&unit, case), ["failed", "cancelled", "cancelled", "cancelled"]);
}

#[test]
fn every_step_of_a_bounce_stands_in_the_trail() {
    let (unit, case, letter) = with_plan();
    bounce(&unit, &letter);
    unit.app.clear_failed_address(&qf(), &address(), "funciona").unwrap();
    let told = |action: &str| unit.audited(case).iter().filter(|told| *told == action).count();
    // Sent and bounced; queued, sent, failed, three held and three restored, and the call that nobody has to make any more.
    assert_eq!((told("message.delivery"), told("attempt.status"), told("attempt.scheduled")), (2, 10, 1));
    let page = PageRequest { offset: 0, limit: 50 };
    let rows = unit.app.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::System, page)).unwrap().items;
    let actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(actions, ["contact.failed", "contact.cleared"]);
    assert_eq!((rows[0].reason.as_deref(), rows[1].reason.as_deref()), (Some(UNKNOWN), Some("funciona")));
}

#[test]
fn what_was_held_when_the_follow_up_was_closed_stays_called_off() {
    let (unit, case, letter) = with_plan();
    bounce(&unit, &letter);
    let closing = followup_app::CloseRequest {
        reason: followup_domain::case::ClosureReason::Unreachable,
        notes: "sin contacto".into(),
        override_reason: None,
    };
    unit.app.close_followup(&qf(), case, &closing).unwrap();
    unit.app.reopen_followup(&qf(), case, "otro dato").unwrap();
    unit.app.clear_failed_address(&qf(), &address(), "funciona").unwrap();
    unit.dispatch();
    assert_eq!(statuses(&unit, case), ["failed", "cancelled", "cancelled", "cancelled"]);
}

fn first_request(unit: &Unit, case: CaseId) -> Message {
    unit.deliver();
    unit.clock.advance(Duration::minutes(5));
    unit.thread(case).into_iter().rfind(|message| message.delivery == Some(Delivery::Accepted)).unwrap()
}

#[test]
fn a_reply_that_came_before_the_bounce_does_not_clear_the_address() {
    let (unit, case, letter) = with_plan();
    let early = unit.clock.now();
    unit.clock.advance(Duration::hours(1));
    bounce(&unit, &letter);
    // It came before the bounce, and was fetched after it.
    unit.arrive(&reply(REPORTER, &id_of(&letter), "<r2@clinic.test>", "Ya respondo"), early);
    unit.app.process_stored_mail(&|| false).unwrap();
    assert_eq!(failed(&unit).len(), 1, "the mailbox was closed after the reply");
    unit.receive(&reply(REPORTER, &id_of(&letter), "<r3@clinic.test>", "De nuevo"));
    assert_eq!((failed(&unit), unit.thread(case).len()), (vec![], 4));
}

#[test]
fn a_bounce_that_is_older_than_the_reporters_reply_does_not_mark_the_address() {
    let (unit, case, letter) = with_plan();
    unit.send(case, "¿Peso?").unwrap();
    let early = unit.clock.now();
    unit.clock.advance(Duration::hours(1));
    let second = unit.thread(case).into_iter().find(|message| message.id != letter.id && message.sent_at.is_some()).unwrap();
    unit.receive(&reply(REPORTER, &id_of(&second), "<r1@clinic.test>", "Ya respondo"));
    unit.arrive(&report_on(&letter, REPORTER, "failed", "5.1.1"), early);
    unit.app.process_stored_mail(&|| false).unwrap();
    assert_eq!((state(&unit, case, &letter).1, failed(&unit)), (Delivery::Bounced, vec![]));
}

#[test]
fn what_a_server_refuses_for_our_sake_holds_no_address() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[]);
    for number in 0..4 {
        unit.send(case, &format!("¿Peso? {number}")).unwrap();
        let letter = unit.thread(case).into_iter().rfind(|message| message.sent_at.is_some()).unwrap();
        unit.receive(&report_on(&letter, REPORTER, "failed", "5.7.1"));
        assert_eq!(state(&unit, case, &letter), (MessageStatus::Failed, Delivery::Bounced));
        unit.clock.advance(Duration::hours(2));
    }
    for said in ["end of DATA: 550 Message rejected as spam", "RCPT TO: 550 SPF check failed", "RCPT TO: 550 5.7.1 blocked"] {
        unit.mail.next(Script::FailTransmit(SendError::Refused(said.into())));
        assert!(unit.send(case, said).is_err());
    }
    assert_eq!(failed(&unit), []);
}

#[test]
fn a_later_letter_that_is_delivered_or_answered_automatically_ends_a_row_of_failures() {
    let away = |letter: &Message| {
        reply(REPORTER, &id_of(letter), "<away@clinic.test>", "De vacaciones").replace("Date:", "Auto-Submitted: auto-replied\nDate:")
    };
    let delivered = |letter: &Message| report_on(letter, REPORTER, "delivered", "2.0.0");
    for sign in [&away as &dyn Fn(&Message) -> String, &delivered] {
        let unit = unit_with(|policy| policy.automatic_requests = false);
        let case = unit.case(&[]);
        let send = || {
            unit.clock.advance(Duration::hours(2));
            unit.send(case, "¿Peso?").unwrap();
            unit.thread(case).into_iter().rfind(|message| message.sent_at.is_some()).unwrap()
        };
        for _ in 0..2 {
            unit.receive(&report_on(&send(), REPORTER, "failed", "5.2.2"));
        }
        assert_eq!(failed(&unit)[0].in_a_row, 2);
        unit.receive(&sign(&send()));
        assert_eq!(failed(&unit), []);
        let letter = send();
        bounce(&unit, &letter);
        unit.clock.advance(Duration::hours(2));
        let later = unit.thread(case).into_iter().rfind(|message| message.delivery == Some(Delivery::Accepted));
        if let Some(later) = later {
            unit.receive(&sign(&later).replace("away@", "away2@"));
        }
        assert!(failed(&unit)[0].held, "what is permanent is not ended by that");
    }
}

#[test]
fn a_request_that_met_a_full_mailbox_is_made_once_more_and_the_unit_is_told_so() {
    let unit = unit_with(|policy| policy.notify_to = Some(EmailAddress::parse("unidad@vigia.test").unwrap()));
    let case = unit.case(&[]);
    for number in 1..=3 {
        let letter = first_request(&unit, case);
        unit.receive(&report_on(&letter, REPORTER, "failed", "5.2.2"));
        unit.deliver();
        assert_eq!(letters(&unit), number, "not at once");
        let told = unit.mail.accepted().pop().unwrap().body;
        assert_eq!(told.contains("La solicitud se envía de nuevo por sí sola"), number < 3, "{told}");
        unit.clock.advance(Duration::days(2));
    }
    assert!(failed(&unit)[0].held);
    unit.deliver();
    assert_eq!(letters(&unit), 3);
}

#[test]
fn a_full_mailbox_whose_robot_answers_is_not_asked_for_ever() {
    let unit = unit_with(|_| {});
    let case = unit.case(&[]);
    for number in 1..=6 {
        let letter = unit.thread(case).into_iter().rfind(|message| message.sent_at.is_some()).unwrap_or_else(|| first_request(&unit, case));
        unit.receive(&report_on(&letter, REPORTER, "failed", "5.2.2"));
        unit.receive(
            &reply(REPORTER, &id_of(&letter), &format!("<away{number}@clinic.test>"), "Estoy de vacaciones")
                .replace("MIME-Version", "Auto-Submitted: auto-replied\nMIME-Version"),
        );
        unit.clock.advance(Duration::days(2));
        unit.deliver();
    }
    assert_eq!(letters(&unit), 3, "three came back, and a person decides");
}

#[test]
fn a_request_that_an_address_behind_the_reporters_returned_is_not_made_again() {
    let unit = unit_with(|_| {});
    let case = unit.case(&[]);
    let letter = first_request(&unit, case);
    unit.receive(&report_on(&letter, "rojas@home.test", "failed", "5.1.1"));
    unit.clock.advance(Duration::days(9));
    unit.deliver();
    assert_eq!(letters(&unit), 1, "the reporter's own mailbox may have kept it");
}

#[test]
fn the_unit_is_not_told_of_letters_to_come_where_none_will() {
    let unit = unit_with(|policy| policy.notify_to = Some(EmailAddress::parse("unidad@vigia.test").unwrap()));
    let case = unit.case(&[]);
    let letter = first_request(&unit, case);
    unit.receive(&report_on(&letter, REPORTER, "failed", "5.7.1"));
    unit.deliver();
    let told = unit.mail.accepted().pop().unwrap().body;
    assert!(told.contains("No se le escribe de nuevo por sí solo"), "{told}");
    unit.clock.advance(Duration::days(9));
    unit.deliver();
    assert_eq!(letters(&unit), 1);
}

#[test]
fn only_the_latest_plan_goes_on_when_the_address_works() {
    let (unit, case, letter) = with_plan();
    bounce(&unit, &letter);
    let second = unit.plan(case)[0].plan_id;
    unit.clock.advance(Duration::days(100));
    unit.dispatch();
    unit.app.clear_failed_address(&qf(), &address(), "funciona").unwrap();
    for attempt in unit.app.attempts(case).unwrap().into_iter().filter(|attempt| attempt.message_id != Some(letter.id)) {
        if attempt.channel == Channel::Call.into() {
            assert_eq!(attempt.status.as_str(), "skipped", "nobody has to call any more");
            continue;
        }
        let expected = if attempt.plan_id == second { "pending" } else { "cancelled" };
        assert_eq!(attempt.status.as_str(), expected, "{attempt:?}");
    }
}

#[test]
fn a_bounce_after_the_follow_up_was_closed_brings_nothing_back() {
    let (unit, case, letter) = with_plan();
    let closing = followup_app::CloseRequest {
        reason: followup_domain::case::ClosureReason::Unreachable,
        notes: "sin contacto".into(),
        override_reason: Some("x".into()),
    };
    unit.app.close_followup(&qf(), case, &closing).unwrap();
    bounce(&unit, &letter);
    unit.app.reopen_followup(&qf(), case, "otro dato").unwrap();
    unit.app.clear_failed_address(&qf(), &address(), "funciona").unwrap();
    unit.dispatch();
    assert_eq!(statuses(&unit, case), ["failed", "cancelled", "cancelled", "cancelled"]);
}

#[test]
fn a_bounced_notification_fails_and_later_ones_go_to_the_unit() {
    let unit = unit_with(|policy| {
        policy.automatic_requests = false;
        policy.notify_to = Some(EmailAddress::parse("unidad@vigia.test").unwrap());
    });
    let case = unit.case(&[("evaluador_email", "ana@vigia.test")]);
    let letter = begin(&unit, case);
    unit.receive(&reply(REPORTER, &id_of(&letter), "<r1@clinic.test>", "Ya respondo"));
    unit.deliver();
    let told = unit.mail.accepted().pop().unwrap();
    assert_eq!(told.to.as_str(), "ana@vigia.test");
    let id = unit.app.store.read::<_, StoreError>(|tx| tx.names().find(std::slice::from_ref(&told.message_id))).unwrap()[0].message_id;
    let find = || unit.app.store.read::<_, StoreError>(|tx| tx.messages().find(id)).unwrap().unwrap();
    unit.receive(&report_on(&find(), "ana@vigia.test", "failed", "5.1.1"));
    assert_eq!((find().status, find().delivery), (Some(MessageStatus::Failed), Some(Delivery::Bounced)));
    assert_eq!((failed(&unit)[0].address.as_str(), failed(&unit)[0].held), ("ana@vigia.test", true));
    assert_eq!(state(&unit, case, &letter).0, MessageStatus::Responded, "the reporter's letter is not touched");
    assert_eq!(unit.app.badge("qf").unwrap().bounced, 1);
    unit.receive(&reply(REPORTER, &id_of(&letter), "<r2@clinic.test>", "Otra cosa"));
    unit.deliver();
    assert_eq!(unit.mail.accepted().pop().unwrap().to.as_str(), "unidad@vigia.test");
}

#[test]
fn word_that_waits_for_somebody_whose_address_failed_goes_to_the_unit() {
    let to = EmailAddress::parse("jefa@vigia.test").ok();
    let unit = unit_with(|policy| {
        policy.notify_to = Some(EmailAddress::parse("unidad@vigia.test").unwrap());
        policy.escalation = Some(Escalation { after_days: 14, to });
    });
    for contact in ["uno@clinic.test", "dos@clinic.test"] {
        unit.case(&[("reportante_contacto", contact)]);
    }
    unit.deliver();
    unit.mail.refuses_to("jefa@vigia.test", Script::no_such_user());
    unit.clock.advance(Duration::days(15));
    let word = || {
        let all = unit.mail.accepted().into_iter().filter(|mail| mail.subject.contains("Sin respuesta"));
        all.map(|mail| mail.to.as_str().to_owned()).collect::<Vec<_>>()
    };
    for _ in 0..3 {
        unit.dispatch();
    }
    assert_eq!(word(), ["unidad@vigia.test"], "what was queued for her before, of the second case");
    unit.case(&[("reportante_contacto", "tres@clinic.test")]);
    unit.deliver();
    unit.clock.advance(Duration::days(15));
    for _ in 0..3 {
        unit.dispatch();
    }
    assert_eq!(word().len(), 2, "later word is not meant for her at all: {:?}", word());
}

#[test]
fn a_nameless_bounce_that_is_linked_to_its_letter_later_takes_effect_then() {
    let (unit, case, letter) = with_plan();
    let nameless = report_on(&letter, REPORTER, "failed", "5.1.1").replace(&format!("Message-ID: {}\n", id_of(&letter)), "");
    unit.receive(&nameless);
    let mail = unit.unassigned().remove(0);
    let request = followup_app::AssignRequest { case_id: case, parent_id: None, confirm: false };
    unit.app.assign_mail(&qf(), mail.id, &request).unwrap();
    assert_eq!(state(&unit, case, &letter), (MessageStatus::Sent, Delivery::Accepted));
    unit.app.link_message(&qf(), case, mail.id, letter.id).unwrap();
    assert_eq!(state(&unit, case, &letter), (MessageStatus::Failed, Delivery::Bounced));
}

#[test]
fn a_bounce_that_names_no_letter_takes_effect_when_a_person_names_it() {
    for named in [true, false] {
        let (unit, case, letter) = with_plan();
        let nameless = report_on(&letter, REPORTER, "failed", "5.1.1").replace(&format!("Message-ID: {}\n", id_of(&letter)), "");
        unit.receive(&nameless);
        let mail = unit.unassigned().remove(0);
        let assign = || {
            let request = followup_app::AssignRequest { case_id: case, parent_id: named.then_some(letter.id), confirm: false };
            unit.app.assign_mail(&qf(), mail.id, &request).unwrap();
        };
        assign();
        assign();
        if !named {
            assert_eq!((state(&unit, case, &letter).0, failed(&unit)), (MessageStatus::Sent, vec![]));
            continue;
        }
        assert_eq!(state(&unit, case, &letter), (MessageStatus::Failed, Delivery::Bounced));
        assert!(failed(&unit)[0].held && failed(&unit)[0].in_a_row == 1);
        assert_eq!(statuses(&unit, case), ["failed", "cancelled", "cancelled", "cancelled"]);
        let row = unit.audit(case).into_iter().rfind(|row| row.action == "message.delivery").unwrap();
        assert!(format!("{:?}", row.actor).contains("qf"), "{row:?}");
    }
}

#[test]
fn an_answer_to_no_letter_in_particular_does_not_answer_one_that_came_back() {
    let (unit, case, letter) = with_plan();
    unit.send(case, "¿Peso?").unwrap();
    let second = unit.thread(case).into_iter().rfind(|message| message.sent_at.is_some()).unwrap();
    assert_ne!(second.id, letter.id);
    unit.clock.advance(Duration::hours(2));
    unit.receive(&report_on(&second, REPORTER, "failed", "5.2.2"));
    let plain = reply(REPORTER, "<nobody@elsewhere.test>", "<r1@clinic.test>", "Pesa 60 kg");
    unit.receive(&plain);
    let mail = unit.unassigned().remove(0);
    let request = followup_app::AssignRequest { case_id: case, parent_id: None, confirm: true };
    unit.app.assign_mail(&qf(), mail.id, &request).unwrap();
    assert_eq!((state(&unit, case, &letter).0, state(&unit, case, &second).0), (MessageStatus::Responded, MessageStatus::Failed));
}

#[test]
fn what_waits_for_a_second_address_that_does_not_work_goes_on_when_that_one_does() {
    let (unit, case, letter) = with_plan();
    let other = unit.case(&[("reportante_contacto", "rojas@other.test")]);
    let second = begin(&unit, other);
    bounce(&unit, &letter);
    unit.receive(&report_on(&second, "rojas@other.test", "failed", "5.1.1"));
    unit.update(case, &[("reportante_contacto", "rojas@other.test")]);
    assert_eq!(statuses(&unit, case)[3], "cancelled");
    unit.app.clear_failed_address(&qf(), &EmailAddress::parse("rojas@other.test").unwrap(), "funciona").unwrap();
    assert_eq!((statuses(&unit, case)[3].as_str(), statuses(&unit, other)[3].as_str()), ("pending", "pending"));
}

#[test]
fn clearing_one_address_leaves_what_waits_for_others() {
    let (unit, case, letter) = with_plan();
    let other = unit.case(&[("reportante_contacto", "rojas@other.test")]);
    let second = begin(&unit, other);
    bounce(&unit, &letter);
    unit.receive(&report_on(&second, "rojas@other.test", "failed", "5.1.1"));
    unit.app.clear_failed_address(&qf(), &address(), "funciona").unwrap();
    assert_eq!((statuses(&unit, case)[3].as_str(), statuses(&unit, other)[3].as_str()), ("pending", "cancelled"));
}

#[test]
fn a_dry_run_tells_what_waited_for_an_address_and_goes_on() {
    let (unit, case, letter) = with_plan();
    bounce(&unit, &letter);
    assert_eq!(unit.app.preview_dispatch().unwrap().restored, []);
    // Cleared by a process that died before it let anything go on.
    unit.app.store.write::<_, StoreError>(|tx| tx.addresses().clear(REPORTER)).unwrap();
    unit.clock.advance(Duration::days(100));
    for _ in 0..2 {
        let preview = unit.app.preview_dispatch().unwrap();
        assert_eq!(preview.restored, [case]);
        let sending = preview.attempts.iter().filter(|attempt| attempt.status.as_str() == "sending").count();
        assert_eq!((preview.attempts.len(), sending), (3, 1), "{preview:?}");
    }
    assert_eq!(statuses(&unit, case)[3], "cancelled", "nothing was kept");
    unit.dispatch();
    assert_eq!(statuses(&unit, case)[3], "sent");
}

#[test]
fn the_unit_is_told_when_a_refusal_or_a_second_report_holds_an_address() {
    let (unit, case, letter) = with_plan();
    let told = || {
        unit.deliver();
        unit.mail.accepted().into_iter().filter(|mail| mail.to.as_str() == "unidad@vigia.test").count()
    };
    unit.receive(&report_on(&letter, REPORTER, "failed", "5.2.2"));
    assert_eq!(told(), 1);
    unit.receive(&report_on(&letter, REPORTER, "failed", "5.1.1").replace("<dsn", "<another"));
    assert_eq!((told(), failed(&unit)[0].held), (2, true), "it is held since the second one");
    unit.app.clear_failed_address(&qf(), &address(), "funciona").unwrap();
    unit.mail.next(Script::no_such_user());
    assert!(unit.send(case, "¿Peso?").is_err());
    assert_eq!(told(), 3);
}
