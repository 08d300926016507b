//! Of which days the board tells.

use chrono::{DateTime, Days, Duration, LocalResult, Months, NaiveDate, Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// A period is no longer than so many days: five years.
pub const LONGEST_PERIOD_DAYS: i64 = 1827;

/// Days in the unit's zone, both counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: NaiveDate,
    to: NaiveDate,
}

/// Why two days are no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The last is before the first.
    #[error("the last day is before the first")]
    Backwards,
    /// There are more than [`LONGEST_PERIOD_DAYS`].
    #[error("a period has at most {LONGEST_PERIOD_DAYS} days")]
    TooLong,
}

/// A part of a period in which clocks are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From this instant on (UTC).
    pub from: DateTime<Utc>,
    /// Until before this one (UTC).
    pub to: DateTime<Utc>,
    /// By so many seconds local time is ahead of UTC.
    pub offset: i64,
}

impl Period {
    /// From a day to a day.
    ///
    /// # Errors
    /// [`PeriodError`].
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, PeriodError> {
        match (to - from).num_days() {
            ..0 => Err(PeriodError::Backwards),
            LONGEST_PERIOD_DAYS.. => Err(PeriodError::TooLong),
            _ => Ok(Self { from, to }),
        }
    }

    /// The twelve months that end today.
    pub fn last_year(today: NaiveDate) -> Self {
        let from = today.checked_sub_months(Months::new(12)).and_then(|day| day.succ_opt()).unwrap_or(today);
        Self { from, to: today }
    }

    /// Of the days that somebody named: without a last one, until today; without a first one, the twelve months before the last.
    ///
    /// # Errors
    /// [`PeriodError`].
    pub fn of(from: Option<NaiveDate>, to: Option<NaiveDate>, today: NaiveDate) -> Result<Self, PeriodError> {
        let to = to.unwrap_or(today);
        Self::new(from.unwrap_or_else(|| Self::last_year(to).from), to)
    }

    /// So many days that end today; at least one, and no more than a period has.
    pub fn last_days(today: NaiveDate, days: u32) -> Self {
        let before = i64::from(days.max(1)).min(LONGEST_PERIOD_DAYS) - 1;
        let from = u64::try_from(before).ok().and_then(|before| today.checked_sub_days(Days::new(before))).unwrap_or(today);
        Self { from, to: today }
    }

    /// The first day.
    pub fn from(&self) -> NaiveDate {
        self.from
    }

    /// The last day.
    pub fn to(&self) -> NaiveDate {
        self.to
    }

    /// The period in parts in which clocks are the same, in order: seldom more than three in a year. Only of instants that a store can keep.
    pub fn spans(&self, zone: Tz) -> Vec<Span> {
        let end = self.to.succ_opt().map_or(LATEST, |day| start_of(day, zone)).min(LATEST);
        let (mut spans, mut from) = (Vec::new(), start_of(self.from, zone).max(DateTime::UNIX_EPOCH));
        while from < end {
            let offset = offset_at(from, zone);
            let to = next_change(from, end, zone);
            spans.push(Span { from, to, offset });
            from = to;
        }
        spans
    }
}

/// The last second of the year 9999.
const LATEST: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(at) => at,
    None => DateTime::<Utc>::MAX_UTC,
};

/// When a day begins; where clocks leap over midnight, when they have leapt.
fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    match zone.from_local_datetime(&midnight) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        LocalResult::None => {
            let later = zone.from_local_datetime(&(midnight + Duration::hours(3))).earliest();
            later.map_or_else(|| Utc.from_utc_datetime(&midnight), |at| at.with_timezone(&Utc) - Duration::hours(2))
        }
    }
}

fn offset_at(at: DateTime<Utc>, zone: Tz) -> i64 {
    i64::from(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())
}

/// When clocks are changed next, `end` at the latest: the day is found by walking, the second by halving.
fn next_change(from: DateTime<Utc>, end: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let offset = offset_at(from, zone);
    let mut same = from;
    while same < end {
        let next = (same + Duration::days(1)).min(end);
        if offset_at(next, zone) != offset {
            let (mut before, mut after) = (0, (next - same).num_seconds());
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if offset_at(same + Duration::seconds(middle), zone) == offset { before = middle } else { after = middle }
            }
            return same + Duration::seconds(after);
        }
        same = next;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_has_an_order_and_an_end() {
        assert!(Period::new(day("2026-01-01"), day("2026-01-01")).is_ok());
        assert_eq!(Period::new(day("2026-01-02"), day("2026-01-01")), Err(PeriodError::Backwards));
        assert_eq!(Period::new(day("2020-01-01"), day("2026-01-01")), Err(PeriodError::TooLong));
        assert!(Period::new(day("2021-01-01"), day("2025-12-31")).is_ok());
    }

    #[test]
    fn the_last_year_and_the_last_days_end_today() {
        let period = Period::last_year(day("2026-03-12"));
        assert_eq!((period.from(), period.to()), (day("2025-03-13"), day("2026-03-12")));
        let period = Period::last_days(day("2026-03-12"), 30);
        assert_eq!((period.from(), period.to()), (day("2026-02-11"), day("2026-03-12")));
        assert_eq!(Period::last_days(day("2026-03-12"), 0).from(), day("2026-03-12"));
        let today = day("2026-03-12");
        assert_eq!(Period::of(None, None, today), Ok(Period::last_year(today)));
        assert_eq!(Period::of(None, Some(day("2024-02-29")), today).unwrap().from(), day("2023-03-01"));
        assert_eq!(Period::of(Some(day("2026-04-01")), None, today), Err(PeriodError::Backwards));
    }

    #[test]
    fn a_year_without_summer_time_is_one_span_from_midnight_to_midnight() {
        let spans = Period::new(day("2026-01-01"), day("2026-12-31")).unwrap().spans(chrono_tz::America::Lima);
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(spans, [Span { from: at("2026-01-01T05:00:00Z"), to: at("2027-01-01T05:00:00Z"), offset: -18_000 }]);
    }

    #[test]
    fn days_that_no_store_keeps_are_passed_over() {
        let spans = |from: &str, to: &str| Period::new(day(from), day(to)).unwrap().spans(chrono_tz::America::Lima);
        assert_eq!(spans("0000-01-01", "0000-12-31"), []);
        assert_eq!(spans("9999-12-31", "9999-12-31").last().map(|span| span.to), Some(LATEST));
    }

    #[test]
    fn summer_time_parts_a_year_to_the_second() {
        let spans = Period::new(day("2026-01-01"), day("2026-12-31")).unwrap().spans(chrono_tz::Europe::Madrid);
        let told: Vec<(String, i64)> = spans.iter().map(|span| (span.to.to_rfc3339(), span.offset / 3600)).collect();
        let expected = [("2026-03-29T01:00:00+00:00", 1), ("2026-10-25T01:00:00+00:00", 2), ("2026-12-31T23:00:00+00:00", 1)];
        assert_eq!(told, expected.map(|(at, hours)| (at.to_owned(), hours)));
        for pair in spans.windows(2) {
            assert_eq!(pair[0].to, pair[1].from);
        }
    }

    #[test]
    fn a_day_whose_midnight_is_leapt_over_begins_after_it() {
        // Santiago de Chile leaps from 24:00 to 1:00 in September.
        let spans = Period::new(day("2026-09-06"), day("2026-09-06")).unwrap().spans(chrono_tz::America::Santiago);
        assert_eq!(spans.len(), 1, "{spans:?}");
        assert_eq!(spans[0].from.to_rfc3339(), "2026-09-06T04:00:00+00:00");
    }
}
