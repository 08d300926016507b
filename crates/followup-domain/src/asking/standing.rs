//! What a case stands at: how much is missing, what comes next and when, and in which lanes it needs a person from when on. A function of
//! what is known of the case, so that whoever lists cases need not compute it.
//!
//! An open case in which something is missing has a next thing with a date, or stands in a lane.

use chrono::{DateTime, Duration, Utc};

use super::lanes::{Ask, Lane};
use super::plan::{Attempt, AttemptStatus};
use crate::published::published_enum;

/// So long before a report falls due its case is at risk.
pub const AT_RISK: Duration = Duration::days(3);

published_enum! {
    /// What comes next in a case.
    NextKind {
        /// A letter goes out by itself.
        Letter = "letter",
        /// A person calls.
        Call = "call",
        /// The time that the reporter has to answer ends.
        Answer = "answer",
    }
}

/// What comes next, and when (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Next {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: NextKind,
}

/// A case in a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InLane {
    /// The lane.
    pub lane: Lane,
    /// What is asked there.
    pub ask: Ask,
    /// From when on (UTC); it may lie ahead.
    pub since: DateTime<Utc>,
    /// By when (UTC), where that is known.
    pub due_at: Option<DateTime<Utc>>,
}

/// What a case stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is serious; none while nobody has said.
    pub serious: Option<bool>,
    /// How much is missing and not documented as not to be had.
    pub missing: i64,
    /// Whether a channel that the deployment has reaches the reporter.
    pub reachable: bool,
    /// Answers about which nobody has decided.
    pub unattended: i64,
    /// When something last happened in it (UTC).
    pub moved_at: DateTime<Utc>,
    /// What comes next.
    pub next: Option<Next>,
    /// Where it needs a person, by lane.
    pub lanes: Vec<InLane>,
}

/// What is known of a case. Instants UTC.
#[derive(Debug, Clone)]
pub struct StandingFacts<'a> {
    /// The follow-up is open.
    pub open: bool,
    /// Whether the case is serious.
    pub serious: Option<bool>,
    /// How much is missing and not documented.
    pub missing: i64,
    /// A channel reaches the reporter.
    pub reachable: bool,
    /// Answers about which nobody has decided.
    pub unattended: i64,
    /// Answers of senders who wait to be confirmed.
    pub unconfirmed: i64,
    /// When something last happened.
    pub moved_at: DateTime<Utc>,
    /// The attempts of the case.
    pub attempts: &'a [Attempt],
    /// Attempts that an answer held and that may go on.
    pub resumable: bool,
    /// From when the earliest letter in the queue may go.
    pub queued_at: Option<DateTime<Utc>>,
    /// Until when the reporter has to answer the last letter that waits.
    pub awaited_until: Option<DateTime<Utc>>,
    /// From when closing for lack of an answer is proposed, should nothing else come.
    pub closing_from: Option<DateTime<Utc>>,
    /// Somebody wrote to the reporter at any time.
    pub was_asked: bool,
    /// When the first report falls due whose case is not reported.
    pub report_due: Option<DateTime<Utc>>,
    /// Where it stood before: what is still so began then.
    pub before: &'a [InLane],
}

/// What the case stands at.
pub fn standing(facts: &StandingFacts<'_>) -> Standing {
    Standing {
        serious: facts.serious,
        missing: facts.missing,
        reachable: facts.reachable,
        unattended: facts.unattended,
        moved_at: facts.moved_at,
        next: next(facts),
        lanes: ROWS.iter().filter(|_| facts.open).filter_map(|row| row(facts)).collect(),
    }
}

fn next(facts: &StandingFacts<'_>) -> Option<Next> {
    let of = |at: Option<DateTime<Utc>>, kind| at.map(|at| Next { at, kind });
    let pending = facts.attempts.iter().filter(|attempt| attempt.status == AttemptStatus::Pending);
    let scheduled = pending
        .map(|attempt| Next { at: attempt.due_at, kind: if attempt.waits_for_a_person() { NextKind::Call } else { NextKind::Letter } });
    let others = [of(facts.queued_at, NextKind::Letter), of(facts.awaited_until, NextKind::Answer)];
    scheduled.chain(others.into_iter().flatten()).filter(|_| facts.open).min()
}

/// One row for each lane: when a case stands in it.
type Row = fn(&StandingFacts<'_>) -> Option<InLane>;

const ROWS: &[Row] = &[unreachable, stalled, deadline_at_risk, to_close];

fn in_lane(lane: Lane, ask: Ask, since: DateTime<Utc>) -> InLane {
    InLane { lane, ask, since, due_at: None }
}

/// Since now, unless that was asked before.
fn from_now(facts: &StandingFacts<'_>, lane: Lane, ask: Ask) -> InLane {
    let since = facts.before.iter().find(|found| (found.lane, found.ask) == (lane, ask)).map(|found| found.since);
    in_lane(lane, ask, since.map_or(facts.moved_at, |since| since.min(facts.moved_at)))
}

fn unreachable(facts: &StandingFacts<'_>) -> Option<InLane> {
    let holds = facts.missing > 0 && !facts.reachable;
    holds.then(|| from_now(facts, Lane::Unreachable, Ask::FindAnotherWay))
}

/// Something is missing, and nothing comes next: no letter, no call, no answer within its time; and no other lane asks a person for it.
fn stalled(facts: &StandingFacts<'_>) -> Option<InLane> {
    let is_asked = facts.unattended > 0 || facts.unconfirmed > 0 || !facts.reachable;
    if facts.missing == 0 || is_asked || facts.queued_at.is_some() || facts.attempts.iter().any(is_ahead) {
        return None;
    }
    let ask = if facts.resumable { Ask::ResumePlan } else { Ask::DecideNextStep };
    Some(facts.awaited_until.map_or_else(|| from_now(facts, Lane::Stalled, ask), |until| in_lane(Lane::Stalled, ask, until)))
}

fn deadline_at_risk(facts: &StandingFacts<'_>) -> Option<InLane> {
    let due_at = facts.report_due?;
    Some(InLane { due_at: Some(due_at), ..in_lane(Lane::DeadlineAtRisk, Ask::ReportInTime, due_at - AT_RISK) })
}

/// Nobody answers and nothing but a call that is due, which keeps nothing open, is ahead; or what was asked came in.
fn to_close(facts: &StandingFacts<'_>) -> Option<InLane> {
    let letter_ahead = facts.queued_at.is_some() || facts.attempts.iter().any(|attempt| is_ahead(attempt) && !attempt.waits_for_a_person());
    if facts.unattended > 0 || letter_ahead {
        return None;
    }
    if facts.missing == 0 {
        return (facts.was_asked && facts.unconfirmed == 0).then(|| from_now(facts, Lane::ToClose, Ask::CloseComplete));
    }
    let last_call = facts.attempts.iter().filter(|attempt| is_ahead(attempt)).map(|attempt| attempt.due_at).max();
    let since = facts.closing_from?.max(last_call.unwrap_or(DateTime::<Utc>::MIN_UTC));
    Some(in_lane(Lane::ToClose, Ask::CloseUnanswered, since))
}

fn is_ahead(attempt: &Attempt) -> bool {
    !attempt.status.is_settled()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AttemptId, CaseId};
    use crate::message::Channel;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::days(day)
    }

    fn attempt(day: i64, channel: Channel, status: AttemptStatus) -> Attempt {
        Attempt {
            id: AttemptId(day),
            case_id: CaseId(1),
            plan_id: None,
            position: 1,
            label: "x".into(),
            due_at: at(day),
            channel: channel.into(),
            carried_by: None,
            status,
            reason: None,
            message_id: None,
            reactivated_at: None,
        }
    }

    /// Open, something missing, nothing else.
    fn bare() -> StandingFacts<'static> {
        StandingFacts {
            open: true,
            serious: None,
            missing: 2,
            reachable: true,
            unattended: 0,
            unconfirmed: 0,
            moved_at: at(10),
            attempts: &[],
            resumable: false,
            queued_at: None,
            awaited_until: None,
            closing_from: None,
            was_asked: true,
            report_due: None,
            before: &[],
        }
    }

    fn lanes(facts: &StandingFacts<'_>) -> Vec<(&'static str, &'static str, DateTime<Utc>)> {
        standing(facts).lanes.iter().map(|found| (found.lane.as_str(), found.ask.as_str(), found.since)).collect()
    }

    #[test]
    fn what_comes_next_is_the_earliest_letter_call_or_end_of_waiting() {
        let letter = [attempt(20, Channel::Email, AttemptStatus::Pending)];
        let call = [attempt(15, Channel::Call, AttemptStatus::Pending), letter[0].clone()];
        let done = [attempt(11, Channel::Email, AttemptStatus::Sent), attempt(12, Channel::Email, AttemptStatus::Cancelled)];
        for (facts, expected) in [
            (bare(), None),
            (StandingFacts { attempts: &letter, ..bare() }, Some((20, NextKind::Letter))),
            (StandingFacts { attempts: &call, ..bare() }, Some((15, NextKind::Call))),
            (StandingFacts { attempts: &done, ..bare() }, None),
            (StandingFacts { attempts: &letter, awaited_until: Some(at(18)), ..bare() }, Some((18, NextKind::Answer))),
            (StandingFacts { attempts: &letter, queued_at: Some(at(17)), ..bare() }, Some((17, NextKind::Letter))),
            (StandingFacts { attempts: &letter, open: false, ..bare() }, None),
        ] {
            assert_eq!(standing(&facts).next.map(|next| (next.at, next.kind)), expected.map(|(day, kind)| (at(day), kind)), "{facts:?}");
        }
    }

    #[test]
    fn a_case_with_something_missing_and_nothing_next_is_stalled() {
        let pending = [attempt(20, Channel::Email, AttemptStatus::Pending)];
        let sending = [attempt(9, Channel::Email, AttemptStatus::Sending)];
        let stalled = |ask, day| vec![("stalled", ask, at(day))];
        for (facts, expected) in [
            (bare(), stalled("decide_next_step", 10)),
            (StandingFacts { resumable: true, ..bare() }, stalled("resume_plan", 10)),
            (StandingFacts { awaited_until: Some(at(40)), ..bare() }, stalled("decide_next_step", 40)),
            (StandingFacts { attempts: &pending, ..bare() }, vec![]),
            (StandingFacts { attempts: &sending, ..bare() }, vec![]),
            (StandingFacts { queued_at: Some(at(9)), ..bare() }, vec![]),
            (StandingFacts { unattended: 1, ..bare() }, vec![]),
            (StandingFacts { unconfirmed: 1, ..bare() }, vec![]),
            (StandingFacts { open: false, ..bare() }, vec![]),
            (StandingFacts { missing: 0, was_asked: false, ..bare() }, vec![]),
        ] {
            assert_eq!(lanes(&facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn who_cannot_be_reached_stands_in_one_lane_and_is_not_stalled_too() {
        let facts = StandingFacts { reachable: false, ..bare() };
        assert_eq!(lanes(&facts), [("unreachable", "find_another_way", at(10))]);
        assert_eq!(lanes(&StandingFacts { missing: 0, was_asked: false, ..facts }), []);
    }

    #[test]
    fn what_goes_on_to_be_asked_is_asked_since_it_began() {
        let before = standing(&bare()).lanes;
        let later = StandingFacts { moved_at: at(14), before: &before, ..bare() };
        assert_eq!(lanes(&later), [("stalled", "decide_next_step", at(10))]);
        let other = StandingFacts { resumable: true, ..later };
        assert_eq!(lanes(&other), [("stalled", "resume_plan", at(14))], "another thing is asked");
    }

    #[test]
    fn a_report_is_at_risk_days_before_it_falls_due() {
        let facts = StandingFacts { report_due: Some(at(30)), missing: 0, was_asked: false, ..bare() };
        assert_eq!(lanes(&facts), [("deadline_at_risk", "report_in_time", at(27))]);
        assert_eq!(standing(&facts).lanes[0].due_at, Some(at(30)));
    }

    #[test]
    fn what_nobody_answers_is_to_be_closed_when_its_last_call_was_due() {
        let call = [attempt(150, Channel::Call, AttemptStatus::Pending)];
        let letter = [attempt(150, Channel::Email, AttemptStatus::Pending)];
        let silent = StandingFacts { awaited_until: Some(at(40)), closing_from: Some(at(120)), ..bare() };
        let to_close = |facts: &StandingFacts<'_>| standing(facts).lanes.into_iter().find(|found| found.lane == Lane::ToClose);
        let since = |facts: &StandingFacts<'_>| to_close(facts).map(|found| found.since);
        assert_eq!(since(&silent), Some(at(120)));
        assert_eq!(since(&StandingFacts { attempts: &call, ..silent.clone() }), Some(at(150)));
        assert_eq!(since(&StandingFacts { attempts: &letter, ..silent.clone() }), None);
        assert_eq!(since(&StandingFacts { queued_at: Some(at(1)), ..silent.clone() }), None);
        assert_eq!(since(&StandingFacts { unattended: 1, ..silent }), None);
    }

    #[test]
    fn what_was_asked_and_lacks_nothing_any_more_is_to_be_closed() {
        let complete = StandingFacts { missing: 0, ..bare() };
        assert_eq!(lanes(&complete), [("to_close", "close_complete", at(10))]);
        assert_eq!(lanes(&StandingFacts { was_asked: false, ..complete.clone() }), [], "nothing was followed up");
        assert_eq!(lanes(&StandingFacts { unattended: 1, ..complete }), []);
    }

    #[test]
    fn whatever_is_missing_in_an_open_case_has_a_next_thing_or_a_lane() {
        let letter = [attempt(20, Channel::Email, AttemptStatus::Pending)];
        let sending = [attempt(9, Channel::Email, AttemptStatus::Sending)];
        let call = [attempt(15, Channel::Call, AttemptStatus::Pending)];
        let held = [attempt(12, Channel::Email, AttemptStatus::Cancelled)];
        for attempts in [&[][..], &letter, &sending, &call, &held] {
            for bits in 0..64_u8 {
                let bit = |n: u8| bits & (1 << n) != 0;
                let facts = StandingFacts {
                    attempts,
                    reachable: bit(0),
                    unattended: i64::from(bit(1)),
                    unconfirmed: i64::from(bit(2)),
                    awaited_until: bit(3).then(|| at(40)),
                    // What is being handed over stands in the queue.
                    queued_at: (bit(4) || attempts == sending).then(|| at(11)),
                    closing_from: bit(5).then(|| at(120)),
                    ..bare()
                };
                let found = standing(&facts);
                let is_seen = facts.unattended > 0 || facts.unconfirmed > 0 || !found.lanes.is_empty();
                assert!(found.next.is_some() || is_seen, "{facts:?}");
            }
        }
    }
}
