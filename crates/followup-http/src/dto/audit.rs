//! The audit trail of a case.

use chrono::SecondsFormat;
use followup_domain::audit::{AuditFacts, AuditRow, AuditValue};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::csv::{Cell, Row};

/// Un cambio.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditRow)]
pub(crate) struct AuditRowOutput {
    /// Su lugar en la cadena, desde 1.
    seq: i64,
    /// Cuándo, con microsegundos.
    #[schema(format = DateTime)]
    at: String,
    /// Quién: `user:` o `service:` y su nombre; solo `user` si el nombre se suprimió.
    actor: String,
    /// Qué pasó.
    action: String,
    /// Qué clase de cosa cambió.
    entity: String,
    /// Su número.
    entity_id: i64,
    /// Los campos antes; las fechas, en microsegundos desde 1970.
    #[schema(value_type = Object)]
    old: Map<String, Value>,
    /// Los campos después.
    #[schema(value_type = Object)]
    new: Map<String, Value>,
    /// Por qué.
    reason: Option<String>,
    /// Los datos que se suprimieron de este registro: `actor`, `reason`, y los campos como `old.…` y `new.…`. La cadena sigue entera.
    redacted: Vec<String>,
    /// La huella del registro anterior; vacía en el primero.
    prev_hash: String,
    /// La huella de este registro (SHA-256 en hexadecimal).
    hash: String,
}

/// The columns of the trail as a file.
pub(crate) const COLUMNS: &[&str] = &[
    "Registro",
    "Cuándo (UTC)",
    "Quién",
    "Qué pasó",
    "De qué",
    "Número",
    "Antes",
    "Después",
    "Por qué",
    "Suprimido",
    "Huella anterior",
    "Huella",
];

/// A change as a line of a file; its fields as JSON.
pub(crate) fn line(row: AuditRow) -> Row {
    let row = AuditRowOutput::from(row);
    let fields = |fields: Map<String, Value>| if fields.is_empty() { Cell::Empty } else { Value::Object(fields).to_string().into() };
    vec![
        row.seq.into(),
        row.at.into(),
        row.actor.into(),
        row.action.into(),
        row.entity.into(),
        row.entity_id.into(),
        fields(row.old),
        fields(row.new),
        row.reason.into(),
        row.redacted.join(", ").into(),
        row.prev_hash.into(),
        row.hash.into(),
    ]
}

impl From<AuditRow> for AuditRowOutput {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq,
            // The hash covers the microseconds.
            at: row.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            actor: row.actor,
            action: row.action,
            entity: row.entity,
            entity_id: row.entity_id,
            old: object(row.old),
            new: object(row.new),
            reason: row.reason,
            redacted: row.redacted,
            prev_hash: row.prev_hash,
            hash: row.hash,
        }
    }
}

fn object(facts: AuditFacts) -> Map<String, Value> {
    facts.into_iter().map(|(name, value)| (name, json(value))).collect()
}

fn json(value: AuditValue) -> Value {
    match value {
        AuditValue::Null => Value::Null,
        AuditValue::Text(text) => text.into(),
        AuditValue::Integer(number) => number.into(),
        AuditValue::Bool(value) => value.into(),
    }
}
