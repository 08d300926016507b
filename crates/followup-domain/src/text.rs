//! Text as people type it: folding for comparison, and values that say nothing.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Lower case, without accents, white space collapsed to single blanks: for comparing and searching.
///
/// ```
/// assert_eq!(followup_domain::text::fold("  En  Recuperación "), "en recuperacion");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_graphic() {
            folded.push(character.to_ascii_lowercase());
        } else if character.is_whitespace() {
            push_blank(&mut folded);
        } else {
            // Marks are dropped, so that the order in which a decomposition puts them does not matter.
            decompose_canonical(character, |part| match part {
                part if is_combining_mark(part) => {}
                part if part.is_whitespace() => push_blank(&mut folded),
                part => folded.extend(part.to_lowercase()),
            });
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn push_blank(folded: &mut String) {
    if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Whether a value is no answer: empty, punctuation only, or words such as "no sabe", "N/A", "sin datos".
///
/// "Ninguno" and "niega" are answers (there are none), so they are not in the list.
pub fn says_nothing(value: &str) -> bool {
    let words: String = fold(value).chars().map(|character| if character.is_alphanumeric() { character } else { ' ' }).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words.is_empty() || EMPTY_ANSWERS.contains(&words.as_str())
}

/// Folded, punctuation replaced by blanks; sorted for reading, not for searching.
const EMPTY_ANSWERS: &[&str] = &[
    "a confirmar",
    "desconoce",
    "desconocida",
    "desconocido",
    "falta",
    "falta dato",
    "ignora",
    "n a",
    "n d",
    "n s",
    "na",
    "nan",
    "nd",
    "ni idea",
    "no aplica",
    "no conoce",
    "no consigna",
    "no cuenta con el dato",
    "no disponible",
    "no especifica",
    "no especificado",
    "no indica",
    "no informa",
    "no informado",
    "no lo se",
    "no lo sabe",
    "no menciona",
    "no precisa",
    "no recuerda",
    "no registra",
    "no reportado",
    "no sabe",
    "no se",
    "no se conoce",
    "no se sabe",
    "no tiene el dato",
    "not available",
    "not known",
    "not reported",
    "ns",
    "ns nc",
    "null",
    "pendiente",
    "por confirmar",
    "s d",
    "s i",
    "sd",
    "se desconoce",
    "se ignora",
    "sin dato",
    "sin datos",
    "sin especificar",
    "sin informacion",
    "unk",
    "unknown",
    "x",
    "xx",
    "xxx",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_say_nothing_are_recognised_in_any_spelling() {
        for value in ["", "  ", "-", "?", "¿?", "N/A", "n.a.", "No sabe", "DESCONOCIDO", "sin  datos", "Sin información", "..."] {
            assert!(says_nothing(value), "{value:?}");
        }
    }

    #[test]
    fn short_answers_are_answers() {
        for value in ["0", "F", "no", "ninguno", "niega", "1 g", "No sabe la hora pero fue el lunes"] {
            assert!(!says_nothing(value), "{value:?}");
        }
    }

    #[test]
    fn folding_ignores_case_accents_and_spacing() {
        assert_eq!(fold("ÑANDÚ\u{a0}\u{2003}Más"), "nandu mas");
        assert_eq!(fold("n\u{303}"), "n");
        assert_eq!(fold("İ Ω\u{315}\u{300} 각 \u{1e9b}\u{323}"), "i ω \u{1100}\u{1161}\u{11a8} \u{17f}");
    }
}
