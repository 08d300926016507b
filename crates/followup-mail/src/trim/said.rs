//! What a paragraph says of the things that notices speak of: one pass over it, however many words there are.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::notice_words::{CHECKED, ENVIRONMENT_REASONS, LISTS, MAILS, NOTICE_SUBJECTS, PRINTING, VIRUSES, WATCHERS};

/// A thing that notices speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Printing = 0,
    Environment = 1,
    Virus = 2,
    Checked = 3,
    Mail = 4,
    Watcher = 5,
    List = 6,
}

/// The first topic of a legal notice's subjects.
const SUBJECTS: usize = 7;

/// Which topics a text speaks of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said(u32);

impl Said {
    /// Looks for the beginnings of words in a folded text.
    pub(super) fn of(folded: &str) -> Self {
        let words = &*WORDS;
        let mut found = vec![false; words.count];
        let Some(automaton) = &words.automaton else { return Self::default() };
        for one in automaton.find_overlapping_iter(folded) {
            found[one.pattern().as_usize()] |= !folded[..one.start()].ends_with(char::is_alphanumeric);
        }
        let is_said = |(_, stems): &&(usize, Vec<usize>)| stems.iter().all(|stem| found[*stem]);
        Self(words.entries.iter().filter(is_said).fold(0, |said, (topic, _)| said | 1 << topic))
    }

    pub(super) fn has(self, topic: Topic) -> bool {
        self.0 & 1 << topic as u32 != 0
    }

    /// How many subjects of legal notices, and whether one is who may read it, or who got it by mistake.
    pub(super) fn subjects(self) -> (usize, bool) {
        let found = self.0 >> SUBJECTS;
        (found.count_ones() as usize, found & 0b11 != 0)
    }
}

struct Words {
    /// None only for tables of many megabytes.
    automaton: Option<AhoCorasick>,
    /// How many beginnings of words it looks for.
    count: usize,
    /// A topic, and the beginnings that must all be there.
    entries: Vec<(usize, Vec<usize>)>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let tables = [PRINTING, ENVIRONMENT_REASONS, VIRUSES, CHECKED, MAILS, WATCHERS, LISTS];
    let single = tables.iter().enumerate().flat_map(|(topic, table)| table.iter().map(move |stem| (topic, vec![*stem])));
    let subjects =
        NOTICE_SUBJECTS.iter().enumerate().flat_map(|(row, entries)| entries.iter().map(move |stems| (SUBJECTS + row, stems.to_vec())));
    let (mut stems, mut entries): (Vec<&str>, Vec<(usize, Vec<usize>)>) = Default::default();
    for (topic, needed) in single.chain(subjects) {
        let first = stems.len();
        stems.extend(&needed);
        entries.push((topic, (first..stems.len()).collect()));
    }
    Words { automaton: AhoCorasick::new(&stems).ok(), count: stems.len(), entries }
});
