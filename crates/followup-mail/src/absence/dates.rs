//! Dates as people write them, and the year they mean.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::tokens::{self, Token};
use super::words::{AFTER_DAY, AHEAD, Language, MONTHS, ORDINALS, WEEKDAYS};

/// An inferred date farther ahead than this was meant to be past.
const FARTHEST_INFERRED: i64 = 330;

/// A date as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Day, month, year if given, and the day of the week if given.
    Date { day: u32, month: u32, year: Option<i32>, weekday: Option<Weekday> },
    /// A day of the week alone.
    Weekday(Weekday),
    /// A day of the month alone, and its day of the week if given: "el lunes 15".
    DayOfMonth { day: u32, weekday: Option<Weekday> },
    /// So many days after the mail: "mañana".
    Ahead(u64),
    /// Could be two dates, or none.
    Ambiguous,
}

impl Reading {
    /// The day that was meant by a mail of that day; none when it cannot be told.
    pub(super) fn day(self, sent: Option<NaiveDate>) -> Option<NaiveDate> {
        self.day_after(sent, None)
    }

    /// The same, where an absence has been told of which that is the last day: what is no whole date comes behind it.
    pub(super) fn day_after(self, sent: Option<NaiveDate>, last: Option<NaiveDate>) -> Option<NaiveDate> {
        let since = last.max(sent).filter(|_| sent.is_some());
        let among = |days: u64, fits: &dyn Fn(&NaiveDate) -> bool| {
            (1..=days).filter_map(|ahead| since?.checked_add_days(Days::new(ahead))).find(fits)
        };
        match self {
            Self::Ambiguous => None,
            Self::Weekday(weekday) => among(7, &|day| day.weekday() == weekday),
            // Who names the day of a month that has none such meant a month farther on, or another day.
            Self::DayOfMonth { day, weekday } => {
                among(31, &|date| date.day() == day).filter(|date| weekday.is_none_or(|weekday| date.weekday() == weekday))
            }
            Self::Ahead(days) => sent?.checked_add_days(Days::new(days)),
            Self::Date { day, month, year, weekday } => {
                let of_year = |year: i32| NaiveDate::from_ymd_opt(year, month, day);
                let inferred = || {
                    let sent = sent?;
                    let next = [sent.year(), sent.year() + 1].into_iter().filter_map(of_year).find(|day| *day >= sent)?;
                    Some(next).filter(|day| (*day - sent).num_days() <= FARTHEST_INFERRED)
                };
                let date = year.map_or_else(inferred, of_year)?;
                // Who gives a weekday that does not fit has made a mistake in one of them.
                Some(date).filter(|date| weekday.is_none_or(|weekday| date.weekday() == weekday))
            }
        }
    }
}

/// The date at the beginning, and how many tokens it takes.
pub(super) fn date(tokens: &[Token], language: Language) -> Option<(Reading, usize)> {
    let (weekday, start) = weekday(tokens).map_or((None, 0), |(weekday, taken)| (Some(weekday), taken));
    let behind = start + leading(&tokens[start..]);
    let rest = &tokens[behind..];
    if let Some((days, taken)) = ahead(tokens) {
        return Some((Reading::Ahead(days), taken));
    }
    let found = iso(rest).or_else(|| numeric(rest, language)).or_else(|| day_month(rest, language)).or_else(|| month_day(rest, language));
    match (found, weekday) {
        (Some((Reading::Date { day, month, year, .. }, taken)), weekday) => {
            Some((Reading::Date { day, month, year, weekday }, behind + taken))
        }
        (Some((other, taken)), _) => Some((other, behind + taken)),
        (None, weekday) if behind > 0 && is_day_alone(rest) => {
            Some((Reading::DayOfMonth { day: day_number(rest.first()?)?, weekday }, behind + 1 + ordinal(&rest[1..])))
        }
        // "Monday 15:00", "lunes 15 de marso".
        (None, Some(_)) if matches!(rest.first(), Some(Token::Number(..))) => Some((Reading::Ambiguous, behind)),
        (None, Some(weekday)) => Some((Reading::Weekday(weekday), start)),
        (None, None) => None,
    }
}

/// "Tomorrow" and the day behind it.
fn ahead(tokens: &[Token]) -> Option<(u64, usize)> {
    AHEAD.iter().find_map(|(phrase, days)| tokens::matches(tokens, phrase).map(|taken| (*days, taken)))
}

/// Whether a number is a day by itself: nothing of a date, an hour or a count follows it.
fn is_day_alone(rest: &[Token]) -> bool {
    let Some(behind) = rest.first().and_then(day_number).map(|_| &rest[1 + ordinal(&rest[1..])..]) else { return false };
    match behind {
        [] => true,
        [Token::Word(_), Token::Number(..), ..] => false,
        [Token::Word(word), ..] => AFTER_DAY.contains(&word.as_str()),
        [Token::Sign('.' | ',' | ')' | '!'), Token::Number(..), ..] => false,
        [Token::Sign(sign), ..] => matches!(sign, '.' | ',' | ')' | '!'),
        [Token::Number(..), ..] => false,
    }
}

/// A date, or a bare day as in "from 1 to 12 August", and how many tokens it takes.
pub(super) fn day_or_date(tokens: &[Token], language: Language) -> Option<(Option<u32>, usize)> {
    if let Some((reading, taken)) = date(tokens, language) {
        // A weekday before its day is passed over below.
        let is_day = matches!(reading, Reading::Date { .. } | Reading::DayOfMonth { .. });
        if is_day || matches!(reading, Reading::Weekday(_) | Reading::Ahead(_)) {
            return is_day.then_some((None, taken));
        }
    }
    let start = weekday(tokens).map_or(0, |(_, taken)| taken);
    let start = start + leading(&tokens[start..]);
    let day = day_number(tokens.get(start)?)?;
    Some((Some(day), start + 1 + ordinal(&tokens[start + 1..])))
}

/// "July 10-31": the last day of a pair whose month stands before the first one.
pub(super) fn month_of_pair(first: &[Token], last: &[Token], language: Language) -> Option<(Reading, usize)> {
    let month = month(first.first()?, language)?;
    let day = day_number(last.first()?)?;
    let taken = 1 + ordinal(&last[1..]);
    // "July 10 - 3 August" has its own.
    if last.get(taken).is_some_and(|next| is_month(next, language)) {
        return None;
    }
    let (year, more) = year_behind(&last[taken..]);
    Some((Reading::Date { day, month, year, weekday: None }, taken + more))
}

/// Whether a token names a month.
pub(super) fn is_month(token: &Token, language: Language) -> bool {
    month(token, language).is_some()
}

fn month(token: &Token, language: Language) -> Option<u32> {
    let Token::Word(word) = token else { return None };
    let is_named =
        |(names, only): &&(&[&str], Option<Language>)| only.is_none_or(|only| only == language) && names.contains(&word.as_str());
    let row = MONTHS.iter().find(|(_, names, only)| is_named(&&(*names, *only)))?;
    Some(row.0)
}

fn weekday(tokens: &[Token]) -> Option<(Weekday, usize)> {
    let Token::Word(word) = tokens.first()? else { return None };
    let (weekday, _) = WEEKDAYS.iter().find(|(_, names)| names.contains(&word.as_str()))?;
    let is_feira = tokens.get(1).is_some_and(|sign| sign.is("-")) && tokens.get(2).is_some_and(|word| word.is("feira"));
    Some((*weekday, if is_feira { 3 } else { 1 }))
}

/// Words and signs between a weekday and its date.
fn leading(tokens: &[Token]) -> usize {
    const BETWEEN: &[&str] = &[",", "(", "el", "dia", "the", "o", "."];
    tokens.iter().take(3).take_while(|token| BETWEEN.iter().any(|word| token.is(word))).count()
}

fn day_number(token: &Token) -> Option<u32> {
    match token {
        Token::Number(day @ 1..=31, 1..=2) => Some(*day),
        _ => None,
    }
}

fn ordinal(tokens: &[Token]) -> usize {
    usize::from(tokens.first().is_some_and(|token| ORDINALS.iter().any(|ending| token.is(ending))))
}

fn iso(tokens: &[Token]) -> Option<(Reading, usize)> {
    let [Token::Number(year, 4), Token::Sign('-' | '/'), Token::Number(month, 2), Token::Sign('-' | '/'), Token::Number(day, 2), ..] =
        tokens
    else {
        return None;
    };
    Some((Reading::Date { day: *day, month: *month, year: i32::try_from(*year).ok(), weekday: None }, 5))
}

fn numeric(tokens: &[Token], language: Language) -> Option<(Reading, usize)> {
    let [Token::Number(first, 1..=2), Token::Sign(sign @ ('/' | '-' | '.')), Token::Number(second, 1..=2), rest @ ..] = tokens else {
        return None;
    };
    let (year, taken) = match rest {
        [Token::Sign(other), Token::Number(year, length @ (2 | 4)), ..] if other == sign => (full_year(*year, *length), 5),
        // "9-18" and "9.30" are hours, "9/3" is a date.
        _ if *sign != '/' => return None,
        _ => (None, 3),
    };
    let reading = |day: u32, month: u32| Reading::Date { day, month, year, weekday: None };
    let read = match (language, *first, *second) {
        (Language::Spanish | Language::Portuguese, day, month) if month <= 12 => reading(day, month),
        (Language::English, day, month) if day == month || day > 12 && month <= 12 => reading(day, month),
        (Language::English, month, day) if month <= 12 && day > 12 => reading(day, month),
        _ => Reading::Ambiguous,
    };
    Some((read, taken))
}

/// "15 de marzo de 2026", "5th of May", "15-Mar-26", "3 feb".
fn day_month(tokens: &[Token], language: Language) -> Option<(Reading, usize)> {
    let day = day_number(tokens.first()?)?;
    let mut place = 1 + ordinal(&tokens[1..]);
    place += tokens[place..].iter().take(2).take_while(|token| ["de", "of", "-", "/", ".", "do"].iter().any(|word| token.is(word))).count();
    let month = month(tokens.get(place)?, language)?;
    place += 1;
    let (year, taken) = match &tokens[place..] {
        // "15-Mar-26"
        [Token::Sign('-' | '/'), Token::Number(year, 2), ..] => (full_year(*year, 2), 2),
        rest => year_behind(rest),
    };
    Some((Reading::Date { day, month, year, weekday: None }, place + taken))
}

/// "March 15", "May 5th, 2026".
fn month_day(tokens: &[Token], language: Language) -> Option<(Reading, usize)> {
    let month = month(tokens.first()?, language)?;
    let start = 1 + usize::from(tokens.get(1).is_some_and(|sign| sign.is(".") || sign.is("the")));
    let day = day_number(tokens.get(start)?)?;
    // "March 9:30" is no day.
    if tokens.get(start + 1).is_some_and(|sign| sign.is(":")) {
        return None;
    }
    let place = start + 1 + ordinal(&tokens[start + 1..]);
    let (year, taken) = year_behind(&tokens[place..]);
    Some((Reading::Date { day, month, year, weekday: None }, place + taken))
}

/// The year behind a date, and how many tokens it takes.
fn year_behind(tokens: &[Token]) -> (Option<i32>, usize) {
    let skipped =
        tokens.iter().take(2).take_while(|token| [",", ".", "de", "del", "do", "-", "/"].iter().any(|word| token.is(word))).count();
    match tokens.get(skipped) {
        Some(Token::Number(year, 4)) => full_year(*year, 4).map_or((None, 0), |year| (Some(year), skipped + 1)),
        _ => (None, 0),
    }
}

fn full_year(year: u32, digits: usize) -> Option<i32> {
    let year = if digits == 2 { year + 2000 } else { year };
    i32::try_from(year).ok().filter(|year| (1990..2100).contains(year))
}
