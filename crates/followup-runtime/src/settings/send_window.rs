//! The hours and weekdays at which letters may go out by themselves, as people write them.

use chrono::{NaiveTime, Weekday};
use chrono_tz::Tz;
use followup_domain::asking::window::SendWindow;

use super::SettingError;

const HOURS: &str = "SEND_WINDOW_HOURS";
const DAYS: &str = "SEND_WINDOW_DAYS";

const WEEK: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// What a day may be called, in the order of [`WEEK`].
const NAMES: [&[&str]; 7] = [
    &["lun", "lunes", "mon", "monday"],
    &["mar", "martes", "tue", "tuesday"],
    &["mie", "mié", "miercoles", "miércoles", "wed", "wednesday"],
    &["jue", "jueves", "thu", "thursday"],
    &["vie", "viernes", "fri", "friday"],
    &["sab", "sáb", "sabado", "sábado", "sat", "saturday"],
    &["dom", "domingo", "sun", "sunday"],
];

/// The window; none without hours. Without days it is every day.
///
/// # Errors
/// Hours or days that cannot be read or through which nothing could go; days without hours.
pub(super) fn send_window(zone: Tz, hours: Option<&str>, days: Option<&str>) -> Result<Option<SendWindow>, SettingError> {
    let days = days.map(weekdays).transpose()?;
    let Some(hours) = hours else {
        return match days {
            Some(_) => Err(SettingError::new(DAYS, format_args!("is set but {HOURS} is not"))),
            None => Ok(None),
        };
    };
    let (from, to) = span(hours).ok_or_else(|| SettingError::new(HOURS, "must be two times of one day, as in 09:00-18:00"))?;
    let window = SendWindow::new(zone, days.unwrap_or_else(|| WEEK.to_vec()), from, to);
    window.map(Some).map_err(|error| SettingError::new(HOURS, format_args!("cannot work: {error}")))
}

fn span(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (from, to) = text.split_once('-')?;
    let end = if to.trim() == "24:00" { end_of_day() } else { time(to) };
    Some((time(from)?, end?))
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}

/// The last nanosecond of a leap second: no time of day is later.
fn end_of_day() -> Option<NaiveTime> {
    NaiveTime::from_hms_nano_opt(23, 59, 59, 1_999_999_999)
}

/// Days and spans of days between commas; a span may go over the week's end.
fn weekdays(text: &str) -> Result<Vec<Weekday>, SettingError> {
    let parts = text.split(',').map(|part| day_span(part).ok_or(part.trim()));
    let parts: Result<Vec<_>, _> = parts.collect();
    let parts =
        parts.map_err(|part| SettingError::new(DAYS, format_args!("must be weekdays, as in lun-vie or mon,wed,fri; {part:?} is none")))?;
    Ok(WEEK.into_iter().filter(|day| parts.iter().any(|span| span.contains(day))).collect())
}

fn day_span(text: &str) -> Option<Vec<Weekday>> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (day(from)?, day(to)?);
    let length = (to + WEEK.len() - from) % WEEK.len();
    Some((0..=length).map(|step| WEEK[(from + step) % WEEK.len()]).collect())
}

/// A day's place in [`WEEK`].
fn day(text: &str) -> Option<usize> {
    let text = text.trim().to_lowercase();
    NAMES.iter().position(|names| names.contains(&text.as_str()))
}
