//! "De: … Enviado el: … Para: … Asunto: …" and "-----Mensaje original-----": how Outlook and phones begin a quote.

use super::Announcement;
use super::attribution::{has_time, has_year};
use super::labels::{ANY_DATE, FORWARDED, LABELS, Label, SEPARATORS};
use super::line::{folded, is_blank, is_quote, next_visible};

/// A header block and what may stand between its lines (wrapped recipients, empty lines) is not longer.
pub(super) const MOST_LINES: usize = 14;
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
/// Below a separator (`least` is 1) any label will do.
fn block_end(lines: &[&str], position: usize, least: usize) -> Option<usize> {
    label(&folded(lines[position])?)?;
    // A block begins at its first label.
    if position > 0 && folded(lines[position - 1]).as_deref().and_then(label).is_some() {
        return None;
    }
    let mut found = Found::default();
    let (mut end, mut wrapped) = (position, 0);
    for (offset, line) in lines[position..].iter().take(MOST_LINES).enumerate() {
        let text = folded(line).unwrap_or_default();
        let after_blank = offset > 0 && is_blank(lines[position + offset - 1]);
        match label(&text) {
            // Another block begins.
            Some(Label::Sender) if found.labels.contains(&Label::Sender) => break,
            Some(label) => {
                found.add(label, &text);
                (end, wrapped) = (position + offset + 1, 0);
            }
            None if is_blank(line) => {}
            // The text below the block.
            None if after_blank && !text.contains('@') && found.is_a_mails() => break,
            None => {
                // The wrapped half of "De: Farmacovigilancia\n<pv@example.org>".
                found.has_address |= wrapped == 0 && text.starts_with(['<', '[']) && text.contains('@');
                wrapped += 1;
            }
        }
        if wrapped > MOST_WRAPPED {
            break;
        }
    }
    found.labels.sort_unstable();
    found.labels.dedup();
    (found.labels.len() >= least && (found.is_a_mails() || least == 1)).then_some(end)
}

/// What the lines of a block say.
#[derive(Default)]
struct Found {
    labels: Vec<Label>,
    /// Somebody's address.
    has_address: bool,
    /// The moment that the mail was sent, under a label for nothing else.
    is_sent: bool,
    /// "De: 01/03/2024": a period of time, not a sender.
    is_period: bool,
}

impl Found {
    fn add(&mut self, label: Label, text: &str) {
        let (name, value) = text.split_once([':', '：']).unwrap_or_default();
        let value = value.trim();
        let starts_with_digit = value.starts_with(|character: char| character.is_ascii_digit());
        match label {
            Label::Sender => {
                self.has_address |= value.contains('@');
                self.is_period |= (starts_with_digit || has_year(value)) && !value.contains('@');
            }
            Label::Recipient | Label::Copy => self.has_address |= value.contains('@'),
            Label::Date => self.is_sent |= !ANY_DATE.contains(&name.trim()) && has_year(value) && (has_time(value) || !starts_with_digit),
            Label::Subject | Label::Other => {}
        }
        self.labels.push(label);
    }

    /// People write "De: Cirugía / Para: Medicina / Fecha: 5/3" too: only an address or the moment of sending tells a mail's header.
    fn is_a_mails(&self) -> bool {
        let tells = self.labels.contains(&Label::Sender) && (self.labels.contains(&Label::Date) || self.labels.contains(&Label::Subject));
        tells && !self.is_period && (self.has_address || self.is_sent)
    }
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
