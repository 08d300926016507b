//! What a template sees of a letter.

use followup_domain::asking::request::{RequestLetter, Section};
use serde::Serialize;

use crate::greeting::{Gender, greeting};

/// Their names.
pub(crate) const VARIABLES: &[&str] = &[
    "caso",
    "reportante",
    "genero",
    "producto",
    "productos",
    "fallecido",
    "secciones",
    "etiquetas",
    "faltan",
    "recibidos",
    "desconocidos",
    "unidad",
    "telefono",
    "direccion",
    "prefijo",
    "remitente",
];

/// The variables, as `templates/README.md` documents them. Each text is one line, so that no value can begin a new
/// one or end the subject.
#[derive(Debug, Serialize)]
pub(crate) struct LetterContext {
    caso: i64,
    reportante: Option<String>,
    genero: Option<&'static str>,
    producto: Option<String>,
    productos: Vec<String>,
    fallecido: bool,
    secciones: Vec<SectionContext>,
    etiquetas: Vec<String>,
    faltan: Vec<String>,
    recibidos: Vec<String>,
    desconocidos: Vec<String>,
    unidad: String,
    telefono: Option<String>,
    direccion: Option<String>,
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
        let head = &letter.letterhead;
        let unidad = one_line(&head.unit_name);
        let prefijo = one_line(&head.subject_prefix);
        let secciones: Vec<SectionContext> = letter.sections.iter().map(SectionContext::new).collect();
        let greeting = letter.reporter_name.as_deref().map(greeting).unwrap_or_default();
        let productos = lines(&letter.products);
        Self {
            caso: letter.case_id.0,
            reportante: present(greeting.name.as_deref()),
            genero: greeting.gender.map(|gender| if gender == Gender::Feminine { "f" } else { "m" }),
            producto: productos.first().cloned(),
            productos,
            fallecido: letter.fatal,
            etiquetas: distinct(secciones.iter().flat_map(|section| &section.etiquetas)),
            secciones,
            faltan: lines(&letter.asked),
            recibidos: lines(&letter.received),
            desconocidos: lines(&letter.unknown),
            remitente: sender(&prefijo, &unidad),
            unidad,
            telefono: present(head.unit_phone.as_deref()),
            direccion: present(head.unit_address.as_deref()),
            prefijo,
        }
    }
}

impl SectionContext {
    fn new(section: &Section) -> Self {
        Self { titulo: one_line(&section.heading), preguntas: lines(&section.questions), etiquetas: lines(&section.labels) }
    }
}

fn lines(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| one_line(text)).collect()
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
