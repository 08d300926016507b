//! Doses: an amount and its unit.

use regex::Captures;

use super::Read;
use super::number::{parse, show};
use crate::pattern::patterns;

/// Concept → the unit as the case holds it: one, several.
const UNITS: &[(&str, &str, &str)] = &[
    ("mg", "mg", "mg"),
    ("mcg", "mcg", "mcg"),
    ("ml", "ml", "ml"),
    ("iu", "UI", "UI"),
    ("meq", "mEq", "mEq"),
    ("g", "g", "g"),
    ("tablet", "tableta", "tabletas"),
    ("pill", "pastilla", "pastillas"),
    ("capsule", "cápsula", "cápsulas"),
    ("comprimido", "comprimido", "comprimidos"),
    ("drop", "gota", "gotas"),
    ("puff", "puff", "puff"),
    ("ampoule", "ampolla", "ampollas"),
    ("ovule", "óvulo", "óvulos"),
    ("suppository", "supositorio", "supositorios"),
    ("patch", "parche", "parches"),
    ("sachet", "sobre", "sobres"),
    ("spoon", "cucharadita", "cucharaditas"),
    ("bigspoon", "cucharada", "cucharadas"),
    ("syringe", "jeringa", "jeringas"),
    ("cap", "tapita", "tapitas"),
];

patterns! {
    AMOUNT = concat!(
        r"\b(?P<n>(?P<whole>[0-9]+|una?|uma?|one) (?:y |e |and )?(?P<frac>1/2|1/4|3/4|{half})|(?P<alone>1/2|1/4|3/4|{half})(?: de| a)?|{num}|una?|uno|uma?|one|a) ?",
        r"(?:(?P<mg>{unit_mg})|(?P<mcg>{unit_mcg})|(?P<ml>{unit_ml})|(?P<iu>{unit_iu})|(?P<meq>{unit_meq})|(?P<g>{unit_g})|",
        r"(?P<tablet>{tablet})|(?P<pill>{pill})|(?P<capsule>{capsule})|(?P<comprimido>{comprimido})|(?P<drop>{drop})|(?P<puff>{puff})|(?P<ampoule>{ampoule})|",
        r"(?P<ovule>{ovule})|(?P<suppository>{suppository})|(?P<patch>{patch})|(?P<sachet>{sachet})|(?P<bigspoon>{bigspoon})|(?P<spoon>{spoon})|(?P<syringe>{syringe})|(?P<cap>{cap}))(?:\b|$)"
    );
    /// "500 mg" after "2 tabletas de".
    OF = r"^ ?(?:de|d|of) ?";
    /// What makes it a concentration, a rate or a test's result.
    PER = r"^\.? ?(?:/ ?(?:d?l|ml|[0-9]|kg|m2|min|h\b|hora|campo)|por (?:d?l|ml|kg|kilo|hora|min)\b|%)";
    HEDGED = r"^(?: ?(?:{hedge})\b\.?| ?(?:(?:se|le|lo|la|les|los|las|me|nos) )*(?:{take}) (?:de )?| ?[:=-]| ?la dosis (?:es|era|fue) de)*";
}

/// A dose with what tells whether it is one.
#[derive(Debug, Clone)]
pub(crate) struct Amount {
    pub(crate) read: Read,
    /// A mass, a volume, units: what may be a test's result as well.
    pub(crate) measured: bool,
    /// Not a whole number of pieces.
    pub(crate) broken: bool,
}

/// Every amount, in order.
pub(crate) fn scan(text: &str) -> Vec<Amount> {
    AMOUNT.regex().captures_iter(text).filter_map(|captures| amount(text, &captures)).collect()
}

fn amount(text: &str, captures: &Captures<'_>) -> Option<Amount> {
    let range = captures.get(0)?.range();
    if PER.at_start(&text[range.end..]).is_some() || text[..range.start].ends_with(|before: char| "/.,-+".contains(before)) {
        return None;
    }
    let (concept, one, several) = UNITS.iter().find(|(concept, ..)| captures.name(concept).is_some())?;
    let measured = matches!(*concept, "mg" | "mcg" | "ml" | "iu" | "meq" | "g");
    let written = captures.name("n")?.as_str();
    // "a mg", "un mg": no amount.
    let worded = written.starts_with(|first: char| first.is_ascii_alphabetic());
    if (measured && worded) || written == "a" && *concept != "tablet" {
        return None;
    }
    let fraction = |name: &str| captures.name(name).map(|part| fraction_of(part.as_str()));
    let number = match (fraction("alone"), captures.name("whole"), fraction("frac")) {
        (Some(part), ..) => part,
        (_, Some(whole), Some(part)) => parse(whole.as_str(), false).unwrap_or(1.0) + part,
        _ if worded => 1.0,
        _ => parse(written, matches!(*concept, "mg" | "mcg" | "iu"))?,
    };
    if number <= 0.0 {
        return None;
    }
    let unit = if number > 1.0 { several } else { one };
    let broken = !measured && number.fract() != 0.0;
    Some(Amount { read: Read::new(range, format!("{} {unit}", show(number))), measured, broken })
}

fn fraction_of(written: &str) -> f64 {
    match written {
        "1/4" => 0.25,
        "3/4" => 0.75,
        _ => 0.5,
    }
}

/// The dose at the beginning: "1 tableta de 500 mg" is 500 mg, "media tableta de 5 mg" half a tablet.
pub(crate) fn direct(text: &str) -> Option<Read> {
    let begin = HEDGED.regex().find(text).map_or(0, |hedges| hedges.end());
    let begin = begin + (text[begin..].len() - text[begin..].trim_start().len());
    let amounts = scan(&text[begin..text.len().min(begin + 120)]);
    let first = amounts.iter().position(|amount| amount.read.range.start == 0)?;
    Some(of_pieces(&text[begin..], &amounts[first..]).moved(begin))
}

/// The first of these amounts, or what one piece of it holds where it stands right behind.
pub(crate) fn of_pieces(text: &str, amounts: &[Amount]) -> Read {
    let first = &amounts[0];
    let next = amounts.get(1).filter(|next| next.measured && !first.measured && !first.broken);
    match next {
        Some(next)
            if OF.at_start(&text[first.read.range.end..]).is_some_and(|of| first.read.range.end + of == next.read.range.start)
                && first.read.value.starts_with("1 ") =>
        {
            Read { range: first.read.range.start..next.read.range.end, ..next.read.clone() }
        }
        _ => first.read.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    #[test]
    fn doses_are_read_as_the_case_holds_them() {
        for (text, expected) in [
            ("500 mg", "500 mg"),
            ("500mg c/8h", "500 mg"),
            ("1gr EV", "1 g"),
            ("0,5 ml", "0.5 ml"),
            ("2 tabs", "2 tabletas"),
            ("media tableta de 5 mg", "0.5 tableta"),
            ("1 y 1/2 pastillas", "1.5 pastillas"),
            ("1/4 de pastilla", "0.25 pastilla"),
            ("una ampolla de 75 mg", "75 mg"),
            ("5000 UI", "5000 UI"),
            ("1.000 mg", "1000 mg"),
            ("100 mcg", "100 mcg"),
            ("24 unidades", "24 UI"),
            ("60 gotas", "60 gotas"),
            ("1 cucharadita de 5ml", "5 ml"),
            ("un comprimido", "1 comprimido"),
            ("2 comprimidos", "2 comprimidos"),
            ("one tablet", "1 tableta"),
            ("2 puffs", "2 puff"),
            ("5 cc", "5 ml"),
            ("tomaba 20 mg", "20 mg"),
            ("meio comprimido", "0.5 comprimido"),
        ] {
            assert_eq!(direct(&Folded::new(text).text).map(|read| read.value), Some(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn results_rates_and_sizes_are_no_doses() {
        for text in ["3,9 mg/dL", "5 mg/kg", "50 mcg/ml", "1,70 m", "30 dias", "una vez al dia", "2 veces", "80 mg/m2"] {
            assert_eq!(direct(&Folded::new(text).text), None, "{text}");
        }
    }
}
