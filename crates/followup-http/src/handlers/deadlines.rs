//! The table of reporting deadlines: all may read it.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::App;

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::dto::deadline::{DeadlineInput, DeadlineOutput};
use crate::dto::error::ErrorBody;
use crate::dto::list::DeadlineList;
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/admin/followup/deadlines", tag = "administración", summary = "Los plazos para reportar a las autoridades",
    responses(
        (status = 200, description = "Los plazos", body = DeadlineList),
    )
)]
pub(crate) async fn list_deadlines(state: web::Data<HttpState>, _: NoBody) -> Result<HttpResponse, ApiError> {
    let deadlines = blocking(&state, App::deadlines).await?;
    Ok(HttpResponse::Ok().json(DeadlineList::of(deadlines, DeadlineOutput::from)))
}

#[utoipa::path(
    post, path = "/api/v1/admin/followup/deadlines", tag = "administración", summary = "Agregar un plazo",
    request_body = DeadlineInput,
    responses(
        (status = 201, description = "Agregado", body = DeadlineOutput),
    )
)]
pub(crate) async fn create_deadline(
    caller: Caller,
    state: web::Data<HttpState>,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let deadline = object::<DeadlineInput>(fields)?;
    let actor = caller.actor();
    let stored = blocking(&state, move |followup| followup.set_deadline(&actor, None, &deadline)).await?;
    Ok(HttpResponse::Created().json(DeadlineOutput::from(stored)))
}

#[utoipa::path(
    put, path = "/api/v1/admin/followup/deadlines/{deadline_id}", tag = "administración", summary = "Cambiar un plazo",
    params(("deadline_id" = i64, Path, description = "Número del plazo")),
    request_body = DeadlineInput,
    responses(
        (status = 200, description = "Como quedó", body = DeadlineOutput),
        (status = 404, description = "Plazo no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn replace_deadline(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let deadline = object::<DeadlineInput>(fields)?;
    let id = path::deadline_id(&request);
    let actor = caller.actor();
    let stored = blocking(&state, move |followup| followup.set_deadline(&actor, Some(id), &deadline)).await?;
    Ok(HttpResponse::Ok().json(DeadlineOutput::from(stored)))
}

#[utoipa::path(
    delete, path = "/api/v1/admin/followup/deadlines/{deadline_id}", tag = "administración", summary = "Quitar un plazo",
    params(("deadline_id" = i64, Path, description = "Número del plazo")),
    responses(
        (status = 204, description = "Quitado"),
        (status = 404, description = "Plazo no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn remove_deadline(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, ApiError> {
    let id = path::deadline_id(&request);
    let actor = caller.actor();
    blocking(&state, move |followup| followup.remove_deadline(&actor, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
