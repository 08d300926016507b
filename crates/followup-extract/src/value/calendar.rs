//! Days, months and years as far as they are known.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::proposal::Precision;
use crate::words;

/// A date of any precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: i32,
    pub(crate) month: Option<u32>,
    pub(crate) day: Option<u32>,
}

impl Date {
    pub(crate) fn day(date: NaiveDate) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }

    pub(crate) fn month(date: NaiveDate) -> Self {
        Self { day: None, ..Self::day(date) }
    }

    /// A date that exists, in years of living people.
    pub(crate) fn checked(year: i32, month: Option<u32>, day: Option<u32>) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1))?;
        (1890..=2100).contains(&year).then_some(Self { year, month, day })
    }

    /// The first day that it can mean.
    pub(crate) fn earliest(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).unwrap_or_default()
    }

    pub(crate) fn precision(self) -> Precision {
        match (self.month, self.day) {
            (Some(_), Some(_)) => Precision::Day,
            (Some(_), None) => Precision::Month,
            _ => Precision::Year,
        }
    }

    /// As the case holds it.
    pub(crate) fn show(self) -> String {
        let month = self.month.map_or_else(String::new, |month| format!("-{month:02}"));
        let day = self.day.map_or_else(String::new, |day| format!("-{day:02}"));
        format!("{:04}{month}{day}", self.year)
    }
}

/// The last such day that is not after `today`.
pub(crate) fn latest(today: NaiveDate, month: u32, day: u32) -> Option<NaiveDate> {
    let of_year = |year| NaiveDate::from_ymd_opt(year, month, day).filter(|date| *date <= today);
    (0..5).find_map(|back| of_year(today.year() - back))
}

/// The last day of that number that is not after `today`, on that weekday if one is named.
pub(crate) fn latest_day(today: NaiveDate, day: u32, weekday: Option<Weekday>) -> Option<NaiveDate> {
    let months = (0..if weekday.is_some() { 12 } else { 2 }).filter_map(|back| {
        let first = today.with_day(1)?.checked_sub_months(chrono::Months::new(back))?;
        first.with_day(day)
    });
    months.filter(|date| *date <= today).find(|date| weekday.is_none_or(|weekday| date.weekday() == weekday))
}

/// The last such weekday before `today`; none if today is that weekday, for then nobody can say.
pub(crate) fn latest_weekday(today: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let back = (today.weekday().num_days_from_monday() + 7 - weekday.num_days_from_monday()) % 7;
    (back != 0).then(|| today.checked_sub_days(Days::new(u64::from(back))))?
}

/// A year of two digits: the last century whose year is not beyond next year.
pub(crate) fn full_year(written: &str, today: NaiveDate) -> Option<i32> {
    let year: i32 = written.parse().ok()?;
    Some(match written.len() {
        2 if 2000 + year > today.year() + 10 => 1900 + year,
        2 => 2000 + year,
        _ => year,
    })
}

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

/// Every spelling of a month, with its number.
pub(crate) fn month_of(word: &str) -> Option<u32> {
    static SPELLINGS: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
        let numbered = MONTHS.iter().zip(1..);
        numbered
            .flat_map(|(concept, number)| words::all(concept).flat_map(|words| words.split('|')).map(move |word| (word, number)))
            .collect()
    });
    SPELLINGS.get(word).copied()
}

/// Every spelling of a weekday.
pub(crate) fn weekday_of(word: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(concept, _)| words::all(concept).any(|words| words.split('|').any(|known| known == word))).map(|(_, day)| *day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_past_is_preferred() {
        let today = day("2026-03-16");
        assert_eq!(latest(today, 3, 16), Some(day("2026-03-16")));
        assert_eq!(latest(today, 3, 17), Some(day("2025-03-17")));
        assert_eq!(latest(today, 2, 29), Some(day("2024-02-29")));
        assert_eq!(latest_day(today, 17, None), Some(day("2026-02-17")));
        assert_eq!(latest_day(today, 10, Some(Weekday::Sat)), Some(day("2026-01-10")));
        assert_eq!(latest_weekday(today, Weekday::Sun), Some(day("2026-03-15")));
        assert_eq!(latest_weekday(today, Weekday::Mon), None);
    }

    #[test]
    fn months_and_weekdays_are_known_in_three_languages() {
        assert_eq!((month_of("setiembre"), month_of("dez"), month_of("august")), (Some(9), Some(12), Some(8)));
        assert_eq!(
            (weekday_of("sabado"), weekday_of("terca-feira"), weekday_of("monday")),
            (Some(Weekday::Sat), Some(Weekday::Tue), Some(Weekday::Mon))
        );
    }
}
