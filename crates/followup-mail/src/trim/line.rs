//! Single lines.

use followup_domain::text::fold;
use unicode_normalization::UnicodeNormalization;

/// Longer lines announce nothing.
pub(super) const LONGEST: usize = 500;

/// Nothing to read on it.
pub(super) fn is_blank(line: &str) -> bool {
    line.chars().all(|character| character.is_whitespace() || is_invisible(character))
}

/// Begins with a quote mark.
pub(super) fn is_quote(line: &str) -> bool {
    line.trim_start_matches(|character: char| character.is_whitespace() || is_invisible(character)).starts_with('>') && !is_framed(line)
}

/// ">>> Name <address> 18/11/2026 9:15 >>>", as GroupWise announces a quote.
pub(super) fn is_framed(line: &str) -> bool {
    let inner = line.trim().strip_prefix(">>> ").and_then(|rest| rest.strip_suffix(" >>>"));
    inner.is_some_and(|inner| inner.contains(char::is_alphabetic) && inner.contains(|character: char| character.is_ascii_digit()))
}

/// Begins with a bar, as some programs mark quotes, and is no row of a table.
pub(super) fn is_bar(line: &str) -> bool {
    let line = line.trim();
    line == "|" || line.starts_with('|') && !line.ends_with('|')
}

/// The text of a line without emphasis marks and invisible characters, folded and in normal form C; none if it is too long to announce anything.
pub(super) fn folded(line: &str) -> Option<String> {
    if line.len() > LONGEST {
        return None;
    }
    let visible: String = line.chars().filter(|character| !is_invisible(*character) && *character != '*').map(ascii_digit).collect();
    let visible = visible.trim_matches(|character: char| character == '_' || character == '#' || character.is_whitespace());
    let folded = fold(visible);
    Some(if folded.is_ascii() { folded } else { folded.nfc().collect() })
}

/// The first line from `position` on that is not blank; looks at a few lines only.
pub(super) fn next_visible<'a>(lines: &[&'a str], position: usize) -> Option<&'a str> {
    const FAR: usize = 5;
    lines.iter().skip(position).take(FAR).copied().find(|line| !is_blank(line))
}

/// Direction marks, joiners and byte order marks, which mail programs strew in.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Arabic-Indic digits as the digits that the rules look for.
pub(super) fn ascii_digit(character: char) -> char {
    let zero = match character {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        _ => return character,
    };
    char::from_digit(u32::from(character) - zero, 10).unwrap_or(character)
}
