//! Lines of a quote that lost their quote mark.

use super::Mark;
use super::answer::{has_numbers, tells_of_the_case};
use super::line::{folded, is_blank, is_quote};

/// So long is a line that a program wraps.
const WRAPPED: usize = 60;

/// Whether a line among quoted ones is one of theirs.
pub(super) fn is_torn(lines: &[&str], position: usize, marks: &[Mark]) -> bool {
    let above = position.checked_sub(1).filter(|above| marks[*above] == Mark::Quoted);
    above.is_some_and(|above| is_link_between(lines, position) || is_quote(lines[above]) && goes_on(lines, position, above))
}

/// A link in brackets, as programs write those of the text that they quote, with a quote below it.
fn is_link_between(lines: &[&str], position: usize) -> bool {
    let line = lines[position].trim();
    let is_inside = lines.get(position + 1).is_some_and(|below| is_quote(below));
    is_inside
        && line.starts_with(['<', '(', '['])
        && line.split_whitespace().all(|word| is_bracketed_link(word) || word.chars().all(|sign| matches!(sign, '>' | '|')))
        || is_inside && super::printed::is_image(line)
}

fn is_bracketed_link(word: &str) -> bool {
    let inner = word.trim_matches(['<', '>', '(', ')', '[', ']', ',', '.']);
    inner.len() + 2 <= word.len() && ["http", "www.", "mailto:", "tel:"].iter().any(|scheme| inner.starts_with(scheme))
}

/// The end of a long quoted line that was wrapped: it goes on after a comma, in lower case. Less is no proof: an answer may stand directly
/// below a long question.
fn goes_on(lines: &[&str], position: usize, above: usize) -> bool {
    let goes_on = lines[position].trim_start().starts_with(char::is_lowercase);
    let is_closed = lines.get(position + 1).is_none_or(|line| is_blank(line) || is_quote(line));
    let tells = || folded(lines[position]).is_none_or(|text| tells_of_the_case(&text) || has_numbers(&text));
    goes_on && is_closed && lines[above].len() >= WRAPPED && lines[above].trim_end().ends_with(',') && !tells()
}
