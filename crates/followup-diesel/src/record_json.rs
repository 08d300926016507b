//! The case record as a JSON document: the fields that have a value, by their published names.

use followup_domain::case::{CasePatch, CaseRecord, Event, FieldList, Product, Scalar};
use serde_json::{Map, Value};

/// The document to store.
pub(crate) fn to_json(record: &CaseRecord) -> Value {
    let mut object = fields(CaseRecord::FIELDS, |name| record.get(name));
    let products = |list: &[Product]| list.iter().map(|product| Value::Object(fields(Product::FIELDS, |name| product.get(name)))).collect();
    let lists: [(&str, Vec<Value>); 3] = [
        ("productos", products(&record.productos)),
        ("concomitantes", products(&record.concomitantes)),
        ("eventos", record.eventos.iter().map(|event| Value::Object(fields(Event::FIELDS, |name| event.get(name)))).collect()),
    ];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        object.insert(name.to_owned(), Value::Array(list));
    }
    Value::Object(object)
}

/// The record of a stored document; `None` when a name or a value in it is not one that the record knows.
pub(crate) fn from_json(document: Value) -> Option<CaseRecord> {
    let Value::Object(object) = document else { return None };
    let mut patch = CasePatch::default();
    for (name, value) in object {
        match name.as_str() {
            "productos" => patch.productos = Some(list(value)?),
            "concomitantes" => patch.concomitantes = Some(list(value)?),
            "eventos" => patch.eventos = Some(list(value)?),
            _ => patch.fields.push((name, scalar(value)?)),
        }
    }
    let mut record = CaseRecord::default();
    patch.apply(&mut record).ok()?;
    Some(record)
}

fn fields(names: &[&str], get: impl Fn(&str) -> Option<Scalar>) -> Map<String, Value> {
    let value = |name| match get(name)? {
        Scalar::Null => None,
        Scalar::Text(text) => Some(Value::String(text)),
        Scalar::Number(number) => Some(Value::from(number)),
        Scalar::Bool(value) => Some(Value::Bool(value)),
    };
    names.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?))).collect()
}

fn list(value: Value) -> Option<Vec<FieldList>> {
    let Value::Array(objects) = value else { return None };
    let read = |object| {
        let Value::Object(object) = object else { return None };
        object.into_iter().map(|(name, value)| Some((name, scalar(value)?))).collect()
    };
    objects.into_iter().map(read).collect()
}

fn scalar(value: Value) -> Option<Scalar> {
    match value {
        Value::Null => Some(Scalar::Null),
        Value::String(text) => Some(Scalar::Text(text)),
        Value::Bool(value) => Some(Scalar::Bool(value)),
        Value::Number(number) => number.as_f64().map(Scalar::Number),
        Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_field_is_not_dropped_silently() {
        assert_eq!(from_json(serde_json::json!({"numero": "1", "campo_nuevo": "x"})), None);
    }

    #[test]
    fn fields_without_a_value_are_not_stored() {
        let document = to_json(&CaseRecord::default());
        assert_eq!(document, serde_json::json!({"estado": "Pendiente", "auto_followup": true}));
        assert_eq!(from_json(document), Some(CaseRecord::default()));
    }
}
