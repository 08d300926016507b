//! What is printed below the sender's closing formula and name: the card, the company's footer.
//!
//! Nothing that may be an afterthought is folded: no question, no "P. D.", no number outside a telephone number or an address.

use super::Mark;
use super::line::{folded, is_blank};
use super::words::{AFTERTHOUGHT, CLOSINGS, CLOSINGS_ABOVE_PRINT};

/// Longer texts are no signatures.
const MOST_LINES: usize = 12;
/// Words of a name.
const LONGEST_NAME: usize = 4;
/// Without a ruler, longer lines are no part of one.
const LONGEST_PRINT: usize = 5;

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
    let tail_lines = &lines[tail..=last_own];
    let is_print = if is_ruler(lines[tail]) {
        tail_lines.iter().all(|line| holds_no_answer(line))
    } else {
        CLOSINGS_ABOVE_PRINT.contains(&words.as_str()) && tail_lines.iter().all(|line| !is_blank(line) && is_printed(line))
    };
    if is_print {
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

/// No question, no afterthought, and numbers only in what reaches a person.
pub(super) fn holds_no_answer(line: &str) -> bool {
    let Some(text) = folded(line) else { return false };
    let is_afterthought = ["ps", "pd", "p.s", "p.d", "p. d", "p. s", "nota", "note"]
        .iter()
        .any(|start| text.strip_prefix(start).is_some_and(|rest| !rest.starts_with(char::is_alphabetic)));
    let is_link = |word: &&str| word.contains('@') || word.contains("http") || word.starts_with("www.");
    let rest = text.split(' ').filter(|word| !is_link(word)).collect::<Vec<_>>().join(" ");
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    !is_afterthought && !rest.contains('?') && (digits == 0 || is_telephone(&rest, digits))
}

/// Little but a telephone number.
fn is_telephone(text: &str, digits: usize) -> bool {
    const LEAST_DIGITS: usize = 7;
    digits >= LEAST_DIGITS && text.chars().filter(|character| character.is_alphabetic()).count() <= digits
}

/// A few words, none of which people add below their name.
fn is_printed(line: &str) -> bool {
    let Some(text) = folded(line) else { return false };
    let is_sentence = text.ends_with(['.', '!', ';']) || text.contains(':');
    let words = || text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_afterthought = words().any(|word| AFTERTHOUGHT.contains(&word));
    holds_no_answer(line) && !is_sentence && !is_afterthought && words().count() <= LONGEST_PRINT
}
