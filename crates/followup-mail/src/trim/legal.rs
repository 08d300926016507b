//! Legal notices below a mail, and the footers of companies below a ruler.

use super::Mark;
use super::answer::{has_numbers, is_contact, is_print, may_answer, tells_of_the_case};
use super::line::{folded, is_blank};
use super::words::{COMPANIES, ENVIRONMENT, ENVIRONMENT_REASONS, NOTICE_SUBJECTS, NOTICES, PRINTING};

/// So many different subjects make a paragraph a notice: people speak of single ones too.
const ENOUGH_SUBJECTS: usize = 3;
/// Longer texts below a ruler are no footers.
const MOST_LINES: usize = 12;
/// A ruler is not shorter.
const RULER: usize = 8;
/// A paragraph is looked at no further.
const LONGEST: usize = 60;

/// Marks the notices among the sender's last paragraphs, and the footer below them.
pub(super) fn mark(lines: &[&str], marks: &mut [Mark]) {
    let mut end = lines.len();
    while let Some((first, after)) = last_paragraph(lines, marks, end).filter(|(first, after)| is_notice(&lines[*first..*after])) {
        marks[first..after].fill(Mark::Signature);
        end = first;
    }
    mark_footer(lines, marks);
}

/// The lines of the sender's last paragraph before a line; none when it is a long one.
fn last_paragraph(lines: &[&str], marks: &[Mark], end: usize) -> Option<(usize, usize)> {
    let last =
        marks[..end].iter().rposition(|mark| *mark != Mark::Blank && *mark != Mark::Signature).filter(|last| marks[*last] == Mark::Own)?;
    let length = (0..=last).rev().take(LONGEST + 1).take_while(|line| marks[*line] == Mark::Own && !is_blank(lines[*line])).count();
    (length <= LONGEST).then_some((last + 1 - length, last + 1))
}

/// It speaks as notices do and tells nothing of the case.
fn is_notice(paragraph: &[&str]) -> bool {
    let text = words(paragraph);
    let text = text.trim_start_matches(|character: char| !character.is_alphanumeric());
    let begins = |table: &[&str]| table.iter().any(|beginning| text.starts_with(beginning));
    let says = |table: &[&str]| table.iter().any(|stem| begins_word(text, stem));
    let is_appeal = || begins(ENVIRONMENT) && paragraph.len() <= 3 && says(PRINTING) && says(ENVIRONMENT_REASONS);
    (begins(NOTICES) && has_subjects(text) || is_appeal()) && !tells_of_the_case(text) && !has_numbers(text)
}

fn has_subjects(text: &str) -> bool {
    let is_subject = |row: &[&[&str]]| row.iter().any(|stems| stems.iter().all(|stem| begins_word(text, stem)));
    let found: Vec<bool> = NOTICE_SUBJECTS.iter().map(|row| is_subject(row)).collect();
    found[..2].contains(&true) && found.iter().filter(|is_found| **is_found).count() >= ENOUGH_SUBJECTS
}

/// Whether a word or several begin so.
fn begins_word(text: &str, stem: &str) -> bool {
    text.match_indices(stem).any(|(start, _)| !text[..start].ends_with(char::is_alphanumeric))
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
    let tail = || lines[ruler + 1..=last].iter().filter(|line| !is_blank(line) && !is_ruler(line));
    let is_own = marks[ruler..=last].iter().all(|mark| matches!(mark, Mark::Own | Mark::Blank));
    let is_print = || tail().any(|line| speaks(line)) && tail().all(|line| is_printed(line));
    // A company that begins with its link or its image may speak in whole sentences.
    let is_companys = || {
        tail().next().is_some_and(|line| is_contact(line))
            && tail().any(|line| names_company(line))
            && !tail().any(|line| may_answer(line) && !is_printed(line))
    };
    if is_own && (is_print() || is_companys()) {
        marks[ruler..=last].iter_mut().filter(|mark| **mark == Mark::Own).for_each(|mark| *mark = Mark::Signature);
    }
}

/// A link or a company, alone on its line.
fn speaks(line: &str) -> bool {
    is_contact(line) || is_print(line) && names_company(line)
}

fn names_company(line: &str) -> bool {
    folded(line).is_some_and(|text| text.split(' ').any(|word| COMPANIES.contains(&word)) || text.contains("registro mercantil"))
}

/// Print, or what stands for an image.
fn is_printed(line: &str) -> bool {
    is_print(line) || line.trim().starts_with('[') && line.trim().ends_with(']')
}

/// A long line of the same sign.
fn is_ruler(line: &str) -> bool {
    let mut signs = line.chars().filter(|character| !character.is_whitespace() && *character != '*');
    let Some(first) = signs.next().filter(|sign| matches!(sign, '.' | '_' | '-' | '=' | '~')) else { return false };
    signs.clone().count() + 1 >= RULER && signs.all(|sign| sign == first)
}
