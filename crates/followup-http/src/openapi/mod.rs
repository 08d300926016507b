//! The OpenAPI 3.1 document: what all operations share.

mod examples;

use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{Modify, OpenApi as _};

use crate::download::HARMLESS;
use crate::routes::{ApiDoc, ROUTES};

/// The document as it is served, without running a server.
pub fn openapi_json() -> String {
    let mut document = ApiDoc::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").into();
    document.info.license = None;
    document.info.contact = None;
    name_roles(&mut document);
    examples::add(&mut document);
    // The document is plain data: serialising it cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

/// Adds to each call whose it is, as `x-roles`, from the table by which requests are let in.
fn name_roles(document: &mut OpenApi) {
    for route in ROUTES {
        let (Some(permission), Some(item)) = (route.permission, document.paths.paths.get_mut(route.path)) else { continue };
        let operation = match route.method {
            "GET" => &mut item.get,
            "POST" => &mut item.post,
            "PUT" => &mut item.put,
            "PATCH" => &mut item.patch,
            _ => &mut item.delete,
        };
        if let Some(operation) = operation {
            let roles: Vec<&str> = permission.roles().iter().map(|role| role.as_str()).collect();
            operation.extensions.get_or_insert_default().merge(ExtensionsBuilder::new().add("x-roles", json!(roles)).build());
        }
    }
}

/// Adds the one security scheme.
pub(crate) struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut OpenApi) {
        let text = "El token de `POST /auth/login`, o el del emisor de la organización.";
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(text)).build();
        document.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Adds what operations share: the errors that any of them may answer, and that a parameter is absent rather than null.
pub(crate) struct CommonAnswers;

const WITH_TOKEN: &[(&str, &str)] = &[("401", "Sin token válido"), ("403", "El rol no lo permite")];
const WITH_BODY: &[(&str, &str)] =
    &[("400", "Cuerpo mal formado"), ("413", "Cuerpo demasiado grande"), ("415", "Tipo de contenido no soportado")];
const ALWAYS: &[(&str, &str)] = &[
    ("408", "El cuerpo llegó demasiado despacio"),
    ("422", "Campos o parámetros no válidos o desconocidos"),
    ("500", "Error interno; `id` lo identifica en el registro del servicio"),
    ("503", "La base de datos no está disponible, o el canal no está configurado"),
];

impl Modify for CommonAnswers {
    fn modify(&self, document: &mut OpenApi) {
        for item in document.paths.paths.values_mut() {
            let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                let has_body = operation.request_body.is_some();
                let is_protected = operation.security.is_none();
                if is_protected {
                    add_errors(operation, WITH_TOKEN);
                }
                if has_body {
                    add_errors(operation, WITH_BODY);
                }
                if has_body || is_protected {
                    add_errors(operation, ALWAYS);
                }
                operation.parameters.iter_mut().flatten().for_each(never_null);
                may_be_left_out(operation);
                describe_headers(operation);
            }
        }
        let attachments = document.paths.paths.iter_mut().filter(|(path, _)| path.ends_with("/attachments/{n}"));
        attachments.filter_map(|(_, item)| item.get.as_mut()).for_each(name_harmless_types);
    }
}

/// What an operation says of an answer itself stays.
fn add_errors(operation: &mut Operation, errors: &[(&str, &str)]) {
    for (status, description) in errors {
        let schema = RefOr::Ref(Ref::from_schema_name("Error"));
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new().description(*description).content("application/json", content).build();
        operation.responses.responses.entry((*status).into()).or_insert(RefOr::T(response));
    }
}

fn describe_headers(operation: &mut Operation) {
    for (status, name, kind, text) in [
        ("429", "Retry-After", Type::Integer, "Segundos que hay que esperar"),
        ("500", "X-Request-Id", Type::String, "El `id` del cuerpo, como en toda respuesta"),
        ("503", "Retry-After", Type::Integer, "Segundos que hay que esperar, cuando vale la pena intentar de nuevo"),
    ] {
        if let Some(RefOr::T(response)) = operation.responses.responses.get_mut(status) {
            let schema = ObjectBuilder::new().schema_type(kind);
            let header = HeaderBuilder::new().schema(schema).description(Some(text)).build();
            response.headers.insert(name.to_owned(), header);
        }
    }
}

/// An attachment goes out under its own type only where no browser runs it.
fn name_harmless_types(operation: &mut Operation) {
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut("200")
        && let Some(file) = response.content.get("application/octet-stream").cloned()
    {
        response.content.extend(HARMLESS.iter().map(|name| ((*name).to_owned(), file.clone())));
    }
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

fn never_null(parameter: &mut Parameter) {
    if let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema
        && let SchemaType::Array(types) = &object.schema_type
        && let Some(only) = types.iter().find(|one| **one != Type::Null)
    {
        object.schema_type = SchemaType::Type(only.clone());
    }
}
