//! The form as its template shows it.

use followup_domain::case::{FieldError, FieldKind, YesNo};
use followup_words::fields as words;
use serde::Serialize;

use super::layout::{LISTS, PARTS, Part, anchor, kind, label, path};
use super::sheet::{Row, Sheet};

/// Fields that take more than a line.
const LONG: &[&str] = &[
    "descripcion_evento",
    "paciente_comorbilidades",
    "paciente_causa_muerte",
    "paciente_causa_autopsia",
    "medicacion_concomitante",
    "pruebas_resultados",
];
const NO_CHOICE: &str = "Sin indicar";

/// Something that was refused.
#[derive(Debug, Clone, Serialize)]
pub(in crate::pages::cases) struct Mistake {
    anchor: String,
    label: String,
    message: String,
    #[serde(skip)]
    path: String,
}

impl Mistake {
    /// Of the field at a path.
    pub(in crate::pages::cases) fn at(path: &str, message: &str) -> Self {
        Self { anchor: anchor(path), label: label(path), message: message.to_owned(), path: path.to_owned() }
    }
}

/// Fields that were refused, as the form says it.
pub(in crate::pages::cases) fn mistakes_of(errors: &[FieldError]) -> Vec<Mistake> {
    errors.iter().map(|error| Mistake::at(&error.field, &error.message)).collect()
}

/// A field that is not seen.
#[derive(Debug, Serialize)]
pub(in crate::pages::cases) struct Hidden {
    name: String,
    value: String,
}

/// Fields that are not seen.
pub(in crate::pages::cases) fn hidden(pairs: Vec<(String, String)>) -> Vec<Hidden> {
    pairs.into_iter().map(|(name, value)| Hidden { name, value }).collect()
}

/// The form.
#[derive(Debug, Serialize)]
pub(in crate::pages::cases) struct FormView {
    mistakes: Vec<Mistake>,
    parts: Vec<PartView>,
}

#[derive(Debug, Serialize)]
struct PartView {
    key: &'static str,
    title: &'static str,
    note: Option<&'static str>,
    fields: Option<FieldsView>,
    rows: Vec<RowView>,
    /// The button that adds a row, and its words.
    add: Option<(&'static str, &'static str)>,
}

#[derive(Debug, Serialize)]
struct RowView {
    title: String,
    path: String,
    anchor: String,
    hidden: Vec<Hidden>,
    fields: FieldsView,
}

#[derive(Debug, Serialize)]
struct FieldsView {
    first: Vec<FieldView>,
    rest: Vec<FieldView>,
    /// Something folded is filled in, or wrong.
    is_open: bool,
}

#[derive(Debug, Serialize)]
struct FieldView {
    id: String,
    name: String,
    label: &'static str,
    hint: Option<&'static str>,
    /// `line`, `long` or `choice`.
    shape: &'static str,
    value: String,
    options: Vec<ChoiceView>,
    mistake: Option<String>,
}

#[derive(Debug, Serialize)]
struct ChoiceView {
    value: String,
    text: String,
    is_chosen: bool,
}

impl FormView {
    /// What a sheet says, and what of it was refused.
    pub(in crate::pages::cases) fn new(sheet: &Sheet, mistakes: Vec<Mistake>) -> Self {
        let parts = PARTS.iter().map(|part| match part.list {
            None => {
                let value = |field: &str| sheet.fields.get(field).cloned().unwrap_or_default();
                view(part, Some(fields(part, None, &value, &mistakes)), Vec::new())
            }
            Some(list) => {
                let rows = sheet.lists[list].iter().enumerate();
                view(part, None, rows.map(|(at, row)| row_view(part, (list, at), row, &mistakes)).collect())
            }
        });
        Self { parts: parts.collect(), mistakes }
    }
}

fn view(part: &Part, fields: Option<FieldsView>, rows: Vec<RowView>) -> PartView {
    let add = part.list.map(|list| (LISTS[list].add, LISTS[list].add_text));
    PartView { key: part.key, title: part.title, note: part.note, fields, rows, add }
}

fn row_view(part: &Part, place: (usize, usize), row: &Row, mistakes: &[Mistake]) -> RowView {
    let own = path(Some(place), "");
    let own = own.trim_end_matches('.');
    let value = |field: &str| row.cell(field).to_owned();
    RowView {
        title: label(own),
        path: own.to_owned(),
        anchor: anchor(own),
        hidden: hidden(row.marks().map(|(field, text)| (path(Some(place), field), text)).collect()),
        fields: fields(part, Some(place), &value, mistakes),
    }
}

fn fields(part: &Part, place: Option<(usize, usize)>, value: &impl Fn(&str) -> String, mistakes: &[Mistake]) -> FieldsView {
    let shown = |names: &'static [&'static str]| -> Vec<FieldView> {
        names.iter().map(|field| field_view(place, field, value(field), mistakes)).collect()
    };
    let rest = shown(part.rest);
    // What every case has from the beginning opens nothing.
    let is_usual =
        |field: &FieldView| matches!((field.name.as_str(), field.value.as_str()), ("estado", "Pendiente") | ("auto_followup", "Sí"));
    let is_open = rest.iter().any(|field| field.mistake.is_some() || (!field.value.is_empty() && !is_usual(field)));
    FieldsView { first: shown(part.first), rest, is_open }
}

fn field_view(place: Option<(usize, usize)>, field: &'static str, value: String, mistakes: &[Mistake]) -> FieldView {
    let path = path(place, field);
    let kind = kind(place.map(|(list, _)| list), field);
    let options = options(kind, &value);
    let shape = match () {
        () if !options.is_empty() => "choice",
        // A line cannot hold what somebody stored in several.
        () if LONG.contains(&field) || value.contains('\n') => "long",
        () => "line",
    };
    let hint = match kind {
        FieldKind::Date => Some(words::DATE_HINT),
        _ => words::hint(field),
    };
    let mistake = mistakes.iter().find(|mistake| mistake.path == path).map(|mistake| mistake.message.clone());
    FieldView { id: anchor(&path), name: path, label: words::label(field), hint, shape, value, options, mistake }
}

/// What can be chosen; a stored value that this release does not know among it.
fn options(kind: FieldKind, value: &str) -> Vec<ChoiceView> {
    let (codes, optional): (&[&str], bool) = match kind {
        FieldKind::Code { codes, optional } => (codes, optional),
        FieldKind::YesNo => (YesNo::SPELLINGS, true),
        FieldKind::Flag { optional } => (&["Sí", "No"], optional),
        FieldKind::Text | FieldKind::Date | FieldKind::Measure(_) => return Vec::new(),
    };
    let choice = |code: &str, text: &str| ChoiceView { value: code.to_owned(), text: text.to_owned(), is_chosen: code == value };
    let unknown = !value.is_empty() && !codes.contains(&value);
    let none = optional || value.is_empty();
    let kept = unknown.then(|| choice(value, &format!("{value} (valor que esta versión no reconoce)")));
    none.then(|| choice("", NO_CHOICE)).into_iter().chain(kept).chain(codes.iter().map(|code| choice(code, code))).collect()
}
