//! Precision and recall by field and class, and the bars.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use followup_domain::text::fold;
use followup_extract::{Proposal, State};
use serde_json::Value;

use crate::cases::{Case, class, path, state};

/// Class, least precision, least recall.
const BARS: &[(&str, f64, f64)] = &[("A", 0.99, 0.95), ("B", 0.98, 0.90), ("C", 0.95, 0.0)];

#[derive(Default)]
struct Tally {
    proposed: usize,
    right: usize,
    expected: usize,
    found: usize,
}

/// The figures.
#[derive(Default)]
pub(crate) struct Score {
    by_class: BTreeMap<String, Tally>,
    by_field: BTreeMap<String, Tally>,
    traps: Vec<String>,
    invented: Vec<String>,
}

impl Score {
    /// Counts a reply; a line for whatever is wrong.
    pub(crate) fn count(&mut self, case: &Case, proposals: &[Proposal]) -> Vec<String> {
        let mut lines = Vec::new();
        for proposal in proposals {
            let field = path(proposal.target).unwrap_or_default();
            let right = case.expected.iter().chain(&case.may).any(|entry| entry["field"] == field && agrees(entry, proposal));
            for tally in [self.by_class.entry(class(proposal.class).into()), self.by_field.entry(general(&field))] {
                let tally = tally.or_default();
                tally.proposed += 1;
                tally.right += usize::from(right);
            }
            if right {
                continue;
            }
            let value = proposal.value.as_deref().unwrap_or_else(|| state(proposal.state));
            let unit = proposal.unit.unwrap_or_default();
            let quote = &case.reply[proposal.span.clone()];
            let line = format!("{} {} {field} = {value} {unit} «{quote}» ({})", case.id, class(proposal.class), proposal.rule.name);
            if case.must_not.iter().any(|entry| entry["field"] == field && is_value(&entry["value"], proposal)) {
                self.traps.push(line.clone());
                lines.push(format!("TRAP     {line}"));
            } else if !case.expected.iter().chain(&case.may).any(|entry| entry["field"] == field) {
                self.invented.push(line.clone());
                lines.push(format!("INVENTED {line}"));
            } else {
                lines.push(format!("WRONG    {line}"));
            }
        }
        for entry in case.expected.iter().filter(|entry| entry["optional"] != true) {
            let field = entry["field"].as_str().unwrap_or_default();
            let found = proposals.iter().find(|proposal| path(proposal.target).as_deref() == Some(field) && agrees(entry, proposal));
            let place =
                found.map_or_else(|| class_of_place(&case.reply, entry["quote"].as_str().unwrap_or_default()), |found| class(found.class));
            for tally in [self.by_class.entry(place.into()), self.by_field.entry(general(field))] {
                let tally = tally.or_default();
                tally.expected += 1;
                tally.found += usize::from(found.is_some());
            }
            if found.is_none() {
                lines.push(format!(
                    "missed   {} {place} {field} = {} {} «{}»",
                    case.id,
                    entry["value"],
                    entry["state"],
                    entry["quote"].as_str().unwrap_or_default()
                ));
            }
        }
        lines
    }

    /// A table.
    pub(crate) fn told(&self) -> String {
        let mut text = format!("{:<34} {:>9} {:>9} {:>9} {:>9}\n", "", "proposed", "precision", "expected", "recall");
        for (name, tally) in self.by_class.iter().chain(&self.by_field) {
            let Tally { proposed, expected, .. } = tally;
            _ = writeln!(
                text,
                "{name:<34} {proposed:>9} {:>8.1}% {expected:>9} {:>8.1}%",
                100.0 * tally.precision(),
                100.0 * tally.recall()
            );
        }
        _ = writeln!(text, "values of another person, or traps: {}\nvalues invented: {}", self.traps.len(), self.invented.len());
        for line in self.traps.iter().chain(&self.invented) {
            _ = writeln!(text, "    {line}");
        }
        text
    }

    /// What is below its bar.
    pub(crate) fn missed_bars(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for (class, precision, recall) in BARS {
            let Some(tally) = self.by_class.get(*class) else { continue };
            if tally.precision() < *precision {
                missed.push(format!("precision of class {class}"));
            }
            if tally.recall() < *recall {
                missed.push(format!("recall of class {class}"));
            }
        }
        if !self.traps.is_empty() {
            missed.push("values of another person".to_owned());
        }
        if !self.invented.is_empty() {
            missed.push("values invented".to_owned());
        }
        missed
    }
}

impl Tally {
    fn precision(&self) -> f64 {
        if self.proposed == 0 { 1.0 } else { self.right as f64 / self.proposed as f64 }
    }

    fn recall(&self) -> f64 {
        if self.expected == 0 { 1.0 } else { self.found as f64 / self.expected as f64 }
    }
}

fn general(field: &str) -> String {
    field.split_once("].").map_or_else(|| field.to_owned(), |(_, name)| format!("productos.{name}"))
}

fn agrees(entry: &Value, proposal: &Proposal) -> bool {
    let said = state(proposal.state);
    let states = entry["accept_state"].as_array().into_iter().flatten();
    if entry["state"] != said && !states.into_iter().any(|other| other == said) {
        return false;
    }
    if proposal.state != State::Answered {
        return true;
    }
    let unit = entry["unit"].as_str();
    if is_value(&entry["value"], proposal) && unit.is_none_or(|unit| proposal.unit == Some(unit)) {
        return true;
    }
    entry["accept"].as_array().into_iter().flatten().any(|other| is_value(other, proposal))
}

/// Whether a value as a row writes it is the proposal's.
fn is_value(written: &Value, proposal: &Proposal) -> bool {
    let (Some(written), Some(value)) = (written.as_str(), &proposal.value) else { return false };
    let plain = |text: &str| fold(text).trim_end_matches(['.', ',']).to_owned();
    let with_unit = proposal.unit.map(|unit| format!("{value} {unit}"));
    let numbers = written.parse::<f64>().ok().zip(value.parse::<f64>().ok());
    plain(written) == plain(value)
        || with_unit.is_some_and(|with_unit| plain(&with_unit) == plain(written))
        || numbers.is_some_and(|(one, other)| (one - other).abs() < 0.001)
}

/// Words of labels.
const LABELS: &[&str] = &[
    "inicial",
    "edad",
    "sexo",
    "peso",
    "nacimiento",
    "antecedente",
    "comorbilidad",
    "enfermedad",
    "gesta",
    "dosis",
    "frecuencia",
    "via",
    "lote",
    "inicio",
    "fin",
    "termino",
    "motivo",
    "desenlace",
    "gravedad",
    "evento",
    "reaccion",
    "nombre",
    "datos",
    "profesion",
    "telefono",
    "correo",
    "producto",
    "medicamento",
    "posologia",
];

/// Where a quote stands: beside a quoted question, behind a label on its line, or in a sentence.
fn class_of_place(reply: &str, quote: &str) -> &'static str {
    let Some(at) = reply.find(quote) else { return "C" };
    let before = &reply[..at];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = &reply[line_start..];
    let previous = before[..line_start.saturating_sub(1)].rsplit('\n').next().unwrap_or_default();
    if line.trim_start().starts_with('>') || previous.trim_start().starts_with('>') || before[line_start..].contains(['?', '[']) {
        return "B";
    }
    let label = before[line_start..].trim_end();
    let names_field = LABELS.iter().any(|word| fold(label).contains(word));
    if before[line_start..].contains('\t') || quote.contains('\t') || names_field && label.ends_with(':') && label.len() < 60 {
        "A"
    } else {
        "C"
    }
}
