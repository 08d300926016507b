//! "De: … Enviado el: … Para: … Asunto: …": how Outlook and phones begin a quote.

use std::sync::LazyLock;

use super::labels::{ANY_DATE, LABELS, Label, REPORTERS};
use super::line::{is_blank, is_quote, next_visible};
use super::printed::waits;
use super::sentence::{Facts, words};
use super::separator::{has_framed_words, is_forward, is_framed_line, is_ruler, is_separator};
use super::table::Table;
use super::{Announcement, attribution};

/// A header block and what may stand between its lines (wrapped recipients, empty lines) is not longer.
pub(super) const MOST_LINES: usize = 14;
/// So many lines between labels may be the wrapped value of the label above them.
const MOST_WRAPPED: usize = 3;
/// Words of a label.
const LONGEST_LABEL: usize = 3;
/// Colons behind a label that may belong to others.
const MOST_COLONS: usize = 8;
/// Labels of a block, when they may be few.
const FEW: usize = 2;
/// Labels that stand for themselves.
const ENOUGH: usize = 3;

/// The header block, separator, or ruler with a header block below it that begins at `position`, if one does.
pub(super) fn find(lines: &[&str], position: usize) -> Option<Announcement> {
    let line = lines[position];
    if line.len() > super::line::LONGEST {
        return None;
    }
    let end = if is_separator(line) {
        skip_block(lines, position + 1)
    } else if is_framed_line(line) && !waits_above(lines, position) {
        let start = (position + 1..lines.len()).take(3).find(|line| !is_blank(lines[*line]))?;
        if has_framed_words(line) && start > position + 1 {
            return None;
        }
        if is_quote(lines[start]) && is_ruler(line) {
            return Some(Announcement { first: position, end: position + 1, is_marked: true, is_certain: true });
        }
        block_end(lines, start, FEW)?
    } else {
        block_end(lines, position, ENOUGH)?
    };
    let is_marked = next_visible(lines, end).is_some_and(is_quote) || announces_marks(lines, end);
    // Wrapped recipients cannot be told from words of the sender's.
    Some(Announcement { first: position, end, is_marked, is_certain: false })
}

/// Whether an attribution stands here that announces a quote with marks, as Proton writes one below its separator.
fn announces_marks(lines: &[&str], position: usize) -> bool {
    let Some(first) = (position..lines.len()).take(3).find(|line| !is_blank(lines[*line])) else { return false };
    let mut found = (first..lines.len()).take(attribution::MOST_LINES).filter_map(|line| attribution::find(lines, line));
    found.next().is_some_and(|found| found.first == first && found.is_marked)
}

/// The signs may stand for a value that is not known: "Dosis:".
fn waits_above(lines: &[&str], position: usize) -> bool {
    let is_short = !is_ruler(lines[position]) && !has_framed_words(lines[position]);
    position.checked_sub(1).is_some_and(|above| !is_blank(lines[above]) && !is_quote(lines[above]) && waits(lines[above], is_short))
}

/// The separator above a forwarded mail, and the header below it, if they begin at `position`.
pub(super) fn find_forwarded(lines: &[&str], position: usize) -> Option<Announcement> {
    let line = lines[position];
    let is_found = line.len() <= super::line::LONGEST && is_separator(line) && is_forward(line);
    is_found.then(|| Announcement { first: position, end: skip_block(lines, position + 1), is_marked: false, is_certain: true })
}

/// The line after a block that may begin here or below empty lines.
fn skip_block(lines: &[&str], position: usize) -> usize {
    let start = (position..lines.len()).take(3).find(|line| !is_blank(lines[*line]));
    start.and_then(|start| block_end(lines, start, 1)).unwrap_or(position)
}

/// The line after the header block that begins at `position`: it names a sender, a date or a subject, and so many different things.
/// Below a separator (`least` is 1) any label will do.
fn block_end(lines: &[&str], position: usize, least: usize) -> Option<usize> {
    let first = labels(lines[position]).first().map(|value| value.label)?;
    // A block begins at its first label, but what the sender wrote may stand right above it.
    let follows_label = position > 0 && !labels(lines[position - 1]).is_empty();
    if least > 1 && (matches!(first, Label::Copy | Label::Other) || follows_label && first != Label::Sender) {
        return None;
    }
    let mut found = Found::default();
    let (mut end, mut wrapped, mut has_text) = (position, 0, false);
    for (offset, line) in lines[position..].iter().take(MOST_LINES).enumerate() {
        if is_blank(line) {
            continue;
        }
        let after_blank = offset > 0 && is_blank(lines[position + offset - 1]);
        let values = labels(line);
        match values.first().map(|value| value.label) {
            // Another block begins.
            Some(Label::Sender) if found.has(Label::Sender) => break,
            // The header begins here, below data of the sender's under labels of the same kind.
            Some(Label::Sender) if least > 1 && has_text && after_blank => return None,
            Some(label) if found.repeats(label) => {
                if least > 1 && found.is_before_sender(label) {
                    return None;
                }
                break;
            }
            Some(_) => {
                values.into_iter().for_each(|value| found.add(value));
                (end, wrapped) = (position + offset + 1, 0);
            }
            // The text below the block.
            None if after_blank && (found.is_a_mails() || !line.contains('@')) => break,
            None => {
                // The wrapped half of "De: Farmacovigilancia\n<pv@example.org>".
                found.has_address |= wrapped == 0 && line.trim_start().starts_with(['<', '[']) && line.contains('@');
                (wrapped, has_text) = (wrapped + 1, true);
            }
        }
        if wrapped > MOST_WRAPPED {
            break;
        }
    }
    let count = found.count();
    let is_mails = found.is_a_mails() && (count >= least || count >= FEW && found.is_complete());
    (is_mails || least == 1 && count > 0).then_some(end)
}

/// A label and what stands behind it.
#[derive(Debug, Clone, Copy)]
struct Value<'a> {
    label: Label,
    /// It is one of the reporters' languages.
    is_spoken: bool,
    /// People give it to any date.
    is_any_date: bool,
    text: &'a str,
}

/// What the lines of a block say.
#[derive(Default)]
struct Found {
    labels: Vec<Label>,
    /// Somebody's address.
    has_address: bool,
    /// The sender's own.
    has_sender_address: bool,
    /// A date with its zone or its seconds: no person writes it.
    is_precise: bool,
    /// The moment that the mail was sent, under a label for nothing else.
    is_sent: bool,
    /// A date with its time, under whatever label.
    is_dated: bool,
    /// "De: 01/03/2024": a period of time, not a sender.
    is_period: bool,
    /// The sender's label is one of another language than the reporters'.
    is_foreign: bool,
    /// "Ana Luna/Clinica/PE".
    is_notes: bool,
}

impl Found {
    fn add(&mut self, value: Value<'_>) {
        let text = value.text.trim();
        let has_address = text.contains('@');
        let facts = Facts::of(&words(text));
        let starts_with_digit = text.starts_with(|character: char| character.is_numeric());
        match value.label {
            Label::Sender => {
                self.has_sender_address |= has_address;
                self.is_period |= (starts_with_digit || facts.year) && !has_address;
            }
            Label::Date => {
                self.is_dated |= facts.date && facts.time;
                self.is_precise |= facts.year && facts.time && facts.is_precise;
                self.is_sent |= !value.is_any_date && facts.date && (facts.time || !starts_with_digit);
            }
            Label::Recipient | Label::Copy | Label::Subject | Label::Other => {}
        }
        self.has_address |= has_address && matches!(value.label, Label::Sender | Label::Recipient | Label::Copy);
        self.is_foreign |= value.label == Label::Sender && !value.is_spoken;
        self.is_notes |= value.label == Label::Sender && is_notes_name(text);
        self.labels.push(value.label);
    }

    fn has(&self, label: Label) -> bool {
        self.labels.contains(&label)
    }

    fn repeats(&self, label: Label) -> bool {
        matches!(label, Label::Date | Label::Subject | Label::Recipient) && self.has(label)
    }

    /// It stands above the sender's label, or there is none yet.
    fn is_before_sender(&self, label: Label) -> bool {
        let place = |label: Label| self.labels.iter().position(|found| *found == label);
        place(Label::Sender).is_none_or(|sender| place(label).is_some_and(|place| place < sender))
    }

    fn count(&self) -> usize {
        let mut labels = self.labels.clone();
        labels.sort_unstable();
        labels.dedup();
        labels.len()
    }

    /// An address and the moment: "From: a@b.example / Date: Tue, 13 Oct 2026 08:20:00".
    fn is_complete(&self) -> bool {
        self.is_dated && (self.has_sender_address || self.is_precise && self.has_address)
    }

    /// People write "De: Cirugía / Para: Medicina / Fecha: 5/3" too: only an address or the moment of sending tells a mail's header.
    fn is_a_mails(&self) -> bool {
        let tells = self.has(Label::Sender) && (self.has(Label::Date) || self.has(Label::Subject));
        if self.is_precise && self.has_address && self.count() >= FEW {
            return true;
        }
        tells && !self.is_period && (self.has_address || self.is_sent || (self.is_foreign || self.is_notes) && self.is_dated)
    }
}

/// "Ana Luna/Clinica/PE", as Notes names people.
fn is_notes_name(text: &str) -> bool {
    let parts = || text.split('/');
    let is_name = |part: &str| {
        part.starts_with(char::is_uppercase)
            && part.chars().all(|character| character.is_alphabetic() || matches!(character, ' ' | '.' | '-'))
    };
    (2..=5).contains(&parts().count()) && parts().all(is_name) && parts().count() > 2
}

/// A label of one of the reporters' languages.
const SPOKEN: u16 = 1 << 14;
/// A date's general name.
const ANY: u16 = 1 << 15;

/// What each label is, a bit for each kind.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let rows = LABELS.iter().flat_map(|(label, rows)| rows.iter().map(move |row| (*label, row)));
    let words = rows.flat_map(|(label, (languages, entries))| {
        let is_spoken = languages.split(' ').any(|language| REPORTERS.contains(&language));
        let bits = 1 << label as u16 | if is_spoken { SPOKEN } else { 0 };
        entries.split('|').map(move |entry| (entry, bits))
    });
    Table::from_words(words.chain(ANY_DATE.iter().map(|(_, word)| (*word, ANY))))
});

/// The labels of a line: one at its beginning, and maybe more behind it.
fn labels(line: &str) -> Vec<Value<'_>> {
    let mut values: Vec<Value<'_>> = Vec::new();
    if line.len() > super::line::LONGEST {
        return values;
    }
    let line = line.trim_start_matches(|character: char| {
        character.is_whitespace() || super::line::is_invisible(character) || matches!(character, '*' | '_')
    });
    let Some((name, rest)) = dated_label(line).or_else(|| line.split_once([':', '：'])).or_else(|| line.split_once('\t')) else {
        return values;
    };
    let Some((label, is_spoken, is_any_date)) = known(name) else { return values };
    values.push(Value { label, is_spoken, is_any_date, text: rest });
    let mut from = 0;
    for (colon, _) in rest.match_indices([':', '：']).take(MOST_COLONS) {
        if let Some((start, (label, is_spoken, is_any_date))) = label_before(&rest[from..colon]) {
            if let Some(last) = values.last_mut() {
                last.text = &rest[from..from + start];
            }
            from = colon + if rest[colon..].starts_with(':') { 1 } else { '：'.len_utf8() };
            values.push(Value { label, is_spoken, is_any_date, text: &rest[from..] });
        }
    }
    values
}

/// "Message du 13/10/26 08:20", which has no colon.
fn dated_label(line: &str) -> Option<(&str, &str)> {
    let digit = line.find(|character: char| character.is_ascii_digit()).filter(|digit| *digit > 0)?;
    let is_moment = |rest: &str| {
        rest.len() <= 24 && rest.chars().all(|character| character.is_ascii_digit() || matches!(character, '/' | '.' | '-' | ':' | ' '))
    };
    let (name, rest) = line.split_at(digit);
    (name.trim_end().eq_ignore_ascii_case("message du") && is_moment(rest.trim_end())).then_some((name, rest))
}

/// The label at the end of a text, set off by a blank, and where it begins.
fn label_before(text: &str) -> Option<(usize, (Label, bool, bool))> {
    let text = text.trim_end();
    let starts =
        text.char_indices().rev().filter(|(_, character)| character.is_whitespace()).map(|(at, character)| at + character.len_utf8());
    starts.take(LONGEST_LABEL).filter_map(|start| Some((start, known(&text[start..])?))).last()
}

/// The label with its bits.
fn known(name: &str) -> Option<(Label, bool, bool)> {
    const LONGEST: usize = 48;
    const KINDS: [Label; 6] = [Label::Sender, Label::Date, Label::Recipient, Label::Copy, Label::Subject, Label::Other];
    let is_plain = name.len() <= LONGEST && name.trim_start().starts_with(char::is_alphabetic);
    let bits = TABLE.get(name.trim()).filter(|_| is_plain)?;
    let label = KINDS.into_iter().find(|label| bits & (1 << *label as u16) != 0)?;
    Some((label, bits & SPOKEN != 0, bits & ANY != 0))
}
