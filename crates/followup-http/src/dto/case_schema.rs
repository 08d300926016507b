//! What the OpenAPI document says of a case's fields. The names are the record's own, so none is forgotten.

use followup_domain::case::{Desenlace, Estado, Event, Gravedad, Product, Sexo};
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};

/// The three lists and their fields.
const LISTS: [(&str, &[&str]); 3] = [("productos", Product::FIELDS), ("concomitantes", Product::FIELDS), ("eventos", Event::FIELDS)];

/// Whether a field is sent or received.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Many spellings are accepted, and null clears.
    Input,
    /// One spelling, null where nothing is known.
    Output,
}

/// Adds fields to an object.
pub(crate) fn with_fields(object: ObjectBuilder, fields: &[&str], usage: Use) -> ObjectBuilder {
    fields.iter().fold(object, |object, field| {
        let object = object.property(*field, field_schema(field, usage));
        if usage == Use::Output { object.required(*field) } else { object }
    })
}

/// Adds the three lists to an object.
pub(crate) fn with_lists(object: ObjectBuilder, usage: Use) -> ObjectBuilder {
    LISTS.iter().fold(object, |object, (list, fields)| {
        let item = if *list == "productos" { closed_object().property("id", product_id(usage)) } else { closed_object() };
        let object = object.property(*list, ArrayBuilder::new().items(with_fields(item, fields, usage)));
        if usage == Use::Output { object.required(*list) } else { object }
    })
}

fn product_id(usage: Use) -> ObjectBuilder {
    let (types, text) = match usage {
        Use::Input => (
            SchemaType::from_iter([Type::Integer, Type::Null]),
            "El producto guardado que es este; sin él, el del mismo lugar y nombre. Otro número: un producto nuevo",
        ),
        Use::Output => (Type::Integer.into(), "El producto dentro del caso: no cambia con su lugar ni con su nombre, ni se da a otro"),
    };
    ObjectBuilder::new().schema_type(types).description(Some(text))
}

/// An object that takes no other fields.
pub(crate) fn closed_object() -> ObjectBuilder {
    ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

fn field_schema(field: &str, usage: Use) -> Schema {
    let kind = match field {
        "paciente_edad" | "paciente_peso" => Type::Number,
        "auto_followup" | "es_biologico" => Type::Boolean,
        _ => Type::String,
    };
    let mut types = vec![kind.clone()];
    if usage == Use::Input && kind == Type::Number {
        types.push(Type::String);
    }
    if field != "auto_followup" && (usage, field) != (Use::Output, "estado") {
        types.push(Type::Null);
    }
    let nullable = types.contains(&Type::Null);
    let object = ObjectBuilder::new().schema_type(SchemaType::from_iter(types)).description(description(field, usage));
    match (codes(field), usage) {
        (Some(codes), Use::Output) => {
            let values = codes.into_iter().map(serde_json::Value::from);
            object.enum_values(Some(values.chain(nullable.then_some(serde_json::Value::Null)))).into()
        }
        (Some(codes), Use::Input) => object.examples(codes).into(),
        (None, _) => object.into(),
    }
}

fn description(field: &str, usage: Use) -> Option<String> {
    let text = match (field, usage) {
        ("paciente_edad", Use::Input) => "Años; también un texto con su unidad, como «45 años» u «8 meses»".into(),
        ("paciente_peso", Use::Input) => "Kilogramos; también un texto con su unidad, como «68 kg»".into(),
        ("paciente_edad", Use::Output) => "Años".into(),
        ("paciente_peso", Use::Output) => "Kilogramos".into(),
        ("auto_followup", _) => "Si el caso recibe solicitudes automáticas".into(),
        ("es_biologico", _) => "Producto biológico o vacuna".into(),
        (name, _) if name.starts_with("fecha_") || name == "paciente_fecha_nacimiento" => "AAAA, AAAA-MM o AAAA-MM-DD".into(),
        (name, Use::Input) => format!("Se acepta, sin distinguir mayúsculas ni tildes: {}", codes(name)?.join(", ")),
        (_, Use::Output) => return None,
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
