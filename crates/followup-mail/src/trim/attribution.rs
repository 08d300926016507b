//! "El lun, 4 mar 2024 a las 10:15, X (<x@y>) escribió:" and its kin: one sentence above a quote, maybe wrapped over lines.
//!
//! It is known by its shape, not by its client: a moment, a name, an address and a verb of writing, and nothing else. Above quote
//! marks little of that is needed, for nothing is folded that has none. Without marks all that stands below would be folded, and
//! people write "El 12/3/2024 la enfermera escribió:" too; so there the verb stands beside the address, or a program wrote the date.

use super::Announcement;
use super::line::{is_bar, is_blank, is_framed, is_quote, next_visible};
use super::sentence::{Facts, Word, class, words};
use super::shape::{LONGEST_NAME, Shape};

/// Mail programs wrap an attribution over so many lines at most.
pub(super) const MOST_LINES: usize = 6;
/// And leave so many blank ones between them.
const MOST_GAPS: usize = 2;

/// The attribution that ends at `position`, if one does.
pub(super) fn find(lines: &[&str], position: usize) -> Option<Announcement> {
    let last = lines[position].trim_end();
    if last.len() > super::line::LONGEST {
        return None;
    }
    let next = next_visible(lines, position + 1);
    if is_framed(last) {
        let facts = Facts::of(&words(last));
        let is_marked = next.is_some_and(is_quote);
        return (facts.time || facts.date).then_some(Announcement { first: position, end: position + 1, is_marked, is_certain: true });
    }
    let is_verb_alone = is_verb_alone(lines, position);
    if is_quote(last) && !is_verb_alone {
        return None;
    }
    let closing = Closing::of(last);
    let has_letters = |line: &str| line.len() <= super::line::LONGEST && line.contains(char::is_alphabetic);
    if !has_letters(last) && !position.checked_sub(1).is_some_and(|above| has_letters(lines[above])) {
        return None;
    }
    // Cheap, for most lines end otherwise.
    let may_announce = || closing != Closing::Open || next.is_some_and(|next| is_quote(next) || is_bar(next));
    let is_followed = || lines.get(position + 1).is_none_or(|line| is_blank(line));
    if is_blank(last) || !(may_announce() || is_followed() && ends_with_letter(last)) {
        return None;
    }
    let own = words(last);
    // A bar is a quote mark only below an address or a moment: people draw tables too.
    let draws = |line: &str| is_bar(line) && own.iter().any(|word| word.is(class::ADDRESS | class::TIME | class::YEAR));
    let is_marked = next.is_some_and(|line| is_quote(line) || draws(line));
    let ends_with_verb = own.last().is_some_and(|word| word.is(class::VERB));
    if !is_marked && closing == Closing::Open && !(ends_with_verb && is_followed()) {
        return None;
    }
    let sentence = Sentence { lines, position, is_marked, ends: closing != Closing::Open || ends_with_verb, closing };
    sentence.first(own)
}

/// Whether the words are an attribution as only a program writes it, with a date and a time.
pub(super) fn is_whole(words: &[Word], is_colon: bool) -> bool {
    let facts = Facts::of(words);
    let ends = is_colon || words.last().is_some_and(|word| word.is(class::VERB));
    let shape = Shape { words, facts, ends, is_dashed: false, is_colon };
    let begins = facts.is_led || shape.is_named() || shape.is_foreign() && shape.is_complete();
    facts.is_whole && facts.time && begins && shape.is_enough_alone()
}

/// The attribution that ends at `position` right above a text that is a quote without doubt: as little is needed as above marks.
pub(super) fn find_right_above(lines: &[&str], position: usize) -> Option<Announcement> {
    let last = lines[position].trim_end();
    if is_blank(last) || last.len() > super::line::LONGEST {
        return None;
    }
    let (closing, own) = (Closing::of(last), words(last));
    let ends = closing != Closing::Open || own.last().is_some_and(|word| word.is(class::VERB));
    Sentence { lines, position, is_marked: true, ends, closing }.first(own)
}

/// "> wrote:" below "<mailto:…": the end of an attribution whose address was set in lines of its own, and no quote.
pub(super) fn is_verb_alone(lines: &[&str], position: usize) -> bool {
    let Some(rest) = lines[position].trim().strip_prefix('>').map(str::trim) else { return false };
    let has_verb = rest.len() < 40 && rest.ends_with(':') && !rest.starts_with('>') && {
        let words = words(rest);
        words.len() <= 3 && words.iter().all(|word| word.is(class::VERB | class::SMALL)) && words.iter().any(|word| word.is(class::VERB))
    };
    let above = || (0..position).rev().take(MOST_LINES).map(|above| lines[above]).find(|line| !is_blank(line));
    has_verb && above().is_some_and(|line| !is_quote(line) && line.contains(['@', '<']))
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    Colon,
    Dashes,
    Open,
}

impl Closing {
    fn of(line: &str) -> Self {
        let text = line.trim_end_matches(|character: char| {
            character.is_whitespace() || super::line::is_invisible(character) || matches!(character, '_' | '*')
        });
        if text.ends_with("--") || text.ends_with("—") {
            Self::Dashes
        } else if text.ends_with([':', '：']) {
            Self::Colon
        } else {
            Self::Open
        }
    }
}

fn ends_with_letter(line: &str) -> bool {
    line.trim_end_matches(|character: char| !character.is_alphanumeric()).len() + 4 >= line.len()
}

/// The lines up to the one where an attribution may end.
struct Sentence<'a> {
    lines: &'a [&'a str],
    position: usize,
    is_marked: bool,
    /// A colon, dashes, or the verb is the last word.
    ends: bool,
    closing: Closing,
}

impl Sentence<'_> {
    /// Where it begins: the nearest line from which on it is one, and the one that has the date rather than half of it.
    fn first(&self, own: Vec<Word>) -> Option<Announcement> {
        let mut found: Option<Announcement> = None;
        let (mut read, mut gaps) = (1, 0);
        let mut first = self.position;
        let (mut here, mut sentence) = (own.clone(), own);
        loop {
            let facts = Facts::of(&sentence);
            if let Some(candidate) = self.judge(first, &here, &sentence, facts) {
                let has_name = facts.address.is_some() || facts.others > 0;
                let is_whole = facts.is_whole && has_name && !first.checked_sub(1).is_some_and(|above| self.begins_with_verb(above));
                if is_whole || found.is_none() || self.is_name(first, &here) {
                    found = Some(candidate);
                }
                if is_whole {
                    break;
                }
            }
            let Some(above) = first.checked_sub(1) else { break };
            if is_blank(self.lines[above]) && gaps < MOST_GAPS && self.is_torn(first) {
                (first, gaps) = (above, gaps + 1);
                here.clear();
                continue;
            }
            let line = self.lines[above];
            if read == MOST_LINES || line.len() > super::line::LONGEST || is_blank(line) || is_quote(line) {
                break;
            }
            here = words(line);
            if closes(line, &here) && (!Facts::of(&here).is_led || line.trim_end().ends_with(['?', '!', ':'])) {
                break;
            }
            sentence = [here.as_slice(), sentence.as_slice()].concat();
            (first, read) = (above, read + 1);
        }
        found.map(|found| Announcement { first: self.with_weekday(found.first), ..found })
    }

    /// "On Tue," may stand alone on the line above the date.
    fn with_weekday(&self, first: usize) -> usize {
        let Some(above) = first.checked_sub(1).filter(|above| !is_quote(self.lines[*above]) && self.lines[*above].len() < 40) else {
            return first;
        };
        let words = words(self.lines[above]);
        let is_weekday = |word: &Word| word.is(class::WEEKDAY) && !word.is(class::SMALL);
        let (begins, ends) = (words.first().is_some_and(|word| word.is(class::SMALL)), words.last().is_some_and(is_weekday));
        let is_half = begins && (1..=3).contains(&words.len()) && words.iter().all(|word| word.is(class::SMALL) || is_weekday(word));
        if is_half && (ends || words.len() == 1 && !self.lines[above].trim_end().ends_with(['.', ','])) { above } else { first }
    }

    /// The address stands on lines of its own, apart from the name.
    fn is_torn(&self, first: usize) -> bool {
        self.lines[first].trim_start().starts_with(['<', '>']) || self.lines[first].trim_start().starts_with("mailto:")
    }

    /// Whether the lines from `first` on, whose words are `here`, are an attribution.
    fn judge(&self, first: usize, here: &[Word], words: &[Word], facts: Facts) -> Option<Announcement> {
        if here.is_empty() && is_blank(self.lines[first]) {
            return None;
        }
        let shape = Shape { words, facts, ends: self.ends, is_dashed: self.is_dashed(first), is_colon: self.closing == Closing::Colon };
        if !shape.is_enough(self.is_marked) || !self.may_begin(first, here, &shape) {
            return None;
        }
        Some(Announcement { first, end: self.position + 1, is_marked: self.is_marked, is_certain: shape.is_certain() })
    }

    /// With a date, alone on its line, or with a name below an empty line.
    fn may_begin(&self, first: usize, words: &[Word], shape: &Shape<'_>) -> bool {
        let here = Facts::of(words);
        let begins_paragraph = first.checked_sub(1).is_none_or(|above| is_blank(self.lines[above]) || is_quote(self.lines[above]));
        if first == self.position {
            let is_name = || shape.is_foreign() && (shape.is_complete() || shape.is_nick());
            return here.is_led || shape.is_dashed || begins_paragraph || shape.is_named() || is_name();
        }
        let tells = here.address.is_some() || here.date || here.time || here.verb.is_some() || self.lines[first].contains(['<', '"', '«']);
        here.is_led && (here.date || here.time) || shape.is_dashed || tells && begins_paragraph || self.is_name(first, words)
            // "Name <address> şunları": a name in capitals and its address, in another language than the reporters'.
            || shape.is_foreign() && here.address.is_some() && here.others > 0 && here.low_others == 0 && !here.date && !here.time
    }

    /// "Farmacovigilancia Central" with its address on the next line, "pv-unidad" below an empty line, or "Wiadomość napisana przez", and no more.
    fn is_name(&self, first: usize, words: &[Word]) -> bool {
        let facts = Facts::of(words);
        let has_next = self.lines.get(first + 1).is_some_and(|next| next.trim_start().starts_with(['<', '(']) || next.starts_with("&lt;"));
        let begins_paragraph = || first.checked_sub(1).is_none_or(|above| is_blank(self.lines[above]));
        let is_nick = || has_next && words.len() <= 2 && begins_paragraph();
        let is_plain =
            (facts.low_others == 0 || is_nick()) && words.iter().all(|word| word.is_other() || word.is(class::SMALL | class::ZONE));
        let is_open = self.lines[first].trim_end().ends_with(['<', '(']) || has_next;
        is_open && is_plain && (1..=LONGEST_NAME).contains(&facts.others) || self.begins_with_verb(first)
    }

    /// "Wiadomość napisana przez", "Missatge de Farmacovigilancia".
    fn begins_with_verb(&self, line: usize) -> bool {
        let Some(line) = self.lines.get(line).filter(|line| line.len() <= super::line::LONGEST && !is_quote(line)) else { return false };
        let words = words(line);
        let verb = words.iter().position(|word| word.is(class::VERB) && !word.is(class::MOMENT | class::SPOKEN));
        verb.is_some_and(|verb| words[..verb].iter().all(|word| word.is(class::SMALL))) && Facts::of(&words).low_others == 0
    }

    /// "------On 12/29/1987 17:32 PM, John Doe wrote-----": nobody frames a sentence so.
    fn is_dashed(&self, first: usize) -> bool {
        let line = self.lines[first].trim_start();
        self.closing == Closing::Dashes && (line.starts_with("---") || line.starts_with('—'))
    }
}

/// A line that ends a sentence; "13." and "Di." do not.
fn closes(line: &str, here: &[Word]) -> bool {
    let line = line.trim_end();
    // "(időpont:" goes on.
    if line.ends_with(['?', '!', ':', '：', '。']) && line.rfind('(') <= line.rfind(')') {
        return true;
    }
    line.ends_with('.') && here.last().is_none_or(|word| !word.is(class::MOMENT | class::SMALL))
}
