//! Mail that could not be understood, and mailboxes that were set back.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_app::App;
use followup_domain::ports::PageRequest;
use followup_words::answers as texts;

use super::path;
use crate::answer::{Cost, answer};
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody};
use crate::csv::{Format, PIECE, Table, stream};
use crate::download::download;
use crate::dto::closing::ReasonInput;
use crate::dto::error::ErrorBody;
use crate::dto::file::FileContent;
use crate::dto::inbox::{DiscardOutput, MailboxInput, QUARANTINED_COLUMNS, QuarantinedOutput, RetriedOutput, TrayInput, quarantined_line};
use crate::dto::list::QuarantinePage;
use crate::errors::ApiError;
use crate::input::object;
use crate::original::original;
use crate::query::Parameters;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/inbox/quarantine", tag = "bandeja", summary = "Correos recibidos que no se pudieron leer",
    params(
        TrayInput,
    ),
    responses(
        (status = 200, description = "Una página, los más nuevos primero", content((QuarantinePage = "application/json"), (String = "text/csv"))),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn quarantine(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let TrayInput { part, page, format } = parameters.read::<TrayInput>()?;
    if format == Format::Csv {
        let zone = state.followup.policy.zone;
        let piece = move |app: &App, after| {
            let (mails, next) = app.export_quarantined(part, after, PIECE)?;
            Ok((mails.into_iter().map(|mail| quarantined_line(mail, zone)).collect(), next))
        };
        return stream(&state, Table { file: "correos-en-cuarentena.csv", heads: QUARANTINED_COLUMNS, piece: Arc::new(piece) }).await;
    }
    let found = blocking(&state, move |followup| followup.quarantined(part, PageRequest::from(page))).await?;
    Ok(HttpResponse::Ok().json(QuarantinePage::of(found, page, QuarantinedOutput::from)))
}

#[utoipa::path(
    post, path = "/api/v1/inbox/quarantine/{mail_id}/retry", tag = "bandeja", summary = "Leer de nuevo un correo en cuarentena, o pedirlo otra vez",
    description = "Por ejemplo después de una actualización. Un correo sin contenido se pide otra vez al servidor en la próxima lectura del buzón. También vale para uno descartado. Puede hacerlo cualquier rol.",
    params(("mail_id" = i64, Path, description = "Número del correo")),
    responses(
        (status = 200, description = "Lo que resultó", body = RetriedOutput),
        (status = 404, description = "Correo no encontrado", body = ErrorBody),
        (status = 409, description = "No está en cuarentena, o solo se guardó su cabecera", body = ErrorBody),
    )
)]
pub(crate) async fn retry(caller: Caller, state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let (id, actor) = (path::mail_id(&request), caller.actor());
    answer(&state, StatusCode::OK, Cost::Change, move |app| app.retry_mail(&actor, id), RetriedOutput::from).await
}

#[utoipa::path(
    post, path = "/api/v1/inbox/quarantine/{mail_id}/discard", tag = "bandeja", summary = "Descartar un correo en cuarentena: se conserva",
    description = "Solo `admin`, `qf` y `responsable_fv`: puede ser un evento adverso. Descartarlo otra vez no cambia nada.",
    params(("mail_id" = i64, Path, description = "Número del correo")),
    request_body = ReasonInput,
    responses(
        (status = 200, description = "Quién lo descartó y por qué", body = DiscardOutput),
        (status = 404, description = "Correo no encontrado", body = ErrorBody),
        (status = 409, description = "No está en cuarentena", body = ErrorBody),
    )
)]
pub(crate) async fn discard_quarantined(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let reason = object::<ReasonInput>(fields)?;
    let (id, actor) = (path::mail_id(&request), caller.actor());
    let found = blocking(&state, move |followup: &App| followup.discard_quarantined(&actor, id, &reason)).await?;
    Ok(HttpResponse::Ok().json(found.discard.map(DiscardOutput::from)))
}

#[utoipa::path(
    get, path = "/api/v1/inbox/quarantine/{mail_id}/raw", tag = "bandeja", summary = "El original (.eml) de un correo en cuarentena",
    params(("mail_id" = i64, Path, description = "Número del correo")),
    responses(
        (status = 200, description = "El correo, como archivo", body = inline(FileContent), content_type = "message/rfc822"),
        (status = 404, description = "Correo no encontrado, o sin contenido", body = ErrorBody),
    )
)]
pub(crate) async fn quarantined_raw(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::mail_id(&request);
    let head = download(&format!("cuarentena-{id}.eml"), "message/rfc822");
    original(&state, head, move |app| app.quarantined_raw(id)).await
}

#[utoipa::path(
    post, path = "/api/v1/admin/mailboxes/acknowledge", tag = "administración", summary = "Dar por visto que un buzón volvió a un estado anterior",
    description = "La alarma queda hasta que una comparación completa del buzón coincide con lo guardado, o hasta esta llamada. Solo `admin`, `qf` y `responsable_fv`.",
    request_body = MailboxInput,
    responses(
        (status = 204, description = "La alarma terminó"),
        (status = 404, description = "Ese buzón no volvió a un estado anterior", body = ErrorBody),
    )
)]
pub(crate) async fn acknowledge_set_back(
    caller: Caller,
    state: web::Data<HttpState>,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let mailbox = object::<MailboxInput>(fields)?;
    let actor = caller.actor();
    let acknowledged = blocking(&state, move |followup| followup.acknowledge_set_back(&actor, &mailbox)).await?;
    if acknowledged { Ok(HttpResponse::NoContent().finish()) } else { Err(Refusal::NotFound(texts::NOT_SET_BACK).into()) }
}
