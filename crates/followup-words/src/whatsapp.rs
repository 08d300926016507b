//! What stands in messages by WhatsApp, and what is said of their templates.

use followup_domain::asking::request::RequestLetter;
use followup_domain::message::WhatsappTemplate;
use followup_domain::sending::TemplateStatus;

/// So many of the things that are missing are named in a template.
const MOST_NAMED: usize = 3;

/// Whom a template greets where the reporter's name is not known.
const REPORTER: &str = "reportante";
/// What is asked where naming it could hurt: who reads a telephone over a shoulder does not read of a death.
const QUIETLY: &str = "algunos datos más";
/// What is asked where nothing is missing.
const NOTHING: &str = "algún dato que desee agregar";

/// What fills the places of a template by which the service asks, in their order ([`parameters`]).
pub const PARAMETERS: [&str; 3] = [
    "a quién se saluda: «Dra. Rojas», o «reportante» si no se sabe",
    "el número del caso: «#123»",
    "lo que falta: «la dosis, el lote y el peso»",
];

/// What fills the places of a template by which the service asks: the reporter, as a letter greets them; the case; what is missing.
pub fn parameters(letter: &RequestLetter, greeted: Option<String>) -> Vec<String> {
    let asked = match letter.asked.as_slice() {
        [] => NOTHING.to_owned(),
        _ if letter.fatal => QUIETLY.to_owned(),
        asked => list(&asked[..MOST_NAMED.min(asked.len())]),
    };
    vec![greeted.unwrap_or_else(|| REPORTER.to_owned()), format!("#{}", letter.case_id), asked]
}

/// What a provider says of a template.
pub fn status(status: TemplateStatus) -> &'static str {
    match status {
        TemplateStatus::Approved => "está aprobada",
        TemplateStatus::Pending => "aún no está aprobada",
        TemplateStatus::Paused => "está pausada",
        TemplateStatus::Rejected => "fue rechazada",
        TemplateStatus::Disabled => "está desactivada",
    }
}

/// That a template may not be sent; `None` is one that its provider does not list.
pub fn not_approved(name: &str, told: Option<TemplateStatus>) -> String {
    format!("la plantilla «{name}» {}", told.map_or("no está entre las del proveedor", status))
}

/// That a template takes another number of parameters.
pub fn takes(name: &str, takes: usize, given: usize) -> String {
    let parameters = if takes == 1 { "parámetro" } else { "parámetros" };
    format!("la plantilla «{name}» tiene {takes} {parameters} y se dan {given}")
}

/// A template whose text is not known, as it stands in a thread.
pub fn readable(template: &WhatsappTemplate) -> String {
    let WhatsappTemplate { name, language, parameters, .. } = template;
    format!("Plantilla «{name}» ({language}): {}", parameters.join(" · "))
}

/// `la dosis, el lote e inicio`.
fn list(words: &[String]) -> String {
    let Some((last, before)) = words.split_last() else { return String::new() };
    if before.is_empty() {
        return last.clone();
    }
    let sound = last.to_lowercase();
    let diphthong = ["hia", "hie", "hio"].iter().any(|begin| sound.starts_with(begin));
    let is_i = ["i", "í", "hi", "hí"].iter().any(|begin| sound.starts_with(begin)) && !diphthong;
    format!("{} {} {last}", before.join(", "), if is_i { "e" } else { "y" })
}

#[cfg(test)]
mod tests {
    use followup_domain::asking::request::{LetterKind, Letterhead};
    use followup_domain::ids::CaseId;

    use super::*;

    fn letter(asked: &[&str], fatal: bool) -> RequestLetter {
        RequestLetter {
            kind: LetterKind::Request,
            case_id: CaseId(123),
            reporter_name: None,
            products: Vec::new(),
            fatal,
            sections: Vec::new(),
            asked: asked.iter().map(|word| (*word).to_owned()).collect(),
            received: Vec::new(),
            unknown: Vec::new(),
            letterhead: Letterhead::default(),
        }
    }

    #[test]
    fn a_template_names_the_reporter_the_case_and_three_things_at_most() {
        let told = |asked: &[&str], fatal| parameters(&letter(asked, fatal), Some("Dra. Rojas".into()));
        assert_eq!(told(&["la dosis"], false), ["Dra. Rojas", "#123", "la dosis"]);
        assert_eq!(told(&["el lote", "la dosis", "el peso", "el sexo"], false)[2], "el lote, la dosis y el peso");
        assert_eq!(told(&["el lote", "la dosis"], true)[2], "algunos datos más");
        assert_eq!(parameters(&letter(&[], false), None), ["reportante", "#123", "algún dato que desee agregar"]);
    }

    #[test]
    fn y_is_e_before_its_own_sound() {
        for (words, told) in [
            (&["el lote", "inicio"][..], "el lote e inicio"),
            (&["a", "b", "Historia"], "a, b e Historia"),
            (&["a", "hielo"], "a y hielo"),
            (&["a", "índice"], "a e índice"),
            (&["a", "yodo"], "a y yodo"),
            (&["a"], "a"),
            (&[], ""),
        ] {
            assert_eq!(list(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()), told);
        }
    }

    #[test]
    fn every_state_of_a_template_has_words_of_its_own() {
        let mut words: Vec<_> = TemplateStatus::ALL.iter().map(|told| status(*told)).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), TemplateStatus::ALL.len());
        assert_eq!(takes("a", 1, 3), "la plantilla «a» tiene 1 parámetro y se dan 3");
    }
}
