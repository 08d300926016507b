//! "No sé", "prefiero no decirlo", "le preguntaré": what is said in the place of a value.

use std::ops::Range;

use followup_domain::text::says_nothing;

use crate::pattern::{Pattern, Set, patterns};
use crate::proposal::State;

patterns! {
    UNKNOWN = r"\b(?:{unknown})\b";
    /// "No sé" without its accent is "no se" as in "no se quita": by what follows.
    NO_SE = r"\b(?:no (?:lo|la|los|las) se|(?:yo )?no se(?: (?:nada|el|cual|cuales|cuanto|cuando|que|bien|exacto|exactamente|decir\w*|mucho|su|pues|(?:la|las|los) (?:{symptom}|fecha|dosis|marca|hora|edad|via|frecuencia|lotes?|iniciales))\b|$|[.,;:)!?\n]))";
    WITHHELD = r"\b(?:{withheld})\b";
    LATER = r"\b(?:{later})\b";
    /// Not a saying of nothing: "no se quita", "no tiene alergias", "no hay mejoría".
    NOT_ABOUT_DATA = r"^ (?:se|ha|quita|pasa|cura|mejora|recupera|alivia|duerme|fiebre|dolor|mejoria|alergias?|antecedentes?|problemas?|sintomas?|nada que ver|tiempo|senal|molestias?|ninguna enfermedad|enfermedades)";
    NO = r"^(?:{no})[ .,!]*$";
    DASHES = r"^[-_.?/x ]{1,6}$";
}

/// Whether an answer says that there is none: "no", "ninguna".
pub(crate) fn is_none(text: &str) -> bool {
    NO.regex().is_match(text.trim())
}

/// What an answer says in the place of a value, and where.
pub(crate) fn of_answer(text: &str) -> Option<(State, Range<usize>)> {
    let trimmed = text.trim_end();
    let lead = text.len() - text.trim_start().len();
    let whole = lead..trimmed.len().max(lead);
    let words = &text[whole.clone()];
    if words.is_empty() {
        return None;
    }
    if let Some(said) = of_sentence(text) {
        return Some(said);
    }
    let nothing = says_nothing(words) || NO.regex().is_match(words) || DASHES.regex().is_match(words);
    nothing.then_some((State::Unknown, whole))
}

static WORDS: [&Pattern; 4] = [&UNKNOWN, &NO_SE, &WITHHELD, &LATER];
static SET: Set = Set::new();

/// What a sentence says in the place of values, and where. A refusal is more than ignorance, a promise more than both.
pub(crate) fn of_sentence(text: &str) -> Option<(State, Range<usize>)> {
    if !SET.matches(WORDS.into_iter(), text).matched_any() {
        return None;
    }
    if let Some(found) = WITHHELD.regex().find(text) {
        return Some((State::Withheld, found.range()));
    }
    if let Some(found) = LATER.regex().find(text) {
        return Some((State::Later, found.range()));
    }
    if let Some(found) = NO_SE.regex().find(text) {
        return Some((State::Unknown, found.range()));
    }
    let unknown = UNKNOWN.regex().find_iter(text).find(|found| NOT_ABOUT_DATA.at_start(&text[found.end()..]).is_none())?;
    Some((State::Unknown, unknown.range()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    #[test]
    fn what_is_not_told_is_known_in_many_words() {
        for (text, expected) in [
            ("No sé", State::Unknown),
            ("no recuerdo", State::Unknown),
            ("s/i", State::Unknown),
            ("no se acuerda", State::Unknown),
            ("NO DISPONIBLE", State::Unknown),
            ("no lo tenemos", State::Unknown),
            ("ni idea", State::Unknown),
            ("No", State::Unknown),
            ("--", State::Unknown),
            ("desconozco", State::Unknown),
            ("Prefiero no decirlo", State::Withheld),
            ("no deseo dar ese dato", State::Withheld),
            ("no estamos autorizados a entregarlo", State::Withheld),
            ("no quiso darme el peso", State::Withheld),
            ("le preguntaré a la mamá", State::Later),
            ("mañana se lo envío", State::Later),
            ("voy a averiguar", State::Later),
            ("I don't know", State::Unknown),
            ("não sei", State::Unknown),
            ("vou perguntar", State::Later),
            ("prefiro não informar", State::Withheld),
        ] {
            assert_eq!(of_answer(&Folded::new(text).text).map(|(state, _)| state), Some(expected), "{text}");
        }
    }

    #[test]
    fn values_are_no_states() {
        for text in ["68 kg", "no se le quita la tos", "recuperado", "no fue grave", "cada 8 horas", "no tiene alergias"] {
            assert_eq!(of_answer(&Folded::new(text).text), None, "{text}");
        }
    }
}
