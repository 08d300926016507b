//! How many SMS a text takes.

/// Septets that one SMS holds, and each part of a longer message beside its header (3GPP TS 23.038, 23.040).
const GSM: Capacity = Capacity { single: 160, part: 153 };
/// The same in UTF-16 code units, once a text has a character that the GSM alphabet lacks.
const UCS2: Capacity = Capacity { single: 70, part: 67 };

/// The SMS that a text takes: none when it is empty, in the 7-bit GSM 03.38 alphabet when that has every character
/// (160, or 153 in each part), else in UCS-2 (70 or 67). `{ } [ ] ~ \ | ^ €` take two septets; no character is split
/// between parts.
///
/// ```
/// use followup_letters::sms_segments;
/// assert_eq!(sms_segments(&"a".repeat(160)), 1);
/// assert_eq!(sms_segments(&"a".repeat(161)), 2);
/// // "á", "í", "ó" and "ú" are not in the GSM alphabet ("é" and "ñ" are).
/// assert_eq!(sms_segments(&"á".repeat(71)), 2);
/// ```
#[must_use]
pub fn sms_segments(text: &str) -> usize {
    match text.chars().map(septets).collect::<Option<Vec<usize>>>() {
        Some(sizes) => GSM.parts(&sizes),
        None => UCS2.parts(&text.chars().map(char::len_utf16).collect::<Vec<_>>()),
    }
}

struct Capacity {
    single: usize,
    part: usize,
}

impl Capacity {
    fn parts(&self, sizes: &[usize]) -> usize {
        if sizes.iter().sum::<usize>() <= self.single {
            return usize::from(!sizes.is_empty());
        }
        let mut parts = 1;
        let mut used = 0;
        for size in sizes {
            if used + size > self.part {
                parts += 1;
                used = 0;
            }
            used += size;
        }
        parts
    }
}

/// The basic character set, but for ASCII letters and digits.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// The extension table: each character is sent behind an escape.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

fn septets(character: char) -> Option<usize> {
    if character.is_ascii_alphanumeric() || BASIC.contains(character) { Some(1) } else { EXTENSION.contains(character).then_some(2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_basic_set_has_its_127_characters() {
        // 128 places, one of which is the escape to the extension table.
        assert_eq!(BASIC.chars().count() + 26 + 26 + 10, 127);
    }

    #[test]
    fn one_message_holds_160_septets_and_each_part_of_a_longer_one_153() {
        for (length, expected) in [(0, 0), (1, 1), (160, 1), (161, 2), (306, 2), (307, 3)] {
            assert_eq!(sms_segments(&"ñ".repeat(length)), expected, "{length}");
        }
    }

    #[test]
    fn one_character_outside_the_alphabet_turns_the_whole_text_to_ucs2() {
        assert_eq!(sms_segments(&format!("{}ó", "a".repeat(69))), 1);
        assert_eq!(sms_segments(&format!("{}ó", "a".repeat(70))), 2);
        assert_eq!(sms_segments(&"ó".repeat(134)), 2);
        assert_eq!(sms_segments(&"ó".repeat(135)), 3);
    }

    #[test]
    fn extension_characters_take_two_septets_and_are_not_split() {
        assert_eq!(sms_segments(&"€".repeat(80)), 1);
        assert_eq!(sms_segments(&"€".repeat(81)), 2);
        // 153 is odd: each part ends one septet early.
        assert_eq!(sms_segments(&"€".repeat(152)), 2);
        assert_eq!(sms_segments(&"€".repeat(153)), 3);
    }

    #[test]
    fn characters_beyond_the_basic_plane_take_two_units_and_are_not_split() {
        assert_eq!(sms_segments(&"😀".repeat(35)), 1);
        assert_eq!(sms_segments(&"😀".repeat(36)), 2);
        assert_eq!(sms_segments(&"😀".repeat(66)), 2);
        assert_eq!(sms_segments(&"😀".repeat(67)), 3);
    }
}
