//! The thread of a case, and writing to its reporter.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_domain::ports::MessageView;

use super::path;
use crate::answer::{Cost, answer};
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::dto::error::ErrorBody;
use crate::dto::message::{BodyOutput, MessageOutput, ThreadInput, ThreadOutput};
use crate::dto::send::{DraftInput, DraftOutput, SendInput};
use crate::errors::ApiError;
use crate::idempotency::{KeyHeader, key_of};
use crate::input::object;
use crate::query::Parameters;
use crate::state::HttpState;

/// A page of so many messages is not worth counting them first.
const SHORT_THREAD: usize = 20;

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/followup/thread", tag = "seguimiento", summary = "La conversación de un caso",
    description = "Completa hasta 500 mensajes; de una más larga, los últimos, y `before` dice cómo pedir los anteriores. De cada mensaje, los primeros 32 KiB de su texto.",
    params(("icsr_id" = i64, Path, description = "Número del caso"), ThreadInput),
    responses(
        (status = 200, description = "Los mensajes en orden cronológico", body = ThreadOutput),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn thread(state: web::Data<HttpState>, request: HttpRequest, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let (before, limit) = parameters.read::<ThreadInput>()?;
    let id = path::case_id(&request)?;
    // Most threads are short: room is taken for what there is.
    let length = match limit {
        0..=SHORT_THREAD => limit,
        longer => blocking(&state, move |app| app.thread_length(id, longer)).await?,
    };
    answer(&state, StatusCode::OK, Cost::Messages(length), move |app| app.thread_page(id, before, limit), ThreadOutput::from).await
}

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/followup/{message_id}/body", tag = "seguimiento", summary = "El texto entero de un mensaje",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("message_id" = i64, Path, description = "Número del mensaje"),
    ),
    responses(
        (status = 200, description = "El texto", body = BodyOutput),
        (status = 404, description = "ICSR o mensaje no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn body(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let (id, message_id) = (path::case_id(&request)?, path::message_id(&request));
    answer(&state, StatusCode::OK, Cost::Text, move |app| app.message(id, message_id), BodyOutput::from).await
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/draft", tag = "seguimiento", summary = "Redactar la solicitud de lo que falta, sin guardarla",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    request_body = DraftInput,
    responses(
        (status = 200, description = "La solicitud", body = DraftOutput),
        (status = 400, description = "JSON mal formado, o canal no soportado", body = ErrorBody),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn draft(
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let channel = object::<DraftInput>(fields)?;
    let id = path::case_id(&request)?;
    let draft = blocking(&state, move |followup| followup.draft_request(id, &channel)).await?;
    Ok(HttpResponse::Ok().json(DraftOutput::from(draft)))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/send", tag = "seguimiento", summary = "Enviar un mensaje al reportante; se intenta una vez",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        KeyHeader,
    ),
    request_body = SendInput,
    responses(
        (status = 201, description = "Aceptado por el transporte", body = MessageOutput),
        (status = 200, description = "El mensaje de la misma petición hecha antes", body = MessageOutput),
        (status = 400, description = "JSON mal formado, canal no soportado, mensaje vacío o reportante sin contacto", body = ErrorBody),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
        (status = 409, description = "Seguimiento cerrado, la dirección pidió no ser contactada, se detuvo antes de salir, o la clave ya se usó con otra petición", body = ErrorBody),
        (status = 502, description = "El transporte no lo aceptó; queda en la conversación", body = ErrorBody),
    )
)]
pub(crate) async fn send(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let id = path::case_id(&request);
    let target = format!("POST:icsr:{}:send", id.as_ref().map_or(0, |id| id.0));
    let key = key_of(&request, &caller, &target, &fields)?;
    let message = object::<SendInput>(fields)?;
    let id = id?;
    let actor = caller.actor();
    let sent = blocking(&state, move |followup| followup.send_message(&actor, id, &message, key.as_ref())).await?;
    let mut response = if sent.created { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.json(MessageOutput::from(MessageView::of(sent.message))))
}
