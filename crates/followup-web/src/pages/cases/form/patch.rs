//! What of a form the case does not have yet, as the use case takes it.

use followup_domain::case::{CasePatch, CaseRecord, FieldError, FieldKind, FieldList, Scalar, longest};
use followup_words::answers as texts;

use super::layout::{LISTS, PRODUCTS, kind, path};
use super::merge::is_untouched;
use super::sheet::{ID, Row, Sheet, clean, stored};
use crate::pages::cases::text_of;

/// What makes `record` what the sheet says. What is stored already goes back as it is stored, whatever it is.
///
/// # Errors
/// All that is refused: texts that are too long, and what the domain does not take.
pub(in crate::pages::cases) fn patch(record: &CaseRecord, sheet: &Sheet) -> Result<CasePatch, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut patch = CasePatch::default();
    let present = Sheet::of(record);
    for field in CaseRecord::FIELDS {
        let text = sheet.fields.get(field);
        if text != present.fields.get(field) {
            patch.fields.push(((*field).to_owned(), value(None, field, text.map_or("", String::as_str), &mut errors)));
        }
    }
    let mut list = |at: usize| {
        let rows = &sheet.lists[at];
        (!is_untouched(&present.lists[at], rows))
            .then(|| (0..).zip(rows).map(|(row, cells)| object(record, (at, row), cells, &mut errors)).collect())
    };
    (patch.productos, patch.concomitantes, patch.eventos) = (list(0), list(1), list(2));
    if let Err(refused) = patch.clone().apply(&mut record.clone()) {
        errors.extend(refused);
    }
    if errors.is_empty() { Ok(patch) } else { Err(errors) }
}

/// Whether a patch changes nothing.
pub(in crate::pages::cases) fn is_empty(patch: &CasePatch) -> bool {
    *patch == CasePatch::default()
}

fn object(record: &CaseRecord, place: (usize, usize), row: &Row, errors: &mut Vec<FieldError>) -> FieldList {
    let cell = |(field, text): (&&'static str, &String)| {
        let stored = row.origin.and_then(|origin| stored(record, place.0, origin, field));
        let is_stored = text_of(stored.clone()).is_some_and(|stored| clean(&stored) == *text);
        let value = stored.filter(|_| is_stored).unwrap_or_else(|| value(Some(place), field, text, errors));
        ((*field).to_owned(), value)
    };
    let mut fields: FieldList = row.cells.iter().map(cell).collect();
    if let Some(id) = row.id.filter(|_| place.0 == PRODUCTS) {
        #[allow(clippy::cast_precision_loss)] // Ids are small.
        fields.push((ID.to_owned(), Scalar::Number(id as f64)));
    }
    fields
}

fn value(place: Option<(usize, usize)>, field: &str, text: &str, errors: &mut Vec<FieldError>) -> Scalar {
    let limit = longest(field);
    if text.len() > limit && text.chars().count() > limit {
        errors.push(FieldError::new(path(place, field), texts::too_long(limit)));
    }
    if text.is_empty() {
        return Scalar::Null;
    }
    let list = place.map(|(list, _)| list).filter(|list| *list < LISTS.len());
    match (kind(list, field), text) {
        (FieldKind::Flag { .. }, "Sí") => Scalar::Bool(true),
        (FieldKind::Flag { .. }, "No") => Scalar::Bool(false),
        (FieldKind::Date, text) => Scalar::Text(day_first(text).unwrap_or_else(|| text.to_owned())),
        (_, text) => Scalar::Text(text.to_owned()),
    }
}

/// A date as people write it, `15/3/2024` or `3/2024`, as the domain takes it.
fn day_first(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    let number = |part: &&str| part.parse::<u32>().ok().filter(|_| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let (year, rest) = parts.split_last().filter(|(year, rest)| year.len() == 4 && matches!(rest.len(), 1 | 2))?;
    let numbers: Vec<u32> = rest.iter().map(number).collect::<Option<_>>()?;
    Some(numbers.iter().rev().fold((*year).to_owned(), |date, number| format!("{date}-{number:02}")))
}

#[cfg(test)]
mod tests {
    use followup_domain::case::KeptMember;

    use super::*;

    #[test]
    fn dates_are_taken_as_people_write_them() {
        for (text, expected) in [("15/3/2024", Some("2024-03-15")), ("03/2024", Some("2024-03")), ("1 / 2 / 2024", Some("2024-02-01"))] {
            assert_eq!(day_first(text).as_deref(), expected, "{text}");
        }
        for text in ["2024", "2024-03-15", "15/3/24", "a/b/2024", "1/2/3/2024", "+1/2/2024", "/2024", ""] {
            assert_eq!(day_first(text), None, "{text}");
        }
    }

    fn record(fields: &[(&str, &str)]) -> CaseRecord {
        let fields = fields.iter().map(|(field, text)| ((*field).to_owned(), Scalar::Text((*text).to_owned()))).collect();
        let mut record = CaseRecord::default();
        CasePatch { fields, ..CasePatch::default() }.apply(&mut record).unwrap();
        record
    }

    #[test]
    fn what_nobody_changed_makes_no_patch_and_what_was_changed_one_of_it_alone() {
        let mut record = record(&[("numero", "7"), ("producto_sospechoso", "A"), ("dosis", "1"), ("paciente_peso", "70")]);
        record.kept.insert("gravedad", KeptMember { json: "7".into(), shown: Scalar::Number(7.0) });
        record.productos[0].kept.insert("fecha_inicio", KeptMember { json: "20240101".into(), shown: Scalar::Number(20_240_101.0) });
        let sheet = Sheet::of(&record);
        assert!(is_empty(&patch(&record, &sheet).unwrap()));
        let mut changed = sheet.clone();
        changed.fields.insert("auto_followup", "No".into());
        changed.fields.remove("numero");
        let found = patch(&record, &changed).unwrap();
        assert_eq!(found.fields, [("numero".to_owned(), Scalar::Null), ("auto_followup".to_owned(), Scalar::Bool(false))]);
        assert_eq!(found.productos, None);
        changed.lists[PRODUCTS][0].cells.insert("dosis", "2".into());
        let products = patch(&record, &changed).unwrap().productos.unwrap();
        assert!(products[0].contains(&("fecha_inicio".into(), Scalar::Number(20_240_101.0))), "as it is stored: {products:?}");
        assert!(
            products[0].contains(&("id".into(), Scalar::Number(1.0))) && products[0].contains(&("dosis".into(), Scalar::Text("2".into())))
        );
    }

    #[test]
    fn a_text_beyond_its_limit_is_refused_by_its_path_unless_it_is_stored() {
        let record = record(&[("producto_sospechoso", &"x".repeat(2001))]);
        let mut sheet = Sheet::of(&record);
        sheet.fields.insert("numero", "ñ".repeat(2000));
        assert!(patch(&record, &sheet).is_ok());
        sheet.fields.insert("numero", "ñ".repeat(2001));
        sheet.lists[PRODUCTS][0].cells.insert("dosis", "y".repeat(2001));
        let refused: Vec<String> = patch(&record, &sheet).unwrap_err().into_iter().map(|error| error.field).collect();
        assert_eq!(refused, ["numero", "productos[0].dosis"]);
    }
}
