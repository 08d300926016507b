//! Signatures that mail programs mark or write themselves. A name and a telephone number below "Saludos" are the sender's words.

use super::Mark;
use super::answer::{is_print, is_sentence, may_answer, tells_of_the_case};
use super::line::folded;
use super::words::{DEVICE_ENDINGS, DEVICE_LINES, DEVICE_WORDS};
use super::{closing, legal};

/// The delimiter of RFC 3676 §4.3.
const STANDARD: &str = "-- ";
/// Digits of a model's number.
const MODEL: usize = 2;

/// A longer text below "-- " (RFC 3676 §4.3) is no signature.
const MOST_LINES_STANDARD: usize = 30;
/// Nor is one below other dashes, which people write too.
const MOST_LINES: usize = 12;
/// Characters of a line that a device adds.
const LONGEST_LINE: usize = 120;

/// Marks signatures among the sender's last lines.
pub(super) fn mark(lines: &[&str], marks: &mut [Mark]) {
    mark_device_lines(lines, marks);
    mark_delimited(lines, marks);
    legal::mark(lines, marks);
    closing::mark(lines, marks);
    mark_device_lines(lines, marks);
}

fn mark_device_lines(lines: &[&str], marks: &mut [Mark]) {
    for (line, mark) in lines.iter().zip(marks.iter_mut()).rev().filter(|(_, mark)| **mark == Mark::Own) {
        if !is_device_line(line) {
            break;
        }
        *mark = Mark::Signature;
    }
}

/// From the "-- " in the sender's last lines to their end, or to what may be an afterthought.
fn mark_delimited(lines: &[&str], marks: &mut [Mark]) {
    let Some(last_own) = marks.iter().rposition(|mark| *mark == Mark::Own) else { return };
    let start = last_own.saturating_sub(MOST_LINES_STANDARD);
    let is_delimiter = |line: &usize| marks[*line] == Mark::Own && (lines[*line] == STANDARD || is_dash(lines[*line]));
    let mut delimiters = (start..=last_own).filter(is_delimiter);
    // Who writes several of them parts a text by them.
    let (Some(delimiter), None) = (delimiters.next(), delimiters.next()) else { return };
    if !marks[delimiter..=last_own].iter().all(|mark| matches!(mark, Mark::Own | Mark::Blank | Mark::Signature)) {
        return;
    }
    let below = || (delimiter + 1..=last_own).filter(|line| marks[*line] == Mark::Own);
    let may_tell = |line: &usize| may_answer(lines[*line]) || is_sentence(lines[*line]);
    let end = if lines[delimiter] == STANDARD {
        below().find(may_tell).unwrap_or(last_own + 1)
    } else if last_own - delimiter <= MOST_LINES && below().all(|line| is_print(lines[line])) {
        last_own + 1
    } else {
        return;
    };
    marks[delimiter..end].iter_mut().filter(|mark| **mark == Mark::Own).for_each(|mark| *mark = Mark::Signature);
}

/// The delimiter without its blank, and longer dashes.
fn is_dash(line: &str) -> bool {
    matches!(line.trim_end(), "--" | "—" | "––")
}

/// "Enviado desde mi iPhone" and what other devices say.
fn is_device_line(line: &str) -> bool {
    if line.len() > LONGEST_LINE {
        return false;
    }
    let Some(text) = folded(line).filter(|text| !tells_of_the_case(text)) else { return false };
    let text = text.trim_start_matches(['(', '<', '[', '-', ' ']);
    let begins = || DEVICE_LINES.iter().find(|beginning| text.starts_with(**beginning));
    begins().is_some_and(|beginning| names_device(line, beginning))
        || DEVICE_ENDINGS.iter().any(|ending| text.ends_with(ending))
            && !text.contains([':', '?', ';', '='])
            && line.split(' ').all(is_model)
}

/// Whether behind the beginning stands nothing but the name of a device or a program: words in capitals, words such as "smartphone",
/// a model's short number, a link.
fn names_device(line: &str, beginning: &str) -> bool {
    let line = line.trim_start_matches(|character: char| !character.is_alphanumeric());
    let rest: Vec<&str> = line.split_whitespace().skip(beginning.split_whitespace().count()).collect();
    let is_link = |word: &str| ["http", "www.", "<", "(http", "[http"].iter().any(|start| word.starts_with(start));
    let goes_on = |position: usize| rest[position + 1..].iter().any(|word| !is_link(word));
    rest.iter().enumerate().filter(|(_, word)| !is_link(word)).all(|(position, word)| {
        let ends = word.ends_with([':', ';', '?', '=']) || word.ends_with('.') && goes_on(position);
        let name = word
            .split(['<', '[', '('])
            .next()
            .and_then(|name| name.split("http").next())
            .unwrap_or_default()
            .trim_matches(|character: char| !character.is_alphanumeric());
        let is_name = !name.starts_with(char::is_lowercase) || folded(name).is_some_and(|name| DEVICE_WORDS.contains(&name.as_str()));
        !ends && is_model(name) && is_name
    })
}

/// "S10", "K-9": a word of few digits.
fn is_model(word: &str) -> bool {
    word.chars().filter(char::is_ascii_digit).count() <= MODEL
}
