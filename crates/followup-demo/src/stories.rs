//! Who the cases are about: the rows of `data/casos.csv`.

use anyhow::{Context, Result, bail};
use chrono::{Days, NaiveDate, TimeDelta};
use followup_domain::case::{CasePatch, CaseRecord, FieldKind, Product, Scalar};

const ROWS: &str = include_str!("../data/casos.csv");
/// Columns that are fields of the case, by their place in a row; the product's name apart.
const FIELDS: &[(usize, &str)] = &[
    (2, "paciente_iniciales"),
    (3, "paciente_sexo"),
    (4, "paciente_edad"),
    (5, "paciente_peso"),
    (7, "dosis"),
    (8, "frecuencia"),
    (9, "via_administracion"),
    (11, "motivo_prescripcion"),
    (12, "descripcion_evento"),
    (14, "ea_desenlace"),
    (16, "reportante_nombre"),
    (17, "reportante_ocupacion"),
    (18, "reportante_contacto"),
];
const COLUMNS: usize = 20;

/// A case, and all that is ever known of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Story {
    /// What becomes of it: a name of `courses.rs`.
    pub(crate) course: &'static str,
    /// How long ago it was reported.
    pub(crate) age: TimeDelta,
    /// Its number among them, from 1.
    pub(crate) number: usize,
    known: Vec<(String, String)>,
    other_products: Vec<&'static str>,
}

/// All of them, dates counted from the day on which each was reported.
///
/// # Errors
/// The row that cannot be read.
pub(crate) fn stories(reported_on: impl Fn(TimeDelta) -> NaiveDate) -> Result<Vec<Story>> {
    let rows = ROWS.lines().skip(1).enumerate();
    rows.map(|(at, row)| Story::read(at + 1, row, &reported_on).with_context(|| format!("casos.csv: {row}"))).collect()
}

impl Story {
    fn read(number: usize, row: &'static str, reported_on: impl Fn(TimeDelta) -> NaiveDate) -> Result<Self> {
        let cells: Vec<&'static str> = row.split(';').map(str::trim).collect();
        if cells.len() != COLUMNS {
            bail!("{} columns", cells.len());
        }
        let days: f64 = cells[1].parse()?;
        #[allow(clippy::cast_possible_truncation)] // Four months in minutes.
        let age = TimeDelta::minutes((days * 1440.0).round() as i64);
        let day = reported_on(age);
        let before = |days: &str| -> Result<String> { Ok((day - Days::new(days.trim_start_matches("@-").parse()?)).to_string()) };
        let mut known: Vec<(String, String)> = FIELDS.iter().map(|(at, field)| ((*field).to_owned(), cells[*at].to_owned())).collect();
        let mut products = cells[6].split(" + ");
        let mut add = |field: &str, value: String| known.push((field.to_owned(), value));
        add("nombre_producto", products.next().unwrap_or_default().to_owned());
        add("fecha_inicio", before(cells[10])?);
        add("fecha_inicio_evento", before(cells[13])?);
        match cells[15] {
            "" => {}
            "No grave" => add("gravedad", "No grave".into()),
            criterion => add(&format!("gravedad_{criterion}"), "Sí".into()),
        }
        for pair in cells[19].split('|').filter(|pair| !pair.trim().is_empty()) {
            let (field, value) = pair.split_once('=').context("a further field is name=value")?;
            let value = value.trim();
            add(field.trim(), if value.starts_with("@-") { before(value)? } else { value.to_owned() });
        }
        add("numero", format!("FV-{}-{number:03}", day.format("%Y")));
        add("fecha_recepcion", day.to_string());
        add("fuente_notificacion", "Notificación espontánea".into());
        Ok(Self { course: cells[0], age, number, known, other_products: products.collect() })
    }

    /// What is known of a field.
    pub(crate) fn get(&self, field: &str) -> Option<&str> {
        self.known.iter().find(|(known, _)| known == field).map(|(_, value)| value.as_str())
    }

    /// The case as it is reported, without these fields.
    pub(crate) fn report(&self, without: &[&str]) -> CasePatch {
        let told = self.known.iter().filter(|(field, _)| !without.contains(&field.as_str()));
        let (of_product, of_case): (Vec<_>, Vec<_>) =
            told.map(|(field, value)| field_of(field, value)).partition(|(field, _)| Product::FIELDS.contains(&field.as_str()));
        let others = self.other_products.iter().map(|name| vec![field_of("nombre_producto", name)]);
        CasePatch { fields: of_case, productos: Some(std::iter::once(of_product).chain(others).collect()), ..CasePatch::default() }
    }

    /// These fields, as somebody takes them into the case.
    pub(crate) fn known_of(&self, fields: &[&str]) -> Vec<(&str, &str)> {
        self.known.iter().map(|(field, value)| (field.as_str(), value.as_str())).filter(|(field, _)| fields.contains(field)).collect()
    }
}

/// A value as a request has it.
pub(crate) fn field_of(field: &str, value: &str) -> (String, Scalar) {
    let is_flag = matches!(CaseRecord::kind(field).or_else(|| Product::kind(field)), Some(FieldKind::Flag { .. }));
    (field.to_owned(), if is_flag { Scalar::Bool(value == "Sí") } else { Scalar::Text(value.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::courses::course;
    use std::collections::BTreeSet;

    fn all() -> Vec<Story> {
        stories(|age| NaiveDate::from_ymd_opt(2026, 6, 30).unwrap() - age).unwrap()
    }

    #[test]
    fn every_case_has_a_course_and_every_course_a_case() {
        let stories = all();
        assert!(stories.len() >= 60, "{}", stories.len());
        let used: BTreeSet<&str> = stories.iter().map(|story| story.course).collect();
        let unknown: Vec<&&str> = used.iter().filter(|name| course(name).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        let known: BTreeSet<&str> = crate::courses::COURSES.iter().map(|course| course.name).collect();
        assert_eq!(known, used);
    }

    #[test]
    fn nobody_of_them_can_be_anybody() {
        for story in all() {
            let contact = story.get("reportante_contacto").unwrap();
            let words: Vec<&str> = contact.split([' ', '/']).filter(|word| word.contains('@')).collect();
            assert!(words.iter().all(|word| word.ends_with(".example")), "{contact}");
            assert!(!words.is_empty() || contact.starts_with("900 000 1") || contact.starts_with("(01) 200 0"), "{contact}");
        }
    }

    #[test]
    fn dates_are_told_from_the_day_of_the_report() {
        let story = all().into_iter().find(|story| story.course == "mortal").unwrap();
        assert_eq!((story.get("fecha_recepcion"), story.get("paciente_fecha_muerte")), (Some("2026-06-24"), Some("2026-06-23")));
    }
}
