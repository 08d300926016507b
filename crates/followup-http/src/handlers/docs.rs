//! The OpenAPI document and the page that shows it. The page loads nothing from outside.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::http::header;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::body::NoBody;
use crate::openapi::openapi_json;

const STYLE: &str = include_str!("docs/page.css");
const SCRIPT: &str = include_str!("docs/page.js");

#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "servicio", summary = "Este documento", security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
pub(crate) async fn openapi(_: NoBody) -> HttpResponse {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    HttpResponse::Ok().content_type("application/json").body(DOCUMENT.get_or_init(openapi_json).as_str())
}

#[utoipa::path(
    get, path = "/docs", tag = "servicio", summary = "Este documento, para leer", security(()),
    responses((status = 200, description = "Una página", body = String, content_type = "text/html"))
)]
pub(crate) async fn page(_: NoBody) -> HttpResponse {
    static PAGE: OnceLock<(String, String)> = OnceLock::new();
    let (html, policy) = PAGE.get_or_init(|| (html(), policy()));
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy.as_str()))
        .body(html.as_str())
}

#[utoipa::path(
    get, path = "/", tag = "servicio", summary = "Lleva a /docs, donde no está la página de la unidad", security(()),
    responses((status = 303, description = "Lo que se puede leer está en /docs", headers(("Location" = String, description = "/docs"))))
)]
pub(crate) async fn root(_: NoBody) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/docs")).finish()
}

fn html() -> String {
    format!(
        "<!doctype html>\n<html lang=\"es\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>API de seguimiento</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main id=\"api\"><p>Cargando…</p>\
         <noscript>El documento está en <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>.</noscript></main>\n\
         <script>{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

/// Only this very script and style run, and only this service is asked.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}
