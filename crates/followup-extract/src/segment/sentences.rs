//! Sentences: where they end, and where abbreviations do not end them.

use std::ops::Range;

/// Words whose point ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "dr", "dra", "lic", "enf", "sr", "sra", "srta", "aprox", "av", "tel", "telf", "cel", "q", "f", "num", "nro", "no", "n", "v", "o", "e",
    "i", "m", "c", "d", "prof", "ca", "dx", "px", "kg", "kgs", "tab", "tabs", "caps", "amp", "comp", "gts", "ced", "col", "obst", "tec",
    "md", "s", "a", "p", "r", "h", "g", "art", "ej", "etc", "ing", "gr", "ml", "mg", "vs", "reg", "exp", "venc", "cad", "fco", "fam", "mr",
    "mrs", "ms", "dept", "cap", "past", "mes", "b", "j", "l", "t",
];

/// Whether a point ends a sentence.
pub(crate) fn ends_at(text: &str, point: usize) -> bool {
    let before = &text[..point];
    let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let blank = text[point + 1..].starts_with([' ', '\n']) || text.len() == point + 1;
    // Two measures end sentences as often as not: "68 kg. Recibió…" is two.
    let measured = before.len() > word.len() && before[..before.len() - word.len()].trim_end().ends_with(|c: char| c.is_ascii_digit());
    blank && (!ABBREVIATIONS.contains(&word) || measured && word.len() >= 2 || word.is_empty())
}

/// Nobody writes longer sentences: a longer run is cut at a blank, so that what a sentence costs is bounded.
const LONGEST: usize = 1200;

/// The sentences of a piece.
pub(crate) fn of(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let piece = &text[range.clone()];
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, byte) in piece.bytes().enumerate() {
        let ends = match byte {
            b'.' => ends_at(piece, at),
            b'!' | b'?' | b'\n' | b'\x03' => true,
            b';' => true,
            b' ' => at - start > LONGEST,
            _ => at - start > 2 * LONGEST,
        };
        if ends {
            if !piece[start..at].trim().is_empty() {
                sentences.push(range.start + start..range.start + at);
            }
            start = at + 1;
        }
    }
    if !piece[start..].trim().is_empty() {
        sentences.push(range.start + start..range.end);
    }
    sentences
}
