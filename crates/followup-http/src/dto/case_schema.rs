//! What the OpenAPI document says of a case's fields. Their names, what they take and its limits are the record's own.

use followup_domain::case::{CaseRecord, Event, FieldKind, PartialDate, Product, Quantity, YesNo, longest};
use followup_domain::ids::ProductId;
use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};

use crate::input::{LIST_LENGTH, NO_NUL, nullable, whole_number_of};

/// The three lists and their fields.
const LISTS: [(&str, &[&str]); 3] = [("productos", Product::FIELDS), ("concomitantes", Product::FIELDS), ("eventos", Event::FIELDS)];

/// Whether a field is sent or received.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Many spellings are accepted, and null or an empty text clears.
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
        let items = ArrayBuilder::new().items(with_fields(item, fields, usage));
        let items = if usage == Use::Input { items.max_items(Some(LIST_LENGTH)) } else { items };
        let object = object.property(*list, items);
        if usage == Use::Output { object.required(*list) } else { object }
    })
}

fn product_id(usage: Use) -> Schema {
    let text = match usage {
        Use::Input => "El producto guardado que es este; sin él, el del mismo lugar y nombre. Otro número: un producto nuevo",
        Use::Output => "El producto dentro del caso: no cambia con su lugar ni con su nombre, ni se da a otro",
    };
    let number = whole_number_of(&ProductId::NAMED).description(Some(text)).into();
    if usage == Use::Input { nullable(number) } else { number }
}

/// An object that takes no other fields.
pub(crate) fn closed_object() -> ObjectBuilder {
    ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

/// `producto_sospechoso` is the name of the main product.
fn kind_of(field: &str) -> FieldKind {
    CaseRecord::kind(field).or_else(|| Product::kind(field)).or_else(|| Event::kind(field)).unwrap_or(FieldKind::Text)
}

fn field_schema(field: &str, usage: Use) -> Schema {
    let kind = kind_of(field);
    let object = match usage {
        Use::Input => input_schema(field, kind),
        Use::Output => output_schema(kind),
    };
    let object = object.description(description(field, kind, usage)).into();
    let is_never_null = match kind {
        FieldKind::Flag { optional } => !optional,
        FieldKind::Code { optional, .. } => usage == Use::Output && !optional,
        FieldKind::Text | FieldKind::YesNo | FieldKind::Date | FieldKind::Measure(_) => false,
    };
    if is_never_null { object } else { nullable(object) }
}

fn output_schema(kind: FieldKind) -> ObjectBuilder {
    let object = ObjectBuilder::new();
    match kind {
        FieldKind::Text | FieldKind::Date => object.schema_type(Type::String),
        FieldKind::Code { codes, .. } => object.schema_type(Type::String).enum_values(Some(codes.iter().copied())),
        FieldKind::YesNo => object.schema_type(Type::String).enum_values(Some(YesNo::SPELLINGS.iter().copied())),
        FieldKind::Measure(_) => object.schema_type(Type::Number),
        FieldKind::Flag { .. } => object.schema_type(Type::Boolean),
    }
}

fn input_schema(field: &str, kind: FieldKind) -> ObjectBuilder {
    let object = ObjectBuilder::new();
    match kind {
        FieldKind::Text => object.schema_type(Type::String).max_length(Some(longest(field))).pattern(Some(NO_NUL)),
        FieldKind::Date => object.schema_type(Type::String).pattern(Some(or_nothing(PartialDate::PATTERN))),
        FieldKind::Code { codes, .. } => {
            let values = codes.iter().chain([&""]).map(|code| Value::from(*code));
            object.schema_type(Type::String).enum_values(Some(values))
        }
        FieldKind::YesNo => {
            let values = YesNo::SPELLINGS.iter().chain([&""]).map(|word| Value::from(*word)).chain([Value::from(true), Value::from(false)]);
            object.schema_type(SchemaType::from_iter([Type::String, Type::Boolean])).enum_values(Some(values))
        }
        FieldKind::Measure(quantity) => {
            let (number, limits) = (utoipa::Number::Float, quantity.limits());
            let object = object.schema_type(SchemaType::from_iter([Type::Number, Type::String]));
            let object = object.minimum(Some(number(*limits.start()))).maximum(Some(number(*limits.end())));
            object.pattern(Some(or_nothing(quantity.pattern())))
        }
        FieldKind::Flag { .. } => object.schema_type(Type::Boolean),
    }
}

fn or_nothing(pattern: &str) -> String {
    format!("^(?:{pattern})?$")
}

fn description(field: &str, kind: FieldKind, usage: Use) -> Option<String> {
    let text = match (kind, usage) {
        (FieldKind::Measure(Quantity::Age), Use::Input) => "Años; también un texto con su unidad, como «45 años» u «8 meses»".into(),
        (FieldKind::Measure(Quantity::Weight), Use::Input) => "Kilogramos; también un texto con su unidad, como «68 kg»".into(),
        (FieldKind::Measure(Quantity::Age), Use::Output) => "Años".into(),
        (FieldKind::Measure(Quantity::Weight), Use::Output) => "Kilogramos".into(),
        (FieldKind::YesNo, Use::Input) => "Sí, No o Desconocido, sin distinguir mayúsculas ni tildes; también true o false".into(),
        (FieldKind::Code { .. }, Use::Output) if field == "gravedad" => {
            "Como se indicó; mientras nadie la indique, la que se sigue del resto del caso".into()
        }
        (FieldKind::Date, _) => "AAAA, AAAA-MM o AAAA-MM-DD".into(),
        (FieldKind::Code { codes, .. }, Use::Input) => {
            format!("Se acepta, sin distinguir mayúsculas ni tildes: {}", codes.join(", "))
        }
        (FieldKind::Flag { .. }, _) if field == "auto_followup" => "Si el caso recibe solicitudes automáticas".into(),
        (FieldKind::Flag { .. }, _) if field == "tratamiento_continua" => "El tratamiento continúa: no tiene fecha de fin".into(),
        (FieldKind::Flag { .. }, _) if field == "evento_continua" => "El evento continúa: no tiene fecha de fin".into(),
        (FieldKind::Flag { .. }, _) => "Producto biológico o vacuna".into(),
        (FieldKind::Text, _) | (FieldKind::Code { .. } | FieldKind::YesNo, Use::Output) => return None,
    };
    Some(text)
}
