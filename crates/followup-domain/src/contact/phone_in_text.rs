//! Telephone numbers in running text.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;
use rlibphonenumber::phonenumber_matcher::{Leniency, PHONE_MATCHER_FACTORY};

use super::{
    Country, PhoneNumber, not_phone,
    phone::{valid_number, without_abolished_prefixes},
    readable::constant,
    set_aside::set_aside,
};

/// A word that announces a telephone number.
pub(super) const LABEL: &str = "tel:";

const LABELS: &str = "tel[eé]fonos?|tel[eé]f|telfs?|tels?|tlfs?|fonos?|fijos?|celulares|celular|cels?\
    |m[oó]vil(?:es)?|whatsapp|whatsap|wasap|wsp|wpp|rpm|rpc|phone|mobile";

const EXTENSIONS: &str = "anexos?|ext";

/// The numbers of the text in order, repetitions included, each with whether the text says not to use it.
pub(super) fn find_numbers(text: &str, country: Country) -> Vec<(PhoneNumber, bool)> {
    let text = not_phone::mask(&spaced(text));
    let text = without_abolished_prefixes(&text, country);
    let mut found = matched(&text, country);
    for (span, number) in labelled(&text, country) {
        if found.iter().all(|(other, _)| other.end <= span.start || span.end <= other.start) {
            found.push((span, number));
        }
    }
    found.sort_by_key(|(span, _)| span.start);
    let places: Vec<Range<usize>> = found.iter().map(|(span, _)| span.clone()).collect();
    found.into_iter().map(|(_, number)| number).zip(set_aside(&text, &places)).collect()
}

/// Whether the word announces a telephone number or an extension.
pub(super) fn is_label(word: &str) -> bool {
    static WORD: LazyLock<Regex> = LazyLock::new(|| constant(&format!("(?i)^(?:{LABELS}|{EXTENSIONS})$")));
    WORD.is_match(word)
}

type Found = (Range<usize>, PhoneNumber);

/// What the numbering plans recognise. A national number must carry its trunk prefix where the country
/// writes one, which keeps bare identity numbers of the same length out.
fn matched(text: &str, country: Country) -> Vec<Found> {
    PHONE_MATCHER_FACTORY
        .matcher_builder(text)
        .preferred_region(country.region())
        .leniency(Leniency::Valid)
        .build()
        .filter_map(|found| PhoneNumber::from_plan(&found.number).map(|number| (found.start..found.end(), number)))
        .collect()
}

/// What a label announces as a telephone number may lack the trunk prefix: `Tel. 1 234-5678`.
fn labelled(text: &str, country: Country) -> Vec<Found> {
    static LABELLED: LazyLock<Regex> =
        LazyLock::new(|| constant(&format!(r"(?i)\b(?:{LABELS})\b[ .:#=°-]*(?:n[ro]*[ .:°]+)?(\(?[0-9][0-9 ().-]{{5,18}}[0-9])\b")));
    LABELLED
        .captures_iter(text)
        .filter_map(|captures| captures.get(1))
        .filter_map(|number| Some((number.range(), valid_number(number.as_str(), country)?)))
        .collect()
}

/// The text with a blank where a label or a second number was typed against a number, because a number
/// inside a word is not read: `cel999888777`, `999888777-988777666`; `_` separates as a blank does.
fn spaced(text: &str) -> String {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| constant(&format!(r"(?i)\b({LABELS}|{EXTENSIONS})(\+|\(|[0-9])")));
    static AFTER: LazyLock<Regex> = LazyLock::new(|| constant(&format!(r"(?i)([0-9])({LABELS}|{EXTENSIONS})\b")));
    // Together more than the 15 digits of E.164, so it cannot be one number.
    static TWO: LazyLock<Regex> = LazyLock::new(|| constant(r"\b([0-9]{7,})-([0-9]{9,})\b"));
    let text = text.replace('_', " ");
    let text = BEFORE.replace_all(&text, "$1 $2");
    let text = AFTER.replace_all(&text, "$1 $2");
    TWO.replace_all(&text, "$1 / $2").into_owned()
}
