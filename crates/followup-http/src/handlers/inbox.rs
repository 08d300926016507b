//! Mail that belongs to no case yet.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_app::{App, TrayError};
use followup_domain::ports::PageRequest;

use super::path;
use crate::answer::{Cost, answer, bytes, bytes_with};
use crate::auth::Caller;
use crate::blocking::blocking;
use crate::body::{JsonObject, NoBody, OptionalObject};
use crate::csv::{Format, PIECE, Table, stream};
use crate::download::{attachment_head, download};
use crate::dto::case_input::NewCaseInput;
use crate::dto::case_output::CaseOutput;
use crate::dto::closing::ReasonInput;
use crate::dto::error::ErrorBody;
use crate::dto::file::FileContent;
use crate::dto::inbox::{AssignInput, DiscardOutput, TrayInput, UNASSIGNED_COLUMNS, unassigned_line};
use crate::dto::list::UnassignedPage;
use crate::dto::message::{BodyOutput, MessageOutput};
use crate::errors::ApiError;
use crate::input::object;
use crate::mail_page::{mail_page, mail_page_head};
use crate::original::original;
use crate::query::Parameters;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/inbox/unassigned", tag = "bandeja", summary = "Correos recibidos que no son de ningún caso conocido",
    params(
        TrayInput,
    ),
    responses(
        (status = 200, description = "Una página, los más nuevos primero, con los casos a los que pueden pertenecer", content((UnassignedPage = "application/json"), (String = "text/csv"))),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn unassigned(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let TrayInput { part, page, format } = parameters.read::<TrayInput>()?;
    if format == Format::Csv {
        let zone = state.followup.policy.zone;
        let piece = move |app: &App, after| {
            let (mails, next) = app.export_unassigned(part, after, PIECE)?;
            Ok((mails.into_iter().map(|mail| unassigned_line(mail, zone)).collect(), next))
        };
        return stream(&state, Table { file: "correos-sin-caso.csv", heads: UNASSIGNED_COLUMNS, piece: Arc::new(piece) }).await;
    }
    let found = move |app: &App| app.unassigned(part, PageRequest::from(page));
    answer(&state, StatusCode::OK, Cost::page(page), found, move |found| UnassignedPage::of(found, page, Into::into)).await
}

#[utoipa::path(
    post, path = "/api/v1/inbox/unassigned/{message_id}/assign", tag = "bandeja", summary = "Asignar un correo a un caso, también uno descartado",
    description = "Entra en la conversación del caso con la fecha en que llegó. Lo que escribió una persona tiene los efectos de una respuesta: detiene los intentos posteriores, avisa al evaluador, responde a la carta, abre un seguimiento cerrado y queda por atender. Un rebote o una respuesta automática solo queda en la conversación. Asignarlo otra vez al mismo caso no cambia nada; un correo asignado no vuelve a la bandeja. Puede hacerlo todo rol que puede enviar.",
    params(("message_id" = i64, Path, description = "Número del mensaje")),
    request_body = AssignInput,
    responses(
        (status = 200, description = "El mensaje en su caso", body = MessageOutput),
        (status = 404, description = "Mensaje o ICSR no encontrado", body = ErrorBody),
        (status = 409, description = "Es de otro caso, o el mensaje al que respondería no es anterior", body = ErrorBody),
    )
)]
pub(crate) async fn assign(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let assignment = object::<AssignInput>(fields)?;
    let (id, actor) = (path::message_id(&request), caller.actor());
    let assigned = move |app: &App| Ok::<_, TrayError>(app.shown(app.assign_mail(&actor, id, &assignment)?)?);
    answer(&state, StatusCode::OK, Cost::Change, assigned, MessageOutput::from).await
}

#[utoipa::path(
    post, path = "/api/v1/inbox/unassigned/{message_id}/case", tag = "bandeja", summary = "Crear un caso con un correo",
    description = "`fecha_recepcion` es el día en que llegó el correo (el día cero), `reportante_nombre` y `reportante_email` los de su remitente y `descripcion_evento` lo que escribió; los campos dados los reemplazan. El correo queda en la conversación del caso, por atender, y mientras lo esté no sale ninguna solicitud automática: la siguiente se decide cuando el caso se actualice. Puede hacerlo todo rol que puede crear casos.",
    params(("message_id" = i64, Path, description = "Número del mensaje")),
    request_body = Option<NewCaseInput>,
    responses(
        (status = 201, description = "El caso", body = CaseOutput),
        (status = 404, description = "Mensaje no encontrado", body = ErrorBody),
        (status = 409, description = "El correo ya es de un caso", body = ErrorBody),
    )
)]
pub(crate) async fn create_case(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    OptionalObject(fields): OptionalObject,
) -> Result<HttpResponse, ApiError> {
    let NewCaseInput { patch } = fields.try_into()?;
    let (id, actor) = (path::message_id(&request), caller.actor());
    answer(
        &state,
        StatusCode::CREATED,
        Cost::Change,
        move |app| app.case_from_mail(&actor, id, patch).map(|case| app.view(case)),
        CaseOutput::from,
    )
    .await
}

#[utoipa::path(
    post, path = "/api/v1/inbox/unassigned/{message_id}/discard", tag = "bandeja", summary = "Descartar un correo: se conserva, y todavía se puede asignar",
    description = "Solo `admin`, `qf` y `responsable_fv`: puede ser un evento adverso. Descartarlo otra vez no cambia nada.",
    params(("message_id" = i64, Path, description = "Número del mensaje")),
    request_body = ReasonInput,
    responses(
        (status = 200, description = "Quién lo descartó y por qué", body = DiscardOutput),
        (status = 404, description = "Mensaje no encontrado", body = ErrorBody),
        (status = 409, description = "El correo ya es de un caso", body = ErrorBody),
    )
)]
pub(crate) async fn discard(
    caller: Caller,
    state: web::Data<HttpState>,
    request: HttpRequest,
    JsonObject(fields): JsonObject,
) -> Result<HttpResponse, ApiError> {
    let reason = object::<ReasonInput>(fields)?;
    let (id, actor) = (path::message_id(&request), caller.actor());
    let found = blocking(&state, move |followup: &App| followup.discard_mail(&actor, id, &reason)).await?;
    Ok(HttpResponse::Ok().json(found.discard.map(DiscardOutput::from)))
}

#[utoipa::path(
    get, path = "/api/v1/inbox/unassigned/{message_id}/body", tag = "bandeja", summary = "El texto entero de un correo sin caso",
    params(("message_id" = i64, Path, description = "Número del mensaje")),
    responses(
        (status = 200, description = "El texto", body = BodyOutput),
        (status = 404, description = "Mensaje no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn unassigned_body(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::message_id(&request);
    answer(&state, StatusCode::OK, Cost::Text, move |app| app.unassigned_message(id), BodyOutput::from).await
}

#[utoipa::path(
    get, path = "/api/v1/inbox/unassigned/{message_id}/raw", tag = "bandeja", summary = "El original (.eml) de un correo sin caso",
    params(("message_id" = i64, Path, description = "Número del mensaje")),
    responses(
        (status = 200, description = "El correo, como archivo", body = inline(FileContent), content_type = "message/rfc822"),
        (status = 404, description = "Mensaje no encontrado", body = ErrorBody),
    )
)]
pub(crate) async fn unassigned_raw(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::message_id(&request);
    let head = download(&format!("sin-caso-mensaje-{id}.eml"), "message/rfc822");
    original(&state, head, move |app| app.unassigned_raw(id)).await
}

#[utoipa::path(
    get, path = "/api/v1/inbox/unassigned/{message_id}/html", tag = "bandeja", summary = "El HTML de un correo sin caso, inofensivo",
    description = "La misma página que la de un mensaje de un caso: no ejecuta, no carga ni envía nada.",
    params(("message_id" = i64, Path, description = "Número del mensaje")),
    responses(
        (status = 200, description = "La página", body = String, content_type = "text/html"),
        (status = 404, description = "Mensaje no encontrado, o sin versión HTML", body = ErrorBody),
    )
)]
pub(crate) async fn unassigned_html(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let id = path::message_id(&request);
    bytes(&state, Cost::Understanding, mail_page_head(), move |app| app.unassigned_html(id).map(|shown| mail_page(&shown))).await
}

#[utoipa::path(
    get, path = "/api/v1/inbox/unassigned/{message_id}/attachments/{n}", tag = "bandeja", summary = "Un adjunto de un correo sin caso",
    params(
        ("message_id" = i64, Path, description = "Número del mensaje"),
        ("n" = i64, Path, description = "Lugar del adjunto, desde 0"),
    ),
    responses(
        (status = 200, description = "El adjunto, como archivo", body = inline(FileContent), content_type = "application/octet-stream"),
        (status = 404, description = "Mensaje o adjunto no encontrado, o el proveedor no entregó el archivo", body = ErrorBody),
        (status = 409, description = "El archivo aún se está recuperando del proveedor", body = ErrorBody),
    )
)]
pub(crate) async fn unassigned_attachment(state: web::Data<HttpState>, request: HttpRequest, _: NoBody) -> Result<HttpResponse, ApiError> {
    let (id, index) = (path::message_id(&request), path::attachment_index(&request));
    let found = move |app: &App| app.unassigned_attachment(id, index);
    bytes_with(&state, Cost::Understanding, found, |described| attachment_head(&described, index)).await
}
