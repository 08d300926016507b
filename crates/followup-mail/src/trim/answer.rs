//! The guard before anything is folded that is no quote: whether its lines may tell something of the case.
//!
//! Losing words is worse than leaving a signature, so a line is taken for print only by positive signs: what reaches a person, or a
//! name or title in capitals. A label with a value, a number, a question, a postscript, a verb of the reporter's or a clinical word
//! keeps it.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::answer_words::{CASE_STEMS, CASE_WORDS, CONTACT_LABELS, OTHER_CASE_STEMS, OWN_WORDS, PLACES, POSTSCRIPTS};
use super::line::folded;
use super::print_words::HOUSES;
use super::registration::without_registrations;

/// Words that are looked up, and beginnings of words by their longest.
struct Words {
    stems: HashSet<&'static str>,
    longest: usize,
    case: HashSet<&'static str>,
    own: HashSet<&'static str>,
    labels: HashSet<&'static str>,
    places: HashSet<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let set = |words: &'static str| words.split(' ').collect::<HashSet<_>>();
    let stems: HashSet<&str> = CASE_STEMS.split(' ').chain(OTHER_CASE_STEMS.split(' ')).collect();
    let longest = stems.iter().map(|stem| stem.len()).max().unwrap_or_default();
    Words { stems, longest, case: set(CASE_WORDS), own: set(OWN_WORDS), labels: set(CONTACT_LABELS), places: set(PLACES) }
});

/// Words of a line that is a name or a title.
const LONGEST_TITLE: usize = 8;
/// Shorter words stand in lower case in titles too.
const LEAST_CAPITAL: usize = 4;
/// Digits of a telephone number.
const LEAST_DIGITS: usize = 7;
/// Words of a sentence.
const LEAST_SENTENCE: usize = 4;

/// Whether a line may tell something: all but names, titles, slogans, and what reaches a person or registers one.
pub(super) fn may_answer(line: &str) -> bool {
    let Some(text) = folded(line) else { return true };
    let rest = without_registrations(&without_links(&text));
    let has_digits = rest.contains(|character: char| character.is_ascii_digit());
    tells_of_the_case(&rest) && !is_house(line, &rest)
        || rest.contains('?')
        || is_postscript(&text)
        || has_value(&rest)
        || words(&rest).any(|word| WORDS.own.contains(word))
        || has_digits && !is_telephone(&rest) && !is_place(&rest)
}

/// "Hospital del Niño", "Unidad de Cuidados Intensivos": the name of an office, in capitals.
fn is_house(line: &str, folded: &str) -> bool {
    words(folded).next().is_some_and(|first| HOUSES.contains(&first))
        && is_title(line)
        && !folded.contains(|character: char| character.is_ascii_digit())
}

/// Whether a text (folded) has a word of the clinic or of a case's data.
pub(super) fn tells_of_the_case(folded: &str) -> bool {
    words(folded).any(|word| WORDS.case.contains(word) || begins_with_stem(word))
}

fn begins_with_stem(word: &str) -> bool {
    (1..=WORDS.longest.min(word.len())).any(|end| word.get(..end).is_some_and(|start| WORDS.stems.contains(start)))
}

/// Whether a text (folded) has a number that is no link and no telephone number.
pub(super) fn has_numbers(folded: &str) -> bool {
    let rest = without_links(folded);
    rest.contains(|character: char| character.is_ascii_digit()) && !is_telephone(&rest)
}

/// Whether a line reaches a person or names a place, and tells nothing else.
pub(super) fn is_contact(line: &str) -> bool {
    let Some(text) = folded(line) else { return false };
    let rest = without_registrations(&without_links(&text));
    !may_answer(line) && (rest.len() < text.len() || is_telephone(&rest) || is_place(&rest))
}

/// Whether a line is printed: it reaches a person, or all its longer words are in capitals.
pub(super) fn is_print(line: &str) -> bool {
    is_contact(line) || !may_answer(line) && is_title(line)
}

/// Several words in lower case and a full stop.
pub(super) fn is_sentence(line: &str) -> bool {
    let is_low = |word: &&str| word.starts_with(char::is_lowercase) && word.chars().count() >= LEAST_CAPITAL;
    let closes = line.trim_end().ends_with(['.', '!', ';', '…']);
    closes && line.split_whitespace().count() >= LEAST_SENTENCE && line.split_whitespace().filter(is_low).count() > 1
}

fn is_title(line: &str) -> bool {
    let words = || line.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty());
    let is_capital = |word: &str| word.chars().count() < LEAST_CAPITAL || word.starts_with(|character: char| !character.is_lowercase());
    let ends = line.trim_end().ends_with(['!', ';', ':']);
    !ends && (1..=LONGEST_TITLE).contains(&words().count()) && words().all(is_capital)
}

/// "PD", "P. S.", "Nota" and no longer word.
fn is_postscript(folded: &str) -> bool {
    POSTSCRIPTS.iter().any(|start| folded.strip_prefix(start).is_some_and(|rest| !rest.starts_with(char::is_alphabetic)))
}

/// "Evolución: falleció"; a telephone's or an office's label has none.
fn has_value(text: &str) -> bool {
    let Some((label, value)) = text.split_once([':', '=']) else { return false };
    let label = label.trim_matches(|character: char| !character.is_alphanumeric());
    !value.trim().is_empty() && !WORDS.labels.contains(label)
}

/// Little but a telephone number: it has a label, a sign or several groups, no date and no code of letters and digits.
fn is_telephone(text: &str) -> bool {
    let is_digit = |character: char| character.is_ascii_digit();
    let tokens = || text.split([' ', '\t', ',', '|', ':']).filter(|token| !token.is_empty());
    let numbers = || tokens().filter(|token| token.contains(is_digit));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|character| character.is_alphabetic()).count();
    let is_code = |token: &str| token.contains(char::is_alphabetic) || token.contains('/') || is_date(token);
    let has_label = tokens().next().is_some_and(|first| WORDS.labels.contains(first.trim_matches(['.', '(', ')'])));
    let has_sign =
        text.starts_with(['+', '(']) || text.split(|character| !is_digit(character)).filter(|group| !group.is_empty()).count() > 1;
    // The register of a product: those of a person or a company were taken out.
    let is_registered = || words(text).any(|word| word == "reg" || word.starts_with("regist"));
    digits >= LEAST_DIGITS && letters <= digits && !is_registered() && !numbers().any(is_code) && (has_label || has_sign)
}

/// "12-03-2024" and "2024.3.12".
fn is_date(token: &str) -> bool {
    let parts: Vec<usize> =
        token.split(['-', '.']).take(4).map(|part| if part.bytes().all(|byte| byte.is_ascii_digit()) { part.len() } else { 0 }).collect();
    matches!(parts[..], [1..=2, 1..=2, 2 | 4] | [4, 1..=2, 1..=2])
}

/// "Calle Mayor 12", "Green Street 4".
fn is_place(text: &str) -> bool {
    words(text).any(|word| WORDS.places.contains(word))
}

fn without_links(folded: &str) -> String {
    let is_link = |word: &&str| word.contains('@') || word.contains("http") || word.contains("www.");
    folded.split(' ').filter(|word| !is_link(word)).collect::<Vec<_>>().join(" ")
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_titles_and_what_reaches_a_person_are_print() {
        for line in [
            "Hospital Central",
            "Dra. Ana Ruiz",
            "Servicio de Farmacia",
            "+51 999 888 777",
            "Tel: 91 123 45 67",
            "www.example.com",
            "Calle Mayor 12, Madrid",
        ] {
            assert!(is_print(line), "{line}");
        }
    }

    #[test]
    fn what_may_tell_something_is_no_print() {
        for line in [
            "Lote 12345678",
            "12345678",
            "AB1234567",
            "12/03/2024",
            "12-03-2024",
            "Evolución: falleció",
            "Outcome: died",
            "PD: come bien",
            "No come",
            "68 kg",
            "Fumadora, diabética",
            "¿Algo más?",
            "Sigue igual",
            "la niña come bien",
            "Fatal, anaphylactic shock",
        ] {
            assert!(!is_print(line), "{line}");
        }
    }
}
