//! An attribution taken apart into its words: which are a date, a time, a verb of writing, an address, a name.

use std::sync::LazyLock;

use super::line::{ascii_digit, is_invisible};
use super::table::{Table, is_mark, is_unspaced};
use super::writing_words::{MONTHS, OTHER_VERBS, SHORT_WEEKDAYS, SMALL_WORDS, SPOKEN_VERBS, WEEKDAYS, ZONES};

/// What a word may be; some are several things.
pub(super) mod class {
    pub(in crate::trim) const SMALL: u16 = 1;
    pub(in crate::trim) const VERB: u16 = 1 << 1;
    /// A verb of the reporters' languages.
    pub(in crate::trim) const SPOKEN: u16 = 1 << 2;
    pub(in crate::trim) const WEEKDAY: u16 = 1 << 3;
    /// A shortened one.
    pub(in crate::trim) const SHORT: u16 = 1 << 4;
    pub(in crate::trim) const MONTH: u16 = 1 << 5;
    pub(in crate::trim) const ZONE: u16 = 1 << 6;
    /// A day of the month.
    pub(in crate::trim) const DAY: u16 = 1 << 7;
    pub(in crate::trim) const YEAR: u16 = 1 << 8;
    /// "13/10/26".
    pub(in crate::trim) const SHORT_DATE: u16 = 1 << 9;
    pub(in crate::trim) const TIME: u16 = 1 << 10;
    /// A time with seconds.
    pub(in crate::trim) const SECONDS: u16 = 1 << 11;
    pub(in crate::trim) const ADDRESS: u16 = 1 << 12;
    /// Any other number.
    pub(in crate::trim) const NUMBER: u16 = 1 << 13;
    /// A link.
    pub(in crate::trim) const LINK: u16 = 1 << 14;
    /// A year with its month and day.
    pub(in crate::trim) const FULL: u16 = 1 << 15;

    /// What tells when.
    pub(in crate::trim) const MOMENT: u16 = WEEKDAY | MONTH | ZONE | DAY | YEAR | SHORT_DATE | TIME;
}
use class::{ADDRESS, DAY, FULL, LINK, MOMENT, MONTH, NUMBER, SECONDS, SHORT, SHORT_DATE, SMALL, SPOKEN, TIME, VERB, WEEKDAY, YEAR, ZONE};

/// One word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// Bits of [`class`]; none for a word that no table has.
    pub(super) class: u16,
    /// Begins with a lower-case letter.
    pub(super) is_low: bool,
    /// An opening bracket stands before it.
    pub(super) is_opened: bool,
    /// Where it begins in the line, in bytes.
    pub(super) start: usize,
}

impl Word {
    pub(super) fn is(&self, bits: u16) -> bool {
        self.class & bits != 0
    }

    /// A name, or a word of somebody's sentence.
    pub(super) fn is_other(&self) -> bool {
        self.class == 0
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::of([
        (SPOKEN_VERBS, VERB | SPOKEN),
        (OTHER_VERBS, VERB),
        (SMALL_WORDS, SMALL),
        (WEEKDAYS, WEEKDAY),
        (SHORT_WEEKDAYS, WEEKDAY | SHORT),
        (MONTHS, MONTH),
        (ZONES, ZONE),
    ])
});

/// The words of a line.
pub(super) fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = 0;
    let (mut is_opened, mut is_signed) = (false, false);
    // Where the last word ended.
    let mut end = 0;
    while let Some(character) = line[at..].chars().next() {
        let (start, count) = (at, words.len());
        if character.is_alphanumeric() {
            at += take(&line[at..], &mut words, Word { class: 0, is_low: character.is_lowercase(), is_opened, start });
            // "+0200", "GMT-5".
            let is_behind_zone =
                count.checked_sub(1).is_some_and(|last| words[last].class == ZONE) && end == start - usize::from(is_signed);
            if let Some(zone) =
                words.last_mut().filter(|word| is_signed && word.class == NUMBER && at - start == 4 || is_behind_zone && word.is(DAY))
            {
                zone.class = ZONE;
            }
            end = at;
            (is_opened, is_signed) = (false, false);
        } else {
            at += character.len_utf8();
            if !is_invisible(character) {
                is_opened = character == '(' || is_opened && character.is_whitespace();
                is_signed = matches!(character, '+' | '-' | '−');
            }
        }
    }
    words
}

/// Takes the word at the beginning of a text; returns its length.
fn take(text: &str, words: &mut Vec<Word>, word: Word) -> usize {
    if let Some((length, bits)) = address_or_link(text) {
        words.push(Word { class: bits, ..word });
        return length;
    }
    if text.starts_with(|character: char| ascii_digit(character).is_ascii_digit()) {
        let (length, bits) = number(text);
        words.push(Word { class: bits, ..word });
        return length;
    }
    if text.starts_with(is_unspaced) {
        return unspaced(text, words, word);
    }
    let goes_on = |character: &char| {
        character.is_alphabetic() && !is_unspaced(*character)
            || matches!(character, '\'' | '’' | '׳' | '״' | '‐' | '-' | '॰')
            || is_invisible(*character)
            || is_mark(*character)
    };
    let length = text.chars().take_while(goes_on).map(char::len_utf8).sum::<usize>();
    // "½" is neither a letter nor a digit.
    let length = length.max(text.chars().next().map_or(0, char::len_utf8));
    let bits = TABLE.get(&text[..length]).or_else(|| parts(&text[..length]));
    let is_hour = || text[..length].eq_ignore_ascii_case("h") && words.last().is_some_and(|last| last.is(DAY));
    let bits = if is_hour() { SMALL | TIME } else { bits.unwrap_or(0) };
    words.push(Word { class: bits, ..word });
    length
}

/// "l'infirmière", "d’oct", "terça-feira": all parts must be known.
fn parts(word: &str) -> Option<u16> {
    let mut parts = word.split(['\'', '’', '-', '‐']).filter(|part| !part.is_empty());
    let first = TABLE.get(parts.next()?)?;
    parts.try_fold(first, |bits, part| Some(bits | TABLE.get(part)?))
}

/// An address or a link at the beginning of a text: its length, and which it is.
fn address_or_link(text: &str) -> Option<(usize, u16)> {
    const ENDS: [char; 14] = ['<', '>', '(', ')', '[', ']', ' ', ',', '"', '\u{a0}', '\t', '\u{202c}', '\u{200f}', ';'];
    let length = text.find(ENDS).unwrap_or(text.len());
    let word = text[..length].trim_end_matches([':', '.', '：', '，', '、']);
    let word = word.split(['，', '、', '：', '»', '”']).next().unwrap_or(word);
    let scheme = ["mailto:", "http:", "https:"]
        .iter()
        .find(|scheme| word.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    if let Some(scheme) = scheme {
        let is_mail = *scheme == "mailto:" && is_address(&word[scheme.len()..]);
        let length = if is_mail || *scheme != "mailto:" { word.len() } else { scheme.len() };
        return Some((length, if is_mail { ADDRESS } else { LINK }));
    }
    is_address(word).then_some((word.len(), ADDRESS))
}

/// "local@domain.tld".
fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
}

/// A number with what is inside it: a date, a time, a year, a day.
fn number(text: &str) -> (usize, u16) {
    let mut groups: [(u32, usize); 4] = [(0, 0); 4];
    let (mut count, mut signs, mut length) = (0, [' '; 3], 0);
    let mut rest = text
        .char_indices()
        .map(|(at, character)| (at, ascii_digit(character)))
        .filter(|(_, character)| !is_invisible(*character))
        .peekable();
    while let Some((at, character)) = rest.next() {
        if let Some(digit) = character.to_digit(10) {
            let group = &mut groups[count.min(3)];
            *group = (group.0.saturating_mul(10).saturating_add(digit), group.1 + 1);
            length = at + text[at..].chars().next().map_or(1, char::len_utf8);
        } else if matches!(character, '.' | '/' | '-' | ':' | '：')
            && count < 3
            && rest.peek().is_some_and(|(_, next)| next.is_ascii_digit())
        {
            signs[count] = if character == '：' { ':' } else { character };
            count += 1;
        } else {
            break;
        }
    }
    (length, numeral(&groups[..=count.min(3)], &signs))
}

fn numeral(groups: &[(u32, usize)], signs: &[char; 3]) -> u16 {
    let is_year = |group: &(u32, usize)| group.1 == 4 && (1900..2100).contains(&group.0);
    let is_short = |group: &(u32, usize)| group.1 <= 2;
    match groups {
        [one] if is_year(one) => YEAR,
        [one] if is_short(one) && (1..=31).contains(&one.0) => DAY,
        [hour, minute] if matches!(signs[0], ':' | '.') && is_short(hour) && hour.0 < 25 && minute.1 == 2 && minute.0 < 60 => TIME,
        [day, month] if signs[0] != ':' && is_short(day) && is_short(month) => DAY,
        [hour, minute, second] if signs[..2] == [':', ':'] && [hour, minute, second].iter().all(|group| is_short(group)) => TIME | SECONDS,
        [year, month, day] if is_year(year) && is_short(month) && is_short(day) => YEAR | FULL,
        [day, month, year] if is_year(year) && is_short(month) && is_short(day) => YEAR | FULL,
        [day, month, year] if is_short(day) && is_short(month) && year.1 == 2 && signs[0] == signs[1] => SHORT_DATE,
        _ => NUMBER,
    }
}

/// Words of a script without blanks, cut by the tables; what they do not have is one word. Returns the length.
fn unspaced(text: &str, words: &mut Vec<Word>, word: Word) -> usize {
    let (cut, end) = TABLE.cut(text);
    words.extend(cut.into_iter().map(|(at, bits)| Word { class: bits.unwrap_or(0), start: word.start + at, is_low: false, ..word }));
    end
}

/// What a sentence's words say together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) date: bool,
    pub(super) time: bool,
    pub(super) year: bool,
    /// The date has its day too, and is no second half.
    pub(super) is_whole: bool,
    /// A shortened weekday, seconds or a zone: a program wrote it.
    pub(super) is_precise: bool,
    pub(super) verb: Option<usize>,
    /// The verb is one of the reporters' languages.
    pub(super) is_spoken: bool,
    /// The last address.
    pub(super) address: Option<usize>,
    /// Words that no table has, and those of them that begin in lower case.
    pub(super) others: usize,
    pub(super) low_others: usize,
    /// Begins with a date, a time or a weekday, prepositions aside.
    pub(super) is_led: bool,
}

impl Facts {
    pub(super) fn of(words: &[Word]) -> Self {
        let has = |bits: u16| words.iter().any(|word| word.is(bits));
        let verb = words.iter().rposition(|word| word.is(VERB) && !word.is(MOMENT));
        let (day, month) = (has(DAY), has(MONTH));
        let year = has(YEAR);
        let time = has(TIME);
        let is_spoken = has(SPOKEN);
        // "13. 10. 26".
        let is_short = has(SHORT_DATE) || words.windows(3).any(|three| three.iter().all(|word| word.is(DAY)));
        let names_day = |two: &[Word]| two[0].is(SHORT) && two[1].is(DAY) && !is_spoken;
        let others = || words.iter().filter(|word| word.is_other() || word.class == NUMBER);
        Self {
            year,
            date: year || is_short || day && month,
            is_whole: is_short || has(FULL) || day && (month || year),
            time,
            is_precise: has(SECONDS)
                || words.iter().any(|word| word.is(SHORT) && !word.is(SMALL) || time && word.class == ZONE)
                || words.windows(2).any(names_day),
            verb,
            is_spoken,
            address: words.iter().rposition(|word| word.is(ADDRESS)),
            others: others().count(),
            low_others: others().filter(|word| word.is_low).count(),
            is_led: is_led(words),
        }
    }
}

/// Small words at the beginning of a date.
const MOST_SMALL: usize = 4;

/// A word such as "la" may also be the short form of a weekday; it proves nothing.
fn is_led(words: &[Word]) -> bool {
    let small = words.iter().take(MOST_SMALL).take_while(|word| word.is(SMALL) && !word.is(TIME)).count();
    words.get(small).is_some_and(|word| word.is(MOMENT & !ZONE) && !word.is(SMALL))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(sentence: &str) -> Facts {
        Facts::of(&words(sentence))
    }

    #[test]
    fn a_moment_is_found_however_it_is_written() {
        for sentence in [
            "El lun, 4 mar 2024 a las 10:15",
            "On 3/4/24 10:15",
            "Am Mo., 4. März 2024 um 10.15 Uhr",
            "Le 4 mars 2024 à 10h15",
            "2024-03-04 10:15:12 +0000",
            "4. 3. 24 v 10:15",
            "2024年3月4日(月) 10:15",
            "2024년 3월 4일 오전 10:15",
            "في ٤‏/٣‏/٢٠٢٤ ١٠:١٥ ص",
            "Вторник, 4 марта 2024, 10:15",
        ] {
            let facts = facts(sentence);
            assert!(facts.date && facts.time && facts.is_whole && facts.is_led && facts.others == 0, "{sentence}: {facts:?}");
        }
        for sentence in ["68 kg", "140/90", "lote 12345678", "la paciente escribió", "38.5", "+51 999 888 777", "½ ① x²"] {
            assert!(!facts(sentence).date, "{sentence}");
        }
    }

    #[test]
    fn names_are_told_from_words_in_lower_case() {
        assert_eq!(facts("El lun, 4 mar 2024 a las 10:15, la enfermera Ana escribió:").low_others, 1);
        assert_eq!(facts("El lun, 4 mar 2024 a las 10:15, Ana de la Cruz <a@example.com> escribió:").low_others, 0);
    }

    #[test]
    fn a_weekday_in_short_a_zone_or_seconds_are_a_programs() {
        for sentence in ["El lun, 4 mar 2024", "On 4 March 2024 10:15:12", "2024-03-04 10:15 +0000", "Am Do. 20. Juni 2024 schrieb"] {
            assert!(facts(sentence).is_precise, "{sentence}");
        }
        for sentence in [
            "El lunes 4 de marzo de 2024 a las 10:15 la doctora",
            "On Monday, March 4, 2024 at 10:15",
            "el 4 de marzo a las 10:15 de la noche",
        ] {
            assert!(!facts(sentence).is_precise, "{sentence}");
        }
    }
}
