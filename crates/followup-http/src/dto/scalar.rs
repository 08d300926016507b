//! A case field's value as JSON, and what the OpenAPI document says of it.

use followup_domain::case::{Desenlace, Estado, Event, Gravedad, Product, Scalar, Sexo};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

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
}

impl NamedFields for Product {
    const FIELDS: &'static [&'static str] = Self::FIELDS;
    fn value(&self, field: &str) -> Option<Scalar> {
        self.get(field)
    }
}

impl NamedFields for Event {
    const FIELDS: &'static [&'static str] = Self::FIELDS;
    fn value(&self, field: &str) -> Option<Scalar> {
        self.get(field)
    }
}

/// One product or event of a list.
pub(crate) struct ItemOutput<'a, T>(pub(crate) &'a T);

impl<T: NamedFields> Serialize for ItemOutput<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(T::FIELDS.len()))?;
        for field in T::FIELDS {
            map.serialize_entry(field, &ScalarOutput(self.0.value(field).unwrap_or(Scalar::Null)))?;
        }
        map.end()
    }
}

/// The schema of a field by its name. On input any field may be null: that clears it.
pub(crate) fn field_schema(field: &str, nullable: bool) -> Schema {
    let kind = match field {
        "paciente_edad" | "paciente_peso" => Type::Number,
        "auto_followup" | "es_biologico" => Type::Boolean,
        _ => Type::String,
    };
    let schema_type = if nullable { SchemaType::from_iter([kind, Type::Null]) } else { SchemaType::new(kind) };
    let mut object = ObjectBuilder::new().schema_type(schema_type).description(description(field));
    object = match codes(field) {
        Some(codes) => object.examples(codes),
        None => object,
    };
    object.build().into()
}

fn description(field: &str) -> Option<String> {
    let text = match field {
        "paciente_edad" => "Años; también se acepta un texto con unidad, como «45 años» o «8 meses»".into(),
        "paciente_peso" => "Kilogramos; también se acepta un texto con unidad, como «68 kg»".into(),
        "auto_followup" => "Si el caso recibe solicitudes automáticas".into(),
        "es_biologico" => "Producto biológico o vacuna".into(),
        name if name.starts_with("fecha_") || name == "paciente_fecha_nacimiento" => "AAAA, AAAA-MM o AAAA-MM-DD".into(),
        _ => format!("Se acepta, sin distinguir mayúsculas ni tildes: {}", codes(field)?.join(", ")),
    };
    Some(text)
}

fn codes(field: &str) -> Option<Vec<&'static str>> {
    match field {
        "estado" => Some(Estado::ALL.iter().map(|value| value.as_str()).collect()),
        "gravedad" => Some(Gravedad::ALL.iter().map(|value| value.as_str()).collect()),
        "paciente_sexo" => Some(Sexo::ALL.iter().map(|value| value.as_str()).collect()),
        "ea_desenlace" => Some(Desenlace::ALL.iter().map(|value| value.as_str()).collect()),
        _ => None,
    }
}
