//! Signatures that mail programs mark or write themselves, and what they add below: devices, scanners, lists, rulers. A name and a
//! telephone number below "Saludos" are the sender's words.

use super::Mark;
use super::device::is_device_line;
use super::line::is_blank;
use super::printed::{Printed, formula, is_ruler, may_be_afterthought, printed, waits};
use super::{closing, notices};

/// The delimiter of RFC 3676 §4.3.
const STANDARD: &str = "-- ";

/// A longer text below "-- " (RFC 3676 §4.3) is no signature.
const MOST_LINES_STANDARD: usize = 30;
/// Nor is one below other dashes, which people write too.
const MOST_LINES: usize = 12;
/// What is added below a mail comes in so many kinds, in whatever order.
const MOST_ROUNDS: usize = 6;

/// Marks what it knows above the sender's last line.
type Pass = fn(&[&str], &mut [Mark], usize);

/// Marks signatures among the sender's last lines.
pub(super) fn mark(lines: &[&str], marks: &mut [Mark]) {
    let Some(mut last) = marks.iter().rposition(|mark| *mark == Mark::Own) else { return };
    let passes: [Pass; 5] = [mark_device_lines, mark_rulers, notices::mark, mark_delimited, closing::mark];
    for _ in 0..MOST_ROUNDS {
        let before = last;
        for pass in passes {
            pass(lines, marks, last);
            let Some(now) = marks[..=last].iter().rposition(|mark| *mark == Mark::Own) else { return };
            last = now;
        }
        if last == before {
            break;
        }
    }
}

/// Devices' lines at the end; one may be wrapped.
fn mark_device_lines(lines: &[&str], marks: &mut [Mark], last: usize) {
    let mut end = last + 1;
    while let Some(line) =
        marks[..end].iter().rposition(|mark| *mark != Mark::Blank && *mark != Mark::Signature).filter(|line| marks[*line] == Mark::Own)
    {
        let above = line.checked_sub(1).filter(|above| marks[*above] == Mark::Own);
        let is_wrapped = || above.is_some_and(|above| is_device_line(&format!("{} {}", lines[above].trim_end(), lines[line].trim_start())));
        if is_device_line(lines[line]) {
            marks[line] = Mark::Signature;
        } else if is_wrapped() {
            marks[line - 1..=line].fill(Mark::Signature);
        } else {
            return;
        }
        end = line;
    }
}

/// Rulers at the end, with nothing below them; not where a label waits for its answer.
fn mark_rulers(lines: &[&str], marks: &mut [Mark], last: usize) {
    let is_end = |line: &usize| {
        marks[*line] == Mark::Blank || marks[*line] == Mark::Signature || marks[*line] == Mark::Own && is_ruler(lines[*line])
    };
    let first = last + 1 - (0..=last).rev().take(MOST_LINES).take_while(is_end).count();
    let Some(above) = first.checked_sub(1) else { return };
    if marks[above] == Mark::Own && waits(lines[above], first <= last && marks[first] == Mark::Own) {
        return;
    }
    marks[first..=last].iter_mut().filter(|mark| **mark == Mark::Own).for_each(|mark| *mark = Mark::Signature);
}

/// From a delimiter in the sender's last lines to their end, or to what may be an afterthought.
fn mark_delimited(lines: &[&str], marks: &mut [Mark], last: usize) {
    let start = last.saturating_sub(MOST_LINES_STANDARD);
    let is_one = |line: &usize| matches!(marks[*line], Mark::Own | Mark::Blank | Mark::Signature);
    let begin = last + 1 - (start..=last).rev().take_while(is_one).count();
    let delimiters = |line: &usize| marks[*line] == Mark::Own && is_delimiter(lines[*line]);
    let found = (begin..=last).filter(delimiters).find_map(|line| Some((line, signature_end(lines, marks, line, last)?)));
    if let Some((delimiter, end)) = found {
        marks[delimiter..end].iter_mut().filter(|mark| **mark == Mark::Own).for_each(|mark| *mark = Mark::Signature);
    }
}

/// The line after the signature below a delimiter, if one is.
fn signature_end(lines: &[&str], marks: &[Mark], delimiter: usize, last: usize) -> Option<usize> {
    let below = || (delimiter + 1..=last).filter(|line| marks[*line] == Mark::Own);
    // Below a question, and below a heading that a long ruler underlines, stands an answer.
    let above = (0..delimiter).rev().take(MOST_LINES).find(|line| !is_blank(lines[*line]));
    let is_long = lines[delimiter].trim().chars().count() > STANDARD.len() - 1;
    if above.is_some_and(|above| marks[above] == Mark::Own && waits(lines[above], is_long && above + 1 == delimiter)) {
        return None;
    }
    if lines[delimiter] == STANDARD {
        let end = below().find(|line| may_be_afterthought(lines[*line])).unwrap_or(last + 1);
        return Some(end);
    }
    let kinds: Vec<Printed> = below().map(|line| printed(lines[line])).collect();
    let is_formula = |line: usize| formula(lines[line]).is_some();
    // "Saludos" alone below a line of a form is the sender's, and so is what stands above it.
    let greets = if kinds.len() == 1 { below().any(is_formula) } else { below().skip(1).any(is_formula) };
    let is_named = below().next().is_some_and(|first| kinds[0] == Printed::Strong || lines[first].split_whitespace().count() > 1);
    let is_card = last - delimiter <= MOST_LINES && !kinds.contains(&Printed::No) && kinds.contains(&Printed::Strong);
    (is_card && is_named && !greets && above.is_some()).then_some(last + 1)
}

/// "-- ", or other dashes alone on a line.
fn is_delimiter(line: &str) -> bool {
    line == STANDARD || is_ruler(line)
}
