//! Which words of a quote are the letter's: one pass over the quote, with a place in the letter that only moves forward.
//!
//! Mail programs wrap a letter anew, so words are compared and not lines. A word counts as the letter's only within a run: one that
//! goes on where the last one ended, a whole line of the letter, or several words from further on. So an answer that happens to be a
//! word of the letter is no part of it.

use std::collections::HashMap;

use followup_domain::text::fold;

/// Words of a run that goes on where the last one ended.
const RUN: usize = 2;
/// Words of a run from further on in the letter.
const FAR_RUN: usize = 4;
/// A whole line of fewer words is taken from so near only.
const NEAR: usize = 60;
/// So many places of the same words are looked at.
const MOST_PLACES: usize = 8;
/// No word of the letter.
const UNKNOWN: u32 = 0;

/// A letter of ours, ready for comparing.
pub(super) struct Known {
    ids: HashMap<String, u32>,
    words: Vec<u32>,
    /// Of each word, the line that it stands on.
    lines: Vec<usize>,
    /// Where a word begins a line.
    starts: HashMap<u32, Vec<usize>>,
    /// Where three words stand in a row.
    triples: HashMap<[u32; 3], Vec<usize>>,
}

/// What a quote's words are in the letter.
pub(super) struct Aligned {
    /// Of each line of the quote, the letter's lines that it repeats, and whether it has words that the letter does not have there.
    pub(super) lines: Vec<AlignedLine>,
    /// How many words are the letter's.
    pub(super) known: usize,
}

/// One line of the quote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct AlignedLine {
    /// The first and the last line of the letter that stand on it.
    pub(super) letter: Option<(usize, usize)>,
    /// Some of it is not the letter's, or the letter's line is not finished before another begins.
    pub(super) differs: bool,
    /// Its words go on in the middle of a line of the letter.
    pub(super) goes_on: bool,
}

impl Known {
    /// Takes the letter's lines apart.
    pub(super) fn of(letter: &[&str]) -> Self {
        let mut known = Self { ids: HashMap::new(), words: Vec::new(), lines: Vec::new(), starts: HashMap::new(), triples: HashMap::new() };
        for (line, text) in letter.iter().enumerate() {
            for (position, word) in words(text).into_iter().enumerate() {
                let next = known.ids.len() as u32 + 1;
                let id = *known.ids.entry(word).or_insert(next);
                if position == 0 {
                    push(known.starts.entry(id).or_default(), known.words.len());
                }
                known.words.push(id);
                known.lines.push(line);
            }
        }
        for (start, triple) in known.words.windows(3).enumerate() {
            push(known.triples.entry([triple[0], triple[1], triple[2]]).or_default(), start);
        }
        known
    }

    /// How many words it has.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Compares the lines of a quote, without their quote marks.
    pub(super) fn align(&self, quote: &[&str]) -> Aligned {
        let mut text: Vec<(u32, usize)> = Vec::new();
        for (line, words) in quote.iter().map(|line| words(line)).enumerate() {
            text.extend(words.iter().map(|word| (self.ids.get(word).copied().unwrap_or(UNKNOWN), line)));
        }
        let mut aligned = Aligned { lines: vec![AlignedLine::default(); quote.len()], known: 0 };
        let (mut at, mut place) = (0, 0);
        // The line of the quote on which a line of the letter is not finished yet.
        let mut unfinished: Option<usize> = None;
        while at < text.len() {
            let Some((start, length)) = self.run(&text, at, place) else {
                aligned.lines[text[at].1].differs = true;
                at += 1;
                continue;
            };
            if let Some(line) = unfinished.filter(|_| start != place) {
                aligned.lines[line].differs = true;
            }
            self.take(&mut aligned, &text[at..at + length], start);
            (at, place) = (at + length, start + length);
            unfinished = (!self.ends_line(place)).then(|| text[at - 1].1);
        }
        // Who takes a word out of a question may have answered it so.
        if let Some(line) = unfinished {
            aligned.lines[line].differs = true;
        }
        aligned
    }

    /// Whether a line of the letter ends before this word.
    fn ends_line(&self, place: usize) -> bool {
        place == 0 || place >= self.len() || self.lines[place - 1] != self.lines[place]
    }

    /// Where the run that begins at `at` stands in the letter, from `place` on, and its length.
    fn run(&self, text: &[(u32, usize)], at: usize, place: usize) -> Option<(usize, usize)> {
        let begins_line = at == 0 || text[at - 1].1 != text[at].1;
        let length =
            |start: usize| text[at..].iter().zip(&self.words[start.min(self.len())..]).take_while(|(one, other)| one.0 == **other).count();
        let whole_line = |start: usize, length: usize| {
            let ends = (start + 1..=start + length).find(|end| self.ends_line(*end));
            length > 0 && self.ends_line(start) && ends.is_some()
        };
        let here = length(place);
        if here >= RUN || whole_line(place, here) {
            return Some((place, here));
        }
        if begins_line {
            let near = |start: &&usize| **start > place && **start - place <= NEAR;
            let starts = self.starts.get(&text[at].0).into_iter().flatten().filter(near);
            if let Some(found) = starts.map(|start| (*start, length(*start))).find(|(start, length)| whole_line(*start, *length)) {
                return Some(found);
            }
        }
        let triple = [text[at].0, text.get(at + 1)?.0, text.get(at + 2)?.0];
        let places = self.triples.get(&triple)?.iter().filter(|start| **start > place);
        places.map(|start| (*start, length(*start))).find(|(_, length)| *length >= FAR_RUN)
    }

    fn take(&self, aligned: &mut Aligned, run: &[(u32, usize)], start: usize) {
        aligned.known += run.len();
        for (offset, (_, line)) in run.iter().enumerate() {
            let (word, found) = (start + offset, &mut aligned.lines[*line]);
            let letter_line = self.lines[word];
            let is_first = found.letter.is_none();
            found.letter = Some((found.letter.map_or(letter_line, |(first, _)| first), letter_line));
            if is_first {
                found.goes_on = word > 0 && self.lines[word - 1] == letter_line;
            }
        }
    }
}

fn push(places: &mut Vec<usize>, place: usize) {
    if places.len() < MOST_PLACES {
        places.push(place);
    }
}

/// The words of a line, folded; links that mail programs put behind an address are none.
fn words(line: &str) -> Vec<String> {
    const LINKS: [&str; 4] = ["<mailto:", "<http", "<tel:", "[mailto:"];
    let folded = fold(line);
    let linkless = match LINKS.iter().any(|link| folded.contains(link)) {
        true => without_links(&folded, &LINKS),
        false => folded,
    };
    linkless.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn without_links(text: &str, links: &[&str]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['<', '[']) {
        kept.push_str(&rest[..start]);
        rest = &rest[start..];
        let is_link = links.iter().any(|link| rest.starts_with(link));
        let end = if is_link { rest.find(['>', ']', ' ']).map_or(rest.len(), |end| end + 1) } else { 1 };
        kept.push(' ');
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}
