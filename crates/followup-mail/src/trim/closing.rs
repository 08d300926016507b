//! What is printed below the sender's closing formula and name: the card, the company's footer.
//!
//! Only what shows that it is print: names and titles in capitals around a telephone number, an address or a link; below a formula of
//! another language than the reporters' also words that are no sentence and tell nothing of a case. An afterthought has none of it.

use std::ops::RangeInclusive;

use super::Mark;
use super::answer::{is_contact, is_print, is_sentence, may_answer};
use super::line::{folded, is_blank};
use super::print_words::{ENDINGS_THAT_TELL, SENTENCE_WORDS};
use super::printed::{formula, is_ruler};
use super::sentence::{Word, words};

/// Longer texts are no signatures.
const MOST_LINES: usize = 12;
/// Words of a name.
const LONGEST_NAME: usize = 4;
/// Words of a slogan; fewer may be the names of products.
const SLOGAN: RangeInclusive<usize> = 3..=5;

/// Marks what is printed below the closing formula among the sender's last lines.
pub(super) fn mark(lines: &[&str], marks: &mut [Mark], last_own: usize) {
    let earliest = last_own.saturating_sub(2 * MOST_LINES);
    let Some((formula, is_light)) =
        (earliest..last_own).filter(|line| marks[*line] == Mark::Own).find_map(|line| Some((line, formula(lines[line])?)))
    else {
        return;
    };
    let visible = |from: usize| (from..=last_own).find(|line| !is_blank(lines[*line]));
    let Some(name) = visible(formula + 1).filter(|name| is_name(lines[*name])) else { return };
    let Some(tail) = visible(name + 1).filter(|tail| tail - name > 1) else { return };
    let own = &marks[tail..=last_own];
    if last_own - tail >= MOST_LINES || own.iter().any(|mark| !matches!(mark, Mark::Own | Mark::Blank)) {
        return;
    }
    let has_ruler = is_ruler(lines[tail]);
    let printed = || lines[tail..=last_own].iter().skip(usize::from(has_ruler)).filter(|line| !is_blank(line) && !is_ruler(line));
    let is_card = (has_ruler || !is_light) && printed().all(|line| is_print(line)) && printed().any(|line| is_contact(line));
    // Below a foreign formula mail programs print slogans too.
    let is_slogan = || !is_light && tail == last_own && is_slogan(lines[tail]);
    if is_card || is_slogan() {
        marks[tail..=last_own].iter_mut().filter(|mark| **mark == Mark::Own).for_each(|mark| *mark = Mark::Signature);
    }
}

/// A few words in one line, none of which joins, dates, or names a treatment or what became of it: "Enalapril and metformin" and "Both stopped
/// in March" are answers. Where in doubt the slogan stays.
fn is_slogan(line: &str) -> bool {
    let Some(text) = folded(line) else { return false };
    let tells = |word: &str| SENTENCE_WORDS.contains(&word) || ENDINGS_THAT_TELL.iter().any(|ending| word.ends_with(ending));
    SLOGAN.contains(&line.split_whitespace().count())
        && !may_answer(line)
        && !is_sentence(line)
        && !text.contains([',', '+', '/', '&', ';', ':'])
        && words(line).iter().all(Word::is_other)
        && !text.split(|character: char| !character.is_alphanumeric()).any(tells)
}

fn is_name(line: &str) -> bool {
    let line = line.trim();
    let is_plain = line.chars().all(|character| character.is_alphabetic() || matches!(character, ' ' | '.' | '-' | ',' | '\''));
    is_plain && line.starts_with(char::is_uppercase) && line.split_whitespace().count() <= LONGEST_NAME
}
