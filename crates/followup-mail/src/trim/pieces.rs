//! The lines of a text, and those cut in two on which an attribution stands together with other words.
//!
//! Some programs put the quoted text behind "escribió:", or the attribution behind the sender's last words. Only an attribution with a
//! date, a time, and the rest that makes it one without quote marks is cut off.

use super::attribution::is_whole;
use super::line::{LONGEST, is_blank, is_quote};
use super::sentence::{Facts, Word, class, words};

/// An attribution that begins behind other words ends on one of so many lines.
const MOST_LINES: usize = 3;
/// So many beginnings are tried.
const MOST_TRIES: usize = 12;
/// Of one text so many lines are looked at; a thread has fewer mails.
const MOST_LOOKED_AT: usize = 1000;
/// No attribution is shorter.
const SHORTEST: usize = 16;
/// "On Tue,": words before the date.
const MOST_LEADS: usize = 4;

/// The lines of a text.
pub(super) fn of(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = Vec::new();
    let mut looked_at = 0;
    for line in text.split('\n') {
        if looked_at == MOST_LOOKED_AT || !may_hold_one(line) {
            lines.push(line);
            continue;
        }
        looked_at += 1;
        match text_behind(&lines, line) {
            Some(end) => lines.extend([&line[..end], line[end..].trim_start()]),
            None => {
                lines.push(line);
                cut_before(&mut lines);
            }
        }
    }
    lines
}

/// Cheap, for most lines have none: a colon behind a letter or a bracket, and an address, or dashes at the end.
fn may_hold_one(line: &str) -> bool {
    if line.len() < SHORTEST || is_quote(line) || !line.contains(|character: char| character.is_numeric()) {
        return false;
    }
    let end = line.trim_end();
    line.contains('@') && line.contains([':', '：']) || end.ends_with([':', '：']) || end.ends_with("--")
}

/// Where an attribution ends behind which the quoted text goes on.
fn text_behind(above: &[&str], line: &str) -> Option<usize> {
    if !line.contains('@') {
        return None;
    }
    let ends = line.char_indices().take_while(|(at, _)| *at < LONGEST).filter(|(_, character)| matches!(character, ':' | '：'));
    let candidates = ends.map(|(at, character)| at + character.len_utf8()).filter(|end| {
        let (head, tail) = (line[..*end].trim_end_matches([':', '：', ' ', '\u{a0}']), &line[*end..]);
        // A person goes on behind one blank.
        let is_set_off = tail.starts_with('>')
            || tail.starts_with(char::is_whitespace) && tail.chars().nth(1).is_some_and(char::is_whitespace)
            || line.starts_with("  ");
        !is_blank(tail)
            && is_set_off
            && head.ends_with(|last: char| last.is_alphabetic() || matches!(last, '>' | ')'))
            && !tail.starts_with('/')
    });
    candidates.take(MOST_TRIES).find(|end| {
        let head = words(&line[..*end]);
        let wrapped =
            || above.last().filter(|line| !is_blank(line) && line.len() <= LONGEST).map(|line| [words(line), head.clone()].concat());
        head.iter().any(|word| word.is(class::ADDRESS)) && (is_whole(&head, true) || wrapped().is_some_and(|head| is_whole(&head, true)))
    })
}

/// Cuts an attribution that ends on the last line off the words before it.
fn cut_before(lines: &mut Vec<&str>) {
    let Some(last) = lines.len().checked_sub(1) else { return };
    let line = lines[last].trim_end_matches(|character: char| character.is_whitespace() || matches!(character, '-' | '_' | '*'));
    let is_colon = line.ends_with([':', '：']);
    if !is_colon && !lines[last].trim_end().ends_with("--") || line.len() > LONGEST {
        return;
    }
    let mut sentence: Vec<Word> = Vec::new();
    for first in (0..=last).rev().take(MOST_LINES) {
        if is_blank(lines[first]) || is_quote(lines[first]) || lines[first].len() > LONGEST {
            return;
        }
        let here = words(lines[first]);
        let count = here.len();
        sentence = [here, sentence].concat();
        if is_whole(&sentence, is_colon) && !begins_later(&sentence, is_colon) {
            return;
        }
        if let Some(start) = beginning(&sentence, count, is_colon) {
            let line = lines[first];
            let before = line[..start].trim_end_matches(|character: char| character.is_whitespace() || matches!(character, '-' | '_'));
            if !is_blank(before) && before.contains(char::is_alphanumeric) {
                lines[first] = before;
                lines.insert(first + 1, line[before.len()..].trim_start());
            }
            return;
        }
    }
}

/// Whether the sentence is whole without its first words too, and those are somebody's.
fn begins_later(sentence: &[Word], is_colon: bool) -> bool {
    let is_low = |word: &Word| word.is_other() && word.is_low;
    let least = usize::from(Facts::of(sentence).is_led);
    if sentence.iter().filter(|word| is_low(word)).count() <= least {
        return false;
    }
    let Some(start) = beginning(sentence, sentence.len(), is_colon) else { return false };
    sentence.iter().take_while(|word| word.start < start).filter(|word| is_low(word)).count() > least
}

/// Where, among the first `count` words, the attribution begins: the last place from which on it is whole, with the words that lead to it.
fn beginning(sentence: &[Word], count: usize, is_colon: bool) -> Option<usize> {
    let is_moment = |word: &Word| word.is(class::MOMENT & !class::ZONE) && !word.is(class::SMALL);
    let starts = (1..count.min(sentence.len())).rev().filter(|start| is_moment(&sentence[*start]));
    let start = starts.take(MOST_TRIES).find(|start| is_whole(&sentence[*start..], is_colon))?;
    let leads = |word: &&Word| word.is(class::WEEKDAY | class::MONTH) || word.is(class::SMALL);
    let led = sentence[..start].iter().rev().take(MOST_LEADS).take_while(leads).count();
    let first = start - led;
    (first > 0).then(|| sentence[first].start)
}
