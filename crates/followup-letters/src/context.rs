//! What a template sees of a letter.

use followup_domain::asking::request::{RequestLetter, Section};
use serde::Serialize;

/// The variables, as `templates/README.md` documents them. Each text is one line, so that no value can begin a new
/// one or end the subject.
#[derive(Debug, Serialize)]
pub(crate) struct LetterContext {
    caso: i64,
    reportante: Option<String>,
    producto: Option<String>,
    fallecido: bool,
    secciones: Vec<SectionContext>,
    etiquetas: Vec<String>,
    unidad: String,
    prefijo: String,
    remitente: String,
}

#[derive(Debug, Serialize)]
struct SectionContext {
    titulo: String,
    preguntas: Vec<String>,
    etiquetas: Vec<String>,
}

impl LetterContext {
    pub(crate) fn new(letter: &RequestLetter) -> Self {
        let unidad = one_line(&letter.unit_name);
        let prefijo = one_line(&letter.subject_prefix);
        let secciones: Vec<SectionContext> = letter.sections.iter().map(SectionContext::new).collect();
        Self {
            caso: letter.case_id.0,
            reportante: present(letter.reporter_name.as_deref()),
            producto: present(letter.product.as_deref()),
            fallecido: letter.fatal,
            etiquetas: distinct(secciones.iter().flat_map(|section| &section.etiquetas)),
            secciones,
            remitente: sender(&prefijo, &unidad),
            unidad,
            prefijo,
        }
    }
}

impl SectionContext {
    fn new(section: &Section) -> Self {
        let lines = |texts: &[String]| texts.iter().map(|text| one_line(text)).collect();
        Self { titulo: one_line(&section.heading), preguntas: lines(&section.questions), etiquetas: lines(&section.labels) }
    }
}

fn present(text: Option<&str>) -> Option<String> {
    text.map(one_line).filter(|text| !text.is_empty())
}

/// The subject's `[VIGIA]` is `VIGIA` in a short message; without a prefix the unit names itself.
fn sender(prefix: &str, unit: &str) -> String {
    let name = prefix.trim_matches(['[', ']', '(', ')', ' ', ':']);
    if name.is_empty() { unit.to_owned() } else { name.to_owned() }
}

/// Several products are asked the same; a short message names it once.
fn distinct<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for text in texts {
        if !distinct.contains(text) {
            distinct.push(text.clone());
        }
    }
    distinct
}

fn one_line(text: &str) -> String {
    let words = text.split(|character: char| character.is_control() || character.is_whitespace());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
