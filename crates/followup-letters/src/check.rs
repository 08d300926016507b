//! Trying every template with sample letters.

use followup_domain::asking::letter_text::TextProblem;
use followup_domain::asking::request::{Letter, LetterKind, Letterhead, RequestLetter, Section};
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;

use crate::catalogue::{TEMPLATE_FILES, TemplateFile};
use crate::{TemplateError, TemplateLetters};

/// Lays out every sample with every template.
pub(crate) fn every_template(letters: &TemplateLetters) -> Result<(), TemplateError> {
    for file in TEMPLATE_FILES {
        for sample in samples(file.kind) {
            let letter = letters.lay_out(file, &sample)?;
            if let Some(problem) = asks_everything(&sample, &letter).filter(|_| file.has_subject()) {
                return Err(TemplateError::of_letter(file.name, &problem));
            }
        }
    }
    Ok(())
}

/// What is wrong with a letter of the unit's own, laid out of a sample: every letter names its case; those in full ask every question, and a text message
/// names something of what is missing, unless somebody died.
pub(crate) fn own_problem(file: &TemplateFile, sample: &RequestLetter, letter: &Letter) -> Option<TextProblem> {
    let says = |text: &str| letter.subject.contains(text) || letter.body.contains(text);
    if !says(&sample.case_id.to_string()) {
        return Some(TextProblem::NoCase);
    }
    if file.channel != Channel::Sms {
        return asks_everything(sample, letter);
    }
    let asked = || sample.asked.iter().chain(sample.sections.iter().flat_map(|section| section.labels.iter().chain(&section.questions)));
    (!sample.fatal && !sample.asked.is_empty() && !asked().any(|words| says(words))).then_some(TextProblem::AsksNothing)
}

/// What counts as asked is what stands in the sent text word for word
/// ([`followup_domain::asking::request::asked_in`]): a letter that leaves a question out would be sent again and again.
fn asks_everything(sample: &RequestLetter, letter: &Letter) -> Option<TextProblem> {
    let mut lines = letter.body.lines().map(|line| line.trim().trim_start_matches(['-', '•', '*', ' ']));
    for section in &sample.sections {
        if !lines.any(|line| line.trim_end_matches(':') == section.heading) {
            return Some(TextProblem::NoHeading);
        }
        if section.questions.iter().any(|question| !lines.any(|line| line == question)) {
            return Some(TextProblem::NoQuestion);
        }
    }
    None
}

/// With and without what may be absent, and with no, one and several sections.
pub(crate) fn samples(kind: LetterKind) -> Vec<RequestLetter> {
    let mut samples = Vec::new();
    for name in [None, Some("Nombre de prueba"), Some("Dra. Nombre"), Some("Sr. Nombre")] {
        for products in [0, 1, 9] {
            for sections in [0, 1, 3] {
                // A long list of one thing stands beside a short one of another.
                samples.push(sample(kind, name, [products, sections], [0, 9][sections % 2]));
            }
        }
    }
    samples
}

fn sample(kind: LetterKind, name: Option<&str>, [products, sections]: [usize; 2], known: usize) -> RequestLetter {
    let several = |what: &str, count: usize| (1..=count).map(|number| format!("{what} {number}")).collect::<Vec<_>>();
    let has_all = known > 0;
    RequestLetter {
        kind,
        case_id: CaseId(4711),
        reporter_name: name.map(str::to_owned),
        products: several("Producto de prueba", products),
        fatal: (products + sections) % 2 == 1,
        sections: (1..=sections).map(section).collect(),
        asked: several("el dato", sections * 3),
        received: several("el dato", known),
        unknown: several("el dato", known),
        letterhead: Letterhead {
            unit_name: "Unidad de prueba".to_owned(),
            unit_phone: has_all.then(|| "+51 1 555 0100".to_owned()),
            unit_address: has_all.then(|| "Av. de prueba 1".to_owned()),
            subject_prefix: if sections == 0 { "" } else { "[PRUEBA]" }.to_owned(),
        },
    }
}

fn section(number: usize) -> Section {
    let numbered = |text: &str| (1..=number).map(|question| format!("{text} {number}.{question}")).collect();
    Section { heading: format!("SECCIÓN {number}"), questions: numbered("¿Pregunta de prueba?"), labels: numbered("Dato") }
}
