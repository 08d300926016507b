//! How often something is taken.

use super::Read;
use crate::pattern::{Pattern, Set, patterns};

patterns! {
    HOURS = r"\b(?:{every}) ?([0-9]{1,2})(?: ?(?:{hours})\b)";
    HOURS_BARE = r"\b(?:cada |c/ ?)([0-9]{1,2})\b";
    HOURS_BY = r"\b(?:de )?([0-9]{1,2}) (?:em|en) [0-9]{1,2} (?:{hours})\b";
    DAYS = r"\b(?:{every}) ?([0-9]{1,2}) ?(?:{days})\b";
    TIMES = r"\b([0-9]|una?|uma?|one|once|twice) ?(?:{times}|x|tomas?)? ?(?:{a_day})(?:\b|$)";
    PIECES = r"\b(?:1|una?|un|one|uma?) (?:sola )?(?:{tablet}|{pill}|{capsule}|{comprimido}|{puff}|{drop}|{ampoule}|{sachet}|{patch}) (?:{a_day}|{daily})(?:\b|$)";
    DAILY = r"\b(?:{daily})\b";
    SCHEME = r"\b([0-3])-([0-3])-([0-3])(?:-([0-3]))?\b";
    WEEKLY = r"\b(?:({num}|una?|uma?|one) (?:{times}|dias?) ?(?:{a_week})|({weekly}))\b";
    MONTHLY = r"\b(?:(?:1|una?|uma?|one) (?:{times}) (?:{a_month})|{monthly})\b";
    SINGLE = r"\b(?:{once_only})\b";
    DEMAND = r"\b(?:{on_demand})\b";
    OTHER_DAY = r"\b(?:{every_other_day})\b";
    MEALS = r"\b(?:{each_meal})\b";
    PARTS = r"\b(?:1|una?|un|una|otra|otro|one|uma)? ?(?:(?:{hedge}) )?(?:(?:por|en|x|con|despues de|antes de|al|a|de|in|at|pela) )?(?:la |el |las |the )?({part_of_day})(?:(?:,|,? (?:y|e|and)) (?:(?:1|una?|otra|otro|one|uma) )?(?:(?:por|en|x|con|despues de|antes de|al|a|in|at|pela) )?(?:la |el |las |the )?({part_of_day}))(?:,? (?:y|e|and) (?:(?:1|una?|otra|otro|uma) )?(?:(?:por|en|x|con|al|a|in|at|pela) )?(?:la |el |las )?({part_of_day}))?\b";
    ONE_PART = r"\b(?:{each_part})\b";
    LATIN = r"\b(?:(bid|b\.i\.d|bd)|(tid|t\.i\.d|tds)|(qid|q\.i\.d)|(qd|q\.d|od|stat))\b";
    HEDGED = r"^(?: ?(?:{hedge})\b\.?| ?(?:{take})| ?[:=,-])*";
    NOT_HOURS = r"^ ?(?:{days}|{weeks}|{months}|{unit_mg}|{unit_ml}|minutos|min|[/%:.,][0-9])";
}

type Reader = fn(&regex::Captures<'_>) -> Option<String>;

/// The forms, the more exact before the others.
static FORMS: &[(&Pattern, Reader)] = &[
    (&HOURS, hours),
    (&HOURS_BY, hours),
    (&DAYS, days),
    (&HOURS_BARE, bare_hours),
    (&SCHEME, scheme),
    (&TIMES, times),
    (&PIECES, |_| Some(a_day(1))),
    (&OTHER_DAY, |_| Some("cada 2 días".into())),
    (&WEEKLY, weekly),
    (&MONTHLY, |_| Some("1 vez al mes".into())),
    (&SINGLE, |_| Some("dosis única".into())),
    (&DEMAND, |_| Some("a demanda".into())),
    (&LATIN, latin),
    (&MEALS, |_| Some(a_day(3))),
    (&PARTS, parts),
    (&DAILY, |_| Some(a_day(1))),
    (&ONE_PART, |_| Some(a_day(1))),
];

static SET: Set = Set::new();

/// Every frequency, apart from each other; where two overlap, the more exact form.
pub(crate) fn scan(text: &str) -> Vec<Read> {
    let mut reads: Vec<Read> = Vec::new();
    let matches = SET.matches(FORMS.iter().map(|(pattern, _)| *pattern), text);
    for (pattern, reader) in matches.iter().filter_map(|index| FORMS.get(index)) {
        for captures in pattern.regex().captures_iter(text) {
            let Some(range) = captures.get(0).map(|whole| whole.range()) else { continue };
            let bare = std::ptr::eq(*pattern, &raw const HOURS_BARE);
            if bare && NOT_HOURS.at_start(&text[range.end..]).is_some() || text[..range.start].ends_with(['/', '-']) {
                continue;
            }
            reads.extend(reader(&captures).map(|value| Read::new(range, value)));
        }
    }
    // Stable: of those that begin together the more exact form stays first.
    reads.sort_by_key(|read| read.range.start);
    let mut apart: Vec<Read> = Vec::with_capacity(reads.len());
    for read in reads {
        if apart.last().is_none_or(|last| last.range.end <= read.range.start) {
            apart.push(read);
        }
    }
    apart
}

/// The frequency at the beginning.
pub(crate) fn direct(text: &str) -> Option<Read> {
    let at_once = scan(&text[..text.len().min(120)]).into_iter().next().filter(|read| read.range.start == 0);
    if at_once.is_some() {
        return at_once;
    }
    let begin = HEDGED.regex().find(text).map_or(0, |hedges| hedges.end());
    let begin = begin + (text[begin..].len() - text[begin..].trim_start().len());
    let part = &text[begin..text.len().min(begin + 120)];
    scan(part).into_iter().next().filter(|read| read.range.start == 0).map(|read| read.moved(begin))
}

fn number(captures: &regex::Captures<'_>, group: usize) -> Option<u32> {
    let written = captures.get(group)?.as_str();
    Some(match written {
        "twice" => 2,
        _ => written.parse().unwrap_or(1),
    })
}

fn a_day(times: u32) -> String {
    if times == 1 { "1 vez al día".into() } else { format!("{times} veces al día") }
}

fn hours(captures: &regex::Captures<'_>) -> Option<String> {
    let hours = number(captures, 1)?;
    (1..=96).contains(&hours).then(|| format!("cada {hours} horas"))
}

fn bare_hours(captures: &regex::Captures<'_>) -> Option<String> {
    let hours = number(captures, 1)?;
    matches!(hours, 4 | 6 | 8 | 12 | 24 | 36 | 48 | 72).then(|| format!("cada {hours} horas"))
}

fn days(captures: &regex::Captures<'_>) -> Option<String> {
    Some(match number(captures, 1)? {
        1 => a_day(1),
        7 => "1 vez a la semana".into(),
        30 => "1 vez al mes".into(),
        days => format!("cada {days} días"),
    })
}

fn times(captures: &regex::Captures<'_>) -> Option<String> {
    number(captures, 1).filter(|times| (1..=8).contains(times)).map(a_day)
}

fn scheme(captures: &regex::Captures<'_>) -> Option<String> {
    let taken = (1..=4).filter_map(|group| captures.get(group)).filter(|part| part.as_str() != "0").count();
    u32::try_from(taken).ok().filter(|taken| *taken > 0).map(a_day)
}

fn weekly(captures: &regex::Captures<'_>) -> Option<String> {
    match number(captures, 1) {
        Some(times) if times > 1 => Some(format!("{times} veces a la semana")),
        _ => Some("1 vez a la semana".into()),
    }
}

fn latin(captures: &regex::Captures<'_>) -> Option<String> {
    let times = (1..=4).find(|group| captures.get(*group).is_some())?;
    Some(a_day([2, 3, 4, 1][times - 1]))
}

fn parts(captures: &regex::Captures<'_>) -> Option<String> {
    let count = (1..=3).filter(|group| captures.get(*group).is_some()).count();
    u32::try_from(count).ok().filter(|count| *count > 1).map(a_day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    #[test]
    fn frequencies_are_read_in_one_form() {
        for (text, expected) in [
            ("c/8h", "cada 8 horas"),
            ("cada 12 hrs", "cada 12 horas"),
            ("C/ 6 HORAS", "cada 6 horas"),
            ("c/24", "cada 24 horas"),
            ("cada 8", "cada 8 horas"),
            ("q8h", "cada 8 horas"),
            ("de 8 em 8 horas", "cada 8 horas"),
            ("2 veces al día", "2 veces al día"),
            ("1 x dia", "1 vez al día"),
            ("una al dia", "1 vez al día"),
            ("3 veces por dia", "3 veces al día"),
            ("una diaria", "1 vez al día"),
            ("1 comprimido diario", "1 vez al día"),
            ("todos los días", "1 vez al día"),
            ("1-0-1", "2 veces al día"),
            ("1-1-1", "3 veces al día"),
            ("0-0-1", "1 vez al día"),
            ("cada noche", "1 vez al día"),
            ("por la noche", "1 vez al día"),
            ("1 en la mañana y 1 en la noche", "2 veces al día"),
            ("mañana y noche", "2 veces al día"),
            ("en el desayuno y en la cena", "2 veces al día"),
            ("desayuno, almuerzo y cena", "3 veces al día"),
            ("semanal", "1 vez a la semana"),
            ("una vez por semana", "1 vez a la semana"),
            ("cada mes", "1 vez al mes"),
            ("dosis única", "dosis única"),
            ("una sola vez", "dosis única"),
            ("a demanda", "a demanda"),
            ("SOS", "a demanda"),
            ("interdiario", "cada 2 días"),
            ("cada 3 días", "cada 3 días"),
            ("twice a day", "2 veces al día"),
            ("every 12 hours", "cada 12 horas"),
            ("BID", "2 veces al día"),
            ("2 vezes ao dia", "2 veces al día"),
        ] {
            let read = direct(&Folded::new(text).text).map(|read| read.value);
            assert_eq!(read.unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn durations_are_no_frequencies() {
        for text in ["por 7 días", "3 dias", "5 ml", "hace 2 semanas", "24 horas", "01-02-2026"] {
            assert_eq!(direct(&Folded::new(text).text), None, "{text}");
        }
    }
}
