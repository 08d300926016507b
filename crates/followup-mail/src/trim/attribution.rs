//! "El lun, 4 mar 2024 a las 10:15, X (<x@y>) escribió:" and its kin: one sentence above a quote, maybe wrapped over lines.

use super::Announcement;
use super::line::{LONGEST, folded, is_blank, is_quote, next_visible};
use super::words::{LEADS, VERBS};

/// Mail programs wrap an attribution over so many lines at most.
const MOST_LINES: usize = 5;

/// The attribution that begins at `position`, if one does.
pub(super) fn find(lines: &[&str], position: usize) -> Option<Announcement> {
    let first = folded(lines[position])?;
    if is_blank(lines[position]) {
        return None;
    }
    let begins = Beginning::of(&first, position == 0 || is_blank(lines[position - 1]) || is_quote(lines[position - 1]));
    let mut sentence = String::new();
    for (offset, line) in lines[position..].iter().take(MOST_LINES).enumerate() {
        if is_blank(line) || is_quote(line) || sentence.len() > LONGEST {
            break;
        }
        sentence.push(' ');
        sentence.push_str(&folded(line)?);
        let end = position + offset + 1;
        let is_marked = next_visible(lines, end).is_some_and(is_quote);
        if is_attribution(&sentence, begins, is_marked, offset == 0) {
            return Some(Announcement { first: position, end, is_marked });
        }
        // Nothing but a sentence that began as one is worth following over lines.
        if begins == Beginning::Anyhow {
            break;
        }
    }
    None
}

/// How a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    /// With a word or a number that attributions begin with.
    Lead,
    /// A paragraph, with something else.
    Paragraph,
    /// In the middle of a paragraph.
    Anyhow,
}

impl Beginning {
    fn of(folded: &str, begins_paragraph: bool) -> Self {
        let text = folded.trim_start_matches(['-', ' ', '"', '[']);
        if LEADS.iter().any(|lead| text.starts_with(lead)) || text.starts_with(|c: char| c.is_ascii_digit()) {
            Self::Lead
        } else if begins_paragraph {
            Self::Paragraph
        } else {
            Self::Anyhow
        }
    }
}

fn is_attribution(sentence: &str, begins: Beginning, is_marked: bool, is_one_line: bool) -> bool {
    let sentence = sentence.trim();
    let ends = sentence.trim_end_matches(['-', ' ', '_']).ends_with([':', '：']) || sentence.ends_with("---");
    let bare = sentence.trim_matches(['-', ' ', ':', '：', '_']);
    let has_verb = VERBS.iter().any(|verb| has_words(bare, verb));
    let has_address = has_address(sentence);
    let has_instant = has_time(sentence) && has_year(sentence);
    let may_begin = begins != Beginning::Anyhow || is_one_line && has_address;
    if !may_begin {
        return false;
    }
    if is_marked {
        // Quote marks follow: little is needed, for nothing is folded that has none.
        ends && (has_verb || has_address || has_instant) || has_address && has_year(sentence)
    } else {
        // Without marks all the rest would be folded, so a reporter's "El médico escribió:" must not do.
        ends && has_verb && (has_address || has_instant && begins == Beginning::Lead)
    }
}

/// Whether the words stand in the sentence, not as a part of longer ones. Scripts without blanks have no such limits.
fn has_words(sentence: &str, words: &str) -> bool {
    let is_limit = |character: Option<char>| character.is_none_or(|character| !character.is_alphabetic()) || !words.is_ascii();
    sentence
        .match_indices(words)
        .any(|(start, _)| is_limit(sentence[..start].chars().next_back()) && is_limit(sentence[start + words.len()..].chars().next()))
}

fn has_address(sentence: &str) -> bool {
    sentence
        .split(['<', '>', '(', ')', '[', ']', ' ', ',', ':', '"'])
        .any(|word| word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@')))
}

/// A clock time such as 10:15, 10.15 or 10h15.
fn has_time(sentence: &str) -> bool {
    sentence.as_bytes().windows(4).any(|window| {
        window[0].is_ascii_digit() && matches!(window[1], b':' | b'.' | b'h') && window[2].is_ascii_digit() && window[3].is_ascii_digit()
    })
}

/// A year of four digits, 19xx or 20xx.
fn has_year(sentence: &str) -> bool {
    sentence
        .split(|character: char| !character.is_ascii_digit())
        .any(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")))
}
