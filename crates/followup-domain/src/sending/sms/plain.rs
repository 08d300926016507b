//! A text with what the 7-bit alphabet lacks written by what it has.

use unicode_normalization::UnicodeNormalization;

use super::alphabet::septets;

/// Each of these characters, and how it is written instead. What could be read as something else without its sign (½, µ, °, ²) stands here
/// not.
const PLAINER: &[(&str, &str)] = &[
    ("áâãāăą", "a"),
    ("ÁÀÂÃĀĂĄ", "A"),
    ("ªᵃ", "a"),
    ("çćč", "c"),
    ("ĆČ", "C"),
    ("êëēėęě", "e"),
    ("ÈÊËĒĖĘĚ", "E"),
    ("íîïīį", "i"),
    ("ÍÌÎÏĪĮİ", "I"),
    ("óôõōő", "o"),
    ("ÓÒÔÕŌŐ", "O"),
    ("ºᵒ", "o"),
    ("úûūůűų", "u"),
    ("ÚÙÛŪŮŰŲ", "U"),
    ("ńň", "n"),
    ("ŃŇ", "N"),
    ("śš", "s"),
    ("ŚŠ", "S"),
    ("ýÿ", "y"),
    ("ÝŸ", "Y"),
    ("źżž", "z"),
    ("ŹŻŽ", "Z"),
    ("“”„‟«»″", "\""),
    ("‘’‚‛´`′", "'"),
    ("‐‑‒–—―−", "-"),
    ("…", "..."),
    ("•·", "-"),
    ("×", "x"),
    ("≤", "<="),
    ("≥", ">="),
    ("\t\u{a0}\u{2002}\u{2003}\u{2007}\u{2009}\u{200a}\u{202f}", " "),
    ("\u{ad}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}", ""),
];

/// The text in plainer characters. What no plainer one stands for stays as it is.
pub(super) fn plainer(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for character in text.nfc() {
        match instead_of(character) {
            Some(plain) => written.push_str(plain),
            None => written.push(character),
        }
    }
    written
}

fn instead_of(character: char) -> Option<&'static str> {
    if septets(character).is_some() {
        return None;
    }
    PLAINER.iter().find(|(these, _)| these.contains(character)).map(|(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_of_the_table_stands_there_once_and_becomes_what_the_alphabet_has() {
        let all: Vec<char> = PLAINER.iter().flat_map(|(these, _)| these.chars()).collect();
        for (place, character) in all.iter().enumerate() {
            assert!(!all[..place].contains(character), "{character:?} stands there twice");
            assert_eq!(septets(*character), None, "{character:?} needs no other");
        }
        assert!(PLAINER.iter().flat_map(|(_, plain)| plain.chars()).all(|character| septets(character).is_some()));
    }

    #[test]
    fn only_what_the_alphabet_lacks_is_written_otherwise() {
        for (text, plain) in [
            ("¿Qué día nació la niña? Árbol, íntimo, código, última", "¿Qué dia nacio la niña? Arbol, intimo, codigo, ultima"),
            ("coração, façade, Zürich, Malmö, Øre", "coracao, facade, Zürich, Malmö, Øre"),
            ("«sí» – “no” …", "\"si\" - \"no\" ..."),
            ("≥ 38 °C y ½ tableta de 5 µg", ">= 38 °C y ½ tableta de 5 µg"),
            ("e\u{301}n\u{303}o\u{301}", "éño"),
            ("1.ª dosis\u{a0}a las 8", "1.a dosis a las 8"),
        ] {
            assert_eq!(plainer(text), plain, "{text}");
        }
    }
}
