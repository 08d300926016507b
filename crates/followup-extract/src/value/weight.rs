//! Weights, in kilograms.

use regex::Captures;

use super::Read;
use super::number::{parse, show};
use crate::pattern::patterns;
use crate::proposal::{Conflict, Precision};

/// A person's weight may be so much; beyond it somebody looks at it.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 0.4..=300.0;
const POUND: f64 = 0.453_592_37;

patterns! {
    WITH_UNIT = r"({num}) ?(?:({kilos})\b\.?(?: ?(?:con |y |e |, ?)?([0-9]{1,3}) ?(?:{grams})\b| (?:y |e |and )?(?:a )?({half})\b| ([0-9]{3})\b)?|({pounds})\b|({grams})\b)";
    BARE = r"^({num})(?: (?:y|e|and) ({half})\b)?";
    HEDGED = r"^(?: ?(?:{hedge})\b\.?| ?[:=,-])*";
    /// What makes the number another thing.
    UNIT = r"^(?:{kilos}|{pounds}|{unit_mg}|{unit_ml}|{unit_mcg}|{unit_g}|{unit_iu}|{months}|{years}|{weeks}|{days}|{hours}|{times}|{tablet}|{pill}|m|mts?|cm|metros?|grados|c|por|x|al|a|de|lat|lpm|min|minutos)\b";
    APPROXIMATE = r"\b(?:unos|como|aprox\w*|mas o menos|casi|cerca|alrededor|digamos|estimad[oa]|about|around|uns|y pico)\b";
}

/// Every weight with its unit. `young`: grams may be a newborn's weight.
pub(crate) fn scan(text: &str, young: bool) -> Vec<Read> {
    WITH_UNIT.regex().captures_iter(text).filter_map(|captures| with_unit(text, &captures, young)).collect()
}

/// The weight at the beginning, with or without its unit. `young`: as above.
pub(crate) fn direct(text: &str, young: bool) -> Option<Read> {
    let begin = HEDGED.regex().find(text).map_or(0, |hedges| hedges.end());
    let begin = begin + (text[begin..].len() - text[begin..].trim_start().len());
    let rest = &text[begin..];
    let approximate = APPROXIMATE.regex().is_match(&text[..begin]);
    let read = WITH_UNIT
        .regex()
        .captures(rest)
        .filter(|captures| captures.get(0).is_some_and(|whole| whole.start() == 0))
        .and_then(|captures| with_unit(rest, &captures, young))
        .or_else(|| bare(rest))?;
    let precision = if approximate { Precision::Approximate } else { read.precision };
    // "unos 68 kilos": the words before belong to it.
    let range = if approximate { 0..read.range.end + begin } else { read.range.start + begin..read.range.end + begin };
    Some(Read { range, precision, ..read })
}

fn with_unit(text: &str, captures: &Captures<'_>, young: bool) -> Option<Read> {
    let range = captures.get(0)?.range();
    if is_of_something_else(text, &range) {
        return None;
    }
    let number = parse(captures.get(1)?.as_str(), captures.get(7).is_some())?;
    let kilograms = if captures.get(2).is_some() {
        let more = captures.get(3).or(captures.get(5)).and_then(|grams| grams.as_str().parse::<f64>().ok()).unwrap_or(0.0) / 1000.0;
        number + more + if captures.get(4).is_some() { 0.5 } else { 0.0 }
    } else if captures.get(6).is_some() {
        (number * POUND * 10.0).round() / 10.0
    } else {
        // Grams are a dose, a tumour or a newborn.
        (young && (400.0..=9000.0).contains(&number)).then_some(number / 1000.0)?
    };
    Some(checked(range, kilograms))
}

fn bare(text: &str) -> Option<Read> {
    let captures = BARE.regex().captures(text)?;
    let range = captures.get(0)?.range();
    let rest = text[range.end..].trim_start();
    // Another unit, or a date.
    let joined = text[range.end..].starts_with(|next: char| next.is_ascii_alphanumeric() || "/%:-".contains(next));
    let ends = !joined && UNIT.at_start(rest).is_none();
    let number = parse(captures.get(1)?.as_str(), false)?;
    let half = if captures.get(2).is_some() { 0.5 } else { 0.0 };
    (ends && (1.0..=250.0).contains(&number)).then(|| checked(range, number + half))
}

fn checked(range: std::ops::Range<usize>, kilograms: f64) -> Read {
    let conflict = (!PLAUSIBLE.contains(&kilograms)).then_some(Conflict::OutOfRange);
    Read { conflict, ..Read::new(range, show(kilograms)).in_unit("kg") }
}

/// "mg/kg", "kg/m2", "por kg", "IMC 34 kg", "15 mg por 10 kg".
fn is_of_something_else(text: &str, range: &std::ops::Range<usize>) -> bool {
    let before = text[..range.start].bytes().next_back();
    text[range.end..].starts_with("/") || before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"/,.-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    #[test]
    fn weights_are_read_in_kilograms() {
        for (text, expected) in [
            ("68 kg", "68"),
            ("unos 68 kilos", "68"),
            ("68,5Kg.", "68.5"),
            ("61,200 kg", "61.2"),
            ("6 kg 800 gr", "6.8"),
            ("14 kilos con 200 gramos", "14.2"),
            ("12 kilos 300", "12.3"),
            ("11 kilos y medio", "11.5"),
            ("154 libras", "69.9"),
            ("52 lbs", "23.6"),
            ("70", "70"),
            ("55 y medio", "55.5"),
            ("aprox. 90 kgs", "90"),
            ("78 KLS", "78"),
            ("57,0", "57"),
            ("cerca de 70 quilos", "70"),
            ("about 150 pounds", "68"),
            ("82 - 83", "82"),
        ] {
            let folded = Folded::new(text).text;
            assert_eq!(direct(&folded, false).map(|read| read.value), Some(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_weight_of_a_person_is_not_read() {
        for text in ["1,70 m", "5 mg", "30 g", "120/80", "kg", "12/03/2026", "15 mg/kg", "38 grados", "34 kg/m2", "5 semanas"] {
            assert_eq!(direct(&Folded::new(text).text, false), None, "{text}");
        }
    }

    #[test]
    fn impossible_weights_say_so() {
        assert_eq!(direct("680 kg", false).and_then(|read| read.conflict), Some(Conflict::OutOfRange));
        assert_eq!(direct("1 850 gr", true).map(|read| read.value), Some("1.85".to_owned()));
    }
}
