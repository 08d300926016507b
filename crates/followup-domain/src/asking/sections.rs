//! The order and the grouping of what a letter asks, and how it names products and fields.

use super::catalogue::{CATALOGUE, FieldSpec, Group, Weight};
use super::missing::{FieldPath, MissingItem};
use super::request::Section;
use crate::case::CaseRecord;
use crate::text::{fold, says_nothing};

/// Of groups with questions of one weight: the order of the minimum criteria (ICH E2D).
const MINIMUM_CRITERIA: [Group; 4] = [Group::Patient, Group::Reporter, Group::Event, Group::Product];

/// A section for each group, and each product of it. The group with the weightiest open question comes first, and so does that question.
pub(super) fn sections(record: &CaseRecord, missing: &[MissingItem]) -> Vec<Section> {
    let weight_of = |group: Group| missing.iter().filter(|item| item.spec.group == group).map(|item| item.spec.weight).min();
    let weights: Vec<(Group, Option<Weight>)> = MINIMUM_CRITERIA.iter().map(|group| (*group, weight_of(*group))).collect();
    let place_of = |item: &MissingItem| {
        let place = weights.iter().position(|(group, _)| *group == item.spec.group);
        (place.and_then(|place| weights[place].1), place, item.path.product, item.spec.weight)
    };
    let mut items: Vec<&MissingItem> = missing.iter().collect();
    items.sort_by_key(|item| place_of(item));
    let mut sections: Vec<((Group, Option<usize>), Section)> = Vec::new();
    for item in items {
        let key = (item.spec.group, item.path.product);
        if sections.last().is_none_or(|(last, _)| *last != key) {
            let heading = match item.path.product {
                Some(index) if record.productos.len() > 1 => product_heading(record, index),
                _ => item.spec.group.heading().to_owned(),
            };
            sections.push((key, Section { heading, questions: Vec::new(), labels: Vec::new() }));
        }
        if let Some((_, section)) = sections.last_mut() {
            section.questions.push(item.question.to_owned());
            section.labels.push(item.spec.label.to_owned());
        }
    }
    sections.into_iter().map(|(_, section)| section).collect()
}

/// The items, the weightiest first; of one weight in the order of the minimum criteria.
pub(super) fn by_weight(missing: &[MissingItem]) -> Vec<&MissingItem> {
    let mut items: Vec<&MissingItem> = missing.iter().collect();
    items.sort_by_key(|item| (item.spec.weight, MINIMUM_CRITERIA.iter().position(|group| *group == item.spec.group)));
    items
}

/// Paths in the order of the catalogue, product by product.
pub(super) fn in_catalogue_order(paths: &[FieldPath]) -> Vec<&FieldPath> {
    let mut paths: Vec<&FieldPath> = paths.iter().collect();
    paths.sort_by_key(|path| (path.product, CATALOGUE.iter().position(|spec| spec.field == path.field)));
    paths
}

/// The heading of one of several products. No two are the same: it tells what was asked of which.
pub(super) fn product_heading(record: &CaseRecord, index: usize) -> String {
    let names: Vec<Option<String>> =
        record.productos.iter().take(index + 1).map(|product| name_of(product.nombre_producto.as_deref())).collect();
    let heading = Group::Product.heading();
    let number = index + 1;
    match names.get(index).cloned().flatten() {
        Some(name) if names[..index].iter().flatten().any(|earlier| fold(earlier) == fold(&name)) => {
            format!("{heading} ({name}, el {number}.º del reporte)")
        }
        Some(name) => format!("{heading} ({name})"),
        None => format!("{heading} (el {number}.º del reporte, aún sin nombre)"),
    }
}

/// The names of the suspect products, each once, fit for a sentence: on one line, without a stop at the end.
pub fn product_names(record: &CaseRecord) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in record.productos.iter().filter_map(|product| name_of(product.nombre_producto.as_deref())) {
        if !names.iter().any(|known| fold(known) == fold(&name)) {
            names.push(name);
        }
    }
    names
}

/// Fields as nouns, each once; of one of several products, with its name where `with_products`.
pub(super) fn nouns<'p>(record: &CaseRecord, paths: impl Iterator<Item = &'p FieldPath>, with_products: bool) -> Vec<String> {
    let mut nouns: Vec<String> = Vec::new();
    for path in paths.filter(|path| path.exists_in(record)) {
        let Some(spec) = FieldSpec::find(path.field) else { continue };
        let product = path.product.filter(|_| with_products && record.productos.len() > 1).and_then(|index| record.productos.get(index));
        let noun = match product.and_then(|product| name_of(product.nombre_producto.as_deref())) {
            Some(name) => format!("{} de {name}", spec.noun),
            None => spec.noun.to_owned(),
        };
        if !nouns.contains(&noun) {
            nouns.push(noun);
        }
    }
    nouns
}

/// A product's name within a sentence: on one line, without the stop that would be doubled at its end.
fn name_of(name: Option<&str>) -> Option<String> {
    let name = one_line(name?);
    let name = name.trim_end_matches(['.', ',', ';', ':', ' ']);
    (!says_nothing(name)).then(|| name.to_owned())
}

/// A name may not break the letter's lines.
pub(super) fn one_line(text: &str) -> String {
    text.split(|character: char| character.is_control() || character.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
