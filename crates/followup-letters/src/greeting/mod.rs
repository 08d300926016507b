//! How a letter addresses the reporter: "Dra. Rojas", from what somebody typed as the reporter's name.

mod casing;
mod names;
mod titles;

#[cfg(test)]
mod tests;

use followup_domain::text::{fold, says_nothing};

use names::{DEVOTIONS, GIVEN, NOT_NAMES, PARTICLES, REGISTERS};
use titles::{BEHIND, Rank, TITLES, Title};

/// What a title tells; a given name tells nothing (Guadalupe, Andrea).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gender {
    Feminine,
    Masculine,
}

/// Whom a letter greets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Greeting {
    /// With title: `Dra. Rojas`. Without one, the whole name. None where no person is named.
    pub(crate) name: Option<String>,
    /// Whether the title tells it.
    pub(crate) gender: Option<Gender>,
}

/// Longer texts are no names, in characters.
const LONGEST: usize = 120;
/// More words are no name.
const MOST_WORDS: usize = 8;

/// Reads a reporter's name as people type it: titles with and without stops, surnames first, in capitals, with register numbers and
/// workplaces behind it. An e-mail address, an institution or "madre del paciente" is no name.
pub(crate) fn greeting(text: &str) -> Greeting {
    let text = text.split('<').next().unwrap_or_default();
    if text.chars().count() > LONGEST || says_nothing(text) || text.contains('@') {
        return Greeting::default();
    }
    let (mut titles, rest) = leading_titles(text);
    let words = name_words(&rest, &mut titles);
    let several = words.windows(2).any(|pair| matches!(pair[0].as_str(), "y" | "e") && title(&pair[1]).is_some());
    let gender = titles.iter().find_map(|title| title.gender).filter(|_| !several);
    let title = titles.iter().min_by_key(|title| title.rank).filter(|title| title.rank != Rank::Unwritten);
    if words.is_empty() || words.len() > MOST_WORDS {
        return Greeting { name: None, gender };
    }
    let written = casing::written(&words);
    let name = match title {
        Some(title) => format!("{} {}", title.written, casing::first_upper(&surnames(&written).join(" "))),
        None => written.join(" "),
    };
    Greeting { name: Some(name), gender }
}

/// The titles at the beginning, and what follows them.
fn leading_titles(text: &str) -> (Vec<&'static Title>, String) {
    let mut titles = Vec::new();
    // "Dra.María" is two words; "Q.F." stays one.
    let apart = casing::apart_at_stops(text);
    let mut words: Vec<&str> = apart.split_whitespace().collect();
    while let Some((title, taken)) = (1..=3.min(words.len())).rev().find_map(|taken| Some((title(&words[..taken].join(" "))?, taken))) {
        titles.push(title);
        words.drain(..taken);
    }
    (titles, words.join(" "))
}

/// A whole text that is a title.
fn title(text: &str) -> Option<&'static Title> {
    let folded = fold(&text.replace('.', " ").replace(" (", "(").replace(" /", "/"));
    let closed: String = folded.split_whitespace().collect();
    TITLES.iter().find(|title| title.forms.iter().any(|form| *form == folded || *form == closed))
}

/// The words of the name itself. Titles that stand behind it are added to those before it.
fn name_words(text: &str, titles: &mut Vec<&'static Title>) -> Vec<String> {
    let text = text.split(['(', '/', ';', '|', '[', ':', '–', '—']).next().unwrap_or_default();
    let text = text.split(" - ").next().unwrap_or_default();
    let mut parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let mut words = words_before_numbers(parts.next().unwrap_or_default());
    for part in parts {
        let (behind, rest) = leading_titles(part);
        titles.extend(behind);
        let given: Vec<String> = words_before_numbers(&rest);
        if !given.is_empty()
            && given.len() <= 3
            && given.iter().all(|word| is_given(word))
            && !words.first().is_some_and(|word| is_given(word))
        {
            // "Rojas Díaz, María".
            words = given.into_iter().chain(words).collect();
        }
    }
    while let Some(behind) = words.last().and_then(|word| title(word)).filter(|_| words.len() > 1 && is_behind(words.last())) {
        titles.push(behind);
        words.pop();
    }
    while words.last().is_some_and(|word| PARTICLES.contains(&fold(word).as_str())) {
        words.pop();
    }
    words
}

fn is_behind(word: Option<&String>) -> bool {
    word.is_some_and(|word| BEHIND.contains(&fold(&word.replace('.', "")).as_str()))
}

/// The words up to the first that no name has, a number, or the register before it.
fn words_before_numbers(text: &str) -> Vec<String> {
    let is_name = |word: &&str| !word.chars().any(|c| c.is_ascii_digit()) && !NOT_NAMES.contains(&fold(word).as_str());
    let words = text.split_whitespace().map(|word| word.trim_matches(['"', '\'', '«', '»', '*', '-', '_'])).take_while(is_name);
    let words = words.take_while(|word| !REGISTERS.contains(&fold(&word.replace('.', "")).as_str()));
    let words = words.map(|word| word.trim_end_matches([';', ':']).to_owned()).filter(|word| word.chars().any(char::is_alphabetic));
    let mut words: Vec<String> = words.collect();
    // A stop behind the last word ends a sentence, unless it is an initial.
    if let Some(last) = words.last_mut().filter(|last| last.chars().count() > 2) {
        *last = last.trim_end_matches('.').to_owned();
    }
    words
}

fn is_given(word: &str) -> bool {
    GIVEN.contains(&fold(&word.replace('.', "")).as_str())
}

/// The words of the surnames where they can be told from the given names, else all of them.
fn surnames(words: &[String]) -> &[String] {
    let units = units(words);
    let mut given = Vec::new();
    for unit in &units {
        let last = unit.last().map(|word| fold(word)).unwrap_or_default();
        let is_devotion = unit.len() > 1 && given.last() == Some(&true) && DEVOTIONS.contains(&last.as_str());
        given.push(is_devotion || (unit.len() == 1 && is_given(&last)));
    }
    let first = |wanted: bool| given.iter().position(|is_given| *is_given == wanted);
    let length = |units: &[&[String]]| units.iter().map(|unit| unit.len()).sum::<usize>();
    match (first(true), first(false)) {
        // María Rosa | Rojas Díaz
        (Some(0), Some(surname)) => &words[length(&units[..surname])..],
        // Rojas Díaz | María Rosa
        (Some(name), Some(0)) if given[name..].iter().all(|is_given| *is_given) => &words[..length(&units[..name])],
        _ => words,
    }
}

/// Each word with the particles before it: "de la Cruz" is one.
fn units(words: &[String]) -> Vec<&[String]> {
    let mut units = Vec::new();
    let mut from = 0;
    for (index, word) in words.iter().enumerate() {
        if !PARTICLES.contains(&fold(word).as_str()) || index + 1 == words.len() {
            units.push(&words[from..=index]);
            from = index + 1;
        }
    }
    units
}
