//! A case as a request gives it.

use std::borrow::Cow;

use followup_answers::Refusal;
use followup_domain::case::{CasePatch, CaseRecord, FieldError, FieldList, Product, Scalar, is_flat_field, longest};
use followup_words::answers as texts;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::case_schema::{Use, closed_object, with_fields, with_lists};
use super::scalar::scalar_of;
use crate::errors::ApiError;
use crate::input::{LIST_LENGTH, is_longer, nullable, whole_number};
use crate::json::Json;

/// The body of `POST /icsr`.
pub(crate) struct NewCaseInput {
    pub(crate) patch: CasePatch,
}

/// The body of `PUT /icsr/{icsr_id}`.
pub(crate) struct CaseUpdateInput {
    pub(crate) patch: CasePatch,
    pub(crate) version: Option<i64>,
}

impl TryFrom<Vec<(String, Json)>> for NewCaseInput {
    type Error = ApiError;

    fn try_from(fields: Vec<(String, Json)>) -> Result<Self, ApiError> {
        let mut errors = Vec::new();
        let patch = patch_of(fields, &mut errors);
        // Every value is tried on an empty record, so that all that is refused is told at once.
        if let Err(refused) = patch.clone().apply(&mut CaseRecord::default()) {
            errors.extend(refused);
        }
        if errors.is_empty() { Ok(Self { patch }) } else { Err(Refusal::Invalid(errors).into()) }
    }
}

impl TryFrom<Vec<(String, Json)>> for CaseUpdateInput {
    type Error = ApiError;

    fn try_from(mut fields: Vec<(String, Json)>) -> Result<Self, ApiError> {
        let mut errors = Vec::new();
        let position = fields.iter().position(|(name, _)| name == "version");
        let version = match position.map(|position| fields.remove(position).1) {
            None | Some(Json::Null) => None,
            Some(Json::Integer(version)) => Some(version),
            Some(_) => {
                errors.push(FieldError::new("version", texts::INTEGER_EXPECTED));
                None
            }
        };
        // What a value may be, the case tells: one that it has already may stay.
        let patch = patch_of(fields, &mut errors);
        if errors.is_empty() { Ok(Self { patch, version }) } else { Err(Refusal::Invalid(errors).into()) }
    }
}

fn patch_of(fields: Vec<(String, Json)>, errors: &mut Vec<FieldError>) -> CasePatch {
    let mut patch = CasePatch::default();
    for (name, value) in fields {
        match name.as_str() {
            "productos" => patch.productos = objects(&name, value, errors),
            "concomitantes" => patch.concomitantes = objects(&name, value, errors),
            "eventos" => patch.eventos = objects(&name, value, errors),
            _ => match scalar_of(value) {
                Some(scalar) if is_too_long(&name, &scalar) => errors.push(FieldError::new(name.as_str(), texts::too_long(longest(&name)))),
                Some(scalar) => patch.fields.push((name, scalar)),
                None if is_flat_field(&name) => errors.push(FieldError::new(name, texts::SCALAR_EXPECTED)),
                None => errors.push(FieldError::new(name, texts::UNKNOWN_FIELD)),
            },
        }
    }
    patch
}

fn objects(list: &str, value: Json, errors: &mut Vec<FieldError>) -> Option<Vec<FieldList>> {
    let Json::List(items) = value else {
        errors.push(FieldError::new(list, texts::LIST_EXPECTED));
        return None;
    };
    if items.len() > LIST_LENGTH {
        errors.push(FieldError::new(list, texts::too_many(LIST_LENGTH)));
        return None;
    }
    let mut objects = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let path = format!("{list}[{index}]");
        match item {
            Json::Object(fields) => objects.push(scalars(&path, fields, errors)),
            _ => {
                errors.push(FieldError::new(path, texts::OBJECT_EXPECTED));
                // Keeps the place, so that later items are named by their own index.
                objects.push(FieldList::new());
            }
        }
    }
    Some(objects)
}

fn scalars(path: &str, fields: Vec<(String, Json)>, errors: &mut Vec<FieldError>) -> FieldList {
    let mut list = FieldList::new();
    for (name, value) in fields {
        match scalar_of(value) {
            Some(scalar) if is_too_long(&name, &scalar) => {
                errors.push(FieldError::new(format!("{path}.{name}"), texts::too_long(longest(&name))));
            }
            Some(scalar) => list.push((name, scalar)),
            None => errors.push(FieldError::new(format!("{path}.{name}"), texts::SCALAR_EXPECTED)),
        }
    }
    list
}

fn is_too_long(field: &str, value: &Scalar) -> bool {
    matches!(value, Scalar::Text(text) if is_longer(text, longest(field)))
}

fn input_schema() -> ObjectBuilder {
    let flat = Product::FIELDS.iter().filter(|field| !CaseRecord::FIELDS.contains(field));
    let names: Vec<&str> = CaseRecord::FIELDS.iter().chain(["producto_sospechoso"].iter()).chain(flat).copied().collect();
    with_lists(with_fields(closed_object(), &names, Use::Input), Use::Input)
}

impl PartialSchema for NewCaseInput {
    fn schema() -> RefOr<Schema> {
        let text = "Un caso nuevo. Un campo de producto fuera de `productos` es el del primer producto sospechoso.";
        input_schema().description(Some(text)).into()
    }
}

impl ToSchema for NewCaseInput {
    fn name() -> Cow<'static, str> {
        "IcsrInput".into()
    }
}

impl PartialSchema for CaseUpdateInput {
    fn schema() -> RefOr<Schema> {
        let version = nullable(whole_number().description(Some("La versión que el cliente leyó; si ya no es la actual, 409")).into());
        let text = "Solo los campos dados se cambian; una lista dada reemplaza la guardada; null borra el campo.";
        input_schema().property("version", version).description(Some(text)).into()
    }
}

impl ToSchema for CaseUpdateInput {
    fn name() -> Cow<'static, str> {
        "IcsrUpdate".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse_object;

    fn refused(body: &str) -> Vec<String> {
        match NewCaseInput::try_from(parse_object(body.as_bytes()).unwrap()) {
            Err(ApiError::Refused(Refusal::Invalid(errors))) => errors.into_iter().map(|error| error.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_refused_field_is_named_by_its_path() {
        let body = r#"{"version":"1","nada":[],"numero":{},"productos":[1,{"dosis":[]},{"dosi":"x","fecha_inicio":"ayer"}],"eventos":null,"id":4}"#;
        let mut named = refused(body);
        named.sort();
        let expected = [
            "eventos",
            "id",
            "nada",
            "numero",
            "productos[0]",
            "productos[1].dosis",
            "productos[2].dosi",
            "productos[2].fecha_inicio",
            "version",
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn a_new_case_has_no_version() {
        let fields = parse_object(br#"{"version":1}"#).unwrap();
        assert!(matches!(NewCaseInput::try_from(fields), Err(ApiError::Refused(Refusal::Invalid(errors))) if errors[0].field == "version"));
    }

    #[test]
    fn null_clears_a_field_and_lists_replace() {
        let fields = parse_object(r#"{"numero":null,"productos":[],"version":3,"paciente_edad":45}"#.as_bytes()).unwrap();
        let input = CaseUpdateInput::try_from(fields).unwrap();
        assert_eq!((input.version, input.patch.productos, input.patch.fields.len()), (Some(3), Some(vec![]), 2));
    }
}
