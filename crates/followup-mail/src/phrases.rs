//! Many phrases searched for in one pass over a text, however many they are.

use std::ops::Range;

use aho_corasick::AhoCorasick;

/// Rows of phrases.
pub(crate) struct Phrases {
    automaton: Option<AhoCorasick>,
    /// The row of each phrase.
    rows: Vec<usize>,
}

impl Phrases {
    /// The phrases of each row.
    pub(crate) fn of<'a>(rows: impl IntoIterator<Item = &'a [&'a str]>) -> Self {
        let numbered = rows.into_iter().enumerate().flat_map(|(row, phrases)| phrases.iter().map(move |phrase| (row, *phrase)));
        let (rows, phrases): (Vec<usize>, Vec<&str>) = numbered.unzip();
        // Building fails only for sets of many megabytes; the tests would show it.
        Self { automaton: AhoCorasick::new(phrases).ok(), rows }
    }

    /// The first row of which a phrase stands in the text.
    pub(crate) fn first_row(&self, text: &str) -> Option<usize> {
        let mut first = None;
        for found in self.automaton.as_ref()?.find_overlapping_iter(text) {
            let row = self.rows.get(found.pattern().as_usize()).copied();
            first = [first, row].into_iter().flatten().min();
            if first == Some(0) {
                break;
            }
        }
        first
    }

    /// The rows of which a phrase stands in the text, a bit for each of the first 32.
    pub(crate) fn rows(&self, text: &str) -> u32 {
        let Some(automaton) = &self.automaton else { return 0 };
        let rows = automaton.find_overlapping_iter(text).filter_map(|found| self.rows.get(found.pattern().as_usize()));
        rows.fold(0, |bits, row| bits | 1_u32.checked_shl(u32::try_from(*row).unwrap_or(u32::MAX)).unwrap_or(0))
    }

    /// Where phrases of a row stand in the text.
    pub(crate) fn places<'t>(&'t self, row: usize, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        let found = self.automaton.iter().flat_map(move |automaton| automaton.find_overlapping_iter(text));
        found.filter(move |found| self.rows.get(found.pattern().as_usize()) == Some(&row)).map(|found| found.range())
    }

    /// Whether any of them stands in the text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.automaton.as_ref().is_some_and(|automaton| automaton.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_wins_wherever_its_phrase_stands() {
        let phrases = Phrases::of([["mailbox full", "quota"].as_slice(), &["full", "unknown user"], &["user"]]);
        assert_eq!(phrases.first_row("unknown user, mailbox full"), Some(0));
        assert_eq!(phrases.first_row("an unknown user"), Some(1));
        assert_eq!(phrases.first_row("user"), Some(2));
        assert_eq!(phrases.first_row("nothing"), None);
        assert!(phrases.is_in("over quota") && !phrases.is_in(""));
        assert_eq!((phrases.rows("an unknown user"), phrases.rows("quota"), phrases.rows("")), (0b110, 0b001, 0));
        assert_eq!(phrases.places(2, "user, user").collect::<Vec<_>>(), [0..4, 6..10]);
    }
}
