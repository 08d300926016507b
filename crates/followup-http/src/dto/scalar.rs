//! A case field's value as JSON.

use followup_domain::case::{Event, Product, Scalar};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::json::Json;

/// A scalar as JSON: whole numbers without a fraction.
pub(crate) struct ScalarOutput(pub(crate) Scalar);

impl Serialize for ScalarOutput {
    #[allow(clippy::cast_possible_truncation)] // Checked to be whole and small.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Scalar::Null => serializer.serialize_none(),
            Scalar::Text(text) => serializer.serialize_str(text),
            Scalar::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => serializer.serialize_i64(*number as i64),
            Scalar::Number(number) => serializer.serialize_f64(*number),
            Scalar::Bool(value) => serializer.serialize_bool(*value),
        }
    }
}

/// A JSON scalar as a case takes it; `None` for lists and objects.
#[allow(clippy::cast_precision_loss)] // Ages and weights.
pub(crate) fn scalar_of(value: Json) -> Option<Scalar> {
    match value {
        Json::Null => Some(Scalar::Null),
        Json::Bool(value) => Some(Scalar::Bool(value)),
        Json::Integer(number) => Some(Scalar::Number(number as f64)),
        Json::Number(number) => Some(Scalar::Number(number)),
        Json::Text(text) => Some(Scalar::Text(text)),
        Json::List(_) | Json::Object(_) => None,
    }
}

/// An object whose fields are known by name.
pub(crate) trait NamedFields {
    const FIELDS: &'static [&'static str];
    fn value(&self, field: &str) -> Option<Scalar>;
    /// Which one of the case it is, where that is told.
    fn id(&self) -> Option<i64> {
        None
    }
}

impl NamedFields for Product {
    const FIELDS: &'static [&'static str] = Self::FIELDS;
    fn value(&self, field: &str) -> Option<Scalar> {
        self.get(field)
    }
    fn id(&self) -> Option<i64> {
        self.id.map(|id| id.0)
    }
}

impl NamedFields for Event {
    const FIELDS: &'static [&'static str] = Self::FIELDS;
    fn value(&self, field: &str) -> Option<Scalar> {
        if field == "gravedad" { Some(self.shown_gravedad()) } else { self.get(field) }
    }
}

/// One product or event of a list.
pub(crate) struct ItemOutput<'a, T>(pub(crate) &'a T);

impl<T: NamedFields> Serialize for ItemOutput<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(id) = self.0.id() {
            map.serialize_entry("id", &id)?;
        }
        for field in T::FIELDS {
            map.serialize_entry(field, &ScalarOutput(self.0.value(field).unwrap_or(Scalar::Null)))?;
        }
        map.end()
    }
}
