//! Automatic mail that is no failure: out-of-office answers, complaints, challenges. Shown, never an answer, and never without a person.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::{Duration, NaiveDate};
use followup_app::AttemptAction;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::CaseId;
use followup_domain::message::{Classification, Message, MessageStatus};
use support::{REPORTER, Unit, id_of, qf, reply, unit_with};

fn with_plan() -> (Unit, CaseId, Message) {
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

fn away(letter: &Message, returns: &str) -> String {
    reply(REPORTER, &id_of(letter), "<away@clinic.test>", &format!("Estoy de vacaciones. Regreso el {returns}."))
        .replace("MIME-Version", "Auto-Submitted: auto-replied\nMIME-Version")
}

fn complaint(letter: &Message) -> String {
    format!(
        "From: fbl@provider.test\nTo: fv@vigia.test\nSubject: complaint\nMessage-ID: <arf@provider.test>\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\nContent-Type: text/plain\n\nAn abuse report.\n\n\
         --b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n\n--b\n\
         Content-Type: message/rfc822\n\nFrom: fv@vigia.test\nMessage-ID: {}\n\nx\n\n--b--\n",
        id_of(letter)
    )
}

#[test]
fn a_return_date_is_offered_as_another_date_and_changes_nothing_by_itself() {
    let (unit, case, letter) = with_plan();
    // The next letter is due on 31 March, a Sunday; the reporter is back on Friday, 5 April.
    let back = NaiveDate::from_ymd_opt(2024, 4, 5).unwrap();
    unit.receive(&away(&letter, "5 de abril de 2024"));
    let summary = unit.app.followup_summary(case, "qf").unwrap();
    let offer = summary.reschedule_offer.unwrap();
    let next = summary.attempts[1].clone();
    assert_eq!((offer.attempt_id, offer.returns_on), (next.id, back));
    assert_eq!(offer.due_at.to_rfc3339(), "2024-04-08T14:00:00+00:00", "Monday at nine in Lima");
    assert_eq!(unit.notices(case)[0].returns_on, Some(back));
    assert_eq!((next.status.as_str(), summary.unread), ("pending", 0));
    assert_eq!(unit.thread(case)[0].status, Some(MessageStatus::Sent), "nobody answered");

    let accepted = AttemptAction::Reschedule { due_at: offer.due_at, reason: None };
    unit.app.override_attempt(&qf(), case, offer.attempt_id, &accepted).unwrap();
    assert_eq!(unit.app.followup_summary(case, "qf").unwrap().reschedule_offer, None, "taken");
}

#[test]
fn nothing_is_offered_for_who_is_back_before_the_next_letter() {
    let (unit, case, letter) = with_plan();
    unit.receive(&away(&letter, "15 de marzo de 2024"));
    assert!(unit.notices(case)[0].returns_on.is_some());
    assert_eq!(unit.app.followup_summary(case, "qf").unwrap().reschedule_offer, None);
}

#[test]
fn a_complaint_proposes_to_write_no_more_and_a_person_decides() {
    let (unit, case, letter) = with_plan();
    unit.receive(&complaint(&letter));
    let summary = unit.app.followup_summary(case, "qf").unwrap();
    assert_eq!(summary.block_proposed.map(|address| address.to_string()).as_deref(), Some(REPORTER));
    assert_eq!(summary.attempts[1].status.as_str(), "pending", "the plan goes on until somebody decides");
    assert_eq!(unit.thread(case).last().unwrap().classification, Some(Classification::Complaint));
    unit.deliver();
    let told: Vec<_> = unit.mail.accepted().into_iter().filter(|mail| mail.subject.contains("Queja")).collect();
    assert_eq!(told.len(), 1);
    assert!(!told[0].body.contains(REPORTER), "{}", told[0].body);
    unit.app.block_contact(&qf(), &EmailAddress::parse(REPORTER).unwrap(), "lo pidió").unwrap();
    assert_eq!(unit.app.followup_summary(case, "qf").unwrap().block_proposed, None);
}

#[test]
fn a_complaint_about_no_letter_of_ours_tells_nobody() {
    let (unit, case, letter) = with_plan();
    unit.receive(&complaint(&letter).replace(&id_of(&letter), "<guessed@vigia.test>"));
    assert_eq!(unit.app.followup_summary(case, "qf").unwrap().block_proposed, None);
    unit.deliver();
    assert_eq!(unit.mail.accepted().len(), 1);
}
