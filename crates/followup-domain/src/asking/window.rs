//! When letters may go out by themselves: hours and weekdays in the organisation's zone. It moves sending only, never a due date.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// Hours and weekdays in a zone. The end is exclusive and later than the start, on the same day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendWindow {
    zone: Tz,
    days: Vec<Weekday>,
    from: NaiveTime,
    to: NaiveTime,
}

/// A window through which nothing could ever go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWindow {
    /// The hours do not ascend.
    #[error("the window's end must be later than its start, on the same day")]
    Hours,
    /// No weekday.
    #[error("the window needs at least one weekday")]
    NoDay,
}

impl SendWindow {
    /// A window.
    ///
    /// # Errors
    /// Nothing could ever go through it.
    pub fn new(zone: Tz, days: impl IntoIterator<Item = Weekday>, from: NaiveTime, to: NaiveTime) -> Result<Self, InvalidWindow> {
        let days: Vec<Weekday> = days.into_iter().collect();
        if days.is_empty() {
            return Err(InvalidWindow::NoDay);
        }
        if from >= to {
            return Err(InvalidWindow::Hours);
        }
        Ok(Self { zone, days, from, to })
    }

    /// Whether letters may go at an instant.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&self.zone);
        self.days.contains(&local.weekday()) && (self.from..self.to).contains(&local.time())
    }

    /// The first instant from `at` on at which letters may go: `at` itself when the window is open.
    pub fn next_open(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        if self.is_open(at) {
            return at;
        }
        let today = at.with_timezone(&self.zone).date_naive();
        // A week has every weekday; one day more, for a day whose opening is over or that summer time swallowed.
        let openings = (0..=14).filter_map(|days| self.opening(today.checked_add_days(Days::new(days))?));
        openings.filter(|opening| *opening > at).min().unwrap_or(at)
    }

    /// The opening of a day in UTC; the earlier of two when clocks go back. An hour that summer time skips opens when it is over.
    fn opening(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        if !self.days.contains(&day.weekday()) {
            return None;
        }
        let local = day.and_time(self.from);
        let skipped = || self.zone.from_local_datetime(&(local + chrono::Duration::hours(1))).earliest();
        self.zone.from_local_datetime(&local).earliest().or_else(skipped).map(|opening| opening.with_timezone(&Utc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(zone: Tz) -> SendWindow {
        let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        SendWindow::new(zone, weekdays, hour(9), hour(18)).unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_open_window_moves_nothing() {
        let at = utc("2024-03-01T15:00:00Z");
        assert_eq!(office(chrono_tz::America::Lima).next_open(at), at);
    }

    #[test]
    fn evenings_and_week_ends_wait_for_the_next_working_morning() {
        let window = office(chrono_tz::America::Lima);
        // Friday 18:00 in Lima is closed already; Monday 9:00 is 14:00 UTC.
        assert_eq!(window.next_open(utc("2024-03-01T23:00:00Z")), utc("2024-03-04T14:00:00Z"));
        assert_eq!(window.next_open(utc("2024-03-04T13:59:59Z")), utc("2024-03-04T14:00:00Z"));
    }

    #[test]
    fn summer_time_moves_the_opening_in_utc() {
        let window = office(chrono_tz::America::Santiago);
        assert_eq!(window.next_open(utc("2024-04-05T23:00:00Z")), utc("2024-04-08T13:00:00Z"));
        assert_eq!(window.next_open(utc("2024-03-29T23:00:00Z")), utc("2024-04-01T12:00:00Z"));
    }

    #[test]
    fn a_window_that_never_opens_is_refused() {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        assert_eq!(SendWindow::new(chrono_tz::UTC, [], noon, noon), Err(InvalidWindow::NoDay));
        assert_eq!(SendWindow::new(chrono_tz::UTC, [Weekday::Mon], noon, noon), Err(InvalidWindow::Hours));
    }
}
