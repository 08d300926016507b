//! The words of the rules, by language: a table each, from concept to alternatives (folded; regular expressions of few means).
//!
//! A word that another concept names stands in braces. A language is added by a table; a rule never names a word.

mod en;
mod es;
mod pt;

/// A concept, and how a language says it.
pub(crate) type Concept = (&'static str, &'static str);

/// Every table.
const LANGUAGES: &[&[Concept]] = &[SHAPES, es::WORDS, pt::WORDS, en::WORDS];

/// What every language writes alike.
const SHAPES: &[Concept] = &[
    ("num", r"[0-9]{1,3}(?:[ .][0-9]{3})+(?:,[0-9]+)?|[0-9]+(?:[.,][0-9]+)?"),
    ("kilos", r"k\.?gr?s?\.?|kls?|kg"),
    ("grams", r"grs?|g"),
    ("pounds", r"lbs?|lb"),
    ("unit_mg", r"mgs?|mlg|mgr"),
    ("unit_g", r"g|grs?|gms?"),
    ("unit_mcg", r"mcgs?|ugs?|microg"),
    ("unit_ml", r"mls?|cc|c\.c\."),
    ("unit_iu", r"u\.?i\.?|iu|ius"),
    ("unit_meq", r"meq"),
    ("hours", r"h|hs|hrs?"),
    ("month", "{january}|{february}|{march}|{april}|{may}|{june}|{july}|{august}|{september}|{october}|{november}|{december}"),
    ("weekday", "{monday}|{tuesday}|{wednesday}|{thursday}|{friday}|{saturday}|{sunday}"),
    ("year4", "(?:19|20)[0-9]{2}"),
];

/// The alternatives of a concept in every language.
pub(crate) fn all(concept: &str) -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().flat_map(|table| table.iter()).filter(move |(name, _)| *name == concept).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_languages_say_nothing_that_spanish_lacks() {
        let spanish = |name: &str| [SHAPES, es::WORDS].iter().flat_map(|table| table.iter()).any(|(known, _)| *known == name);
        for (name, _) in [pt::WORDS, en::WORDS].concat() {
            assert!(spanish(name), "{name}");
        }
    }
}
