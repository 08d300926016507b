//! Instants as people read them: the day and the hour in the unit's zone, how far away, and the exact instant where one points.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;

const MONTHS: [&str; 12] = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];

/// `datetime-local` (HTML §4.10.5.1.11).
const FIELD: &str = "%Y-%m-%dT%H:%M";

/// An instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct When {
    /// For machines (RFC 3339, UTC).
    pub(crate) iso: String,
    /// `12 mar 2026, 14:05`; without the year in the running one.
    pub(crate) text: String,
    /// `hace 2 h`, `en 3 días`.
    pub(crate) away: String,
    /// The exact instant, with its zone.
    pub(crate) exact: String,
    /// It is over.
    pub(crate) is_past: bool,
}

/// Reads instants in one zone, at one time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) zone: Tz,
    pub(crate) now: DateTime<Utc>,
}

impl Reading {
    /// An instant as it is read.
    pub(crate) fn when(&self, at: DateTime<Utc>) -> When {
        let local = self.zone.from_utc_datetime(&at.naive_utc());
        let this_year = self.zone.from_utc_datetime(&self.now.naive_utc()).year();
        let month = MONTHS.get(local.month0() as usize).copied().unwrap_or_default();
        let year = if local.year() == this_year { String::new() } else { format!(" {}", local.year()) };
        When {
            iso: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            text: format!("{} {month}{year}, {:02}:{:02}", local.day(), local.hour(), local.minute()),
            away: away(at - self.now),
            exact: local.format("%Y-%m-%d %H:%M:%S %Z").to_string(),
            is_past: at <= self.now,
        }
    }

    /// The hour of an instant: `14:05`.
    pub(crate) fn clock(&self, at: DateTime<Utc>) -> String {
        self.zone.from_utc_datetime(&at.naive_utc()).format("%H:%M").to_string()
    }

    /// A day as it is read.
    pub(crate) fn day(day: NaiveDate) -> String {
        let month = MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
        format!("{} {month} {}", day.day(), day.year())
    }

    /// An instant as a form's field of date and time takes it.
    pub(crate) fn input(&self, at: DateTime<Utc>) -> String {
        self.zone.from_utc_datetime(&at.naive_utc()).format(FIELD).to_string()
    }

    /// What such a field says: in the unit's zone; of an hour that comes twice, the first.
    pub(crate) fn of_input(&self, text: &str) -> Option<DateTime<Utc>> {
        let local =
            NaiveDateTime::parse_from_str(text, FIELD).or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S")).ok()?;
        self.zone.from_local_datetime(&local).earliest().map(|at| at.with_timezone(&Utc))
    }
}

/// How far away, in the largest unit that says something.
fn away(distance: Duration) -> String {
    let minutes = distance.num_minutes().abs();
    let amount = match minutes {
        0 => return if distance < Duration::zero() { "hace un momento".into() } else { "ahora".into() },
        1..60 => format!("{minutes} min"),
        60..1440 => format!("{} h", minutes / 60),
        1440..2880 => "1 día".to_owned(),
        _ => format!("{} días", minutes / 1440),
    };
    if distance < Duration::zero() { format!("hace {amount}") } else { format!("en {amount}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(at: &str) -> When {
        let now = "2026-03-12T20:00:00Z".parse().unwrap();
        Reading { zone: chrono_tz::America::Lima, now }.when(at.parse().unwrap())
    }

    #[test]
    fn an_instant_is_read_in_the_units_zone() {
        let shown = read("2026-03-12T19:05:30Z");
        assert_eq!((shown.text.as_str(), shown.away.as_str()), ("12 mar, 14:05", "hace 54 min"));
        assert_eq!((shown.iso.as_str(), shown.exact.as_str()), ("2026-03-12T19:05:30Z", "2026-03-12 14:05:30 -05"));
        assert_eq!(read("2025-12-31T23:00:00Z").text, "31 dic 2025, 18:00");
    }

    #[test]
    fn a_field_of_date_and_time_is_in_the_units_zone() {
        let reading = Reading { zone: chrono_tz::America::Lima, now: "2026-03-12T20:00:00Z".parse().unwrap() };
        let at: DateTime<Utc> = "2026-03-12T19:05:00Z".parse().unwrap();
        assert_eq!(reading.input(at), "2026-03-12T14:05");
        assert_eq!(reading.of_input("2026-03-12T14:05"), Some(at));
        for wrong in ["", "12/03/2026", "2026-03-12", "2026-13-12T14:05", "2026-03-12T25:05"] {
            assert_eq!(reading.of_input(wrong), None, "{wrong}");
        }
        assert_eq!(Reading::day("2026-03-05".parse().unwrap()), "5 mar 2026");
    }

    #[test]
    fn how_far_away_it_is_said_in_the_largest_unit() {
        for (at, expected) in [
            ("2026-03-12T20:00:00Z", "ahora"),
            ("2026-03-12T19:59:30Z", "hace un momento"),
            ("2026-03-12T20:01:00Z", "en 1 min"),
            ("2026-03-12T17:00:00Z", "hace 3 h"),
            ("2026-03-11T19:00:00Z", "hace 1 día"),
            ("2026-03-20T20:00:00Z", "en 8 días"),
        ] {
            assert_eq!(read(at).away, expected, "{at}");
        }
    }
}
