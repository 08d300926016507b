//! How doubt ends: by a reply, a bounce, a copy, a notice, or a person; and what the audit trail says of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_domain::audit::AuditValue;
use followup_domain::ids::CaseId;
use followup_domain::message::{Delivery, Message, MessageStatus};
use followup_domain::sending::SendError;
use followup_testkit::fakes::Script;
use support::{REPORTER, Unit, id_of, qf, reply, unit_with};

/// A case whose first letter may have left.
fn in_doubt() -> (Unit, CaseId, Message) {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[]);
    unit.plan(case);
    unit.mail.next(Script::FailTransmit(SendError::Uncertain("no answer in time".into())));
    assert_eq!(unit.dispatch().delivery.uncertain, 1);
    let letter = unit.thread(case).remove(0);
    unit.clock.advance(Duration::minutes(2));
    (unit, case, letter)
}

/// Delivery and status of the letter, and its attempt.
fn fate(unit: &Unit, case: CaseId, letter: &Message) -> (Delivery, MessageStatus, String, Option<String>) {
    let letter = unit.thread(case).into_iter().find(|message| message.id == letter.id).unwrap();
    let (status, reason) = unit.attempts(case).remove(0);
    (letter.delivery.unwrap(), letter.status.unwrap(), status, reason)
}

/// Who settled it, and why, as the audit trail tells it; from uncertain to the last delivery.
fn settled(unit: &Unit, case: CaseId, letter: &Message) -> Vec<(String, String, Option<String>)> {
    let doubts = |value: Option<&AuditValue>| value == Some(&AuditValue::Text("uncertain".into()));
    let rows = unit.audit(case).into_iter().filter(|row| row.entity_id == letter.id.0 && doubts(row.old.get("delivery")));
    rows.map(|row| match &row.new["delivery"] {
        AuditValue::Text(delivery) => (row.actor.clone(), delivery.clone(), row.reason.clone()),
        other => panic!("{other:?}"),
    })
    .collect()
}

fn copy_of(letter: &Message) -> String {
    format!(
        "From: fv@vigia.test\nTo: {REPORTER}\nSubject: ICSR\nMessage-ID: {}\nAuto-Submitted: auto-generated\n\nEstimado(a)\n",
        id_of(letter)
    )
}

fn report(action: &str, letter: &Message) -> String {
    format!(
        "From: MAILER-DAEMON@mx.clinic.test\nTo: fv@vigia.test\nSubject: Delivery report\nMessage-ID: <dsn.{action}@mx.clinic.test>\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         This is the mail system.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.clinic.test\n\n\
         Final-Recipient: rfc822; {REPORTER}\nAction: {action}\n\n--b\nContent-Type: text/rfc822-headers\n\nFrom: fv@vigia.test\n\
         Message-ID: {}\n\n--b--\n",
        id_of(letter)
    )
}

#[test]
fn a_copy_found_in_the_mailbox_shows_that_it_was_sent() {
    let (unit, case, letter) = in_doubt();
    unit.receive(&copy_of(&letter));
    let reason = Some("copia encontrada en el buzón".to_owned());
    assert_eq!(fate(&unit, case, &letter), (Delivery::Accepted, MessageStatus::Sent, "sent".into(), reason.clone()));
    assert_eq!(settled(&unit, case, &letter), [("service:test".into(), "accepted".into(), reason)]);
    assert_eq!(unit.thread(case)[0].sent_at, Some(letter.recorded_at), "it left when it was handed over");
    // Another copy changes nothing more.
    unit.receive(&copy_of(&letter).replace("Estimado(a)", "Estimado(a) "));
    assert_eq!(settled(&unit, case, &letter).len(), 1);
}

#[test]
fn a_bounce_shows_that_it_did_not_arrive() {
    let (unit, case, letter) = in_doubt();
    unit.receive(&report("failed", &letter));
    let reason = Some("no se pudo entregar".to_owned());
    assert_eq!(fate(&unit, case, &letter), (Delivery::Bounced, MessageStatus::Failed, "failed".into(), reason.clone()));
    assert_eq!(settled(&unit, case, &letter), [("service:test".into(), "bounced".into(), reason)]);
    unit.clock.advance(Duration::hours(1));
    unit.dispatch();
    assert_eq!(unit.mail.accepted(), [], "it is not sent again by itself");
}

#[test]
fn a_notice_or_an_automatic_answer_shows_that_it_was_sent_and_answers_nothing() {
    for (action, delivery) in [("delayed", Delivery::Accepted), ("delivered", Delivery::Delivered)] {
        let (unit, case, letter) = in_doubt();
        unit.receive(&report(action, &letter));
        assert_eq!((fate(&unit, case, &letter).0, fate(&unit, case, &letter).2), (delivery, "sent".into()), "{action}");
    }
    let (unit, case, letter) = in_doubt();
    let away = reply(REPORTER, &id_of(&letter), "<away@clinic.test>", "Estoy de vacaciones")
        .replace("MIME-", "Auto-Submitted: auto-replied\nMIME-");
    unit.receive(&away);
    assert_eq!((fate(&unit, case, &letter).0, fate(&unit, case, &letter).2), (Delivery::Delivered, "sent".into()));
    assert_eq!(unit.attempts(case)[1].0, "pending", "an automatic answer holds nothing");
}

#[test]
fn a_reply_shows_that_it_arrived() {
    let (unit, case, letter) = in_doubt();
    unit.receive(&reply(REPORTER, &id_of(&letter), "<r1@clinic.test>", "Peso 68"));
    let (delivery, status, attempt, _) = fate(&unit, case, &letter);
    assert_eq!((delivery, status, attempt.as_str()), (Delivery::Delivered, MessageStatus::Responded, "responded"));
    assert_eq!(settled(&unit, case, &letter).len(), 1);
}

#[test]
fn a_person_says_that_it_was_sent_or_was_not_or_sends_it_again() {
    for (was_sent, delivery, attempt) in [(true, "accepted", "sent"), (false, "rejected", "failed")] {
        let (unit, case, letter) = in_doubt();
        unit.app.resolve_message(&qf(), case, letter.id, was_sent, None).unwrap();
        assert_eq!(fate(&unit, case, &letter).2, attempt);
        let settled = settled(&unit, case, &letter);
        assert_eq!((settled.len(), settled[0].1.as_str()), (1, delivery));
        assert!(settled[0].0.contains("qf"), "{}", settled[0].0);
    }
    let (unit, case, letter) = in_doubt();
    let again = unit.app.resend_message(&qf(), case, letter.id, None).unwrap();
    assert_eq!((again.resend_of, again.delivery), (Some(letter.id), Some(Delivery::Accepted)));
    assert_ne!(again.external_id, letter.external_id);
    assert_eq!(unit.attempts(case)[0].0, "sent");
}

#[test]
fn a_copy_that_was_quicker_than_the_end_of_the_lease_counts_when_the_doubt_is_noticed() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let case = unit.case(&[]);
    unit.plan(case);
    unit.mail.next(Script::PanicInTransmit);
    let app = unit.app.clone();
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| app.dispatch_due(&|| false))).is_err());
    let letter = unit.thread(case).remove(0);
    assert_eq!(letter.delivery, Some(Delivery::Transmitting));
    unit.receive(&copy_of(&letter));
    unit.clock.advance(Duration::minutes(6));
    unit.deliver();
    assert_eq!(fate(&unit, case, &letter).0, Delivery::Accepted);
    assert_eq!(unit.attempts(case)[0].0, "sent");
}

#[test]
fn a_person_who_passes_our_mail_on_settles_nothing() {
    let (unit, case, letter) = in_doubt();
    unit.receive(&format!(
        "From: {REPORTER}\nTo: fv@vigia.test\nSubject: Fwd: ICSR\nMessage-ID: <f1@clinic.test>\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n¿Es suyo?\n\n--b\nContent-Type: message/rfc822\n\n\
         From: fv@vigia.test\nMessage-ID: {}\n\nx\n\n--b--\n",
        id_of(&letter)
    ));
    assert_eq!(fate(&unit, case, &letter).0, Delivery::Uncertain);
}

/// A case whose first letter may have left, and a second one that left under another Message-ID than ours.
fn followed_by_another() -> (Unit, CaseId, Message) {
    let (unit, case, letter) = in_doubt();
    unit.clock.advance(Duration::hours(2));
    unit.send(case, "¿Peso?").unwrap();
    unit.clock.advance(Duration::minutes(2));
    (unit, case, letter)
}

#[test]
fn the_copy_of_another_letter_proves_nothing_of_the_one_it_answers() {
    let (unit, case, letter) = followed_by_another();
    let copy = copy_of(&letter).replace("Message-ID: <", "Message-ID: <rewritten.by.relay.");
    unit.receive(&copy.replace("Subject:", &format!("In-Reply-To: {}\nSubject:", id_of(&letter))));
    assert_eq!(fate(&unit, case, &letter).0, Delivery::Uncertain);
}

#[test]
fn what_only_stands_among_the_references_proves_nothing() {
    for away in [true, false] {
        let (unit, case, letter) = followed_by_another();
        let answer = reply(REPORTER, "<rewritten@relay.test>", "<r1@clinic.test>", "68 kg")
            .replace("References: <rewritten@relay.test>", &format!("References: {} <rewritten@relay.test>", id_of(&letter)));
        let answer = if away { answer.replace("Subject:", "Auto-Submitted: auto-replied\nSubject:") } else { answer };
        assert_eq!(unit.receive(&answer).matched, 1);
        let (delivery, status, attempt, _) = fate(&unit, case, &letter);
        assert_eq!((delivery, status, attempt.as_str()), (Delivery::Uncertain, MessageStatus::Uncertain, "uncertain"), "{away}");
        assert_eq!(unit.app.followup_summary(case, "qf").unwrap().unread, i64::from(!away));
    }
}
