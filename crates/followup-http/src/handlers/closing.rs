//! Closing and reopening a follow-up.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_app::{App, CloseError};
use followup_words::answers as texts;

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::JsonObject;
use crate::dto::case_output::CaseOutput;
use crate::dto::closing::{CloseInput, ReasonInput};
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/close", tag = "seguimiento", summary = "Cerrar el seguimiento de un caso",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = CloseInput,
    responses(
        (status = 200, description = "El caso como quedó", body = CaseOutput),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
        (status = 409, description = "Ya cerrado, o `checks` dice qué controles no se cumplen", body = ErrorBody),
    )
)]
pub(crate) async fn close(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let closing = object::<CloseInput>(fields)?;
    let id = path::case_id(&request)?;
    let actor = caller.actor();
    let case = blocking(&state, move |followup| followup.close_followup(&actor, id, &closing)).await?;
    Ok(HttpResponse::Ok().json(CaseOutput::from(state.followup.view(case))))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/reopen", tag = "seguimiento", summary = "Reabrir el seguimiento de un caso",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = ReasonInput,
    responses(
        (status = 200, description = "El caso como quedó", body = CaseOutput),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
        (status = 409, description = "El seguimiento está abierto", body = ErrorBody),
    )
)]
pub(crate) async fn reopen(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let reason = object::<ReasonInput>(fields)?;
    let id = path::case_id(&request)?;
    let actor = caller.actor();
    let reopened = move |followup: &App| match followup.reopen_followup(&actor, id, &reason) {
        Err(CloseError::Already) => Err(Refusal::Conflict(texts::FOLLOWUP_OPEN.into()).into()),
        other => other.map_err(ApiError::from),
    };
    let case = blocking(&state, reopened).await?;
    Ok(HttpResponse::Ok().json(CaseOutput::from(state.followup.view(case))))
}
