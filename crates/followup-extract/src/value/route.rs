//! Routes of administration: what people write, and what the case holds.

use super::Read;
use crate::pattern::patterns;

/// Concept → the route.
const ROUTES: &[(&str, &str)] = &[
    ("sublingual", "sublingual"),
    ("intramuscular", "intramuscular"),
    ("intravenous", "intravenosa"),
    ("subcutaneous", "subcutánea"),
    ("transdermal", "transdérmica"),
    ("inhaled", "inhalatoria"),
    ("ophthalmic", "oftálmica"),
    ("otic", "ótica"),
    ("nasal", "nasal"),
    ("rectal", "rectal"),
    ("vaginal", "vaginal"),
    ("topical", "tópica"),
    ("oral", "oral"),
];

patterns! {
    ROUTE = concat!(
        r"\b(?:(?P<via>{by_route}) ?:? ?)?(?:(?P<sublingual>{sublingual})|(?P<intramuscular>{intramuscular})|(?P<intravenous>{intravenous})|(?P<subcutaneous>{subcutaneous})|",
        r"(?P<transdermal>{transdermal})|(?P<inhaled>{inhaled})|(?P<ophthalmic>{ophthalmic})|(?P<otic>{otic})|(?P<nasal>{nasal})|(?P<rectal>{rectal})|",
        r"(?P<vaginal>{vaginal})|(?P<topical>{topical})|(?P<oral>{oral}))(?:\b|$)"
    );
    HEDGED = r"^(?: ?(?:{hedge})\b\.?| ?[:=-]| ?por (?:la |el )?| ?la | ?fue| ?(?:(?:se|le|lo|la|les|los|las|me|nos) )*(?:{take})(?: por (?:la )?)?| ?(?:1|una?) (?:ampolla|inyeccion|tableta|pastilla) (?:por )?)*";
}

/// A route, and whether the words leave no doubt that it is one.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) read: Read,
    /// "Vía oral", "IM", "sublingual": not "oral" in "mucosa oral".
    pub(crate) plain: bool,
}

/// Words that mean something else as often ("nasal", "oral", "inhalador").
const PLAIN: &[&str] = &["sublingual", "intramuscular", "intravenous", "subcutaneous", "transdermal"];

/// Every route, in order.
pub(crate) fn scan(text: &str) -> Vec<Route> {
    let routes = ROUTE.regex().captures_iter(text).filter_map(|captures| {
        let (concept, route) = ROUTES.iter().find(|(concept, _)| captures.name(concept).is_some())?;
        let range = captures.get(0)?.range();
        let word = captures.name(concept)?.as_str();
        let abbreviated = matches!(word, "vo" | "v.o." | "v.o" | "po" | "p.o.");
        let plain = captures.name("via").is_some() || PLAIN.contains(concept) || abbreviated || word.contains(' ');
        Some(Route { read: Read::new(range, *route), plain })
    });
    routes.collect()
}

/// The route at the beginning.
pub(crate) fn direct(text: &str) -> Option<Read> {
    let begin = HEDGED.regex().find(text).map_or(0, |hedges| hedges.end());
    let part = &text[..text.len().min(begin + 60)];
    let routes = scan(part);
    let first = routes.iter().find(|route| route.read.range.start <= begin + 1)?;
    // "Oral e intramuscular": nobody knows which.
    (!routes.iter().any(|other| other.read.value != first.read.value)).then(|| first.read.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Folded;

    #[test]
    fn routes_are_read_as_people_write_them() {
        for (text, expected) in [
            ("VO", "oral"),
            ("v.o.", "oral"),
            ("Vía oral", "oral"),
            ("por la boca", "oral"),
            ("IM", "intramuscular"),
            ("I.M.", "intramuscular"),
            ("EV", "intravenosa"),
            ("endovenosa", "intravenosa"),
            ("IV", "intravenosa"),
            ("SC, en el abdomen", "subcutánea"),
            ("subcutanea", "subcutánea"),
            ("inhalado", "inhalatoria"),
            ("debajo de la lengua", "sublingual"),
            ("vía vaginal", "vaginal"),
            ("rectal", "rectal"),
            ("en cada fosa nasal", "nasal"),
            ("ocular", "oftálmica"),
            ("tópica", "tópica"),
            ("por via intramuscular", "intramuscular"),
            ("na veia", "intravenosa"),
            ("by mouth", "oral"),
            ("Via subcutánea", "subcutánea"),
        ] {
            assert_eq!(direct(&Folded::new(text).text).map(|read| read.value), Some(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn two_routes_are_none() {
        assert_eq!(direct("oral e intramuscular"), None);
    }
}
