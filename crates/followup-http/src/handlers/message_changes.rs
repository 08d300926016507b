//! A person decides about a message.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::{App, MessageError};
use followup_domain::ports::MessageView;

use super::path;
use crate::answer::{Cost, answer};
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody, OptionalObject};
use crate::dto::closing::SendReasonInput;
use crate::dto::error::ErrorBody;
use crate::dto::message::MessageOutput;
use crate::dto::message_change::{LinkInput, ResolveInput, StatusInput};
use crate::errors::ApiError;
use crate::input::object;
use crate::state::HttpState;

#[utoipa::path(
    patch, path = "/api/v1/icsr/{icsr_id}/followup/{message_id}", tag = "seguimiento", summary = "Cambiar el estado de un mensaje, y el de su intento",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("message_id" = i64, Path, description = "Número del mensaje"),
    ),
    request_body = StatusInput,
    responses(
        (status = 200, description = "El mensaje como quedó", body = MessageOutput),
        (status = 404, description = "ICSR o mensaje no encontrado", body = ErrorBody),
        (status = 409, description = "El estado del mensaje no lo admite", body = ErrorBody),
    )
)]
pub(crate) async fn set_status(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let (status, reason) = object::<StatusInput>(fields)?;
    let (id, message_id) = (path::case_id(&request)?, path::message_id(&request));
    let actor = caller.actor();
    let changed = move |app: &App| {
        let message = app.set_message_status(&actor, id, message_id, status, reason.as_deref())?;
        Ok::<_, MessageError>(app.shown(message)?)
    };
    let message = blocking(&state, changed).await?;
    Ok(HttpResponse::Ok().json(MessageOutput::from(message)))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/{message_id}/resend", tag = "seguimiento", summary = "Enviar de nuevo un mensaje, como mensaje nuevo; se intenta una vez",
    description = "En lugar de uno fallido o incierto; de uno enviado que nadie respondió, como recordatorio, a propósito y una sola vez: el enviado queda como está (`reminded_by`) y el nuevo lo nombra (`reminder_of`), va debajo de él en el correo y se reenvía a su vez si hace falta otro. Una carta del servicio se escribe de nuevo, con lo que falta hoy; lo que escribió una persona va como estaba. `previous_sent_at` dice cuándo había salido el último mensaje al reportante; no impide nada.",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("message_id" = i64, Path, description = "Número del mensaje"),
    ),
    request_body = Option<SendReasonInput>,
    responses(
        (status = 201, description = "Aceptado por el transporte", body = MessageOutput),
        (status = 400, description = "Canal no soportado, o reportante sin contacto", body = ErrorBody),
        (status = 404, description = "ICSR o mensaje no encontrado", body = ErrorBody),
        (status = 409, description = "Seguimiento cerrado, nada que pedir, la dirección pidió no ser contactada o rebotó (y no se da `override_reason`), o el estado del mensaje o de su intento no lo admite; de un mensaje enviado, también si el reportante escribió después, hay una respuesta sin atender, ya no falta nada de lo que pedía, o ya fue reenviado como recordatorio", body = ErrorBody),
        (status = 502, description = "El transporte no lo aceptó; queda en la conversación", body = ErrorBody),
    )
)]
pub(crate) async fn resend(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    OptionalObject(fields): OptionalObject,
) -> Result<HttpResponse, ApiError> {
    let (reason, overriding) = object::<SendReasonInput>(fields)?;
    let (id, message_id) = (path::case_id(&request)?, path::message_id(&request));
    let actor = caller.actor();
    let changed = move |followup: &App| followup.resend_overriding(&actor, id, message_id, reason.as_deref(), overriding.as_deref());
    let resent = blocking(&state, changed).await?;
    Ok(HttpResponse::Created().json(MessageOutput::from(resent)))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/{message_id}/resolve", tag = "seguimiento", summary = "Decir qué pasó con un mensaje de resultado incierto",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("message_id" = i64, Path, description = "Número del mensaje"),
    ),
    request_body = ResolveInput,
    responses(
        (status = 200, description = "El mensaje como quedó", body = MessageOutput),
        (status = 404, description = "ICSR o mensaje no encontrado", body = ErrorBody),
        (status = 409, description = "El estado del mensaje no lo admite", body = ErrorBody),
    )
)]
pub(crate) async fn resolve(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let (was_sent, reason) = object::<ResolveInput>(fields)?;
    let (id, message_id) = (path::case_id(&request)?, path::message_id(&request));
    let actor = caller.actor();
    let changed = move |followup: &App| followup.resolve_message(&actor, id, message_id, was_sent, reason.as_deref());
    let message = blocking(&state, changed).await?;
    Ok(HttpResponse::Ok().json(MessageOutput::from(MessageView::of(message))))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/{message_id}/confirm", tag = "seguimiento", summary = "Aceptar al remitente de una respuesta: desde ahora cuenta",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("message_id" = i64, Path, description = "Número del mensaje"),
    ),
    responses(
        (status = 200, description = "El mensaje como quedó", body = MessageOutput),
        (status = 404, description = "ICSR o mensaje no encontrado", body = ErrorBody),
        (status = 409, description = "El mensaje no espera confirmación", body = ErrorBody),
    )
)]
pub(crate) async fn confirm(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, ApiError> {
    let (id, message_id) = (path::case_id(&request)?, path::message_id(&request));
    let actor = caller.actor();
    let confirmed = move |app: &App| Ok::<_, MessageError>(app.shown(app.confirm_sender(&actor, id, message_id)?)?);
    let message = blocking(&state, confirmed).await?;
    Ok(HttpResponse::Ok().json(MessageOutput::from(message)))
}

#[utoipa::path(
    post, path = "/api/v1/icsr/{icsr_id}/followup/{message_id}/link", tag = "seguimiento", summary = "Decir a qué mensaje responde uno recibido, o corregirlo; el que deja de estar respondido vuelve a esperar",
    params(
        ("icsr_id" = i64, Path, description = "Número del caso"),
        ("message_id" = i64, Path, description = "Número del mensaje"),
    ),
    request_body = LinkInput,
    responses(
        (status = 200, description = "El mensaje como quedó", body = MessageOutput),
        (status = 404, description = "ICSR o mensaje no encontrado", body = ErrorBody),
        (status = 409, description = "El mensaje fue enviado, es un aviso de entrega o de rebote ya enlazado a otro, o el otro no es anterior", body = ErrorBody),
    )
)]
pub(crate) async fn link(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let parent_id = object::<LinkInput>(fields)?;
    let (id, message_id) = (path::case_id(&request)?, path::message_id(&request));
    let actor = caller.actor();
    let link = move |app: &App| Ok::<_, MessageError>(app.shown(app.link_message(&actor, id, message_id, parent_id)?)?);
    answer(&state, StatusCode::OK, Cost::Change, link, MessageOutput::from).await
}
