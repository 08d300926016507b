//! The reply as the rules see it: lower case, ASCII, without accents, each byte knowing where it stands in the stored text.

use std::ops::Range;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Stands for a letter of another script.
pub(crate) const FOREIGN: char = '\u{2}';
/// Stands for a sign that is no punctuation: an emoji, a box.
pub(crate) const SIGN: char = '\u{3}';

/// Folded text with the way back: `text` is ASCII.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) text: String,
    begins: Vec<u32>,
    ends: Vec<u32>,
}

impl Folded {
    /// Folds a text; blanks collapse, line breaks and tabs stay, and a line that a mail program broke goes on.
    pub(crate) fn new(original: &str) -> Self {
        let capacity = original.len();
        let mut folded =
            Self { text: String::with_capacity(capacity), begins: Vec::with_capacity(capacity), ends: Vec::with_capacity(capacity) };
        let mut line_start = 0;
        for (at, character) in original.char_indices() {
            let span = at..at + character.len_utf8();
            if character == '\n' {
                let wrapped = goes_on(&original[line_start..at], &original[span.end..]);
                folded.push(if wrapped { ' ' } else { '\n' }, &span);
                line_start = span.end;
            } else {
                folded.fold(character, &span);
            }
        }
        folded
    }

    fn fold(&mut self, character: char, span: &Range<usize>) {
        match character {
            '\t' => self.push('\t', span),
            '\r' => {}
            ' '..='~' => self.push(character.to_ascii_lowercase(), span),
            _ if character.is_whitespace() || character == '¿' || character == '¡' => self.push(' ', span),
            _ => match SPELT.iter().find(|(signs, _)| signs.contains(character)) {
                Some((_, spelling)) => spelling.chars().for_each(|part| self.push(part, span)),
                None => self.decompose(character, span),
            },
        }
    }

    fn decompose(&mut self, character: char, span: &Range<usize>) {
        if is_combining_mark(character) {
            // What belongs to the letter before it.
            if let Some(end) = self.ends.last_mut() {
                *end = offset(span.end);
            }
            return;
        }
        decompose_canonical(character, |part| {
            if part.is_ascii() {
                self.push(part.to_ascii_lowercase(), span);
            } else if !is_combining_mark(part) && !matches!(part, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}') {
                self.push(if part.is_alphabetic() { FOREIGN } else { SIGN }, span);
            }
        });
    }

    fn push(&mut self, character: char, span: &Range<usize>) {
        if character == ' ' && self.text.ends_with([' ', '\n', '\t'])
            || character.is_ascii_control() && !"\n\t\u{2}\u{3}".contains(character)
        {
            return;
        }
        self.text.push(character);
        self.begins.push(offset(span.start));
        self.ends.push(offset(span.end));
    }

    /// Copies a part of another folded text.
    pub(crate) fn copy(&mut self, from: &Self, range: Range<usize>) {
        self.text.push_str(&from.text[range.clone()]);
        self.begins.extend_from_slice(&from.begins[range.clone()]);
        self.ends.extend_from_slice(&from.ends[range]);
    }

    /// Writes other words in the place of a part of another folded text.
    pub(crate) fn replace(&mut self, from: &Self, range: Range<usize>, by: &str) {
        let (Some(begin), Some(end)) = (from.begins.get(range.start), range.end.checked_sub(1).and_then(|last| from.ends.get(last))) else {
            return;
        };
        for _ in by.bytes() {
            self.begins.push(*begin);
            self.ends.push(*end);
        }
        self.text.push_str(by);
    }

    /// Where a part of the folded text stands in the stored text; blanks at its ends are left out.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        let part = &self.text[range.clone()];
        let lead = part.len() - part.trim_start().len();
        let (start, end) = (range.start + lead, range.start + lead + part.trim().len());
        let begin = self.begins.get(start).or(self.begins.last()).map_or(0, |at| *at as usize);
        let end = end.checked_sub(1).filter(|_| end > start).and_then(|last| self.ends.get(last)).map_or(begin, |at| *at as usize);
        begin..end.max(begin)
    }
}

/// Longer texts are not read: [`crate::LONGEST_TEXT`] is far below.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Signs that are written otherwise.
const SPELT: &[(&str, &str)] = &[
    ("–—−‐‑‒", "-"),
    ("’‘´ʼ", "'"),
    ("“”„«»", "\""),
    ("º°", "o"),
    ("ª", "a"),
    ("½", " 1/2"),
    ("¼", " 1/4"),
    ("¾", " 3/4"),
    ("²", "2"),
    ("³", "3"),
    ("µμ", "u"),
    ("…", "..."),
    ("•●▪◦·‣∙", "*"),
    ("×", "x"),
    ("：", ":"),
];

/// Whether a line was broken by a program: it is long, does not end a sentence, and the next begins in lower case.
fn goes_on(line: &str, rest: &str) -> bool {
    let quoted = |line: &str| line.trim_start().starts_with('>');
    line.len() >= 55
        && !quoted(line)
        && !line.trim_end().ends_with(['.', ':', '!', '?', ';'])
        && !line.contains('\t')
        && rest.trim_start_matches([' ', '\r']).starts_with(|next: char| next.is_lowercase() || next.is_ascii_digit())
        && !rest.starts_with(|next: char| next.is_ascii_digit())
            | rest.split_once([' ', '\n']).is_some_and(|(first, _)| first.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_accents_and_blanks_are_folded_and_find_their_way_back() {
        let text = "Él  pesó\u{a0}68½\u{a0}KG — “sí” 😀 ñandú";
        let folded = Folded::new(text);
        assert_eq!(folded.text, "el peso 68 1/2 kg - \"si\" \u{3} nandu");
        let at = folded.text.find("68 1/2 kg").unwrap();
        assert_eq!(&text[folded.original(at..at + 9)], "68½\u{a0}KG");
        let at = folded.text.find("nandu").unwrap();
        assert_eq!(&text[folded.original(at..at + 5)], "ñandú");
    }

    #[test]
    fn a_letter_with_its_mark_apart_is_one() {
        let text = "an\u{303}os";
        let folded = Folded::new(text);
        assert_eq!((folded.text.as_str(), &text[folded.original(0..4)]), ("anos", text));
        assert_eq!(&text[folded.original(1..2)], "n\u{303}");
    }

    #[test]
    fn lines_that_a_program_broke_go_on_and_others_do_not() {
        let broken = "La paciente recibió el medicamento durante varios días, hasta\nque apareció la reacción";
        assert!(!Folded::new(broken).text.contains('\n'));
        assert!(Folded::new("pesa 68 kilos\ntiene 40 años").text.contains('\n'));
    }
}
