//! A quote between the sender's paragraphs, or above all of them.

use std::ops::Range;

use super::Mark;
use super::answer::is_contact;
use super::line::{folded, is_quote};
use super::printed::{Printed, formula, printed};
use super::words::GREETINGS;

/// The lines of the one quote above the sender's last paragraphs (`marks` ends with the last own line), and the blank ones below it, if it may be folded away:
/// it is announced, unbroken, set off by a blank line, and nothing below it can be an answer to its last line. Else no lines.
pub(super) fn quote_to_fold(lines: &[&str], marks: &[Mark]) -> Range<usize> {
    let is_quoted = |mark: &Mark| matches!(mark, Mark::Quoted | Mark::Announced);
    let Some(first) = marks.iter().position(is_quoted) else { return 0..0 };
    let end = marks.iter().rposition(is_quoted).map_or(first, |last| last + 1);
    let after = (end..marks.len()).find(|line| marks[*line] != Mark::Blank).unwrap_or(end);
    let is_unbroken = marks[first..end].iter().all(|mark| is_quoted(mark) || *mark == Mark::Blank);
    let is_below_all = !marks[..first].contains(&Mark::Own);
    let is_set_off = is_below_all || marks.get(end) == Some(&Mark::Blank);
    let asks = lines[first..end].iter().rfind(|line| !quoted_text(line).is_empty()).is_some_and(|line| asks(quoted_text(line)));
    let counts = lines.get(after).is_some_and(|line| is_item(line));
    let is_no_answer = || begins_letter(lines, marks, after) || !is_below_all && is_card(lines, marks, after);
    let may_fold = !is_quote(lines[first]) && is_unbroken && is_set_off && !counts && (!asks || is_no_answer());
    if may_fold { first..after } else { 0..0 }
}

/// "Buenos días:" right below the quote: a letter of its own, and no answer to one question.
fn begins_letter(lines: &[&str], marks: &[Mark], after: usize) -> bool {
    marks.get(after.wrapping_sub(1)) == Some(&Mark::Blank) && lines.get(after).is_some_and(|line| greets(line))
}

/// How letters begin.
pub(super) fn greets(line: &str) -> bool {
    folded(line).is_some_and(|text| GREETINGS.iter().any(|greeting| text.starts_with(greeting)))
}

/// What is left below the quote is a name with what reaches the sender, or closes a letter that stands above.
fn is_card(lines: &[&str], marks: &[Mark], after: usize) -> bool {
    let own = || (after..marks.len()).filter(|line| marks[*line] == Mark::Own).map(|line| lines[line]);
    own().count() > 1
        && own().all(|line| printed(line) != Printed::No)
        && (own().any(is_contact) || own().next().is_some_and(|line| formula(line).is_some()))
}

/// A line without its quote marks.
fn quoted_text(line: &str) -> &str {
    line.trim_matches(|character: char| character.is_whitespace() || matches!(character, '>' | '|'))
}

/// A question, or a label or an item that waits for its answer.
fn asks(text: &str) -> bool {
    text.ends_with(['?', ':', '_']) || is_item(text)
}

/// Counted or marked as one of several.
fn is_item(line: &str) -> bool {
    line.trim_start().starts_with(|character: char| character.is_numeric() || matches!(character, '-' | '*' | '•' | '·' | '–'))
}
