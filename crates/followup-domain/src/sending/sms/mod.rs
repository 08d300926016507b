//! Text messages as the network takes them: in which encoding, in how many parts, and how the unit keeps them short.

mod alphabet;
mod plain;

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use self::alphabet::septets;
use crate::published::published_enum;

published_enum! {
    /// In which units a text travels.
    SmsEncoding {
        /// Septets of the 7-bit alphabet (3GPP TS 23.038 §6.2.1).
        Gsm7 = "GSM-7",
        /// UTF-16 code units, once a text has a character that the 7-bit alphabet lacks.
        Ucs2 = "UCS-2",
    }
}

impl SmsEncoding {
    /// Units of one message, and of each part of a longer one beside its header of six octets (3GPP TS 23.040 §9.2.3.24.1).
    fn capacity(self) -> (usize, usize) {
        match self {
            Self::Gsm7 => (160, 153),
            Self::Ucs2 => (70, 67),
        }
    }
}

/// How a text is divided into parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmsParts {
    /// Its encoding.
    pub encoding: SmsEncoding,
    /// In how many parts it travels, and is paid; none when it is empty.
    pub parts: usize,
    /// Units of the whole text: septets or UTF-16 code units.
    pub units: usize,
    /// Units that the last part has room for.
    pub left: usize,
}

impl SmsParts {
    /// Of a text. `{ } [ ] ~ \ | ^ €` take two septets. No character is cut, nor what is seen as one where it fits a part (a letter with its
    /// combining marks, an emoji of several): as providers count. Linear time.
    ///
    /// ```
    /// use followup_domain::sending::SmsParts;
    /// assert_eq!(SmsParts::of(&"a".repeat(160)).parts, 1);
    /// assert_eq!(SmsParts::of(&"a".repeat(161)).parts, 2);
    /// // "á", "í", "ó" and "ú" are not in the 7-bit alphabet ("é" and "ñ" are).
    /// assert_eq!(SmsParts::of(&"á".repeat(71)).parts, 2);
    /// ```
    pub fn of(text: &str) -> Self {
        match text.chars().map(septets).sum::<Option<usize>>() {
            Some(units) => {
                let sizes = || text.chars().filter_map(septets);
                Self::divided(SmsEncoding::Gsm7, units, sizes)
            }
            None => {
                let units = text.chars().map(char::len_utf16).sum();
                Self::divided(SmsEncoding::Ucs2, units, || seen_as_one(text))
            }
        }
    }

    /// `sizes`: the units of each piece that is not cut.
    fn divided<S: Iterator<Item = usize>>(encoding: SmsEncoding, units: usize, sizes: impl Fn() -> S) -> Self {
        let (single, part) = encoding.capacity();
        if units <= single {
            return Self { encoding, parts: usize::from(units > 0), units, left: single - units };
        }
        let (mut parts, mut used) = (1, 0);
        for size in sizes() {
            if used + size > part {
                parts += 1;
                used = 0;
            }
            used += size;
        }
        Self { encoding, parts, units, left: part - used }
    }
}

/// The UTF-16 units of what is seen as one character each; of one that no part has room for, and of a line break, of each character.
fn seen_as_one(text: &str) -> impl Iterator<Item = usize> {
    let (_, part) = SmsEncoding::Ucs2.capacity();
    text.graphemes(true).flat_map(move |cluster| {
        let units = cluster.chars().map(char::len_utf16).sum::<usize>();
        let is_whole = units <= part && cluster != "\r\n";
        let whole = is_whole.then_some(units);
        let cut = (!is_whole).then(|| cluster.chars().map(char::len_utf16));
        whole.into_iter().chain(cut.into_iter().flatten())
    })
}

/// How the unit's text messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmsRules {
    /// `SMS_MAX_PARTS`: a longer text is not sent.
    pub most_parts: usize,
    /// `SMS_TRANSLITERATE`: á is written as a where that saves parts.
    pub transliterate: bool,
}

impl Default for SmsRules {
    fn default() -> Self {
        Self { most_parts: 4, transliterate: false }
    }
}

impl SmsRules {
    /// A text as it is sent.
    pub fn written(self, text: &str) -> Cow<'_, str> {
        if self.transliterate { transliterated(text) } else { Cow::Borrowed(text) }
    }

    /// Of a text that has too many parts: how many.
    pub fn exceeded_by(self, text: &str) -> Option<usize> {
        Some(SmsParts::of(text).parts).filter(|parts| *parts > self.most_parts)
    }
}

/// The text in characters of the 7-bit alphabet, where that saves parts; else as it is. Linear time.
pub fn transliterated(text: &str) -> Cow<'_, str> {
    let plain = plain::plainer(text);
    if SmsParts::of(&plain).parts < SmsParts::of(text).parts { Cow::Owned(plain) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests;
