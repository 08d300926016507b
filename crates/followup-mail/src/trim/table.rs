//! Words looked up in their folded form, each with the bits of what it is.

use std::collections::HashMap;

use followup_domain::text::fold;

/// Characters of the longest word in a script without blanks.
const LONGEST_UNSPACED: usize = 10;

/// Bytes of the longest word, accents and all.
const LONGEST: usize = 64;

/// Words and what they are.
pub(super) struct Table(HashMap<String, u16>);

impl Table {
    /// The words of each row, parted by blanks, as they are written.
    pub(super) fn of<'a>(rows: impl IntoIterator<Item = (&'a [(&'a str, &'a str)], u16)>) -> Self {
        let words = |(rows, bits): (&'a [(&'a str, &'a str)], u16)| {
            rows.iter().flat_map(|(_, words)| words.split(' ')).map(move |word| (word, bits))
        };
        Self::from_words(rows.into_iter().flat_map(words))
    }

    /// Words, or phrases that are looked up whole.
    pub(super) fn from_words<'a>(words: impl IntoIterator<Item = (&'a str, u16)>) -> Self {
        let mut table: HashMap<String, u16> = HashMap::new();
        for (word, bits) in words {
            *table.entry(bare(&fold(word))).or_default() |= bits;
        }
        Self(table)
    }

    /// What a word is, as it is written.
    pub(super) fn get(&self, word: &str) -> Option<u16> {
        if !word.is_ascii() {
            return (word.len() <= LONGEST).then(|| self.0.get(&bare(&fold(word))).copied()).flatten();
        }
        let mut key = [0_u8; LONGEST];
        let mut length = 0;
        for byte in word.bytes().filter(u8::is_ascii_alphanumeric) {
            *key.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        }
        std::str::from_utf8(&key[..length]).ok().and_then(|key| self.0.get(key)).copied()
    }

    /// Cuts the beginning of a text in a script without blanks: for each word where it begins and what it is, none for what stands
    /// between the known ones; and where the script ends.
    pub(super) fn cut(&self, text: &str) -> (Vec<(usize, Option<u16>)>, usize) {
        let run: Vec<(usize, char)> =
            text.char_indices().take_while(|(_, character)| is_unspaced(*character) || is_mark(*character)).collect();
        let end = run.last().map_or(0, |(at, character)| at + character.len_utf8());
        let boundary = |index: usize| run.get(index).map_or(end, |(at, _)| *at);
        let mut words: Vec<(usize, Option<u16>)> = Vec::new();
        let mut index = 0;
        while index < run.len() {
            let mut lengths = (1..=LONGEST_UNSPACED.min(run.len() - index)).rev();
            let found = lengths.find_map(|length| self.get(&text[boundary(index)..boundary(index + length)]).map(|bits| (length, bits)));
            match found {
                Some((_, bits)) => words.push((boundary(index), Some(bits))),
                None if words.last().is_none_or(|(_, bits)| bits.is_some()) => words.push((boundary(index), None)),
                None => {}
            }
            index += found.map_or(1, |(length, _)| length);
        }
        (words, end)
    }
}

/// Without the signs that may stand inside a word.
fn bare(folded: &str) -> String {
    folded.chars().filter(|character| character.is_alphanumeric()).collect()
}

/// Chinese, Japanese, Korean, Thai.
pub(super) fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{e7f}' | '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

/// Vowel signs and accents that stand behind their letter.
pub(super) fn is_mark(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}
