//! When the author of an automatic answer reads mail again: "regreso el 15 de marzo", "out until Monday, 3 June".
//!
//! Spanish, Portuguese and English. A date is offered to a person as a new day for an attempt, so what is ambiguous is none.

mod dates;
mod tokens;
mod words;

use chrono::{DateTime, Days, NaiveDate, Utc};
use followup_domain::text::fold;

use dates::Reading;
use tokens::{Token, tokens};
use words::{ABSENT, ANSWERING, BACK, CALLS, FILLERS, FROM, INCLUSIVE, Language, STARTING, TO, UNTIL};

/// So many characters are searched: an absence is told at the beginning.
const SEARCHED: usize = 4000;
/// A date farther away than this is not a return.
const FARTHEST: u64 = 800;
/// Words between "back" and its date: "in the office on Monday, the".
const MOST_FILLERS: usize = 8;

/// The first day on which mail is read again, if subject or text of an automatic answer of that date name exactly one.
pub(crate) fn returns_on(subject: Option<&str>, text: &str, sent: Option<DateTime<Utc>>) -> Option<NaiveDate> {
    let sent = sent.map(|sent| sent.date_naive());
    let subject = subject.unwrap_or_default();
    let beginning: String = text.chars().take(SEARCHED).collect();
    let mut found = Found::default();
    let is_absent_subject = speaks_of(&tokens(&fold(subject)), ABSENT);
    for sentence in sentences(&beginning).chain([subject]) {
        let tokens = tokens(&fold(sentence));
        let is_absent = is_absent_subject || speaks_of(&tokens, ABSENT);
        found.search(&tokens, is_absent, sent);
    }
    let in_reach = |day: &NaiveDate| sent.is_none_or(|sent| *day > sent && *day <= sent + Days::new(FARTHEST));
    found.only(sent).filter(in_reach)
}

/// What a text says, by how plainly it says it.
#[derive(Default)]
struct Found {
    back: Vec<Reading>,
    until: Vec<Option<NaiveDate>>,
    range: Vec<Option<NaiveDate>>,
}

impl Found {
    /// The plainest that is told, if all that is as plain agrees.
    fn only(&self, sent: Option<NaiveDate>) -> Option<NaiveDate> {
        let end = [&self.range, &self.until].into_iter().find(|days| !days.is_empty()).map(|days| agreed(days));
        if self.back.is_empty() {
            return end.flatten();
        }
        let last = end.flatten().and_then(|first_free| first_free.pred_opt());
        agreed(&self.back.iter().map(|reading| reading.day_after(sent, last)).collect::<Vec<_>>())
    }

    fn search(&mut self, tokens: &[Token], is_absent: bool, sent: Option<NaiveDate>) {
        let mut place = 0;
        while place < tokens.len() {
            let rest = &tokens[place..];
            if let Some((day, taken)) = range(rest, sent).filter(|_| is_absent) {
                self.range.push(day);
                place += taken;
                continue;
            }
            let before = place.checked_sub(1).map(|before| &tokens[before]);
            if let Some(reading) = back(rest, before, tokens) {
                self.back.push(reading);
            } else if let Some(day) = until(rest, sent, place == 0).filter(|_| is_absent) {
                self.until.push(day);
            }
            place += 1;
        }
    }
}

/// "Back on …": the day itself.
fn back(rest: &[Token], before: Option<&Token>, sentence: &[Token]) -> Option<Reading> {
    let is_call = before.is_some_and(|before| CALLS.iter().any(|word| before.is(word)));
    let starts = |table: &[(Language, &str)]| begins_with(rest, table);
    let (language, taken) = starts(BACK).filter(|_| !is_call).or_else(|| starts(STARTING).filter(|_| speaks_of(sentence, ANSWERING)))?;
    after_fillers(&rest[taken..], language)
}

/// "Until …": the day itself in English, the day after in languages that count it in, and wherever it says "inclusive".
/// "Hasta mañana" at the beginning of a sentence is a farewell.
fn until(rest: &[Token], sent: Option<NaiveDate>, is_first: bool) -> Option<Option<NaiveDate>> {
    let (language, taken, is_counted) = UNTIL.iter().find_map(|(language, phrase, is_counted)| {
        let taken = tokens::matches(rest, phrase)?;
        Some((*language, taken, *is_counted))
    })?;
    let reading = after_fillers(&rest[taken..], language).filter(|reading| !(is_first && matches!(reading, Reading::Ahead(_))))?;
    let is_inclusive = is_counted || rest[taken..].iter().take(MOST_FILLERS + 8).any(|token| INCLUSIVE.iter().any(|word| token.is(word)));
    let day = reading.day(sent);
    Some(if is_inclusive { day.and_then(|day| day.succ_opt()) } else { day })
}

/// "From 1 to 12 August": the day after the last one.
fn range(rest: &[Token], sent: Option<NaiveDate>) -> Option<(Option<NaiveDate>, usize)> {
    let (language, taken) = begins_with(rest, FROM).unwrap_or((Language::English, 0));
    if taken == 0 && !dates::is_month(rest.first()?, language) {
        return None;
    }
    let (_, length) = dates::day_or_date(&rest[taken..], language)?;
    let middle = taken + length;
    let joined = TO.iter().find_map(|phrase| tokens::matches(&rest[middle..], phrase))?;
    let end = middle + joined;
    // "July 10-31": the month stands before both days.
    let (last, length) = match dates::month_of_pair(&rest[taken..], &rest[end..], language) {
        Some(pair) => pair,
        None => dates::date(&rest[end..], language)?,
    };
    Some((last.day(sent).and_then(|day| day.succ_opt()), end + length))
}

/// The date behind words that may stand before one.
fn after_fillers(rest: &[Token], language: Language) -> Option<Reading> {
    let mut start = 0;
    while start <= MOST_FILLERS.min(rest.len()) {
        if let Some((reading, _)) = dates::date(&rest[start..], language) {
            // "A la mañana" is an hour of the day.
            let is_hour = matches!(reading, Reading::Ahead(_)) && start > 0 && rest[start - 1].is("la");
            return Some(reading).filter(|_| !is_hour);
        }
        let token = rest.get(start)?;
        if !(token.is(",") || token.is(":") || FILLERS.iter().any(|word| token.is(word))) {
            return None;
        }
        start += 1;
    }
    None
}

/// The one day that all of them are.
fn agreed(days: &[Option<NaiveDate>]) -> Option<NaiveDate> {
    let first = *days.first()?;
    first.filter(|_| days.iter().all(|day| *day == first))
}

fn begins_with(rest: &[Token], table: &[(Language, &str)]) -> Option<(Language, usize)> {
    table.iter().find_map(|(language, phrase)| tokens::matches(rest, phrase).map(|taken| (*language, taken)))
}

fn speaks_of(tokens: &[Token], phrases: &[&str]) -> bool {
    (0..tokens.len()).any(|start| phrases.iter().any(|phrase| tokens::matches(&tokens[start..], phrase).is_some()))
}

/// Sentences, roughly: a line break is a blank, an empty line or a full stop before a blank is an end.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").flat_map(|paragraph| paragraph.split(['!', '?', ';'])).flat_map(|part| {
        let mut ends: Vec<usize> = Vec::new();
        for (dot, _) in part.match_indices(". ").chain(part.match_indices(".\n")) {
            // "15. marzo" and "approx. 3" end no sentence; a full stop behind a longer word does.
            let word = part[..dot].rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            if word.chars().count() > 4
                || part[..dot].ends_with(|c: char| c.is_ascii_digit()) && part[dot + 2..].starts_with(char::is_uppercase)
            {
                ends.push(dot);
            }
        }
        ends.sort_unstable();
        let mut start = 0;
        let mut pieces: Vec<&str> = Vec::new();
        for end in ends {
            pieces.push(&part[start..end]);
            start = end + 1;
        }
        pieces.push(&part[start..]);
        pieces
    })
}
