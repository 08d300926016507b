//! In which language a reply is written: which number words hold.

/// A language that the tables know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Spanish,
    Portuguese,
    English,
}

/// So much of a text tells its language.
const ENOUGH: usize = 4096;

/// Words that the other languages lack, by language.
const PORTUGUESE: &[&str] = &[
    "nao",
    "com",
    "uma",
    "um",
    "em",
    "ele",
    "ela",
    "voce",
    "foi",
    "ao",
    "pelo",
    "pela",
    "os",
    "tem",
    "estava",
    "e",
    "da",
    "do",
    "dias",
    "comprimido",
    "obrigada",
    "obrigado",
];
const SPANISH: &[&str] = &[
    "el", "los", "las", "y", "con", "una", "un", "del", "al", "por", "le", "lo", "mi", "es", "fue", "ya", "se", "tiene", "anos", "gracias",
    "la",
];
const ENGLISH: &[&str] = &[
    "the", "of", "and", "to", "is", "was", "with", "she", "he", "his", "her", "my", "for", "on", "years", "not", "it", "we", "day",
    "patient", "took",
];

/// The language of a folded text; Spanish where nothing tells.
pub(crate) fn language_of(text: &str) -> Language {
    let mut counts = [0_usize; 3];
    let mut end = text.len().min(ENOUGH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    for word in text[..end].split(|c: char| !c.is_ascii_lowercase()).filter(|word| !word.is_empty()) {
        for (count, words) in counts.iter_mut().zip([SPANISH, PORTUGUESE, ENGLISH]) {
            *count += usize::from(words.contains(&word));
        }
    }
    let [spanish, portuguese, english] = counts;
    if english > spanish && english > portuguese {
        Language::English
    } else if portuguese > spanish {
        Language::Portuguese
    } else {
        Language::Spanish
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_by_their_small_words() {
        assert_eq!(language_of("la paciente pesa sesenta y tres kilos"), Language::Spanish);
        assert_eq!(language_of("a paciente nao tem alergias, pesa sessenta e tres quilos"), Language::Portuguese);
        assert_eq!(language_of("the patient is sixty-three years old"), Language::English);
        assert_eq!(language_of("68 kg"), Language::Spanish);
    }
}
