//! What a case still lacks, and why each item is asked for.

use std::collections::BTreeMap;
use std::fmt;

use chrono::Datelike;

use crate::asking::catalogue::{CATALOGUE, FieldSpec, Group, Rule};
use crate::case::origin::{Origin, OriginTable};
use crate::case::{AccionTomada, CaseRecord, Desenlace, Product, Sexo, YesNo, is_same_name};
use crate::text::fold;

/// A field of a case, with the product it belongs to: `paciente_peso`, `productos[0].dosis`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath {
    /// Index of the suspect product, for a field of a product.
    pub product: Option<usize>,
    /// The catalogue's flat name.
    pub field: &'static str,
}

impl FieldPath {
    /// Reads a path; a flat product field means the main suspect product. `None` for what the catalogue does not know.
    pub fn parse(text: &str) -> Option<Self> {
        let (product, name) = match text.strip_prefix("productos[").and_then(|rest| rest.split_once("].")) {
            Some((index, name)) => (Some(index.parse().ok()?), name),
            None => (None, text),
        };
        let spec = FieldSpec::find(name)?;
        match (spec.group, product) {
            (Group::Product, index) => Some(Self { product: Some(index.unwrap_or(0)), field: spec.field }),
            (_, None) => Some(Self { product: None, field: spec.field }),
            (_, Some(_)) => None,
        }
    }
}

impl FieldPath {
    /// Whether the record has the product that the path means; the first may still be unnamed.
    pub fn exists_in(&self, record: &CaseRecord) -> bool {
        self.product.is_none_or(|index| index < record.productos.len().max(1))
    }

    /// Whether the record answers the field.
    pub fn is_answered(&self, record: &CaseRecord) -> bool {
        let product = self.product.and_then(|index| record.productos.get(index));
        FieldSpec::find(self.field).is_some_and(|spec| spec.is_answered(record, product))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.product {
            Some(index) => write!(formatter, "productos[{index}].{}", self.field),
            None => formatter.write_str(self.field),
        }
    }
}

/// A field that a rule demands and the case does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingItem {
    /// Where it is missing.
    pub path: FieldPath,
    /// Its row of the catalogue.
    pub spec: &'static FieldSpec,
    /// Why it is asked for.
    pub rule: Rule,
    /// What the reporter reads.
    pub question: &'static str,
}

/// The set of fields that are demanded, and which products are traced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequiredFields {
    own: Option<Vec<&'static FieldSpec>>,
    origins: OriginTable,
}

/// `REQUIRED_FIELDS` names a field that the catalogue does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown required field {name:?}; known fields: {}", known_fields())]
pub struct UnknownRequiredField {
    /// The name.
    pub name: String,
}

fn known_fields() -> String {
    let names = CATALOGUE.iter().flat_map(|spec| [spec.field].into_iter().chain(spec.or_any_of.iter().copied()));
    names.collect::<Vec<_>>().join(", ")
}

impl RequiredFields {
    /// The catalogue's own rules.
    pub fn standard() -> Self {
        Self::default()
    }

    /// The same, with the unit's own table of biologicals and vaccines.
    pub fn with_origins(self, origins: OriginTable) -> Self {
        Self { origins, ..self }
    }

    /// A comma-separated list of flat names that replaces the standard set; an empty list is the standard set.
    ///
    /// # Errors
    /// A name that the catalogue does not have.
    pub fn parse(list: &str) -> Result<Self, UnknownRequiredField> {
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        let specs = names
            .map(|name| FieldSpec::find(name).ok_or_else(|| UnknownRequiredField { name: name.to_owned() }))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { own: (!specs.is_empty()).then_some(specs), ..Self::default() })
    }
}

/// The missing items in catalogue order, product by product.
///
/// ```
/// use followup_domain::asking::missing::{RequiredFields, compute_missing};
/// use followup_domain::case::{CasePatch, CaseRecord, Scalar};
///
/// let mut record = CaseRecord::default();
/// let fields = vec![("producto_sospechoso".into(), Scalar::Text("Paracetamol".into()))];
/// CasePatch { fields, ..CasePatch::default() }.apply(&mut record).unwrap();
///
/// let required = RequiredFields::parse("paciente_peso,dosis").unwrap();
/// let paths: Vec<String> = compute_missing(&record, &required).iter().map(|item| item.path.to_string()).collect();
/// assert_eq!(paths, ["paciente_peso", "productos[0].dosis"]);
/// ```
pub fn compute_missing(record: &CaseRecord, required: &RequiredFields) -> Vec<MissingItem> {
    let mut items = Vec::new();
    for group in Group::ALL {
        for subject in subjects(record, group, required) {
            for spec in CATALOGUE.iter().filter(|spec| spec.group == group) {
                let rule = demanding_rule(spec, record, &subject, required);
                if let Some(rule) = rule.filter(|_| !spec.is_answered(record, subject.product)) {
                    let path = FieldPath { product: subject.index, field: spec.field };
                    items.push(MissingItem { path, spec, rule, question: spec.question_of(subject.origin, record) });
                }
            }
        }
    }
    items
}

/// The seed's shape: the keys of the missing items by group, each key once.
pub fn by_group(items: &[MissingItem]) -> BTreeMap<Group, Vec<&'static str>> {
    let mut groups: BTreeMap<Group, Vec<&'static str>> = Group::ALL.iter().map(|group| (*group, Vec::new())).collect();
    for item in items {
        let keys = groups.entry(item.spec.group).or_default();
        if !keys.contains(&item.spec.key) {
            keys.push(item.spec.key);
        }
    }
    groups
}

/// Whether a question that was asked about a product of that name then is one about the case's product at that place now.
pub fn is_same_product(then: Option<&str>, path: &FieldPath, record: &CaseRecord) -> bool {
    let product = path.product.and_then(|index| record.productos.get(index));
    product.is_none_or(|product| is_same_name(then, product.nombre_producto.as_deref()))
}

/// What a group's questions are about.
struct Subject<'r> {
    /// Of a suspect product: its place.
    index: Option<usize>,
    product: Option<&'r Product>,
    origin: Origin,
}

/// Every suspect product (one unnamed one when there is none), else the case itself.
fn subjects<'r>(record: &'r CaseRecord, group: Group, required: &RequiredFields) -> Vec<Subject<'r>> {
    let unnamed = |index| vec![Subject { index, product: None, origin: Origin::Ordinary }];
    match group {
        Group::Product if record.productos.is_empty() => unnamed(Some(0)),
        Group::Product => {
            let products = record.productos.iter().enumerate();
            products
                .map(|(index, product)| Subject { index: Some(index), product: Some(product), origin: required.origins.of(product) })
                .collect()
        }
        _ => unnamed(None),
    }
}

fn demanding_rule(spec: &'static FieldSpec, record: &CaseRecord, subject: &Subject<'_>, required: &RequiredFields) -> Option<Rule> {
    match &required.own {
        // A flat name means the main suspect product.
        Some(specs) => {
            let is_asked = !spec.rule.binds_the_unit() || applies(spec.rule, record, subject);
            let is_spared = spec.rule.spares_the_dead() && record.is_fatal();
            (is_asked && !is_spared && specs.contains(&spec) && subject.index.unwrap_or(0) == 0).then_some(Rule::Configured)
        }
        None => applies(spec.rule, record, subject).then_some(spec.rule),
    }
}

fn applies(rule: Rule, record: &CaseRecord, subject: &Subject<'_>) -> bool {
    let is_vaccine = subject.origin == Origin::Vaccine;
    let is_serious = record.is_serious();
    let lives = !record.is_fatal();
    let action = subject.product.and_then(|product| product.accion_tomada);
    match rule {
        Rule::Validity | Rule::Always | Rule::Configured => true,
        Rule::Serious => is_serious,
        Rule::PregnancyMentioned => may_be_pregnant(record) && mentions_pregnancy(record),
        Rule::Biologic => subject.origin.is_traced(),
        Rule::Vaccine => is_vaccine,
        Rule::Repeated => !is_vaccine,
        Rule::SeriousTreatment => is_serious && !is_vaccine,
        Rule::ActionTaken => is_serious && !is_vaccine && lives,
        Rule::Rechallenge => is_serious && !is_vaccine && lives && action == Some(AccionTomada::Retirado),
        Rule::UnlessUnresolved => lives && record.ea_desenlace != Some(Desenlace::NoRecuperado),
        Rule::Fatal => !lives,
        Rule::Autopsied => record.paciente_autopsia == Some(YesNo::Yes),
    }
}

/// A woman of 12 to 55 years; an unknown sex or age does not exclude.
fn may_be_pregnant(record: &CaseRecord) -> bool {
    record.paciente_sexo != Some(Sexo::Masculino) && age_in_years(record).is_none_or(|age| (12.0..56.0).contains(&age))
}

fn age_in_years(record: &CaseRecord) -> Option<f64> {
    if let Some(age) = record.paciente_edad {
        return Some(age.0.value());
    }
    let born = record.paciente_fecha_nacimiento?.earliest();
    let then = record.fecha_inicio_evento.or(record.fecha_recepcion)?.earliest();
    Some(f64::from(then.year() - born.year()) - if then.ordinal() < born.ordinal() { 1.0 } else { 0.0 })
}

/// Whether a text of the case speaks of a pregnancy that is neither denied nor over.
fn mentions_pregnancy(record: &CaseRecord) -> bool {
    const STEMS: [&str; 6] = ["embaraz", "gestant", "gestacion", "gravid", "prenad", "pregnan"];
    const DENIALS: [&str; 8] = ["no", "niega", "sin", "descarta", "descartado", "negativo", "antecedente", "antecedentes"];
    const PAST: [&str; 6] = ["previo", "previos", "anterior", "anteriores", "negativo", "negativa"];
    let of_patient = [&record.descripcion_evento, &record.paciente_comorbilidades, &record.paciente_diagnostico_principal];
    let of_events = record.eventos.iter().map(|event| &event.descripcion_evento);
    let of_products = record.productos.iter().map(|product| &product.motivo_prescripcion);
    let texts = of_patient.into_iter().chain(of_events).chain(of_products).filter_map(|text| text.as_deref());
    texts.map(fold).any(|text| {
        let words: Vec<&str> = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.iter().enumerate().any(|(index, word)| {
            let before = &words[index.saturating_sub(3)..index];
            let after = &words[index + 1..words.len().min(index + 2)];
            STEMS.iter().any(|stem| word.starts_with(stem))
                && !before.iter().any(|word| DENIALS.contains(word))
                && !after.iter().any(|word| PAST.contains(word))
        })
    })
}

#[cfg(test)]
mod tests;
