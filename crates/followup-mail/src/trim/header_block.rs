//! "De: … Enviado el: … Para: … Asunto: …" and "-----Mensaje original-----": how Outlook and phones begin a quote.

use super::Announcement;
use super::labels::{FORWARDED, LABELS, Label, SEPARATORS};
use super::line::{folded, is_blank, is_quote, next_visible};

/// A header block and what may stand between its lines (wrapped recipients, empty lines) is not longer.
const MOST_LINES: usize = 14;
/// So many lines between labels may be the wrapped value of the label above them.
const MOST_WRAPPED: usize = 3;

/// The header block, separator, or ruler with a header block below it that begins at `position`, if one does.
pub(super) fn find(lines: &[&str], position: usize) -> Option<Announcement> {
    let first = folded(lines[position])?;
    let end = if is_separator(&first) {
        skip_block(lines, position + 1)
    } else if is_ruler(&first) {
        let start = (position + 1..lines.len()).take(3).find(|line| !is_blank(lines[*line]))?;
        block_end(lines, start, 2)?
    } else {
        block_end(lines, position, 3)?
    };
    let is_marked = next_visible(lines, end).is_some_and(is_quote);
    // Wrapped recipients cannot be told from words of the sender's.
    Some(Announcement { first: position, end, is_marked, is_certain: false })
}

/// The separator above a forwarded mail, and the header below it, if they begin at `position`.
pub(super) fn find_forwarded(lines: &[&str], position: usize) -> Option<Announcement> {
    let first = folded(lines[position])?;
    let words = first.trim_matches(['-', ' ', '_', '=', ':']);
    if !is_separator(&first) || !FORWARDED.iter().any(|forwarded| words.starts_with(forwarded)) {
        return None;
    }
    Some(Announcement { first: position, end: skip_block(lines, position + 1), is_marked: false, is_certain: true })
}

/// The line after a block that may begin here or below empty lines.
fn skip_block(lines: &[&str], position: usize) -> usize {
    let start = (position..lines.len()).take(3).find(|line| !is_blank(lines[*line]));
    start.and_then(|start| block_end(lines, start, 1)).unwrap_or(position)
}

/// The line after the header block that begins at `position`: it names a sender, a date or a subject, and so many different things.
fn block_end(lines: &[&str], position: usize, least: usize) -> Option<usize> {
    label(&folded(lines[position])?)?;
    // A block begins at its first label.
    if position > 0 && folded(lines[position - 1]).as_deref().and_then(label).is_some() {
        return None;
    }
    let mut found: Vec<Label> = Vec::new();
    let (mut end, mut wrapped) = (position, 0);
    for (offset, line) in lines[position..].iter().take(MOST_LINES).enumerate() {
        match folded(line).as_deref().and_then(label) {
            Some(label) => {
                found.push(label);
                (end, wrapped) = (position + offset + 1, 0);
            }
            None if is_blank(line) => {}
            None => wrapped += 1,
        }
        if wrapped > MOST_WRAPPED {
            break;
        }
    }
    found.sort_unstable();
    found.dedup();
    let tells = found.contains(&Label::Sender) && (found.contains(&Label::Date) || found.contains(&Label::Subject));
    (found.len() >= least && (tells || least == 1)).then_some(end)
}

fn label(folded: &str) -> Option<Label> {
    let (name, _) = folded.split_once([':', '：'])?;
    let name = name.trim();
    LABELS.iter().find(|(words, _)| words.contains(&name)).map(|(_, label)| *label)
}

/// "-----Mensaje original-----": dashes, or the whole sentence with its colon. The header may follow on the same line.
fn is_separator(folded: &str) -> bool {
    let words = folded.trim_matches(['-', ' ', '_', '=', ':']);
    let is_framed = ["--", "__", "=="].iter().any(|frame| folded.starts_with(frame));
    let closes = |rest: &str| rest.is_empty() || rest.starts_with("--") || rest.starts_with(" --");
    let framed = || SEPARATORS.iter().any(|separator| words.strip_prefix(separator).is_some_and(closes));
    is_framed && framed() || folded.ends_with(':') && words.contains(' ') && SEPARATORS.contains(&words)
}

fn is_ruler(folded: &str) -> bool {
    // `folded` takes underscores away at the ends.
    folded.is_empty() || folded.len() >= 8 && folded.chars().all(|character| matches!(character, '-' | '=' | '_' | '—' | '–'))
}
