//! The follow-up of a case.

use actix_web::{HttpRequest, HttpResponse, web};

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::dto::error::ErrorBody;
use crate::dto::followup::{FollowupOutput, ReadInput};
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/followup", tag = "seguimiento", summary = "El seguimiento de un caso: qué falta, a quién se pide, qué se intentó",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    responses(
        (status = 200, description = "El seguimiento", body = FollowupOutput),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn summary(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, ApiError> {
    let id = path::case_id(&request)?;
    let reader = caller.username.clone();
    let summary = blocking(&state, move |followup| followup.followup_summary(id, &reader)).await?;
    Ok(HttpResponse::Ok().json(FollowupOutput::new(summary, state.followup.policy.zone)))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/read", tag = "seguimiento", summary = "Marcar la conversación como leída por quien llama; sus respuestas siguen por atender",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = ReadInput,
    responses(
        (status = 204, description = "Marcada"),
        (status = 404, description = "ICSR o mensaje no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn read(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let up_to = object::<ReadInput>(fields)?;
    let id = path::case_id(&request)?;
    let actor = caller.actor();
    blocking(&state, move |followup| followup.mark_read(&actor, id, up_to)).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/attended", tag = "seguimiento", summary = "Dar por atendidas las respuestas, para todos; cambiar el caso, escribir, registrar una llamada, decidir sobre el plan o cerrar lo hacen también, con las que leyó quien decide",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = ReadInput,
    responses(
        (status = 204, description = "Atendidas"),
        (status = 404, description = "ICSR o mensaje no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn attended(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let up_to = object::<ReadInput>(fields)?;
    let id = path::case_id(&request)?;
    let actor = caller.actor();
    blocking(&state, move |followup| followup.attend_answers(&actor, id, up_to)).await?;
    Ok(HttpResponse::NoContent().finish())
}
