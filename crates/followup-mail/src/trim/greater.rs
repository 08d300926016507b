//! A `>` that is no quote mark: "greater than", and data that the sender pasted.

use super::inside::says_it_was_passed_on;
use super::line::{folded, is_blank, is_quote};
use super::middle::greets;
use super::printed::formula;
use super::words::UNITS;
use super::{Mark, attribution, header_block};

/// Marks runs of "> 38 °C" directly below a line of the sender's that is not finished: they go on in it.
pub(super) fn mark_comparisons(lines: &[&str], marks: &mut [Mark]) {
    let mut position = 0;
    while position < lines.len() {
        let length = lines[position..].iter().take_while(|line| is_quote(line)).count();
        let run = position..position + length;
        if length > 0 && goes_on(lines, position) && lines[run.clone()].iter().all(|line| is_comparison(line)) {
            marks[run].fill(Mark::Own);
        }
        position += length.max(1);
    }
}

/// Marks the lines with a `>` that nothing announces, above or inside them, and that ask nothing and are no letter: the sender may have
/// pasted them.
pub(super) fn mark_unannounced(lines: &[&str], marks: &mut [Mark]) {
    let is_announcement =
        |line: usize| matches!(marks[line], Mark::Announced | Mark::Opaque) || marks[line] == Mark::Quoted && !is_quote(lines[line]);
    let end = (0..lines.len()).find(|line| is_announcement(*line)).unwrap_or(lines.len());
    let quoted: Vec<usize> = (0..end).filter(|line| marks[*line] == Mark::Quoted).collect();
    let inner: Vec<&str> = quoted.iter().map(|line| unmarked(lines[*line])).collect();
    let asks = |line: &&str| line.starts_with('>') || line.trim_end().ends_with('?');
    let announces =
        |line: usize| !is_blank(inner[line]) && (header_block::find(&inner, line).is_some() || attribution::find(&inner, line).is_some());
    let is_letters = || is_letter(&inner) && !quoted.first().is_some_and(|first| introduces(&lines[..*first]));
    if !inner.iter().any(asks) && !(0..inner.len()).any(announces) && !is_letters() {
        quoted.into_iter().for_each(|line| marks[line] = Mark::Own);
    }
}

/// It greets and closes.
fn is_letter(inner: &[&str]) -> bool {
    const FEW: usize = 3;
    let greets = || inner.iter().take(FEW).any(|line| greets(line));
    inner.len() >= FEW && greets() && inner.iter().rev().take(2 * FEW).any(|line| formula(line).is_some())
}

/// "Le copio lo que dice la farmacia:": what stands below it is an answer.
fn introduces(own: &[&str]) -> bool {
    own.iter().rfind(|line| !is_blank(line)).is_some_and(|line| line.trim_end().ends_with(':')) || says_it_was_passed_on(own)
}

/// The line above is the sender's and ends no sentence.
fn goes_on(lines: &[&str], position: usize) -> bool {
    position.checked_sub(1).is_some_and(|above| {
        let line = lines[above].trim_end();
        !is_blank(line) && !line.ends_with(['.', '?', '!']) && attribution::find(lines, above).is_none()
    })
}

/// "> 140/90", "> 3 mg/dl", ">= 65 años": a number, and nothing or a unit behind it.
fn is_comparison(line: &str) -> bool {
    let Some(text) = folded(line) else { return false };
    let Some(text) = text.strip_prefix('>') else { return false };
    let text = text.trim_start_matches(['=', ' ']);
    let number = text.find(|character: char| !character.is_ascii_digit() && !matches!(character, '.' | ',' | '/')).unwrap_or(text.len());
    let is_number = text.starts_with(|character: char| character.is_ascii_digit()) && !text[..number].ends_with('.');
    let unit = text[number..].trim_start().split([' ', '/', '.', ',', ';']).next().unwrap_or_default();
    is_number && (unit.is_empty() && !text[number..].contains(char::is_alphabetic) || is_unit(unit))
}

fn is_unit(word: &str) -> bool {
    UNITS.contains(&word) || word.starts_with(['%', '°', 'º'])
}

fn unmarked(line: &str) -> &str {
    let line = line.trim_start();
    line.strip_prefix('>').map_or(line, str::trim_start)
}
