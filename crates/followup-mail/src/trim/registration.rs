//! "CMP 40111", "Nº Colegiado 28/12345", "CRM-SP 123456": numbers of a register, which tell nothing of a case.

use std::collections::HashSet;
use std::sync::LazyLock;

use followup_domain::text::fold;

use super::print_words::{CARDS, REGISTER_JOINTS, REGISTERS};

/// Digits of a register's number; laboratory values have fewer.
const LEAST_DIGITS: usize = 4;
/// Words between a register and its number.
const MOST_JOINTS: usize = 4;

static NAMES: LazyLock<HashSet<String>> =
    LazyLock::new(|| REGISTERS.iter().flat_map(|(_, words)| words.split(' ')).map(|word| bare(&fold(word))).collect());

/// A folded text without the registers and their numbers.
pub(super) fn without_registrations(folded: &str) -> String {
    let words: Vec<&str> = folded.split(' ').collect();
    let mut kept: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match registration(&words[at..]) {
            Some(length) => at += length,
            None => {
                kept.push(words[at]);
                at += 1;
            }
        }
    }
    kept.join(" ")
}

/// How many words the registration takes that begins here.
fn registration(words: &[&str]) -> Option<usize> {
    let (name, number) = glued(words[0]);
    let is_card = CARDS.contains(&name.as_str());
    if !is_card && !NAMES.contains(&name) && !name.strip_prefix('n').is_some_and(|rest| NAMES.contains(rest)) {
        // "Nº Colegiado".
        let is_number = matches!(name.as_str(), "n" | "nº" | "no" | "nro" | "num");
        return is_number.then(|| words.get(1..).filter(|rest| !rest.is_empty()).and_then(registration)).flatten().map(|length| length + 1);
    }
    if number.is_some_and(is_number) {
        return (!is_card).then_some(1);
    }
    let joints = words[1..].iter().take(MOST_JOINTS).take_while(|word| is_joint(word)).count();
    let is_professional = words[1..=joints].iter().any(|word| bare(word).starts_with("prof") || bare(word).starts_with("esp"));
    // "Reg. MS 1.0123.0456": of a product at a ministry of health, as "Registro Sanitario" is, and the case's.
    let is_products =
        name.starts_with("reg") && words[1..=joints].iter().any(|word| matches!(bare(word).as_str(), "ms" | "san" | "sanitario"));
    let number = words.get(1 + joints).filter(|_| !is_products)?;
    (is_number(number) && (!is_card || is_professional)).then_some(joints + 2)
}

/// "crm/sp:123456" as its name and its number.
fn glued(word: &str) -> (String, Option<&str>) {
    let digit = word.find(|character: char| character.is_ascii_digit());
    let (name, number) = digit.map_or((word, None), |at| (&word[..at], Some(&word[at..])));
    let dotless = name.replace('.', "");
    let name = dotless.trim_matches(|character: char| !character.is_alphanumeric()).split(['-', '/', ':']).next().unwrap_or_default();
    (bare(name), number)
}

fn is_joint(word: &str) -> bool {
    let word = word.trim_matches(|character: char| !character.is_alphanumeric() && !matches!(character, 'º' | '°'));
    word.is_empty() || REGISTER_JOINTS.contains(&word) || word.len() == 2 && word.chars().all(char::is_alphabetic)
}

/// Enough digits, and no date.
fn is_number(word: &str) -> bool {
    let word = word.trim_matches(|character: char| !character.is_alphanumeric());
    let word = word.strip_prefix(|character: char| character.is_ascii_alphabetic()).unwrap_or(word);
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let is_date = word.split(['/', '-']).count() == 3 && word.split(['/', '-']).all(|part| part.len() <= 4);
    digits >= LEAST_DIGITS && !is_date && word.chars().all(|character| character.is_ascii_digit() || matches!(character, '.' | '-' | '/'))
}

fn bare(word: &str) -> String {
    word.chars().filter(|character| character.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_and_their_numbers_are_taken_out_and_values_of_a_case_are_not() {
        for text in [
            "cmp 40111 rne 20222",
            "c.m.p. 40111",
            "nº colegiado 28/12345",
            "crm-sp 123456",
            "mat. nac. 123.456",
            "ced. prof. 1234567",
            "rif j-12345678-9",
            "cmp:40111",
            "reg. nac. n° 123456",
        ] {
            assert_eq!(without_registrations(text).trim(), "", "{text}");
        }
        for text in [
            "cmp 120",
            "col 250",
            "tp 14",
            "cedula 1234567",
            "lote 12345678",
            "reg 12/03/2024",
            "68 kg",
            "cmp",
            "nº 40111",
            "registro sanitario n° 123456",
            "reg. ms 1.0123.0456",
        ] {
            assert_eq!(without_registrations(text), text);
        }
    }
}
