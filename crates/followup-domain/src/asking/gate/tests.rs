use MessageKind::{AutomaticRequest, Call, Manual, PlanLetter, SentNow};
use Stage::{Claim, Door, Queue};
use chrono::{NaiveTime, Weekday};

use super::rows::{ALWAYS, ROWS, WRITTEN};
use super::*;
use crate::contact::Failure;
use crate::contact::{FailureReason, Permanence};

const KINDS: [MessageKind; 5] = [AutomaticRequest, PlanLetter, SentNow, Manual, Call];
const STAGES: [Stage; 3] = [Queue, Claim, Door];

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn free() -> GateFacts<'static> {
    GateFacts::free(now(), Channel::Email)
}

fn failing() -> FailedAddress {
    let failure = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: Some("5.1.1".into()) };
    FailedAddress { address: "x@example.org".into(), failure, message_id: None, in_a_row: 1, held: true, at: now() }
}

/// The verdict as a word: `-` goes, else the reason's code and what the attempt becomes.
fn told(facts: &GateFacts<'_>, kind: MessageKind, stage: Stage) -> String {
    match gate(facts, kind, stage) {
        Verdict::Go => "-".to_owned(),
        Verdict::Wait { reason, .. } => format!("wait {reason}"),
        Verdict::Stop { reason, attempt } => format!("{} {attempt}", reason.code()),
    }
}

/// One fact that stands against a message, and in which cells of kind × stage it decides.
fn check(facts: &GateFacts<'_>, said: &str, decides: &[(MessageKind, &[Stage])]) {
    for kind in KINDS {
        for stage in STAGES {
            let here = decides.iter().any(|(of, stages)| *of == kind && stages.contains(&stage));
            assert_eq!(told(facts, kind, stage), if here { said } else { "-" }, "{kind} {stage:?}");
        }
    }
}

#[test]
fn each_reason_decides_in_its_cells_of_kind_and_stage_and_in_no_other() {
    let cells: &[(MessageKind, &[Stage])] =
        &[(AutomaticRequest, ALWAYS), (PlanLetter, ALWAYS), (SentNow, &[Queue, Door]), (Manual, &[Queue, Claim]), (Call, &[Queue])];
    check(&GateFacts { closed: true, ..free() }, "closed cancelled", cells);
    let cells: &[(MessageKind, &[Stage])] =
        &[(AutomaticRequest, ALWAYS), (PlanLetter, ALWAYS), (SentNow, &[Queue, Door]), (Call, &[Queue])];
    check(&GateFacts { open_items: false, ..free() }, "nothing_missing completed", cells);
    let cells: &[(MessageKind, &[Stage])] = &[(AutomaticRequest, &[Queue, Claim])];
    check(&GateFacts { not_asked: false, ..free() }, "already_asked skipped", cells);
    let cells: &[(MessageKind, &[Stage])] =
        &[(AutomaticRequest, &[Queue, Claim]), (PlanLetter, &[Queue, Claim]), (SentNow, &[Queue]), (Manual, &[Queue])];
    check(&GateFacts { recipient: false, ..free() }, "no_address failed", cells);
    let cells: &[(MessageKind, &[Stage])] =
        &[(AutomaticRequest, ALWAYS), (PlanLetter, WRITTEN), (SentNow, &[Queue, Door]), (Manual, &[Queue, Claim])];
    check(&GateFacts { blocked: true, ..free() }, "blocked skipped", cells);
    let cells: &[(MessageKind, &[Stage])] =
        &[(AutomaticRequest, ALWAYS), (PlanLetter, ALWAYS), (SentNow, &[Queue]), (Manual, &[Queue, Claim])];
    check(&GateFacts { held: Some(failing()), ..free() }, "address_fails cancelled", cells);
    let cells: &[(MessageKind, &[Stage])] =
        &[(AutomaticRequest, &[Queue]), (PlanLetter, &[Queue]), (SentNow, &[Queue]), (Manual, &[Queue])];
    check(&GateFacts { transport: false, ..free() }, "not_configured failed", cells);
    let automatic: &[(MessageKind, &[Stage])] = &[(AutomaticRequest, ALWAYS)];
    check(&GateFacts { automatic_wanted: false, ..free() }, "automatic_off skipped", automatic);
    check(&GateFacts { admits_automatic: false, ..free() }, "not_admitted skipped", automatic);
    check(&GateFacts { active_plan: true, ..free() }, "plan_asks skipped", automatic);
    check(&GateFacts { unattended: true, ..free() }, "unattended_reply skipped", automatic);
    check(&GateFacts { queued: true, ..free() }, "queued skipped", &[(AutomaticRequest, &[Queue])]);
    check(&GateFacts { human_reply_since: true, ..free() }, "answered cancelled", &[(PlanLetter, WRITTEN)]);
    check(&GateFacts { asked_meanwhile: true, ..free() }, "asked_meanwhile sent", &[(PlanLetter, WRITTEN)]);
    check(&GateFacts { outside_window: true, ..free() }, "outside_window failed", &[(Manual, ALWAYS)]);
    check(&GateFacts { attempt_settled: true, ..free() }, "attempt_settled skipped", &[(SentNow, &[Door]), (Manual, &[Door])]);
    let reminders: &[(MessageKind, &[Stage])] = &[(AutomaticRequest, ALWAYS), (SentNow, &[Queue, Door]), (Manual, &[Queue, Door])];
    check(&GateFacts { reminds: true, unattended: true, ..free() }, "unattended_reply skipped", reminders);
    for (kind, stage) in [(SentNow, Queue), (SentNow, Door), (Manual, Queue), (Manual, Door)] {
        let answered = GateFacts { reminds: true, human_reply_since: true, ..free() };
        assert_eq!(told(&answered, kind, stage), "answered skipped", "{kind} {stage:?}");
    }
    let written: &[(MessageKind, &[Stage])] = &[(AutomaticRequest, WRITTEN), (PlanLetter, WRITTEN)];
    check(&GateFacts { cap_reached: true, ..free() }, "wait enough_for_the_day", written);
    check(&GateFacts { delay_until: Some(now()), ..free() }, "wait within_the_delay", written);
    check(&GateFacts { asked_lately_until: Some(now()), ..free() }, "wait asked_lately", written);
    let never_now = SendWindow::new(chrono_tz::UTC, [Weekday::Mon], NaiveTime::MIN, NaiveTime::from_hms_opt(1, 0, 0).unwrap()).unwrap();
    let cells: &[(MessageKind, &[Stage])] = &[(AutomaticRequest, &[Claim]), (PlanLetter, &[Claim])];
    check(&GateFacts { window: Some(&never_now), ..free() }, "wait outside_hours", cells);
}

#[test]
fn nothing_that_stands_against_nobody_stops_anything() {
    check(&free(), "", &[]);
    // Word to the unit, and what came in, are none of the gate's.
    for kind in [MessageKind::Notification, MessageKind::Inbound] {
        assert!(STAGES.iter().all(|stage| ROWS.iter().all(|row| !row.of.iter().any(|(of, at)| *of == kind && at.contains(stage)))));
    }
}

#[test]
fn what_ends_a_follow_up_is_told_before_what_ends_a_letter_and_what_stops_before_what_waits() {
    let everything = GateFacts {
        closed: true,
        open_items: false,
        recipient: false,
        blocked: true,
        held: Some(failing()),
        transport: false,
        cap_reached: true,
        delay_until: Some(now()),
        ..free()
    };
    assert_eq!(told(&everything, PlanLetter, Claim), "closed cancelled");
    assert_eq!(told(&everything, Manual, Queue), "no_address failed", "whom to write to comes first");
    let open = GateFacts { closed: false, ..everything.clone() };
    assert_eq!(told(&open, PlanLetter, Claim), "nothing_missing completed");
    let missing = GateFacts { open_items: true, ..open };
    assert_eq!(told(&missing, PlanLetter, Claim), "blocked skipped");
    assert_eq!(told(&missing, PlanLetter, Queue), "not_configured failed");
    let waits = GateFacts { cap_reached: true, delay_until: Some(now()), ..free() };
    assert_eq!(told(&waits, PlanLetter, Door), "wait enough_for_the_day");
}

#[test]
fn an_automatic_request_waits_for_its_address_only_where_it_would_be_made_otherwise() {
    let held = GateFacts { held: Some(failing()), queued: true, ..free() };
    assert_eq!(told(&held, AutomaticRequest, Queue), "queued skipped");
    assert_eq!(told(&GateFacts { queued: false, ..held }, AutomaticRequest, Queue), "address_fails cancelled");
}

#[test]
fn a_person_writes_to_a_failing_address_on_purpose_and_the_service_does_not() {
    let on_purpose = GateFacts { held: Some(failing()), overriding: true, ..free() };
    for kind in [Manual, SentNow] {
        assert_eq!(told(&on_purpose, kind, Queue), "-", "{kind}");
    }
}

#[test]
fn a_letter_waits_until_the_window_opens_the_delay_is_over_or_an_hour_has_passed() {
    let until = |facts: &GateFacts<'_>| match gate(facts, PlanLetter, Claim) {
        Verdict::Wait { until, .. } => Some(until),
        _ => None,
    };
    assert_eq!(until(&GateFacts { cap_reached: true, ..free() }), Some(now() + CAP_RETRY));
    let later = now() + Duration::minutes(20);
    assert_eq!(until(&GateFacts { delay_until: Some(later), ..free() }), Some(later));
    assert_eq!(until(&GateFacts { asked_lately_until: Some(later), ..free() }), Some(later));
    let past = now() - Duration::minutes(20);
    assert_eq!(until(&GateFacts { asked_lately_until: Some(past), ..free() }), Some(now()), "never into the past");
    assert_eq!(until(&GateFacts { delay_until: Some(past), ..free() }), Some(now()), "never into the past");
}

#[test]
fn a_verdict_depends_on_no_fact_that_it_does_not_look_at() {
    // A fact of every row that is not of this kind and stage, set against the message, changes nothing.
    let against: [(Fact, GateFacts<'static>); 13] = [
        (Fact::Closed, GateFacts { closed: true, ..free() }),
        (Fact::OpenItems, GateFacts { open_items: false, ..free() }),
        (Fact::NotAsked, GateFacts { not_asked: false, ..free() }),
        (Fact::Recipient, GateFacts { recipient: false, ..free() }),
        (Fact::Blocked, GateFacts { blocked: true, ..free() }),
        (Fact::Held, GateFacts { held: Some(failing()), ..free() }),
        (Fact::Unattended, GateFacts { unattended: true, ..free() }),
        (Fact::ActivePlan, GateFacts { active_plan: true, ..free() }),
        (Fact::Reply, GateFacts { human_reply_since: true, ..free() }),
        (Fact::Cap, GateFacts { cap_reached: true, ..free() }),
        (Fact::AnswerTells, GateFacts { answer_tells: true, ..free() }),
        (Fact::Delay, GateFacts { delay_until: Some(now()), ..free() }),
        (Fact::AskedLately, GateFacts { asked_lately_until: Some(now()), ..free() }),
    ];
    for (fact, facts) in &against {
        for kind in KINDS {
            for stage in STAGES {
                assert_eq!(looks_at(kind, stage, *fact), gate(facts, kind, stage) != Verdict::Go, "{fact:?} {kind} {stage:?}");
            }
        }
    }
}
