//! Ages with their unit.

use regex::Captures;

use super::Read;
use super::number::{parse, show};
use crate::pattern::patterns;
use crate::proposal::Conflict;

/// Nobody known was older.
const OLDEST: f64 = 120.0;

patterns! {
    YEARS = r"\b(?:({num}|una?|um|one)[ -]?(?:{years})\b(?: (?:y|e|and|con)? ?([0-9]{1,2}|un) ?(?:{months})\b| (?:y|e) (?:{half})\b)?|([0-9]{1,3}) ?a\b)";
    MONTHS = r"\b({num}|un|one)(?: y ({half}))? ?(?:({months})|({weeks})|({days}))\b";
    /// What makes the number another thing.
    NOT_YEARS = r"^(?:{unit_mg}|{unit_ml}|{unit_mcg}|{unit_g}|{unit_iu}|{kilos}|{pounds}|{hours}|{times}|{tablet}|{pill}|{drop}|m|mts?|cm|grados|por|x|de (?:{month})|{month})\b";
    /// "2 a la semana", "1 a 3".
    SHORT_NOT = r"^ (?:[0-9]|la|las|los|un|una|dia|semana|mes|cada|veces)";
    BARE = r"^({num})\b";
    HEDGED = r"^(?: ?(?:{hedge})\b\.?| ?(?:tiene|tengo|tenia|edad|cumplio|has|is|tem|la|el|:|de|=|los))*";
}

/// Every age in years, months, weeks or days; whether it is one, the words around say. `short`: "44 a" counts, too.
pub(crate) fn scan(text: &str, short: bool) -> Vec<Read> {
    let years = YEARS.regex().captures_iter(text).filter_map(|captures| in_years(text, &captures, short));
    let months = MONTHS.regex().captures_iter(text).filter_map(|captures| in_months(text, &captures));
    let mut reads: Vec<Read> = years.chain(months).collect();
    reads.sort_by_key(|read| (read.range.start, usize::MAX - read.range.end));
    reads.dedup_by(|later, earlier| later.range.start < earlier.range.end);
    reads
}

/// The age at the beginning, with its unit or, in years, without.
pub(crate) fn direct(text: &str) -> Option<Read> {
    let begin = HEDGED.regex().find(text).map_or(0, |hedges| hedges.end());
    let begin = begin + (text[begin..].len() - text[begin..].trim_start().len());
    let rest = &text[begin..];
    let first = scan(&rest[..bounded(rest)], true).into_iter().next().filter(|read| read.range.start == 0);
    first.or_else(|| bare(rest)).map(|read| read.moved(begin))
}

fn bounded(text: &str) -> usize {
    text.len().min(60)
}

fn bare(text: &str) -> Option<Read> {
    let captures = BARE.regex().captures(text)?;
    let range = captures.get(0)?.range();
    let number = parse(captures.get(1)?.as_str(), false)?;
    let rest = &text[range.end..];
    let ends = !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || "/%-:".contains(next))
        && NOT_YEARS.at_start(rest.trim_start()).is_none();
    (ends && number.fract() == 0.0 && (1.0..=OLDEST).contains(&number)).then(|| Read::new(range, show(number)).in_unit("años"))
}

fn in_years(text: &str, captures: &Captures<'_>, short: bool) -> Option<Read> {
    let range = captures.get(0)?.range();
    let written = captures.get(0)?.as_str();
    let brief = captures.get(3);
    if is_part_of_more(text, range.start) || brief.is_some() && (!short || SHORT_NOT.at_start(&text[range.end..]).is_some()) {
        return None;
    }
    let number = captures.get(1).or(brief)?.as_str();
    let years = parse(number, false).unwrap_or(1.0);
    let months = match captures.get(2) {
        Some(months) => months.as_str().parse().unwrap_or(1.0),
        None if written.ends_with("medio") || written.ends_with("meio") || written.ends_with("half") => 6.0,
        None => 0.0,
    };
    // Of small children months count.
    let read = if months > 0.0 && years < 2.0 {
        Read::new(range, show(years * 12.0 + months)).in_unit("meses")
    } else {
        Read::new(range, show(years)).in_unit("años")
    };
    Some(Read { conflict: (years > OLDEST).then_some(Conflict::OutOfRange), ..read })
}

fn in_months(text: &str, captures: &Captures<'_>) -> Option<Read> {
    let range = captures.get(0)?.range();
    if is_part_of_more(text, range.start) {
        return None;
    }
    let number = parse(captures.get(1)?.as_str(), false).unwrap_or(1.0) + if captures.get(2).is_some() { 0.5 } else { 0.0 };
    let unit = if captures.get(3).is_some() {
        "meses"
    } else if captures.get(4).is_some() {
        "semanas"
    } else {
        "días"
    };
    Some(Read::new(range, show(number)).in_unit(unit))
}

fn is_part_of_more(text: &str, start: usize) -> bool {
    text[..start].ends_with(|before: char| "/.,-".contains(before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    #[test]
    fn ages_are_read_with_their_unit() {
        for (text, value, unit) in [
            ("63 años", "63", "años"),
            ("41", "41", "años"),
            ("44 a.", "44", "años"),
            ("12a", "12", "años"),
            ("18 meses", "18", "meses"),
            ("3 añitos", "3", "años"),
            ("1 año y 7 meses", "19", "meses"),
            ("7 años 3 meses", "7", "años"),
            ("12 días de vida", "12", "días"),
            ("2 semanas", "2", "semanas"),
            ("un año", "1", "años"),
            ("año y medio", "", ""),
            ("1 año y medio", "18", "meses"),
            ("34 years old", "34", "años"),
            ("72 anos", "72", "años"),
            ("tiene 5", "5", "años"),
            ("unos 40 años", "40", "años"),
        ] {
            let read = direct(&Folded::new(text).text);
            let told = read.map(|read| (read.value, read.unit.unwrap_or_default()));
            assert_eq!(told.unwrap_or_default(), (value.to_owned(), unit), "{text}");
        }
    }

    #[test]
    fn numbers_of_other_things_are_no_ages() {
        for text in ["68 kg", "12/03/2026", "130 mg", "500", "36,5", "3 veces", "5 ml"] {
            assert_eq!(direct(&Folded::new(text).text), None, "{text}");
        }
    }
}
