//! Message templates that a provider knows (WhatsApp): what the service writes to somebody who has not written in the last 24 hours is one
//! of these, word for word, with its places filled.

use crate::message::TemplateStatus;

/// Characters of a template's text, its places filled (Meta's limit of a body).
pub const LONGEST_FILLED: usize = 1024;

/// A template as its provider lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedTemplate {
    /// The provider's id of it: Twilio's ContentSid (`HX…`), Meta's number.
    pub provider_id: String,
    /// Its name with the provider, such as `followup_request`.
    pub name: String,
    /// Its language, such as `es` or `es_PE`.
    pub language: String,
    /// Whether it may be sent.
    pub status: TemplateStatus,
    /// The names of its places, each once, in the order in which parameters fill them: `1`, `2`, `3`, or words.
    pub places: Vec<String>,
    /// Its text with its places as `{{1}}`; none where the provider tells none.
    pub text: Option<String>,
}

impl ApprovedTemplate {
    /// How many parameters it takes.
    pub fn parameters(&self) -> usize {
        self.places.len()
    }
}

/// Which templates the service sends by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatsappRules {
    /// `WHATSAPP_TEMPLATE_REQUEST`: the one that asks for the first time.
    pub request: String,
    /// `WHATSAPP_TEMPLATE_REMINDER`: the one that asks again.
    pub reminder: String,
    /// `WHATSAPP_TEMPLATE_LANGUAGE`: in which language, where a template has several.
    pub language: String,
}

impl Default for WhatsappRules {
    fn default() -> Self {
        Self { request: "followup_request".into(), reminder: "followup_reminder".into(), language: "es".into() }
    }
}

/// What a provider tells of a template by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateEvent {
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// What it is from now on.
    pub status: TemplateStatus,
}

/// The template of a name, among those of this name: the one of the language, else one of its relatives (`es` and `es_PE`), else the only
/// one there is.
pub fn in_language<'t>(of_the_name: &'t [ApprovedTemplate], language: &str) -> Option<&'t ApprovedTemplate> {
    let family = |language: &str| language.split(['_', '-']).next().unwrap_or_default().to_ascii_lowercase();
    let exactly = of_the_name.iter().find(|known| known.language == language);
    let related = || {
        let mut relatives: Vec<_> = of_the_name.iter().filter(|known| family(&known.language) == family(language)).collect();
        relatives.sort_by_key(|known| (known.status, &known.language));
        relatives.first().copied()
    };
    let only = || match of_the_name {
        [only] => Some(only),
        _ => None,
    };
    exactly.or_else(related).or_else(only)
}

/// The names of the places (`{{1}}`, `{{nombre}}`) in a template's text, each once: numbers in their order, before words in theirs.
pub fn places_in(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in pieces(text) {
        if let Piece::Place(name) = piece
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names.sort_by_key(|name| name.parse::<u32>().unwrap_or(u32::MAX));
    names
}

/// A template's text with its places filled; a place that has no parameter stays.
pub fn filled(text: &str, places: &[String], parameters: &[String]) -> String {
    let parameter = |name: &str| places.iter().position(|place| place == name).and_then(|at| parameters.get(at));
    pieces(text)
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Place(name) => parameter(name).cloned().unwrap_or_else(|| format!("{{{{{name}}}}}")),
        })
        .collect()
}

/// A parameter as providers take it: line breaks, tabs and runs of blanks are one blank.
pub fn folded(parameter: &str) -> String {
    let words = parameter.split(|character: char| character.is_whitespace() || character.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A piece of a template's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    Place(&'t str),
}

/// The pieces of a text, in time linear to it: every mark is looked at once.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut parts = text.split("{{");
    let first = parts.next().map(Piece::Text);
    let others = parts.flat_map(|part| match part.split_once("}}") {
        Some((name, after)) if is_name(name.trim()) => [Piece::Place(name.trim()), Piece::Text(after)],
        _ => [Piece::Text("{{"), Piece::Text(part)],
    });
    first.into_iter().chain(others)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_alphanumeric() || character == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = "Hola {{1}}, necesitamos información adicional sobre el caso {{2}}. ¿Puede proporcionarnos {{3}}?";

    fn texts(given: &[&str]) -> Vec<String> {
        given.iter().map(|text| (*text).to_owned()).collect()
    }

    fn template(language: &str, status: TemplateStatus) -> ApprovedTemplate {
        let (provider_id, name) = (format!("HX-{language}"), "followup_request".to_owned());
        ApprovedTemplate {
            provider_id,
            name,
            language: language.to_owned(),
            status,
            places: places_in(REQUEST),
            text: Some(REQUEST.into()),
        }
    }

    #[test]
    fn places_are_named_once_and_in_order() {
        for (text, places) in [
            (REQUEST, &["1", "2", "3"][..]),
            ("{{2}} antes que {{1}}, y otra vez {{2}}", &["1", "2"]),
            ("{{10}} {{9}} {{1}}", &["1", "9", "10"]),
            ("Hola {{nombre}}, caso {{ caso }}", &["nombre", "caso"]),
            ("Hola {{año}}", &["año"]),
            ("sin lugares", &[]),
            ("", &[]),
            ("{{}} {{ }} {{a b}} {1} {{1", &[]),
            ("{{{{1}}}}", &["1"]),
        ] {
            assert_eq!(places_in(text), places, "{text}");
        }
    }

    #[test]
    fn a_text_is_filled_place_by_place_and_what_fills_it_is_not_read_again() {
        let places = places_in(REQUEST);
        let given = texts(&["Juan", "#123", "la dosis"]);
        let told = "Hola Juan, necesitamos información adicional sobre el caso #123. ¿Puede proporcionarnos la dosis?";
        assert_eq!(filled(REQUEST, &places, &given), told);
        assert_eq!(filled("{{2}}{{1}}", &texts(&["1", "2"]), &texts(&["{{2}}", "b"])), "b{{2}}");
        assert_eq!(filled("{{1}} y {{2}}", &texts(&["1", "2"]), &texts(&["a"])), "a y {{2}}", "what is not given stays visible");
        assert_eq!(filled("{{x y}} {{", &[], &[]), "{{x y}} {{");
    }

    #[test]
    fn a_parameter_is_one_line_without_runs_of_blanks() {
        for (given, told) in [
            ("la dosis", "la dosis"),
            ("  la\ndosis\t del \r\n medicamento  ", "la dosis del medicamento"),
            ("a     b", "a b"),
            ("a\u{a0}\u{2003}b", "a b"),
            ("\n\t ", ""),
            ("", ""),
        ] {
            assert_eq!(folded(given), told, "{given:?}");
        }
    }

    #[test]
    fn the_language_asked_for_is_taken_or_the_next_of_kin() {
        use TemplateStatus::{Approved, Rejected};
        let (es, peru, chile, english) =
            (template("es", Approved), template("es_PE", Approved), template("es_CL", Rejected), template("en_US", Approved));
        let pick = |known: &[ApprovedTemplate], language: &str| in_language(known, language).map(|known| known.language.clone());
        assert_eq!(pick(&[peru.clone(), es.clone()], "es").as_deref(), Some("es"));
        assert_eq!(pick(&[chile.clone(), english.clone(), peru.clone()], "es").as_deref(), Some("es_PE"), "approved before rejected");
        assert_eq!(pick(&[english.clone(), es], "es_PE").as_deref(), Some("es"));
        assert_eq!(pick(std::slice::from_ref(&english), "es").as_deref(), Some("en_US"), "there is no other");
        assert_eq!(pick(&[english, template("pt_BR", Approved)], "es"), None);
        assert_eq!(pick(&[], "es"), None);
    }
}
