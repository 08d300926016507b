//! Answers inside a quote that has no marks: only the sender's announcement tells of them.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use followup_domain::text::fold;

use super::words::{BELOW, FORWARDS};

/// So much of the reply is searched.
const SEARCHED: usize = 4096;

/// None only for tables of many megabytes.
static BELOW_PHRASES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(BELOW).ok());
static FORWARDS_PHRASES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(FORWARDS).ok());

/// Whether the sender says that the answers stand in the quoted text.
pub(super) fn says_answers_are_below(own: &[&str]) -> bool {
    says(own, BELOW_PHRASES.as_ref())
}

/// Whether the sender says that what stands below was passed on, as an answer.
pub(super) fn says_it_was_passed_on(own: &[&str]) -> bool {
    says(own, FORWARDS_PHRASES.as_ref())
}

/// Whether a phrase stands there in whole words.
fn says(own: &[&str], phrases: Option<&AhoCorasick>) -> bool {
    let text: String = own.iter().flat_map(|line| line.chars().chain([' '])).take(SEARCHED).collect();
    let text = fold(&text);
    let is_whole =
        |start: usize, end: usize| !text[..start].ends_with(char::is_alphabetic) && !text[end..].starts_with(char::is_alphabetic);
    phrases.is_some_and(|phrases| phrases.find_overlapping_iter(&text).any(|found| is_whole(found.start(), found.end())))
}
