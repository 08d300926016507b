//! What the document says of requests, as strictly as they are read: no further fields, and only the values that are taken.

use serde_json::Value;
use utoipa::Modify;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr, Required};

use crate::dto::{attempt, call, case_query, closing, deadline, documented, inbox, message_change, send};

/// Closes every JSON object that is sent, and lists the values of the fields that have a list.
pub(crate) struct StrictRequests;

impl Modify for StrictRequests {
    fn modify(&self, document: &mut OpenApi) {
        for operation in operations_mut(document) {
            may_be_left_out(operation);
        }
        let mut open: Vec<String> = operations(document).iter().flat_map(|operation| sent_by(operation)).collect();
        let Some(components) = &mut document.components else { return };
        while let Some(name) = open.pop() {
            let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(&name) else { continue };
            if object.additional_properties.is_none() {
                object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
                open.extend(object.properties.values().flat_map(names_in));
            }
        }
        for (schema, field, values) in fields_with_values() {
            if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(schema)
                && let Some(RefOr::T(Schema::Object(field))) = object.properties.get_mut(field)
            {
                take_only(field, &values);
            }
        }
        for operation in operations_mut(document) {
            let parameters = operation.parameters.iter_mut().flatten();
            for parameter in parameters.filter(|parameter| parameter.parameter_in == ParameterIn::Query) {
                let values = parameters_with_values().into_iter().find(|(name, _)| *name == parameter.name);
                if let (Some((_, values)), Some(RefOr::T(Schema::Object(object)))) = (values, &mut parameter.schema) {
                    take_only(object, &values);
                }
            }
        }
    }
}

type Values = Vec<&'static str>;

/// From the very lists by which the fields are read.
fn fields_with_values() -> Vec<(&'static str, &'static str, Values)> {
    vec![
        ("AttemptRequest", "channel", names(&attempt::channels())),
        ("AttemptChange", "action", names(&attempt::ACTIONS)),
        ("CallRequest", "outcome", names(&call::outcomes())),
        ("CloseRequest", "reason", names(&closing::reasons())),
        ("DeadlineRequest", "scope", names(&deadline::scopes())),
        ("FieldStateRequest", "state", names(&documented::STATES)),
        ("MessageStatusRequest", "status", names(&message_change::statuses())),
        ("ResolveRequest", "status", names(&message_change::FATES)),
        ("SendRequest", "channel", send::channels()),
        ("DraftRequest", "channel", send::channels()),
    ]
}

fn parameters_with_values() -> Vec<(&'static str, Values)> {
    vec![
        ("state", names(&inbox::STATES)),
        ("sort", names(&case_query::SORTS)),
        ("followup_status", names(&case_query::followup_statuses())),
        ("awaiting", names(&case_query::AWAITING)),
    ]
}

fn names<T>(values: &[(&'static str, T)]) -> Values {
    values.iter().map(|(name, _)| *name).collect()
}

fn take_only(object: &mut Object, values: &[&str]) {
    let is_nullable = matches!(&object.schema_type, SchemaType::Array(types) if types.contains(&Type::Null));
    let values = values.iter().map(|value| Value::from(*value));
    object.enum_values = Some(values.chain(is_nullable.then_some(Value::Null)).collect());
}

fn operations(document: &OpenApi) -> Vec<&Operation> {
    let all = document.paths.paths.values().flat_map(|item| [&item.get, &item.post, &item.put, &item.patch, &item.delete]);
    all.flatten().collect()
}

fn operations_mut(document: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    let items = document.paths.paths.values_mut();
    items.flat_map(|item| [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]).flatten()
}

/// A body that need not be there is an object when it is: never null.
fn may_be_left_out(operation: &mut Operation) {
    let Some(body) = &mut operation.request_body else { return };
    for content in body.content.values_mut() {
        if let Some(RefOr::T(Schema::OneOf(one))) = &content.schema {
            content.schema = one.items.iter().find(|schema| matches!(schema, RefOr::Ref(_))).cloned();
            body.required = Some(Required::False);
        }
    }
}

/// The schemas of an operation's JSON body. A form has the fields of OAuth 2.0 too.
fn sent_by(operation: &Operation) -> Vec<String> {
    let json = operation.request_body.as_ref().and_then(|body| body.content.get("application/json"));
    json.and_then(|content| content.schema.as_ref()).map(names_in).unwrap_or_default()
}

/// The named schemas that a schema consists of.
fn names_in(schema: &RefOr<Schema>) -> Vec<String> {
    match schema {
        RefOr::Ref(reference) => reference.ref_location.rsplit('/').next().map(str::to_owned).into_iter().collect(),
        RefOr::T(Schema::Array(array)) => match &array.items {
            ArrayItems::RefOrSchema(items) => names_in(items),
            ArrayItems::False => Vec::new(),
        },
        RefOr::T(_) => Vec::new(),
    }
}
