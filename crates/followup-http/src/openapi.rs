//! The OpenAPI 3.1 document: what all operations share.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi as _};

use crate::routes::ApiDoc;

/// The document as it is served, without running a server.
pub fn openapi_json() -> String {
    let mut document = ApiDoc::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").into();
    document.info.license = None;
    document.info.contact = None;
    // The document is plain data: serialising it cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default()
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

/// Adds the errors that every operation with a token may answer.
pub(crate) struct AddErrors;

const PROTECTED: [(&str, &str); 4] = [
    ("401", "Sin token válido"),
    ("403", "El rol no lo permite"),
    ("500", "Error interno; `id` lo identifica en el registro del servicio"),
    ("503", "La base de datos no está disponible, o el canal no está configurado"),
];

impl Modify for AddErrors {
    fn modify(&self, document: &mut OpenApi) {
        for item in document.paths.paths.values_mut() {
            let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            for operation in operations.into_iter().flatten().filter(|operation| operation.security.is_none()) {
                add_errors(operation);
            }
        }
    }
}

fn add_errors(operation: &mut Operation) {
    for (status, description) in PROTECTED {
        let schema = RefOr::Ref(Ref::from_schema_name("Error"));
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new().description(description).content("application/json", content).build();
        operation.responses.responses.entry(status.into()).or_insert(RefOr::T(response));
    }
}
