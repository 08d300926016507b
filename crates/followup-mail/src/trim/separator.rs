//! "-----Mensaje original-----": lines between dashes above a quote.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::answer::tells_of_the_case;
use super::labels::{ABOVE_THIS_LINE, FORWARDED, MESSAGE_ENDS, MESSAGE_JOINTS, MESSAGE_KINDS, MESSAGE_NOUNS, SEPARATORS};
use super::line::{folded, is_invisible};
use super::table::is_unspaced;

/// Signs of a frame at each side of the words.
const LEAST_FRAME: usize = 2;
/// Of one around words that are not known.
const LONG_FRAME: usize = 4;
/// A ruler is not shorter.
const RULER: usize = 8;
/// Words between two frames.
const MOST_WORDS: usize = 5;

/// Whether a line parts a quote from the reply by its words: between dashes, or the whole sentence with its colon. The header may follow
/// on the same line.
pub(super) fn is_separator(line: &str) -> bool {
    match Frame::of(line) {
        Some(frame) => {
            frame.size >= LEAST_FRAME && (names_a_message(&frame, frame.is_closed) || frame.is_closed && asks_above(frame.words))
        }
        None => {
            line.trim_end().ends_with([':', '：']) && line.len() < 120 && {
                folded(line).is_some_and(|text| {
                    let words = text.trim_end_matches([':', '：', ' ']);
                    (words.contains(' ') || !words.is_ascii()) && TABLES.whole.contains(words)
                })
            }
        }
    }
}

/// Whether a separator says that the mail below it was forwarded.
pub(super) fn is_forward(line: &str) -> bool {
    // Scripts without blanks have no words of their own.
    let has = |text: &str, word: &str| tokens(text).any(|token| token == word) || word.contains(is_unspaced) && text.contains(word);
    folded(line).is_some_and(|text| TABLES.forwarded.iter().any(|word| has(&text, word)))
}

/// The line after a forwarded mail that a line between dashes ends ("--- Fin del mensaje ---"); without one it goes on to the end.
pub(super) fn forward_end(lines: &[&str], first: usize, begin: usize) -> usize {
    if lines[first].len() > super::line::LONGEST || !is_separator(lines[first]) || !is_forward(lines[first]) {
        return lines.len();
    }
    let ends =
        |line: &&str| line.len() <= super::line::LONGEST && Frame::of(line).is_some_and(|frame| frame.is_closed && says_end(frame.words));
    lines[begin..].iter().position(ends).map_or(lines.len(), |line| begin + line + 1)
}

fn says_end(words: &str) -> bool {
    folded(words).is_some_and(|text| {
        let mut words = tokens(&text);
        words.next().is_some_and(|first| TABLES.ends.contains(first)) && words.any(|word| TABLES.nouns.contains(word))
    })
}

/// A ruler, or any words between long dashes, that tell nothing of the case: only a header block below tells that it parts a quote from
/// the reply.
pub(super) fn is_framed_line(line: &str) -> bool {
    let line = trimmed(line);
    if line.is_empty() {
        return false;
    }
    let short = line.chars().all(|sign| matches!(sign, '=' | '*' | '_' | '-')) && line.chars().count() >= 3;
    is_ruler(line) || short || has_framed_words(line)
}

/// "-------- Oprindelig mail --------", and whatever else a program may write there.
pub(super) fn has_framed_words(line: &str) -> bool {
    Frame::of(line).is_some_and(|frame| {
        let tells = || folded(frame.words).is_none_or(|text| tells_of_the_case(&text) || text.contains(|sign: char| sign.is_ascii_digit()));
        frame.size >= LONG_FRAME && frame.is_closed && frame.words.split_whitespace().count() <= MOST_WORDS && !tells()
    })
}

/// A long line of signs.
pub(super) fn is_ruler(line: &str) -> bool {
    let line = trimmed(line);
    line.chars().count() >= RULER && line.chars().all(is_frame)
}

/// Words with dashes at their sides.
struct Frame<'a> {
    words: &'a str,
    /// Signs before the words.
    size: usize,
    /// Signs stand behind them too.
    is_closed: bool,
}

impl<'a> Frame<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let line = trimmed(line);
        let inner = line.trim_start_matches(|sign| is_frame(sign) || sign == ' ');
        let signs = line[..line.len() - inner.len()].chars().filter(|sign| is_frame(*sign));
        let size = signs.count();
        if size == 0 || inner.is_empty() {
            return None;
        }
        let end = frame_start(inner).unwrap_or(inner.len());
        Some(Self { words: inner[..end].trim_matches([' ', ':', '：']), size, is_closed: end < inner.len() })
    }
}

/// Where two signs of a frame stand in a row.
fn frame_start(text: &str) -> Option<usize> {
    let mut last: Option<(usize, char)> = None;
    for (at, sign) in text.char_indices() {
        match last {
            Some((start, before)) if is_frame(before) && is_frame(sign) => return Some(start),
            _ => last = Some((at, sign)),
        }
    }
    None
}

fn trimmed(line: &str) -> &str {
    line.trim_matches(|character: char| character.is_whitespace() || is_invisible(character) || character == '>')
}

fn is_frame(sign: char) -> bool {
    matches!(sign, '-' | '_' | '=' | '*' | '~' | '#' | '\u{2010}'..='\u{2015}' | '−' | '─' | '━' | '•' | '·')
}

/// Whether the words are one of the separators', or name a message and its kind.
fn names_a_message(frame: &Frame<'_>, is_closed: bool) -> bool {
    let Some(text) = folded(frame.words) else { return false };
    if TABLES.whole.contains(&text) {
        return true;
    }
    // "----- Forwarded by Ana Luna on 13/10/2026 -----".
    if is_closed && TABLES.forwarded_by.iter().any(|start| text.starts_with(start.as_str())) {
        return true;
    }
    let words = || tokens(&text);
    let is_known = |word: &str| TABLES.nouns.contains(word) || TABLES.kinds.contains(word) || TABLES.joints.contains(word);
    let names = words().any(|word| TABLES.nouns.contains(word)) && words().any(|word| TABLES.kinds.contains(word));
    is_closed && names && words().count() <= MOST_WORDS && words().all(is_known)
}

/// "##- Please type your reply above this line -##".
fn asks_above(words: &str) -> bool {
    folded(words).is_some_and(|text| TABLES.above.iter().any(|phrase| text.contains(phrase.as_str())))
}

fn tokens(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|character: char| !character.is_alphanumeric() && !matches!(character, '-' | '\'')).filter(|word| !word.is_empty())
}

struct Tables {
    whole: HashSet<String>,
    forwarded: HashSet<String>,
    forwarded_by: Vec<String>,
    nouns: HashSet<String>,
    kinds: HashSet<String>,
    joints: HashSet<String>,
    ends: HashSet<String>,
    above: Vec<String>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let set = |rows: &[(&str, &str)]| rows.iter().flat_map(|(_, words)| words.split('|')).filter_map(folded).collect();
    Tables {
        whole: set(SEPARATORS),
        forwarded: set(FORWARDED),
        forwarded_by: ["forwarded by", "reenviado por", "encaminhado por", "weitergeleitet von", "transfere par", "inoltrato da"]
            .map(str::to_owned)
            .to_vec(),
        nouns: set(MESSAGE_NOUNS),
        kinds: set(MESSAGE_KINDS),
        joints: set(MESSAGE_JOINTS),
        ends: set(MESSAGE_ENDS),
        above: ABOVE_THIS_LINE.iter().flat_map(|(_, phrases)| phrases.split('|')).filter_map(folded).collect(),
    }
});
