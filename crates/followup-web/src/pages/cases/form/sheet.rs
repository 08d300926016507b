//! A case as texts, as it is shown in a form and as a form sends it.

use std::collections::BTreeMap;

use followup_answers::Refusal;
use followup_domain::case::{CaseRecord, Scalar};
use followup_words::answers as texts;

use super::layout::{LISTS, PRODUCTS, path, taken_apart};
use crate::form::Form;
use crate::pages::cases::text_of;

/// A list of the case has no more rows; the interface says the same.
const MOST_ROWS: usize = 100;
/// Under this name a row says which stored one it is.
pub(super) const ORIGIN: &str = "origen";
/// Under this name it says its product's own number.
pub(super) const ID: &str = "id";

/// The texts of fields, those that say something.
pub(super) type Cells = BTreeMap<&'static str, String>;

/// A case as texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::pages::cases) struct Sheet {
    pub(super) fields: Cells,
    pub(super) lists: [Vec<Row>; 3],
}

/// An object of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    /// The place of the stored object that it is; none for a new one.
    pub(super) origin: Option<usize>,
    /// Of a suspect product: which one it is.
    pub(super) id: Option<i64>,
    pub(super) cells: Cells,
}

impl Row {
    /// The text of a field; empty where it says nothing.
    pub(super) fn cell(&self, field: &str) -> &str {
        self.cells.get(field).map_or("", String::as_str)
    }
}

impl Sheet {
    /// A stored case.
    pub(in crate::pages::cases) fn of(record: &CaseRecord) -> Self {
        let rows = |list: usize, count: usize| {
            (0..count).map(|row| Row { origin: Some(row), id: id(record, list, row), cells: cells_of(record, list, row) }).collect()
        };
        Self {
            fields: cells(CaseRecord::FIELDS, |field| record.get(field)),
            lists: [rows(0, record.productos.len()), rows(1, record.concomitantes.len()), rows(2, record.eventos.len())],
        }
    }

    /// What a form sent under names with this prefix.
    ///
    /// # Errors
    /// A list is longer than any that is stored.
    pub(in crate::pages::cases) fn sent(form: &Form, prefix: &str) -> Result<Self, Refusal> {
        let mut sheet = Self::default();
        let mut rows: [BTreeMap<usize, Row>; 3] = Default::default();
        for (name, value) in form.fields() {
            let Some(name) = name.strip_prefix(prefix) else { continue };
            match taken_apart(name) {
                (None, field) => {
                    let known = CaseRecord::FIELDS.iter().find(|known| **known == field);
                    set(&mut sheet.fields, known, value);
                }
                (Some((list, row)), field) => {
                    if row >= MOST_ROWS || rows[list].len() > MOST_ROWS {
                        return Err(Refusal::field(LISTS[list].name, &texts::too_many(MOST_ROWS)));
                    }
                    let row = rows[list].entry(row).or_default();
                    match field {
                        ORIGIN => row.origin = value.parse().ok(),
                        ID => row.id = value.parse().ok(),
                        field => set(&mut row.cells, LISTS[list].fields.iter().find(|known| **known == field), value),
                    }
                }
            }
        }
        sheet.lists = rows.map(|rows| rows.into_values().collect());
        Ok(sheet)
    }

    /// One more row.
    pub(in crate::pages::cases) fn add(&mut self, list: usize) {
        if let Some(rows) = self.lists.get_mut(list) {
            rows.push(Row::default());
        }
    }

    /// One row less.
    pub(in crate::pages::cases) fn remove(&mut self, list: usize, row: usize) {
        if let Some(rows) = self.lists.get_mut(list).filter(|rows| row < rows.len()) {
            rows.remove(row);
        }
    }

    /// So that there is a product to fill in.
    pub(in crate::pages::cases) fn with_a_product(mut self) -> Self {
        if self.lists[PRODUCTS].is_empty() {
            self.add(PRODUCTS);
        }
        self
    }

    /// Without the rows in which nothing stands: whoever empties a row takes it out.
    pub(in crate::pages::cases) fn without_blank_rows(mut self) -> Self {
        for rows in &mut self.lists {
            rows.retain(|row| !row.cells.is_empty());
        }
        self
    }

    /// Everything, as hidden fields carry it under names with this prefix.
    pub(in crate::pages::cases) fn carried(&self, prefix: &str) -> Vec<(String, String)> {
        let mut pairs: Vec<(String, String)> = self.fields.iter().map(|(field, text)| (format!("{prefix}{field}"), text.clone())).collect();
        for (list, rows) in self.lists.iter().enumerate() {
            for (at, row) in rows.iter().enumerate() {
                let name = |field: &str| format!("{prefix}{}", path(Some((list, at)), field));
                pairs.extend(row.marks().map(|(field, text)| (name(field), text)));
                pairs.extend(row.cells.iter().map(|(field, text)| (name(field), text.clone())));
            }
        }
        pairs
    }
}

impl Row {
    /// What a row says of itself besides its cells.
    pub(super) fn marks(&self) -> impl Iterator<Item = (&'static str, String)> {
        let origin = self.origin.map_or_else(String::new, |origin| origin.to_string());
        [(ORIGIN, origin)].into_iter().chain(self.id.map(|id| (ID, id.to_string())))
    }
}

fn set(cells: &mut Cells, field: Option<&&'static str>, value: &str) {
    let text = clean(value);
    // Of a field that is sent twice the first counts.
    if let Some(field) = field.filter(|_| !text.is_empty()) {
        cells.entry(field).or_insert(text);
    }
}

fn cells(fields: &[&'static str], get: impl Fn(&str) -> Option<Scalar>) -> Cells {
    let texts = fields.iter().filter_map(|field| Some((*field, clean(&text_of(get(field))?))));
    texts.filter(|(_, text)| !text.is_empty()).collect()
}

fn cells_of(record: &CaseRecord, list: usize, row: usize) -> Cells {
    cells(LISTS[list].fields, |field| stored(record, list, row, field))
}

/// The stored value of a field of an object.
pub(super) fn stored(record: &CaseRecord, list: usize, row: usize, field: &str) -> Option<Scalar> {
    match list {
        0 => record.productos.get(row)?.get(field),
        1 => record.concomitantes.get(row)?.get(field),
        _ => record.eventos.get(row)?.get(field),
    }
}

fn id(record: &CaseRecord, list: usize, row: usize) -> Option<i64> {
    record.productos.get(row).filter(|_| list == PRODUCTS)?.id.map(|id| id.0)
}

/// As browsers send what they were given: line ends are LF, no blanks around.
pub(super) fn clean(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}
