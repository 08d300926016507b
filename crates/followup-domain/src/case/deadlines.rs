//! The clock of a case: days since what matters, and when reports fall due. Regulatory clocks count calendar days.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

pub use crate::ids::DeadlineId;
use crate::published::published_enum;

published_enum! {
    /// To which cases a deadline applies.
    DeadlineScope {
        /// Serious ones.
        Serious = "serious",
        /// The others.
        NotSerious = "not_serious",
        /// All.
        Any = "any",
    }
}

/// A row of the table of deadlines, as the unit writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeadline {
    /// The authority, such as `DIGEMID`.
    pub authority: String,
    /// Who has to report: marketing authorisation holder, health professional, …
    pub role: String,
    /// Which cases.
    pub scope: DeadlineScope,
    /// Calendar days from day zero.
    pub days: u32,
    /// The norm's text or reference.
    pub norm: String,
    /// Whether somebody confirmed the row against the norm. Unconfirmed rows are shown as "por verificar".
    pub verified: bool,
}

/// A stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// Its number.
    pub id: DeadlineId,
    /// What it says.
    pub rule: NewDeadline,
}

/// A deadline applied to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueReport {
    /// The row.
    pub deadline: Deadline,
    /// The last day, in the organisation's zone.
    pub due_on: NaiveDate,
    /// Days left; negative when it is over.
    pub days_left: i64,
}

/// What the clock looks at. All instants UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockFacts {
    /// Day zero: when the information arrived.
    pub received_on: NaiveDate,
    /// The last request that the transport took.
    pub last_request: Option<DateTime<Utc>>,
    /// The last human reply that nobody has answered since, in writing or by telephone; reading it is no answer.
    pub last_unanswered_reply: Option<DateTime<Utc>>,
    /// Whether the case is serious; `None` while nobody has said: then the deadlines of both hold, the strictest first.
    pub serious: Option<bool>,
}

/// The clock of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseClock {
    /// Calendar days since the information arrived.
    pub days_since_receipt: i64,
    /// Calendar days since the last request.
    pub days_since_last_request: Option<i64>,
    /// Calendar days since the last unanswered reply.
    pub days_since_last_unanswered_reply: Option<i64>,
    /// The reports that fall due, the next one first.
    pub reports: Vec<DueReport>,
}

/// Reads the clock at `now`; days are those of the organisation's zone.
pub fn case_clock(facts: &ClockFacts, deadlines: &[Deadline], now: DateTime<Utc>, zone: Tz) -> CaseClock {
    let day = |instant: DateTime<Utc>| instant.with_timezone(&zone).date_naive();
    let today = day(now);
    let since = |date: NaiveDate| (today - date).num_days();
    let applies = |scope| match scope {
        DeadlineScope::Any => true,
        DeadlineScope::Serious => facts.serious != Some(false),
        DeadlineScope::NotSerious => facts.serious != Some(true),
    };
    let due = |deadline: &Deadline| {
        let due_on = facts.received_on.checked_add_days(Days::new(u64::from(deadline.rule.days)))?;
        Some(DueReport { deadline: deadline.clone(), due_on, days_left: (due_on - today).num_days() })
    };
    let mut reports: Vec<DueReport> = deadlines.iter().filter(|deadline| applies(deadline.rule.scope)).filter_map(due).collect();
    reports.sort_by_key(|report| (report.due_on, report.deadline.id));
    CaseClock {
        days_since_receipt: since(facts.received_on),
        days_since_last_request: facts.last_request.map(|at| since(day(at))),
        days_since_last_unanswered_reply: facts.last_unanswered_reply.map(|at| since(day(at))),
        reports,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deadline(id: i64, scope: DeadlineScope, days: u32) -> Deadline {
        let rule = NewDeadline { authority: "A".into(), role: "titular".into(), scope, days, norm: "N".into(), verified: false };
        Deadline { id: DeadlineId(id), rule }
    }

    #[test]
    fn days_are_calendar_days_of_the_organisations_zone() {
        let received_on = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
        let facts = ClockFacts {
            received_on,
            last_request: Some("2024-03-02T04:59:00Z".parse().unwrap()),
            last_unanswered_reply: None,
            serious: Some(false),
        };
        // 05:00 UTC is midnight in Lima: the request went out on March 1st, and it is March 3rd now.
        let clock = case_clock(&facts, &[], "2024-03-03T05:00:00Z".parse().unwrap(), chrono_tz::America::Lima);
        assert_eq!((clock.days_since_receipt, clock.days_since_last_request, clock.days_since_last_unanswered_reply), (2, Some(2), None));
    }

    #[test]
    fn deadlines_of_the_cases_seriousness_are_shown_the_next_one_first() {
        let received_on = NaiveDate::from_ymd_opt(2024, 2, 28).unwrap();
        let facts = ClockFacts { received_on, last_request: None, last_unanswered_reply: None, serious: Some(true) };
        let table =
            [deadline(1, DeadlineScope::Any, 15), deadline(2, DeadlineScope::NotSerious, 90), deadline(3, DeadlineScope::Serious, 2)];
        let clock = case_clock(&facts, &table, "2024-03-03T12:00:00Z".parse().unwrap(), chrono_tz::UTC);
        let shown: Vec<(i64, String, i64)> =
            clock.reports.iter().map(|report| (report.deadline.id.0, report.due_on.to_string(), report.days_left)).collect();
        assert_eq!(shown, [(3, "2024-03-01".into(), -2), (1, "2024-03-14".into(), 11)]);
    }

    #[test]
    fn while_nobody_has_classified_the_case_the_deadlines_of_both_are_shown() {
        let received_on = NaiveDate::from_ymd_opt(2024, 2, 28).unwrap();
        let facts = ClockFacts { received_on, last_request: None, last_unanswered_reply: None, serious: None };
        let table = [deadline(2, DeadlineScope::NotSerious, 90), deadline(3, DeadlineScope::Serious, 15)];
        let clock = case_clock(&facts, &table, "2024-03-03T12:00:00Z".parse().unwrap(), chrono_tz::UTC);
        assert_eq!(clock.reports.iter().map(|report| report.deadline.id.0).collect::<Vec<_>>(), [3, 2]);
    }
}
