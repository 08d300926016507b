//! Replies with what they say.

use std::path::Path;

use anyhow::{Context as _, Result};
use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;
use followup_domain::case::PartialDate;
use followup_domain::ids::ProductId;
use followup_extract::{Class, Context, DayMonth, Field, ProductName, Proposal, State, Target, extract};
use serde_json::{Value, json};

/// The fields that the rows speak of; what is read of others is not told.
const FIELDS: &[Field] = &[
    Field::Initials,
    Field::BirthDate,
    Field::Age,
    Field::Sex,
    Field::Weight,
    Field::History,
    Field::Pregnancy,
    Field::Event,
    Field::EventStart,
    Field::EventEnd,
    Field::Outcome,
    Field::Seriousness,
    Field::ReporterName,
    Field::Occupation,
    Field::Phone,
    Field::Email,
    Field::ProductName,
    Field::Dose,
    Field::Frequency,
    Field::Route,
    Field::Start,
    Field::End,
    Field::Lot,
    Field::Indication,
];

/// A row.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) reply: String,
    pub(crate) expected: Vec<Value>,
    pub(crate) may: Vec<Value>,
    pub(crate) must_not: Vec<Value>,
    context: Context,
}

/// Reads every row.
pub(crate) fn load(path: &Path) -> Result<Vec<Case>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| case(&serde_json::from_str(line)?)).collect()
}

fn case(row: &Value) -> Result<Case> {
    let text = |name: &str| row[name].as_str().map(str::to_owned).with_context(|| format!("{name} of {}", row["id"]));
    let list = |name: &str| row[name].as_array().cloned().unwrap_or_default();
    Ok(Case {
        id: text("id")?,
        reply: text("reply")?,
        expected: list("expected"),
        may: list("may"),
        must_not: list("must_not"),
        context: context(row)?,
    })
}

fn context(row: &Value) -> Result<Context> {
    let sent: DateTime<FixedOffset> = row["sent_at"].as_str().context("sent_at")?.parse()?;
    let sent_at = sent.with_timezone(&Utc);
    // The rows give an offset, not a zone: the signs of these names are the other way round.
    let hours = sent.offset().local_minus_utc() / 3600;
    let zone: Tz = format!("Etc/GMT{:+}", -hours).parse().unwrap_or(Tz::UTC);
    let case = &row["case"];
    let mut products = case["productos"].as_array().cloned().unwrap_or_default();
    if products.is_empty() {
        products.push(json!({"nombre_producto": case["producto_sospechoso"]}));
    }
    let asked: Vec<Target> = row["asked"].as_array().into_iter().flatten().filter_map(|path| target(path.as_str()?)).collect();
    let mut known = Vec::new();
    let has = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty()) || value.is_number();
    for field in Field::ALL {
        if field.is_of_product() {
            let of = products.iter().zip(1..).filter(|(product, _)| has(&product[field.name()]));
            known.extend(of.map(|(_, id)| Target::of_product(*field, ProductId(id))));
        } else if has(&case[field.name()]) {
            known.push(Target::of_case(*field));
        }
    }
    known.retain(|target| !asked.contains(target));
    let names = products
        .iter()
        .zip(1..)
        .map(|(product, id)| ProductName { id: ProductId(id), name: product["nombre_producto"].as_str().unwrap_or_default().to_owned() });
    Ok(Context {
        asked,
        known,
        products: names.collect(),
        event: case["descripcion_evento"].as_str().map(str::to_owned),
        birth: case["paciente_fecha_nacimiento"].as_str().and_then(|birth| PartialDate::parse(birth).ok()),
        day_month: DayMonth::DayFirst,
        ..Context::at(sent_at, zone)
    })
}

/// `productos[0].dosis` or `paciente_peso`.
fn target(path: &str) -> Option<Target> {
    let Some(rest) = path.strip_prefix("productos[") else { return Field::find(path).map(Target::of_case) };
    let (index, name) = rest.split_once("].")?;
    Some(Target::of_product(Field::find(name)?, ProductId(index.parse::<i64>().ok()? + 1)))
}

/// The path of a field as the rows write it; none where nobody knows which product is meant.
pub(crate) fn path(target: Target) -> Option<String> {
    let name = target.field.name();
    match (target.field.is_of_product(), target.product) {
        (true, Some(product)) => Some(format!("productos[{}].{name}", product.0 - 1)),
        (true, None) => None,
        _ => Some(name.to_owned()),
    }
}

impl Case {
    /// What the extractor proposes without a doubt of its own, of the fields that the rows speak of.
    pub(crate) fn read(&self) -> Vec<Proposal> {
        let proposals = extract(&self.reply, &self.context).proposals;
        let told = |proposal: &Proposal| FIELDS.contains(&proposal.target.field) && path(proposal.target).is_some();
        proposals.into_iter().filter(|proposal| proposal.conflicts.is_empty() && told(proposal)).collect()
    }
}

pub(crate) fn class(class: Class) -> &'static str {
    match class {
        Class::A => "A",
        Class::B => "B",
        Class::C => "C",
    }
}

pub(crate) fn state(state: State) -> &'static str {
    match state {
        State::Answered => "answered",
        State::Unknown => "unknown",
        State::Withheld => "withheld",
        State::Later => "later",
    }
}

/// A reply's proposals on one line.
pub(crate) fn told(case: &Case, proposals: &[Proposal]) -> Value {
    let told = proposals.iter().map(|proposal| {
        json!({
            "field": path(proposal.target),
            "value": proposal.value,
            "unit": proposal.unit,
            "state": state(proposal.state),
            "quote": &case.reply[proposal.span.clone()],
            "class": class(proposal.class),
            "computed": proposal.computed,
        })
    });
    json!({"id": case.id, "proposals": told.collect::<Vec<_>>()})
}
