//! Which of the addresses and numbers of a text its writer says not to use: "no usar viejo@…, usar nuevo@…", "Tel. 1 (ya no funciona)".

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::readable::constant;
use crate::text::fold;

/// Before what is not to be used, in its own clause (folded). The end of such a clause is the address or the number.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?x)
        \b(?:no|nunca|jamas|nao|not|never|don'?t|do\ not)\b[^.]{0,40}?
            \b(?:us\w+|utiliz\w+|escrib\w+|envi\w+|mand\w+|contact\w+|llam\w+|respond\w+|escrev\w+|lig\w+|write|send|call|emplear)\b
        | \bya\ no\b | \bja\ nao\b | \bno\ longer\b
        | \b(?:antes|antigu[oa]s?|viej[oa]s?|anterior(?:es)?|antigos?|ex|old|former|previous)\b
        | \b(?:errad[oa]|equivocad[oa]|incorrect[oa]|errone[oa]|wrong)\b
        | \ben\ (?:lugar|vez)\ de\b | \binstead\ of\b",
    )
});

/// Behind it, up to the end of its clause.
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?x)
        ^[\s(\[\-:]*
        (?:es\ (?:el\ |la\ |un\ |una\ )?|era\ (?:el\ |la\ )?|esta\ |is\ )?
        (?:
            ya\ no\b | no\ longer\b | ja\ nao\b
            | no\ (?:se\ )?(?:us\w+|utiliz\w+|funciona|sirve|existe|escrib\w+|llam\w+|contesta|responde|va\b|vale\b|es\ (?:su|el|mi)\b)
            | nao\ (?:us\w+|funciona) | (?:do\ not|don'?t)\ use
            | antigu[oa]\b | viej[oa]\b | anterior\b | antigo\b | old\b | former\b
            | errad[oa]\b | equivocad[oa]\b | incorrect[oa]\b | wrong\b
            | (?:dad[oa]\ )?de\ baja\b | desactivad[oa]\b | inactiv[oa]\b | rebota\b | caducad[oa]\b | desativado\b
        )",
    )
});

/// What turns a clause round: "no escribir a su casa sino a …".
static BUT: LazyLock<Regex> = LazyLock::new(|| constant(r"\b(?:sino|solo|mejor|pero|but|only|instead)\b[^.]*$"));

/// For each place, in order, whether the text says not to use what stands there.
pub(super) fn set_aside(text: &str, places: &[Range<usize>]) -> Vec<bool> {
    (0..places.len())
        .map(|index| {
            let begin = index.checked_sub(1).map_or(0, |before| places[before].end);
            let end = places.get(index + 1).map_or(text.len(), |next| next.start);
            is_set_aside(&text[begin..places[index].start], &text[places[index].end..end])
        })
        .collect()
}

fn is_set_aside(before: &str, after: &str) -> bool {
    // `viejo@x.pe, ya no` is about what stands before the comma only if no other clause follows it; the clause behind is read to its end.
    let clause = before.rsplit([',', ';', '.', '\n', '|', '/', ')']).next().unwrap_or_default();
    let clause = fold(clause);
    if BEFORE.is_match(&clause) && !BUT.is_match(&clause) {
        return true;
    }
    let rest = after.split([',', ';', '\n', '|', '/']).next().unwrap_or_default();
    AFTER.is_match(&fold(rest))
}
