//! That somebody does not want to be written to any more, as it is said by text message: in one word, alone.

use crate::text::fold;

/// The words, in lower case and without accents: those that people here write, and those after which carriers pass nothing on any more.
const WORDS: &[&str] = &[
    "alto",
    "arret",
    "baja",
    "cancel",
    "cancelar",
    "dar de baja",
    "darme de baja",
    "end",
    "parar",
    "quit",
    "sair",
    "stop",
    "stop all",
    "stopall",
    "unsubscribe",
];

/// Whether a text says so and nothing else: in any case, with or without accents, stops or quotes around it.
///
/// ```
/// use followup_domain::contact::asks_to_stop;
/// assert!(asks_to_stop(" ¡Baja! "));
/// assert!(!asks_to_stop("La presión estaba baja"));
/// ```
#[must_use]
pub fn asks_to_stop(text: &str) -> bool {
    // No word is as long: nobody pays for folding a long text.
    const LONGEST: usize = 64;
    let text = text.trim();
    if text.len() > LONGEST {
        return false;
    }
    let folded = fold(text.trim_matches(|c: char| !c.is_alphanumeric()));
    WORDS.contains(&folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_alone_says_so() {
        for text in [
            "BAJA",
            "baja",
            "Baja.",
            " BAJA\n",
            "«BAJA»",
            "\"Stop\"",
            "STOP!!",
            "Alto",
            "cancelar",
            "CANCELAR.",
            "Arrêt",
            "ARRÊT",
            "ARRET",
            "Stop all",
            "Dar  de baja",
            "Darme de baja, ",
            "UNSUBSCRIBE",
            "parar",
            "Sair",
            "STOP 🙏",
        ] {
            assert!(asks_to_stop(text), "{text:?}");
        }
    }

    #[test]
    fn what_says_more_or_something_else_does_not() {
        for text in [
            "",
            "!!!",
            "Baja de peso",
            "Presión baja",
            "No puedo, cancelar la cita",
            "stop the drug",
            "No paren",
            "alta",
            "BAJA 500 mg",
            "Se dio de baja el producto",
            "1",
            "no",
        ] {
            assert!(!asks_to_stop(text), "{text:?}");
        }
        assert!(!asks_to_stop(&"BAJA ".repeat(100_000)));
    }

    #[test]
    fn the_words_are_folded_and_stand_there_once() {
        assert!(WORDS.is_sorted() && WORDS.iter().all(|word| fold(word) == *word));
    }
}
