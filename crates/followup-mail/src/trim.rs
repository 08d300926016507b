//! What the sender wrote, apart from what is quoted and from the signature (product.md §6).
//!
//! Losing words that a reporter wrote is worse than leaving a quote. So the text is cut after the last line that may be the
//! sender's own: an answer between a quote's lines keeps everything above it, the questions too; only the lines by which a mail
//! program announces a quote are taken out. A quote between two paragraphs of the sender's is folded when none of them can be an
//! answer to its last line. What stands below an Outlook-like header without quote marks cannot be told from an answer; it is folded
//! away, unless the letter that it quotes is known ([`split_reply_knowing`]). A sender who says that the answers stand in the quote,
//! in colour maybe, is believed, and nothing is folded. Signatures, notices, footers and warnings are no quotes: they are folded by
//! positive signs only, and never with a line that may tell something of the case (`answer`).

mod align;
mod answer;
mod answer_words;
mod attribution;
mod banner;
mod closing;
mod device;
mod device_words;
mod greater;
mod header_block;
mod inside;
mod known;
mod labels;
mod line;
mod middle;
mod notice_words;
mod notices;
mod parted;
mod pieces;
mod print_words;
mod printed;
mod registration;
mod said;
mod sentence;
mod separator;
mod shape;
mod signature;
mod table;
mod torn;
mod words;
mod writing_words;

pub use known::split_reply_knowing;
use line::{is_bar, is_blank, is_quote};

/// Splits a mail's text (lines ended by `\n`) into what the sender wrote and the rest; only blank lines between them are dropped.
/// When nothing would be left, all of it is the reply. Linear in time.
///
/// ```
/// let mail = "El lote es A-123.\n\nEl lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:\n\n> ¿Número de lote?";
/// let (reply, quoted) = followup_mail::split_reply(mail);
/// assert_eq!(reply, "El lote es A-123.");
/// assert!(quoted.is_some_and(|quoted| quoted.ends_with("> ¿Número de lote?")));
/// ```
pub fn split_reply(text: &str) -> (String, Option<String>) {
    let lines = pieces::of(text);
    let mut marks = marks(&lines, 0);
    greater::mark_unannounced(&lines, &mut marks);
    if !marks.contains(&Mark::Own) {
        marks = below_announcement(&lines);
    }
    let Some(last_own) = marks.iter().rposition(|mark| *mark == Mark::Own) else { return (text.to_owned(), None) };
    let folds_a_quote = marks[last_own..].iter().any(|mark| matches!(mark, Mark::Quoted | Mark::Announced | Mark::Opaque));
    if folds_a_quote && inside::says_answers_are_below(&lines[..=last_own]) || forwards(&lines, &marks, last_own) {
        return (text.to_owned(), None);
    }
    let middle = middle::quote_to_fold(&lines, &marks[..=last_own]);
    let is_kept = |line: usize| line <= last_own && !matches!(marks[line], Mark::Announced | Mark::Banner) && !middle.contains(&line);
    let kept: Vec<bool> = (0..lines.len()).map(is_kept).collect();
    parted::parted(&lines, &kept)
}

/// Whether the lines below the sender's last are a mail that the sender says to pass on.
fn forwards(lines: &[&str], marks: &[Mark], last_own: usize) -> bool {
    let below = (last_own + 1..lines.len()).find(|line| marks[*line] == Mark::Announced);
    let is_forward = |line: usize| header_block::find_forwarded(lines, line).is_some();
    below.is_some_and(|line| is_forward(line) && inside::says_it_was_passed_on(&lines[..=last_own]))
}

/// A mail that begins with the announcement of a quote without marks: what is written stands below it, and cannot be told from the
/// quote. Only the announcement is folded away.
fn below_announcement(lines: &[&str]) -> Vec<Mark> {
    let whole = || vec![Mark::Blank; lines.len()];
    let Some(first) = lines.iter().position(|line| !is_blank(line)).filter(|first| !is_quote(lines[*first])) else { return whole() };
    let last = (first..lines.len()).take(attribution::MOST_LINES);
    let announced = || last.filter_map(|line| attribution::find(lines, line)).find(|found| found.first == first);
    match header_block::find_forwarded(lines, first).or_else(announced) {
        Some(announcement) => {
            let mut marks = marks(lines, announcement.end);
            marks[first..announcement.end].iter_mut().filter(|mark| **mark != Mark::Blank).for_each(|mark| *mark = Mark::Announced);
            marks
        }
        None => whole(),
    }
}

/// Whether the last lines of a text announce a quote that stands below them.
pub(crate) fn ends_with_announcement(text: &str) -> bool {
    let mut lines: Vec<&str> = text.trim_end().rsplit('\n').take(header_block::MOST_LINES).collect();
    lines.reverse();
    let end = lines.len();
    lines.push("> ");
    (0..end).any(|line| header_block::find(&lines, line).is_some_and(|found| found.end == end))
        || end.checked_sub(1).is_some_and(|last| attribution::find(&lines, last).is_some())
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// The sender's, or maybe the sender's.
    Own,
    /// Nothing on it.
    Blank,
    /// Has a quote mark, or may announce such a quote.
    Quoted,
    /// Announces a quote without doubt: a mail program wrote it.
    Announced,
    /// A warning that a mail system put above the mail.
    Banner,
    /// Signature.
    Signature,
    /// A quote without marks, which goes on to the end.
    Opaque,
}

/// A quote's announcement: its lines, and whether the quote has marks.
struct Announcement {
    first: usize,
    /// The line after it.
    end: usize,
    is_marked: bool,
    /// Nobody but a mail program writes such lines.
    is_certain: bool,
}

impl Announcement {
    /// Whether it announces a quote and is not perhaps the sender's own sentence.
    fn is_sure(&self) -> bool {
        self.is_certain || !self.is_marked
    }
}

/// What each line is; announcements are looked for from line `begin` on.
fn marks(lines: &[&str], begin: usize) -> Vec<Mark> {
    let mut marks: Vec<Mark> = (0..lines.len()).map(|line| own_mark(lines, line)).collect();
    banner::mark(lines, &mut marks);
    greater::mark_comparisons(lines, &mut marks);
    let mut position = begin;
    while position < lines.len() {
        if marks[position] != Mark::Own {
            position += 1;
            continue;
        }
        match header_block::find(lines, position).or_else(|| attribution::find(lines, position)) {
            Some(Announcement { first, end, is_marked: false, .. }) if first >= begin => {
                marks[first..end].iter_mut().filter(|mark| **mark != Mark::Blank).for_each(|mark| *mark = Mark::Announced);
                let stop = separator::forward_end(lines, first, end);
                marks[end..stop].fill(Mark::Opaque);
                position = stop;
            }
            Some(Announcement { first, end, is_certain, .. }) => {
                let mark = if is_certain { Mark::Announced } else { Mark::Quoted };
                marks[first.max(begin)..end].iter_mut().filter(|mark| **mark == Mark::Own).for_each(|own| *own = mark);
                position = bars(lines, end, &mut marks);
            }
            None => {
                if torn::is_torn(lines, position, &marks) {
                    marks[position] = Mark::Quoted;
                }
                position += 1;
            }
        }
    }
    signature::mark(lines, &mut marks);
    marks
}

/// Some programs quote with bars; only below an announcement are they quote marks. Returns the line after them.
fn bars(lines: &[&str], end: usize, marks: &mut [Mark]) -> usize {
    let mut position = end;
    while position < lines.len() && (is_blank(lines[position]) || is_bar(lines[position])) {
        if is_bar(lines[position]) {
            marks[position] = Mark::Quoted;
        }
        position += 1;
    }
    position
}

fn own_mark(lines: &[&str], line: usize) -> Mark {
    if is_blank(lines[line]) {
        Mark::Blank
    } else if is_quote(lines[line]) && !attribution::is_verb_alone(lines, line) {
        Mark::Quoted
    } else {
        Mark::Own
    }
}
