//! Dates: a grammar of its own, with partial precision; the past is preferred.

use std::ops::Range;

use chrono::{Datelike, Days, Months, NaiveDate};
use regex::Captures;

use super::Read;
use super::calendar::{Date, full_year, latest, latest_day, latest_weekday, month_of, weekday_of};
use crate::input::DayMonth;
use crate::pattern::{Pattern, Set, patterns};
use crate::proposal::Conflict;

/// What dates are reckoned by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reckoning {
    pub(crate) today: NaiveDate,
    pub(crate) day_month: DayMonth,
}

/// A date in a text.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) range: Range<usize>,
    pub(crate) date: Date,
    /// Worked out from the message's date.
    pub(crate) computed: bool,
    /// A year alone, or day and month without a word: a date only where the words around say so.
    pub(crate) weak: bool,
}

impl Found {
    /// As a value; a date that has not come yet is told.
    pub(crate) fn read(&self, reckoning: Reckoning) -> Read {
        let future = self.date.earliest() > reckoning.today;
        Read {
            precision: self.date.precision(),
            computed: self.computed,
            conflict: future.then_some(Conflict::Future),
            ..Read::new(self.range.clone(), self.date.show())
        }
    }
}

patterns! {
    NUMERIC = r"\b([0-3]?[0-9]) ?([/.-]) ?([01]?[0-9]) ?[/.-] ?((?:19|20)?[0-9]{2})\b";
    ISO = r"\b({year4})[-/.]([01]?[0-9])[-/.]([0-3]?[0-9])\b";
    WORDED = r"\b({first_day}|[0-3]?[0-9])(?:ro|ero|er|o|st|nd|rd|th)?(?: ?(?:{of}) ?| ?[-/.] ?| )({month})\b\.?(?:,? ?(?:del ano|{of}|[-/,]) ?({year4}|[0-9]{2})\b|,? ({year4})\b| ?-? ?({year4})\b)?";
    AMERICAN = r"\b({month})\.? ([0-3]?[0-9])(?:st|nd|rd|th)?(?:,? ({year4}))?\b";
    MONTH_YEAR = r"\b(?:({vague}) ?)?({month})\.?(?:(?: del? ano |,? ?(?:{of}) |[ /-]|\.? ?- ?|, )({year4})\b|[/-]([0-9]{2})\b| (?:{of}) ([0-9]{2})\b)";
    MONTH = r"\b(?:({vague}) ?|(?:en|de|desde|in|em|since|{until_day}|{of}|{begins}) )({month})\b";
    MONTH_LAST_YEAR = r"\b({month}) (?:{of}) ({last_year})\b";
    DIGITS_MONTH_YEAR = r"\b(0?[1-9]|1[0-2])[/-]({year4})\b";
    YEAR = r"\b(?:(?:{year_word}|en|desde|in|since|em|el|del|de|hasta|until) )({year4})\b";
    DAY_MONTH = r"\b(?:(?:{the_day}|del|al|desde|hasta|fecha|{weekday})(?: (?:el|dia))? )([0-3]?[0-9])/([01]?[0-9])\b";
    WEEKDAY = r"\b(?:(?:{the_day}) )?({weekday})(?: ({last}))?(?:,? (?:el |the )?(?:dia )?([0-3]?[0-9])\b)?";
    AGO = r"\b(?:{ago}) (?:(?:{hedge}) ){0,2}([0-9]{1,3}|un|una|um|uma) ({days}|{weeks}|{months}|{years})\b";
    ENGLISH_AGO = r"\b([0-9]{1,3}|a|one) ({days}|{weeks}|{months}|{years}) ago\b";
    NAMED = r"\b(?:({day_before})|({yesterday})|({today})|({last_week})|({last_month})|({last_year})|({vague}) (?:de )?(?:mes|este mes|month)\b)";
    FEAST = r"\b(?:({christmas_eve})|({christmas})|({new_year}))\b(?: (?:{of}) ({year4}))?";
    DAY_ONLY = r"\b(?:{the_day}|al|hasta el|desde el|the|{since_day}) ([0-3]?[0-9])\b";
    RANGE = r"\b(?:{from_day}) (?:(?:{weekday}) )?([0-3]?[0-9])(?: (?:{of}) ({month}))? (?:{to_day}) (?:(?:{weekday}) )?";
    /// What counts something.
    DAY_ONLY_NOT = r"^ ?(?:{unit_mg}|{unit_ml}|{unit_mcg}|{unit_g}|{kilos}|{hours}|{months}|{years}|{weeks}|{days}|{times}|{tablet}|{pill}|{capsule}|{drop}|am|pm|a\.m|p\.m|por ciento|anos|de cada)\b";
}

type Reader = fn(&Captures<'_>, Reckoning) -> Option<(Date, bool)>;

/// Every form, the more exact before the others.
static FORMS: &[(&Pattern, Reader, bool)] = &[
    (&ISO, iso, false),
    (&NUMERIC, numeric, false),
    (&WORDED, worded, false),
    (&AMERICAN, american, false),
    (&MONTH_YEAR, month_year, false),
    (&DIGITS_MONTH_YEAR, digits_month_year, true),
    (&MONTH_LAST_YEAR, month_last_year, false),
    (&MONTH, month, true),
    (&DAY_MONTH, day_month, false),
    (&WEEKDAY, weekday, false),
    (&AGO, ago, false),
    (&ENGLISH_AGO, ago, false),
    (&NAMED, named, false),
    (&FEAST, feast, false),
    (&YEAR, year, true),
];

static SET: Set = Set::new();

/// Every date of a text, in order, apart from each other.
pub(crate) fn scan(text: &str, reckoning: Reckoning) -> Vec<Found> {
    let mut found: Vec<(usize, Found)> = Vec::new();
    let matches = SET.matches(FORMS.iter().map(|(pattern, ..)| *pattern), text);
    for (rank, (pattern, reader, weak)) in FORMS.iter().enumerate().filter(|(rank, _)| matches.matched(*rank)) {
        for captures in pattern.regex().captures_iter(text) {
            let Some(whole) = captures.get(0) else { continue };
            let range = whole.range();
            if is_part_of_more(text, &range) {
                continue;
            }
            if let Some((date, computed)) = reader(&captures, reckoning) {
                found.push((rank, Found { range, date, computed, weak: *weak }));
            }
        }
    }
    // Where two overlap, the more exact wins, then the form that stands first in the table; both stay its words.
    found.sort_by_key(|(_, date)| date.range.start);
    let mut apart: Vec<(usize, Found)> = Vec::with_capacity(found.len());
    for (rank, date) in found {
        match apart.last_mut() {
            Some((last_rank, last)) if date.range.start < last.range.end => {
                let union = last.range.start..last.range.end.max(date.range.end);
                let (one, other) = (precision(date.date), precision(last.date));
                if one > other || (one == other && rank < *last_rank) {
                    (*last_rank, *last) = (rank, date);
                }
                last.range = union;
            }
            _ => apart.push((rank, date)),
        }
    }
    apart.into_iter().map(|(_, date)| date).collect()
}

fn precision(date: Date) -> u8 {
    u8::from(date.month.is_some()) + u8::from(date.day.is_some())
}

/// "31/31/20447", "3.14.15.92": a number of something else.
fn is_part_of_more(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].bytes().next_back();
    let after = text.as_bytes().get(range.end).copied();
    let then = text.as_bytes().get(range.end + 1).copied();
    before.is_some_and(|byte| byte.is_ascii_digit() || b"/-#".contains(&byte))
        || after.is_some_and(|byte| b"/%".contains(&byte) || (b"-.,".contains(&byte) && then.is_some_and(|next| next.is_ascii_digit())))
}

fn number(captures: &Captures<'_>, group: usize) -> Option<u32> {
    captures.get(group)?.as_str().parse().ok()
}

fn iso(captures: &Captures<'_>, _: Reckoning) -> Option<(Date, bool)> {
    let year = captures.get(1)?.as_str().parse().ok()?;
    Some((Date::checked(year, Some(number(captures, 2)?), Some(number(captures, 3)?))?, false))
}

fn numeric(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let (first, second) = (number(captures, 1)?, number(captures, 3)?);
    let year = full_year(captures.get(4)?.as_str(), reckoning.today)?;
    let (day, month) = in_order(first, second, reckoning.day_month);
    Some((Date::checked(year, Some(month), Some(day))?, false))
}

/// Day and month by the habit of the country; what cannot be a month decides.
fn in_order(first: u32, second: u32, habit: DayMonth) -> (u32, u32) {
    match habit {
        _ if first > 12 => (first, second),
        _ if second > 12 => (second, first),
        DayMonth::DayFirst => (first, second),
        DayMonth::MonthFirst => (second, first),
    }
}

fn worded(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let day = number(captures, 1).unwrap_or(1);
    let month = month_of(captures.get(2)?.as_str())?;
    let year = (3..=5).find_map(|group| captures.get(group)).and_then(|year| full_year(year.as_str(), reckoning.today));
    dated(year, month, Some(day), reckoning)
}

fn american(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let month = month_of(captures.get(1)?.as_str())?;
    let year = captures.get(3).and_then(|year| full_year(year.as_str(), reckoning.today));
    dated(year, month, number(captures, 2), reckoning)
}

fn dated(year: Option<i32>, month: u32, day: Option<u32>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let date = match (year, day) {
        (Some(year), day) => Date::checked(year, Some(month), day)?,
        (None, Some(day)) => Date::day(latest(reckoning.today, month, day)?),
        (None, None) => Date::month(latest(reckoning.today, month, 1)?),
    };
    Some((date, false))
}

fn month_year(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let month = month_of(captures.get(2)?.as_str())?;
    let year = (3..=5).find_map(|group| captures.get(group)).and_then(|year| full_year(year.as_str(), reckoning.today))?;
    dated(Some(year), month, None, reckoning)
}

fn month(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let month = month_of(captures.get(2)?.as_str())?;
    dated(None, month, None, reckoning)
}

fn month_last_year(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    Some((Date::checked(reckoning.today.year() - 1, Some(month_of(captures.get(1)?.as_str())?), None)?, true))
}

fn digits_month_year(captures: &Captures<'_>, _: Reckoning) -> Option<(Date, bool)> {
    Some((Date::checked(captures.get(2)?.as_str().parse().ok()?, number(captures, 1), None)?, false))
}

fn year(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let year = captures.get(1)?.as_str().parse().ok()?;
    (year <= reckoning.today.year()).then(|| Date::checked(year, None, None))?.map(|date| (date, false))
}

fn day_month(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let (day, month) = in_order(number(captures, 1)?, number(captures, 2)?, reckoning.day_month);
    Some((Date::day(latest(reckoning.today, month, day)?), false))
}

fn weekday(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let weekday = weekday_of(captures.get(1)?.as_str())?;
    match number(captures, 3) {
        Some(day) => Some((Date::day(latest_day(reckoning.today, day, Some(weekday))?), false)),
        None => Some((Date::day(latest_weekday(reckoning.today, weekday)?), true)),
    }
}

fn ago(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let count = number(captures, 1).unwrap_or(1);
    let unit = captures.get(2)?.as_str();
    let today = reckoning.today;
    let date = match unit.as_bytes() {
        [b'd', ..] => Date::day(today.checked_sub_days(Days::new(u64::from(count)))?),
        [b's' | b'w', ..] => Date::day(today.checked_sub_days(Days::new(7 * u64::from(count)))?),
        [b'm', ..] => Date::month(today.checked_sub_months(Months::new(count))?),
        _ => Date::checked(today.year() - i32::try_from(count).ok()?, None, None)?,
    };
    Some((date, true))
}

fn named(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let today = reckoning.today;
    let back = |days| today.checked_sub_days(Days::new(days)).map(Date::day);
    let date = match (1..=7).find(|group| captures.get(*group).is_some())? {
        1 => back(2)?,
        2 => back(1)?,
        3 => back(0)?,
        // A week is a month's part at best: its days are not known.
        4 => {
            let monday = today.checked_sub_days(Days::new(7 + u64::from(today.weekday().num_days_from_monday())))?;
            let sunday = monday.checked_add_days(Days::new(6))?;
            (monday.month() == sunday.month()).then(|| Date::month(monday))?
        }
        5 => Date::month(today.checked_sub_months(Months::new(1))?),
        6 => Date::checked(today.year() - 1, None, None)?,
        _ => Date::month(today),
    };
    Some((date, true))
}

fn feast(captures: &Captures<'_>, reckoning: Reckoning) -> Option<(Date, bool)> {
    let (month, day) = match (1..=3).find(|group| captures.get(*group).is_some())? {
        1 => (12, 24),
        2 => (12, 25),
        _ => (1, 1),
    };
    match captures.get(4).and_then(|year| year.as_str().parse().ok()) {
        Some(year) => Some((Date::checked(year, Some(month), Some(day))?, false)),
        None => Some((Date::day(latest(reckoning.today, month, day)?), true)),
    }
}

/// A day without its month, where the words around say that it is a day: of the month of the date before it, or the last one.
pub(crate) fn day_only(text: &str, before: Option<Date>, reckoning: Reckoning) -> Option<Found> {
    let captures = DAY_ONLY.regex().captures(text)?;
    let range = captures.get(0)?.range();
    let rest = &text[range.end..];
    let goes_on = rest.starts_with(['/', ':', '%', '-'])
        || DAY_ONLY_NOT.at_start(rest).is_some()
        || rest.starts_with(['.', ',']) && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    if goes_on {
        return None;
    }
    let day = number(&captures, 1)?;
    let of_before =
        before.filter(|date| date.day.is_some_and(|first| first < day)).and_then(|date| Date::checked(date.year, date.month, Some(day)));
    let date = match of_before.filter(|date| date.earliest() <= reckoning.today) {
        Some(date) => date,
        None => Date::day(latest_day(reckoning.today, day, None)?),
    };
    Some(Found { range, date, computed: false, weak: true })
}

/// "Del 1 al 20 de abril": the first day, by the date that follows at `end`.
pub(crate) fn ranges(text: &str, dates: &[Found], reckoning: Reckoning) -> Vec<(Found, usize)> {
    let mut pairs = Vec::new();
    for captures in RANGE.regex().captures_iter(text) {
        let (Some(whole), Some(day)) = (captures.get(0), number(&captures, 1)) else { continue };
        let Some(index) = dates.iter().position(|date| date.range.start <= whole.end() && whole.end() < date.range.end) else { continue };
        let last = dates[index].date;
        let (Some(month), Some(end)) = (last.month, last.day) else { continue };
        let named = captures.get(2).and_then(|month| month_of(month.as_str()));
        let month = named.unwrap_or(if day <= end { month } else { (month + 10) % 12 + 1 });
        let year = if month > last.month.unwrap_or(12) { last.year - 1 } else { last.year };
        if let Some(date) = Date::checked(year, Some(month), Some(day)).filter(|date| date.earliest() <= reckoning.today) {
            pairs.push((Found { range: whole.start()..dates[index].range.end, date, computed: false, weak: false }, index));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: &str = "2026-03-16";

    fn all(text: &str, day_month: DayMonth) -> Vec<(String, String, bool)> {
        let folded = crate::fold::Folded::new(text);
        let reckoning = Reckoning { today: TODAY.parse().unwrap(), day_month };
        let found = scan(&folded.text, reckoning);
        found.iter().map(|found| (folded.text[found.range.clone()].to_owned(), found.date.show(), found.computed)).collect()
    }

    fn one(text: &str) -> (String, bool) {
        let found = all(text, DayMonth::DayFirst);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        (found[0].1.clone(), found[0].2)
    }

    #[test]
    fn exact_dates_are_read() {
        for (text, expected) in [
            ("el 05/03/2026", "2026-03-05"),
            ("15-3-24", "2024-03-15"),
            ("14.08.1999", "1999-08-14"),
            ("2025-11-30", "2025-11-30"),
            ("2 de marzo", "2026-03-02"),
            ("el 20 de marzo", "2025-03-20"),
            ("5 de setiembre de 1987", "1987-09-05"),
            ("25/ene/2026", "2026-01-25"),
            ("15-mar-24", "2024-03-15"),
            ("1ro de febrero del 2026", "2026-02-01"),
            ("primero de enero", "2026-01-01"),
            ("3 março 2025", "2025-03-03"),
            ("March 3rd, 2025", "2025-03-03"),
            ("3rd of March 2025", "2025-03-03"),
            ("EL 12 ENERO 2026", "2026-01-12"),
            ("el sábado 14", "2026-03-14"),
            ("el viernes 13 de marzo", "2026-03-13"),
            ("desde el 27/02", "2026-02-27"),
        ] {
            assert_eq!(one(text), (expected.to_owned(), false), "{text}");
        }
    }

    #[test]
    fn partial_dates_keep_what_is_known() {
        for (text, expected) in [
            ("marzo de 2024", "2024-03"),
            ("en abril 2025", "2025-04"),
            ("Junio/2023", "2023-06"),
            ("a mediados de febrero", "2026-02"),
            ("a fines de octubre de 2025", "2025-10"),
            ("desde agosto", "2025-08"),
            ("07/2025", "2025-07"),
            ("en 2019", "2019"),
            ("año 2004", "2004"),
            ("in early May 2024", "2024-05"),
        ] {
            assert_eq!(one(text), (expected.to_owned(), false), "{text}");
        }
    }

    #[test]
    fn relative_dates_are_worked_out_and_say_so() {
        for (text, expected) in [
            ("ayer", "2026-03-15"),
            ("anteayer", "2026-03-14"),
            ("antes de ayer", "2026-03-14"),
            ("antier", "2026-03-14"),
            ("hace 3 días", "2026-03-13"),
            ("hace unas 2 semanas", "2026-03-02"),
            ("hace 3 meses", "2025-12"),
            ("el jueves pasado", "2026-03-12"),
            ("el domingo", "2026-03-15"),
            ("el mes pasado", "2026-02"),
            ("la semana pasada", "2026-03"),
            ("octubre del año pasado", "2025-10"),
            ("3 days ago", "2026-03-13"),
            ("anteontem", "2026-03-14"),
            ("desde Navidad", "2025-12-25"),
        ] {
            assert_eq!(one(text), (expected.to_owned(), true), "{text}");
        }
    }

    #[test]
    fn day_and_month_by_the_country_and_what_cannot_be_a_month_decides() {
        assert_eq!(all("03/04/2025", DayMonth::DayFirst)[0].1, "2025-04-03");
        assert_eq!(all("03/04/2025", DayMonth::MonthFirst)[0].1, "2025-03-04");
        assert_eq!(all("03/14/2025", DayMonth::DayFirst)[0].1, "2025-03-14");
    }

    #[test]
    fn numbers_of_other_things_are_no_dates() {
        for text in [
            "31/31/20447",
            "Col. 31/31/20447",
            "38,5 grados",
            "1-0-1",
            "PA 120/80",
            "31/02/2025",
            "tel. 01 555 0100",
            "1/2 tableta",
            "24/7",
            "mayor",
            "marcha",
            "2 al día",
        ] {
            assert_eq!(all(text, DayMonth::DayFirst), [], "{text}");
        }
    }
}
