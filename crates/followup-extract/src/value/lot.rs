//! Batch numbers: a token with a digit that is no date, registration, dose or telephone.

use super::Read;
use crate::pattern::patterns;

patterns! {
    TOKEN = r"^[ :#=\-.]*(?:(?:n(?:ro|umber|umero|um|o)?[.o]? ?|es |era |el |la |fue |dice |caja |l ?: |:|usado |administrado |corresponde al? |corresponde |numero |de |que dice |aplicado |impreso |del |que figura es |fue el |es el )+[:#=\- ]*)?([a-z]{1,4}[ -])?([a-z0-9]+(?:[-/.][a-z0-9]+)*)(?: ([0-9]{2,5})\b)?(?: ([0-9]{2,5})\b)?";
    DATE = r"^(?:[0-3]?[0-9][-/.])?(?:[01]?[0-9])[-/.](?:(?:19|20)?[0-9]{2})$";
    NAMED_DATE = r"^(?:[0-3]?[0-9][-/.])?(?:{month})[-/.]?(?:(?:19|20)?[0-9]{2})$";
    REGISTRATION = r"^(?:ee|en|eg|be|ng|rs|invima|anmat)-[0-9]{4,5}$";
    COUNTED = r"^ ?(?:{unit_mg}|{unit_ml}|{unit_mcg}|{tablet}|{pill}|{capsule}|{ampoule}|{days}|{months}|{years}|{times}|cajas?|frascos?|unidades|lotes|productos|%)\b";
    AND_ANOTHER = r"^ (?:y|o|e|u|and|ou) (?:el )?([a-z0-9]*[0-9][a-z0-9/\-]*)\b";
    EXPIRY = r"^(?:{expiry})$";
}

/// The batch at the beginning of what follows the label; `original` is the same piece as it was written.
pub(crate) fn direct(text: &str) -> Option<Read> {
    let part = &text[..text.find('\n').unwrap_or(text.len()).min(90)];
    let captures = TOKEN.regex().captures(part)?;
    let main = captures.get(2)?;
    let prefix = captures.get(1).filter(|prefix| EXPIRY.at_start(prefix.as_str().trim_end_matches([' ', '-'])).is_none());
    let start = prefix.map_or(main.start(), |prefix| prefix.start());
    let mut end = main.end();
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    let mut token = main.as_str();
    // "QR 41 220", "DV 2290": letters, then the digits apart.
    let letters_first = prefix.is_some_and(|prefix| prefix.as_str().ends_with(' ')) || !has_digit(token);
    if letters_first && (prefix.is_some() || token.len() <= 4) {
        for more in [captures.get(3), captures.get(4)].into_iter().flatten() {
            end = more.end();
        }
        token = &part[start..end];
    }
    if prefix.is_some_and(|prefix| prefix.as_str().ends_with(' ')) && STOPS.contains(&prefix.map_or("", |prefix| prefix.as_str().trim())) {
        return None;
    }
    if !has_digit(token) || !is_batch(token, &part[end..]) || REGISTRATION.at_start(&part[start..end]).is_some() {
        return None;
    }
    if let Some(another) = AND_ANOTHER.regex().captures(&part[end..]).and_then(|captures| captures.get(1)) {
        // Two batches, or two readings of one.
        end += another.end();
    }
    Some(Read::new(start..end, ""))
}

/// Words of at most four letters that are no beginning of a batch.
const STOPS: &[&str] = &[
    "no", "se", "y", "ni", "lo", "que", "en", "con", "por", "para", "mi", "su", "hay", "son", "unos", "sin", "vto", "exp", "cad", "fv",
    "ven", "v", "rs", "reg", "cmp", "dni", "tel", "cel", "fue", "como", "and", "the", "is", "was",
];

fn is_batch(token: &str, rest: &str) -> bool {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let letters = token.bytes().filter(u8::is_ascii_lowercase).count();
    let dated = DATE.regex().is_match(token) || NAMED_DATE.regex().is_match(token);
    (digits >= 3 || digits >= 1 && letters >= 1 && token.len() >= 3)
        && !dated
        && REGISTRATION.at_start(token).is_none()
        && COUNTED.at_start(rest).is_none()
        && token.len() <= 24
        && !(token.ends_with("mg") || token.ends_with("ml") || token.ends_with("kg"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    #[test]
    fn batches_are_read_as_they_are_written() {
        for (text, expected) in [
            (": GH-5521/25", "GH-5521/25"),
            (" K7731B", "K7731B"),
            (" 0917D2 vence 05/2026", "0917D2"),
            (": QR 41 220", "QR 41 220"),
            (" DV 2290 \n", "DV 2290"),
            (" es el V-0348, expira", "V-0348"),
            (" N° 20231", "20231"),
            (" 17-0633-H", "17-0633-H"),
            (": 5120Y044B", "5120Y044B"),
            (" 7310551 y 7310552", "7310551 y 7310552"),
        ] {
            let folded = Folded::new(text);
            let read = direct(&folded.text);
            assert_eq!(read.map(|read| text[folded.original(read.range)].to_owned()), Some(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn dates_registrations_and_counts_are_no_batches() {
        for text in [
            ": 05/2026",
            " vence 05/2026",
            " EE-02214",
            " no figura en la caja",
            " 2 cajas",
            " OCT-28",
            " ilegible",
            ": -",
            " 31/12/2028",
            " raspado",
            " 4",
        ] {
            assert_eq!(direct(&Folded::new(text).text), None, "{text}");
        }
    }
}
