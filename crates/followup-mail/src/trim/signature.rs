//! Signatures that mail programs mark or write themselves. A name and a telephone number below "Saludos" are the sender's words.

use super::Mark;
use super::line::folded;
use super::words::{DEVICE_ENDINGS, DEVICE_LINES};
use super::{closing, legal};

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

/// From the "-- " in the sender's last lines to their end.
fn mark_delimited(lines: &[&str], marks: &mut [Mark]) {
    let Some(last_own) = marks.iter().rposition(|mark| *mark == Mark::Own) else { return };
    let longest = |line: &str| match line {
        "-- " => MOST_LINES_STANDARD,
        line if matches!(line.trim_end(), "--" | "—" | "––") => MOST_LINES,
        _ => 0,
    };
    let start = last_own.saturating_sub(MOST_LINES_STANDARD);
    let begins = |line: &usize| marks[*line] == Mark::Own && last_own - line <= longest(lines[*line]) && longest(lines[*line]) > 0;
    let Some(delimiter) = (start..=last_own).find(begins) else { return };
    if marks[delimiter..=last_own].iter().all(|mark| matches!(mark, Mark::Own | Mark::Blank | Mark::Signature)) {
        let own = marks[delimiter..=last_own].iter_mut().filter(|mark| **mark == Mark::Own);
        own.for_each(|mark| *mark = Mark::Signature);
    }
}

/// "Enviado desde mi iPhone" and what other devices say.
fn is_device_line(line: &str) -> bool {
    if line.len() > LONGEST_LINE {
        return false;
    }
    let Some(text) = folded(line) else { return false };
    let text = text.trim_start_matches(['(', '<', '[', '-', ' ']);
    DEVICE_LINES.iter().any(|beginning| text.starts_with(beginning)) || DEVICE_ENDINGS.iter().any(|ending| text.ends_with(ending))
}
