//! The request for missing information: what is asked and in which words. Laying it out is the template's.

use crate::asking::catalogue::Group;
use crate::asking::missing::{FieldPath, MissingItem};
use crate::case::CaseRecord;
use crate::ids::CaseId;
use crate::message::Channel;

/// Whether the reporter was asked before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterKind {
    /// The first request.
    Request,
    /// A reminder of what is still missing.
    Reminder,
}

/// Everything a template may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLetter {
    /// First request or reminder.
    pub kind: LetterKind,
    /// The case.
    pub case_id: CaseId,
    /// The reporter, as the case names them.
    pub reporter_name: Option<String>,
    /// The main suspect product.
    pub product: Option<String>,
    /// Whether the patient died: the letter is written with that in mind.
    pub fatal: bool,
    /// What is asked, grouped.
    pub sections: Vec<Section>,
    /// The unit that signs.
    pub unit_name: String,
    /// The first word of every subject, such as `[VIGIA]`.
    pub subject_prefix: String,
}

/// A heading and its questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// In capitals, naming the product where there are several.
    pub heading: String,
    /// The questions, in full.
    pub questions: Vec<String>,
    /// The same in a word or two, for short messages.
    pub labels: Vec<String>,
}

/// A laid-out letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line; never patient data.
    pub subject: String,
    /// Plain text, lines ended by `\n`.
    pub body: String,
    /// Of a text message: into how many parts the network cuts it.
    pub segments: Option<usize>,
}

/// Lays a letter out; implemented over template files.
pub trait LetterRenderer: Send + Sync {
    /// The text for a channel.
    ///
    /// # Errors
    /// A template that cannot be rendered: its file and line.
    fn render(&self, channel: Channel, letter: &RequestLetter) -> Result<Letter, RenderError>;
}

/// A template that cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template cannot be rendered: {0}")]
pub struct RenderError(pub String);

/// Who asks: the unit's words that stand in every letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// The unit that signs.
    pub unit_name: String,
    /// The first word of every subject.
    pub subject_prefix: String,
}

/// Composes the request for the missing items (docs/product.md §4).
pub fn compose_request(
    case_id: CaseId,
    record: &CaseRecord,
    missing: &[MissingItem],
    kind: LetterKind,
    letterhead: &Letterhead,
) -> RequestLetter {
    RequestLetter {
        kind,
        case_id,
        reporter_name: record.reportante_nombre.as_deref().filter(|name| !crate::text::says_nothing(name)).map(one_line),
        product: record.producto_sospechoso().filter(|name| !crate::text::says_nothing(name)).map(one_line),
        fatal: record.is_fatal(),
        sections: sections(record, missing),
        unit_name: letterhead.unit_name.clone(),
        subject_prefix: letterhead.subject_prefix.clone(),
    }
}

/// Which of the items a text asks for: those whose question stands in it word for word.
/// A person may cut a drafted request before sending it; only what was really asked counts as asked.
/// With several products of the same questions, a question counts for those whose heading stands before it.
pub fn asked_in(body: &str, record: &CaseRecord, missing: &[MissingItem]) -> Vec<FieldPath> {
    let lines: Vec<&str> = body.lines().map(without_marker).collect();
    let several = record.productos.len() > 1;
    let is_asked = |item: &&MissingItem| {
        let from = match item.path.product {
            Some(index) if several => {
                let heading = product_heading(record, index);
                match lines.iter().position(|line| line.trim_end_matches(':') == heading) {
                    Some(position) => position + 1,
                    None => return false,
                }
            }
            _ => 0,
        };
        let until_next_heading = |line: &&&str| !(several && item.path.product.is_some() && line.starts_with(Group::Product.heading()));
        lines[from..].iter().take_while(until_next_heading).any(|line| *line == item.spec.question_in(record))
    };
    missing.iter().filter(is_asked).map(|item| item.path.clone()).collect()
}

/// A line without its bullet or number, and without what a person may put behind a question.
fn without_marker(line: &str) -> &str {
    let line = line.trim().trim_start_matches(['-', '•', '*', '·', '–', ' ']);
    let numberless = line.trim_start_matches(|character: char| character.is_ascii_digit());
    let line = if numberless.len() < line.len() { numberless.strip_prefix(['.', ')']).map_or(line, str::trim_start) } else { line };
    line.trim_end_matches([':', ' ', '_'])
}

fn sections(record: &CaseRecord, missing: &[MissingItem]) -> Vec<Section> {
    let mut sections: Vec<((Group, Option<usize>), Section)> = Vec::new();
    for item in missing {
        let key = (item.spec.group, item.path.product);
        if sections.last().is_none_or(|(last, _)| *last != key) {
            let heading = match item.path.product {
                Some(index) if record.productos.len() > 1 => product_heading(record, index),
                _ => item.spec.group.heading().to_owned(),
            };
            sections.push((key, Section { heading, questions: Vec::new(), labels: Vec::new() }));
        }
        if let Some((_, section)) = sections.last_mut() {
            section.questions.push(item.spec.question_in(record).to_owned());
            section.labels.push(item.spec.label.to_owned());
        }
    }
    sections.into_iter().map(|(_, section)| section).collect()
}

fn product_heading(record: &CaseRecord, index: usize) -> String {
    let name = record.productos.get(index).and_then(|product| product.nombre_producto.as_deref());
    match name {
        Some(name) => format!("{} ({})", Group::Product.heading(), one_line(name)),
        None => format!("{} ({})", Group::Product.heading(), index + 1),
    }
}

/// A name may not break the letter's lines.
fn one_line(text: &str) -> String {
    text.split(|character: char| character.is_control() || character.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asking::missing::{RequiredFields, compute_missing};
    use crate::case::Product;

    fn two_products() -> CaseRecord {
        let product = |name: &str| Product { nombre_producto: Some(name.into()), ..Product::default() };
        CaseRecord { productos: vec![product("Paracetamol"), product("Ibuprofeno\nforte")], ..CaseRecord::default() }
    }

    fn letterhead() -> Letterhead {
        Letterhead { unit_name: "Unidad".into(), subject_prefix: "[VIGIA]".into() }
    }

    #[test]
    fn each_product_has_its_own_heading_when_there_are_several() {
        let record = two_products();
        let missing = compute_missing(&record, &RequiredFields::standard());
        let letter = compose_request(CaseId(1), &record, &missing, LetterKind::Request, &letterhead());
        let headings: Vec<&str> = letter.sections.iter().map(|section| section.heading.as_str()).collect();
        assert_eq!(
            headings,
            [
                "INFORMACIÓN DEL PACIENTE",
                "INFORMACIÓN DEL MEDICAMENTO (Paracetamol)",
                "INFORMACIÓN DEL MEDICAMENTO (Ibuprofeno forte)",
                "INFORMACIÓN DEL EVENTO",
                "INFORMACIÓN DEL NOTIFICADOR"
            ]
        );
    }

    #[test]
    fn a_letter_about_somebody_who_died_asks_in_quiet_words_and_they_count_as_asked() {
        let record = CaseRecord { ea_desenlace: Some(crate::case::Desenlace::Mortal), ..two_products() };
        let missing = compute_missing(&record, &RequiredFields::standard());
        let letter = compose_request(CaseId(1), &record, &missing, LetterKind::Request, &letterhead());
        assert!(letter.fatal);
        let questions: Vec<&str> = letter.sections.iter().flat_map(|section| &section.questions).map(String::as_str).collect();
        for word in ["riesgo de vida", "secuelas", "continúa", "recuperado", "resolvió"] {
            assert!(!questions.iter().any(|question| question.contains(word)), "{word}: {questions:?}");
        }
        let text: Vec<String> =
            letter.sections.iter().map(|section| format!("{}:\n{}", section.heading, section.questions.join("\n"))).collect();
        let asked = asked_in(&text.join("\n"), &record, &missing);
        assert_eq!(asked, missing.iter().map(|item| item.path.clone()).collect::<Vec<_>>());
    }

    #[test]
    fn only_questions_that_stand_in_the_text_count_as_asked() {
        let record = CaseRecord::default();
        let missing = compute_missing(&record, &RequiredFields::standard());
        let asked = asked_in("Estimado:\n- Peso aproximado\n- Sexo y más\n", &record, &missing);
        assert_eq!(asked.iter().map(ToString::to_string).collect::<Vec<_>>(), ["paciente_peso"]);
    }

    #[test]
    fn bullets_numbers_and_colons_do_not_hide_a_question() {
        for line in ["1. Peso aproximado", "2) Peso aproximado:", "• Peso aproximado: ____", "Peso aproximado"] {
            assert_eq!(without_marker(line), "Peso aproximado");
        }
        assert_eq!(without_marker("68 kg"), "68 kg");
    }

    #[test]
    fn a_question_counts_for_the_product_it_stands_under() {
        let record = two_products();
        let missing = compute_missing(&record, &RequiredFields::standard());
        let body = "INFORMACIÓN DEL MEDICAMENTO (Paracetamol):\n- Sexo\nINFORMACIÓN DEL MEDICAMENTO (Ibuprofeno forte):\n- Vía de administración (oral, inyectable, etc.)\n";
        let asked = asked_in(body, &record, &missing);
        assert_eq!(asked.iter().map(ToString::to_string).collect::<Vec<_>>(), ["paciente_sexo", "productos[1].via_administracion"]);
    }
}
