//! What a reader said of its fields, as the OpenAPI document says it.

use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};

/// A field.
#[derive(Clone)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) required: bool,
    pub(crate) schema: RefOr<Schema>,
}

/// The fields of one form of an object.
#[derive(Clone, Default)]
pub(crate) struct Form(pub(crate) Vec<Property>);

/// All forms of an object, and the named objects within them.
pub(crate) struct Described {
    pub(crate) forms: Vec<Form>,
    pub(crate) nested: Vec<(String, RefOr<Schema>)>,
}

impl Described {
    pub(super) fn new() -> Self {
        Self { forms: vec![Form::default()], nested: Vec::new() }
    }

    /// A field of every form that is being described.
    pub(super) fn add(&mut self, property: &Property) {
        self.forms.iter_mut().for_each(|form| form.0.push(property.clone()));
    }
}

/// An object that takes these fields and no others; of several forms, one.
pub(super) fn object_schema(forms: &[Form], about: &str) -> Schema {
    match forms {
        [form] => form_schema(form).description(Some(about)).into(),
        forms => {
            let one = OneOfBuilder::new().description(Some(about));
            forms.iter().fold(one, |one, form| one.item(form_schema(form))).into()
        }
    }
}

fn form_schema(form: &Form) -> ObjectBuilder {
    let object = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)));
    form.0.iter().fold(object, |object, property| {
        let object = object.property(property.name, with_text(property.schema.clone(), property.about));
        if property.required { object.required(property.name) } else { object }
    })
}

fn with_text(schema: RefOr<Schema>, about: &str) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.description = Some(about.to_owned());
            Schema::Object(object).into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = Some(about.to_owned());
            Schema::Array(array).into()
        }
        other => other,
    }
}

/// A reference to a named schema.
pub(super) fn named(name: &str) -> RefOr<Schema> {
    Ref::from_schema_name(name).into()
}

/// The schema, or null: in a JSON object that is absence.
pub(crate) fn nullable(schema: Schema) -> Schema {
    match schema {
        Schema::Object(mut object) => {
            object.schema_type = or_null(object.schema_type);
            if let Some(values) = &mut object.enum_values {
                values.push(Value::Null);
            }
            Schema::Object(object)
        }
        Schema::Array(mut array) => {
            array.schema_type = or_null(array.schema_type);
            Schema::Array(array)
        }
        other => other,
    }
}

fn or_null(kind: SchemaType) -> SchemaType {
    match kind {
        SchemaType::Type(one) => SchemaType::from_iter([one, Type::Null]),
        SchemaType::Array(mut several) => {
            several.push(Type::Null);
            SchemaType::Array(several)
        }
        SchemaType::AnyValue => SchemaType::AnyValue,
    }
}
