//! Answers inside a quote that has no marks: only the sender's announcement tells of them.

use followup_domain::text::fold;

use super::attribution::has_words;
use super::words::{BELOW, FORWARDS};

/// So much of the reply is searched.
const SEARCHED: usize = 4096;

/// Whether the sender says that the answers stand in the quoted text.
pub(super) fn says_answers_are_below(own: &[&str]) -> bool {
    says(own, BELOW)
}

/// Whether the sender says that what stands below was passed on, as an answer.
pub(super) fn says_it_was_passed_on(own: &[&str]) -> bool {
    says(own, FORWARDS)
}

fn says(own: &[&str], phrases: &[&str]) -> bool {
    let text: String = own.iter().flat_map(|line| line.chars().chain([' '])).take(SEARCHED).collect();
    let text = fold(&text);
    phrases.iter().any(|phrase| has_words(&text, phrase))
}
