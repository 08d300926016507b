//! Legal notices below a mail, and the footers of companies below a ruler.

use super::Mark;
use super::closing::holds_no_answer;
use super::line::{folded, is_blank};
use super::words::{ENVIRONMENT, FOOTER_SIGNS, NOTICE_SIGNS, NOTICES};

/// So many different signs make a paragraph a notice: people write single ones of these words too.
const ENOUGH_SIGNS: usize = 3;
/// Longer texts below a ruler are no footers.
const MOST_LINES: usize = 12;
/// A ruler is not shorter.
const RULER: usize = 8;
/// A paragraph is looked at no further.
const LONGEST: usize = 60;

/// Marks the notices among the sender's last paragraphs, and the footer below them.
pub(super) fn mark(lines: &[&str], marks: &mut [Mark]) {
    while let Some(paragraph) = last_paragraph(lines, marks).filter(|(first, end)| is_notice(&lines[*first..*end])) {
        marks[paragraph.0..paragraph.1].fill(Mark::Signature);
    }
    mark_footer(lines, marks);
}

/// The lines of the sender's last paragraph; none when it is a long one.
fn last_paragraph(lines: &[&str], marks: &[Mark]) -> Option<(usize, usize)> {
    let last = marks.iter().rposition(|mark| *mark != Mark::Blank && *mark != Mark::Signature).filter(|last| marks[*last] == Mark::Own)?;
    let length = (0..=last).rev().take(LONGEST + 1).take_while(|line| marks[*line] == Mark::Own && !is_blank(lines[*line])).count();
    (length <= LONGEST).then_some((last + 1 - length, last + 1))
}

fn is_notice(paragraph: &[&str]) -> bool {
    let text = words(paragraph);
    let text = text.trim_start_matches(|character: char| !character.is_alphanumeric());
    let begins = |table: &[&str]| table.iter().any(|beginning| text.starts_with(beginning));
    let signs = NOTICE_SIGNS.iter().filter(|sign| text.contains(**sign)).count();
    begins(NOTICES) && signs >= ENOUGH_SIGNS || begins(ENVIRONMENT) && paragraph.len() <= 3
}

fn words(lines: &[&str]) -> String {
    followup_domain::text::fold(&lines.join(" ").replace(['*', '_'], " "))
}

/// From a long ruler in the sender's last lines to their end, when a company speaks below it.
fn mark_footer(lines: &[&str], marks: &mut [Mark]) {
    let Some(last) = marks.iter().rposition(|mark| *mark == Mark::Own) else { return };
    let Some(ruler) = (last.saturating_sub(MOST_LINES)..=last).rev().find(|line| marks[*line] == Mark::Own && is_ruler(lines[*line]))
    else {
        return;
    };
    let tail = &lines[ruler..=last];
    let speaks = |line: &&str| folded(line).is_some_and(|text| FOOTER_SIGNS.iter().any(|sign| text.contains(sign)));
    let is_print = |line: &&str| holds_no_answer(line) || line.trim().starts_with('[') && line.trim().ends_with(']');
    let is_own = marks[ruler..=last].iter().all(|mark| matches!(mark, Mark::Own | Mark::Blank));
    if is_own && tail.iter().any(speaks) && tail.iter().all(is_print) {
        marks[ruler..=last].iter_mut().filter(|mark| **mark == Mark::Own).for_each(|mark| *mark = Mark::Signature);
    }
}

/// A long line of the same sign.
fn is_ruler(line: &str) -> bool {
    let mut signs = line.chars().filter(|character| !character.is_whitespace() && *character != '*');
    let Some(first) = signs.next().filter(|sign| matches!(sign, '.' | '_' | '-' | '=' | '~')) else { return false };
    signs.clone().count() + 1 >= RULER && signs.all(|sign| sign == first)
}
