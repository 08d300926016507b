//! A person decides about the scheduled contacts of a case.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::App;
use followup_domain::ports::MessageView;

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, OptionalObject};
use crate::dto::attempt::{AttemptChangeInput, AttemptOutput, NewContactInput};
use crate::dto::closing::SendReasonInput;
use crate::dto::error::ErrorBody;
use crate::dto::message::MessageOutput;
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/attempts", tag = "seguimiento", summary = "Programar un contacto más",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = NewContactInput,
    responses(
        (status = 201, description = "Programado", body = AttemptOutput),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
        (status = 409, description = "Seguimiento cerrado", body = ErrorBody),
    )
)]
pub(crate) async fn schedule_attempt(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let contact = object::<NewContactInput>(fields)?;
    let id = path::case_id(&request)?;
    let actor = caller.actor();
    let attempt = blocking(&state, move |followup| followup.schedule_attempt(&actor, id, &contact)).await?;
    Ok(HttpResponse::Created().json(AttemptOutput::new(attempt, state.followup.policy.zone)))
}

#[utoipa::path(
    patch, path = "/api/v1/icsr/{icsr_id}/followup/attempts/{attempt_id}", tag = "seguimiento", summary = "Omitir, reprogramar, completar o reactivar un intento",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("attempt_id" = i64, Path, description = "Número del intento"),
    ),
    request_body = AttemptChangeInput,
    responses(
        (status = 200, description = "El intento como quedó", body = AttemptOutput),
        (status = 404, description = "ICSR o intento no encontrado", body = ErrorBody),
        (status = 409, description = "Seguimiento cerrado, o el estado del intento no lo admite", body = ErrorBody),
    )
)]
pub(crate) async fn change_attempt(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let action = object::<AttemptChangeInput>(fields)?;
    let (id, attempt_id) = (path::case_id(&request)?, path::attempt_id(&request));
    let actor = caller.actor();
    let attempt = blocking(&state, move |followup| followup.override_attempt(&actor, id, attempt_id, &action)).await?;
    Ok(HttpResponse::Ok().json(AttemptOutput::new(attempt, state.followup.policy.zone)))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/attempts/{attempt_id}/send", tag = "seguimiento", summary = "Enviar ya la carta de un intento; se intenta una vez",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("attempt_id" = i64, Path, description = "Número del intento"),
    ),
    request_body = Option<SendReasonInput>,
    responses(
        (status = 201, description = "Aceptada por el transporte", body = MessageOutput),
        (status = 400, description = "Canal no soportado, o reportante sin contacto", body = ErrorBody),
        (status = 404, description = "ICSR o intento no encontrado", body = ErrorBody),
        (status = 409, description = "Seguimiento cerrado, nada que pedir, la dirección pidió no ser contactada o rebotó (y no se da `override_reason`), o el estado del intento no lo admite", body = ErrorBody),
        (status = 502, description = "El transporte no la aceptó; queda en la conversación", body = ErrorBody),
    )
)]
pub(crate) async fn send_attempt(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    OptionalObject(fields): OptionalObject,
) -> Result<HttpResponse, ApiError> {
    let (reason, overriding) = object::<SendReasonInput>(fields)?;
    let (id, attempt_id) = (path::case_id(&request)?, path::attempt_id(&request));
    let actor = caller.actor();
    let sent = move |followup: &App| followup.send_attempt_overriding(&actor, id, attempt_id, reason.as_deref(), overriding.as_deref());
    let message = blocking(&state, sent).await?;
    Ok(HttpResponse::Created().json(MessageOutput::from(MessageView::of(message))))
}
