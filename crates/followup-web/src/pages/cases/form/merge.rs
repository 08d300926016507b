//! What somebody changed in a form, and the same changes in the case as it is now.

use std::collections::BTreeSet;

use followup_domain::case::{CaseRecord, is_same_name};

use super::layout::{LISTS, label, path};
use super::sheet::{Cells, Row, Sheet};

/// What somebody changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages::cases) struct Change {
    /// What is changed.
    pub(in crate::pages::cases) label: String,
    /// How it was when the form was opened.
    pub(in crate::pages::cases) before: String,
    /// What was typed.
    pub(in crate::pages::cases) typed: String,
    /// How it is now.
    pub(in crate::pages::cases) now: String,
}

/// `typed` with what changed since `base`, in `present`: what the person did not touch is as it is now.
pub(in crate::pages::cases) fn merged(base: &Sheet, typed: &Sheet, present: &Sheet) -> Sheet {
    let lists = [0, 1, 2].map(|list| merged_list(list, &base.lists[list], &typed.lists[list], &present.lists[list]));
    Sheet { fields: merged_cells(CaseRecord::FIELDS, &base.fields, &typed.fields, &present.fields), lists }
}

fn merged_cells(fields: &[&'static str], base: &Cells, typed: &Cells, present: &Cells) -> Cells {
    let text = |field: &&'static str| {
        let source = if typed.get(field) == base.get(field) { present } else { typed };
        Some((*field, source.get(field)?.clone()))
    };
    fields.iter().filter_map(text).collect()
}

fn merged_list(list: usize, base: &[Row], typed: &[Row], present: &[Row]) -> Vec<Row> {
    if is_untouched(base, typed) {
        return present.to_vec();
    }
    let places = places(list, base, present);
    let place = |row: &Row| row.origin.and_then(|origin| Some((base.get(origin)?, places.get(origin).copied().flatten())));
    let kept = typed.iter().filter_map(|row| match place(row) {
        Some((before, Some(now))) => Some(Row {
            origin: Some(now),
            id: present[now].id,
            cells: merged_cells(LISTS[list].fields, &before.cells, &row.cells, &present[now].cells),
        }),
        // Somebody took it out: only what was typed anew brings it back.
        Some((before, None)) if before.cells == row.cells => None,
        _ => Some(Row { origin: None, id: None, cells: row.cells.clone() }),
    });
    let known: BTreeSet<usize> = places.iter().flatten().copied().collect();
    let added = present.iter().enumerate().filter(|(at, _)| !known.contains(at)).map(|(_, row)| row.clone());
    kept.chain(added).collect()
}

/// Whether nobody changed, added, moved or took out anything.
pub(super) fn is_untouched(base: &[Row], typed: &[Row]) -> bool {
    let stands = |(at, (before, row)): (usize, (&Row, &Row))| row.origin == Some(at) && before.cells == row.cells;
    base.len() == typed.len() && base.iter().zip(typed).enumerate().all(stands)
}

/// Where the rows of the form stand now: by number, else in their place or another by their name.
fn places(list: usize, base: &[Row], present: &[Row]) -> Vec<Option<usize>> {
    let mut taken = BTreeSet::new();
    let name = |row: &Row| row.cells.get(LISTS[list].naming).cloned();
    let found = base.iter().enumerate().map(|(at, row)| {
        let same = |other: &Row| is_same_name(name(row).as_deref(), name(other).as_deref());
        let place = match row.id {
            Some(id) => present.iter().position(|other| other.id == Some(id)),
            None => present.get(at).filter(|other| same(other)).map(|_| at).or_else(|| present.iter().position(same)),
        };
        place.filter(|place| taken.insert(*place))
    });
    found.collect()
}

/// What was changed since `base`, and how it is in `present`.
pub(in crate::pages::cases) fn changes(base: &Sheet, typed: &Sheet, present: &Sheet) -> Vec<Change> {
    let mut found = cell_changes(None, CaseRecord::FIELDS, &base.fields, &typed.fields, Some(&present.fields));
    for (list, spec) in LISTS.iter().enumerate() {
        let (base, typed, present) = (&base.lists[list], &typed.lists[list], &present.lists[list]);
        let places = places(list, base, present);
        for (at, row) in base.iter().enumerate() {
            let now = places[at].map(|now| &present[now].cells);
            match typed.iter().find(|typed| typed.origin == Some(at)) {
                Some(typed) => found.extend(cell_changes(Some((list, at)), spec.fields, &row.cells, &typed.cells, now)),
                None => found.push(whole(list, at, row.cell(spec.naming), "(quitado)", now.map(|cells| name_in(list, cells)))),
            }
        }
        let new = typed.iter().enumerate().filter(|(_, row)| row.origin.is_none_or(|origin| origin >= base.len()));
        found.extend(new.map(|(at, row)| whole(list, at, "", &format!("(nuevo) {}", row.cell(spec.naming)), Some(""))));
    }
    found
}

fn name_in(list: usize, cells: &Cells) -> &str {
    cells.get(LISTS[list].naming).map_or("", String::as_str)
}

fn whole(list: usize, at: usize, before: &str, typed: &str, now: Option<&str>) -> Change {
    Change { label: label(&path(Some((list, at)), "")), before: before.into(), typed: typed.into(), now: now.unwrap_or("(quitado)").into() }
}

fn cell_changes(place: Option<(usize, usize)>, fields: &[&str], base: &Cells, typed: &Cells, now: Option<&Cells>) -> Vec<Change> {
    let text = |cells: &Cells, field: &str| cells.get(field).cloned().unwrap_or_default();
    let changed = fields.iter().filter(|field| base.get(**field) != typed.get(**field));
    changed
        .map(|field| Change {
            label: label(&path(place, field)),
            before: text(base, field),
            typed: text(typed, field),
            now: now.map_or_else(|| "(quitado)".into(), |cells| text(cells, field)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::cases::form::layout::PRODUCTS;

    fn row(origin: Option<usize>, id: Option<i64>, cells: &[(&'static str, &str)]) -> Row {
        Row { origin, id, cells: cells.iter().map(|(field, text)| (*field, (*text).to_owned())).collect() }
    }

    fn sheet(fields: &[(&'static str, &str)], products: Vec<Row>) -> Sheet {
        Sheet { fields: row(None, None, fields).cells, lists: [products, Vec::new(), Vec::new()] }
    }

    fn names(sheet: &Sheet) -> Vec<(&str, &str)> {
        sheet.lists[PRODUCTS].iter().map(|row| (row.cell("nombre_producto"), row.cell("dosis"))).collect()
    }

    fn product(at: usize, id: i64, name: &str, dose: &str) -> Row {
        row(Some(at), Some(id), &[("nombre_producto", name), ("dosis", dose)].map(|(field, text)| (field, text)))
    }

    #[test]
    fn what_was_not_touched_is_as_it_is_now() {
        let base = sheet(&[("numero", "1"), ("paciente_peso", "70"), ("paciente_edad", "40")], vec![]);
        let typed = sheet(&[("numero", "2"), ("paciente_peso", "70")], vec![]);
        let present = sheet(&[("numero", "3"), ("paciente_peso", "71"), ("paciente_edad", "40"), ("paciente_sexo", "Femenino")], vec![]);
        let expected = sheet(&[("numero", "2"), ("paciente_peso", "71"), ("paciente_sexo", "Femenino")], vec![]);
        assert_eq!(merged(&base, &typed, &present), expected);
        let told: Vec<[String; 3]> = changes(&base, &typed, &present).into_iter().map(|c| [c.before, c.typed, c.now]).collect();
        assert_eq!(told, [["1", "2", "3"], ["40", "", "40"]].map(|texts| texts.map(String::from)));
    }

    #[test]
    fn a_product_is_followed_by_its_number_wherever_it_stands_now() {
        let base = sheet(&[], vec![product(0, 1, "A", "1"), product(1, 2, "B", "2")]);
        let typed = sheet(&[], vec![product(0, 1, "A", "1"), product(1, 2, "B", "22")]);
        let present = sheet(&[], vec![product(0, 2, "B", "2"), product(1, 1, "A", "11"), product(2, 3, "C", "3")]);
        let result = merged(&base, &typed, &present);
        assert_eq!(names(&result), [("A", "11"), ("B", "22"), ("C", "3")]);
        assert_eq!(
            result.lists[PRODUCTS].iter().map(|row| (row.origin, row.id)).collect::<Vec<_>>(),
            [(Some(1), Some(1)), (Some(0), Some(2)), (Some(2), Some(3))]
        );
    }

    #[test]
    fn a_row_that_was_taken_out_comes_back_only_with_what_was_typed_in_it() {
        let base = sheet(&[], vec![product(0, 1, "A", "1"), product(1, 2, "B", "2"), product(2, 3, "C", "3")]);
        let typed = sheet(&[], vec![product(0, 1, "A", "1"), product(1, 2, "B", "22"), row(None, None, &[("nombre_producto", "N")])]);
        let present = sheet(&[], vec![product(0, 3, "C", "3")]);
        let result = merged(&base, &typed, &present);
        assert_eq!(names(&result), [("B", "22"), ("N", "")], "A was taken out by others, C by the person");
        assert_eq!(result.lists[PRODUCTS][0].id, None);
        let labels: Vec<String> = changes(&base, &typed, &present).into_iter().map(|change| change.label + " " + &change.now).collect();
        assert_eq!(labels, ["Producto 2: Dosis (quitado)", "Producto 3 C", "Producto 3 "]);
    }

    #[test]
    fn a_list_that_nobody_touched_in_the_form_is_as_it_is_now() {
        let base = sheet(&[], vec![product(0, 1, "A", "1")]);
        let present = sheet(&[], vec![product(0, 5, "Z", "9")]);
        assert_eq!(merged(&base, &base, &present), present);
        assert_eq!(changes(&base, &base, &present), []);
    }
}
