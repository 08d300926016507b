//! File names that nobody can be misled by.

/// Longer names are cut in their middle, so that the ending stays; in characters.
pub const LONGEST_FILE_NAME: usize = 120;
/// So many of the last characters of a long name stay.
const ENDING: usize = 20;

/// The last part of a path, without control characters, without invisible ones and those that turn the direction of writing
/// (`cod\u{202e}fdp.exe` reads as a PDF), and without what file systems refuse. `None` when nothing is left before the ending.
pub(super) fn clean(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|c| !c.is_control() && !is_invisible(*c));
    let kept: String = kept
        .map(|c| {
            if ":*?\"<>|".contains(c) {
                '_'
            } else if c.is_whitespace() {
                ' '
            } else {
                c
            }
        })
        .collect();
    // Windows drops blanks and dots at the end, and a name that begins with a dot is hidden elsewhere.
    let trimmed = kept.trim_matches(|c: char| c == '.' || c == ' ');
    let stem = trimmed.rsplit_once('.').map_or(trimmed, |(stem, _)| stem);
    (!stem.trim().is_empty() && trimmed.contains('.')).then(|| shortened(trimmed))
}

fn shortened(name: &str) -> String {
    let count = name.chars().count();
    if count <= LONGEST_FILE_NAME {
        return name.to_owned();
    }
    name.chars().take(LONGEST_FILE_NAME - ENDING).chain(name.chars().skip(count - ENDING)).collect()
}

/// Zero-width characters, direction marks, the soft hyphen, line separators, tags.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
