//! Whether the process lives, and whether it can work.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::blocking::blocking;
use crate::body::NoBody;
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::state::HttpState;

/// Estado del servicio.
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
    get, path = "/readyz", tag = "servicio", summary = "La base de datos responde y su esquema es el esperado", security(()),
    responses(
        (status = 200, description = "Puede trabajar", body = Health),
        (status = 503, description = "No puede trabajar", body = ErrorBody),
    )
)]
pub(crate) async fn readyz(state: web::Data<HttpState>, _: NoBody) -> Result<HttpResponse, ApiError> {
    // Whatever is wrong with the store, this process cannot work now.
    blocking(&state, |followup| followup.store.check().map_err(|error| ApiError::StoreUnavailable(error.to_string()))).await?;
    Ok(HttpResponse::Ok().json(Health { status: "ok" }))
}
