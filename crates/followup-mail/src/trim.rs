//! What the sender wrote, apart from what is quoted and from the signature (product.md §6).
//!
//! Losing words that a reporter wrote is worse than leaving a quote. So the text is cut once, after the last line that may be the
//! sender's own: an answer below a quote or between its lines keeps everything above it, the questions too. What stands below an
//! Outlook-like header without quote marks cannot be told from an answer; it is folded away. A sender who says that the answers
//! stand in the quote, in colour maybe, is believed, and nothing is folded.

mod attribution;
mod header_block;
mod inside;
mod labels;
mod line;
mod signature;
mod words;

use line::{is_blank, is_quote};

/// Splits a mail's text (lines ended by `\n`) into what the sender wrote and the rest; only blank lines between them are dropped.
/// When nothing would be left, all of it is the reply. Linear in time.
///
/// ```
/// let mail = "El lote es A-123.\n\nEl lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:\n\n> ¿Número de lote?";
/// let (reply, quoted) = followup_mail::split_reply(mail);
/// assert_eq!(reply, "El lote es A-123.");
/// assert!(quoted.is_some_and(|quoted| quoted.ends_with("> ¿Número de lote?")));
/// ```
pub fn split_reply(text: &str) -> (String, Option<String>) {
    let lines: Vec<&str> = text.split('\n').collect();
    let marks = marks(&lines);
    let Some(last_own) = marks.iter().rposition(|mark| *mark == Mark::Own) else { return (text.to_owned(), None) };
    let start = answer_below(&lines, &marks);
    let own = &lines[start..=last_own];
    let quoted = joined(&[&lines[..start], &lines[last_own + 1..]]);
    let folds_a_quote = marks[last_own..].iter().any(|mark| matches!(mark, Mark::Quoted | Mark::Opaque));
    if quoted.is_empty() || folds_a_quote && inside::says_answers_are_below(own) {
        return (text.to_owned(), None);
    }
    (own.join("\n"), Some(quoted))
}

/// Where the reply begins: below a quote at the very beginning that is announced and has marks, if all of the reply stands below
/// it, else at the beginning. Answers by number stay with the questions above them.
fn answer_below(lines: &[&str], marks: &[Mark]) -> usize {
    let is_announced = lines.iter().zip(marks).find(|(_, mark)| **mark != Mark::Blank).is_some_and(|(line, _)| !is_quote(line));
    let first_own = marks.iter().position(|mark| *mark == Mark::Own).unwrap_or(0);
    let mut above = marks[..first_own].iter().filter(|mark| **mark != Mark::Blank).peekable();
    let is_below = above.peek().is_some() && above.all(|mark| *mark == Mark::Quoted);
    let last_own = marks.iter().rposition(|mark| *mark == Mark::Own).unwrap_or(0);
    let is_unbroken = marks[first_own..=last_own].iter().all(|mark| matches!(mark, Mark::Own | Mark::Blank | Mark::Signature));
    let counts = lines[first_own].trim_start().starts_with(|c: char| c.is_numeric() || matches!(c, '-' | '*' | '•' | '·'));
    if is_announced && is_below && is_unbroken && !counts { first_own } else { 0 }
}

/// The lines of both, without blank ones at the ends of each.
fn joined(sections: &[&[&str]]) -> String {
    let visible = |lines: &[&str]| {
        let start = lines.iter().position(|line| !is_blank(line))?;
        let end = lines.iter().rposition(|line| !is_blank(line))?;
        Some(lines[start..=end].join("\n"))
    };
    sections.iter().filter_map(|lines| visible(lines)).collect::<Vec<_>>().join("\n\n")
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// The sender's, or maybe the sender's.
    Own,
    /// Nothing on it.
    Blank,
    /// Has a quote mark, or announces such a quote.
    Quoted,
    /// Signature.
    Signature,
    /// A quote without marks, which goes on to the end.
    Opaque,
}

/// A quote's announcement: its lines, and whether the quote has marks.
struct Announcement {
    first: usize,
    /// The line after it.
    end: usize,
    is_marked: bool,
}

fn marks(lines: &[&str]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = lines.iter().map(|line| own_mark(line)).collect();
    let mut position = 0;
    while position < lines.len() {
        if marks[position] != Mark::Own {
            position += 1;
            continue;
        }
        match header_block::find(lines, position).or_else(|| attribution::find(lines, position)) {
            Some(Announcement { first, is_marked: false, .. }) => {
                marks[first..].fill(Mark::Opaque);
                break;
            }
            Some(Announcement { first, end, .. }) => {
                marks[first..end].iter_mut().filter(|mark| **mark == Mark::Own).for_each(|mark| *mark = Mark::Quoted);
                position = end;
            }
            None => position += 1,
        }
    }
    signature::mark(lines, &mut marks);
    marks
}

fn own_mark(line: &str) -> Mark {
    if is_blank(line) {
        Mark::Blank
    } else if is_quote(line) {
        Mark::Quoted
    } else {
        Mark::Own
    }
}
