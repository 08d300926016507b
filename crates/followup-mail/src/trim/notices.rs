//! Notices among the last paragraphs: of secrecy, not to print, of a virus scanner, of a mailing list.
//!
//! People speak of single ones of these things too, so a paragraph must say several of them, and tell nothing of the case.

use super::Mark;
use super::answer::{has_numbers, is_contact, is_print, may_answer, tells_of_the_case};
use super::line::{folded, is_blank};
use super::notice_words::{LAWS, LEGAL_BEGINNINGS, VIRUS_FREE, WATCHERS};
use super::printed::{is_image, is_ruler};
use super::said::{Said, Topic};
use super::words::COMPANIES;

/// So many different subjects make a paragraph a notice: people speak of single ones too.
const ENOUGH_SUBJECTS: usize = 3;
/// Longer texts below a ruler are no footers.
const MOST_LINES: usize = 12;
/// A ruler above a footer is not shorter.
const RULER: usize = 8;
/// A paragraph is looked at no further.
const LONGEST: usize = 60;
/// In bytes.
const LONGEST_TEXT: usize = 16 * 1024;
/// A notice may have so many paragraphs.
const MOST_PARAGRAPHS: usize = 3;
/// Longer ones are no appeals.
const LONGEST_APPEAL: usize = 3;
/// Longer ones are no virus scanner's, and no list's foot.
const LONGEST_FOOT: usize = 10;

/// Marks the notices above the line `last_own`, the sender's last, and the footer below them.
pub(super) fn mark(lines: &[&str], marks: &mut [Mark], last_own: usize) {
    let mut end = last_own + 1;
    for _ in 0..MOST_PARAGRAPHS {
        let Some(first) = notice(lines, marks, end) else { break };
        marks[first..end].iter_mut().filter(|mark| **mark == Mark::Own).for_each(|mark| *mark = Mark::Signature);
        match marks[..first].iter().rposition(|mark| *mark == Mark::Own) {
            Some(last) if marks[last + 1..first].iter().all(|mark| *mark == Mark::Blank) => end = last + 1,
            _ => return,
        }
    }
    mark_footer(lines, marks, end - 1);
}

/// Where the notice begins that ends before `end`: one paragraph or a few, the last ones of links maybe.
fn notice(lines: &[&str], marks: &[Mark], end: usize) -> Option<usize> {
    let mut below = end;
    for _ in 0..MOST_PARAGRAPHS {
        let (first, after) = paragraph(lines, marks, below)?;
        let begins = |line: &usize| (*line == first || begins_notice(lines[*line])) && is_notice(&lines[*line..after], &lines[after..end]);
        if let Some(begin) = (first..after).find(begins) {
            return Some(with_links_above(lines, first, begin));
        }
        if !lines[first..after].iter().all(|line| is_contact(line) || is_ruler(line)) && !may_end_notice(&lines[first..after]) {
            return None;
        }
        below = first;
    }
    None
}

/// A virus scanner's picture is a link that stands above its words: `<https://www.avast.com/…>`.
fn with_links_above(lines: &[&str], first: usize, begin: usize) -> usize {
    let is_watchers = |line: &str| {
        let link = line.trim().trim_matches(['<', '>', '[', ']', '(', ')']);
        let is_link = link.starts_with("http") && !link.contains(char::is_whitespace);
        is_link && folded(link).is_some_and(|link| WATCHERS.iter().any(|watcher| link.contains(&format!(".{watcher}."))))
    };
    begin - (first..begin).rev().take_while(|line| is_watchers(lines[*line])).count()
}

/// The sender's last paragraph before a line; a delimiter begins one. None when it is a long one.
fn paragraph(lines: &[&str], marks: &[Mark], end: usize) -> Option<(usize, usize)> {
    let last = (0..end).rev().take(LONGEST).find(|line| marks[*line] != Mark::Blank).filter(|last| marks[*last] == Mark::Own)?;
    let is_inside = |line: &usize| marks[*line] == Mark::Own && !is_blank(lines[*line]) && (*line == last || !is_ruler(lines[*line]));
    let length = (0..=last).rev().take(LONGEST + 1).take_while(is_inside).count();
    let size = || lines[last + 1 - length..=last].iter().map(|line| line.len()).sum::<usize>();
    (length <= LONGEST && size() <= LONGEST_TEXT).then_some((last + 1 - length, last + 1))
}

fn begins_notice(line: &str) -> bool {
    let Some(text) = folded(line) else { return false };
    let text = text.trim_start_matches(|character: char| !character.is_alphanumeric());
    let begins = |table: &[&str]| table.iter().any(|beginning| text.starts_with(beginning));
    begins(LEGAL_BEGINNINGS) || begins(VIRUS_FREE)
}

/// It speaks as notices do and tells nothing of the case. `rest` are paragraphs of links, or its end, below it.
fn is_notice(paragraph: &[&str], rest: &[&str]) -> bool {
    let text = words(paragraph);
    let whole = if rest.is_empty() { text.clone() } else { words(&[paragraph, rest].concat()) };
    let (here, all) = (Said::of(&text), Said::of(&whole));
    let (subjects, is_about_readers) = all.subjects();
    let is_legal = is_about_readers && subjects >= ENOUGH_SUBJECTS;
    let is_appeal = paragraph.len() <= LONGEST_APPEAL && here.has(Topic::Printing) && here.has(Topic::Environment);
    let lines = paragraph.len() + rest.iter().filter(|line| !is_blank(line)).count();
    let is_foot = lines <= LONGEST_FOOT;
    let has_link = whole.contains("http") || whole.contains("www.");
    let is_list = is_foot && here.has(Topic::List) && (has_link || whole.contains('@') || text.contains("directly"));
    let is_scanner = || is_foot && is_scanners(paragraph, here, all.has(Topic::Watcher) || has_link);
    let tells = || tells_of_the_case(&LAWS.iter().fold(whole.clone(), |text, law| text.replace(law, "")));
    ((is_legal || is_appeal) && !has_numbers(&whole) || is_list || is_scanner()) && !tells()
}

/// A virus scanner looked through the mail.
fn is_scanners(paragraph: &[&str], here: Said, names_watcher: bool) -> bool {
    let first = paragraph.first().map(|line| words(&[line])).unwrap_or_default();
    let begins_with_watcher = || Said::of(&first).has(Topic::Watcher);
    let is_checked =
        here.has(Topic::Virus) && here.has(Topic::Checked) && names_watcher && (here.has(Topic::Mail) || begins_with_watcher());
    // "ESET NOD32 Antivirus ha comprobado este mensaje."
    let is_program = || here.has(Topic::Checked) && here.has(Topic::Mail) && paragraph.len() <= 2 && begins_with_watcher();
    let is_link_behind = || VIRUS_FREE.iter().any(|phrase| first.trim_start().strip_prefix(phrase).is_some_and(is_watcher));
    is_checked || is_program() || is_link_behind()
}

/// Nothing but the program's name and its link.
fn is_watcher(rest: &str) -> bool {
    let mut words = rest
        .split(|character: char| character.is_whitespace() || matches!(character, '<' | '>' | '(' | ')' | '[' | ']'))
        .map(|word| word.trim_matches(['.', ',', ':']))
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some()
        && words.all(|word| word.contains("www.") || word.contains("http") || WATCHERS.iter().any(|watcher| word.starts_with(watcher)))
}

/// The second half of a notice of several paragraphs: it has one of the subjects.
fn may_end_notice(paragraph: &[&str]) -> bool {
    let text = words(paragraph);
    (Said::of(&text).subjects().0 > 0 || paragraph.iter().all(|line| is_print(line))) && !tells_of_the_case(&text)
}

fn words(lines: &[&str]) -> String {
    followup_domain::text::fold(&lines.join(" ").replace('*', " ").replace(" _", " ").replace("_ ", " "))
}

/// From a long ruler in the sender's last lines to their end, when a company speaks below it.
fn mark_footer(lines: &[&str], marks: &mut [Mark], last: usize) {
    if marks[last] != Mark::Own {
        return;
    }
    let Some(ruler) = (last.saturating_sub(MOST_LINES)..=last).rev().find(|line| marks[*line] == Mark::Own && is_long_ruler(lines[*line]))
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
            && !tail().any(|line| may_answer(line) && !is_printed(line) && !names_company(line))
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
    is_print(line) || is_image(line)
}

/// A long line of the same sign.
fn is_long_ruler(line: &str) -> bool {
    let mut signs = line.chars().filter(|character| !character.is_whitespace() && *character != '*');
    let Some(first) = signs.next().filter(|sign| matches!(sign, '.' | '_' | '-' | '=' | '~')) else { return false };
    signs.clone().count() + 1 >= RULER && signs.all(|sign| sign == first)
}
