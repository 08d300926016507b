//! The 7-bit alphabet of text messages.

/// The basic character set (3GPP TS 23.038 §6.2.1), but for ASCII letters and digits.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// The extension table (§6.2.1.1): each character is sent behind an escape.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How many septets a character takes; none when the alphabet lacks it. "á", "í", "ó", "ú" and "ç" it lacks, "é", "ñ" and "ü" it has.
pub(super) fn septets(character: char) -> Option<usize> {
    if character.is_ascii_alphanumeric() || BASIC.contains(character) { Some(1) } else { EXTENSION.contains(character).then_some(2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_basic_set_has_its_127_characters_and_the_extension_its_ten() {
        // 128 places, one of which is the escape to the extension table.
        assert_eq!(BASIC.chars().count() + 26 + 26 + 10, 127);
        assert_eq!(EXTENSION.chars().count(), 10);
        assert!(!EXTENSION.chars().any(|character| BASIC.contains(character)));
    }
}
