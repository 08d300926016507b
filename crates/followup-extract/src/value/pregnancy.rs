//! Gestation, in months or weeks.

use super::Read;
use super::number::{parse, show};
use crate::pattern::patterns;

patterns! {
    GESTATION = r"\b({num})(?: (?:1/2|y medio))? ?(?:({months})|({weeks}))(?: ?(?:y [0-9] dias )?(?:cumplidos |completas )?(?:de )?(?:{pregnant}))";
    PREGNANT_OF = r"\b(?:{pregnant})\b(?:[ ,:]+(?:de|con|:|va por|unas|aprox\.?|actual|{hedge}))*[ ,:]*({num}) ?(?:({months})|({weeks}))\b";
    DIRECT = r"^(?: ?(?:{hedge}|de|:|tiene|tengo|con|va en|en))* ?({num})(?: ?(?:({months})|({weeks}))\b)?";
    NONE = r"^(?:{no}|no (?:esta|estoy|estaba) (?:{pregnant})|no (?:aplica|corresponde)|0)\b";
}

/// Gestations that the words around call so.
pub(crate) fn scan(text: &str) -> Vec<Read> {
    let mut reads = Vec::new();
    for pattern in [&GESTATION, &PREGNANT_OF] {
        reads.extend(pattern.regex().captures_iter(text).filter_map(|captures| {
            let whole = captures.get(0)?;
            of(whole.range(), captures.get(1)?.as_str(), captures.get(2).is_some(), captures.get(3).is_some())
        }));
    }
    reads.sort_by_key(|read| read.range.start);
    reads
}

/// The answer at the beginning.
pub(crate) fn direct(text: &str) -> Option<Read> {
    if let Some(end) = NONE.at_start(text) {
        return Some(Read::new(0..end, "No aplica"));
    }
    let captures = DIRECT.regex().captures(text)?;
    let range = captures.get(0)?.range();
    if text[range.end..].starts_with(|next: char| next.is_ascii_alphanumeric() || "/%".contains(next)) {
        return None;
    }
    let bare = captures.get(2).is_none() && captures.get(3).is_none();
    of(range, captures.get(1)?.as_str(), bare || captures.get(2).is_some(), captures.get(3).is_some())
}

fn of(range: std::ops::Range<usize>, number: &str, months: bool, weeks: bool) -> Option<Read> {
    let number = parse(number, false)?;
    match (months, weeks) {
        (true, _) if (0.5..=10.0).contains(&number) => Some(Read::new(range, show(number)).in_unit("meses")),
        (_, true) if (1.0..=43.0).contains(&number) => Some(Read::new(range, show(number)).in_unit("semanas")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    #[test]
    fn gestation_is_read_where_the_words_say_so() {
        for (text, value, unit) in [
            ("Gestante de 32 semanas", "32", "semanas"),
            ("tiene 14 semanas de embarazo", "14", "semanas"),
            ("tiene cuatro meses de embarazo", "", ""),
            ("embarazada, 5 meses", "5", "meses"),
            ("grávida de 20 semanas", "20", "semanas"),
            ("gestante 32 ss", "32", "semanas"),
            ("3 meses de tratamiento", "", ""),
            ("EG: 28 sem", "28", "semanas"),
        ] {
            let read = scan(&Folded::new(text).text).into_iter().next();
            assert_eq!(
                read.map(|read| (read.value, read.unit.unwrap_or_default())).unwrap_or_default(),
                (value.to_owned(), unit),
                "{text}"
            );
        }
    }
}
