//! Trying every template with sample letters.

use followup_domain::asking::request::{Letter, LetterKind, RequestLetter, Section};
use followup_domain::ids::CaseId;

use crate::catalogue::{TEMPLATE_FILES, TemplateFile};
use crate::{TemplateError, TemplateLetters};

/// Lays out every sample with every template.
pub(crate) fn every_template(letters: &TemplateLetters) -> Result<(), TemplateError> {
    for file in TEMPLATE_FILES {
        for sample in samples(file.kind) {
            let letter = letters.lay_out(file, &sample)?;
            if file.has_subject() {
                asks_everything(file, &sample, &letter)?;
            }
        }
    }
    Ok(())
}

/// What counts as asked is what stands in the sent text word for word
/// ([`followup_domain::asking::request::asked_in`]): a letter that leaves a question out would be sent again and again.
fn asks_everything(file: &TemplateFile, sample: &RequestLetter, letter: &Letter) -> Result<(), TemplateError> {
    let mut lines = letter.body.lines().map(|line| line.trim().trim_start_matches(['-', '•', '*', ' ']));
    for section in &sample.sections {
        let has_heading = lines.any(|line| line.trim_end_matches(':') == section.heading);
        if !has_heading {
            let reason = "a section's heading must stand on a line of its own, before its questions";
            return Err(TemplateError::broken(file.name, 1, reason));
        }
        for question in &section.questions {
            if !lines.any(|line| line == question) {
                let reason = "every question must stand on a line of its own, in order";
                return Err(TemplateError::broken(file.name, 1, reason));
            }
        }
    }
    Ok(())
}

/// With and without what may be absent, with no, one and several sections, and about the living and the dead.
fn samples(kind: LetterKind) -> Vec<RequestLetter> {
    let mut samples = Vec::new();
    for reporter_name in [None, Some("Nombre de prueba".to_owned())] {
        for product in [None, Some("Producto de prueba".to_owned())] {
            for (sections, subject_prefix, fatal) in [(0, "", false), (1, "[PRUEBA]", true), (3, "[PRUEBA]", false), (0, "", true)] {
                samples.push(RequestLetter {
                    kind,
                    case_id: CaseId(1),
                    reporter_name: reporter_name.clone(),
                    product: product.clone(),
                    fatal,
                    sections: (1..=sections).map(section).collect(),
                    unit_name: "Unidad de prueba".to_owned(),
                    subject_prefix: subject_prefix.to_owned(),
                });
            }
        }
    }
    samples
}

fn section(number: usize) -> Section {
    let numbered = |text: &str| (1..=number).map(|question| format!("{text} {number}.{question}")).collect();
    Section { heading: format!("SECCIÓN {number}"), questions: numbered("¿Pregunta de prueba?"), labels: numbered("Dato") }
}
