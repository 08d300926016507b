//! Whether the process lives, whether it can serve, and its numbers for Prometheus.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use followup_runtime::metrics;
use serde::Serialize;
use utoipa::ToSchema;

use crate::body::NoBody;
use crate::dto::health::ReadinessOutput;
use crate::errors::RETRY_AFTER_SECONDS;
use crate::metrics::render;
use crate::state::HttpState;

/// El proceso vive.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
}

#[utoipa::path(
    get, path = "/healthz", tag = "servicio", summary = "El proceso vive", security(()),
    responses((status = 200, description = "Vive", body = Health))
)]
pub(crate) async fn healthz(_: NoBody) -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

#[utoipa::path(
    get, path = "/readyz", tag = "servicio", security(()),
    summary = "El proceso puede atender: la base de datos responde y su esquema es el esperado; y cómo anda el resto",
    responses(
        (status = 200, description = "Puede atender; `degraded` dice que algo más anda mal", body = ReadinessOutput),
        (status = 503, description = "No puede atender; responde en pocos segundos aunque la base de datos no lo haga", body = ReadinessOutput),
    )
)]
pub(crate) async fn readyz(state: web::Data<HttpState>, _: NoBody) -> HttpResponse {
    let readiness = match state.probe.read(&state.followup).await {
        Ok(health) => health.into(),
        Err(cause) => ReadinessOutput::not_ready(&cause),
    };
    if readiness.is_ready() {
        return HttpResponse::Ok().json(readiness);
    }
    HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, RETRY_AFTER_SECONDS)).json(readiness)
}

#[utoipa::path(
    get, path = "/metrics", tag = "servicio", security(()),
    summary = "Los números del servicio para Prometheus: solo cantidades, ningún dato de un caso",
    responses(
        (status = 200, description = "Formato de texto 0.0.4; `followup_store_up` es 0 cuando la base de datos no responde", body = String, content_type = "text/plain"),
    )
)]
pub(crate) async fn prometheus(state: web::Data<HttpState>, _: NoBody) -> HttpResponse {
    let text = render(&state.probe.read(&state.followup).await);
    HttpResponse::Ok().content_type(metrics::CONTENT_TYPE).body(text.into_string())
}
