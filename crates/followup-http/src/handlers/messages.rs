//! The thread of a case, and writing to its reporter.

use actix_web::{HttpRequest, HttpResponse, web};
use followup_domain::message::Message;

use super::path;
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::dto::error::ErrorBody;
use crate::dto::list::MessageList;
use crate::dto::message::MessageOutput;
use crate::dto::send::{DraftInput, DraftOutput, SendInput};
use crate::errors::ApiError;
use crate::idempotency::{KeyHeader, key_of};
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/icsr/{icsr_id}/followup/thread", tag = "seguimiento", summary = "La conversación de un caso",
    params(("icsr_id" = i64, Path, description = "Número del caso")),
    responses(
        (status = 200, description = "Los mensajes en orden cronológico", body = MessageList),
        (status = 404, description = "ICSR no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn thread(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::case_id(&request)?;
    let (thread, notices, flags) = blocking(&state, move |followup| followup.thread_with_notices(id)).await?;
    let notice = |message: &Message| notices.iter().find(|notice| notice.message_id == message.id);
    let flags = |message: &Message| flags.iter().filter(|(id, _)| *id == message.id).map(|(_, flag)| *flag).collect::<Vec<_>>();
    Ok(HttpResponse::Ok().json(MessageList::of(thread, |message| {
        let (notice, flags) = (notice(&message), flags(&message));
        MessageOutput::new(message, notice).with_flags(&flags)
    })))
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
    Ok(response.json(MessageOutput::from(sent.message)))
}
