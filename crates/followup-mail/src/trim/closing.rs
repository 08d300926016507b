//! What is printed below the sender's closing formula and name: the card, the company's footer.
//!
//! Only what shows that it is print: names and titles in capitals around a telephone number, an address or a link; below an English
//! formula also words that are no sentence and tell nothing of a case. An afterthought has none of it.

use super::Mark;
use super::answer::{is_contact, is_print, is_sentence, may_answer};
use super::line::{folded, is_blank};
use super::words::{CLOSINGS, CLOSINGS_ABOVE_PRINT};

/// Longer texts are no signatures.
const MOST_LINES: usize = 12;
/// Words of a name.
const LONGEST_NAME: usize = 4;
/// Words of a slogan.
const LONGEST_SLOGAN: usize = 5;

/// Marks what is printed below the closing formula among the sender's last lines.
pub(super) fn mark(lines: &[&str], marks: &mut [Mark]) {
    let Some(last_own) = marks.iter().rposition(|mark| *mark == Mark::Own) else { return };
    let earliest = last_own.saturating_sub(2 * MOST_LINES);
    let Some((formula, words)) =
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
    let is_english = CLOSINGS_ABOVE_PRINT.contains(&words.as_str());
    let is_card = (has_ruler || is_english) && printed().all(|line| is_print(line)) && printed().any(|line| is_contact(line));
    // Below an English formula mail programs print slogans too: a few words, all in one piece.
    let is_short = |line: &str| line.split_whitespace().count() <= LONGEST_SLOGAN && !may_answer(line) && !is_sentence(line);
    let is_slogan = || is_english && printed().count() == last_own - tail + 1 && printed().all(|line| is_short(line));
    if is_card || is_slogan() {
        marks[tail..=last_own].iter_mut().filter(|mark| **mark == Mark::Own).for_each(|mark| *mark = Mark::Signature);
    }
}

/// "All the best," alone on its line, folded.
fn formula(line: &str) -> Option<String> {
    let words = folded(line)?;
    let words = words.trim_end_matches([',', '.', '!', ' ', ':']).to_owned();
    CLOSINGS.contains(&words.as_str()).then_some(words)
}

fn is_name(line: &str) -> bool {
    let line = line.trim();
    let is_plain = line.chars().all(|character| character.is_alphabetic() || matches!(character, ' ' | '.' | '-' | ',' | '\''));
    is_plain && line.starts_with(char::is_uppercase) && line.split_whitespace().count() <= LONGEST_NAME
}

/// A line of signs only: `____`, `* * *`, `-----`.
fn is_ruler(line: &str) -> bool {
    let signs = line.chars().filter(|character| !character.is_whitespace());
    let is_sign = |character: char| matches!(character, '_' | '*' | '-' | '=' | '.' | '~' | '#' | '—' | '–');
    signs.clone().count() >= 3 && signs.clone().all(is_sign)
}
